"""What goes wrong, in Twilio's numbers: each kind has one, and no answer is what the SDK takes for something else."""

import pytest

from core.e164 import BadNumber
from core.problem import Problem, all_problems
from masking.claims.errors import DestinationRefused
from masking.proxy_api.errors import NO_NUMBER, Refused, bad_field, told
from masking.sessions import errors
from sql.database import DatabaseAway

SESSIONS = [kind for kind in all_problems() if kind.__module__ == errors.__name__]
OWN_API_ALONE = {
    errors.PinTaken, errors.KeyReused, errors.NotForCalls, errors.NotReachable, errors.NotSignedIn,
    errors.RecordingRefused,
}  # fmt: skip
"""What nobody can meet through the Proxy API."""


@pytest.mark.parametrize(
    ("problem", "code", "status"),
    [
        (errors.ServiceUnknown(), 20404, 404),
        (errors.SessionUnknown(), 20404, 404),
        (errors.ParticipantUnknown(), 20404, 404),
        (errors.InteractionUnknown(), 20404, 404),
        (errors.NameTaken(what="service"), 80602, 400),
        (errors.NameTaken(what="session"), 80603, 400),
        (errors.NumberElsewhere(), 80101, 400),
        (errors.NumberNotOurs(), 80301, 404),
        (errors.NumberInUse(live=1), 80611, 400),
        (errors.PoolFull(), 80622, 400),
        (errors.SessionClosed(), 80607, 400),
        (errors.BadMove(now="open", wanted="in-progress"), 80608, 400),
        (errors.SessionFull(), 80609, 400),
        (errors.AlreadyIn(), 80103, 400),
        (errors.NoNumber(why="none"), 80203, 400),
        (errors.NoNumber(why="country"), 80203, 400),
        (errors.NoNumber(why="free"), 80206, 400),
        (errors.NoNumber(why="reserved"), 80207, 400),
        (errors.NoNumber(why="unused"), 80208, 400),
        (errors.NumberTaken(), 80604, 400),
        (errors.ReopenConflict(), 80604, 400),
        (errors.OptedOut(), 80901, 400),
        (errors.NoPartner(), 80614, 400),
        (errors.Raced(), 80623, 409),
        (BadNumber(reason="No."), 80404, 400),
        (DestinationRefused("No.", kind="premium"), 80404, 400),
        (DatabaseAway(), 20503, 503),
        (Problem(incident="0"), 20500, 500),
        (Refused(20003, 401, "Sign in."), 20003, 401),
    ],
)
def test_every_kind_has_twilios_number(problem: Problem, code: int, status: int):
    answered, body = told(problem)

    assert answered == body["status"] == status
    assert body["code"] == code
    assert body["more_info"] == f"https://www.twilio.com/docs/errors/{code}"
    assert body["message"]


@pytest.mark.parametrize("kind", SESSIONS, ids=lambda kind: kind.slug)
def test_no_kind_that_sessions_know_is_told_as_our_own_mistake(kind: type[Problem]):
    facts = {"what": "session", "why": "free", "field": "cool_off"}
    status, body = told(kind(**facts))

    assert status < 500
    assert kind in OWN_API_ALONE | {errors.BadField} or body["code"] > 20003


def test_every_reason_for_no_number_is_known():
    documented = errors.NoNumber.__doc__ or ""

    assert all(f"{why} (" in documented for why in NO_NUMBER)


def test_an_error_is_what_the_sdk_raises_as_a_rest_exception():
    """With `type` and `title` it would be another class, which no customer's program catches."""
    _, body = told(bad_field("Ttl", "Write a whole number."))

    assert set(body) == {"code", "message", "more_info", "status"}
    assert body["message"] == "Ttl: Write a whole number."


@pytest.mark.parametrize(("field", "named"), [("default_ttl", "DefaultTtl"), ("expires_at", "DateExpiry")])
def test_a_rooms_field_is_named_as_the_form_names_it(field: str, named: str):
    _, body = told(errors.BadField("Not so.", field=field))

    assert body["code"] == 20001
    assert body["message"].startswith(f"{named}: ")
