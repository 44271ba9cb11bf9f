"""Two things at once: whatever an owner has been told is done stays done, whoever writes at the same time."""

import asyncio

from tests.callerid.owners.conftest import ASHA, HOUR, NUMBER


async def test_a_hidden_number_never_shows_while_ticks_publish_it_over_and_over(owners, names, database):
    """Not for one read: look-ups go on all the while, and none that comes after the owner was answered sees a name."""
    ref = await names.crowd(NUMBER, {"Asha Rao": 4})
    over, hidden, leaks = asyncio.Event(), asyncio.Event(), []

    async def tick() -> None:
        while not over.is_set():
            async with database.transaction() as conn:
                await conn.execute("SELECT FROM named_number WHERE number_ref = $1", ref)
                await names.publish(conn, ref, "Asha Rao", 0)

    async def look() -> None:
        while not over.is_set():
            already = hidden.is_set()
            name, _ = await names.shown(NUMBER)
            if already and name is not None:
                leaks.append(name)

    async with asyncio.TaskGroup() as group:
        for each in (tick, tick, look, look):
            group.create_task(each())
        for _ in range(10):
            await owners.change(ASHA, hidden=True)
            hidden.set()
            for _ in range(5):
                await asyncio.sleep(0)
                await names.shown(NUMBER)
            hidden.clear()
            await owners.change(ASHA, hidden=False)
        await owners.change(ASHA, hidden=True)
        over.set()

    assert leaks == []
    assert await names.shown(NUMBER) == (None, "unknown")


async def test_a_tick_that_read_the_number_before_its_owner_hid_it_shows_nothing(owners, names, database):
    ref = await names.crowd(NUMBER, {"Asha Rao": 4})
    async with database.work() as tick:
        assert not await tick.fetchval("SELECT hidden FROM named_number WHERE number_ref = $1", ref)

        await owners.change(ASHA, hidden=True)
        await names.publish(tick, ref, "Asha Rao", 0)

    assert await names.shown(NUMBER) == (None, "unknown")


async def test_a_tick_that_waits_for_the_owner_writes_what_they_said(owners, names, database):
    """The tick's statement stands at the row's lock when the owner's transaction ends."""
    ref = await names.crowd(NUMBER, {"Asha Cheap": 4})
    async with database.work() as tick:
        async with owners.own(ASHA) as (conn, number):
            waiting = asyncio.create_task(names.publish(tick, ref, "Asha Cheap", 0))
            await blocked(database)
            await conn.execute("UPDATE name_cluster SET struck = true WHERE number_ref = $1", number)
            await conn.execute("UPDATE named_number SET strikes = true, name = name WHERE number_ref = $1", number)
        await waiting

    assert await names.shown(NUMBER) == (None, "unknown")


async def test_a_name_struck_while_a_merge_counts_it_stays_struck(owners, names, database, renewal, clock):
    ref = await names.crowd(NUMBER, {"Asha Cheap": 8, "Asha Rao": 5})
    await owners.mine(ASHA)
    clock.advance(HOUR)
    await renewal.renew()
    async with database.work() as merge:
        transaction = merge.transaction()
        await transaction.start()
        await merge.execute("SELECT FROM named_number WHERE number_ref = $1 FOR NO KEY UPDATE", ref)
        await names.cluster(merge, ref, 0, "Asha Cheap", 12)

        striking = asyncio.create_task(owners.strike(ASHA, 0))
        await blocked(database)
        await transaction.commit()
        await striking
        await names.cluster(merge, ref, 0, "Asha Cheap", 30)

        struck = await merge.fetchval("SELECT struck FROM name_cluster WHERE number_ref = $1 AND cluster = 0", ref)
    assert struck
    assert await names.shown(NUMBER) == (None, "unknown")


async def test_an_own_name_set_while_a_tick_publishes_the_crowds_is_the_one_that_shows(owners, names, database):
    ref = await names.crowd(NUMBER, {"Asha Office": 4})

    async def tick() -> None:
        for _ in range(30):
            async with database.work() as conn:
                await names.publish(conn, ref, "Asha Office", 0)

    async with asyncio.TaskGroup() as group:
        group.create_task(tick())
        await owners.call_me(ASHA, "Asha Rao")
        assert await names.shown(NUMBER) == ("Asha Rao", "self-declared")

    assert await names.shown(NUMBER) == ("Asha Rao", "self-declared")


async def blocked(database) -> None:
    """Waits until somebody stands at a lock."""
    async with asyncio.timeout(20), database.work() as conn:
        while not await conn.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
            pass  # the question itself is a turn of the loop
