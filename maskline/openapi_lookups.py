"""The addresses of look-ups of names, as rows of the table (`openapi_table.py`)."""

from typing import Any

from callerid.lookups.rules import FULL_SYNC, MOST_CONTACTS, NEAR, RECENT_A_DAY, SYNC_DAYS
from maskline.openapi_operation import Operation

TAG = "names"
TOLD = (
    "What a number is called, for a person (bearer token of a device) or a company (HTTP Basic with an account SID and "
    "a token of `./run clients create` with the scope `names`). A number stands in bodies, never in an address. "
    "docs/lookups.md."
)

_NUMBER = {"type": "string", "maxLength": 64, "description": "E.164; a person may leave the country code out."}
_REFUSED = {
    401: "No token of a device, and no client with the scope `names`.",
    403: "Asked by a company, or from another site's page.",
    422: "The number, or something else, cannot be used; `field` says what.",
    429: "Too fast, or a budget is used up: `until` says when there is some again, `left` what is left.",
    503: "The database is not answering.",
}


def _names(name: str, method: str, path: str, summary: str, told: str, **given: Any) -> Operation:
    answers = dict(sorted({200: told, **_REFUSED}.items()))
    return Operation(name=name, method=method, path=f"/api/callerid/{path}", tag=TAG, summary=summary, answers=answers,
                     content="application/json", **given)  # fmt: skip


OPERATIONS = (
    _names("lookUp", "POST", "lookup", "What a number is called, and whether it is a nuisance.",
           "`name`, `names` by script, `confidence`, `status`, `spam`, `spam_kind`; `status` unknown where nothing is "
           "shown. RateLimit says what is left of the budget.",
           about="Costs one point of the budget, two where nothing is shown, none for a number asked for before within "
           f"30 days. More than {NEAR} numbers of one block of 100 within 30 days block what is new for a day.",
           needs=("number",),
           json={"number": _NUMBER,
                 "script": {"type": "string", "pattern": "^[A-Za-z]{4}$",
                            "description": "ISO 15924, like Deva: the script of `name`, where it is known. Else as "
                            "Accept-Language says."}}),
    _names("findContacts", "POST", "contacts", "Which of these contacts are here and allow to be found.",
           "A list of `index` (in `numbers`) and `handle`, which is theirs for this account alone.",
           about=f"{FULL_SYNC} in {SYNC_DAYS} days; of `recent`, {RECENT_A_DAY} a day. Nothing of them is kept.",
           needs=("numbers",),
           json={"numbers": {"type": "array", "items": {"type": "string", "maxLength": 64}, "maxItems": MOST_CONTACTS,
                             "description": "Contacts; an entry that is no number is passed over."},
                 "recent": {"type": "boolean",
                            "description": f"Tell only of those who came within the last {SYNC_DAYS} days."}}),
    _names("savers", "GET", "savers", "About how many people saved the number of whoever asks.",
           "`at_least` and `below`."),
)  # fmt: skip
"""Every operation, in the order shown."""
