"""What carriers tell us, in our words. A dialect makes these from a webhook; nothing here knows a carrier's names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from core.e164 import E164, Caller


@dataclass(frozen=True, slots=True)
class Envelope:
    """
    A webhook as it came, before anything is believed. Its text shows the method only: all else may hold a number.

    url: the public address, from settings and the request's path and query, never from Host. form: decoded pairs in
    the order sent, of the body (POST) or the query (GET). body: raw, at most 64 KB. headers: names in lower case.
    """

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    form: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)

    def field(self, name: str) -> str:
        """The first value of a form field, "" where it is missing."""
        return next((value for key, value in self.form if key == name), "")


@dataclass(frozen=True, slots=True)
class CarrierAccount:
    """
    One account with a carrier. vendor_id: the AccountSid or auth id. tokens: the secrets that may sign, the first one
    used to sign in to the REST API; more than one while a token is rotated.
    """

    account_id: UUID
    tenant: UUID
    carrier: str
    vendor_id: str
    tokens: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A call that someone makes to one of our numbers. attestation: STIR verdict as the carrier words it, or None."""

    carrier_call: str
    caller: Caller
    dialled: E164 | None
    forwarded_from: E164 | None = None
    attestation: str | None = None


WITHHELD = Caller(None)


@dataclass(frozen=True, slots=True)
class Pressed:
    """
    Keys pressed in answer to a Gather; "" when none came. Also sent when a step is merely asked for (a whisper).

    caller: who made the call, on the caller's own leg.
    """

    carrier_call: str
    digits: str = field(default="", repr=False)
    caller: Caller = WITHHELD


class LegState(StrEnum):
    """How far the callee's leg has come."""

    RINGING = "ringing"
    ANSWERED = "answered"
    BRIDGED = "bridged"
    BLOCK_KEY = "block-key"  # Plivo's digitsMatchBLeg
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class LegMoved:
    """News of the callee's leg. leg: the carrier's id of that leg, where it keeps a record of its own."""

    carrier_call: str
    state: LegState
    leg: str | None = None


class DialResult(StrEnum):
    """How a Dial ended, in our words."""

    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Dialled:
    """
    The Dial is over. bridged: what the carrier says, None where it does not. seconds: talk time if told. leg: the
    carrier's id of the callee's leg, where it keeps a record of its own.
    """

    carrier_call: str
    result: DialResult
    bridged: bool | None = None
    seconds: int | None = None
    leg: str | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """The whole call is over. result as for a Dial (COMPLETED once anyone answered). seconds: duration if told."""

    carrier_call: str
    result: DialResult
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class TextIn:
    """
    A text to one of our numbers. media: the carrier's own addresses of what came with it. nonce: of a signature that
    does not cover the body, so that it counts for one text only; None where the body is signed.
    """

    carrier_text: str
    sender: Caller
    recipient: E164 | None
    body: str = field(repr=False)
    media: tuple[str, ...] = field(default=(), repr=False)
    nonce: str | None = None


@dataclass(frozen=True, slots=True)
class TextMoved:
    """Delivery news of a text that we sent. state: queued, sent, delivered, undelivered or failed."""

    carrier_text: str
    state: str
    error: str | None = None
