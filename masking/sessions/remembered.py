"""Services as they were last read, so that whoever makes a session need not ask for what seldom changes."""

import json
from dataclasses import dataclass
from uuid import UUID

from masking.sessions.services import found
from masking.sessions.values import Service
from sql.database import Connection

_REMEMBERED = 10_000
"""Services at most, about 1 KB each."""


@dataclass(frozen=True, slots=True)
class Known:
    """A service as it was. terms: what of it people are seated by, as JSON; Postgres compares (service_terms)."""

    service: Service
    terms: str


class Remembered:
    """
    What this process last read of each service. Another one may have changed it, or deleted it, since.

    So whoever goes by it hands `terms` to the statement that keeps anything, which compares them; and nobody is refused
    by it before it was read anew.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[UUID, UUID], Known] = {}

    async def get(self, conn: Connection, tenant: UUID, service: UUID, *, anew: bool = False) -> Known:
        """Read now, if it is not remembered, or if it shall be read anew. Raises ServiceUnknown."""
        known = self._known.pop((tenant, service), None)
        if known is None or anew:
            there = await found(conn, tenant, service)
            known = Known(there, json.dumps(_terms(there)))
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[tenant, service] = known
        return known


def _terms(service: Service) -> dict[str, object]:
    """As service_terms in SQL has them."""
    return {
        "numbering": service.numbering, "geo": service.geo, "fallback_countries": service.fallback_countries,
        "countries": service.countries, "pin_length": service.pin_length, "default_ttl": service.default_ttl,
        "cool_off": service.cool_off,
    }  # fmt: skip
