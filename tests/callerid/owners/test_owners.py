"""Whoever proved a number says what it is called, and each word counts at once."""

import pytest

from callerid.owners.errors import BadName, ConsentLacking, NameProtected, NoOwnName, NoSuchName
from tests.callerid.owners.conftest import ASHA, HOUR, NUMBER, OTHER, RAVI

SPEAKING = "speak-name"


async def test_an_own_name_is_shown_at_once_as_self_declared(owners, names):
    await names.crowd(NUMBER, {"Ash Office": 4})

    mine = await owners.call_me(ASHA, " Asha   Rao ")

    assert (mine.own_name, mine.shown, mine.status) == ("Asha Rao", "Asha Rao", "self-declared")
    assert await names.shown(NUMBER) == ("Asha Rao", "self-declared")
    row = await names.row(NUMBER)
    assert (row["names"], row["cluster"], row["confidence"], row["dirty"]) == (None, None, 0, True)


async def test_an_own_name_that_others_agree_with_is_confirmed_by_the_tick(owners, names, database):
    ref = await names.crowd(NUMBER, {"Asha Rao": 4})
    await owners.call_me(ASHA, "Asha O'Rao")

    async with database.work() as conn:
        await names.publish(conn, ref, "Asha ORao", 0, status="confirmed")

    assert await names.shown(NUMBER) == ("Asha O'Rao", "confirmed")


async def test_a_name_taken_back_shows_nothing_until_the_next_tick(owners, names):
    await owners.call_me(ASHA, "Asha Rao")

    mine = await owners.uncall_me(ASHA)

    assert (mine.own_name, mine.shown, mine.status) == (None, None, "unknown")
    assert (await names.row(NUMBER))["dirty"]


@pytest.mark.parametrize("name", ["State Bank", "P o l i c e", "Paytm KYC", "Amazon"])
async def test_nobody_becomes_a_bank_by_saying_so(owners, names, name):
    with pytest.raises(NameProtected):
        await owners.call_me(ASHA, name)

    assert await names.row(NUMBER) == {}


async def test_a_name_that_cannot_be_shown_is_not_repeated_in_the_refusal(owners):
    with pytest.raises(BadName) as refused:
        await owners.call_me(ASHA, "<b>Zebediah</b>")

    assert "Zebediah" not in str(refused.value.document())


async def test_a_hidden_number_shows_nothing_at_once_and_stays_hidden_through_ticks_and_uploads(
    owners, names, database
):
    ref = await names.crowd(NUMBER, {"Asha Rao": 4})

    await owners.change(ASHA, hidden=True)

    assert await names.shown(NUMBER) == (None, "unknown")
    async with database.work() as conn:
        await names.cluster(conn, ref, 1, "Asha Plumber", 6)
        await names.publish(conn, ref, "Asha Plumber", 1)
        await conn.execute("UPDATE named_number SET own_name = 'Asha', verified_name = 'Asha Ltd'")
    assert await names.shown(NUMBER) == (None, "unknown")
    assert (await names.row(NUMBER))["names"] is None


async def test_a_number_shown_again_is_ranked_at_the_next_tick(owners, names):
    await names.crowd(NUMBER, {"Asha Rao": 4})
    await owners.change(ASHA, hidden=True)

    mine = await owners.change(ASHA, hidden=False)

    assert (mine.hidden, mine.shown) == (False, None)
    assert (await names.row(NUMBER))["dirty"]


async def test_a_struck_name_is_gone_at_once_and_no_tick_or_upload_brings_it_back(
    owners, names, database, renewal, clock
):
    ref = await names.crowd(NUMBER, {"Asha Cheap": 8, "Asha Rao": 5})
    await seen(owners, renewal, clock)

    mine = await owners.strike(ASHA, 0)

    assert [(each.name, each.struck) for each in mine.names] == [("Asha Cheap", True), ("Asha Rao", False)]
    assert await names.shown(NUMBER) == (None, "unknown")
    async with database.work() as conn:
        await names.cluster(conn, ref, 0, "Asha Cheap", 20)
        await names.publish(conn, ref, "Asha Cheap", 0)
    assert await names.shown(NUMBER) == (None, "unknown")
    async with database.work() as conn:
        await names.publish(conn, ref, "Asha Rao", 1)
    assert await names.shown(NUMBER) == ("Asha Rao", "crowd")


async def test_the_name_that_was_meant_is_struck_where_clusters_were_sorted_anew(
    owners, names, database, renewal, clock
):
    ref = await names.crowd(NUMBER, {"Asha Cheap": 8, "Asha Rao": 5})
    await seen(owners, renewal, clock)
    async with database.work() as conn:
        await conn.execute("UPDATE name_spelling SET spelling = 'Asha Rao' WHERE cluster = 0")
        await conn.execute("UPDATE name_spelling SET spelling = 'Asha Cheap' WHERE cluster = 1")

    await owners.strike(ASHA, 0)

    async with database.work() as conn:
        struck = await conn.fetch("SELECT cluster FROM name_cluster WHERE number_ref = $1 AND struck", ref)
    assert [row["cluster"] for row in struck] == [1]


async def test_what_does_not_go_round_cannot_be_struck(owners, names, renewal, clock):
    await names.crowd(NUMBER, {"Asha Rao": 8})
    await names.crowd(OTHER, {"Ravi": 8, "Ravi Cheap": 8})
    await seen(owners, renewal, clock)

    with pytest.raises(NoSuchName):
        await owners.strike(ASHA, 1)


async def test_a_name_is_spoken_only_with_a_name_and_a_consent(owners, database):
    with pytest.raises(NoOwnName):
        await owners.change(ASHA, says_name=True, agreed="en")
    await owners.call_me(ASHA, "Asha Rao")
    with pytest.raises(ConsentLacking):
        await owners.change(ASHA, says_name=True)
    async with database.work() as conn:
        assert await owners.spoken(conn, ASHA, NUMBER) is None

    assert (await owners.change(ASHA, says_name=True, agreed="en")).says_name

    async with database.work() as conn:
        assert await owners.spoken(conn, ASHA, NUMBER) == "Asha Rao"
        assert await owners.consents.withdraw(conn, ASHA, SPEAKING)
        assert await owners.spoken(conn, ASHA, NUMBER) is None


async def test_a_hidden_number_has_no_name_to_speak(owners, database):
    await owners.call_me(ASHA, "Asha Rao")
    await owners.change(ASHA, says_name=True, agreed="en")

    await owners.change(ASHA, hidden=True)

    async with database.work() as conn:
        assert await owners.spoken(conn, ASHA, NUMBER) is None


async def test_each_owner_sees_and_changes_their_own_number_alone(owners, names):
    await names.crowd(NUMBER, {"Asha Rao": 4})
    await names.crowd(OTHER, {"Ravi": 4})

    await owners.change(ASHA, hidden=True)

    assert await names.shown(OTHER) == ("Ravi", "crowd")
    assert (await owners.mine(RAVI)).shown == "Ravi"


async def test_the_tables_of_owners_name_no_person_and_no_number(owners, database):
    await owners.call_me(ASHA, "Asha Rao")

    async with database.work() as conn:
        rows = [
            str(dict(row))
            for row in await conn.fetch("SELECT * FROM name_owner o JOIN named_number USING (number_ref)")
        ]
    assert rows
    assert not [word for word in (ASHA.hex, str(ASHA), NUMBER.digits) if word in rows[0]]


async def seen(owners, renewal, clock) -> None:
    """Both owners looked, and a tick passed."""
    await owners.mine(ASHA)
    await owners.mine(RAVI)
    clock.advance(HOUR)
    await renewal.renew()


async def test_a_word_that_nobody_else_says_is_in_no_cluster(owners, names, database):
    """Ranking counts it beside the crowd's, in a cluster that is kept nowhere."""
    ref = await names.crowd(NUMBER, {"Asha Office": 4})
    await owners.call_me(ASHA, "Asha Rao")

    async with database.work() as conn:
        await names.publish(conn, ref, "Asha Rao", 7, status="self-declared")

    row = await names.row(NUMBER)
    assert (row["name"], row["status"], row["cluster"]) == ("Asha Rao", "self-declared", None)
