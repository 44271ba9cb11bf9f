"""Number keys: equal for equal numbers, useless without the ring, and different in every room."""

import hashlib
from datetime import UTC, datetime

import pytest

from core.e164 import E164
from privacy.numbers import NumberKeys, address_prefix
from tests.privacy.conftest import OWNER, RIDER

AT = datetime(2030, 1, 15, tzinfo=UTC)


def test_equal_numbers_have_equal_keys_and_others_do_not(ring):
    keys = NumberKeys(ring, "masking")

    assert keys.key(RIDER) == keys.key(E164(RIDER.value))
    assert keys.key(RIDER) != keys.key(OWNER)
    assert len(keys.key(RIDER)) == 32


def test_rooms_cannot_be_joined_on_a_number(ring):
    assert len({NumberKeys(ring, room).key(RIDER) for room in ("masking", "callerid", "people")}) == 3


def test_without_the_ring_a_number_cannot_be_tried(ring, other_ring):
    """Whoever has only the rows cannot hash all numbers and compare."""
    key = NumberKeys(ring, "masking").key(RIDER)

    assert key != NumberKeys(other_ring, "masking").key(RIDER)
    assert key != hashlib.sha256(RIDER.value.encode()).digest()


def test_a_wrapped_ring_keys_as_the_old_key_wrapped(ring):
    """So that a row whose number nobody knows can be moved on."""
    once, twice = ring.with_new("number", AT), ring.with_new("number", AT).with_new("number", AT)
    twice_from_once = once.with_new("number", AT)
    old = NumberKeys(ring, "masking").key(RIDER)

    assert NumberKeys(once, "masking").moved(old, 1) == NumberKeys(once, "masking").key(RIDER)
    assert NumberKeys(twice, "masking").moved(old, 1) == NumberKeys(twice, "masking").key(RIDER)
    newest = NumberKeys(twice_from_once, "masking")
    assert newest.moved(NumberKeys(once, "masking").key(RIDER), 2) == newest.key(RIDER)


@pytest.mark.parametrize(
    ("address", "prefix"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        (" 192.0.2.1 ", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", "unknown"),
        ("unix:", "unknown"),
        ("192.0.2.300", "unknown"),
    ],
)
def test_neighbours_share_a_prefix(address, prefix):
    assert address_prefix(address) == prefix


@pytest.mark.parametrize(("one", "other"), [("+521", "+52"), ("+549", "+54")])
def test_two_ways_of_writing_a_mobile_are_one_phone(ring, one, other):
    keys, rest = NumberKeys(ring, "masking"), "5" * 10

    assert keys.key(E164(one + rest)) == keys.key(E164(other + rest))
    assert keys.key(E164(f"+44{rest}")) != keys.key(E164(f"+441{rest}"))
