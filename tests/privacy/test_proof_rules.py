"""To whom codes go: mobiles of the countries that were chosen."""

import phonenumbers
import pytest

from core.e164 import E164
from privacy.proof_rules import Destinations, NoCodesThere, Price, Purse


def example(country: str, kind: int) -> E164:
    """A number of a kind, as the numbering plan gives it for an example."""
    number = phonenumbers.example_number_for_type(country, kind)
    assert number is not None, f"the plan of {country} has no such number"
    return E164(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


MOBILE, KINDS = phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType


@pytest.mark.parametrize("country", ["GB", "IN", "FR", "US", "DE", "NG"])
def test_a_mobile_of_a_chosen_country_gets_one(country):
    assert Destinations([country]).country(example(country, MOBILE)) == country


@pytest.mark.parametrize("kind", [KINDS.FIXED_LINE, KINDS.PREMIUM_RATE, KINDS.TOLL_FREE, KINDS.VOIP,
                                  KINDS.PERSONAL_NUMBER, KINDS.UAN, KINDS.PAGER])  # fmt: skip
def test_nothing_else_does(kind):
    with pytest.raises(NoCodesThere) as refused:
        Destinations(["GB"]).country(example("GB", kind))

    assert refused.value.facts == {"kind": "type"}


@pytest.mark.parametrize("country", ["GB", "JE", "FR"])
def test_no_other_country_does_not_even_a_neighbour_with_the_same_code(country):
    with pytest.raises(NoCodesThere) as refused:
        Destinations(["GG", "US"]).country(example(country, MOBILE))

    assert refused.value.facts == {"kind": "country"}


def test_where_no_country_is_chosen_nobody_gets_one():
    with pytest.raises(NoCodesThere):
        Destinations().country(E164("+447700900123"))


@pytest.mark.parametrize(
    ("code", "rest"), [("881", "6212345678"), ("870", "773111632"), ("44", "11223"), ("44", "7" + "0" * 11)]
)
def test_satellites_and_numbers_that_cannot_be_get_none(code, rest):
    with pytest.raises(NoCodesThere):
        Destinations(["GB"]).country(E164(f"+{code}{rest}"))


def test_numbers_reserved_for_fiction_get_codes_for_the_demo():
    assert Destinations(["GB", "US"]).country(E164("+447700900123")) == "GB"


def test_a_country_that_stands_alone_needs_no_code_before_its_numbers():
    assert Destinations(["GB"]).only == "GB"
    assert Destinations(["GB", "US"]).only is None
    assert Destinations().only is None


def test_prices_are_whole_ten_thousandths():
    purse = Purse(all=1, country=1, block=1, other=Price.of(0.15, 0.3), prices={"IN": Price.of(0.0023, 0.01)})

    assert (purse.price("IN", "text"), purse.price("IN", "voice"), purse.price("NG", "voice")) == (23, 100, 3000)
