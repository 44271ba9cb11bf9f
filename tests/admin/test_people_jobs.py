"""Codes where carriers are away, refuse, or may have sent them; and to people who want no texts."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from admin.people.jobs import PeopleJobs
from core.e164 import E164
from maskline import worker
from maskline.wiring import House
from privacy.proof import Started
from privacy.proof_codes import Codes
from privacy.proof_rules import LIFE, Way
from sql.statements import statements
from tests.privacy.proving import ANNA, HOME, PURPOSE, can_be_read, code_of
from tests.town import SHARED, Town
from voice.events import CarrierAccount
from voice.ports import CarrierAway, CarrierRefused

NOT_DONE, MAYBE, REFUSED = CarrierAway(maybe_done=False), CarrierAway(maybe_done=True), CarrierRefused(code="21610")


@dataclass
class Carriers:
    """They send and ring. fails: raised instead, one for each request."""

    fails: list[Exception] = field(default_factory=list)
    sent: list[tuple[str, E164, str]] = field(default_factory=list)

    async def text(self, account: CarrierAccount, *, to: E164, show: E164, body: str, **_: Any) -> str:
        return self._done(account, show, body)

    async def call(self, account: CarrierAccount, *, to: E164, show: E164, **_: Any) -> str:
        return self._done(account, show, "rings")

    def _done(self, account: CarrierAccount, show: E164, what: str) -> str:
        if self.fails:
            raise self.fails.pop(0)
        self.sent.append((account.carrier, show, what))
        return f"XX{len(self.sent):032x}"


@dataclass
class Office:
    town: Town
    carriers: Carriers
    house: House

    async def asks(self, way: Way = "text") -> Started:
        started = await self.house.people.proofs.start(ANNA, PURPOSE, way, "en", network=HOME)
        await worker.drain(self.house)
        return started


@pytest.fixture
def office(town: Town) -> Office:
    house, carriers = town.house, Carriers()
    doors: Any = carriers
    codes = Codes(house.ring.derive_each("token", "proof codes"))
    jobs = PeopleJobs(
        house.database, house.clock, house.sealer, house.accounts, doors, town.links, codes, house.numbers, 22,
        house.people.people, lambda: house.holders,
    )  # fmt: skip
    return Office(town, carriers, replace(house, jobs={**house.jobs, **jobs.handlers()}))


async def test_the_shared_number_of_the_same_country_sends_it(office):
    started = await office.asks()

    ((carrier, show, body),) = office.carriers.sent
    assert (carrier, show) == ("twilio", SHARED["twilio"])
    assert code_of(office.town, started.proof_id) in body


@pytest.mark.parametrize("way", ["text", "voice"])
@pytest.mark.parametrize("failure", [NOT_DONE, REFUSED], ids=["away", "refused"])
async def test_where_one_carrier_surely_did_nothing_the_other_sends_it(office, way, failure):
    office.carriers.fails = [failure]

    await office.asks(way)

    assert [(carrier, show) for carrier, show, _ in office.carriers.sent] == [("plivo", SHARED["plivo"])]
    ended = await office.town.rows("SELECT outcome FROM call WHERE ended_at IS NOT NULL")
    assert ended == ([{"outcome": "failed"}] if way == "voice" else [])


@pytest.mark.parametrize("way", ["text", "voice"])
async def test_what_may_have_been_sent_is_not_sent_again(office, way):
    office.carriers.fails = [MAYBE]

    await office.asks(way)
    office.town.clock.advance(timedelta(minutes=2))
    await worker.drain(office.house)

    assert office.carriers.sent == []
    assert await office.town.rows("SELECT 1 FROM outbox WHERE kind = 'proof'") == []


async def test_where_every_carrier_is_away_it_is_tried_again(office):
    office.carriers.fails = [NOT_DONE, NOT_DONE]
    await office.asks()
    assert office.carriers.sent == []
    office.town.clock.advance(timedelta(seconds=5))

    await worker.drain(office.house)

    assert len(office.carriers.sent) == 1


async def test_a_code_that_can_no_longer_be_used_is_not_sent(office):
    office.carriers.fails = [NOT_DONE, NOT_DONE]
    await office.asks()
    office.town.clock.advance(LIFE)

    await worker.drain(office.house)

    assert office.carriers.sent == []
    assert await office.town.rows("SELECT 1 FROM outbox WHERE kind = 'proof'") == []


async def test_a_job_done_twice_sends_once(office):
    started = await office.asks()
    await office.town.rows(
        "INSERT INTO outbox (tenant, kind, subject, idempotency, payload, made_at, due) VALUES"
        " ($1, 'proof', 'x', 'again', jsonb_build_object('proof', $2::uuid, 'sending', 1), $3, $3)",
        office.town.tenant, started.proof_id, office.town.clock.now())  # fmt: skip

    await worker.drain(office.house)

    assert len(office.carriers.sent) == 1


async def test_whoever_texted_stop_gets_no_text_and_can_be_called(office):
    house = office.house
    async with house.database.work() as conn:
        await statements("voice").opt_out(
            conn, tenant=office.town.tenant, number_key=house.numbers.key(ANNA), t=house.clock.now()
        )

    await office.asks("text")
    assert office.carriers.sent == []
    office.town.clock.advance(timedelta(seconds=31))
    await office.asks("voice")

    assert [what for _, _, what in office.carriers.sent] == ["rings"]


async def test_neither_job_nor_call_holds_a_number_or_a_code(office):
    office.carriers.fails = [NOT_DONE, NOT_DONE]
    started = await office.asks("voice")

    held = str(await office.town.rows("SELECT * FROM outbox")) + str(await office.town.rows("SELECT * FROM call"))
    assert str(started.proof_id) in held
    assert ANNA.digits not in held
    assert not can_be_read(code_of(office.town, started.proof_id), held)
