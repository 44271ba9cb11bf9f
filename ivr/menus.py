"""
Menus as data: what is asked, which keys mean something, what is said after each. `ivr/engine.py` walks them.

A menu gives every possible answer a meaning: a key it names, digits of the wanted length, silence, or "anything else",
which asks again until the tries are used up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ivr import messages
from ivr.messages import Message


@dataclass(frozen=True, slots=True)
class Key:
    """What a key does: `action` is the name that the room acts on; `then` is said to whoever pressed it."""

    action: str
    then: Message | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """
    One question asked by phone.

    name: stored and put in URLs, so never renamed. about: what it is about, said the first time only; about_label: the
    same with the vehicle's label. asks: what to press. again: said before asking again. gave_up: said when the tries
    are used up. keys: what single keys do. digits: keys to wait for. number: the action of exactly `digits` digits,
    where the menu takes a number. silence: the action of pressing nothing; without one, silence is a wrong try. tries:
    times it is asked at most (>= 1). timeout: seconds without a key that count as silence. secret: as in
    `voice.plan.Gather`.
    """

    name: str
    asks: Message
    about: Message | None = None
    about_label: Message | None = None
    again: Message | None = None
    gave_up: Message | None = None
    keys: Mapping[str, Key] = field(default_factory=dict)
    digits: int = 1
    number: str | None = None
    silence: str | None = None
    tries: int = 3
    timeout: int = 7
    secret: bool = False


def _keys(**keys: Key) -> Mapping[str, Key]:
    """Keys by name (`k1=…` is the key 1), read-only."""
    return MappingProxyType({name.removeprefix("k"): key for name, key in keys.items()})


def _extension(name: str, asks: Message, about: Message | None = None, silence: str | None = None) -> Menu:
    return Menu(
        name=name,
        about=about,
        asks=asks,
        again=messages.NOT_CONNECTED,
        gave_up=messages.NO_MORE_TRIES,
        digits=6,
        number="extension",
        silence=silence,
        secret=True,
    )


EXTENSION = _extension("extension", messages.ENTER_EXTENSION)
EXTENSION_OR_STAY = _extension("extension-or-stay", messages.ENTER_EXTENSION_OR_STAY, silence="stay")
EXTENSION_IF_ANY = _extension("extension-if-any", messages.ENTER_EXTENSION_IF_ANY, messages.ONLY_AFTER_A_SCAN)

PIN = Menu(
    name="pin",
    asks=messages.ENTER_PIN,
    again=messages.NOT_CONNECTED,
    gave_up=messages.NO_MORE_PINS,
    digits=6,
    number="pin",
    secret=True,
)
"""Of a session. How many digits it takes, its service says."""

WHICH = Menu(
    name="which",
    asks=messages.WHICH_VEHICLE,
    again=messages.NOT_UNDERSTOOD,
    gave_up=messages.NO_CHOICE_MADE,
    keys=_keys(k1=Key("scanned"), k2=Key("before")),
)

_ANSWERS = _keys(
    k1=Key("accept"),
    k2=Key("soon", messages.THEY_ARE_TOLD_SOON),
    k9=Key("block", messages.CALLER_BLOCKED),
)
_ACCEPT_ONLY = _keys(k1=Key("accept"))


def _whisper(name: str, about: Message, about_label: Message | None, asks: Message, keys: Mapping[str, Key]) -> Menu:
    """Two tries: a person may lift the phone late, and a voicemail must not keep the caller waiting."""
    return Menu(name=name, about=about, about_label=about_label, asks=asks, keys=keys, tries=2, timeout=6)


WHISPER = _whisper(
    "whisper", messages.CALL_ABOUT_VEHICLE, messages.CALL_ABOUT_LABEL, messages.ACCEPT_SOON_OR_BLOCK, _ANSWERS
)
WHISPER_ONE_KEY = _whisper(
    "whisper-one-key", messages.CALL_ABOUT_VEHICLE, messages.CALL_ABOUT_LABEL, messages.ACCEPT_BLOCK_LATER, _ACCEPT_ONLY
)
SECOND_WHISPER = _whisper(
    "second-whisper",
    messages.SECOND_CALL_ABOUT_VEHICLE,
    messages.SECOND_CALL_ABOUT_LABEL,
    messages.ACCEPT_SOON_OR_BLOCK,
    _ANSWERS,
)
SECOND_WHISPER_ONE_KEY = _whisper(
    "second-whisper-one-key",
    messages.SECOND_CALL_ABOUT_VEHICLE,
    messages.SECOND_CALL_ABOUT_LABEL,
    messages.ACCEPT_BLOCK_LATER,
    _ACCEPT_ONLY,
)
CALLBACK_WHISPER = _whisper("callback-whisper", messages.OWNER_CALLS_BACK, None, messages.ACCEPT, _ACCEPT_ONLY)

PARTY_WHISPER = _whisper("party-whisper", messages.MASKED_CALL, messages.CALL_FROM_LABEL, messages.ACCEPT, _ACCEPT_ONLY)

PARTY_WHISPER_BLOCK = _whisper(
    "party-whisper-block",
    messages.MASKED_CALL,
    messages.CALL_FROM_LABEL,
    messages.ACCEPT_OR_BLOCK,
    _keys(k1=Key("accept"), k9=Key("block", messages.CALLER_BLOCKED)),
)
PARTY_WHISPER_BLOCK_ONE_KEY = _whisper(
    "party-whisper-block-one-key",
    messages.MASKED_CALL,
    messages.CALL_FROM_LABEL,
    messages.ACCEPT_BLOCK_LATER,
    _ACCEPT_ONLY,
)


def _consent(name: str, about: Message, about_label: Message) -> Menu:
    """Whoever answers may know nothing about it: agreeing takes a key, and silence never does."""
    return Menu(
        name=name,
        about=about,
        about_label=about_label,
        asks=messages.AGREE_OR_REFUSE,
        again=messages.NOT_UNDERSTOOD,
        gave_up=messages.NOTHING_REGISTERED,
        keys=_keys(k1=Key("agree", messages.AGREED), k9=Key("refuse", messages.REFUSED)),
        tries=2,
    )


ACTIVATION = _consent("activation", messages.REGISTERING_VEHICLE, messages.REGISTERING_LABEL)
SECOND = _consent("second", messages.SECOND_FOR_VEHICLE, messages.SECOND_FOR_LABEL)

ALL: tuple[Menu, ...] = (
    EXTENSION,
    EXTENSION_OR_STAY,
    EXTENSION_IF_ANY,
    PIN,
    WHICH,
    WHISPER,
    WHISPER_ONE_KEY,
    SECOND_WHISPER,
    SECOND_WHISPER_ONE_KEY,
    CALLBACK_WHISPER,
    PARTY_WHISPER,
    PARTY_WHISPER_BLOCK,
    PARTY_WHISPER_BLOCK_ONE_KEY,
    ACTIVATION,
    SECOND,
)
BY_NAME: Mapping[str, Menu] = MappingProxyType({menu.name: menu for menu in ALL})
