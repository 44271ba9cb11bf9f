"""How far a block reaches that somebody made in a session: the other party, in that service, and nothing else."""

from datetime import timedelta

from core.e164 import E164
from core.ids import new_id
from masking.sessions.blocks import LASTS, Q
from masking.sessions.given import Ends, Made, Party, SessionGiven
from masking.sessions.values import Service
from privacy.holdings import Subject
from sql.migrate import migrations
from tests.masking.texting import text
from tests.town import ALICE, BOB, OWNER, SECOND, SESSION, Answer, Town

MIGRATION = next(step.text for step in migrations() if step.version == 14)
MOVED = MIGRATION[MIGRATION.index("INSERT INTO session_block") :]
"""What brings an earlier release's rows along."""


async def block(town: Town, service: Service, made: Made, by: E164, whom: E164) -> None:
    """Somebody of a session presses the key, of which nothing is left here but what it does."""
    people = {town.house.rooms.parties.open(each): each.participant_id for each in made.participants}
    now = town.clock.now()
    async with town.house.database.transaction() as conn:
        await Q.session_blocks(
            conn, t=now, tenant=town.tenant, service=service.service_id, session=made.session.session_id,
            by=people[by], whom=people[whom], call=new_id(), until=now + LASTS,
        )  # fmt: skip


async def calls(town: Town, caller: E164, made: Made) -> Answer:
    proxy = made.participants[0].proxy
    assert proxy is not None
    return await town.twilio.calls(caller, proxy)


def rung(answer: Answer) -> str | None:
    number = answer.xml.find("Dial/Number")
    return None if number is None else number.text


async def side_of(town: Town, service: Service, *second: E164) -> Made:
    """Alice, and several people on the other side."""
    people = (Party(number=ALICE, side=1), *(Party(number=number, side=2) for number in second))
    return await town.house.rooms.sessions.create(town.tenant, service.service_id, SessionGiven(), people)


async def test_it_holds_in_that_service_and_in_no_other(town: Town):
    mine = await town.service(numbers=SESSION["twilio"][:2])
    other = await town.service(numbers=SESSION["twilio"][2:])
    first, later, elsewhere = [await town.session(service=each) for each in (mine, mine, other)]

    await block(town, mine, first, BOB, ALICE)

    assert [rung(await calls(town, ALICE, made)) for made in (first, later)] == [None, None]
    assert rung(await calls(town, ALICE, elsewhere)) == BOB.value
    assert rung(await calls(town, BOB, first)) == ALICE.value


async def test_texts_go_as_far_as_calls(town: Town):
    mine = await town.service(numbers=SESSION["twilio"][:1])
    other = await town.service(numbers=SESSION["twilio"][1:])
    made, elsewhere = [await town.session(service=each) for each in (mine, other)]
    await block(town, mine, made, BOB, ALICE)

    said = []
    for at, each in enumerate((made, elsewhere)):
        proxy = each.participants[0].proxy
        assert proxy is not None
        said.append((await text(town.twilio, ALICE, proxy, "Hello?", f"SM{at:032x}")).text)

    assert "not passed on" in said[0]
    assert "not passed on" not in said[1]


async def test_it_says_nothing_of_a_sticker(town: Town):
    service = await town.service(numbers=SESSION["twilio"])
    made = await town.session(service=service)
    await block(town, service, made, BOB, ALICE)
    way = await town.scan(await town.sticker(BOB))

    assert way.number is not None
    answer = await town.twilio.calls(ALICE, way.number)

    assert rung(answer) == BOB.value


async def test_the_next_of_a_side_is_rung_where_the_first_one_blocked(town: Town):
    service = await town.service(numbers=SESSION["twilio"])
    made = await side_of(town, service, BOB, OWNER, SECOND)
    call = town.twilio.new_call()
    await block(town, service, made, BOB, ALICE)
    proxy = made.participants[0].proxy
    assert proxy is not None

    first = await town.twilio.calls(ALICE, proxy, call)
    second = await town.twilio.step(first.get("Dial", "action"), call, DialCallStatus="no-answer")

    assert [rung(first), rung(second)] == [OWNER.value, SECOND.value]
    for each in (OWNER, SECOND):
        await block(town, service, made, each, ALICE)
    assert rung(await calls(town, ALICE, made)) is None


async def test_it_ends_after_a_year_and_with_its_service(town: Town):
    service = await town.service(numbers=SESSION["twilio"])
    made = await town.session(service=service, ends=Ends(ttl=0))
    await block(town, service, made, BOB, ALICE)

    town.clock.advance(LASTS + timedelta(seconds=1))
    assert rung(await calls(town, ALICE, made)) == BOB.value
    await town.house.rooms.sessions.close(town.tenant, service.service_id, made.session.session_id)
    await town.house.rooms.services.delete(town.tenant, service.service_id)
    assert await town.rows("SELECT FROM session_block") == []


async def test_who_blocked_is_told_of_it_and_takes_it_along(town: Town):
    service = await town.service(numbers=SESSION["twilio"])
    made = await town.session(service=service)
    await block(town, service, made, BOB, ALICE)
    holder, subject = town.house.rooms.holder, Subject(number=BOB)

    async with town.house.database.transaction() as conn:
        told = [(each.kind, each.facts["service"]) for each in await holder.export(conn, subject)]
        await holder.erase(conn, subject)

    assert told == [("session", service.unique_name), ("block", service.unique_name)]
    assert await town.rows("SELECT FROM session_block") == []


async def test_an_earlier_release_s_blocks_are_brought_to_their_service(town: Town):
    mine = await town.service(numbers=SESSION["twilio"][:2])
    other = await town.service(numbers=SESSION["twilio"][2:])
    first, elsewhere = [await town.session(service=each) for each in (mine, other)]
    bob = next(each for each in first.participants if town.house.rooms.parties.open(each) == BOB)
    assert bob.number is not None
    now = town.clock.now()
    await town.rows("INSERT INTO block VALUES ($1, $2, $3, $4, $5, $6) RETURNING 1", town.tenant, bob.number.row,
                    town.house.numbers.key(ALICE), now, now + LASTS, mine.service_id)  # fmt: skip

    async with town.house.database.work() as conn:
        await conn.execute(MOVED)

    assert await town.rows("SELECT FROM block") == []
    assert rung(await calls(town, ALICE, first)) is None
    assert rung(await calls(town, ALICE, elsewhere)) == BOB.value
