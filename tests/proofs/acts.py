"""What owners, operators and carriers do beside calling, as DESIGN 4a and 5 tell it: the model's other half."""

from datetime import datetime, timedelta

from tests.proofs.model import Model
from tests.proofs.values import BLOCK, REST, Said

NOTICE_LIVES = timedelta(days=2)


OVER = Said("over")
RESULTS = {"completed": "no-answer", "cancelled": "caller-left"}
"""A dial that was answered, and that nobody accepted, reached nobody. The other results are what they say."""
KEYS = {"1": "talked", "2": "declined", "9": "blocked"}


def dial_over(model: Model, t: datetime, name: str, result: str) -> Said:
    """The dial is over. After an accident that nobody took, the second contact is rung."""
    call = model.calls[name]
    if call.outcome not in (None, "caller-left"):
        return OVER
    outcome = RESULTS.get(result, result)
    wanted = outcome != "caller-left" and call.place == 1 and call.reason == "accident"
    if wanted and call.target is not None and call.target[0] == "sticker":
        call.place = 2
        to = model.contact(t, model.stickers[call.target[1]], call)
        if to is not None:
            call.said = Said("ring", to=to, show=call.said.show)
            return call.said
        call.place = 1
    call.outcome = outcome
    return OVER


def presses(model: Model, t: datetime, name: str, key: str) -> None:
    """Whoever is rung picks up and presses a key: 1 accepts, 2 promises to come, 9 blocks the caller."""
    call = model.calls[name]
    of_sticker = call.target is not None and call.target[0] == "sticker"
    if key == "1" or (key in KEYS and of_sticker):
        call.outcome = KEYS[key]
    if key == "9" and of_sticker and call.caller is not None and call.said.to is not None:
        block(model, t, call.said.to, call.caller)


def ended(model: Model, t: datetime, name: str) -> None:
    """The call is over, told for the first time: the owner's minutes start."""
    call = model.calls[name]
    if call.ended:
        return
    call.ended, call.outcome = True, call.outcome or "caller-left"
    for claim in model.claims.values():
        if claim.kind == "callback" and claim.target == ("call", name) and t < claim.until:
            claim.until = claim.reuse_after = t + timedelta(minutes=call.minutes)


def block(model: Model, t: datetime, person: str, caller: str) -> None:
    """Somebody blocks a caller for a year; the claims by which the two reach each other go."""
    model.blocks[person, caller] = t + BLOCK
    theirs = {("sticker", name) for name, sticker in model.stickers.items() if sticker.owner == person}
    day = t.date()
    keys = {("scanner", caller, day), ("scanner", caller, day - timedelta(days=1))}
    for place, claim in list(model.claims.items()):
        way_in = place[1] in keys and claim.target in theirs
        way_back = claim.kind == "callback" and place[1] == ("owner", person) and t < claim.until
        if way_in or (way_back and model.calls[claim.target[1]].caller == caller):
            del model.claims[place]


def may_block_from_notice(model: Model, t: datetime, name: str) -> str | None:
    """Who may block the caller of a call with the link of its notice: the owner since before it, for two days."""
    call = model.calls[name]
    if call.target is None or call.target[0] != "sticker" or call.caller is None or t - call.started > NOTICE_LIVES:
        return None
    sticker = model.stickers[call.target[1]]
    return sticker.owner if sticker.since is not None and sticker.since <= call.started else None


def end_ways(model: Model, sticker: str) -> None:
    """Every claim on a sticker goes, and every way back to whoever called about it."""
    mine = ("sticker", sticker)
    for place, claim in list(model.claims.items()):
        back = claim.target[0] == "call" and model.calls[claim.target[1]].target == mine
        if claim.target == mine or back:
            del model.claims[place]


def revoke(model: Model, sticker: str) -> None:
    model.stickers[sticker].state = "revoked"
    end_ways(model, sticker)


def switch(model: Model, sticker: str, wanted: str) -> bool:
    """Pauses or resumes. Whether that is allowed: only what was activated, and not revoked since."""
    held = model.stickers[sticker]
    if held.state not in ("activated", "paused"):
        return False
    held.state = wanted
    return True


def asked(model: Model, sticker: str, person: str) -> None:
    """Somebody is asked to become the owner: until they agree, nobody is rung."""
    held = model.stickers[sticker]
    if held.state != "printed":
        end_ways(model, sticker)
        held.state = "printed"
    if held.since is not None and held.owner != person:
        held.second = None
    held.owner, held.since = person, None


def agreed(model: Model, t: datetime, sticker: str) -> None:
    """Whoever was asked pressed 1."""
    held = model.stickers[sticker]
    held.since = t
    if held.state == "printed":
        held.state = "activated"


def rest(model: Model, t: datetime, name: str, next_role: str | None) -> bool:
    """A number rests until every claim on it is cool. False where pool numbers would be left without a shared one."""
    number = model.numbers[name]
    others = [other for key, other in model.numbers.items() if key != name]
    shared = any(other.plays(t) == "shared" for other in others)
    pool = any((other.plays(t) or other.next_role or other.role) == "pool" for other in others)
    if not shared and (next_role == "pool" or (number.plays(t) == "shared" and pool)):
        return False
    claims = [claim.reuse_after for place, claim in model.claims.items() if place[0] == name]
    number.role = number.plays(t) or number.role
    number.rests_until, number.next_role = max([t + REST, *claims]), next_role
    return True
