"""Whole conversations with a carrier as data, to be sent again: more than once, and in other orders."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from core.e164 import E164
from core.route import Reason
from masking.stickers.values import Visitor, Way
from tests.town import ALICE, OWNER, SECOND, SHARED, Answer, Carrier, Town

Answers = dict[str, Answer]
LEG = "b" * 36


@dataclass(frozen=True, slots=True)
class Step:
    """
    One webhook. name: under which its answer is known. url, form: from the answers so far. listened: somebody hears the
    answer, so it is sent in its turn; news comes at any time after what it is `after`, and before what it is `before`.
    """

    name: str
    url: Callable[[Answers], str]
    form: dict[str, str]
    listened: bool = True
    after: str = "call"
    before: str = ""


@dataclass(slots=True)
class Conversation:
    """What a carrier sends in one call, in the order in which it would."""

    town: Town
    carrier: Carrier
    dialled: E164
    digits: str | None
    call: str
    caller: E164 = ALICE
    steps: list[Step] = field(default_factory=list)

    @property
    def is_twilio(self) -> bool:
        return self.carrier.name == "twilio"

    def begins(self) -> None:
        self._add("call", lambda _: f"{self.carrier.base}/hooks/{self.carrier.name}/voice", {})

    def enters(self, name: str, digits: str, after: str) -> None:
        self._add(name, lambda told: told[after].action, {"Digits": digits})

    def rings(self, dial: str) -> None:
        """News that the callee's phone rings, and later that it was picked up."""
        for word, action in (("ringing", "ringing"), ("in-progress", "answer")):
            news = {"CallStatus": word, "DialAction": action, "DialALegUUID": self.call, "DialBLegUUID": LEG}
            self._add(f"{dial} {word}", lambda told: _of(told[dial], "leg"), news | self._leg(), after=dial, news=True)

    def presses(self, dial: str, key: str) -> None:
        """The callee listens and presses a key: on Twilio in answer to a question, on Plivo in the dial itself."""
        self._add(f"{dial} whisper", lambda told: _of(told[dial], "whisper"), self._leg())
        if self.is_twilio:
            self._add(f"{dial} key", lambda told: told[f"{dial} whisper"].action, self._leg() | {"Digits": key})
            return
        news = {"DialALegUUID": self.call, "DialBLegUUID": LEG, "DialDigitsPressedBy": "BLeg"}
        for action in {"1": ["connected"], "9": ["connected", "digits"]}[key]:
            told_of = self._leg() | news | {"DialAction": action}
            self._add(
                f"{dial} {action}", lambda told: _of(told[dial], "leg"), told_of, after=f"{dial} whisper", news=True,
                before=f"{dial} over",
            )  # fmt: skip

    def over(self, dial: str, result: str) -> None:
        form = {"DialCallStatus": result, "DialStatus": result, "DialCallDuration": "7", "DialBLegDuration": "7"}
        self._add(f"{dial} over", lambda told: _of(told[dial], "dialled"), form)

    def ends(self, after: str) -> None:
        over = {"CallStatus": "completed", "CallDuration": "40", "Duration": "40"}
        self._add("end", lambda _: f"{self.carrier.base}/hooks/{self.carrier.name}/ended", over, after=after, news=True)

    async def send(self, step: Step, told: Answers) -> Answer:
        form = self.carrier._call(self.caller, self.dialled, self.call) | step.form
        return await self.carrier.post(step.url(told), form)

    def _leg(self) -> dict[str, str]:
        """Whose webhooks are about the callee's leg."""
        if not self.is_twilio:
            return {}
        return {"CallSid": "CA" + "f" * 32, "ParentCallSid": self.call, "Direction": "outbound-dial"}

    def _add(
        self, name: str, url: Callable[[Answers], str], form: dict[str, str], *, after: str = "call", before: str = "",
        news: bool = False,
    ) -> None:  # fmt: skip
        self.steps.append(Step(name, url, form, not news, after, before))


def _of(answer: Answer, kind: str) -> str:
    """The address of a kind that stands in an answer."""
    found = [value for verb in answer.xml.iter() for value in verb.attrib.values()]
    return next(url for url in found if url.startswith("http") and url.rpartition("/")[2].startswith(kind))


async def opened(town: Town, carrier: Carrier, reason: Reason, *, extension: bool = False) -> Conversation:
    """A conversation about a fresh scan, nothing sent yet."""
    code = await town.sticker(carrier=carrier.name, second=SECOND)
    visitors = [Visitor(f"198.18.{n}.1", "", "en") for n in range(3 if extension else 1)]
    ways: list[Way] = [await town.scan(code, reason, visitor) for visitor in visitors]
    number = ways[-1].number
    assert number is not None
    return Conversation(town, carrier, number, ways[-1].extension, carrier.new_call())


async def talk(town: Town, carrier: Carrier) -> Conversation:
    """The owner accepts, and they talk."""
    told = await opened(town, carrier, Reason.LIGHTS)
    told.begins()
    told.rings("call")
    told.presses("call", "1")
    told.over("call", "completed")
    told.ends("call key" if told.is_twilio else "call connected")
    return told


async def miss(town: Town, carrier: Carrier) -> Conversation:
    """An accident: the owner does not pick up, the second contact is busy."""
    told = await opened(town, carrier, Reason.ACCIDENT)
    told.begins()
    told.rings("call")
    told.over("call", "no-answer")
    told.rings("call over")
    told.over("call over", "busy")
    told.ends("call over")
    return told


async def block(town: Town, carrier: Carrier) -> Conversation:
    """A wrong extension, the right one, and the owner presses nine."""
    told = await opened(town, carrier, Reason.OTHER, extension=True)
    assert told.digits is not None
    told.begins()
    told.enters("wrong", f"{(int(told.digits) + 1) % 1_000_000:06d}", "call")
    told.enters("right", told.digits, "wrong")
    told.rings("right")
    told.presses("right", "9")
    told.over("right", "completed")
    told.ends("right key" if told.is_twilio else "right connected")
    return told


async def leave(town: Town, carrier: Carrier) -> Conversation:
    """Somebody hangs up while the digits they entered are on their way."""
    told = await opened(town, carrier, Reason.OTHER, extension=True)
    assert told.digits is not None
    told.begins()
    told.enters("right", told.digits, "call")
    told.ends("call")
    return told


async def back(town: Town, carrier: Carrier) -> Conversation:
    """The owner calls back whom they missed, lets the question for digits pass, and is not answered."""
    missed = await opened(town, carrier, Reason.LIGHTS, extension=True)
    assert missed.digits is not None
    asked = await carrier.calls(ALICE, missed.dialled, missed.call)
    await carrier.step(asked.action, missed.call, ALICE, Digits=missed.digits)
    await carrier.ends(missed.call)
    told = Conversation(town, carrier, SHARED[carrier.name], None, carrier.new_call(), OWNER)
    told.begins()
    told.enters("stays", "", "call")
    told.rings("stays")
    told.over("stays", "no-answer")
    told.ends("stays")
    return told


async def stranger(town: Town, carrier: Carrier) -> Conversation:
    """Somebody with no claim lets every question pass."""
    told = Conversation(town, carrier, SHARED[carrier.name], None, carrier.new_call())
    told.begins()
    for name, after in (("first", "call"), ("second", "first"), ("third", "second")):
        told.enters(name, "", after)
    told.ends("second")
    return told


def schedule(steps: list[Step], rng: Random | None, copies: int = 3) -> list[Step]:
    """
    An order in which a carrier may send them. rng: None is the plain order, each once.

    What is listened to comes in its order, and its copies at any time later. News and its copies come at any time after
    their cause: the end of the call even before the last step that somebody listened to. That two are joined is told
    before it is told that their talk is over, for what was said to the caller cannot be taken back.
    """
    if rng is None:
        return list(steps)
    line = [step for step in steps if step.listened]
    for step in (step for step in steps if not step.listened):
        names = [placed.name for placed in line]
        latest = names.index(step.before) if step.before in names else len(line)
        earliest = max(names.index(step.after), names.index("call"))
        line.insert(rng.randint(earliest + 1, max(latest, earliest + 1)), step)
    for step in steps:
        for _ in range(copies - 1):
            line.insert(rng.randint(line.index(step) + 1, len(line)), step)
    return line
