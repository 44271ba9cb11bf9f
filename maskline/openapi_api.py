"""The addresses of our own API for masked sessions, as rows of the table (`openapi_table.py`)."""

from collections.abc import Mapping
from typing import Any

from masking.sessions.values import Direction, Geo, Mode, Numbering, Selection, SessionState, Url
from maskline.openapi_operation import Operation

TAG = "sessions"
TOLD = (
    "Masked sessions in our own words: JSON in and out, signed in with a token of `./run clients create` that has the "
    "scope `api` (`api:read` for reading alone): as a Bearer token, or by HTTP Basic with the account SID as the user. "
    "Lists go on with `after`. A request that makes something may carry an Idempotency-Key: sent again within two "
    "days, it makes nothing more."
)

Schema = dict[str, Any]
Fields = Mapping[str, Schema]

_ID: Schema = {"type": "string", "format": "uuid"}
_NAMED: Schema = {"type": "string", "minLength": 1}
PARAMETERS: Mapping[str, tuple[str, Schema]] = {
    "service": ("A service: its id or its name.", _NAMED),
    "number": ("The id of a number.", _ID),
    "session": ("A session: its id or its name.", _NAMED),
    "participant": ("The id of a participant.", _ID),
    "interaction": ("The id of a call or a text.", _ID),
    "blocked": ("The id of the participant who is blocked.", _ID),
}


def _text(told: str, most: int) -> Schema:
    return {"type": "string", "maxLength": most, "description": told}


def _whole(told: str, least: int, most: int) -> Schema:
    return {"type": "integer", "minimum": least, "maximum": most, "description": told}


def _truth(told: str) -> Schema:
    return {"type": "boolean", "description": told}


def _choice(told: str, kind: type) -> Schema:
    return {"type": "string", "enum": [str(each) for each in kind], "description": told}  # type: ignore[attr-defined]


def _texts(told: str) -> Schema:
    return {"type": "array", "items": {"type": "string"}, "description": told}


_YEAR, _DAY_TALK = 31_622_400, 14_400
_NUMBER = _text("E.164: + and 7 to 15 digits.", 16)
_SERVICE: Fields = {
    "unique_name": _text("Used once in the account.", 191),
    "default_ttl": _whole("Seconds from the last call or text; 0: no end. Else 90 days.", 0, 2**31 - 1),
    "cool_off": _whole("Seconds that a number rests from a session. Else a day.", 0, _YEAR),
    "numbering": _choice("One number for all in a session (so it is unless said), or one near each side.", Numbering),
    "selection": _choice("Whether a person gets a number again that they had.", Selection),
    "geo": _choice("How near a number is to the person who sees it.", Geo),
    "fallback_countries": _texts("Whose numbers serve where a person's own country has none: ISO 3166."),
    "countries": _texts("Which may be dialled; none: as the installation says."),
    "most_live": _whole("Live sessions on one number. Else 100.", 1, 1_000_000),
    "pin_length": _whole("Digits of a PIN. Else 6.", 4, 15),
    "ring": _whole("Seconds that a phone rings.", 5, 60),
    "talk": _whole("Seconds that a call lasts at most.", 60, _DAY_TALK),
    "language": _text("Spoken to whom nobody knows: BCP 47.", 35),
    "quiet": {"type": "object", "description": "When nobody is rung (nor texted, with `holds_texts`): `from`, `to` "
              "(local, 22:00), `timezone` (IANA). From and to alike: never."},
    **{
        f"{whose}{what}_a_day": _whole(f"{told} in 24 hours, {of}. 0: no limit.", 0, 1_000_000)
        for whose, of in (("", "in all"), ("person_", "that one person begins"), ("session_", "in one session"))
        for what, told in (("calls", "Calls"), ("texts", "Texts"), ("minutes", "Minutes of talk"))
    },
    "needs_attestation": _truth("Callers whose number failed the STIR/SHAKEN check are refused: on Twilio. "
                                "Plivo does not tell them from those who were not checked."),
    "needs_full_attestation": _truth("Also all of whom their network is not sure (Twilio: anything but Passed-A, "
                                     "Plivo: Not Verified); not those from where nobody checks."),
    "screens": _truth("Whoever is rung accepts with a key, so that no voicemail answers. So it is unless said."),
    "blocks": _truth("Whoever is rung may block the caller by a key, where the service `screens`. Not unless said."),
    "redacts": _truth("Numbers, e-mails and links in texts are hidden."),
    "holds_texts": _truth("Texts wait for the end of quiet hours. Not unless said."),
    "stop_words": _texts("Words that stop texts, beside ours."),
    "shows_numbers": _truth("Events carry people's real numbers."),
    "intercept_open": _truth("A hook that does not answer lets the call through."),
    "urls": {"type": "object", "description": f"Where we ask and tell: {', '.join(Url)}. An empty one is cleared."},
}  # fmt: skip
_ENDS: Fields = {
    "ttl": _whole("Seconds from the last call or text; 0: none.", 0, 2**31 - 1),
    "expires_at": {"type": "string", "format": "date-time", "description": "When it ends at the latest."},
}
_PARTY: Fields = {
    "number": _text("E.164. Not there: awaited, who joins by PIN or is named later.", 16),
    "side": _whole("1 or 2; else the side that nobody is on.", 0, 2),
    "friendly_name": _text("For yourself.", 255),
    "called_as": _text("How the others are told who calls, in a session that is `named`.", 40),
    "announcement": _text("Said to them before they are joined.", 300),
    "language": _text("Theirs: BCP 47.", 35),
    "pin": _text("Digits.", 15),
    "generate_pin": _truth("Make one: told in this answer alone."),
    "ask_for": {**_ID, "description": "The number that they are to see, by its id."},
}
_SESSION_TERMS: Fields = {
    **_ENDS,
    "mode": _choice("What it carries.", Mode),
    "direction": _choice("Who may begin. one-way: side 1.", Direction),
    "force_pin": _truth("Callers enter their PIN each time."),
    "named": _truth("Both agreed to be announced by `called_as`."),
    "cool_off": _whole("Seconds; else the service's.", 0, _YEAR),
    "ring": _whole("Seconds; else the service's.", 5, 60),
    "talk": _whole("Seconds; else the service's.", 60, _DAY_TALK),
}
_NEW_SESSION: Fields = {
    "unique_name": _text("Used once in the service.", 191),
    **_SESSION_TERMS,
    "participants": {"type": "array", "maxItems": 20, "description": "Each with the fields of a participant.",
                     "items": {"type": "object", "properties": dict(_PARTY), "additionalProperties": False}},
}  # fmt: skip

_MERGED = (
    "A JSON merge patch (RFC 7396): what is not there stays as it is, also within `quiet` and `urls`; null takes back "
    "what was said, so that it is as in a new one of which it was never said."
)
_PAGED = {"after": "From `next` of the page before.", "most": "Rows, 1 to 100. Else 50."}
_SIGNED = {
    401: "No client, or a wrong token.",
    403: "The token lacks the scope.",
    429: "More than 30 requests a second, or too many wrong sign-ins from one network.",
}
_NONE = {404: "There is no such thing in this account."}
_BAD = {422: "A field cannot be used; `field` says which."}
_OTHERS = {409: "It cannot be done as things stand; `type` says why."}


def _own(
    name: str, method: str, path: str, summary: str, answers: Mapping[int, str], *, json: Fields | None = None,
    needs: tuple[str, ...] = (), query: Mapping[str, str] | None = None, once: bool = False, merges: bool = False,
) -> Operation:  # fmt: skip
    """merges: a change in which every field but the name may be null."""
    changes = {**_OTHERS, **_BAD} if json is not None or once else {}
    every = {**answers, **_SIGNED, **(_NONE if "{" in path else {}), **changes, **(_BAD if query else {})}
    return Operation(
        name=name, method=method, path=f"/api/services{path}", tag=TAG, summary=summary,
        answers=dict(sorted(every.items())), json=_or_null(json) if merges and json else json, needs=needs,
        query=query or {}, content="application/json", once=once, merges=merges, about=_MERGED if merges else "",
    )  # fmt: skip


def _or_null(fields: Fields) -> Fields:
    """Fields that may be taken back. A name cannot, nor can who somebody is."""
    return {name: schema if name in ("unique_name", "number") else _nullable(schema) for name, schema in fields.items()}


def _nullable(schema: Schema) -> Schema:
    return {
        **schema,
        "type": [schema["type"], "null"],
        **({"enum": [*schema["enum"], None]} if "enum" in schema else {}),
    }


def _list(name: str, path: str, summary: str, query: Mapping[str, str] | None = None) -> Operation:
    return _own(name, "GET", path, summary, {200: "The page: `items`, and `next`."}, query={**_PAGED, **(query or {})})


_READ, _MADE, _CHANGED, _GONE = {200: "It."}, {201: "It is made."}, {200: "As it is now."}, {204: "It is gone."}
_IN_USE = {**_GONE, 409: "A live session needs it."}
_ONE = "/{service}"
_NUMBERS = f"{_ONE}/numbers"
_SESSIONS = f"{_ONE}/sessions"
_SESSION = f"{_SESSIONS}/{{session}}"
_PEOPLE = f"{_SESSION}/participants"
_CALLS = f"{_SESSION}/interactions"

OPERATIONS = (
    _list("services", "", "The account's services."),
    _own("makeService", "POST", "", "Makes a service.", _MADE, json=_SERVICE, needs=("unique_name",), once=True),
    _own("service", "GET", _ONE, "A service.", _READ),
    _own("changeService", "PATCH", _ONE, "Changes what is said of it.", _CHANGED, json=_SERVICE, merges=True),
    _own("deleteService", "DELETE", _ONE, "Deletes a service that has no live session.", _IN_USE),
    _own("usage", "GET", f"{_ONE}/usage", "How full its numbers are.", _READ),
    _list("numbers", _NUMBERS, "The numbers of a service."),
    _own("addNumber", "POST", _NUMBERS, "Puts a number of the inventory into it.", _MADE, needs=("number",), once=True,
         json={"number": _NUMBER, "reserved": _truth("Given only to who asks for it.")}),
    _own("number", "GET", f"{_NUMBERS}/{{number}}", "A number of it.", _READ),
    _own("reserveNumber", "PATCH", f"{_NUMBERS}/{{number}}", "Reserves it, or no longer.", _CHANGED,
         needs=("reserved",), json={"reserved": _truth("Given only to who asks for it.")}),
    _own("releaseNumber", "DELETE", f"{_NUMBERS}/{{number}}", "Takes it out; it cools.", _IN_USE),
    _list("sessions", _SESSIONS, "The sessions of a service.", {"state": f"Only these: {', '.join(SessionState)}."}),
    _own("makeSession", "POST", _SESSIONS, "Makes a session, and gives each person a number.", _MADE, json=_NEW_SESSION,
         once=True),
    _own("session", "GET", _SESSION, "A session.", _READ),
    _own("extendSession", "PATCH", _SESSION, "Changes a live session: its end, and what it lets its people do.",
         _CHANGED, json=_SESSION_TERMS, merges=True),
    _own("deleteSession", "DELETE", _SESSION, "Closes and forgets a session; its numbers cool.", _GONE),
    _own("closeSession", "POST", f"{_SESSION}/close", "Ends a session now.", _CHANGED,
         json={"reason": _text("A word for yourself.", 40)}),
    _own("reopenSession", "POST", f"{_SESSION}/reopen", "Opens it again, on the numbers that its people had.", _CHANGED,
         json=_ENDS),
    _list("participants", _PEOPLE, "Who is in a session, and who was."),
    _own("addParticipant", "POST", _PEOPLE, "Puts somebody into a session.", _MADE, json=_PARTY, once=True),
    _own("participant", "GET", f"{_PEOPLE}/{{participant}}", "A participant.", _READ),
    _own("nameParticipant", "PATCH", f"{_PEOPLE}/{{participant}}",
         "Changes what is said of somebody, and says who an awaited one is.", _CHANGED, merges=True,
         json={name: schema for name, schema in _PARTY.items() if name not in ("side", "ask_for")}),
    _own("removeParticipant", "DELETE", f"{_PEOPLE}/{{participant}}", "Takes somebody out for good.", _GONE),
    _own("blocks", "GET", f"{_PEOPLE}/{{participant}}/blocks", "Whom of the session somebody blocked by a key.",
         {200: "`items`: `participant`, `made_at`, `until`."}),
    _own("undoBlock", "DELETE", f"{_PEOPLE}/{{participant}}/blocks/{{blocked}}", "Takes a block back.", _GONE),
    _list("interactions", _CALLS, "The calls and texts of a session."),
    _own("interaction", "GET", f"{_CALLS}/{{interaction}}", "A call or a text.", _READ),
    _own("forgetInteraction", "DELETE", f"{_CALLS}/{{interaction}}", "Forgets a call or a text.", _GONE),
    _list("events", f"{_ONE}/events", "What was told of a service, in 30 days; by number.",
          {"after": "Only those with a higher number: `next` of the page before."}),
    _own("resendEvents", "POST", f"{_ONE}/events/resend", "Tells events once more, after what waits already.",
         {202: "How many: `queued`, 1,000 at most."}, needs=("first",),
         json={"first": _whole("The number of the first.", 1, 2**53),
               "last": _whole("Of the last; else the first alone.", 1, 2**53)}),
    _own("text", "POST", f"{_SESSION}/messages", "Texts one person from the number that they know.", _MADE, once=True,
         needs=("to", "body"),
         json={"to": {**_ID, "description": "A participant."}, "body": _text("The words.", 1600)}),
    _own("call", "POST", f"{_SESSION}/calls", "Rings one person and, once they accept, the other side.", _MADE,
         needs=("first",), once=True, json={"first": {**_ID, "description": "The participant who is rung first."}}),
)  # fmt: skip
"""Every operation, in the order shown."""
