"""The figures of address books: measured on the real rooms, and believed only where everything came and went."""

import pytest

from bench.callerid import ingest


async def test_books_come_in_are_merged_and_taken_back(bed, monkeypatch: pytest.MonkeyPatch):
    for name, small in {"PEOPLE": 6, "OF_EACH": 40, "KNOWN": 100, "DELISTED": 30}.items():
        monkeypatch.setattr(ingest, name, small)

    figures = await ingest.measure(bed, contacts=300, rounds=1)

    assert [figure.value > 0 for figure in figures] == [True] * 4
    assert (figures[0].bar, figures[0].goal) == (0.25, 0.4)
