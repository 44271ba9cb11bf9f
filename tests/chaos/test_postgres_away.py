"""
Postgres may die at any time: callers hear so, carriers keep their events, and nothing acknowledged is lost.

The claim is about a crash of its process. These servers run with `fsync` off and `synchronous_commit` on: what is
acknowledged has been handed to the kernel, which outlives the process. That it outlives the machine as well is what
`fsync`, which a served Maskline never switches off, adds (Postgres's own promise).
"""

from tests.chaos.crowd import AT_ONCE, PROMISED, Heard
from tests.chaos.ground import Ground


async def interrupted(ground: Ground, *, calls: int = 120, before: int = 40) -> list[Heard]:
    """Postgres is killed while calls come in, and stays down. Returns what the callers heard."""
    ways, most = await ground.ways(calls), calls - 2 * AT_ONCE
    await ground.serve()
    async with ground.crowd.calling(ways[:most]) as load:
        await load.connects(before)
        await ground.kill("postgres")
    late = await ground.crowd.all_call(ways[most:])
    assert any(each.apologised for each in late)
    return [*load.heard, *late]


async def kept_and_bound(ground: Ground) -> set[object]:
    """The carrier's ids of all calls on record whose caller has the way that the call was given."""
    held = await ground.town.rows(
        "SELECT carrier_call FROM call JOIN claim USING (tenant, claim_id) WHERE claim.kind = 'bound'"
    )
    return {row["carrier_call"] for row in held}


async def test_every_caller_hears_something_and_no_call_that_rang_is_lost(ground: Ground):
    heard = await interrupted(ground)

    await ground.revive("postgres")
    await ground.comes_back(ground.runner.last)

    connected = [each for each in heard if each.connected]
    assert all(each.connected or each.apologised for each in heard)
    assert max(each.seconds for each in heard) < PROMISED
    assert len(connected) >= 40
    assert {each.call for each in connected} <= await kept_and_bound(ground)
    for each in connected:
        assert await ground.crowd.repeats(each) == each.answer


async def test_texts_and_events_are_left_with_the_carrier_until_they_can_be_kept(ground: Ground):
    heard = await interrupted(ground, calls=60, before=10)
    crowd, twilio, standing = ground.crowd, ground.town.twilio, ground.runner.last
    rang = next(each for each in heard if each.connected)
    assert rang.answer is not None
    leg = rang.answer.get("Dial/Number", "statusCallback")

    away = [
        await crowd.texts(1),
        await twilio.ends(rang.call),
        await twilio.step(leg, "CA" + "e" * 32, ParentCallSid=rang.call, SequenceNumber="1"),
    ]
    whisper = await twilio.step(rang.answer.get("Dial/Number", "url"), "CA" + "e" * 32, ParentCallSid=rang.call)
    ready = await ground.ready(standing)
    fallback = await twilio.post(f"{twilio.base}/hooks/twilio/fallback", {})

    await ground.revive("postgres")
    await ground.comes_back(standing)
    again = [await crowd.texts(1), await twilio.ends(rang.call)]

    assert [answer.status for answer in away] == [503, 503, 503]
    assert (whisper.status, fallback.status) == (200, 200)
    assert "something went wrong" in whisper.said
    assert "something went wrong" in fallback.said
    assert not ready
    assert [answer.status for answer in again] == [200, 200]
    assert (await ground.town.call(rang.call))["state"] == 5
    assert "Nobody reads" in again[0].text
