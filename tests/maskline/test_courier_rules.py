"""Which addresses a customer's server may have, and when it is left alone."""

from datetime import UTC, datetime, timedelta

import pytest

from maskline.courier_rules import IN_A_ROW, PAUSE, Breaker, is_public, places

NOON, A_MOMENT = datetime(2030, 1, 1, 12, tzinfo=UTC), timedelta(microseconds=1)
OURS = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1",
    "169.254.169.254", "169.254.170.2", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
    "192.88.99.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:7f00:1",
    "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1", "2001::1",
    "2002:7f00:1::", "2002:808:808::", "3fff::1", "64:ff9b::7f00:1", "64:ff9b:1::7f00:1", "100::1", "5f00::1",
]  # fmt: skip
THEIRS = ["8.8.8.8", "1.1.1.1", "172.32.0.1", "::ffff:8.8.8.8", "2606:4700:4700::1111", "2a00:1450:4001:800::200e"]


@pytest.mark.parametrize("address", OURS)
def test_an_address_inside_some_network_is_nobody_customers(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", THEIRS)
def test_an_address_of_the_internet_is_reached(address):
    assert is_public(address)


def test_a_place_is_written_as_in_an_address():
    assert places(["127.0.0.1:9000", "[::1]:9001"]) == {("127.0.0.1", 9000), ("::1", 9001)}


def test_who_fails_now_and_then_is_tried_again():
    breaker = Breaker()

    for _ in range(IN_A_ROW - 1):
        assert breaker.lets_through(NOON)
        breaker.failed(NOON)

    assert breaker.lets_through(NOON)


def test_who_keeps_failing_is_left_alone_and_then_tried_once():
    breaker = Breaker()
    for _ in range(IN_A_ROW):
        breaker.failed(NOON)

    assert not breaker.lets_through(NOON + PAUSE - A_MOMENT)
    assert [breaker.lets_through(NOON + PAUSE) for _ in range(3)] == [True, False, False]

    breaker.failed(NOON + PAUSE)

    assert not breaker.lets_through(NOON + 2 * PAUSE - A_MOMENT)
    assert breaker.lets_through(NOON + 2 * PAUSE)
