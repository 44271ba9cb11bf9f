"""A code proves a number once, within its time and its tries, whatever is asked at the same instant."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from core.ids import new_id
from privacy.proof import ProofOver, TooManyCodes, TooManyTries, WrongCode
from privacy.proof_rules import A_DAY, APART, LIFE, TRIES, NoCodesThere
from tests.privacy.proving import ANNA, BEN, HOME, PURPOSE, asks, code_of, proofs, proves, sendings, wrong_code
from tests.town import SESSION, SHARED

SECOND = timedelta(seconds=1)


async def test_the_code_proves_the_number(town):
    started = await asks(town)

    assert await proves(proofs(town), started.proof_id, code_of(town, started.proof_id), PURPOSE) == ANNA


async def test_a_code_counts_once(town):
    started = await asks(town)
    code = code_of(town, started.proof_id)
    await proves(proofs(town), started.proof_id, code, PURPOSE)

    with pytest.raises(ProofOver):
        await proves(proofs(town), started.proof_id, code, PURPOSE)


async def test_of_many_who_enter_it_at_once_one_has_proven_the_number(town):
    started = await asks(town)
    code = code_of(town, started.proof_id)

    results = await asyncio.gather(
        *(proves(proofs(town), started.proof_id, code, PURPOSE) for _ in range(4)), return_exceptions=True
    )

    assert results.count(ANNA) == 1
    assert all(result == ANNA or isinstance(result, ProofOver) for result in results)


async def test_five_wrong_codes_end_it_and_the_right_one_comes_too_late(town):
    started = await asks(town)
    left = []
    for _ in range(TRIES):
        with pytest.raises(WrongCode) as wrong:
            await proves(proofs(town), started.proof_id, wrong_code(town, started.proof_id), PURPOSE)
        left.append(wrong.value.facts["left"])

    with pytest.raises(TooManyTries):
        await proves(proofs(town), started.proof_id, code_of(town, started.proof_id), PURPOSE)
    assert left == [4, 3, 2, 1, 0]


async def test_guesses_at_once_are_five_at_most(town):
    """Each is counted before it is compared, and the count is kept whatever becomes of it."""
    started = await asks(town)
    wrong = wrong_code(town, started.proof_id)

    results = await asyncio.gather(
        *(proves(proofs(town), started.proof_id, wrong, PURPOSE) for _ in range(20)), return_exceptions=True
    )

    assert Counter(type(result) for result in results) == {WrongCode: TRIES, TooManyTries: 15}


async def test_the_right_one_among_guesses_wins_only_within_the_five(town):
    started = await asks(town)
    wrong, right = wrong_code(town, started.proof_id), code_of(town, started.proof_id)
    for _ in range(TRIES - 1):
        with pytest.raises(WrongCode):
            await proves(proofs(town), started.proof_id, wrong, PURPOSE)

    assert await proves(proofs(town), started.proof_id, right, PURPOSE) == ANNA


async def test_a_code_is_over_after_ten_minutes(town, clock):
    started = await asks(town)
    clock.advance(LIFE)

    with pytest.raises(ProofOver):
        await proves(proofs(town), started.proof_id, code_of(town, started.proof_id), PURPOSE)


async def test_a_code_is_good_for_its_own_purpose_alone(town):
    started = await asks(town)

    with pytest.raises(ProofOver):
        await proves(proofs(town), started.proof_id, code_of(town, started.proof_id), "opt-out")


async def test_a_proof_that_never_was_reads_like_one_that_is_over(town):
    with pytest.raises(ProofOver):
        await proves(proofs(town), new_id(), "000000", PURPOSE)


@pytest.mark.parametrize("written", ["{0} {1}", "{0}-{1}", " {0}{1} "])
async def test_a_code_may_be_written_in_halves(town, written):
    started = await asks(town)
    code = code_of(town, started.proof_id)

    assert await proves(proofs(town), started.proof_id, written.format(code[:3], code[3:]), PURPOSE) == ANNA


async def test_devanagari_digits_are_digits(town):
    started = await asks(town)
    code = code_of(town, started.proof_id).translate({ord("0") + n: 0x966 + n for n in range(10)})

    assert await proves(proofs(town), started.proof_id, code, PURPOSE) == ANNA


@pytest.mark.parametrize("nonsense", ["", "12345", "1234567", "abcdef", "\ud800", "٠" * 500, "1" * 100_000])
async def test_what_is_no_code_is_a_wrong_code(town, nonsense):
    started = await asks(town)

    with pytest.raises(WrongCode):
        await proves(proofs(town), started.proof_id, nonsense, PURPOSE)


async def test_asking_twice_at_once_sends_one_code(town):
    first, second = await asyncio.gather(asks(town), asks(town))

    assert (first.proof_id, first.until) == (second.proof_id, second.until)
    assert {first.sent, second.sent} == {True, False}
    assert await sendings(town) == 1


async def test_asking_again_later_sends_the_same_code_and_gives_it_more_time(town, clock):
    first = await asks(town)
    clock.advance(APART)
    second = await asks(town)

    assert second.proof_id == first.proof_id
    assert second.until == first.until + APART
    assert await sendings(town) == 2


async def test_a_code_is_sent_three_times_at_most(town, clock):
    for _ in range(3):
        started = await asks(town)
        clock.advance(APART)

    with pytest.raises(TooManyCodes) as refused:
        await proofs(town).again(started.proof_id, PURPOSE, "text", network=HOME)
    assert 0 < refused.value.facts["retry_after"] <= LIFE.total_seconds()


@pytest.mark.parametrize("others", [3, A_DAY])
async def test_whoever_holds_a_number_can_use_a_code_that_somebody_else_had_sent(town, clock, others):
    """Who uses up a number's codes sends them to its holder, who is led to where they can be entered."""
    for n in range(others):
        clock.advance(APART if n % 3 else LIFE)  # three of each proof
        started = await asks(town, network=f"198.51.{n}.1")
    clock.advance(APART)

    holder = await asks(town, network=HOME)

    assert (holder.proof_id, holder.sent) == (started.proof_id, False)
    assert await sendings(town) == others
    assert await proves(proofs(town), holder.proof_id, code_of(town, started.proof_id)) == ANNA


async def test_one_network_does_not_use_up_a_numbers_codes(town, clock):
    for _ in range(3):
        await asks(town, network="198.51.100.1")
        clock.advance(LIFE + SECOND)

    with pytest.raises(TooManyCodes):
        await asks(town, network="198.51.100.2")
    await asks(town, network=HOME)


async def test_codes_that_are_used_count_for_the_number_alone(town, clock):
    for _ in range(A_DAY):
        started = await asks(town)
        await proves(proofs(town), started.proof_id, code_of(town, started.proof_id))

    with pytest.raises(TooManyCodes):
        await asks(town)


async def test_a_number_gets_six_codes_a_day_whoever_asks(town, clock):
    for n in range(A_DAY):
        await asks(town, network=f"198.51.{n}.1")
        clock.advance(LIFE + SECOND)

    with pytest.raises(TooManyCodes):
        await asks(town, network="198.51.77.1")
    await asks(town, BEN)
    clock.advance(timedelta(hours=24))
    await asks(town)


async def test_whoever_used_up_their_tries_gets_another_code(town, clock):
    started = await asks(town)
    for _ in range(TRIES):
        with pytest.raises(WrongCode):
            await proves(proofs(town), started.proof_id, "", PURPOSE)

    again = await asks(town)

    assert again.proof_id != started.proof_id
    assert await proves(proofs(town), again.proof_id, code_of(town, again.proof_id), PURPOSE) == ANNA


async def test_a_refused_start_leaves_nothing_behind(town):
    before = await town.rows("SELECT * FROM tally")

    for number in (SHARED["twilio"], SESSION["plivo"][0]):
        with pytest.raises(NoCodesThere):
            await asks(town, number)

    assert await town.rows("SELECT * FROM tally") == before
    assert await town.rows("SELECT * FROM proof") == []
    assert await town.rows("SELECT * FROM proof_spending") == []


async def test_sent_once_more_by_another_way_it_is_the_same_proof(town, clock):
    started = await asks(town)
    clock.advance(APART)

    again = await proofs(town).again(started.proof_id, PURPOSE, "voice", network=HOME)

    assert again.proof_id == started.proof_id
    (row,) = await town.rows("SELECT way, sent FROM proof")
    assert row == {"way": "voice", "sent": 2}


async def test_what_is_over_is_not_sent_once_more(town, clock):
    started = await asks(town)
    clock.advance(LIFE)

    with pytest.raises(ProofOver):
        await proofs(town).again(started.proof_id, PURPOSE, "text", network=HOME)


async def test_a_code_whose_work_fails_can_be_used_still(town):
    """Killed half-way, or refused: the code and what it was for are one transaction."""
    started = await asks(town)
    code = code_of(town, started.proof_id)

    with pytest.raises(RuntimeError):
        async with proofs(town).proven(started.proof_id, code, PURPOSE, network=HOME):
            raise RuntimeError

    assert await proves(proofs(town), started.proof_id, code) == ANNA
    (all_of_today,) = await town.rows("SELECT used FROM proof_spending WHERE place = 'all'")
    assert all_of_today["used"] == 1


async def test_whoever_uses_a_code_and_whoever_pays_for_one_wait_for_each_other_in_one_order(town):
    """Else each may hold what the other needs. A payer locks the block of numbers first, then its country."""
    started = await asks(town)
    async with town.house.database.work() as conn, conn.transaction():
        await conn.execute("SELECT FROM proof_spending WHERE place LIKE 'US +%' FOR UPDATE")
        using = asyncio.create_task(proves(proofs(town), started.proof_id, code_of(town, started.proof_id)))
        while not await conn.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
            continue
        locked = await conn.fetch("SELECT place FROM proof_spending FOR UPDATE SKIP LOCKED")

    assert {row["place"] for row in locked} >= {"US", "all"}
    assert await using == ANNA
