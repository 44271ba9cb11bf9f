"""A way to the owner on a page that stays open: it ends for everybody alike, whatever the owner did."""

import pytest

from tests.town import OWNER, Town


@pytest.mark.parametrize("end", ["pause", "revoke", "quiet"])
async def test_an_open_page_cannot_tell_why_its_way_ended(town: Town, end: str):
    code = await town.sticker()
    way = await town.scan(code)
    assert way.number is not None

    if end == "quiet":
        hour = town.clock.now().time()
        await town.rows(
            "UPDATE sticker SET quiet_from = $1, quiet_to = $2 RETURNING 1", hour, hour.replace(hour=hour.hour + 1)
        )
    else:
        await getattr(town.house.desk, end)(code)
    shown = await town.house.scans.way(code, way.token)

    assert (shown.number, shown.extension, shown.until) == (None, None, None)


async def test_the_way_comes_back_when_the_owner_resumes_in_time(town: Town):
    code = await town.sticker(OWNER)
    way = await town.scan(code)

    await town.house.desk.pause(code)
    await town.house.desk.resume(code)

    assert (await town.house.scans.way(code, way.token)).number == way.number
