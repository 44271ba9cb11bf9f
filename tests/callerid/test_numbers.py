"""Numbers out of address books: as phonenumbers reads them, and nothing that is none."""

import random

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneMetadata

from callerid.numbers import NotANumber, NumberReader
from core.e164 import E164

SAMPLES = 50_000
REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
READERS = {region: NumberReader(region) for region in REGIONS}


def sample(chance: random.Random) -> tuple[str, str]:
    """A number of some country, right or nearly so, as somebody there may write it; and whose book it stands in."""
    region = chance.choice(REGIONS)
    metadata = PhoneMetadata.metadata_for_region(region)
    length = chance.choice([each for each in metadata.general_desc.possible_length if each > 0])
    length += chance.choice([0] * 8 + [-1, 1])
    example = phonenumbers.example_number(region)
    digits = str(example.national_number)[: chance.randint(1, 5)] if chance.random() < 0.7 else ""
    digits = (digits + "".join(str(chance.randrange(10)) for _ in range(20)))[:length]
    prefix = metadata.national_prefix or ""
    written = chance.choice(
        [f"+{metadata.country_code}{digits}", f"+{metadata.country_code} 0{digits}", prefix + digits, digits,
         f"00{metadata.country_code}{digits}", f"{metadata.country_code}{digits}", " ".join(prefix + digits),
         f"({prefix}{digits[:3]}) {digits[3:]}", f"+{metadata.country_code}-{digits} ext. 5"]
    )  # fmt: skip
    return written, region if chance.random() < 0.9 else chance.choice(REGIONS)


def test_the_short_way_comes_out_as_the_library_does():
    chance, alike, quick = random.Random(2030), 0, 0

    for _ in range(SAMPLES):
        written, region = sample(chance)
        reader = READERS[region]
        alike += reader.read(written) == reader.by_library(written)
        quick += reader._quick(written.replace(" ", "")) is not None

    assert alike == SAMPLES
    assert quick > SAMPLES // 8


@given(st.text(max_size=60), st.sampled_from(REGIONS))
def test_whatever_is_written_is_a_number_or_is_none(text: str, region: str):
    assert isinstance(READERS[region].read(text), E164 | NotANumber)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", NotANumber.EMPTY), ("call me", NotANumber.EMPTY), ("112", NotANumber.SHORT), ("4711", NotANumber.SHORT),
        ("*100#", NotANumber.SERVICE), ("#31#07700900123", NotANumber.SERVICE),
        ("4111 1111 1111 1111", NotANumber.CARD), ("5500-0000-0000-0004", NotANumber.CARD),
        ("900 123", NotANumber.SHORT), ("0" * 30, NotANumber.NONE), ("1" * 5000, NotANumber.NONE),
        ("+999" + "12345678", NotANumber.NONE),
    ],
)  # fmt: skip
def test_what_is_no_number_is_told_why(written: str, why: NotANumber):
    assert READERS["GB"].read(written) is why


def test_a_number_without_its_area_is_local():
    assert READERS["US"].read("555-0101") is NotANumber.LOCAL


@pytest.mark.parametrize(
    "written",
    ["07700 900123", "+44 7700 900123", "0044 7700 900123", "(07700) 900-123", "\u202a+44 7700\u00a0900123\u202c",
     "+44 (0)" + "7700 900123", "\u0660\u0667\u0667\u0660\u0660\u0669\u0660\u0660\u0661\u0662\u0663"],
)  # fmt: skip
def test_one_number_is_one_however_it_is_written(written: str):
    assert READERS["GB"].read(written) == E164("+447700900123")


def test_who_is_nowhere_reads_numbers_with_their_country():
    nowhere = NumberReader("ZZ")

    assert nowhere.read("+447700900123") == E164("+447700900123")
    assert nowhere.read("07700 900123") is NotANumber.NONE
