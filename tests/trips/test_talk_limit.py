"""A minute before the talk is cut off both people hear so, where the carrier can speak into a call."""

from datetime import timedelta

from masking.sessions.given import Party
from maskline import worker
from tests.town import ALICE, BOB, Town
from tests.trips.talks import accepts, line, service, session

SOON = "One minute is left"
TALK = 300


async def talking(town: Town, alice, bob, carrier: str, *people: Party, talk: int = TALK):
    number = await line(town, await session(town, await service(town, carrier), *people, talk=talk))
    call = await alice.dials(number)
    await accepts(bob)
    await call.bridged()
    return call


async def works(town: Town, seconds: int) -> None:
    town.clock.advance(timedelta(seconds=seconds))
    await worker.drain(town.house)


async def test_both_hear_it_a_minute_before_the_cut_and_not_earlier(town: Town, connected, alice, bob):
    call = await talking(town, alice, bob, "plivo")
    await connected.settles()

    await works(town, TALK - 61)
    early = " ".join((*alice.heard, *bob.heard))
    await works(town, 1)
    await connected.passes(TALK + 10)
    await call.ended()

    assert SOON not in early
    assert " ".join(alice.heard).count(SOON) == 1
    assert " ".join(bob.heard).count(SOON) == 1
    assert connected.leaks == []
    assert connected.complaints == []


async def test_each_hears_it_in_their_own_language(town: Town, connected, alice, bob):
    people = Party(number=ALICE, side=1), Party(number=BOB, side=2, language="hi")
    number = await line(town, await session(town, await service(town, "plivo", screens=False), *people, talk=TALK))
    call = await alice.dials(number)
    await bob.answers()
    await call.bridged()
    await connected.settles()

    await works(town, TALK - 60)

    assert SOON in " ".join(alice.heard)
    assert "एक मिनट बचा है" in " ".join(bob.heard)
    assert SOON not in " ".join(bob.heard)


async def test_whoever_has_hung_up_is_not_spoken_to(town: Town, connected, alice, bob):
    call = await talking(town, alice, bob, "plivo")
    await alice.hangs_up()
    await call.ended()
    await connected.settles()

    await works(town, TALK - 60)

    assert SOON not in " ".join((*alice.heard, *bob.heard))
    assert await town.rows("SELECT 1 FROM outbox WHERE kind = 'warn-talk'") == []


async def test_a_call_without_an_end_that_was_told_is_not_spoken_to_either(town: Town, connected, alice, bob):
    """The hang-up's news may be late: the carrier says that there is no such call, and that is all."""
    call = await talking(town, alice, bob, "plivo")
    await alice.hangs_up()
    await call.ended()
    await connected.settles()
    await town.rows("UPDATE call SET state = 4, ended_at = NULL")

    await works(town, TALK - 60)

    assert await town.rows("SELECT 1 FROM outbox WHERE kind = 'warn-talk'") == []


async def test_a_warning_that_comes_late_is_not_given(town: Town, connected, alice, bob):
    await talking(town, alice, bob, "plivo")
    await connected.settles()

    await works(town, TALK - 20)

    assert SOON not in " ".join((*alice.heard, *bob.heard))
    assert await town.rows("SELECT 1 FROM outbox WHERE kind = 'warn-talk'") == []


async def test_a_short_talk_has_been_told_of_before(town: Town, connected, alice, bob):
    await talking(town, alice, bob, "plivo", talk=120)
    await connected.settles()

    await works(town, 60)

    assert "2 minutes" in " ".join(alice.heard)
    assert "2 minutes" in " ".join(bob.heard)
    assert SOON not in " ".join((*alice.heard, *bob.heard))


async def test_on_twilio_both_have_heard_how_long_they_may_talk(town: Town, connected, alice, bob):
    """Nothing can be spoken into two legs that a Dial of Twilio's has joined."""
    await talking(town, alice, bob, "twilio")
    await connected.settles()

    await works(town, TALK - 60)

    assert "5 minutes" in " ".join(alice.heard)
    assert "5 minutes" in " ".join(bob.heard)
    assert await town.rows("SELECT 1 FROM outbox WHERE kind = 'warn-talk'") == []
