"""A town that has an earlier one's rows is the town that the use cases would have furnished."""

from core.clock import SetClock
from maskline.settings import Settings
from maskline.wiring import House, open_house
from tests.furnished import Rows
from tests.town import NOON, SHARED, furnish

_RING = "key_check", "schema_version", "schema_function"


async def content(house: House) -> dict[str, list[str]]:
    """Every row of every table, but for what stands there before a town is furnished."""
    async with house.database.work() as conn:
        names = [row[0] for row in await conn.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        rows = {name: await conn.fetch(f'SELECT t::text FROM "{name}" t ORDER BY 1') for name in names}
    return {name: [str(row[0]) for row in found] for name, found in rows.items() if found and name not in _RING}


async def test_the_second_town_has_the_rows_of_the_first(
    database_url: str, other_database_url: str, redis_url: str, settings: Settings
):
    rows, clock = Rows(furnish), SetClock(NOON)
    async with (
        open_house(settings, database_url, redis_url, public_url="http://localhost", clock=clock) as first,
        open_house(settings, other_database_url, redis_url, public_url="http://localhost", clock=clock) as second,
    ):
        tenants = {await rows.put(house, clock) for house in (first, second)}

        assert len(tenants) == 1
        assert await content(first) == await content(second)
        assert await second.inventory.ours() == await first.inventory.ours() >= set(SHARED.values())
        assert second.accounts.of("plivo") == first.accounts.of("plivo") != ()
