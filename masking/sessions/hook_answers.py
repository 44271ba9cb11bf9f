"""
What a customer's out-of-session hook may answer with JSON: make a session of the caller and somebody else, at once.

Pure. The fields are Twilio's, others are ignored. Source: twilio.com/docs/proxy/out-session-callback-response-guide.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.e164 import E164, BadNumber
from masking.sessions import rules
from masking.sessions.values import Mode

_MOST_SECONDS = 2_147_483_646  # a TTL is under 2^31 - 1 (FIELD 1.3)


class NotUnderstood(Exception):
    """A hook's answer that we cannot act on. Its text says why, and repeats nothing of the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoCreate:
    """
    A session to be made. other: the second person. shows: the proxy number asked for them, None for the dialled one.

    ttl: seconds. mode, unique_name, expires_at: None where the answer does not say.
    """

    other: E164
    shows: E164 | None = None
    unique_name: str | None = None
    mode: Mode | None = None
    ttl: int | None = None
    expires_at: datetime | None = None


def auto_create(body: bytes) -> AutoCreate:
    """The session that a JSON answer asks for. Raises NotUnderstood."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise NotUnderstood("it is no JSON") from None
    if not isinstance(told, dict):
        raise NotUnderstood("it is no JSON object")
    other = _number(told, "participantIdentifier")
    if other is None:
        raise NotUnderstood("participantIdentifier is missing")
    return AutoCreate(
        other=other,
        shows=_number(told, "participantProxyIdentifier"),
        unique_name=_name(told),
        mode=_mode(told),
        ttl=_ttl(told),
        expires_at=_time(told),
    )


def _number(told: dict[str, Any], field: str) -> E164 | None:
    given = told.get(field)
    if given is None:
        return None
    try:
        return E164(str(given))
    except BadNumber:
        raise NotUnderstood(f"{field} is no number with + and country code") from None


def _name(told: dict[str, Any]) -> str | None:
    given = told.get("uniqueName") or None
    if given is not None and not (isinstance(given, str) and rules.is_name(given)):
        raise NotUnderstood(f"uniqueName is no text of up to {rules.LONGEST_NAME} printable characters")
    return given


def _mode(told: dict[str, Any]) -> Mode | None:
    given = told.get("mode")
    try:
        return None if given is None else Mode(given)
    except ValueError:
        raise NotUnderstood("mode is none of message-only, voice-only, voice-and-message") from None


def _ttl(told: dict[str, Any]) -> int | None:
    given = told.get("ttl")
    if given is not None and (type(given) is not int or not 0 <= given <= _MOST_SECONDS):
        raise NotUnderstood("ttl is no number of seconds")
    return given


def _time(told: dict[str, Any]) -> datetime | None:
    given = told.get("dateExpiry")
    if given is None:
        return None
    try:
        read = datetime.fromisoformat(str(given))
    except ValueError:
        raise NotUnderstood("dateExpiry is no time as ISO 8601 writes it") from None
    if read.tzinfo is None:
        raise NotUnderstood("dateExpiry lacks its time zone, like the Z in 2030-01-01T12:00:00Z")
    return read
