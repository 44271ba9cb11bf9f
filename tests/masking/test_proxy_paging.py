"""Lists a page at a time: every row once, forwards and back, whatever comes and goes; nothing is kept between pages."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masking.proxy_api.errors import Refused
from masking.proxy_api.forms import Form
from masking.proxy_api.paging import Wanted, cut, envelope
from masking.sessions.given import Mark, Page

URL = "https://calls.example.org/v1/Services"
T = datetime(2030, 1, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    number: int
    second: int = 0

    @property
    def mark(self) -> Mark:
        return Mark(T + timedelta(microseconds=self.second), UUID(int=self.number))


def rows_of(rows: list[Row], page: Page) -> list[Row]:
    """What the use cases give, in the words of `given.Page`."""
    key = lambda mark: (mark.at, mark.id.bytes)  # noqa: E731
    ordered = sorted(rows, key=lambda row: key(row.mark))
    if page.before is not None:
        return [row for row in ordered if key(row.mark) < key(page.before)][-page.most :]
    return [row for row in ordered if page.after is None or key(row.mark) > key(page.after)][: page.most]


def asked(rows: list[Row], query: str) -> dict[str, Any]:
    wanted = Wanted.read(Form(parse_qsl(query)))
    listed = cut(rows_of(rows, wanted.page), wanted, lambda row: row.mark)
    return envelope("services", URL, wanted, listed, lambda row: row.mark, lambda row: {"number": row.number})


def follow(rows: list[Row], start: dict[str, Any], way: str) -> list[dict[str, Any]]:
    pages = [start]
    while url := pages[-1]["meta"][way]:
        assert url.startswith(f"{URL}?")
        pages.append(asked(rows, urlsplit(url).query))
    return pages


@given(st.lists(st.tuples(st.integers(0, 2**64), st.integers(0, 3)), unique=True, max_size=40), st.integers(1, 12))
def test_going_on_gives_every_row_once_and_going_back_the_same_pages(found, size: int):
    rows = [Row(*each) for each in found]

    pages = follow(rows, asked(rows, f"PageSize={size}"), "next_page_url")
    back = follow(rows, pages[-1], "previous_page_url")

    seen = [each["number"] for page in pages for each in page["services"]]
    assert seen == [row.number for row in rows_of(rows, Page(most=1000))]
    assert [page["services"] for page in reversed(back)][-len(pages) :] == [page["services"] for page in pages]
    assert [page["meta"]["page"] for page in pages] == list(range(len(pages)))


def test_rows_that_go_meanwhile_move_nothing():
    rows = [Row(number) for number in range(10)]
    first = asked(rows, "PageSize=4")

    second = asked(rows[2:], urlsplit(first["meta"]["next_page_url"]).query)

    assert [each["number"] for each in second["services"]] == [4, 5, 6, 7]


def test_the_envelope_is_twilios():
    rows = [Row(number) for number in range(3)]
    page = asked(rows, "PageSize=2&Page=7")

    token = page["meta"].pop("next_page_url")
    assert token.startswith(f"{URL}?PageSize=2&Page=8&PageToken=PA")
    assert page["meta"] == {
        "page": 7, "page_size": 2, "first_page_url": f"{URL}?PageSize=2&Page=0", "previous_page_url": None,
        "url": f"{URL}?PageSize=2&Page=7", "key": "services",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "size"), [("", 50), ("PageSize=1", 1), ("PageSize=100", 100), ("PageSize=1000", 100)]
)
def test_a_page_has_fifty_rows_unless_asked_and_a_hundred_at_most(query: str, size: int):
    page = asked([Row(number) for number in range(150)], query)

    assert len(page["services"]) == page["meta"]["page_size"] == size


@pytest.mark.parametrize(
    "query",
    ["PageSize=0", "PageSize=1001", "PageSize=x", "Page=-1", "PageToken=PA", "PageToken=PC" + "A" * 32,
     "PageToken=PA" + "!" * 32, "PageToken=PAf" + "_" * 31, "PageToken=" + "P" * 200],
)  # fmt: skip
def test_a_page_that_cannot_be_is_refused(query: str):
    with pytest.raises(Refused) as refused:
        Wanted.read(Form(parse_qsl(query)))

    assert refused.value.told.code == 20001
