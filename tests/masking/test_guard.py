"""What is remembered of a number that was asked about: what its plan says, and neither the number nor an answer."""

import pickle
from unittest.mock import Mock

import phonenumbers
import pytest

from core.e164 import E164
from masking.claims.errors import DestinationRefused
from masking.claims.guard import Guard

AMERICAN, BRITISH = E164("+12025550150"), E164("+447700900150")


def test_a_number_is_parsed_once_whatever_is_asked_of_it(monkeypatch: pytest.MonkeyPatch):
    parse = Mock(wraps=phonenumbers.parse)
    monkeypatch.setattr(phonenumbers, "parse", parse)
    guard = Guard(["US"])

    for _ in range(2):
        guard.check(AMERICAN)
        assert guard.allows(AMERICAN)
        assert guard.region(AMERICAN) == "US"

    assert parse.call_count == 1


def test_what_may_be_dialled_changes_for_a_number_that_is_remembered():
    guard = Guard(["US"])
    assert guard.allows(AMERICAN)
    assert not guard.allows(BRITISH)

    guard.allow(["GB"])

    assert guard.allows(BRITISH)
    with pytest.raises(DestinationRefused) as refused:
        guard.check(AMERICAN)
    assert refused.value.facts["kind"] == "country"


@pytest.mark.parametrize("number", [AMERICAN, BRITISH, E164("+12645550150")])
def test_a_guard_and_a_number_name_the_same_region(number: E164):
    assert Guard().region(number) == number.region


def test_no_number_stays_in_memory_for_it():
    guard = Guard(["US"])
    guard.check(AMERICAN)

    assert AMERICAN.digits.encode() not in pickle.dumps(guard)
