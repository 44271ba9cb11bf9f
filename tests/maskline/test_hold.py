"""Who works with the keys says so, and stops once the keys are others."""

from dataclasses import replace

import pytest

from maskline.hold import holding
from privacy.keys import KeysUnfit
from sql.database import DatabaseAway
from tests.town import Town

HOLDER = """
SELECT pid FROM pg_locks JOIN pg_database ON oid = database
 WHERE locktype = 'advisory' AND mode = 'ShareLock' AND granted AND datname = current_database()
"""


async def test_a_process_goes_on_while_its_keys_fit(town: Town):
    async with holding(town.house) as held:
        assert len(await town.rows(HOLDER)) == 1
        assert not held.done()

    assert await town.rows(HOLDER) == []


async def test_a_process_ends_where_keys_moved_while_it_was_cut_off(town: Town):
    async with holding(town.house) as held:
        (row,) = await town.rows(HOLDER)
        await town.rows("INSERT INTO key_check (root, key_id, proof) VALUES ('number', 2, '\\x00')")
        await town.rows("SELECT pg_terminate_backend($1)", row["pid"])

        with pytest.raises(KeysUnfit, match="number 2 is missing"):
            await held


async def test_a_process_takes_its_hold_again_after_it_was_cut_off(town: Town):
    async with holding(town.house) as held:
        (before,) = await town.rows(HOLDER)
        await town.rows("SELECT pg_terminate_backend($1)", before["pid"])
        holders = [before]
        while holders in ([], [before]):
            holders = await town.rows(HOLDER)

        assert len(holders) == 1
        assert not held.done()


async def test_nothing_starts_where_the_hold_cannot_be_had(town: Town):
    away = replace(town.house, session_url="postgresql://nobody:secret@/nowhere?host=/nowhere")

    with pytest.raises(DatabaseAway):
        async with holding(away):
            pytest.fail("it started")
