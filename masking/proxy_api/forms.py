"""
What a customer's program posts: form fields, typed as the API of Twilio Proxy types them (FIELD 1.2).

A field that is not there is None: not said; nor is an empty one, but for texts and addresses, which it clears. One
that is there and cannot be used is refused with 20001 and its name; what was written in it is not repeated, since it
may be a number. Where Twilio's SDKs and guides spell a thing in several ways, each is taken.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from core.e164 import E164, BadNumber
from masking.proxy_api.errors import Refused, bad_field
from masking.sessions.sids import Prefix, read

MOST_FIELDS = 200
MOST_SECONDS = 2**31 - 2
"""The longest Ttl: FIELD 1.3."""
LONGEST_URL = 4000

_WHOLE = re.compile(r"[0-9]{1,18}\Z")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)\Z")
_TRUTH = {"true": True, "false": False}
_IN_OBJECTS = {name.lower(): name for name in ("Identifier", "FriendlyName", "ProxyIdentifier", "ProxyIdentifierSid")}
"""Fields of the objects in a body: nobody's SDK spells those, so that people write them as their language does."""

Choice = TypeVar("Choice", bound=StrEnum)


class Form:
    """The fields of one body, or of one JSON object in it. Of a field that is there twice the last counts."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._pairs = tuple(pairs)
        self._last = dict(self._pairs)

    @classmethod
    def read(cls, body: bytes) -> "Form":
        """A body as `application/x-www-form-urlencoded` in UTF-8. Raises Refused."""
        try:
            return cls(parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS))
        except ValueError:
            raise Refused(20001, 400, "The body is no form in UTF-8, or has too many fields.") from None

    def text(self, name: str, most: int, *, needed: bool = False) -> str | None:
        """Characters, `most` of them. With `needed`, at least one. Raises Refused."""
        text = self._last.get(name)
        if needed and not text:
            raise bad_field(name, "It is needed.")
        if text is not None and len(text) > most:
            raise bad_field(name, f"It may have {most} characters.")
        if text is not None and not can_be_kept(text):
            raise bad_field(name, "It has a character that cannot be kept.")
        return text

    def whole(self, name: str, least: int, most: int) -> int | None:
        """A whole number from `least` to `most`. Raises Refused."""
        text = self._last.get(name) or None
        if text is None:
            return None
        if not _WHOLE.match(text) or not least <= int(text) <= most:
            raise bad_field(name, f"Write a whole number from {least} to {most}.")
        return int(text)

    def truth(self, name: str) -> bool | None:
        """true or false, in any case. Raises Refused."""
        text = self._last.get(name) or None
        if text is None:
            return None
        if text.lower() not in _TRUTH:
            raise bad_field(name, "Write true or false.")
        return _TRUTH[text.lower()]

    def choice(self, name: str, kind: type[Choice], also: Mapping[str, Choice] | None = None) -> Choice | None:
        """One of the words of `kind`, in any case. also: other words for them. Raises Refused."""
        text = (self._last.get(name) or "").lower()
        if not text:
            return None
        words = {str(each): each for each in kind} | dict(also or {})
        if text not in words:
            raise bad_field(name, f"Write one of {', '.join(kind)}.")
        return words[text]

    def moment(self, name: str) -> datetime | None:
        """A time as ISO 8601 has it, with its zone; what is finer than a microsecond is cut off. Raises Refused."""
        text = (self._last.get(name) or "").replace(" ", "+")  # which is how a + arrives that nobody encoded
        if not text:
            return None
        try:
            return datetime.fromisoformat(text if _MOMENT.match(text) else "").astimezone(UTC)
        except (ValueError, OverflowError):
            raise bad_field(name, "Write a time as 2030-01-31T12:00:00Z.") from None

    def sid(self, name: str, prefix: Prefix) -> UUID | None:
        """The id that a SID names. Raises Refused."""
        text = self._last.get(name) or None
        if text is None:
            return None
        id_ = read(prefix, text)
        if id_ is None:
            raise bad_field(name, f"Write a SID: {prefix} and 32 hex digits.")
        return id_

    def number(self, name: str) -> E164 | None:
        """A number as E.164 writes it. Raises Refused with 80404, the code of an identifier that is none."""
        text = self._last.get(name)
        if not text:
            return None
        try:
            return E164(f"+{text[1:]}" if text.startswith(" ") else text)  # a + that nobody encoded
        except BadNumber:
            raise Refused(80404, 400, f"{name}: write the number as E.164 does, + and 7 to 15 digits.") from None

    def url(self, name: str, refused: Sequence[str], plain: Iterable[str]) -> str | None:
        """
        An address of the customer's; "" where there shall be none any more. refused: hosts that it may not be at.
        plain: `host:port` that may be asked all the same, and without https. Raises Refused.
        """
        text = self.text(name, LONGEST_URL)
        if not text:
            return text
        try:
            parts = urlsplit(text)
            host, at = (parts.hostname or "").rstrip("."), f"{parts.hostname}:{parts.port}"
        except ValueError:
            raise bad_field(name, "It is no address.") from None
        known = at in set(plain)
        safe = parts.scheme == "https" or (parts.scheme == "http" and known)
        if not safe or not host or parts.fragment or not text.isascii() or re.search(r"\s", text):
            raise bad_field(name, "Write an https address, without a fragment.")
        if host in refused and not known:
            raise bad_field(name, "It may not lead back here.")
        return text

    def objects(self, name: str) -> list["Form"]:
        """A repeated field, each a JSON object of words, as the SDKs write a list of objects. Raises Refused."""
        return [_object(name, text) for field, text in self._pairs if field == name]

    def holds(self, name: str) -> bool:
        """Whether the field is there."""
        return name in self._last


def can_be_kept(text: str) -> bool:
    """Whether Postgres takes it: no NUL, and no half of a pair, which JSON can spell."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _object(name: str, text: str) -> Form:
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        fields = None
    given = {key: value for key, value in fields.items() if value is not None} if isinstance(fields, dict) else None
    if given is None or not all(isinstance(value, str) for value in given.values()):
        raise bad_field(name, 'Write each as a JSON object of words: {"Identifier": "…"}.')
    return Form((_IN_OBJECTS.get(key.replace("_", "").lower(), key), value) for key, value in given.items())
