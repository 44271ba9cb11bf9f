"""`./run backup`: writes the database into a file."""

import asyncio
from pathlib import Path

import click

from maskline.commands.settled import load_settings
from maskline.commands.shown import Shown, json_option


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@json_option
def backup(shown: Shown, file: Path) -> None:
    """Write the database into FILE, while everything runs.

    The key file is not in it, and neither is worth anything without the other: keep both, apart from each other. Keys
    that must not outlive two days are left out on purpose. See docs/backup.md.
    """
    loaded = load_settings()
    from maskline import backup as writing
    from maskline import store
    from maskline.embedded.join import join_or_start
    from sql import migrate
    from sql.database import Database

    async def work() -> int:
        async with join_or_start(loaded, say=shown.step) as backing:
            address = loaded.session_url(backing.database_url)
            database = await Database.open(address, voice=1, work=1)
            try:
                async with database.work() as conn:
                    await migrate.check(conn)
                    version = await store.server_version(conn)
            finally:
                await database.close()
            tools = await asyncio.to_thread(writing.tools_for, version)
            return await asyncio.to_thread(writing.dump, tools, address, file)

    size = asyncio.run(work())
    shown.result(
        {"file": str(file.absolute()), "bytes": size, "keys": str(loaded.keys_file)},
        f"Wrote {file} ({size:,} bytes).",
        f"The keys are not in it: keep {loaded.keys_file} too, elsewhere. One without the other is worth nothing.",
    )
