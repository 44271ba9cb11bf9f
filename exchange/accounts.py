"""
The two accounts, the numbers they hold and the applications that numbers point at.

Credentials are made for each run unless given. Numbers are E.164 with the plus sign everywhere inside the exchange;
each vendor's edge takes it off or puts it on.
"""

import re
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


def is_e164(number: str) -> bool:
    """A plus sign and 7-15 digits, the first not 0."""
    return _E164.fullmatch(number) is not None


def plus(number: str) -> str:
    """A vendor's spelling of a number with a plus sign and without spaces, dashes and brackets."""
    bare = re.sub(r"[\s().-]", "", number)
    return bare if bare.startswith("+") or not bare.isdigit() else "+" + bare


def new_sid(prefix: str) -> str:
    """An identifier in Twilio's shape: two letters and 32 hex digits."""
    return prefix + uuid.uuid4().hex


@dataclass(frozen=True, slots=True)
class TwilioAccount:
    """account_sid: AC and 32 hex digits. auth_token signs the webhooks and is the REST password."""

    account_sid: str
    auth_token: str = field(repr=False)

    @classmethod
    def made(cls) -> "TwilioAccount":
        return cls(new_sid("AC"), secrets.token_hex(16))


@dataclass(frozen=True, slots=True)
class PlivoAccount:
    """auth_id: MA and 18 capitals and digits. auth_token signs the webhooks and is the REST password."""

    auth_id: str
    auth_token: str = field(repr=False)

    @classmethod
    def made(cls) -> "PlivoAccount":
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        return cls("MA" + "".join(secrets.choice(alphabet) for _ in range(18)), secrets.token_urlsafe(30))


@dataclass(slots=True)
class Hooks:
    """Where the vendor calls; "" = nowhere. Methods are POST or GET."""

    voice_url: str = ""
    voice_method: str = "POST"
    fallback_url: str = ""
    fallback_method: str = "POST"
    ended_url: str = ""
    ended_method: str = "POST"
    text_url: str = ""
    text_method: str = "POST"
    text_fallback_url: str = ""
    text_fallback_method: str = "POST"


@dataclass(slots=True)
class Application:
    """A Plivo application: a name and its URLs."""

    app_id: str
    name: str
    hooks: Hooks


@dataclass(slots=True)
class Number:
    """A number that an account holds. hooks are Twilio's; a Plivo number points at an application instead."""

    sid: str
    number: str
    carrier: str
    bought: datetime
    name: str = ""
    hooks: Hooks = field(default_factory=Hooks)
    app_id: str = ""


@dataclass(slots=True)
class Registry:
    """What both accounts hold. `changed` is called after each change."""

    changed: Callable[[], None]
    numbers: dict[str, Number] = field(default_factory=dict)
    applications: dict[str, Application] = field(default_factory=dict)

    def add(self, number: Number) -> Number:
        """Raises ValueError if the number is held already or is not E.164."""
        if not is_e164(number.number) or number.number in self.numbers:
            raise ValueError("not an E.164 number, or held already")
        self.numbers[number.number] = number
        self.changed()
        return number

    def remove(self, number: Number) -> None:
        self.numbers.pop(number.number, None)
        self.changed()

    def held(self, carrier: str, number: str) -> Number | None:
        """The number if this carrier's account holds it."""
        found = self.numbers.get(number)
        return found if found is not None and found.carrier == carrier else None

    def of(self, carrier: str) -> list[Number]:
        return [number for number in self.numbers.values() if number.carrier == carrier]

    def hooks(self, number: Number) -> Hooks:
        """Where calls and texts to this number go."""
        if number.carrier == "plivo":
            application = self.applications.get(number.app_id)
            return application.hooks if application is not None else Hooks()
        return number.hooks
