"""After a leak every stored number key moves at once; look-ups match before and after, and never in between."""

import pytest

from core.e164 import E164
from privacy import rekey as rekeying
from privacy import store
from privacy.audit import Verified, link, verify
from privacy.key_check import RekeyUnderWay, check_ring, hold_ring
from privacy.keys import KeyRing, KeysUnfit
from privacy.numbers import NumberKeys
from privacy.rekey import KEYED, NOT_NUMBER_KEYS, StillServing, number_key_columns, rekey
from tests.privacy.conftest import OWNER, RIDER, START

PROXY = E164("+12025550123")
DAY_KEY = b"\x02" + bytes(32)
DIGITS = b"\x01123456"
PIN = b"\x05" + bytes(32)


@pytest.fixture
async def house(conn, ring, rows, clock):
    """Two people, a proxy number, a block, an opt-out, and a claim of each kind."""
    await check_ring(conn, ring)
    owner, _ = await rows.phone(OWNER, START), await rows.phone(RIDER, START)
    await rows.block(owner, RIDER, START, lasts=clock.now() - START)
    await rows.proxy_number(PROXY, await rows.account(["token"], START), START)
    await rows.opt_out(RIDER, START)
    service = await rows.service(START)
    await rows.service_opt_out(service, OWNER, START)
    await rows.session_block(service, owner, RIDER, START, lasts=clock.now() - START)
    keys = NumberKeys(ring, "masking")
    await rows.claim(b"\x03" + keys.key(OWNER), START, peer_key=b"\x03" + keys.key(RIDER))
    await rows.claim(b"\x00", START)
    await rows.claim(DIGITS, START)
    await rows.claim(PIN, START)
    await rows.claim(DAY_KEY, START, peer_key=keys.key(OWNER))
    await rows.named(NumberKeys(ring, "callerid").key(OWNER))
    await rows.person(OWNER, NumberKeys(ring, "people").key(OWNER), START)


async def stored(conn):
    """Every number key in the database."""
    phones = {row[0] for row in await conn.fetch("SELECT number_key FROM phone")}
    claims = await conn.fetchrow("SELECT party_key, peer_key FROM claim WHERE get_byte(party_key, 0) = 3")
    return {
        "phones": phones,
        "block": await conn.fetchval("SELECT party_key FROM block"),
        "session block": await conn.fetchval("SELECT party_key FROM session_block"),
        "opt-out": await conn.fetchval("SELECT number_key FROM opt_out"),
        "service": await conn.fetchval("SELECT number_key FROM service_opt_out"),
        "proxy": await conn.fetchval("SELECT number_key FROM proxy_number"),
        "party": claims["party_key"],
        "peer": claims["peer_key"],
        "scanner's peer": await conn.fetchval("SELECT peer_key FROM claim WHERE party_key = $1", DAY_KEY),
        "named": await conn.fetchval("SELECT number_key FROM named_number"),
        "person": await conn.fetchval("SELECT number_key FROM person"),
    }


def wanted(ring):
    """As the ring would look them up."""
    keys = NumberKeys(ring, "masking")
    return {
        "phones": {keys.key(OWNER), keys.key(RIDER)},
        "block": keys.key(RIDER),
        "session block": keys.key(RIDER),
        "opt-out": keys.key(RIDER),
        "service": keys.key(OWNER),
        "proxy": keys.key(PROXY),
        "party": b"\x03" + keys.key(OWNER),
        "peer": b"\x03" + keys.key(RIDER),
        "scanner's peer": keys.key(OWNER),
        "named": NumberKeys(ring, "callerid").key(OWNER),
        "person": NumberKeys(ring, "people").key(OWNER),
    }


async def test_look_ups_match_before_and_after(database, conn, ring, house, key_path):
    assert await stored(conn) == wanted(ring)

    done = await rekey(database, key_path, at=START)

    after = KeyRing.load(key_path)
    assert after.ids("number") == (1, 2)
    assert await stored(conn) == wanted(after)
    assert wanted(after) != wanted(ring)
    counts = {"phone": 2, "proxy_number": 1, "block": 1, "session_block": 1, "opt_out": 1, "service_opt_out": 1,
              "claim": 2, "named_number": 1, "person": 1}  # fmt: skip
    assert (done.version, done.counts) == (2, counts)


async def test_it_can_be_done_again_and_again(database, conn, house, key_path):
    for version in (2, 3, 4):
        assert (await rekey(database, key_path, at=START)).version == version
        assert await stored(conn) == wanted(KeyRing.load(key_path))


async def test_keys_of_other_kinds_stay(database, conn, house, key_path):
    await rekey(database, key_path, at=START)

    found = {row[0] for row in await conn.fetch("SELECT party_key FROM claim")}
    assert {b"\x00", DIGITS, DAY_KEY, PIN} < found


async def test_more_rows_than_a_batch_are_each_moved_once(database, conn, rows, ring, key_path, monkeypatch):
    monkeypatch.setattr(rekeying, "BATCH", 7)
    await check_ring(conn, ring)
    numbers = [E164(f"+120255501{number:02d}") for number in range(50)]
    for number in numbers:
        await rows.phone(number, START)

    await rekey(database, key_path, at=START)

    keys = NumberKeys(KeyRing.load(key_path), "masking")
    assert {row[0] for row in await conn.fetch("SELECT number_key FROM phone")} == {keys.key(each) for each in numbers}


async def test_a_run_cut_off_changes_nothing_and_the_next_one_finishes_it(database, conn, ring, house, key_path):
    """The new key is in the file by then; it is used, and no third one is made."""
    await conn.execute(
        "CREATE FUNCTION dies() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'cut off'; END $$;"
        "CREATE TRIGGER dies BEFORE UPDATE ON claim EXECUTE FUNCTION dies()"
    )
    with pytest.raises(Exception, match="cut off"):
        await rekey(database, key_path, at=START)
    assert await stored(conn) == wanted(ring)
    half_done = KeyRing.load(key_path)
    assert half_done.ids("number") == (1, 2)
    with pytest.raises(KeysUnfit, match="rekey"):
        await check_ring(conn, half_done)

    await conn.execute("DROP TRIGGER dies ON claim")
    done = await rekey(database, key_path, at=START)

    assert done.version == 2
    assert KeyRing.load(key_path).ids("number") == (1, 2)
    assert await stored(conn) == wanted(half_done)
    await check_ring(conn, half_done)


async def test_the_old_ring_does_not_start_afterwards(database, conn, ring, house, key_path):
    await rekey(database, key_path, at=START)

    with pytest.raises(KeysUnfit, match="number 2 is missing"):
        await check_ring(conn, ring)


async def test_nothing_moves_while_anybody_serves(database, conn, ring, house, key_path):
    async with database.work() as serving:
        await hold_ring(serving)

        with pytest.raises(StillServing):
            await rekey(database, key_path, at=START)

    assert await stored(conn) == wanted(ring)
    assert KeyRing.load(key_path).ids("number") == (1,)


async def test_nobody_starts_to_serve_while_keys_move(database, conn):
    async with database.transaction() as moving:
        assert await store.keep_others_out(moving)

        with pytest.raises(RekeyUnderWay):
            await hold_ring(conn)


async def test_a_strangers_key_file_moves_nothing(database, conn, ring, house, other_ring, tmp_path):
    with pytest.raises(KeysUnfit, match="different key"):
        await rekey(database, tmp_path / "other.keys", at=START)

    assert await stored(conn) == wanted(ring)


async def test_a_database_without_keys_is_not_rekeyed(database, key_path):
    with pytest.raises(KeysUnfit, match="nothing to replace"):
        await rekey(database, key_path, at=START)


async def test_it_is_noted_with_counts(database, conn, ring, house, key_path):
    await rekey(database, key_path, at=START)
    await link(database, ring)

    entry = await conn.fetchrow("SELECT actor, action, reference FROM audit_entry")
    assert tuple(entry) == ("command", "number.rekeyed", "number-2")
    assert isinstance(await verify(conn, KeyRing.load(key_path)), Verified)


async def test_every_column_named_like_a_key_moves_or_says_what_it_is(conn):
    moving = {(keyed.table, column) for keyed in KEYED for column in keyed.keys}
    schema = set(await store.keyed_columns(conn))

    assert moving | set(NOT_NUMBER_KEYS) == schema
    assert not moving & set(NOT_NUMBER_KEYS)
    assert set(await number_key_columns(conn)) == moving
