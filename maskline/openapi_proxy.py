"""The addresses of the API that the SDKs of Twilio Proxy speak, as rows of the table (`openapi_table.py`)."""

from collections.abc import Mapping
from typing import Any

from maskline.openapi_operation import Operation

TAG = "proxy"
TOLD = (
    "The API of Twilio Proxy, as its SDKs speak it: forms in, JSON out, HTTP Basic with an Account SID and a token of "
    "`./run clients create`. docs/moving-from-twilio-proxy.md."
)


def _sid(prefix: str, what: str) -> tuple[str, dict[str, Any]]:
    return f"The SID of {what}.", {"type": "string", "pattern": f"^{prefix}[0-9a-fA-F]{{32}}$"}


PARAMETERS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "service_sid": _sid("KS", "a service"),
    "number_sid": _sid("PN", "a number, ours or the carrier's"),
    "session_sid": ("The SID of a session, or its UniqueName.", {"type": "string", "minLength": 1}),
    "participant_sid": _sid("KP", "a participant"),
    "interaction_sid": _sid("KI", "a call or a text"),
}

_SERVICE = "/v1/Services/{service_sid}"
_NUMBERS = f"{_SERVICE}/PhoneNumbers"
_SESSIONS = f"{_SERVICE}/Sessions"
_SESSION = f"{_SESSIONS}/{{session_sid}}"
_PARTICIPANTS = f"{_SESSION}/Participants"
_PARTICIPANT = f"{_PARTICIPANTS}/{{participant_sid}}"
_INTERACTIONS = f"{_SESSION}/Interactions"
_MESSAGES = f"{_PARTICIPANT}/MessageInteractions"

_PAGED = {"PageSize": "Rows on a page, 1 to 1000; 100 are given at most.", "Page": "Your own figure, given back.",
          "PageToken": "From the address of a page beside."}  # fmt: skip
_SERVICE_FORM = {
    "UniqueName": "At most 191 characters, used once in the account.",
    "DefaultTtl": "Seconds that sessions without a Ttl of their own last; 0: they never end. 90 days unless given.",
    "CallbackUrl": "Your address that is told of each call and text.",
    "InterceptCallbackUrl": "Asked before each of them; an answer of 403 stops it.",
    "OutOfSessionCallbackUrl": "Asked when a stranger calls or texts: it answers TwiML, or JSON that makes a session.",
    "GeoMatchLevel": "country, area-code, overlay or radius.",
    "NumberSelectionBehavior": "prefer-sticky or avoid-sticky.", "ChatInstanceSid": "Kept, and not used.",
}  # fmt: skip
_ENDS_FORM = {"DateExpiry": "When it ends, whatever happens: ISO 8601.",
              "Ttl": "Seconds from the last call or text; 0: it never ends."}  # fmt: skip
_PARTY_FORM = {
    "Identifier": "The person's number, E.164.", "FriendlyName": "At most 255 characters.",
    "ProxyIdentifier": "The number of the service that they shall have, E.164.",
    "ProxyIdentifierSid": "The same by its SID.",
}  # fmt: skip

_UNSIGNED = {401: "No account, or no token of it: code 20003.", 403: "The token lacks the scope `proxy`: code 20003.",
             429: "More than 30 requests a second: code 80621. Too many wrong sign-ins: code 20429."}  # fmt: skip
_BAD = {400: "It cannot be done so; `code` says why in Twilio's numbers."}
_NONE = {404: "The account has none with this SID or name: code 20404, or 80301 for a number."}
_RACED = {409: "Other requests changed the same thing meanwhile, twice: code 80623. Try again."}


def _proxy(
    name: str, method: str, path: str, summary: str, answers: Mapping[int, str], *,
    form: Mapping[str, str] | None = None, needs: tuple[str, ...] = (), query: Mapping[str, str] | None = None,
) -> Operation:  # fmt: skip
    every = {**answers, **_UNSIGNED, **(_NONE if "{" in path else {}), **(_BAD if form or query else {})}
    return Operation(
        name=f"proxy{name}", method=method, path=path, tag=TAG, summary=summary, answers=dict(sorted(every.items())),
        form=form, needs=needs, query=query or {}, content="application/json",
    )  # fmt: skip


def _list(name: str, path: str, summary: str) -> Operation:
    return _proxy(name, "GET", path, summary, {200: "The page."}, query=_PAGED)


_READ, _MADE, _CHANGED = {200: "Here it is."}, {201: "It is made."}, {200: "It is changed."}
_GONE = {204: "It is gone."}
_IN_USE = {**_GONE, 400: "A live session needs it: code 80611."}

OPERATIONS = (
    _list("ListServices", "/v1/Services", "The account's services."),
    _proxy("CreateService", "POST", "/v1/Services", "Makes a service.", _MADE, form=_SERVICE_FORM,
           needs=("UniqueName",)),
    _proxy("FetchService", "GET", _SERVICE, "A service.", _READ),
    _proxy("UpdateService", "POST", _SERVICE, "Changes a service.", _CHANGED, form=_SERVICE_FORM),
    _proxy("DeleteService", "DELETE", _SERVICE, "Deletes a service that has no live session.", _IN_USE),
    _list("ListNumbers", _NUMBERS, "The numbers of a service."),
    _proxy("AddNumber", "POST", _NUMBERS, "Puts a number of the inventory into a service.", _MADE,
           form={"Sid": "Its SID, ours or the carrier's.", "PhoneNumber": "Or the number itself, E.164.",
                 "IsReserved": "Whether it is given only where a request names it: true or false."}),
    _proxy("FetchNumber", "GET", f"{_NUMBERS}/{{number_sid}}", "A number of a service.", _READ),
    _proxy("UpdateNumber", "POST", f"{_NUMBERS}/{{number_sid}}", "Reserves a number, or no longer.", _CHANGED,
           form={"IsReserved": "true or false."}),
    _proxy("RemoveNumber", "DELETE", f"{_NUMBERS}/{{number_sid}}", "Takes a number out of a service.", _IN_USE),
    _list("ListSessions", _SESSIONS, "The sessions of a service."),
    _proxy("CreateSession", "POST", _SESSIONS, "Makes a session.", {**_MADE, **_RACED},
           form={"UniqueName": "At most 191 characters, used once in the service.", **_ENDS_FORM,
                 "Mode": "voice-and-message, voice-only or message-only.", "Status": "open or in-progress.",
                 "Participants": "At most two; each a JSON object with the fields of a participant."}),
    _proxy("FetchSession", "GET", _SESSION, "A session.", _READ),
    _proxy("UpdateSession", "POST", _SESSION, "Prolongs, closes or re-opens a session.", {**_CHANGED, **_RACED},
           form={**_ENDS_FORM, "Status": "closed, or in-progress to re-open it."}),
    _proxy("DeleteSession", "DELETE", _SESSION, "Closes and deletes a session; its numbers rest.", _GONE),
    _list("ListParticipants", _PARTICIPANTS, "The participants of a session, removed ones too."),
    _proxy("AddParticipant", "POST", _PARTICIPANTS, "Adds a participant.", {**_MADE, **_RACED}, form=_PARTY_FORM,
           needs=("Identifier",)),
    _proxy("FetchParticipant", "GET", _PARTICIPANT, "A participant.", _READ),
    _proxy("RemoveParticipant", "DELETE", _PARTICIPANT, "Removes a participant for good.", _GONE),
    _list("ListInteractions", _INTERACTIONS, "The calls and texts of a session."),
    _proxy("FetchInteraction", "GET", f"{_INTERACTIONS}/{{interaction_sid}}", "A call or a text.", _READ),
    _proxy("DeleteInteraction", "DELETE", f"{_INTERACTIONS}/{{interaction_sid}}", "Deletes a call or a text.", _GONE),
    _list("ListMessages", _MESSAGES, "The texts that this API sent to a participant."),
    _proxy("SendMessage", "POST", _MESSAGES, "Sends a text to a participant.", {200: "It is on its way."},
           form={"Body": "At most 1600 characters.", "MediaUrl": "Refused, as at Twilio."}),
    _proxy("FetchMessage", "GET", f"{_MESSAGES}/{{interaction_sid}}", "A text that this API sent.", _READ),
)  # fmt: skip
"""Every operation, in the order shown."""
