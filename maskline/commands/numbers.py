"""`./run numbers`: our own numbers. They are printed on stickers, so they may stand in arguments and on the screen."""

from typing import Any

import click

from carriers import DIALECTS
from core.e164 import E164
from masking.claims.errors import NumberUnknown
from masking.claims.values import ProxyNumber, Role
from maskline import webhooks
from maskline.commands import asked, numbers_import
from maskline.commands.opening import Opened, with_house
from maskline.commands.shown import Shown, json_option
from maskline.settings import Settings

_ROLES = click.Choice([role.value for role in Role])
_COLUMNS = (
    ("number", "Number"), ("carrier", "Carrier"), ("country", "Country"), ("role", "Role"), ("plays", "Plays now"),
    ("resting_until", "Rests until (UTC)"), ("live", "Live claims"),
)  # fmt: skip


@click.group()
def numbers() -> None:
    """Our own telephone numbers.

    A `shared` number takes extensions and owners' call-backs, and is what owners see; a `pool` number serves one
    stranger at a time. The first number of a country is shared; one is enough.
    """


@numbers.command()
@click.argument("number")
@click.option("--carrier", type=click.Choice(list(DIALECTS)), required=True, help="Whose account holds it.")
@click.option("--role", type=_ROLES, default=Role.SHARED.value, show_default=True)
@json_option
def add(shown: Shown, number: str, carrier: str, role: str) -> None:
    """Take a number of a carrier account into the inventory.

    The carrier is asked what the number can do, and by which id it names it. Where it cannot be asked, or does not know
    the number, it is taken in all the same: `./run numbers import` asks again later.
    """
    ours = E164.parse(number)

    async def work(opened: Opened) -> numbers_import.Said:
        said = await numbers_import.ask(opened, carrier, ours)
        await opened.house.inventory.add(opened.tenant, carrier, ours, Role(role), said.traits)
        await opened.tell_changed()
        return said

    said = with_house(shown, work)
    shown.result(
        {"number": ours.value, "carrier": carrier, "role": role, **said.shown()},
        f"Taken in as {role}.",
        *([said.why] if said.why else []),
        f"{'After that' if said.why else 'Next'}, tell {carrier.capitalize()} where its calls go: "
        f"./run numbers point {ours.value}",
    )


@numbers.command("import")
@click.argument("carrier", type=click.Choice(list(DIALECTS)))
@click.option("--role", type=_ROLES, default=Role.SESSION.value, show_default=True, help="Of the ones taken in.")
@click.option("--point", "pointing", is_flag=True, help="Set the webhooks of the ones taken in that lead nowhere yet.")
@json_option
def import_(shown: Shown, carrier: str, role: str, pointing: bool) -> None:
    """Take in every number of a carrier account that is not in the inventory yet.

    The carrier is asked over its REST API what it holds and what each can do. A number whose webhooks lead to another
    program keeps them: `./run numbers point NUMBER` takes it over. Known ones keep their role.
    """

    async def work(opened: Opened) -> list[dict[str, Any]]:
        account, house = opened.account(carrier), opened.house
        if pointing:
            webhooks.require_reachable(house.public_url, api_url(house.settings, carrier))
        found = await numbers_import.take_in(opened, account, Role(role))
        if pointing:
            await numbers_import.point_new(opened, account, found)
        await opened.tell_changed()
        return [each.row() for each in found]

    rows = with_house(shown, work)
    shown.table("numbers", rows, numbers_import.COLUMNS, empty=f"The {carrier.capitalize()} account holds no number.")


@numbers.command("list")
@json_option
def list_(shown: Shown) -> None:
    """List the inventory, with what stands on each number."""

    async def work(opened: Opened) -> list[ProxyNumber]:
        return await opened.house.inventory.every(opened.tenant)

    rows = [_row(number) for number in with_house(shown, work)]
    shown.table("numbers", rows, _COLUMNS, empty="No number yet: ./run numbers add NUMBER --carrier …")


@numbers.command()
@click.argument("number")
@click.option("--role", type=_ROLES, help="What it plays afterwards; its present role where this is left out.")
@json_option
def rest(shown: Shown, number: str, role: str | None) -> None:
    """Take a number out of service until nobody can be expecting anything of it, for a day at least.

    The way to change its role, and to let it go later.
    """
    ours = E164.parse(number)

    async def work(opened: Opened) -> Any:
        return await opened.house.inventory.rest(ours, Role(role) if role else None)

    until = with_house(shown, work)
    then = f" Then it is {role}." if role else ""
    shown.result(
        {"number": ours.value, "until": until, "role": role}, f"It rests until {until:%Y-%m-%d %H:%M} UTC.{then}"
    )


@numbers.command()
@click.argument("number")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def remove(shown: Shown, number: str, yes: bool) -> None:
    """Let a number go, once it has rested. Its webhooks at the carrier stay as they are."""
    ours = E164.parse(number)
    asked.yes(f"Let {ours.value} go?", given=yes)

    async def work(opened: Opened) -> None:
        await opened.house.inventory.remove(ours)
        await opened.tell_changed()

    with_house(shown, work)
    shown.result({"number": ours.value, "removed": True}, "Let go. Stickers are served by the numbers that are left.")


@numbers.command()
@click.argument("number", required=False)
@click.option("--all", "every", is_flag=True, help="Every number of the inventory.")
@json_option
def point(shown: Shown, number: str | None, every: bool) -> None:
    """Set a number's webhooks at its carrier, so that its calls and texts come here.

    They lead to MASKLINE_PUBLIC_URL. Plivo keeps them in one application for all numbers of an account.
    """
    if (number is None) is not every:
        raise click.UsageError("Give a number, or --all.")
    wanted = E164.parse(number) if number else None

    async def work(opened: Opened) -> list[dict[str, Any]]:
        found = [each for each in await opened.house.inventory.every(opened.tenant) if every or each.number == wanted]
        if not found and wanted is not None:
            raise NumberUnknown("Take it in first: ./run numbers add.")
        return [await _point(opened, each) for each in found]

    pointed = with_house(shown, work)
    shown.result({"numbers": pointed}, *(f"{each['number']} leads to {each['voice']}" for each in pointed))


async def _point(opened: Opened, number: ProxyNumber) -> dict[str, Any]:
    house = opened.house
    webhooks.require_reachable(house.public_url, api_url(house.settings, number.carrier))
    urls = webhooks.addresses(house.public_url, number.carrier)
    await house.placer.point(opened.account(number.carrier), number.number, urls)
    return {"number": number.number.value, "carrier": number.carrier, **urls}


def api_url(settings: Settings, carrier: str) -> str:
    """Where a carrier's REST API is."""
    return {"twilio": settings.twilio_api_url, "plivo": settings.plivo_api_url}[carrier]


def _row(number: ProxyNumber) -> dict[str, Any]:
    return {
        "number": number.number.value, "carrier": number.carrier, "country": number.country, "role": number.role.value,
        "plays": number.plays.value if number.plays else "resting", "next_role": number.next_role,
        "resting_until": number.resting_until if number.plays is None else None, "live": number.live,
        "claimed_until": number.claimed_until,
    }  # fmt: skip
