"""The doctor's checks of what is elsewhere: carriers' accounts, our numbers there, and the way to us from outside."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.e164 import E164
from masking.claims.values import ProxyNumber, Role
from maskline import store, webhooks
from maskline.commands import sentence
from maskline.commands.findings import Finding, ok, warn, wrong
from maskline.commands.numbers import api_url
from maskline.commands.opening import Opened
from maskline.refusal import Refusal
from voice.events import CarrierAccount
from voice.ports import CarrierAway, CarrierRefused

Held = Mapping[E164, Mapping[str, Any]]
"""A carrier account's numbers, with their webhooks."""


async def check_accounts(opened: Opened, *, point: bool) -> list[Finding]:
    """Each account: whether its token works, and how its numbers compare with ours. point: sets webhooks that stray."""
    ours = await opened.house.inventory.every(opened.tenant)
    if not opened.accounts:
        return [wrong("accounts", "No carrier account is set up.", "Add one: ./run accounts add.")]
    found: list[Finding] = []
    for account in opened.accounts:
        try:
            told = await opened.house.placer.numbers(account)
        except CarrierRefused as refused:
            code = refused.facts.get("code")
            found.append(wrong(account.carrier, f"It refuses our token ({code}).", "Renew it: ./run accounts add."))
            continue
        except CarrierAway:
            found.append(warn(account.carrier, "Its API does not answer.", "See its status page, and try again."))
            continue
        held = {each["number"]: each for each in told}
        mine = [each for each in ours if each.carrier == account.carrier]
        found.append(_token(account, len(held)))
        found += [await _number(opened, account, each, held, point=point) for each in mine]
        found += _not_ours(mine, held, opened.house.public_url)
    return found


def _token(account: CarrierAccount, held: int) -> Finding:
    tokens = len(account.tokens)
    if tokens > 1:
        do = "Once the carrier signs with the new one alone: ./run accounts add --only."
        return warn(account.carrier, f"Its token works; a former one is believed too. It holds {held} numbers.", do)
    return ok(account.carrier, f"Its token works. It holds {held} numbers.")


async def _number(opened: Opened, account: CarrierAccount, ours: ProxyNumber, held: Held, *, point: bool) -> Finding:
    """One of our numbers against the carrier's."""
    number, told = ours.number.value, held.get(ours.number)
    if told is None:
        return wrong(number, f"It is not on the {ours.carrier.capitalize()} account.", _LET_GO)
    astray = ", ".join(webhooks.astray(told, opened.house.public_url, ours.carrier))
    if not astray:
        return ok(number, f"{ours.plays or 'resting'}; its webhooks lead here.")
    if not point:
        do = f"Run ./run numbers point {number}, or ./run doctor --point for all"
        return wrong(number, f"Its webhooks lead elsewhere: {astray}.", do)
    house = opened.house
    try:
        webhooks.require_reachable(house.public_url, api_url(house.settings, ours.carrier))
        await house.placer.point(account, ours.number, webhooks.addresses(house.public_url, ours.carrier))
    except Refusal as refusal:
        return wrong(number, f"Its webhooks lead elsewhere: {astray}. {refusal}")
    except (CarrierAway, CarrierRefused) as failed:
        return wrong(number, f"Its webhooks lead elsewhere: {astray}. {sentence(failed)}")
    return ok(number, f"Its webhooks led elsewhere: {astray}. Now they lead here.")


def _not_ours(ours: Sequence[ProxyNumber], held: Held, public_url: str) -> list[Finding]:
    """Numbers of the carrier's account that are not in the inventory."""
    found, known = [], {each.number for each in ours}
    for stray, told in held.items():
        if stray not in known and str(told["voice_url"]).startswith(f"{public_url}/hooks/"):
            do = "Take it in: ./run numbers add; or take its webhooks away at the carrier."
            found.append(warn(stray.value, "It leads here and is not in the inventory.", do))
    if others := len(held.keys() - known):
        found.append(ok("numbers", f"{others} more on the account: ./run numbers import takes them in."))
    return found


_LET_GO = "Buy it again there, or let it go: ./run numbers rest, then ./run numbers remove."


async def check_roles(opened: Opened) -> list[Finding]:
    """Whether every country that needs a shared number has one."""
    ours = await opened.house.inventory.every(opened.tenant)
    if not ours:
        return [wrong("numbers", "The inventory is empty.", "Take one in: ./run numbers add.")]
    shared = {each.country for each in ours if each.plays is Role.SHARED}
    found = [
        wrong("numbers", f"{country} has pool numbers and no shared one in service.", "Add one: ./run numbers add.")
        for country in sorted({each.country for each in ours if each.plays is Role.POOL} - shared)
    ]
    async with opened.house.database.work() as conn:
        countries = await store.sticker_countries(conn, opened.tenant)
    for country, stickers in countries.items():
        if country not in {each.country for each in ours if each.plays}:
            needed = f"{stickers} need a number of {country}, and none is in service."
            found.append(wrong("stickers", needed, "Add one: ./run numbers add."))
    return found or [
        ok("numbers", f"{len(ours)} in {len({each.country for each in ours})} countries, with shared ones.")
    ]


async def check_way_in(public_url: str, *, needed: bool) -> Finding:
    """Whether carriers can reach us. needed: they are elsewhere, so that an address of this machine will not do."""
    if needed and webhooks.is_local(public_url):
        return wrong("address", f"No carrier can reach {public_url}.", "Set MASKLINE_PUBLIC_URL (docs/going-live.md).")
    wrong_there = await webhooks.looked_at(public_url)
    if wrong_there is None:
        return ok("address", f"{public_url} leads to a running service.")
    return warn("address", f"{public_url} {wrong_there}.", "Does ./run serve run, and does your proxy pass on to it?")
