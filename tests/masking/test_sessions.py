"""The life of a session: who gets which number, when it ends, how it cools and opens again."""

from datetime import timedelta

import pytest

from masking.sessions.errors import (
    AlreadyIn,
    NameTaken,
    NoNumber,
    ReopenConflict,
    SessionClosed,
)
from masking.sessions.given import Ends, Party, SessionGiven
from masking.sessions.values import SessionState
from tests.town import ALICE, BOB, OWNER, SECOND, SESSION

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


async def test_two_people_get_one_number_and_both_claims_on_it(town):
    made = await town.session()

    assert {each.proxy for each in made.participants} <= set(SESSION["twilio"])
    assert len({each.number_id for each in made.participants}) == 1
    assert [each.side for each in made.participants] == [1, 2]
    claims = await town.rows("SELECT * FROM claim")
    assert len(claims) == 2
    assert {claim["target_id"] for claim in claims} == {made.session.session_id}
    assert made.session.state is SessionState.OPEN
    assert [town.house.rooms.parties.open(each) for each in made.participants] == [ALICE, BOB]
