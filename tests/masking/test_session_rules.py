"""The rules of sessions, without any database: ends, moves, statuses, and which numbers are near whom."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.e164 import E164
from core.route import Outcome
from masking.sessions import cursors, rules
from masking.sessions.areas import home, places
from masking.sessions.errors import BadField, BadMove
from masking.sessions.given import Ends, Mark
from masking.sessions.pins import Pins, is_pin
from masking.sessions.values import Geo, SessionState
from voice.states import State

LATER = datetime(2030, 6, 1, tzinfo=UTC)
OPEN, BUSY, CLOSED = SessionState.OPEN, SessionState.IN_PROGRESS, SessionState.CLOSED


@pytest.mark.parametrize(
    ("ends", "default", "expected"),
    [
        (Ends(), None, (rules.NINETY_DAYS, True, None)),
        (Ends(), 60, (60, True, None)),
        (Ends(), 0, (0, True, None)),
        (Ends(ttl=0), 60, (0, True, None)),
        (Ends(ttl=5), 60, (5, True, None)),
        (Ends(None, LATER), 60, (60, False, LATER)),
        (Ends(5, LATER), 60, (5, False, LATER)),
        (Ends(None, LATER, both=True), 60, (60, False, LATER)),
        (Ends(5, LATER, both=True), 60, (5, True, LATER)),
    ],
)
def test_an_absolute_end_stands_alone_unless_both_are_to_count(ends: Ends, default: int | None, expected: object):
    assert rules.ends(ends, default) == expected


def test_a_session_goes_from_open_to_closed_and_back_into_progress():
    allowed = {(now, wanted) for now in SessionState for wanted in SessionState if _moves(now, wanted)}

    assert allowed == {(OPEN, CLOSED), (BUSY, CLOSED), (CLOSED, BUSY)}
    assert not any(rules.move(state, state) for state in SessionState)


def _moves(now: SessionState, wanted: SessionState) -> bool:
    try:
        return rules.move(now, wanted)
    except BadMove:
        return False


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("outcome", [None, *Outcome])
def test_a_call_has_words_for_both_legs_in_every_state(state: State, outcome: Outcome | None):
    inbound, outbound = rules.voice_statuses(state, outcome)

    assert (inbound == "completed") is (state is State.ENDED)
    assert outbound in {"queued", "ringing", "answered", "in-progress", "completed", "no-answer", "busy", "failed",
                        "canceled", "unknown"}  # fmt: skip


def test_a_text_nobody_knows_the_fate_of_says_so():
    assert rules.message_statuses("unknown") == ("received", "delivery-unknown")
    assert all(rules.message_statuses(state)[1] == state for state in rules.MOST_RANK if state != "unknown")


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+12025550150", "US"),
        ("+14165550150", "CA"),
        ("+17875550150", "US"),
        ("+447700900150", "GB"),
        ("+33639980150", "FR"),
    ],
)
def test_people_around_a_country_are_served_by_its_numbers(number: str, country: str):
    assert home(E164(number), E164(number).region) == country


@pytest.mark.parametrize(
    ("geo", "expected"),
    [
        (Geo.COUNTRY, ("US", "GB")),
        (Geo.AREA_CODE, ("+1202", "GB")),
        (Geo.OVERLAY, ("+1202", "+1771", "GB")),
        (Geo.RADIUS, ("+1202", "+1771", "US", "GB")),
    ],
)
def test_in_north_america_nearness_may_be_finer(geo: Geo, expected: tuple[str, ...]):
    assert places(E164("+12025550150"), "US", geo, ("US", "GB", "IN")) == expected


def test_a_radius_holds_the_state():
    near = places(E164("+12125550150"), "US", Geo.RADIUS, ())

    assert near[:4] == ("+1212", "+1332", "+1646", "+1917")
    assert {"+1347", "+1718", "+1716"} < set(near)
    assert "+1201" not in near
    assert near[-1] == "US"


def test_elsewhere_it_is_the_country_and_india_stays_alone():
    assert places(E164("+447700900150"), "GB", Geo.OVERLAY, ("FR",)) == ("GB", "FR")
    india = E164(f"+91{0:010d}")
    assert places(india, "IN", Geo.RADIUS, ("US",)) == ("IN",)


@given(st.integers(0, 8000 * 365 * 86_400 * 10**6), st.uuids())
def test_a_cursor_leads_back_to_its_row(micros: int, row: UUID):
    mark = Mark(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros), row)

    assert cursors.read(cursors.written(mark)) == mark


@pytest.mark.parametrize("text", ["x", "====", "A" * 31, "A" * 33, "f" + "_" * 31, "ä" * 32, " " * 32])
def test_whatever_else_a_cursor_is_it_is_refused(text: str):
    with pytest.raises(BadField):
        cursors.read(text)


def test_a_pin_counts_for_its_service_and_number_under_every_key_that_was():
    first, second = UUID(int=1), UUID(int=2)
    old, new = Pins([b"o" * 32]), Pins([b"n" * 32, b"o" * 32])

    assert new.hashes(first, second, "1234")[1:] == old.hashes(first, second, "1234")
    assert (
        len({*old.hashes(first, second, "1234"), *old.hashes(second, first, "1234"), *old.hashes(first, second, "12")})
        == 3
    )
    assert is_pin(new.new(6), 6)
    assert not any(is_pin(text, 4) for text in ("123", "12345", "12a4", "١٢٣٤"))


@pytest.mark.parametrize(
    "name", ["trip 4711", "Zoë", "予約\u300012", "می\u200cخواهم", "क्\u200dष", "👩\u200d💻", "n° 5\u00a0000", "x" * 191]
)
def test_a_name_is_written_as_people_write(name: str):
    """Their own spaces, and what joins or parts letters, are part of how a language is spelled."""
    assert rules.is_name(name)


@pytest.mark.parametrize(
    "name", ["", "x" * 192, "a\nb", "a\tb", "a\x00b", "a\x1bb", "a\u202eb", "a\u2066b", "a\ud800b", "a\u2028b"]
)
def test_what_changes_how_others_read_a_line_is_in_no_name(name: str):
    assert not rules.is_name(name)
