"""The addresses of our own API for masked sessions, as rows of the table (`openapi_table.py`)."""

from collections.abc import Mapping

from masking.sessions.values import Direction, Geo, Mode, Numbering, Selection, SessionState, Url
from maskline.openapi_operation import Operation, Schema, text

TAG = "sessions"
TOLD = (
    "Masked sessions in our own words: JSON in and out, signed in with a token of `./run clients create` that has the "
    "scope `api` (`api:read` for reading alone): as a Bearer token, or by HTTP Basic with the account SID as the user. "
    "Lists go on with `after`. A request that makes something may carry an Idempotency-Key: sent again within two "
    "days, it makes nothing more."
)

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


def _whole(told: str, least: int, most: int) -> Schema:
    return {"type": "integer", "minimum": least, "maximum": most, "description": told}


def _truth(told: str) -> Schema:
    return {"type": "boolean", "description": told}


def _choice(told: str, kind: type) -> Schema:
    return {"type": "string", "enum": [str(each) for each in kind], "description": told}  # type: ignore[attr-defined]


def _texts(told: str) -> Schema:
    return {"type": "array", "items": {"type": "string"}, "description": told}


_YEAR, _DAY_TALK = 31_622_400, 14_400
_NUMBER = text("E.164: + and 7 to 15 digits.", 16)
_SERVICE: Fields = {
    "unique_name": text("Its name, which no other service of the account has.", 191),
    "default_ttl": _whole("Seconds from a session's last call or text to its end; 0: none. Unless given, 90 days.", 0,
                          2**31 - 1),
    "cool_off": _whole("Seconds that a number rests after a session. A day unless given.", 0, _YEAR),
    "numbering": _choice("One number for everybody in a session (unless given), or one near each side.", Numbering),
    "selection": _choice("Whether people get a number again that they had, or never one of those.", Selection),
    "geo": _choice("How near a number is to the person who sees it.", Geo),
    "fallback_countries": _texts("Countries whose numbers are used where a person's own has none: ISO 3166."),
    "countries": _texts("Countries that may be dialled; empty: those of the installation."),
    "most_live": _whole("Live sessions that one number carries at most. 100 unless given.", 1, 1_000_000),
    "pin_length": _whole("Digits of a PIN. 6 unless given.", 4, 15),
    "ring": _whole("Seconds that a phone rings at most.", 5, 60),
    "talk": _whole("Seconds that a call lasts at most.", 60, _DAY_TALK),
    "language": text("For callers whose own language is not known: BCP 47.", 35),
    "quiet": {"type": "object", "description": "Hours in which nobody is rung (nor texted, with `holds_texts`): `from` "
              "and `to` (local, like 22:00), `timezone` (IANA). The same `from` and `to`: no such hours."},
    **{
        f"{whose}{what}_a_day": _whole(f"{told} in 24 hours at most, {of}; 0: no limit.", 0, 1_000_000)
        for whose, of in (("", "in all"), ("person_", "that one person begins"), ("session_", "in one session"))
        for what, told in (("calls", "Calls"), ("texts", "Texts"), ("minutes", "Minutes of talk"))
    },
    "needs_attestation": _truth("Whether callers are refused whose number failed the STIR/SHAKEN check. On Twilio "
                                "only: Plivo does not tell them from those who were not checked."),
    "needs_full_attestation": _truth("Whether callers are refused too of whom their network is not sure (Twilio: "
                                     "anything but Passed-A, Plivo: Not Verified). Who was not checked passes."),
    "screens": _truth("Whether whoever is rung accepts with a key, so that no voicemail answers. True unless given."),
    "blocks": _truth("Whether whoever is rung may block the caller with a key; needs `screens`. False unless given."),
    "redacts": _truth("Whether numbers, e-mail addresses and links in texts are hidden."),
    "holds_texts": _truth("Whether texts wait for the end of quiet hours. False unless given."),
    "stop_words": _texts("Words that stop texts, in addition to STOP and ours."),
    "shows_numbers": _truth("Whether events carry people's real numbers."),
    "intercept_open": _truth("Whether a call goes through where the hook does not answer."),
    "urls": {"type": "object",
             "description": f"Your addresses, which we ask and tell: {', '.join(Url)}. An empty one is removed."},
}  # fmt: skip
_ENDS: Fields = {
    "ttl": _whole("Seconds from the last call or text until it ends; 0: it does not end so.", 0, 2**31 - 1),
    "expires_at": {"type": "string", "format": "date-time", "description": "When it ends at the latest."},
}
_PARTY: Fields = {
    "number": text("E.164. Left out: somebody who joins by PIN, or is named later.", 16),
    "side": _whole("1 or 2; 0 or left out: the side that nobody is on.", 0, 2),
    "friendly_name": text("A name for your own use; nobody else is told.", 255),
    "called_as": text("What the others hear when this person calls, in a session that is `named`.", 40),
    "announcement": text("Said to this person before the two are connected.", 300),
    "language": text("This person's language: BCP 47.", 35),
    "pin": text("Their PIN: digits.", 15),
    "generate_pin": _truth("Whether to make a PIN, which is told in this answer only."),
    "ask_for": {**_ID, "description": "The id of the number that this person is to see."},
}
_SESSION_TERMS: Fields = {
    **_ENDS,
    "mode": _choice("Whether it carries calls, texts or both.", Mode),
    "direction": _choice("Who may call and text first; one-way: side 1 only.", Direction),
    "force_pin": _truth("Whether callers enter their PIN at every call."),
    "named": _truth("Whether both sides agreed to be announced by their `called_as`."),
    "cool_off": _whole("Seconds that its numbers rest; the service's unless given.", 0, _YEAR),
    "ring": _whole("Seconds that a phone rings at most; the service's unless given.", 5, 60),
    "talk": _whole("Seconds that a call lasts at most; the service's unless given.", 60, _DAY_TALK),
}
_NEW_SESSION: Fields = {
    "unique_name": text("Its name, which no other session of the service has.", 191),
    **_SESSION_TERMS,
    "participants": {"type": "array", "maxItems": 20, "description": "Each with the fields of a participant.",
                     "items": {"type": "object", "properties": dict(_PARTY), "additionalProperties": False}},
}  # fmt: skip

_MERGED = (
    "A JSON merge patch (RFC 7396): a field that is left out stays as it is, within `quiet` and `urls` too; null takes "
    "a field back to what it is where it was never given."
)
_PAGED = {"after": "The `next` of the page before.", "most": "Rows, 1 to 100; 50 unless given."}
_SIGNED = {
    401: "No client, or a wrong token.",
    403: "The token lacks the scope.",
    429: "More than 30 requests a second, or too many wrong sign-ins from one network.",
}
_NONE = {404: "The account has none with this id or name."}
_BAD = {422: "A field cannot be used; `field` says which."}
_OTHERS = {409: "The state of things does not allow it; `type` says why."}


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
    return _own(name, "GET", path, summary, {200: "A page: `items`, and `next`."}, query={**_PAGED, **(query or {})})


_READ, _MADE, _CHANGED = {200: "Here it is."}, {201: "It is made."}, {200: "It is changed."}
_GONE = {204: "It is gone."}
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
    _own("changeService", "PATCH", _ONE, "Changes a service.", _CHANGED, json=_SERVICE, merges=True),
    _own("deleteService", "DELETE", _ONE, "Deletes a service that has no live session.", _IN_USE),
    _own("usage", "GET", f"{_ONE}/usage", "How full its numbers are.", _READ),
    _list("numbers", _NUMBERS, "The numbers of a service."),
    _own("addNumber", "POST", _NUMBERS, "Puts a number of the inventory into a service.", _MADE, needs=("number",),
         once=True, json={"number": _NUMBER, "reserved": _truth("Whether it is given only where a request names it.")}),
    _own("number", "GET", f"{_NUMBERS}/{{number}}", "A number of a service.", _READ),
    _own("reserveNumber", "PATCH", f"{_NUMBERS}/{{number}}", "Reserves a number, or no longer.", _CHANGED,
         needs=("reserved",), json={"reserved": _truth("Whether it is given only where a request names it.")}),
    _own("releaseNumber", "DELETE", f"{_NUMBERS}/{{number}}", "Takes a number out of a service; it rests.", _IN_USE),
    _list("sessions", _SESSIONS, "The sessions of a service.", {"state": f"Only those: {', '.join(SessionState)}."}),
    _own("makeSession", "POST", _SESSIONS, "Makes a session, and gives each person in it a number to call.", _MADE,
         json=_NEW_SESSION, once=True),
    _own("session", "GET", _SESSION, "A session.", _READ),
    _own("extendSession", "PATCH", _SESSION, "Changes a live session: its end, and what its people may do.", _CHANGED,
         json=_SESSION_TERMS, merges=True),
    _own("deleteSession", "DELETE", _SESSION, "Closes and deletes a session; its numbers rest.", _GONE),
    _own("closeSession", "POST", f"{_SESSION}/close", "Ends a session now.", _CHANGED,
         json={"reason": text("Why, for your own use.", 40)}),
    _own("reopenSession", "POST", f"{_SESSION}/reopen", "Opens a closed session again, on the numbers that it had.",
         _CHANGED, json=_ENDS),
    _list("participants", _PEOPLE, "The people of a session, also those who were taken out."),
    _own("addParticipant", "POST", _PEOPLE, "Adds a person to a session.", _MADE, json=_PARTY, once=True),
    _own("participant", "GET", f"{_PEOPLE}/{{participant}}", "A participant.", _READ),
    _own("nameParticipant", "PATCH", f"{_PEOPLE}/{{participant}}",
         "Changes what is known of a person, and says the number of one who had none.", _CHANGED, merges=True,
         json={name: schema for name, schema in _PARTY.items() if name not in ("side", "ask_for")}),
    _own("removeParticipant", "DELETE", f"{_PEOPLE}/{{participant}}", "Takes somebody out for good.", _GONE),
    _own("blocks", "GET", f"{_PEOPLE}/{{participant}}/blocks", "Whom a participant has blocked with a key.",
         {200: "`items`: `participant`, `made_at`, `until`."}),
    _own("undoBlock", "DELETE", f"{_PEOPLE}/{{participant}}/blocks/{{blocked}}", "Takes a block back.", _GONE),
    _list("interactions", _CALLS, "The calls and texts of a session."),
    _own("interaction", "GET", f"{_CALLS}/{{interaction}}", "A call or a text.", _READ),
    _own("forgetInteraction", "DELETE", f"{_CALLS}/{{interaction}}", "Deletes a call or a text.", _GONE),
    _list("events", f"{_ONE}/events", "The events of a service in the last 30 days, in order of their numbers.",
          {"after": "Only events with a higher number: the `next` of the page before."}),
    _own("resendEvents", "POST", f"{_ONE}/events/resend", "Sends events once more, after those that are waiting.",
         {202: "`queued`: how many, 1,000 at most."}, needs=("first",),
         json={"first": _whole("The number of the first event.", 1, 2**53),
               "last": _whole("The number of the last; the first alone unless given.", 1, 2**53)}),
    _own("text", "POST", f"{_SESSION}/messages", "Texts one person of a session from the number that they see.", _MADE,
         once=True, needs=("to", "body"),
         json={"to": {**_ID, "description": "The participant who gets it."}, "body": text("The text.", 1600)}),
    _own("call", "POST", f"{_SESSION}/calls", "Rings one person and, once they accept, the other side.", _MADE,
         needs=("first",), once=True, json={"first": {**_ID, "description": "The participant who is rung first."}}),
)  # fmt: skip
"""Every operation, in the order shown."""
