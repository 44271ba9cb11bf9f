"""
What a customer's out-of-session hook may answer with TwiML, put into our own words.

Pure. Of TwiML there is Say, Pause, Reject, Hangup and Dial of one Number for calls, and one Message for texts; anything
else refuses the whole answer, rather than do half of what the customer meant. A Dial shows our number whatever it says
itself, and records nothing; what follows it is left out, for our own words follow a Dial. Source:
twilio.com/docs/voice/twiml.
"""

from collections.abc import Callable
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from core.e164 import E164, BadNumber
from masking.sessions.hook_answers import NotUnderstood
from voice.plan import Dial, Hangup, Pause, Plan, Reject, Reply, Say, Verb

DialTo = Callable[[E164, int | None, int | None], Dial]
"""Makes a Dial: whom to ring, and seconds of ringing and of talk where the answer says."""

MOST_VERBS = 10
MOST_SPOKEN = 4_000
"""Characters in one Say."""
MOST_TEXT = 1_600
"""Characters in one Message."""
_NOT_OF_DIAL = ("action", "callerId", "hangupOnStar", "record", "referUrl", "ringTone")
_NOT_OF_NUMBER = ("url", "sendDigits", "statusCallback")
_RING, _TALK, _PAUSE, _LOOP = range(5, 61), range(60, 14_401), range(1, 61), range(1, 6)


def call_plan(body: bytes, language: str, dial_to: DialTo) -> Plan:
    """
    What a caller is to meet; an empty Response hangs up, as with Twilio. language: of a Say that names none.

    Raises NotUnderstood.
    """
    plan: list[Verb] = []
    for verb in _verbs(body):
        match verb.tag:
            case "Say":
                plan += [_say(verb, language)] * _number(verb, "loop", 1, _LOOP)
            case "Pause":
                plan.append(Pause(_number(verb, "length", 1, _PAUSE)))
            case "Reject":
                return (*plan, Reject(busy=verb.get("reason") == "busy"))
            case "Hangup":
                return (*plan, Hangup())
            case "Dial":
                return (*plan, _dial(verb, dial_to))
            case _:
                raise NotUnderstood("it has a verb that is not supported in a call")
    return (*plan, Hangup())


def left_out(body: bytes, ours: E164) -> tuple[str, ...]:
    """
    What of an answer to a call is not followed: attributes that change how Twilio's Dial goes, and verbs behind it.

    ours: the number that is shown whatever the answer says. Names from a list of ours, so nothing of the answer.
    Raises NotUnderstood.
    """
    verbs = _verbs(body)
    place = next((place for place, verb in enumerate(verbs) if verb.tag == "Dial"), None)
    if place is None:
        return ()
    dial = verbs[place]
    shown = dial.get("callerId", ours.value) != ours.value
    found = [f"Dial {name}" for name in _NOT_OF_DIAL if name in dial.attrib and (name != "callerId" or shown)]
    found += [f"Number {name}" for name in _NOT_OF_NUMBER if any(name in number.attrib for number in dial)]
    return (*found, *(["verbs behind the Dial"] if len(verbs) > place + 1 else []))


def text_plan(body: bytes, sender: E164, ours: E164) -> Plan:
    """
    What whoever texted is answered; nothing for an empty Response.

    sender: who texted. ours: the number that they texted. Raises NotUnderstood.
    """
    verbs = _verbs(body)
    if not verbs:
        return ()
    if len(verbs) > 1 or verbs[0].tag != "Message":
        raise NotUnderstood("it has more than one Message, or a verb that is not supported in a text")
    message = verbs[0]
    inside = [child.tag for child in message]
    if inside not in ([], ["Body"]):
        raise NotUnderstood("its Message holds more than a Body")
    if message.get("to", sender.value) != sender.value:
        raise NotUnderstood("its Message goes to somebody else than the sender")
    words = "".join(message.itertext()).strip()
    if not 0 < len(words) <= MOST_TEXT:
        raise NotUnderstood(f"its Message has no words, or more than {MOST_TEXT} characters")
    return (Reply(words, sender, ours),)


def _verbs(body: bytes) -> list[Element]:
    try:
        response = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise NotUnderstood("it is no XML") from None
    if response.tag != "Response" or len(response) > MOST_VERBS:
        raise NotUnderstood(f"it is no Response, or has more than {MOST_VERBS} verbs")
    return list(response)


def _say(say: Element, language: str) -> Say:
    words = " ".join("".join(say.itertext()).split())
    if len(words) > MOST_SPOKEN:
        raise NotUnderstood(f"a Say has more than {MOST_SPOKEN} characters")
    return Say(words, say.get("language", language))


def _dial(dial: Element, dial_to: DialTo) -> Dial:
    numbers = list(dial)
    if len(numbers) > 1 or any(each.tag != "Number" or len(each) for each in numbers):
        raise NotUnderstood("a Dial leads to something else than one Number")
    try:
        to = E164.parse((numbers[0] if numbers else dial).text or "")
    except BadNumber:
        raise NotUnderstood("a Dial's number has no + and country code") from None
    ring = _number(dial, "timeout", 0, _RING) or None
    talk = _number(dial, "timeLimit", 0, _TALK) or None
    return dial_to(to, ring, talk)


def _number(verb: Element, name: str, otherwise: int, within: range) -> int:
    """A whole number in an attribute; the nearest that is allowed where it is too low or too high."""
    given = verb.get(name)
    if given is None:
        return otherwise
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise NotUnderstood(f"{name} is no whole number")
    return min(max(int(given), within[0]), within[-1])
