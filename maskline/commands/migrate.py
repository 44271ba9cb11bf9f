"""`./run migrate`: brings the database to this version's schema, as a step of its own."""

import asyncio

import click

from maskline.commands.settled import load_settings
from maskline.commands.shown import Shown, json_option


@click.command()
@json_option
def migrate(shown: Shown) -> None:
    """Bring the database to this version's schema.

    In production, run it once before the first start and before each new release; services of the former version go on
    meanwhile. Embedded servers are migrated at each start.
    """
    loaded = load_settings()
    from maskline.embedded.join import join_or_start
    from sql import migrate as migrations

    async def work() -> list[str]:
        async with join_or_start(loaded, say=shown.step) as backing:
            return await migrations.migrate(loaded.session_url(backing.database_url))

    applied = asyncio.run(work())
    said = f"Applied: {', '.join(applied)}." if applied else "The schema is up to date."
    shown.result({"applied": applied}, said)
