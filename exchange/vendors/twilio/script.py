"""
TwiML at work on one leg of a call.

Source: twilio.com/docs/voice/twiml. Twilio answers an incoming call at the first verb that is not Reject, Pause,
Redirect or a Dial with answerOnBridge; verbs after a Gather that got digits or a Dial with an action never run.
"""

from collections.abc import Mapping
from contextlib import suppress
from xml.etree.ElementTree import Element

from exchange.fetch import Answer, Failure, Hook, Outcome
from exchange.legs import Leg, LegState, Ready, Steer
from exchange.markup import Flaw, Grammar, MarkupError, Page, flag, number, read, words
from exchange.office import Office
from exchange.script import ApplicationError, Collected, Collecting, LegOver, Prompt, Script, Steered
from exchange.vendors.twilio.dial import dial
from exchange.vendors.twilio.grammar import NOT_RUN, VOICE, WHISPER
from exchange.vendors.twilio.params import call_params

APOLOGY = "We are sorry, an application error has occurred. Goodbye."
_MOST_PAGES = 250
_XML_TYPES = ("text/xml", "application/xml", "text/html")


class TwilioScript(Script):
    """Runs documents on a leg until they end, the person hangs up, or one cannot be had."""

    def __init__(
        self, office: Office, leg: Leg, *, fallback: tuple[str, str] = ("", "POST"), grammar: Grammar = VOICE
    ) -> None:
        super().__init__(office, leg)
        self.fallback = fallback
        self.grammar = grammar
        self._pages = 0

    async def run(self, first: Steer) -> bool:
        """Run from the first document; True if it came to its end with the person still on the line."""
        try:
            await self._run_all(first)
        except LegOver:
            return False
        except ApplicationError:
            await self._apologise()
            return False
        return True

    async def _run_all(self, first: Steer) -> None:
        steer: Steer | None = first
        while steer is not None:
            try:
                page: Page | None = await self.load(steer)
                while page is not None:
                    page = await self._run_page(page)
                steer = None
            except Steered as steered:
                steer = steered.to

    async def _apologise(self) -> None:
        """What a caller hears when the application fails, in Twilio's words and voice."""
        self._answer()
        with suppress(LegOver, Steered):
            await self.play(Prompt("say", APOLOGY, "en-US"))
        self.office.switch.end(self.leg, "failed", "carrier", "application error")

    async def load(self, steer: Steer) -> Page:
        """The document that REST or the number's configuration names. Raises ApplicationError, LegOver."""
        if not steer.markup:
            return await self.fetch(steer.url, steer.method, {})
        try:
            return self._page(steer.url, steer.markup.encode())
        except MarkupError as problem:
            self.complain("12100", f"Twiml: {problem}")
            raise ApplicationError from problem

    async def fetch(self, url: str, method: str, more: Mapping[str, str]) -> Page:
        """Ask a URL of the application for TwiML. Raises ApplicationError; LegOver if the person left meanwhile."""
        self._pages += 1
        if self._pages > _MOST_PAGES:
            self.complain("", f"more than {_MOST_PAGES} documents in one call")
            raise ApplicationError
        outcome = await self.ask(url, method, more)
        if self.leg.over:
            raise LegOver
        code = "11200"
        if isinstance(outcome, Answer):
            try:
                return self._understand(url, outcome)
            except MarkupError as problem:
                code = "12300" if problem.content_type else "12100"
                self.complain(code, f"{url}: {problem}")
        else:
            code = "11205" if outcome.why == "ct" else "11200"
            self.complain(code, f"{url}: {outcome.about}")
        return await self._fall_back(url, code)

    async def ask(self, url: str, method: str, more: Mapping[str, str]) -> Outcome:
        """Call a URL with this call's parameters."""
        params = call_params(self.office, self.leg) | dict(more)
        hook = Hook("twilio", "voice", method, url, params, self.leg.call_id)
        return await self.office.messenger.send(hook)

    async def _fall_back(self, failed: str, code: str) -> Page:
        url, method = self.fallback
        if not url:
            raise ApplicationError
        outcome = await self.ask(url, method, {"ErrorCode": code, "ErrorUrl": failed})
        if self.leg.over:
            raise LegOver
        if isinstance(outcome, Failure):
            self.complain("11200", f"{url}: {outcome.about}")
            raise ApplicationError
        try:
            return self._understand(url, outcome)
        except MarkupError as problem:
            self.complain("12100", f"{url}: {problem}")
            raise ApplicationError from problem

    def _understand(self, url: str, answer: Answer) -> Page:
        kind = answer.content_type.partition(";")[0].strip().lower()
        if kind not in _XML_TYPES:
            raise MarkupError(f"the content type {kind or '(none)'} is not XML", content_type=True)
        return self._page(url, answer.body)

    def _page(self, url: str, body: bytes) -> Page:
        root, flaws = read(body, self.grammar)
        for flaw in flaws:
            self._object(url, flaw)
        known = [verb for verb in root if verb.tag in self.grammar.verbs]
        return Page(url, tuple(known))

    def _object(self, url: str, flaw: Flaw) -> None:
        self.complain("12200", f"{url}: {flaw.about}")
        if flaw.unknown_element and self.office.faults["twilio"].choice("unknown_verb") == "error":
            raise ApplicationError

    async def whisper(self, child: Leg, first: Steer) -> None:
        """Run what the callee hears before the parties are joined."""
        if await TwilioScript(self.office, child, grammar=WHISPER).run(first):
            child.tell(Ready(child))

    def complain(self, code: str, about: str) -> None:
        self.office.log.complain("twilio", code, about, self.leg.call_id)

    def _answer(self) -> None:
        if self.leg.direction == "inbound":
            self.office.switch.answer(self.leg)

    async def _run_page(self, page: Page) -> Page | None:
        """Run verbs in order; the next document, or None at the end of this one."""
        for verb in page.verbs:
            if self.leg.over:
                raise LegOver
            following = await self._run_verb(page, verb)
            if following is not None:
                return following
        return None

    async def _run_verb(self, page: Page, verb: Element) -> Page | None:
        if verb.tag in NOT_RUN:
            self.complain("", f"{verb.tag} is TwiML, but this exchange does not run it")
            raise ApplicationError
        first = self.leg.state is LegState.RINGING and self.leg.direction == "inbound"
        if verb.tag == "Reject":
            self._reject(verb, first)
        if verb.tag not in ("Pause", "Redirect", "Dial"):
            self._answer()
        if verb.tag == "Dial":
            return await dial(self, page, verb)
        if verb.tag == "Gather":
            return await self._gather(page, verb)
        if verb.tag == "Redirect":
            return await self.fetch(page.absolute(words(verb)), verb.get("method", "POST"), {})
        if verb.tag == "Hangup":
            self.office.switch.end(self.leg, "completed", "carrier", "Hangup")
            raise LegOver
        for prompt in self._prompts(verb):
            await self.play(prompt)
        return None

    def _reject(self, verb: Element, first: bool) -> None:
        """Unbilled when it is the first verb; later it is a hang-up."""
        busy = verb.get("reason", "rejected") == "busy"
        if not first:
            self.complain("12200", "Reject after the call was answered is a hang-up, and billed")
        self.office.switch.hear(self.leg, "busy tone" if busy else "number not in service", "tone")
        status = "busy" if busy else self.office.faults["twilio"].choice("reject_status")
        self.office.switch.end(self.leg, status, "carrier", "rejected")
        raise LegOver

    def _prompts(self, verb: Element) -> list[Prompt]:
        """What a Say, Play or Pause lets the person hear; a loop of 0 (for ever) is held at 100."""
        if verb.tag == "Pause":
            return [Prompt("pause", seconds=number(verb, "length", 1))]
        if verb.tag == "Play" and verb.get("digits"):
            return [Prompt("play", f"tones {verb.get('digits')}")]
        times = int(number(verb, "loop", 1, 0, 100)) or 100
        kind = "say" if verb.tag == "Say" else "play"
        return [Prompt(kind, words(verb), verb.get("language", "en-US"))] * times

    async def _gather(self, page: Page, verb: Element) -> Page | None:
        prompts = [prompt for child in verb for prompt in self._prompts(child)]
        timeout = number(verb, "timeout", 5)
        most = int(number(verb, "numDigits", 10_000, 1, 10_000))
        got = await self.collect(prompts, Collecting(timeout, timeout, most, verb.get("finishOnKey", "#")))
        if not got.digits and not flag(verb, "actionOnEmptyResult"):
            return None
        url = page.absolute(verb.get("action", page.url))
        return await self.fetch(url, verb.get("method", "POST"), _gathered(got))


def _gathered(got: Collected) -> dict[str, str]:
    return {"Digits": got.digits, "FinishedOnKey": got.finished_on, "msg": "Gather End"}
