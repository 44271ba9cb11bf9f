"""`./run jobs`: follow-up work that was tried again and again, and given up."""

from typing import Any

import click

from maskline import store
from maskline.commands.opening import Opened, with_house
from maskline.commands.shown import Shown, json_option

_COLUMNS = (
    ("dead_at", "Given up (UTC)"), ("kind", "Kind"), ("attempts", "Tries"), ("error", "Last error"),
    ("subject", "About"),
)  # fmt: skip


@click.group()
def jobs() -> None:
    """Follow-up work: texts, consent calls, deletions at the carrier."""


@jobs.command()
@click.option("--most", type=click.IntRange(1, 1000), default=50, show_default=True, help="How many, newest first.")
@json_option
def dead(shown: Shown, most: int) -> None:
    """List the dead letters: jobs given up after twelve tries in nearly three days, kept for 14 days."""

    async def work(opened: Opened) -> list[dict[str, Any]]:
        async with opened.house.database.work() as conn:
            return await store.dead_jobs(conn, most)

    shown.table("jobs", with_house(shown, work), _COLUMNS, empty="None: all follow-up work succeeded or still goes on.")
