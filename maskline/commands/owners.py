"""`./run names verify`, `hide` and the like: what staff do about owners of numbers. A number is never an argument."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click
import phonenumbers

from callerid.owners.feed import FeedReader
from callerid.owners.values import Business, BusinessState, Counts
from core.e164 import E164
from maskline.commands import asked
from maskline.commands.opening import Opened, with_house
from maskline.commands.shown import Shown, json_option
from maskline.refusal import Refusal
from privacy import audit

ACTOR = "command"
_STATES = click.Choice([state.value for state in BusinessState])
_COLUMNS = (
    ("business", "Business"), ("name", "Name"), ("category", "Category"), ("evidence", "To check"), ("state", "State"),
    ("asked_at", "Asked (UTC)"), ("until", "Until (UTC)"),
)  # fmt: skip


def _country(ctx: click.Context, param: click.Parameter, given: str | None) -> str | None:
    if given is not None and given.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise click.BadParameter("Write an ISO 3166 code, like IN.")
    return given.upper() if given else None


def _past(ctx: click.Context, param: click.Parameter, given: datetime | None) -> datetime | None:
    if given is not None and given.date() > datetime.now(UTC).date():
        raise click.BadParameter("That day is still to come.")
    return given


def join(group: click.Group) -> None:
    """Puts these commands into `./run names`."""
    for command in (businesses, verify, refuse, revoke, disconnects, hide, show):
        group.add_command(command)


@click.command()
@click.option("--state", type=_STATES, default=BusinessState.ASKED.value, show_default=True, help="Only those.")
@json_option
def businesses(shown: Shown, state: str) -> None:
    """List numbers that asked to be shown as a business, the longest waiting first."""

    async def work(opened: Opened) -> list[Business]:
        return list(await opened.house.naming.businesses.those(BusinessState(state)))

    rows = [_row(business) for business in with_house(shown, work)]
    shown.table("businesses", rows, _COLUMNS, empty=f"None is {state}.")


@click.command()
@click.argument("business", type=click.UUID)
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def verify(shown: Shown, business: UUID, yes: bool) -> None:
    """Show a number as this business, for a year. Check its evidence first; it changes nothing about spam."""
    asked.yes("You have checked that the number is this business's?", given=yes)
    _decide(shown, business, verified=True)


@click.command()
@click.argument("business", type=click.UUID)
@json_option
def refuse(shown: Shown, business: UUID) -> None:
    """Say that a business could not be confirmed. Its owner may ask again."""
    _decide(shown, business, verified=False)


@click.command()
@click.argument("business", type=click.UUID)
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def revoke(shown: Shown, business: UUID, yes: bool) -> None:
    """Show a number as this business no longer, at once."""
    asked.yes("Take the verification back?", given=yes)

    async def work(opened: Opened) -> Business:
        return await opened.house.naming.businesses.revoke(business, actor=ACTOR)

    shown.result(_row(with_house(shown, work)), "It is shown as verified no longer.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--country", callback=_country, help="ISO 3166 code: whose numbers lack a country code, like IN.")
@click.option(
    "--date",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=_past,
    help="Of lines without a date: when the list is of.",
)
@click.option("--dry-run", is_flag=True, help="Only count.")
@json_option
def disconnects(shown: Shown, file: Path, country: str | None, day: datetime | None, dry_run: bool) -> None:
    """Take in a list of numbers that were given back, like TRAI's monthly one: CSV, a number a line.

    What was said of them before is of somebody else. Read again, a list changes nothing more.
    """

    async def work(opened: Opened) -> Counts:
        today = opened.house.clock.now().date()
        reader = FeedReader(country, day.date() if day else None, today)
        with file.open("rb") as lines:
            return await opened.house.naming.disconnects.take_in(lines, reader, dry=dry_run)

    counts = with_house(shown, work)
    if not counts.read and not counts.bad_count:
        raise Refusal("The list is empty. Did it arrive whole?")
    if not counts.read:
        raise Refusal("No line could be read. Give --date where lines have none, and --country where numbers lack it.")
    told = {"read": counts.read, "bad": counts.bad_count, "bad_lines": list(counts.bad), "known": counts.known,
            "news": counts.news, "ended": counts.ended, "dry_run": dry_run}  # fmt: skip
    shown.result(told, *_sentences(counts, dry_run))


@click.command()
@json_option
def hide(shown: Shown) -> None:
    """Hide a number on its holder's request. You are asked for it."""
    _set_hidden(shown, hidden=True)


@click.command()
@json_option
def show(shown: Shown) -> None:
    """Let a number's name be shown again. You are asked for it."""
    _set_hidden(shown, hidden=False)


def _set_hidden(shown: Shown, *, hidden: bool) -> None:
    number = E164.parse(asked.line("The number"))
    if not sys.stdin.isatty() and sys.stdin.read().strip():
        raise Refusal("Nothing was done: write one number to standard input, and run this for each.")

    async def work(opened: Opened) -> None:
        await opened.house.naming.opt_outs.decide(number, hidden=hidden)
        async with opened.house.database.work() as conn:
            await audit.note(conn, opened.house.clock.now(), ACTOR, "number.hidden" if hidden else "number.unhidden")

    with_house(shown, work)
    shown.result(
        {"hidden": hidden}, "Nothing is shown for it any more." if hidden else "It is shown from the next tick."
    )


def _decide(shown: Shown, business: UUID, *, verified: bool) -> None:
    async def work(opened: Opened) -> Business:
        return await opened.house.naming.businesses.decide(business, verified=verified, actor=ACTOR)

    done = with_house(shown, work)
    said = f"Verified until {done.until:%Y-%m-%d}." if done.until else "Refused. Its owner may ask again."
    shown.result(_row(done), said)


def _sentences(counts: Counts, dry_run: bool) -> list[str]:
    only = " (counted only)" if dry_run else ""
    known = f"{counts.read} numbers read, {counts.known} of them known, {counts.news} of them news"
    said = [f"{known}; {counts.ended} had an owner{only}."]
    if counts.bad_count:
        more = " …" if counts.bad_count > len(counts.bad) else ""
        said.append(f"{counts.bad_count} lines are bad: {', '.join(map(str, counts.bad))}{more}")
    return said


def _row(business: Business) -> dict[str, Any]:
    return {
        "business": str(business.business_id), "name": business.name, "category": business.category.value,
        "evidence": business.evidence, "state": business.state.value, "asked_at": business.asked_at,
        "until": business.until,
    }  # fmt: skip
