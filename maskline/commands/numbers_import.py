"""What a carrier account holds, compared with the inventory and taken into it."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from core.e164 import E164, BadNumber
from masking.claims.errors import NumberKnown
from masking.claims.values import UNTOLD, Role, Traits
from maskline import webhooks
from maskline.commands.opening import Opened
from voice.events import CarrierAccount
from voice.ports import CarrierAway, CarrierRefused

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


@dataclass(frozen=True, slots=True)
class Said:
    """What a carrier says of one number. why: a sentence, where it said nothing; traits are then what is usual."""

    traits: Traits = UNTOLD
    why: str | None = None

    def shown(self) -> dict[str, Any]:
        """As JSON values. asked: whether the carrier told it."""
        return {"asked": self.why is None, "sid": self.traits.sid, "voice": self.traits.voice,
                "texts": self.traits.texts}  # fmt: skip


async def ask(opened: Opened, carrier: str, number: E164) -> Said:
    """Asks the carrier of one number of ours. That nobody answers is no error here."""
    name = carrier.capitalize()
    again = f"Once that is well: ./run numbers import {carrier}"
    account = next((each for each in opened.accounts if each.carrier == carrier), None)
    if account is None:
        return Said()  # taking it in will say so
    try:
        listed = await opened.house.placer.numbers(account)
    except CarrierAway:
        return Said(why=f"{name} is away and could not say what it can do. {again}")
    except CarrierRefused:
        return Said(why=f"{name} did not say what it can do: it refuses the account. {again}")
    told = next((each for each in listed if each["number"] == number), None)
    if told is None:
        return Said(why=f"{name}'s account does not hold it yet. {again}")
    return Said(_traits(told))


async def take_in(opened: Opened, account: CarrierAccount, role: Role) -> list[Found]:
    """
    Takes every number of an account into the inventory that is not in it; keeps what the carrier says of the others.

    Raises NoSharedNumber (a pool number before a shared one), CarrierRefused, CarrierAway.
    """
    known = {each.number for each in await opened.house.inventory.every(opened.tenant)}
    found = []
    for told in await opened.house.placer.numbers(account):
        traits = _traits(told)
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


def _traits(told: dict[str, Any]) -> Traits:
    return Traits(told["sid"], bool(told["voice"]), bool(told["texts"]))


def _leads(opened: Opened, account: CarrierAccount, told: dict[str, Any]) -> Leads:
    urls = [str(told[f"{kind}_url"]) for kind in webhooks.KINDS]
    if not any(url and not url.startswith(_GREETING) for url in urls):
        return Leads.NOWHERE
    astray = webhooks.astray(told, opened.house.public_url, account.carrier)
    return Leads.ELSEWHERE if astray else Leads.HERE
