"""Two people of somebody's app call each other, through the carriers' own wire."""

from datetime import time, timedelta

import pytest

from core.e164 import E164
from masking.sessions.given import Party
from masking.sessions.values import Direction, Mode, Numbering, Quiet
from tests.town import ALICE, BOB, SESSION, Town
from tests.trips.talks import CAROL, accepts, line, service, session

BRITON = E164("+447700900150")


async def test_both_sides_reach_each_other_and_see_the_sessions_number(town: Town, connected, alice, bob, carrier):
    number = await line(town, await session(town, await service(town, carrier)))

    there = await alice.dials(number)
    await accepts(bob)
    await there.bridged()
    await alice.hangs_up()
    await there.ended()
    back = await bob.dials(number)
    await accepts(alice)
    await back.bridged()
    await bob.hangs_up()
    await back.ended()

    assert (bob.shown, alice.shown) == (number, number)
    assert connected.leaks == []
    calls = await town.rows("SELECT state, outcome FROM call")
    assert [(each["state"], each["outcome"]) for each in calls] == [(5, "talked")] * 2
    assert len(await town.rows("SELECT * FROM interaction WHERE kind = 'voice' AND refused IS NULL")) == 2


async def test_a_service_that_screens_nobody_joins_the_two_at_once(town: Town, connected, alice, bob, carrier):
    number = await line(town, await session(town, await service(town, carrier, screens=False)))

    call = await alice.dials(number)
    await bob.answers()
    await call.bridged()
    await alice.hangs_up()
    await call.ended()

    assert bob.heard == []
    assert connected.leaks == []
    assert (await town.call())["outcome"] == "talked"


async def test_a_role_that_both_agreed_to_is_said_and_the_key_still_accepts(town: Town, connected, alice, bob, carrier):
    people = Party(number=ALICE, side=1, called_as="your driver"), Party(number=BOB, side=2)
    number = await line(town, await session(town, await service(town, carrier), *people, named=True))

    call = await alice.dials(number)
    await bob.answers()
    await bob.hears("your driver")
    await bob.presses("1")
    await call.bridged()

    assert connected.leaks == []


async def test_announcements_are_said_to_the_side_they_are_for(town: Town, connected, alice, bob, carrier):
    people = (
        Party(number=ALICE, side=1, announcement="You call a customer."),
        Party(number=BOB, side=2, announcement="Your parcel is on its way."),
    )
    number = await line(town, await session(town, await service(town, carrier, screens=False), *people, talk=120))

    call = await alice.dials(number)
    await bob.answers()
    await call.bridged()

    assert "You call a customer." in " ".join(alice.heard)
    assert "parcel" not in " ".join(alice.heard)
    assert "Your parcel is on its way." in " ".join(bob.heard)
    assert "2 minutes" in " ".join(bob.heard)


async def test_a_stranger_is_told_that_nobody_is_here_for_them(town: Town, connected, carol, carrier):
    number = await line(town, await session(town, await service(town, carrier)))

    for withheld in (False, True):
        call = await carol.dials(number, withheld=withheld)
        await call.ended()

    assert " ".join(carol.heard).count("cannot reach anyone at this number") == 2
    assert await town.rows("SELECT * FROM interaction") == []
    assert connected.leaks == []


async def test_a_session_lasts_to_the_second_and_then_says_that_it_is_over(town: Town, connected, alice, bob, carrier):
    where = await service(town, carrier, default_ttl=600)
    number = await line(town, await session(town, where))

    for _ in range(2):
        town.clock.advance(timedelta(seconds=599))
        call = await alice.dials(number)
        await bob.rings()
        await alice.hangs_up()
        await call.ended()
    town.clock.advance(timedelta(seconds=600))
    late = await alice.dials(number)
    await late.ended()

    assert "connection has ended" in alice.heard[-2]
    assert bob.state == "idle"


async def test_a_party_of_two_sessions_reaches_each_partner(town: Town, connected, alice, bob, carol, carrier):
    where = await service(town, carrier)
    with_bob = await line(town, await session(town, where))
    with_carol = await line(town, await session(town, where, Party(number=ALICE), Party(number=CAROL)))

    first = await alice.dials(with_bob)
    await bob.rings()
    await alice.hangs_up()
    await first.ended()
    second = await alice.dials(with_carol)
    await carol.rings()
    await alice.hangs_up()
    await second.ended()
    shown = bob.shown, carol.shown
    wrong = await bob.dials(with_carol)
    await wrong.ended()

    assert with_bob != with_carol
    assert shown == (with_bob, with_carol)
    assert "cannot reach anyone" in " ".join(bob.heard)


async def test_people_with_numbers_of_two_carriers_reach_each_other_and_can_call_back(town: Town, connected, alice):
    """A carrier shows the numbers of its own account only, so each is shown one of it that they can call back."""
    briton = connected.handset(BRITON.value, "Briton")
    where = await town.service(numbering=Numbering.EACH)
    made = await session(town, where, Party(number=ALICE, side=1), Party(number=BRITON, side=2))
    hers, his = (each.proxy for each in made.participants)
    assert hers in SESSION["twilio"]
    assert his in SESSION["plivo"]

    for number, shown in ((hers, briton), (his, alice)):
        caller = alice if shown is briton else briton
        call = await caller.dials(number.value)
        await shown.answers()
        await call.bridged()
        await caller.hangs_up()
        await call.ended()
        seen = shown.shown
        back = await shown.dials(seen or "")
        await caller.answers()
        await back.bridged()
        await shown.hangs_up()
        await back.ended()

        assert E164(seen or "") in SESSION["twilio" if number == hers else "plivo"]

    assert connected.leaks == []
    calls = await town.rows("SELECT target_id, outcome FROM call")
    assert [(each["target_id"], each["outcome"]) for each in calls] == [(made.session.session_id, "talked")] * 4


async def test_the_second_of_a_side_rings_when_the_first_does_not_answer(
    town: Town, connected, alice, bob, carol, carrier
):
    people = Party(number=ALICE, side=1), Party(number=BOB, side=2), Party(number=CAROL, side=2)
    number = await line(town, await session(town, await service(town, carrier, ring=10), *people))

    call = await alice.dials(number)
    await bob.rings()
    await connected.passes(15)
    await accepts(carol)
    await call.bridged()

    assert "ringing someone else" in " ".join(alice.heard)
    assert connected.leaks == []


async def test_nobody_picks_up_and_the_caller_hears_so(town: Town, connected, alice, bob, carrier):
    number = await line(town, await session(town, await service(town, carrier)))

    call = await alice.dials(number)
    await bob.rings()
    await connected.passes(30)
    await call.ended()

    assert "They did not pick up." in " ".join(alice.heard)
    assert (await town.call())["outcome"] == "no-answer"


async def test_a_voicemail_is_never_joined_where_the_service_screens(town: Town, connected, alice, bob, carrier):
    number = await line(town, await session(town, await service(town, carrier)))

    call = await alice.dials(number)
    await bob.answers()
    await connected.passes(60)
    await call.ended()

    assert (await town.call())["outcome"] == "no-answer"


@pytest.mark.parametrize(
    ("given", "of_service", "said"),
    [
        ({"direction": Direction.ONE_WAY}, {}, "cannot take calls just now"),
        ({"mode": Mode.MESSAGE}, {}, "takes texts only"),
        ({}, {"quiet": Quiet(time(11), time(13), "UTC")}, "cannot take calls just now"),
    ],
)
async def test_who_may_not_be_called_now_does_not_ring(
    town: Town, connected, alice, bob, carrier, given, of_service, said
):
    number = await line(town, await session(town, await service(town, carrier, **of_service), **given))

    call = await bob.dials(number)
    await call.ended()

    assert said in " ".join(bob.heard)
    assert alice.state == "idle"
    assert alice.shown is None
