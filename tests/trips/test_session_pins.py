"""Who knows a PIN is put through: those who join by it, and those of whom it is asked each time."""

from masking.sessions.given import Party
from tests.town import ALICE, BOB, Town
from tests.trips.talks import accepts, line, service, session


async def test_an_awaited_party_joins_with_the_pin_and_is_known_from_then_on(
    town: Town, connected, alice, carol, carrier
):
    people = Party(number=ALICE, side=1), Party(number=None, side=2, generate_pin=True)
    made = await session(town, await service(town, carrier, pin_length=12), *people)
    number, (pin,) = await line(town, made), made.pins.values()

    first = await carol.dials(number)
    await carol.hears("enter your PIN")
    await carol.presses(pin)
    await accepts(alice)
    await first.bridged()
    await carol.hangs_up()
    await first.ended()
    back = await alice.dials(number)
    await accepts(carol)
    await back.bridged()

    assert carol.shown == number
    assert connected.leaks == []
    for table in ("call", "call_step", "participant", "claim", "tally"):
        assert not any(pin in str(row) for row in await town.rows(f"SELECT * FROM {table}"))


async def test_three_wrong_pins_end_the_call(town: Town, connected, alice, carol, carrier):
    people = Party(number=ALICE, side=1), Party(number=None, side=2, pin="123456")
    number = await line(town, await session(town, await service(town, carrier, pin_length=6), *people))

    call = await carol.dials(number)
    for _ in range(3):
        await carol.hears("enter your PIN")
        await carol.presses("654321")
    await call.ended()

    assert "check your PIN" in " ".join(carol.heard)
    assert alice.state == "idle"


async def test_a_forced_pin_is_asked_of_people_whom_the_session_knows(town: Town, connected, alice, bob, carrier):
    people = Party(number=ALICE, side=1, pin="1357"), Party(number=BOB, side=2, pin="2468")
    where = await service(town, carrier, pin_length=4)
    number = await line(town, await session(town, where, *people, force_pin=True))

    call = await alice.dials(number)
    await alice.hears("enter your PIN")
    await alice.presses("2468")
    await alice.hears("enter your PIN")
    await alice.presses("1357")
    await accepts(bob)
    await call.bridged()

    assert bob.shown == number
