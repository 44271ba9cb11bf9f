"""What may happen in a history beside scans and calls, how often, and what must hold at its end."""

from datetime import time
from typing import Any
from uuid import UUID

from core.e164 import E164
from masking.claims.errors import NoSharedNumber
from masking.claims.values import Role
from masking.stickers.desk import Description
from masking.stickers.errors import LinkExpired, TooManyConsentCalls, WrongState
from masking.stickers.tokens import Kind
from tests.proofs import acts
from tests.proofs.history import History
from tests.proofs.places import PEOPLE

QUIET = [None, None, None, None, (time(22), time(6)), (time(11), time(13)), (time(0), time(12)), (time(5), time(5))]
ZONES = ["UTC", "Asia/Kolkata", "America/New_York"]


async def visit(history: History) -> None:
    """A visitor scans and calls at once, with the extension if they were given one; the call takes a few steps."""
    given = len(history.ways)
    await history.scan()
    if len(history.ways) == given:
        return
    way, rng = history.ways[-1], history.rng
    history.pause(40)
    name = await history.call((rng.choice([*PEOPLE[2:], None]), way.number))
    for _ in range(rng.randrange(5)):
        if name not in history.talks:
            return
        history.pause(20)
        await history.go_on(name, way.digits if rng.random() < 0.9 else None)


async def call_back(history: History) -> None:
    """An owner who was rung dials the number they saw, and mostly stays on the line."""
    rung = [call.said for call in history.model.calls.values() if call.said.to and call.said.show]
    if not rung:
        return
    said = history.rng.choice(rung[-2:])
    name = await history.call((said.to, str(said.show)))
    for _ in range(history.rng.randrange(4)):
        if name not in history.talks:
            return
        history.pause(20)
        await history.go_on(name, "" if history.rng.random() < 0.8 else None)


async def guess(history: History) -> None:
    """Somebody tries one extension after the other on a shared number, and a right one at last."""
    rng = history.rng
    shared = [name for name, number in history.model.numbers.items() if number.role == "shared"]
    live = [way.digits for n, way in enumerate(history.ways) if way.digits and history.is_live(n)]
    who = (rng.choice(PEOPLE[2:]), rng.choice(shared or list(history.model.numbers)))
    for _ in range(4):
        name = await history.call(who)
        for wrong in ("000000", "000001", rng.choice([*live, "000002"])):
            if name in history.talks and history.talks[name].heard.asks:
                await history.go_on(name, wrong)
        history.pause(30)


async def block_from_notice(history: History) -> None:
    """The link of a call's notice, opened by whoever has it."""
    names = [name for name, call in history.model.calls.items() if call.target and call.target[0] == "sticker"]
    if not names:
        return
    name = history.rng.choice(names)
    kept = await history._kept(name)
    link = history.place.owners.tokens.make(Kind.CALL, history.place.tenant, kept["call_id"])
    by = acts.may_block_from_notice(history.model, history.now, name)
    try:
        seen = await history.place.owners.page(link)
        if not seen.can_block:
            return
        await history.place.owners.block(link)
    except LinkExpired:
        history.hold(by is None, "the notice of", name, "opened nothing")
        return
    caller = history.model.calls[name].caller
    history.note("block", by, "blocks", caller)
    history.hold(by is not None and caller is not None, "the notice of", name, "blocked")
    acts.block(history.model, history.now, str(by), str(caller))


async def switch(history: History) -> None:
    """Pause, resume, or for good."""
    name, wanted = (
        history.rng.choice(list(history.place.stickers)),
        history.rng.choice(["paused", "activated", "activated"]),
    )
    desk, code = history.place.desk, history.place.codes[name]
    if history.rng.random() < 0.1:
        history.note("revoke", name)
        acts.revoke(history.model, name)
        await desk.revoke(code)
        return
    allowed = acts.switch(history.model, name, wanted)
    history.note(wanted, name, allowed)
    try:
        await (desk.pause if wanted == "paused" else desk.resume)(code)
    except WrongState:
        history.hold(not allowed, name, "could not be", wanted)
        return
    history.hold(allowed, name, "could be", wanted)


async def hand_over(history: History) -> None:
    """Somebody is asked to become the owner, and mostly agrees."""
    name, person = history.rng.choice(list(history.place.stickers)), history.rng.choice(PEOPLE[:4])
    held = history.model.stickers[name]
    can_ask = any(number.plays(history.now) == "shared" for number in history.model.numbers.values())
    try:
        call = await history.place.desk.ask(history.place.codes[name], E164(person))
    except (WrongState, NoSharedNumber, TooManyConsentCalls) as refusal:
        reasons = held.state == "revoked" or not can_ask or isinstance(refusal, TooManyConsentCalls)
        history.hold(reasons, "nobody could be asked about", name)
        return
    history.hold(held.state != "revoked" and can_ask, name, "was handed over")
    history.note("asks", person, "about", name)
    acts.asked(history.model, name, person)
    if history.rng.random() < 0.8:
        await history.place.wire.agrees(call, 1)
        history.note("  agrees")
        acts.agreed(history.model, history.now, name)


async def describe(history: History) -> None:
    """Quiet hours, and for how long the owner can call back."""
    name, rng = history.rng.choice(list(history.place.stickers)), history.rng
    held = history.model.stickers[name]
    held.quiet, held.zone, held.minutes = rng.choice(QUIET), rng.choice(ZONES), rng.choice([0, 5, 30, 1440])
    history.note("describe", name, held.quiet, held.zone, held.minutes)
    said = Description(label="Car", quiet=held.quiet, timezone=held.zone, callback_minutes=held.minutes)
    await history.place.desk.describe(history.place.codes[name], said)


async def rest(history: History) -> None:
    """A number rests, and may play another role afterwards."""
    name = history.rng.choice(list(history.model.numbers))
    role = history.rng.choice([None, None, "pool", "shared", "session"])
    allowed = acts.rest(history.model, history.now, name, role)
    history.note("rest", name, role, allowed, history.model.numbers[name].rests_until)
    try:
        until = await history.place.inventory.rest(E164(name), Role(role) if role else None)
    except NoSharedNumber:
        history.hold(not allowed, name, "could not rest")
        return
    history.hold(allowed and until == history.model.numbers[name].rests_until, name, "rests until", until)


async def again(history: History) -> None:
    """A webhook is sent once more: the answer is the same, byte for byte."""
    if history.asked_before:
        ask, before = history.rng.choice(history.asked_before[-20:])
        heard = await ask()
        history.hold(heard.raw == before, "a repeat was answered otherwise", before.decode(), heard.raw.decode())


MOVES: list[tuple[int, Any]] = [
    (14, visit), (6, History.scan), (12, call_back), (14, History.call), (30, History.go_on), (5, again),
    (4, block_from_notice), (3, switch), (1, hand_over), (3, describe), (2, rest), (1, guess),
]  # fmt: skip


async def play(history: History, moves: int) -> None:
    """Plays so many moves, and compares what is left. Raises Diverged."""
    weights, what = [weight for weight, _ in MOVES], [move for _, move in MOVES]
    for _ in range(moves):
        history.tick()
        move = history.rng.choices(what, weights)[0]
        if move is History.go_on and not history.talks:
            move = History.call
        await move(history)
    await claims_agree(history)
    for name, call in history.model.calls.items():
        kept = await history._kept(name)
        history.hold(kept["outcome"] == call.outcome, name, "ended as", kept["outcome"], "not", call.outcome)


async def claims_agree(history: History) -> None:
    """The claims that would connect somebody now are those of the model."""
    async with history.place.database.work() as conn:
        rows = await conn.fetch(
            "SELECT n.e164, c.kind, c.target_id, c.until FROM claim c JOIN proxy_number n USING (number_id)"
            " WHERE c.tenant = $1 AND c.until > $2", history.place.tenant, history.now,
        )  # fmt: skip
        calls = await conn.fetch(
            "SELECT carrier_call, call_id FROM call WHERE tenant = $1 AND carrier_call IS NOT NULL",
            history.place.tenant,
        )
    names: dict[UUID, str] = {row["call_id"]: row["carrier_call"] for row in calls}
    names |= {sticker: name for name, sticker in history.place.ids.items()}
    real = sorted((row["e164"], row["kind"], names[row["target_id"]], row["until"]) for row in rows)
    told = sorted(
        (number, claim.kind, claim.target[1], claim.until)
        for (number, _), claim in history.model.claims.items()
        if history.now < claim.until
    )
    history.hold(real == told, "claims are", real, "and not", told)
