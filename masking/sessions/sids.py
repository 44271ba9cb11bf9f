"""
SIDs as Twilio's SDKs know them: two letters and 32 hex digits. They are made of our ids and read back; none is stored.

The letters are Twilio's own (FIELD 1.3), so that a customer's checks of them go on passing.
"""

import re
from enum import StrEnum
from uuid import UUID, uuid5

LENGTH = 34
_HEX = re.compile(r"[0-9a-fA-F]{32}\Z")


class Prefix(StrEnum):
    """What a SID names, by its first two letters."""

    ACCOUNT = "AC"
    SERVICE = "KS"
    NUMBER = "PN"
    SESSION = "KC"
    PARTICIPANT = "KP"
    INTERACTION = "KI"
    CALL = "CA"
    MESSAGE = "SM"


def sid(prefix: Prefix, id_: UUID) -> str:
    """The SID of one of our ids."""
    return prefix + id_.hex


def read(prefix: Prefix, text: str) -> UUID | None:
    """The id that a SID names, in either case; None where it is no such SID."""
    digits = text.removeprefix(prefix)
    return UUID(hex=digits) if len(text) == LENGTH and _HEX.match(digits) else None


def outbound(id_: UUID) -> UUID:
    """
    The id of the other leg of a call or a text, whose own id is `id_`: always the same one.

    The carriers' ids of both are gone with their records, which we delete.
    """
    return uuid5(id_, "out")
