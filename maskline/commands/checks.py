"""The doctor's checks of the house itself: servers, schema, keys, clock, follow-up work."""

import asyncio
from datetime import timedelta

from callerid.books.upkeep import Upkeep
from core.clock import AnchoredClock
from core.problem import Problem
from maskline import store
from maskline.commands.findings import Finding, ok, warn, wrong
from maskline.settings import Settings
from maskline.valkey import ValkeyLimiter
from privacy import rotation
from privacy.key_check import check_ring
from privacy.keys import KeyRing, KeysUnfit
from sql import migrate
from sql.database import Connection, Database
from sql.session import session

OLDEST_POSTGRES = 15
_DRIFT = timedelta(seconds=5)
_OVERDUE = timedelta(minutes=2)


async def check_valkey(redis_url: str) -> Finding:
    """Whether Valkey answers. Calls go on without it."""
    limiter = ValkeyLimiter(redis_url)
    try:
        if await limiter.is_cluster():
            return wrong("valkey", "It is a Cluster, on which limits count nothing.", "Use one primary with replicas.")
        if await limiter.answers():
            return ok("valkey", "It answers.")
    finally:
        await limiter.close()
    return warn("valkey", "It does not answer; calls go on, limits count in no process.", "Start it, or see REDIS_URL.")


async def check_postgres(conn: Connection) -> Finding:
    """Whether its version is one that we run on."""
    version = await store.server_version(conn)
    if version < OLDEST_POSTGRES:
        return wrong("postgres", f"It is version {version}.", f"Maskline needs {OLDEST_POSTGRES} or newer.")
    return ok("postgres", f"Version {version} answers.")


async def check_pooling(conn: Connection, settings: Settings) -> list[Finding]:
    """Whether DATABASE_URL and DATABASE_DIRECT_URL lead where DATABASE_POOLING says. conn: the direct one."""
    straight = await store.whereabouts(conn)
    if straight.pooled and settings.database_direct_url is not None:
        return [wrong("pooling", "MASKLINE_DATABASE_DIRECT_URL leads to a pooler.", "Name PostgreSQL's own address.")]
    if straight.pooled:
        return [warn("pooling", "DATABASE_URL leads to a pooler.", "Is it in transaction mode? See docs/settings.md.")]
    if settings.database_url is None or settings.database_direct_url is None:
        return []
    try:
        async with session(settings.database_url.get_secret_value(), prepared=not settings.pooled) as pooled:
            same = (await store.whereabouts(pooled)).place == straight.place
    except Problem as problem:
        return [wrong("pooling", f"Through MASKLINE_DATABASE_URL: {problem.title}.", "Is the pooler up?")]
    if not same:
        do = "Both must lead to one database, and to its primary."
        return [wrong("pooling", "MASKLINE_DATABASE_URL and _DIRECT_URL lead to different databases.", do)]
    return [ok("pooling", "Both addresses lead to one database.")]


async def check_schema(conn: Connection) -> Finding:
    """Whether the schema is this version's."""
    try:
        await migrate.check(conn)
    except Problem as problem:
        return wrong("schema", f"{problem.title}.", problem.detail or "")
    return ok("schema", "It is this version's.")


async def check_keys(conn: Connection, settings: Settings) -> list[Finding]:
    """Whether the key file is the database's, and whether old seal roots still seal something."""
    try:
        ring = await asyncio.to_thread(KeyRing.load, settings.keys_file)
        await check_ring(conn, ring)
    except KeysUnfit as unfit:
        return [wrong("keys", f"{settings.keys_file} cannot be used.", unfit.detail or "")]
    newest, boxes = ring.newest("seal"), await rotation.sealed_under(conn)
    older = sum(count for key_id, count in boxes.items() if key_id != newest)
    if older:
        do = "The worker moves them on; see ./run keys list."
        return [warn("keys", f"The file fits. {older} values are still sealed with an older root.", do)]
    return [ok("keys", f"{settings.keys_file} is this database's.")]


async def check_names(database: Database) -> Finding:
    """Whether what is counted of names is there, and no crowd of one is shown."""
    broken = await Upkeep(database).broken()
    if broken:
        told = ", ".join(f"{what} ({count})" for what, count in sorted(broken.items()))
        return wrong("names", f"Counters do not count what stands: {told}.", "./run names rebuild")
    return ok("names", "Counters count what stands.")


async def check_clock(database: Database) -> Finding:
    """How far this machine's clock is from Postgres's, which is the one that counts."""
    drift = await database.anchor(AnchoredClock())
    if abs(drift) <= _DRIFT:
        return ok("clock", f"It is {abs(drift.total_seconds()):.1f} s off PostgreSQL's.")
    way = "ahead of" if drift > timedelta() else "behind"
    found = f"This machine is {abs(drift.total_seconds()):.0f} s {way} PostgreSQL, whose time is used."
    return warn("clock", found, "Set both by NTP: logs and TLS go by this machine's.")


async def check_jobs(conn: Connection, database: Database) -> list[Finding]:
    """Whether somebody does the follow-up work, and whether some of it was given up."""
    clock = AnchoredClock()
    await database.anchor(clock)
    dead, late = await store.dead_letters(conn), await store.overdue_jobs(conn, clock.now() - _OVERDUE)
    found = []
    if late:
        found.append(wrong("jobs", f"{late} jobs wait, so no worker runs.", "Start one: ./run serve, or ./run work."))
    if dead:
        found.append(warn("jobs", f"{dead} jobs were given up.", "See them: ./run jobs dead."))
    return found or [ok("jobs", "None waits too long, none was given up.")]
