"""The demo's crowd: whoever signs in with a handset's number at a new demo sees that people know it."""

import pytest

from core.e164 import E164
from maskline import demo
from maskline.demo_crowd import seed_crowd
from tests.masking.served import served
from tests.town import Town
from tests.trips.names import people

ASKER = E164("+12125550188")


@pytest.mark.parametrize(
    ("handset", "name"),
    [(demo.STRANGER, "Riya Stone"), (demo.RIDER, "Tom Baker"), (demo.DRIVER, "Lena Fox"), (demo.SECOND, None)],
)
async def test_a_crowd_names_the_handsets_that_are_in_its_books(town: Town, handset: demo.Handset, name: str | None):
    await seed_crowd(town.house)

    async with served(town) as base, people(town, base, [ASKER]) as (asker,):
        told = await asker.looks_up(handset.number)

    assert (told["name"], told["status"]) == (name, "crowd" if name else "unknown")
