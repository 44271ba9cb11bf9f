"""
Puts the demo into the database, and onto the exchange as onto any carrier: over the vendors' own REST.

The exchange remembers nothing, so numbers are bought and pointed at each start; the rows are made once.
"""

import asyncio
import contextlib
from dataclasses import dataclass
from uuid import UUID

from aiohttp import ClientSession

from carriers.rest import Api
from core.e164 import E164
from core.ids import new_id
from core.route import Route, SealedRef, Verdict
from masking.claims.errors import NumberKnown
from masking.stickers.desk import Description
from masking.stickers.effects import StickerEffects
from masking.stickers.values import Sticker
from maskline import demo, webhooks
from maskline.demo import Credentials, Handset, Vehicle
from maskline.demo_crowd import seed_crowd
from maskline.demo_ride import seed_ride
from maskline.wiring import House
from privacy.sealing import Where
from sql.statements import statements
from voice.events import CarrierAccount
from voice.turns import Effect

_STICKERS = statements("stickers")
_ASK_WITHIN = 5.0


@dataclass(frozen=True, slots=True)
class Parked:
    """A demo vehicle with its sticker. active: somebody agreed to be rung about it."""

    vehicle: Vehicle
    code: str
    active: bool


async def seed_demo(house: House, tenant: UUID, credentials: Credentials) -> list[Parked]:
    """Everything of `demo.py`. Doing it again changes nothing but the tokens. Raises CarrierAway, CarrierRefused."""
    for carrier, vendor_id in demo.VENDOR_IDS.items():
        await house.accounts.keep(house.clock, tenant, carrier, vendor_id, [credentials.of(carrier)])
    async with ClientSession(trust_env=False) as session:
        exchange = Api(session, house.settings.twilio_api_url, seconds=_ASK_WITHIN)
        await asyncio.gather(*(_numbers(house, tenant, exchange, carrier) for carrier in demo.NUMBERS))
    await house.refresh()
    stickers = {sticker.label: sticker for sticker in await house.desk.every(tenant)}
    parked = []
    for vehicle in demo.VEHICLES:
        sticker = stickers.get(vehicle.label) or await _sticker(house, tenant, vehicle)
        parked.append(Parked(vehicle, sticker.code, sticker.reachable))
    await seed_ride(house, tenant)
    if not stickers:
        await seed_crowd(house)
    return parked


async def _numbers(house: House, tenant: UUID, exchange: Api, carrier: str) -> None:
    """Buys what the exchange does not hold yet, takes it in, and points it at us."""
    account = next(each for each in house.accounts.of(carrier) if each.vendor_id == demo.VENDOR_IDS[carrier])
    held = {told["number"] for told in await house.placer.numbers(account)}
    for number, role in demo.NUMBERS[carrier]:
        if number not in held:
            await _buy(exchange, account, number)
        with contextlib.suppress(NumberKnown):
            await house.inventory.add(tenant, carrier, number, role)
        await house.placer.point(account, number, webhooks.addresses(house.public_url, carrier))


async def _buy(exchange: Api, account: CarrierAccount, number: E164) -> None:
    """A number of our own, so it may stand in a path."""
    if account.carrier == "twilio":
        path = f"/2010-04-01/Accounts/{account.vendor_id}/IncomingPhoneNumbers.json"
        await exchange.ask("POST", path, account, form={"PhoneNumber": number.value})
    else:
        path = f"/v1/Account/{account.vendor_id}/PhoneNumber/{number.digits}/"
        await exchange.ask("POST", path, account, body={})


async def _sticker(house: House, tenant: UUID, vehicle: Vehicle) -> Sticker:
    (code,) = await house.desk.issue(tenant, 1, vehicle.country)
    await house.desk.describe(code, Description(label=vehicle.label, plate=vehicle.plate, plate_shown=vehicle.shown))
    for place, handset in ((1, vehicle.owner), (2, vehicle.second)):
        if handset is not None:
            await agree_for_fiction(house, await house.desk.find(code), handset, place)
    return await house.desk.find(code)


async def agree_for_fiction(house: House, sticker: Sticker, handset: Handset, place: int) -> None:
    """
    A handset's fictional owner agrees to be rung, without the call that asks them: at the first start nobody sits at
    the desk to press 1. What pressing 1 does is done by the very code that does it, the text to the owner included.

    Only ever called for `demo.HANDSETS`. Real people are asked by a call (`Desk.ask`), also in the demo.
    """
    effects = StickerEffects(house.clock, house.numbers, house.short_keys)
    now, fresh = house.clock.now(), new_id()
    where = {"tenant": sticker.tenant, "sticker": sticker.sticker_id, "place": place}
    async with house.database.transaction() as conn:
        box = house.sealer.seal(handset.number.value, Where.phone(fresh))
        phone: UUID = await _STICKERS.keep_phone(
            conn, tenant=sticker.tenant, phone=fresh, number_key=house.numbers.key(handset.number), language="en",
            sealed=box, t=now,
        )  # fmt: skip
        await _STICKERS.ask_contact(conn, **where, phone=phone, t=now)
        route = Route(tenant=sticker.tenant, call_id=new_id(), verdict=Verdict.PROVE, target="sticker",
                      target_id=sticker.sticker_id, to=SealedRef("phone", phone, box), attempt=place)  # fmt: skip
        await effects.perform(conn, Effect.AGREE, route)
