"""`./run rekey`: moves every number key to a new root, after a leak."""

import asyncio
from datetime import UTC, datetime

import click

from maskline.commands import asked
from maskline.commands.settled import load_settings
from maskline.commands.shown import Shown, json_option


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def rekey(shown: Shown, yes: bool) -> None:
    """Wrap every stored number key with a new root, after the old one may have leaked.

    Stop every service and worker first; it refuses while one runs. The new root is added to the key file: back that up
    again. Cut off half-way, nothing has moved, and running it again finishes it.
    """
    loaded = load_settings()
    asked.yes("Move every number key to a new root?", given=yes)
    from maskline import seed
    from maskline.embedded.join import join_or_start
    from privacy.rekey import Rekeyed
    from privacy.rekey import rekey as move
    from sql.database import Database

    async def work() -> Rekeyed:
        async with join_or_start(loaded, say=shown.step) as backing:
            if backing.started is not None:
                await seed.prepare(loaded, backing.database_url)
            database = await Database.open(loaded.session_url(backing.database_url), voice=1, work=2)
            try:
                return await move(database, loaded.keys_file, at=datetime.now(UTC))
            finally:
                await database.close()

    done = asyncio.run(work())
    moved = ", ".join(f"{count} in {table}" for table, count in done.counts.items())
    shown.result(
        {"version": done.version, "moved": done.counts, "keys": str(loaded.keys_file)},
        f"Number key {done.version} is live. Moved: {moved}.",
        f"Back up {loaded.keys_file} now, apart from the database, and start the service.",
    )
