"""`./run doctor`: looks at everything that a site needs, and says what to do about what is wrong."""

import asyncio
from collections.abc import AsyncIterator

import click

from core.problem import Problem
from maskline import store, webhooks
from maskline.commands import checks, checks_numbers, checks_sessions, sentence
from maskline.commands.findings import Finding, all_well, wrong
from maskline.commands.opening import POOLS, Opened, at_desk
from maskline.commands.settled import load_settings
from maskline.commands.shown import Shown, json_option
from maskline.embedded.join import Backing, join_or_start
from maskline.refusal import Refusal
from maskline.seed import prepare
from maskline.settings import Settings
from maskline.wiring import open_house
from sql.database import Database


@click.command()
@click.option("--point", is_flag=True, help="Set the webhooks of our numbers that lead elsewhere.")
@json_option
@click.pass_context
def doctor(ctx: click.Context, shown: Shown, point: bool) -> None:
    """Look for what is wrong, and say what to do.

    PostgreSQL, Valkey, schema, keys, clock, follow-up work; each carrier account over its REST API, our numbers there
    and where their webhooks lead; how full services' pools are. Changes nothing without --point. Ends with status 1
    where something is wrong.
    """
    loaded = load_settings()

    async def look() -> list[Finding]:
        found = []
        async for finding in _look(loaded, shown, point=point):
            found.append(finding)
            if not shown.as_json:
                click.echo(finding.line())
        return found

    found = asyncio.run(look())
    well = all_well(found)
    documents = [{"check": each.check, "health": each.health, "found": each.found, "do": each.do} for each in found]
    shown.result({"well": well, "checks": documents})
    if not well:
        ctx.exit(1)


async def _look(loaded: Settings, shown: Shown, *, point: bool) -> AsyncIterator[Finding]:
    """One finding after the other; what cannot be looked at because of an earlier one is left out."""
    try:
        async with join_or_start(loaded, say=shown.step) as backing:
            if backing.started is not None:
                await prepare(loaded, backing.database_url)
            async for finding in _look_at(loaded, backing, point=point):
                yield finding
    except Refusal as refusal:
        yield wrong("servers", str(refusal))
    except Problem as problem:
        yield wrong("servers", sentence(problem))


async def _look_at(loaded: Settings, backing: Backing, *, point: bool) -> AsyncIterator[Finding]:
    yield await checks.check_valkey(backing.redis_url)
    try:
        database = await Database.open(loaded.session_url(backing.database_url), voice=1, work=2)
    except Problem as problem:
        yield wrong("postgres", sentence(problem), "Start it, or see MASKLINE_DATABASE_URL.")
        return
    try:
        async with database.work() as conn:
            yield await checks.check_postgres(conn)
            for finding in await checks.check_pooling(conn, loaded):
                yield finding
            schema = await checks.check_schema(conn)
            keys = await checks.check_keys(conn, loaded) if all_well([schema]) else []
            for finding in (schema, *keys):
                yield finding
            if not all_well([schema, *keys]):
                return
            yield await checks.check_clock(database)
            for finding in await checks.check_jobs(conn, database):
                yield finding
            yield await checks.check_names(database)
            demo = store.DEMO in await store.tenants(conn)
    finally:
        await database.close()
    async for finding in _look_outside(at_desk(loaded, backing) if demo else loaded, backing, demo=demo, point=point):
        yield finding


async def _look_outside(loaded: Settings, backing: Backing, *, demo: bool, point: bool) -> AsyncIterator[Finding]:
    where = backing.pages.get("service")
    async with open_house(loaded, backing.database_url, backing.redis_url, public_url=where, pools=POOLS) as house:
        async with house.database.work() as conn:
            tenants = await store.tenants(conn)
        tenant = tenants.get(store.DEMO if demo else store.OURS)
        if tenant is None:
            yield wrong("accounts", "Nothing is set up yet.", "Add a carrier account: ./run accounts add.")
            return
        opened = Opened(house, tenant, demo, "worker" in backing.pages)
        for finding in await checks_numbers.check_accounts(opened, point=point):
            yield finding
        for check in (checks_numbers.check_roles, checks_sessions.check_pools):
            for finding in await check(opened):
                yield finding
        elsewhere = not (webhooks.is_local(loaded.twilio_api_url) and webhooks.is_local(loaded.plivo_api_url))
        yield await checks_numbers.check_way_in(house.public_url, needed=elsewhere)
