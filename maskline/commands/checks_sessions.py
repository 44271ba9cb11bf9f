"""The doctor's check of masked sessions: how full each service's numbers are."""

from uuid import UUID

from masking.sessions.given import Mark, Page
from masking.sessions.pool import FULL, Usage
from masking.sessions.values import Service
from maskline.commands.findings import Finding, ok, warn
from maskline.commands.opening import Opened

_AT_A_TIME = 100


async def check_pools(opened: Opened) -> list[Finding]:
    """Each service's pool, by its busiest person and by its cap. A service is named by its id: names are customers'."""
    found = []
    for service in await _services(opened):
        usage = await opened.house.rooms.pool.usage(opened.tenant, service.service_id)
        found.append(_judged(service.service_id, usage))
    return found


def _judged(service: UUID, usage: Usage) -> Finding:
    check = f"service {service.hex[:8]}"
    if not usage.numbers:
        return warn(check, "It has no number.", "Put session numbers into it, through the API.")
    held = f"{usage.numbers} numbers, {usage.live} live, the busiest person holds {usage.busiest}"
    stands = f"{usage.share:.0%} full: {held}."
    if usage.share < FULL:
        return ok(check, stands)
    return warn(check, stands, "Add numbers, or reckon with ./run plan.")


async def _services(opened: Opened) -> list[Service]:
    found: list[Service] = []
    while True:
        after = Mark(found[-1].made_at, found[-1].service_id) if found else None
        page = await opened.house.rooms.services.page(opened.tenant, Page(after=after, most=_AT_A_TIME))
        found += page
        if len(page) < _AT_A_TIME:
            return found
