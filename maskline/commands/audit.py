"""`./run audit`: whether the audit trail is whole."""

import json
from pathlib import Path

import click

from maskline.commands.opening import Opened, with_house
from maskline.commands.shown import Shown, json_option
from maskline.refusal import Refusal
from privacy import audit as trail
from privacy.audit import Broken, Verified


@click.group()
def audit() -> None:
    """The audit trail: who did what, chained so that a change shows."""


@audit.command()
@click.option(
    "--seen", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What an earlier `audit verify --json` printed, kept elsewhere: finds out a database rolled back as a whole.",
)  # fmt: skip
@json_option
@click.pass_context
def verify(ctx: click.Context, shown: Shown, seen: Path | None) -> None:
    """Read the whole chain and say whether it is whole. Ends with status 1 where it is not."""
    earlier = _read(seen) if seen else None

    async def work(opened: Opened) -> Verified | Broken:
        house = opened.house
        await trail.link(house.database, house.ring)
        async with house.database.work() as conn:
            return await trail.verify(conn, house.ring, seen=earlier)

    found = with_house(shown, work)
    if isinstance(found, Broken):
        shown.result(
            {"whole": False, "at": found.seq, "why": found.why},
            f"The audit trail is broken at link {found.seq}. {found.why} Find out who could write to the database.",
        )
        ctx.exit(1)
    shown.result(
        {"whole": True, "links": found.links, "waiting": found.waiting, "head": found.head},
        f"Whole: {found.links} links, {found.waiting} entries waiting. Head: {found.head or '–'}",
        "Keep the count and the head elsewhere, and give them to --seen next time.",
    )


def _read(path: Path) -> Verified:
    try:
        told = json.loads(path.read_text())
        return Verified(int(told["links"]), int(told.get("waiting", 0)), str(told["head"]))
    except (ValueError, KeyError, TypeError, UnicodeDecodeError):
        raise Refusal(f"{path} is not what `./run audit verify --json` prints. Give that file.") from None
