"""`./run calls`: what is kept of calls, which tells nothing of who called whom."""

from typing import Any

import click

from maskline.commands.opening import Opened, with_house
from maskline.commands.shown import Shown, json_option
from voice import records

_COLUMNS = (
    ("started_at", "Began (UTC)"), ("purpose", "What"), ("state", "State"), ("outcome", "Outcome"),
    ("talk_seconds", "Talked, s"), ("attempt", "Contact"),
)  # fmt: skip


@click.group()
def calls() -> None:
    """Anonymous records of calls."""


@calls.command("list")
@click.option("--most", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many, newest first.")
@json_option
def list_(shown: Shown, most: int) -> None:
    """List the latest calls: when, how they ended, how long people talked."""

    async def work(opened: Opened) -> list[dict[str, Any]]:
        async with opened.house.database.work() as conn:
            return await records.recent(conn, opened.tenant, most)

    shown.table("calls", with_house(shown, work), _COLUMNS, empty="No call yet.")
