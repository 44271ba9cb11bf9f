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

    So whoever goes by it hands `terms` to the statement that keeps anything, and forgets it where they do not stand.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[UUID, UUID], Known] = {}

    async def get(self, conn: Connection, tenant: UUID, service: UUID) -> Known:
        """Read now, if it is not remembered. Raises ServiceUnknown."""
        known = self._known.get((tenant, service))
        if known is None:
            there = await found(conn, tenant, service)
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[tenant, service] = Known(there, json.dumps(_terms(there)))
        return known

    def forget(self, tenant: UUID, service: UUID) -> None:
        """It is read anew when it is next needed."""
        self._known.pop((tenant, service), None)


def _terms(service: Service) -> dict[str, object]:
    """As service_terms in SQL has them."""
    return {
        "numbering": service.numbering, "geo": service.geo, "fallback_countries": service.fallback_countries,
        "countries": service.countries, "pin_length": service.pin_length, "default_ttl": service.default_ttl,
        "cool_off": service.cool_off,
    }  # fmt: skip
