"""What a carrier account holds, compared with the inventory and taken into it."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from core.e164 import E164, BadNumber
from masking.claims.errors import NumberKnown
from masking.claims.values import Role, Traits
from maskline import webhooks
from maskline.commands.opening import Opened
from voice.events import CarrierAccount

COLUMNS = (("number", "Number"), ("state", "State"), ("leads", "Its webhooks"), ("voice", "Calls"), ("texts", "Texts"))
"""Of the table that is shown."""

_GREETING = "https://demo.twilio.com/"
"""What a number fresh from Twilio's shop says; it is nobody's program."""


class State(StrEnum):
    """What became of a number."""

    NEW = "taken in"
    KNOWN = "known"
    UNFIT = "of no country"
    ELSEWHERE = "another tenant's"


class Leads(StrEnum):
    """Where a number's webhooks lead."""

    HERE = "lead here"
    NOWHERE = "lead nowhere"
    ELSEWHERE = "lead elsewhere"


@dataclass(frozen=True, slots=True)
class Found:
    """A number on a carrier account."""

    number: E164
    state: State
    leads: Leads
    traits: Traits

    def row(self) -> dict[str, Any]:
        """As it is shown: one of our own numbers."""
        return {"number": self.number.value, "state": self.state.value, "leads": self.leads.value,
                "voice": self.traits.voice, "texts": self.traits.texts}  # fmt: skip


async def take_in(opened: Opened, account: CarrierAccount, role: Role) -> list[Found]:
    """
    Takes every number of an account into the inventory that is not in it; keeps what the carrier says of the others.

    Raises NoSharedNumber (a pool number before a shared one), CarrierRefused, CarrierAway.
    """
    known = {each.number for each in await opened.house.inventory.every(opened.tenant)}
    found = []
    for told in await opened.house.placer.numbers(account):
        traits = Traits(told["sid"], bool(told["voice"]), bool(told["texts"]))
        if told["number"] in known:
            await opened.house.inventory.describe(opened.tenant, told["number"], traits)
            state = State.KNOWN
        else:
            state = await _add(opened, account, told["number"], role, traits)
        found.append(Found(told["number"], state, _leads(opened, account, told), traits))
    return found


async def point_new(opened: Opened, account: CarrierAccount, found: list[Found]) -> None:
    """Sets the webhooks of numbers that were just taken in and lead nowhere; `found` tells of it afterwards."""
    house = opened.house
    urls = webhooks.addresses(house.public_url, account.carrier)
    for place, each in enumerate(found):
        if each.state is State.NEW and each.leads is Leads.NOWHERE:
            await house.placer.point(account, each.number, urls)
            found[place] = replace(each, leads=Leads.HERE)


async def _add(opened: Opened, account: CarrierAccount, number: E164, role: Role, traits: Traits) -> State:
    try:
        await opened.house.inventory.add(opened.tenant, account.carrier, number, role, traits)
    except NumberKnown:  # another tenant has it
        return State.ELSEWHERE
    except BadNumber:
        return State.UNFIT
    return State.NEW


def _leads(opened: Opened, account: CarrierAccount, told: dict[str, Any]) -> Leads:
    urls = [str(told[f"{kind}_url"]) for kind in webhooks.KINDS]
    if not any(url and not url.startswith(_GREETING) for url in urls):
        return Leads.NOWHERE
    astray = webhooks.astray(told, opened.house.public_url, account.carrier)
    return Leads.ELSEWHERE if astray else Leads.HERE
