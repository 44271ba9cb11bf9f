"""The addresses of address books and names, as rows of the table (`openapi_table.py`)."""

from collections.abc import Mapping
from typing import Any

from callerid.books.values import CATEGORIES, LONGEST_NAME, MOST_CONTACTS
from maskline.openapi_operation import Operation

TAG = "books"
TOLD = (
    "Address books in, and out again: JSON, with the bearer token of a person's device. Needs the person's consent to "
    "`share-book`. No number is in an address. docs/names.md."
)

_SIGNED = {401: "No token, or one that no longer counts."}
_GIVING = {
    403: "The person has not agreed to share their address book.",
    409: "What they gave is being taken back just now.",
    429: "Too much in an hour; Retry-After says when to ask again.",
    503: "The database is not answering.",
}
_BAD = {422: "A value cannot be used; `field` says which."}
_CUT = {400: "The body broke off, or stood still for 15 seconds."}
_NUMBER = {"type": "string", "maxLength": 40, "description": "E.164, or as in the person's country."}
_RECEIPT = "The receipt: `state`, `contacts` read, `accepted`, `withheld`, `removed`, `refused` by reason."


def _books(name: str, method: str, path: str, summary: str, answers: Mapping[int, str], **more: Any) -> Operation:
    every = {**answers, **_SIGNED, **(_GIVING if method == "POST" else {})}
    return Operation(name=name, method=method, path=f"/api/callerid/{path}", tag=TAG, summary=summary,
                     answers=dict(sorted(every.items())), content="application/json", **more)  # fmt: skip


OPERATIONS = (
    _books("giveBook", "POST", "books", "Gives an address book.",
           {200: _RECEIPT, 413: "More than 25,000 contacts or 256 MB, or lines too long; what came before is kept.",
            415: "Neither JSON lines, vCards nor CSV.", **_CUT, **_BAD},
           about="The body is the file, as application/jsonl, text/vcard or text/csv. Names and numbers are read, "
           "nothing else. Sending it again changes nothing.",
           query={"after": "Contacts at the beginning that were read before, to go on where an upload broke off."}),
    _books("latestBook", "GET", "books/latest", "What became of the last book, or how far it is.",
           {200: _RECEIPT, 404: "There is none."}),
    _books("changeBook", "POST", "books/changes", "Adds, changes and removes single contacts.",
           {200: "`accepted`, `withheld`, `removed`, and `refused` by reason.",
            413: "More than 25,000 changes, or 1 MB.", **_CUT},
           about='JSON lines: {"op": "add", "change" or "remove", "number", "name"}. What is removed is gone at once.'),
    _books("delist", "POST", "delist", "Takes back what the person gave; their consent ends.",
           {200: _RECEIPT, 202: "Without `numbers`: it is looked for; the receipt tells when it is done.",
            413: "More than 1 MB.", **_CUT, **_BAD},
           json={"numbers": {"type": "array", "items": {"type": "string", "maxLength": 40}, "maxItems": MOST_CONTACTS,
                             "description": "Those of the book, to do it at once."}}),
    _books("mark", "POST", "marks", "Marks a number as a nuisance, or as none; or takes that back.",
           {200: "Taken back.", 202: "It counts from the next merge on.", 413: "Too long.", **_CUT, **_BAD},
           needs=("number", "spam"),
           json={"number": _NUMBER,
                 "spam": {"type": ["boolean", "null"], "description": "null takes a mark back."},
                 "category": {"type": "string", "enum": list(CATEGORIES), "description": "Of a nuisance."}}),
    _books("name", "POST", "names", "Names a number right after a call, or suggests a better name.",
           {202: "It counts from the next merge on.", 413: "Too long.", **_CUT, **_BAD},
           needs=("number", "name"),
           json={"number": _NUMBER,
                 "name": {"type": "string", "maxLength": LONGEST_NAME, "description": "Who it is."},
                 "kind": {"type": "string", "enum": ["call", "suggest"], "description": "Else `call`."}}),
)  # fmt: skip
"""Every operation, in the order shown."""
