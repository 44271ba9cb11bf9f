"""
What went wrong, as the API of Twilio Proxy tells it: a number that customers' programs look for, a status, a sentence.

The numbers are Twilio's (FIELD 1.8). The sentences are ours, so that they say what to do next here.
"""

from dataclasses import dataclass
from typing import Any

from core.e164 import BadNumber
from core.problem import Problem
from masking.claims.errors import DestinationRefused
from masking.sessions import errors as sessions

MORE = "https://www.twilio.com/docs/errors/"


@dataclass(frozen=True, slots=True)
class Code:
    """Twilio's number of an error, and its HTTP status."""

    code: int
    status: int


class Refused(Problem):
    """A request to the Proxy API that is refused before any room is asked. Facts: `code`, Twilio's; `message`."""

    status, slug, title = 400, "proxy-refused", "The request cannot be served"

    def __init__(self, code: int, status: int, message: str) -> None:
        super().__init__(message, code=code)
        self.told = Code(code, status)


def bad_field(name: str, sentence: str) -> Refused:
    """A field that is missing or cannot be used. sentence: what to write; never what was written."""
    return Refused(20001, 400, f"{name}: {sentence}")


CODES: dict[type[Problem], Code] = {
    sessions.ServiceUnknown: Code(20404, 404),
    sessions.SessionUnknown: Code(20404, 404),
    sessions.ParticipantUnknown: Code(20404, 404),
    sessions.InteractionUnknown: Code(20404, 404),
    sessions.NumberNotOurs: Code(80301, 404),
    sessions.NumberElsewhere: Code(80101, 400),
    sessions.AlreadyIn: Code(80103, 400),
    sessions.NumberTaken: Code(80604, 400),
    sessions.ReopenConflict: Code(80604, 400),
    sessions.SessionClosed: Code(80607, 400),
    sessions.BadMove: Code(80608, 400),
    sessions.SessionFull: Code(80609, 400),
    sessions.NumberInUse: Code(80611, 400),
    sessions.NoPartner: Code(80614, 400),
    sessions.PoolFull: Code(80622, 400),
    sessions.Raced: Code(80623, 409),
    sessions.OptedOut: Code(80901, 400),
    sessions.NotForTexts: Code(80910, 400),
    sessions.NumberInService: Code(80612, 400),
    BadNumber: Code(80404, 400),
    DestinationRefused: Code(80404, 400),
}
"""What a room refuses, in Twilio's numbers. Of names, fields and free numbers the facts decide."""

NO_NUMBER = {"none": 80203, "country": 80203, "reserved": 80207, "unused": 80208, "free": 80206}
"""Why no number could be given -> Twilio's number for it."""
_FIELDS = {"expires_at": "DateExpiry", "state": "Status", "number": "Identifier", "body": "Body"}
"""Fields that a room names otherwise than the form does; the others only differ in spelling."""
_TAKEN = {"service": 80602, "session": 80603}
_PLAIN = (403, 404, 405, 413, 429)
"""Statuses that are told as they are; every other refusal is a 400, as at Twilio."""
_BY_STATUS = {403: 20403, 404: 20404, 405: 20004, 429: 20429, 503: 20503}


def told(problem: Problem) -> tuple[int, dict[str, Any]]:
    """
    Any problem as a status and a JSON body.

    Without `type` and `title`: an answer with both is no TwilioRestException to the SDK, and that is what customers'
    programs catch.
    """
    code = _code(problem)
    return code.status, {
        "code": code.code,
        "message": _message(problem),
        "more_info": f"{MORE}{code.code}",
        "status": code.status,
    }


def _code(problem: Problem) -> Code:
    if isinstance(problem, Refused):
        return problem.told
    if isinstance(problem, sessions.NoNumber):
        return Code(NO_NUMBER.get(problem.facts.get("why", ""), 80206), 400)
    if isinstance(problem, sessions.NameTaken):
        return Code(_TAKEN[problem.facts["what"]], 400)
    found = CODES.get(type(problem))
    if found is not None:
        return found
    if problem.status >= 500:
        return Code(_BY_STATUS.get(problem.status, 20500), problem.status)
    status = problem.status if problem.status in _PLAIN else 400
    return Code(_BY_STATUS.get(status, 20001), status)


def _message(problem: Problem) -> str:
    said = problem.detail if isinstance(problem, Refused) else f"{problem.title}. {problem.detail or ''}".strip()
    field = str(problem.facts.get("field", ""))
    named = _FIELDS.get(field) or "".join(part.title() for part in field.split("_"))
    return f"{named}: {said}" if named else str(said)
