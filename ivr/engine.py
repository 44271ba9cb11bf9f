"""Walks the menus: what to ask, and what an answer means. Pure and total: any keys and any tries have a result."""

from dataclasses import dataclass
from enum import StrEnum

from core.route import Reason, Route, Verdict, Why
from ivr import menus, messages, spoken
from ivr.menus import Menu
from ivr.messages import Message
from ivr.words import say
from voice.plan import Gather, Say


class Kind(StrEnum):
    """What comes of an answer."""

    ACTION = "action"
    AGAIN = "again"
    GIVE_UP = "give-up"


@dataclass(frozen=True, slots=True)
class Choice:
    """
    What an answer means.

    action: the menu's name for it, None unless kind is ACTION. digits: the number entered, "" unless the menu takes
    one. tries: wrong answers so far, this one included; 0 after an action.
    """

    kind: Kind
    action: str | None = None
    digits: str = ""
    tries: int = 0


def press(menu: Menu, digits: str, tries: int = 0) -> Choice:
    """
    What `digits` mean in a menu.

    digits: whatever the carrier posted, "" for silence; a closing # is nobody's mistake and does not count. tries:
    wrong answers before this one.
    """
    pressed = digits.rstrip("#")
    if menu.number and len(pressed) == menu.digits and pressed.isascii() and pressed.isdigit():
        return Choice(Kind.ACTION, menu.number, digits=pressed)
    if pressed in menu.keys:
        return Choice(Kind.ACTION, menu.keys[pressed].action)
    if not pressed and menu.silence:
        return Choice(Kind.ACTION, menu.silence)
    wrong = max(tries, 0) + 1
    return Choice(Kind.AGAIN if wrong < menu.tries else Kind.GIVE_UP, tries=wrong)


def ask(
    menu: Menu, language: str, step: str, *, label: str | None = None, reason: Reason | None = None, tries: int = 0
) -> Gather:
    """
    The question as a verb.

    step: absolute URL that gets the keys. label: what the owner calls the vehicle, for the owner's ears only. reason:
    why the stranger scanned. tries: wrong answers so far; after the first only what to press is said again.
    """
    prompt = words(menu, language, label=label, reason=reason, tries=tries)
    return Gather(prompt, menu.digits, menu.timeout, step, menu.secret)


def words(
    menu: Menu, language: str, *, label: str | None = None, reason: Reason | None = None, tries: int = 0
) -> tuple[Say, ...]:
    """The question as sentences, for carriers that hear the key themselves. Arguments as for `ask`."""
    if tries > 0:
        return _said(language, menu.again, menu.asks)
    if label and menu.about_label:
        about: tuple[Say, ...] = (say(language, menu.about_label, label=label),)
    else:
        about = _said(language, menu.about)
    why = (spoken.reason_said(reason, language),) if reason and menu.about else ()
    return (*about, *why, say(language, menu.asks))


def reply(menu: Menu, choice: Choice, language: str) -> tuple[Say, ...]:
    """What to say to whoever gave an answer, before what it leads to; empty where nothing needs saying."""
    if choice.kind is Kind.GIVE_UP:
        return _said(language, menu.gave_up, messages.GOODBYE) if menu.gave_up else ()
    return _said(language, *(key.then for key in menu.keys.values() if key.action == choice.action))


def question(route: Route) -> Menu:
    """The menu that a caller meets on a route. Raises ValueError unless the verdict is ENTER or WHICH."""
    match route.verdict:
        case Verdict.WHICH:
            return menus.WHICH
        case Verdict.ENTER if route.stay:
            return menus.EXTENSION_OR_STAY
        case Verdict.ENTER if route.why is Why.STRANGER:
            return menus.EXTENSION_IF_ANY
        case Verdict.ENTER:
            return menus.EXTENSION
    raise ValueError(f"nothing is asked when the verdict is {route.verdict}")


def whisper(route: Route, *, one_key: bool) -> Menu:
    """The menu that the callee hears. one_key: the carrier waits for a single key itself (not `asks_in_whisper`)."""
    if route.claim_kind == "callback":
        return menus.CALLBACK_WHISPER
    if route.attempt > 1:
        return menus.SECOND_WHISPER_ONE_KEY if one_key else menus.SECOND_WHISPER
    return menus.WHISPER_ONE_KEY if one_key else menus.WHISPER


def _said(language: str, *wanted: Message | None) -> tuple[Say, ...]:
    return tuple(say(language, message) for message in wanted if message)
