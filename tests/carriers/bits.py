"""Flipping one bit of a request, for the tests of both signatures."""

from hypothesis import strategies as st

LETTERS = st.characters(min_codepoint=0x20, max_codepoint=0x10FFFF, exclude_categories=["Cs"])
NAMES = st.text(LETTERS, min_size=1, max_size=12)
VALUES = st.text(LETTERS, max_size=20)
FORMS = st.dictionaries(NAMES, VALUES, max_size=6)
PATHS = st.text("abcdefghijklmnopqrstuvwxyz0123456789-_/.~%", max_size=20).map(lambda rest: f"/{rest}")
QUERIES = st.lists(st.from_regex("[a-z0-9]{1,4}=[a-z0-9]{0,4}", fullmatch=True), max_size=3).map(
    lambda pairs: f"?{'&'.join(pairs)}" if pairs else ""
)
BITS = st.integers(0, 6)
PLACES = st.integers(0, 500)


def flipped(text: str, place: int, bit: int) -> str:
    """`text` (not empty) with one bit of one character flipped, never into a surrogate."""
    at = place % len(text)
    return text[:at] + chr(ord(text[at]) ^ (1 << bit % 7)) + text[at + 1 :]
