"""A database opens only for the ring that it was written with, and says which key is missing or different."""

import base64
import json
import os

import pytest

from privacy.key_check import check_ring, hold_ring
from privacy.keys import KeyRing, KeysUnfit
from tests.privacy.conftest import START


async def refusal(conn, ring):
    with pytest.raises(KeysUnfit) as caught:
        await check_ring(conn, ring)
    return caught.value.detail


async def test_the_first_start_keeps_a_check_of_every_key(conn, ring):
    await check_ring(conn, ring)

    kept = {row["root"]: row["proof"] for row in await conn.fetch("SELECT root, proof FROM key_check")}
    assert set(kept) == {"number", "seal", "token", "audit"}
    assert kept["seal"] == ring.derive("seal", "key check")


async def test_the_same_ring_starts_again(conn, ring, key_path):
    await check_ring(conn, ring)

    await check_ring(conn, KeyRing.load(key_path))


async def test_another_ring_is_refused_and_every_difference_named(conn, ring, other_ring):
    await check_ring(conn, ring)

    said = await refusal(conn, other_ring)

    for root in ("number", "seal", "token", "audit"):
        assert f"{root} 1 is a different key" in said
    assert await conn.fetchval("SELECT count(*) FROM key_check") == 4


async def test_one_wrong_key_is_named_alone(conn, ring, key_path):
    await check_ring(conn, ring)
    document = json.loads(key_path.read_text())
    (token,) = [entry for entry in document["keys"] if entry["root"] == "token"]
    token["key"] = base64.b64encode(os.urandom(32)).decode()
    key_path.write_text(json.dumps(document))

    said = await refusal(conn, KeyRing.load(key_path))

    assert "token 1 is a different key" in said
    assert "seal" not in said


async def test_a_seal_key_taken_out_of_the_file_is_missed(conn, ring):
    larger = ring.with_new("seal", START)
    await check_ring(conn, larger)

    assert "seal 1 is missing" in await refusal(conn, larger.without("seal", 1))


async def test_new_seal_and_token_keys_are_taken_up(conn, ring):
    await check_ring(conn, ring)

    await check_ring(conn, ring.with_new("seal", START).with_new("token", START))

    assert await conn.fetchval("SELECT count(*) FROM key_check") == 6


async def test_a_number_key_that_no_row_was_moved_to_is_not_used(conn, ring):
    """Its ring would find nobody: every stored key is still the old one's."""
    await check_ring(conn, ring)

    assert "Run: ./run rekey" in await refusal(conn, ring.with_new("number", START))


async def test_two_processes_of_different_rings_cannot_both_be_first(database, ring, other_ring):
    async with database.transaction() as first:
        await check_ring(first, ring)

    async with database.work() as second:
        assert "different key" in await refusal(second, other_ring)


async def test_processes_hold_the_ring_side_by_side(database):
    async with database.work() as first, database.work() as second:
        await hold_ring(first)
        await hold_ring(second)
        held = await first.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ShareLock'")

    assert held == 2
