"""Clients as values, and what may be said of one."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from admin.clients.errors import BadClient

SCOPES = ("proxy", "api", "api:read", "names")
"""
proxy: the API of Twilio Proxy. api: our own for masked sessions, all of it. api:read: the same, without changing
anything. names: looking up what a number is called.
"""
LOOKUPS_A_DAY = 10_000
"""Distinct numbers that a client with the scope `names` may look up in a day, where its plan says nothing else."""
MOST_LOOKUPS = 1_000_000

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """
    A program that asks. revoked_at: since when its token counts for nothing; None while it counts. lookups_a_day:
    distinct numbers.
    """

    client_id: UUID
    tenant: UUID
    name: str
    scopes: tuple[str, ...]
    made_at: datetime
    revoked_at: datetime | None = None
    lookups_a_day: int = LOOKUPS_A_DAY


@dataclass(frozen=True, slots=True)
class Issued:
    """
    A client and what it signs in with. account_sid: its user name. token: its password, 32 hex digits, told this once.
    """

    client: Client
    account_sid: str
    token: str = field(repr=False)


def checked_name(name: str) -> str:
    """A name that can stand in tables and logs. Raises BadClient."""
    if not _NAME.match(name):
        raise BadClient("Write 1 to 64 letters, digits, spaces, dots, hyphens or underscores.", field="name")
    return name


def checked_scopes(scopes: Iterable[str]) -> tuple[str, ...]:
    """Scopes in their usual order, each once, at least one. Raises BadClient."""
    given = set(scopes)
    if not given or not given <= set(SCOPES):
        raise BadClient(f"Choose from {', '.join(SCOPES)}, one or several.", field="scopes")
    return tuple(scope for scope in SCOPES if scope in given)


def checked_lookups(a_day: int) -> int:
    """A budget of look-ups. Raises BadClient."""
    if not 0 <= a_day <= MOST_LOOKUPS:
        raise BadClient(f"Between 0 and {MOST_LOOKUPS}.", field="lookups_a_day")
    return a_day
