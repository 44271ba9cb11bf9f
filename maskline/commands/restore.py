"""`./run restore`: reads the database from a file."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maskline.commands import asked
from maskline.commands.settled import load_settings
from maskline.commands.shown import Shown, json_option
from maskline.embedded.join import join_or_start
from maskline.refusal import Refusal
from maskline.settings import Settings

if TYPE_CHECKING:
    from sql.database import Connection

_LOOKS = 20
"""Times to look whether everybody has gone; Postgres ends the process of whoever has just stopped in its own time."""
_BETWEEN = 0.1
"""Seconds from one look to the next."""


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Also where the database holds something, which is then lost.")
@click.option("--yes", is_flag=True, help="With --replace: do not ask.")
@json_option
def restore(shown: Shown, file: Path, replace: bool, yes: bool) -> None:
    """Read a backup from FILE into an empty database.

    The key file of that time or a newer one must be in place: it is compared first, and where it does not fit nothing
    is touched. Stop every service and worker before. See docs/backup.md.
    """
    loaded = load_settings()
    if replace:
        asked.yes("Everything in the database is replaced by the backup. Go on?", given=yes)
    applied = asyncio.run(_restore(loaded, shown, file, replace=replace))
    newer = f" Then brought to this version's schema: {', '.join(applied)}." if applied else ""
    next_step = "Run ./run migrate, then start the service." if loaded.external else "Start it: ./run serve."
    shown.result(
        {"file": str(file.absolute()), "migrated": applied},
        f"Restored {file}, with keys that fit.{newer}",
        "Call-backs and strangers' ways from before are gone: they scan again. Carry out anew the requests for erasure "
        f"since the backup. {next_step}",
    )


async def _restore(loaded: Settings, shown: Shown, file: Path, *, replace: bool) -> list[str]:
    from maskline import backup, seed, store
    from privacy.key_check import refuse_strangers
    from privacy.keys import KeyRing
    from sql.database import Database

    @asynccontextmanager
    async def only_us(address: str) -> AsyncIterator["Connection"]:
        """A connection, where nobody else has one."""
        database = await Database.open(address, voice=1, work=1)
        try:
            async with database.voice() as spare, database.work() as conn:
                if not await _is_alone(conn, spare):
                    raise Refusal("Something is connected to the database. Stop every service, worker and psql first.")
                yield conn
        finally:
            await database.close()

    async with join_or_start(loaded, say=shown.step) as backing:
        address = loaded.session_url(backing.database_url)
        async with only_us(address) as conn:
            if await store.has_aside(conn):
                shown.step("An earlier restore was cut off; first everything is as it was before it.")
                await store.bring_back(conn)
            tools = await asyncio.to_thread(backup.tools_for, await store.server_version(conn))
            ring = await asyncio.to_thread(KeyRing.load, loaded.keys_file)
            refuse_strangers(await asyncio.to_thread(backup.keys_of, tools, file), ring)
            if await store.is_empty(conn):
                await asyncio.to_thread(backup.restore, tools, address, file)
            elif not replace:
                raise Refusal("The database is not empty. Give --replace to lose what is in it.")
            else:
                await store.set_aside(conn)
                try:
                    await asyncio.to_thread(backup.restore, tools, address, file)
                except BaseException:
                    await store.bring_back(conn)
                    raise
                await store.drop_aside(conn)
        return await seed.prepare(loaded, backing.database_url)


async def _is_alone(*ours: "Connection") -> bool:
    """Whether nobody else is connected, or will be in a moment."""
    from maskline import store

    for _ in range(_LOOKS):
        if not await store.others_connected(*ours):
            return True
        await asyncio.sleep(_BETWEEN)
    return False
