"""Postgres moves to another machine: connections are cut, and for a while what answers takes no writes."""

from tests.chaos.ground import Ground, until

CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


async def alter(ground: Ground, change: str) -> None:
    """Changes what new connections meet."""
    async with ground.town.house.database.transaction() as conn:
        await conn.execute("SET TRANSACTION READ WRITE")
        name = await conn.fetchval("SELECT quote_ident(current_database())")
        await conn.execute(f"ALTER DATABASE {name} {change}")


async def test_callers_are_connected_again_once_new_connections_lead_to_a_primary(ground: Ground):
    """Connections made while only a standby answered lead there for ever, unless somebody lets go of them."""
    ways = await ground.ways(20)
    standing = await ground.serve("--without-worker")
    before = await ground.crowd.all_call(ways[:5])

    await alter(ground, "SET default_transaction_read_only = on")
    await ground.town.rows(CUT)
    meanwhile = await ground.crowd.all_call(ways[5:])
    ready = await ground.ready(standing)
    text = await ground.crowd.texts(1)
    await alter(ground, "RESET default_transaction_read_only")

    async def connects() -> bool:
        return (await ground.crowd.calls(ways[5])).connected

    await until(connects)
    after = await ground.crowd.all_call(ways[5:])

    assert all(each.connected for each in before + after)
    assert all(each.apologised for each in meanwhile)
    assert not ready
    assert text.status == 503
    assert await ground.ready(standing)
