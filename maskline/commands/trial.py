"""Tries a sticker's route without ringing anybody: the checks that are made before each call, and what would be met."""

from dataclasses import dataclass, field
from typing import Any

from core.route import Reason, Route, Verdict
from ivr import engine
from masking.claims.values import ProxyNumber, Role
from masking.stickers.values import ContactState, Sticker, StickerState
from maskline import store, webhooks
from maskline.commands.opening import Opened
from voice.plan import Say
from voice.ports import CarrierAway, CarrierRefused

_PAGES = {
    StickerState.PRINTED: "says that this sticker is not in use yet",
    StickerState.PAUSED: "says that the owner cannot be reached just now",
    StickerState.REVOKED: "says that the owner cannot be reached just now",
}


@dataclass(slots=True)
class Trial:
    """What was found. well: a stranger would get through just now. wrong: what to do, a line each."""

    code: str
    page: str
    well: bool = True
    meets: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def refuse(self, line: str) -> None:
        """Something that keeps a stranger from getting through."""
        self.well = False
        self.wrong.append(line)

    def document(self) -> dict[str, Any]:
        """For programs."""
        return {"code": self.code, "page": self.page, "rings": self.well, "meets": self.meets, "wrong": self.wrong}

    def lines(self) -> list[str]:
        """For people."""
        end = "A stranger would get through." if self.well else "A stranger would not get through just now."
        return [*self.meets, *(f"Wrong: {line}" for line in self.wrong), end]


async def dry_run(opened: Opened, code: str) -> Trial:
    """Rings nobody and changes nothing. Raises NoSticker."""
    house = opened.house
    sticker = await house.desk.find(code)
    trial = Trial(sticker.code, f"{house.public_url}/q/{sticker.code}")
    numbers = [each for each in await house.inventory.every(opened.tenant) if each.country == sticker.country]
    shared = [each for each in numbers if each.plays is Role.SHARED]
    pool = [each for each in numbers if each.plays is Role.POOL]
    _page(trial, sticker)
    _number(trial, sticker, pool, shared)
    if shared and sticker.reachable:
        await _contacts(opened, trial, sticker, shared[0])
    await _webhooks(opened, trial, numbers)
    return trial


def _page(trial: Trial, sticker: Sticker) -> None:
    told = "shows the reasons for calling"
    if not sticker.reachable:
        told = _PAGES.get(sticker.state, "says that the owner cannot be reached just now")
    trial.meets.append(f"1. The page {trial.page} {told}.")
    if sticker.state is StickerState.PRINTED:
        asked = sticker.contacts.get(1)
        state = (
            f"its owner has {asked}" if asked and asked is not ContactState.ASKED else "its owner has not agreed yet"
        )
        trial.refuse(f"It is not activated: {state}. Run ./run stickers activate {sticker.code}")
    elif sticker.state is StickerState.PAUSED:
        trial.refuse(f"It is paused: ./run stickers resume {sticker.code}")
    elif sticker.state is StickerState.REVOKED:
        trial.refuse("It is revoked, for good: print another.")
    elif not sticker.reachable:
        trial.refuse(f"It is quiet now ({sticker.quiet_from:%H:%M} to {sticker.quiet_to:%H:%M} {sticker.timezone}).")


def _number(trial: Trial, sticker: Sticker, pool: list[ProxyNumber], shared: list[ProxyNumber]) -> None:
    free = [each for each in pool if not each.live]
    if not shared:
        trial.refuse(f"No shared number of {sticker.country} is in service: ./run numbers add.")
    elif not sticker.reachable:
        return
    elif free:
        trial.meets.append(f"2. A reason gets the number {free[0].number.value}, for this stranger alone.")
    else:
        trial.meets.append(
            f"2. A reason gets the number {shared[0].number.value} and six digits, which the phone sends."
        )


async def _contacts(opened: Opened, trial: Trial, sticker: Sticker, shared: ProxyNumber) -> None:
    """The very check that is made before a Dial, for each contact; then what the owner would hear."""
    house, show = opened.house, shared.number
    async with house.database.work() as conn:
        now = house.clock.now()
        owner, second = [
            await store.try_route(conn, now, sticker.tenant, sticker.sticker_id, place, show.value) for place in (1, 2)
        ]
    if owner.rings:
        ring = house.settings.ring_seconds
        trial.meets.append(f"3. The owner's phone rings for {ring} s and shows {show.value}. Whoever answers hears:")
        trial.meets.append(f"   “{_whisper(sticker, one_key=shared.carrier == 'plivo')}”")
        trial.meets.append("   With 1 both are connected; neither sees the other's number.")
    elif trial.well:
        trial.refuse(f"Routing refuses to ring the owner ({owner.why}).")
    if second.rings:
        trial.meets.append("4. After an accident, if the owner does not answer, the second contact is rung.")


def _whisper(sticker: Sticker, *, one_key: bool) -> str:
    route = Route(tenant=sticker.tenant, call_id=None, verdict=Verdict.RING, target="sticker", label=sticker.label,
                  reason=Reason.LIGHTS, callee_language=sticker.language)  # fmt: skip
    menu = engine.whisper(route, one_key=one_key)
    said = engine.words(menu, sticker.language, label=sticker.label, reason=Reason.LIGHTS)
    return " ".join(each.text for each in said if isinstance(each, Say))


async def _webhooks(opened: Opened, trial: Trial, numbers: list[ProxyNumber]) -> None:
    """Whether the carriers hold our numbers and send their calls here."""
    for carrier in sorted({each.carrier for each in numbers}):
        ours = [each for each in numbers if each.carrier == carrier]
        try:
            held = {told["number"]: told for told in await opened.house.placer.numbers(opened.account(carrier))}
        except (CarrierAway, CarrierRefused) as problem:
            trial.refuse(
                f"{carrier.capitalize()}'s API: {problem.title.lower()}. Webhooks were not compared; try again."
            )
            continue
        for each in ours:
            told = held.get(each.number)
            if told is None:
                trial.refuse(f"{each.number.value} is not on the {carrier.capitalize()} account (any more).")
            elif webhooks.astray(told, opened.house.public_url, carrier):
                trial.refuse(f"{each.number.value} leads elsewhere: ./run numbers point {each.number.value}")
