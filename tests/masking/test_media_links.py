"""The addresses under which carriers fetch pictures."""

from datetime import timedelta

import pytest

from core.ids import new_id
from masking.sessions.media_links import GOOD_FOR, Item, MediaLinks
from tests.town import NOON

LINKS = MediaLinks("https://example.org", [b"n" * 32, b"o" * 32])
ITEM = Item(new_id(), new_id())


def token(links: MediaLinks = LINKS) -> str:
    return links.make(ITEM, NOON).removeprefix("https://example.org/media/")


def test_a_token_names_its_item_for_ten_minutes():
    assert LINKS.read(token(), NOON) == ITEM
    assert LINKS.read(token(), NOON + GOOD_FOR - timedelta(seconds=1)) == ITEM
    assert LINKS.read(token(), NOON + GOOD_FOR) is None


def test_a_token_of_the_secret_before_still_counts():
    assert LINKS.read(token(MediaLinks("https://example.org", [b"o" * 32])), NOON) == ITEM


@pytest.mark.parametrize(
    "made",
    ["", "A", "A" * 71, "é" * 71, "=" * 72, token(MediaLinks("https://example.org", [b"x" * 32]))],
    ids=["nothing", "short", "zeros", "not ascii", "padding", "another secret's"],
)
def test_what_was_not_made_here_names_nothing(made: str):
    assert LINKS.read(made, NOON) is None


def test_a_token_that_was_changed_anywhere_names_nothing():
    for place, letter in enumerate(token()[:-1]):
        changed = token()[:place] + ("B" if letter == "A" else "A") + token()[place + 1 :]
        assert LINKS.read(changed, NOON) is None, place
