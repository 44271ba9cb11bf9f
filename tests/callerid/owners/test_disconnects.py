"""Lists of numbers that were given back: read to the end, however long, and as often as anybody likes."""

import io
from datetime import date, timedelta

import pytest

from callerid.owners.disconnects import BATCH, Disconnects
from callerid.owners.feed import LONGEST_LINE, BadLine, FeedReader
from callerid.owners.rules import week_of
from core.e164 import E164
from tests.callerid.owners.conftest import ASHA, NOON, NUMBER, OTHER

TODAY = NOON.date()


class Nobody:
    """Stands for people's accounts. `test_passing_on.py` has real ones."""

    async def given_back(self, conn, numbers) -> None:
        assert all(isinstance(number, E164) for number in numbers)


@pytest.fixture
def disconnects(database, clock, marks) -> Disconnects:
    return Disconnects(database, clock, marks, Nobody())


def reader(*, region: str | None = None, day: date | None = TODAY) -> FeedReader:
    return FeedReader(region, day, TODAY)


def listed(*lines: str) -> io.BytesIO:
    return io.BytesIO("\n".join(lines).encode())


async def test_a_list_ends_what_owners_said_and_read_again_it_changes_nothing(disconnects, owners, names, hands):
    await names.crowd(NUMBER, {"Asha Rao": 4})
    await names.crowd(OTHER, {"Ravi": 4})
    await owners.call_me(ASHA, "Asha Rao")
    lines = (NUMBER.value, "+12025550199")

    first = await disconnects.take_in(listed(*lines), reader())
    async with names.database.transaction() as conn:
        await hands.proven(conn, NUMBER, same=True)
    await owners.call_me(ASHA, "Asha Rao")
    again = await disconnects.take_in(listed(*lines), reader())

    assert (first.read, first.bad_count, first.known, first.news, first.ended) == (2, 0, 1, 1, 1)
    assert (again.read, again.known, again.news, again.ended) == (2, 1, 0, 0)
    assert (await names.row(NUMBER))["own_name"] == "Asha Rao"
    assert await names.shown(OTHER) == ("Ravi", "crowd")


async def test_a_dry_run_counts_and_changes_nothing(disconnects, owners, names, database):
    await names.crowd(NUMBER, {"Asha Rao": 4})
    await owners.call_me(ASHA, "Asha Rao")
    before = await names.row(NUMBER)

    counts = await disconnects.take_in(listed(NUMBER.value), reader(), dry=True)

    assert (counts.known, counts.news, counts.ended) == (1, 1, 1)
    assert await names.row(NUMBER) == before
    async with database.work() as conn:
        assert await conn.fetchval("SELECT count(*) FROM audit_entry WHERE action = 'numbers.given-back'") == 0


async def test_an_owner_who_came_after_the_number_was_given_back_keeps_what_they_said(
    disconnects, owners, names, clock
):
    await names.crowd(NUMBER, {"Asha Rao": 4})
    await owners.call_me(ASHA, "Asha Rao")

    counts = await disconnects.take_in(listed(f"{NUMBER.value},2029-11-01"), reader())

    assert (counts.news, counts.ended) == (1, 0)
    row = await names.row(NUMBER)
    assert (row["own_name"], row["disconnected_week"]) == ("Asha Rao", week_of(NOON - timedelta(days=61)))


async def test_bad_lines_are_told_by_where_they_stand_and_never_by_what_they_hold(disconnects, database):
    lines = ("mobile number,date", "12", "+120255", NUMBER.value, '"', "\x00\x01", "+12025550162,31-02-2029")

    counts = await disconnects.take_in(listed(*lines), reader())

    assert (counts.read, counts.bad_count, counts.bad) == (1, 5, (2, 3, 5, 6, 7))
    async with database.work() as conn:
        entry = await conn.fetchrow("SELECT * FROM audit_entry WHERE action = 'numbers.given-back'")
    assert NUMBER.digits[-7:] not in str(dict(entry))


async def test_a_long_list_is_read_in_parts_and_a_line_without_an_end_fills_no_memory(disconnects, names):
    await names.crowd(NUMBER, {"Asha Rao": 4})
    lines = [b"+1202555%04d\n" % (100 + number % 60) for number in range(2 * BATCH)]
    file = Sipping(b"".join([*lines, b"9" * 5_000_000, b"\n", NUMBER.value.encode()]))

    counts = await disconnects.take_in(file, reader())

    assert (counts.read, counts.bad_count, counts.known) == (2 * BATCH + 1, 1, 1)
    assert file.most <= LONGEST_LINE + 1


class Sipping(io.BytesIO):
    """A file that notes the longest line that it was asked for."""

    most = 0

    def readline(self, size=-1):
        line = super().readline(size)
        self.most = max(self.most, len(line))
        return line


@pytest.mark.parametrize(
    ("line", "region", "wanted"),
    [
        ("+12025550161", None, (NUMBER, TODAY)),
        ("\ufeff+1 (202) 555-0161 ", None, (NUMBER, TODAY)),
        ("202 555 0161", "US", (NUMBER, TODAY)),
        ("+12025550161;x;2029-12-31", None, (NUMBER, date(2029, 12, 31))),
        ("+12025550161,31/12/2029", None, (NUMBER, date(2029, 12, 31))),
        ('"+12025550161","31-12-2029 10:00"', None, (NUMBER, date(2029, 12, 31))),
    ],
)
def test_a_line_is_read_as_carriers_write_it(line, region, wanted):
    given = reader(region=region).read(line.encode())

    assert given is not None
    assert (given.number, given.at.date()) == wanted


def test_a_heading_tells_which_columns_are_meant():
    read = reader()

    assert read.read(b"Operator,LSA,Mobile No,Date of disconnection") is None
    given = read.read(b"AB Telecom,North,+12025550161,2029-12-30")

    assert given is not None
    assert (given.number, given.at.date()) == (NUMBER, date(2029, 12, 30))


def test_a_title_above_the_heading_hides_no_numbers():
    """As spreadsheets are exported: what the list is, a line of nothing, and then the columns."""
    read = reader()
    with pytest.raises(BadLine):
        read.read(b"List of disconnections, December 2029")

    assert read.read(b";;;") is None
    assert read.read(b"S.No;Mobile number;Date") is None
    given = read.read(b"1;+12025550161;2029-12-30")

    assert given is not None
    assert (given.number, given.at.date()) == (NUMBER, date(2029, 12, 30))


def test_a_column_of_running_numbers_is_not_the_one_that_is_meant():
    read = reader(region="US")

    assert read.read(b"Sr. number,Mobile number") is None
    given = read.read(b"1,2025550161")

    assert given is not None
    assert given.number == NUMBER


@pytest.mark.parametrize(
    "line", ["+12025550161,2031-01-01", "+12025550161,soon", "not a number", "+12025550161,2029-13-01"]
)
def test_what_cannot_be_is_refused(line):
    read = reader()
    read.read(b"number,date")

    with pytest.raises(BadLine) as refused:
        read.read(line.encode())

    assert str(refused.value) == ""


def test_a_line_without_a_date_needs_a_day():
    with pytest.raises(BadLine):
        reader(day=None).read(b"+12025550161")
