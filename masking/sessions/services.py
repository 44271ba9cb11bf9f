"""Services: what the sessions of one application have in common."""

import ipaddress
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from core.clock import Clock
from core.ids import new_id
from ivr import words
from masking.sessions import rules, store
from masking.sessions.errors import BadField, NameTaken, NumberInUse, ServiceUnknown
from masking.sessions.given import Page, ServiceGiven
from masking.sessions.ports import Principal
from masking.sessions.store import POOL
from masking.sessions.values import Geo, Numbering, Selection, Service
from privacy import audit
from sql.database import Connection, Database

_RANGES = {
    "default_ttl": (0, rules.MOST_TTL),
    "cool_off": (0, 31_622_400),
    "most_live": (1, 1_000_000),
    "pin_length": (4, 15),
    "ring": (5, 60),
    "talk": (60, 14_400),
    "calls_a_day": (0, 1_000_000),
    "texts_a_day": (0, 1_000_000),
    "minutes_a_day": (0, 1_000_000),
    "person_calls_a_day": (0, 1_000_000),
    "person_texts_a_day": (0, 1_000_000),
    "person_minutes_a_day": (0, 1_000_000),
    "session_calls_a_day": (0, 1_000_000),
    "session_texts_a_day": (0, 1_000_000),
    "session_minutes_a_day": (0, 1_000_000),
}
"""Whole numbers, from and to."""
_AS_GIVEN = ("numbering", "selection", "needs_attestation", "needs_full_attestation", "screens", "blocks", "redacts",
             "holds_texts", "shows_numbers", "intercept_open")  # fmt: skip
_DEFAULTS: dict[str, Any] = {
    "cool_off": 86_400, "selection": Selection.PREFER_STICKY, "geo_match": Geo.COUNTRY, "fallback_countries": [],
    "countries": [], "most_live": 100, "pin_length": 6, "ring": 22, "talk": 14_400, "language": "en", "timezone": "UTC",
    "needs_attestation": False, "needs_full_attestation": False, "blocks": False, "redacts": False,
    "holds_texts": False, "stop_words": [], "shows_numbers": False, "intercept_open": True, "event_seq": 0,
}  # fmt: skip
_UNSAID: dict[str, Any] = _DEFAULTS | {"numbering": Numbering.ONE, "screens": True}
"""What a service of our own API has of which nothing was said; null in every other column."""
_COLUMNS = {"geo": ("geo_match",), "quiet": ("quiet_from", "quiet_to", "timezone")}
"""Fields that stand in columns of other names."""
_COUNTRY = re.compile(r"[A-Z]{2}\Z")
_URL = re.compile(r"https?://[!-\"$-~]+\Z")  # ASCII that can be seen, but for the #: as it stands it is sent and signed
_LONGEST_URL = 4000


@dataclass(frozen=True, slots=True)
class Services:
    """Use cases of services. ours: where the world reaches us, to which no hook may lead back."""

    database: Database
    clock: Clock
    ours: str = ""

    async def create(
        self, client: Principal, given: ServiceGiven, *, numbering: Numbering, screens: bool, as_id: UUID | None = None
    ) -> Service:
        """
        A new service of a client's account. numbering, screens: where `given` does not say. as_id: its id to be.

        Raises NameTaken, BadField.
        """
        if not given.unique_name:
            raise BadField("It is needed.", field="unique_name")
        service_id, now = as_id or new_id(), self.clock.now()
        row = _DEFAULTS | {"numbering": numbering, "screens": screens} | _columns(given, self.ours) | {
            "tenant": str(client.tenant), "service_id": str(service_id), "client_id": str(client.client_id),
            "made_at": now.isoformat(), "changed_at": now.isoformat(),
        }  # fmt: skip

        async def make(conn: Connection) -> Service:
            await _check(conn, client.tenant, given, None)
            await POOL.add_service(conn, row=json.dumps(row))
            await audit.note(conn, now, client.client_id, "service-made", service_id)
            return await found(conn, client.tenant, service_id)

        return await store.wholly(self.database, make)

    async def get(self, tenant: UUID, ref: UUID | str) -> Service:
        """By id or name. Raises ServiceUnknown."""
        async with self.database.work() as conn:
            return await found(conn, tenant, ref)

    async def page(self, tenant: UUID, page: Page) -> Sequence[Service]:
        """Services of an account, oldest first."""
        async with self.database.work() as conn:
            return [store.as_service(row) for row in await store.rows("services_page", POOL, conn, page, tenant=tenant)]

    async def change(self, tenant: UUID, service: UUID, given: ServiceGiven) -> Service:
        """Changes what is said. Live sessions keep their ends. Raises ServiceUnknown, NameTaken, BadField."""
        changes, now = _columns(given, self.ours), self.clock.now()

        async def change(conn: Connection) -> Service:
            await found(conn, tenant, service)
            await _check(conn, tenant, given, service)
            row = await POOL.change_service(conn, tenant=tenant, service=service, changes=json.dumps(changes), t=now)
            if row is None:
                raise ServiceUnknown
            return store.as_service(row)

        return await store.wholly(self.database, change)

    async def delete(self, tenant: UUID, service: UUID) -> None:
        """With its sessions; its numbers rest for a day. Raises ServiceUnknown, NumberInUse while a session is live."""
        now = self.clock.now()
        async with self.database.transaction() as conn:
            if await POOL.lock_service(conn, tenant=tenant, service=service) is None:
                raise ServiceUnknown
            live = await POOL.live_sessions(conn, tenant=tenant, service=service, t=now)
            if live:
                raise NumberInUse("Close its sessions first.", live=live)
            await POOL.drop_service(conn, tenant=tenant, service=service, t=now)
            await audit.note(conn, now, "api", "service-deleted", service)


async def found(conn: Connection, tenant: UUID, ref: UUID | str) -> Service:
    """A service. Raises ServiceUnknown."""
    service = await store.service(conn, tenant, ref)
    if service is None:
        raise ServiceUnknown
    return service


async def _check(conn: Connection, tenant: UUID, given: ServiceGiven, service: UUID | None) -> None:
    """What only Postgres knows. Raises NameTaken, BadField."""
    if given.unique_name:
        other = await store.service(conn, tenant, given.unique_name)
        if other is not None and other.service_id != service:
            raise NameTaken(what="service")
    if given.quiet is not None and not await POOL.knows_timezone(conn, name=given.quiet.timezone):
        raise BadField("Write an IANA zone like Asia/Kolkata.", field="quiet")


def _columns(given: ServiceGiven, ours: str) -> dict[str, Any]:
    """What is said, as columns. Raises BadField."""
    row: dict[str, Any] = {name: getattr(given, name) for name in _AS_GIVEN if getattr(given, name) is not None}
    for name, (least, most) in _RANGES.items():
        value = getattr(given, name)
        if value is not None:
            if not least <= value <= most:
                raise BadField(f"Between {least} and {most}.", field=name)
            row[name] = value or None if name.endswith("_a_day") else value
    if given.unique_name is not None:
        row["unique_name"] = checked_name(given.unique_name)
    if given.chat_instance_sid is not None:
        row["chat_instance_sid"] = given.chat_instance_sid or None
    if given.language is not None:
        if given.language not in words.languages():
            raise BadField(f"Choose one of {', '.join(words.languages())}.", field="language")
        row["language"] = given.language
    return row | _countries(given) | _stop_words(given) | _quiet(given) | _urls(given, ours) | _unsaid(given)


def _unsaid(given: ServiceGiven) -> dict[str, Any]:
    if "unique_name" in given.unsaid:
        raise BadField("It is needed.", field="unique_name")
    columns = (column for name in given.unsaid for column in _COLUMNS.get(name, (name,)))
    return {column: _UNSAID.get(column) for column in columns}


def checked_name(name: str) -> str:
    """A name that can be kept: at most 191 characters, at least one. Raises BadField."""
    if not rules.is_name(name):
        raise BadField(f"Write 1 to {rules.LONGEST_NAME} characters that can be printed.", field="unique_name")
    return name


def _countries(given: ServiceGiven) -> dict[str, Any]:
    row: dict[str, Any] = {"geo_match": given.geo} if given.geo is not None else {}
    for name in ("fallback_countries", "countries"):
        codes = getattr(given, name)
        if codes is not None:
            if not all(_COUNTRY.match(code) for code in codes):
                raise BadField("Two capital letters each: ISO 3166.", field=name)
            row[name] = list(codes)
    return row


def _stop_words(given: ServiceGiven) -> dict[str, Any]:
    if given.stop_words is None:
        return {}
    if len(given.stop_words) > 50 or not all(1 <= len(word) <= 40 and word.isprintable() for word in given.stop_words):
        raise BadField("At most 50 words of at most 40 characters.", field="stop_words")
    return {"stop_words": [word.strip().lower() for word in given.stop_words]}


def _quiet(given: ServiceGiven) -> dict[str, Any]:
    """From and to at the same minute is no quiet time at all."""
    quiet = given.quiet
    if quiet is None:
        return {}
    if quiet.starts == quiet.ends:
        return {"quiet_from": None, "quiet_to": None}
    return {"quiet_from": quiet.starts.isoformat(), "quiet_to": quiet.ends.isoformat(), "timezone": quiet.timezone}


def _urls(given: ServiceGiven, ours: str) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for url, address in given.urls.items():
        if address and not _can_be_asked(address):
            raise BadField(
                "Write an https address of at most 4,000 ASCII characters, without a fragment.", field=f"{url}_url"
            )
        if address and ours and _origin(address) == _origin(ours):
            raise BadField("It may not lead back here.", field=f"{url}_url")
        row[f"{url}_url"] = address or None
    return row


def _origin(address: str) -> tuple[str, int]:
    """Host and port."""
    parts = urlsplit(address)
    return (parts.hostname or "").rstrip("."), parts.port or {"http": 80}.get(parts.scheme, 443)


def _can_be_asked(address: str) -> bool:
    """Whether the courier could ask there. Without TLS it asks a desk's receivers alone: addresses with their ports."""
    if len(address) > _LONGEST_URL or not _URL.match(address):
        return False
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
        if parts.scheme == "http":
            ipaddress.ip_address(host or "")
    except ValueError:
        return False
    return bool(host) and port != 0 and (parts.scheme == "https" or port is not None)
