"""`./run deliveries`: what a service's customer was told, and telling them again what they missed."""

from collections.abc import Sequence
from typing import Any

import click

from masking.sessions.event_log import MOST
from masking.sessions.events import Kept
from maskline.commands.opening import Opened, with_house
from maskline.commands.shown import Shown, json_option

_COLUMNS = (
    ("seq", "Number"), ("at", "When (UTC)"), ("kind", "Kind"), ("state", "State"), ("session", "Session"),
)  # fmt: skip


@click.group()
def deliveries() -> None:
    """What the customer of a service was told, as docs/events.md has it. Events are kept for 30 days."""


@deliveries.command("list")
@click.argument("service")
@click.option("--after", type=click.IntRange(0), default=0, show_default=True, help="Only those with a higher number.")
@click.option("--most", type=click.IntRange(1, MOST), default=50, show_default=True, help="How many.")
@json_option
def list_(shown: Shown, service: str, after: int, most: int) -> None:
    """List the events of a service, named by its unique name."""

    async def work(opened: Opened) -> Sequence[Kept]:
        found = await opened.house.rooms.services.get(opened.tenant, service)
        return await opened.house.rooms.events.page(opened.tenant, found.service_id, after=after, most=most)

    shown.table("events", [_row(kept) for kept in with_house(shown, work)], _COLUMNS, empty="Nothing was told yet.")


@deliveries.command()
@click.argument("service")
@click.argument("first", type=click.IntRange(1))
@click.argument("last", type=click.IntRange(1), required=False)
@json_option
def resend(shown: Shown, service: str, first: int, last: int | None) -> None:
    """Tell the events numbered FIRST to LAST once more, as a gap names them; without LAST that one alone."""

    async def work(opened: Opened) -> int:
        found = await opened.house.rooms.services.get(opened.tenant, service)
        return await opened.house.rooms.events.resend(opened.tenant, found.service_id, first, last or first)

    count = with_house(shown, work)
    shown.result({"queued": count}, f"{count} events are sent again, after what waits already.")


def _row(kept: Kept) -> dict[str, Any]:
    event = kept.event
    state = "taken" if kept.delivered_at else "given up" if kept.dead_at else "waiting"
    return {
        "seq": event.seq, "id": str(event.event_id), "at": event.at, "kind": event.kind, "state": state,
        "session": str(event.session_id) if event.session_id else None,
    }  # fmt: skip
