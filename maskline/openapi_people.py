"""The addresses of people, as rows of the table (`openapi_table.py`): their API, and the page /me/names."""

from collections.abc import Mapping
from typing import Any

from maskline.openapi_operation import TOO_FAST, Operation, Schema, page, text

TAG, PAGES = "people", "names"
TOLD = {
    TAG: "People who have proven a number: JSON in and out. One code, sent to the number, signs a person up or in and "
    "gives a token for `Authorization: Bearer`. Numbers stand in bodies, never in an address.",
    PAGES: "The same on a page, for which no script is needed.",
}


_ID: Schema = {"type": "string", "format": "uuid"}
PARAMETERS: Mapping[str, tuple[str, Schema]] = {
    "sign_up": ("The id of a code that was sent.", _ID),
    "device": ("The id of a device; on the page also `all`.", {"type": "string"}),
    "purpose": ("What a consent is for.", {"type": "string", "enum": ["share-book", "speak-name", "be-found"]}),
}


_NUMBER = text("E.164: + and 7 to 15 digits.", 16)
_WAY: Schema = {"type": "string", "enum": ["text", "voice"], "description": "How the code comes; else by text."}
_LANGUAGE = text("BCP 47: a language that we speak; else English.", 35)
_AWAY = {503: "The database is not answering."}
_SIGNED = {401: "No token, or one that no longer counts.", 429: TOO_FAST, **_AWAY}
_BROKEN = {422: "A field cannot be used; `field` says which."}
_OVER = {410: "The code was used, its time or its tries are over, or there never was one."}
_SENT = {
    422: "No code goes to such a number.",
    429: TOO_FAST,
    503: "The day's money for codes is spent, or the database is not answering.",
}
_NO_PURPOSE = {404: "There is no such consent."}


def _api(name: str, method: str, path: str, summary: str, answers: Mapping[int, str], **more: Any) -> Operation:
    return Operation(name=name, method=method, path=f"/api/people{path}", tag=TAG, summary=summary,
                     answers=dict(sorted(answers.items())), content="application/json", **more)  # fmt: skip


def _page(name: str, method: str, path: str, summary: str, answers: Mapping[int, str], **more: Any) -> Operation:
    return page(PAGES, name, method, f"/me/names{path}", summary, answers, **more)


_BACK = {303: "Back to the page."}

_API = (
    _api("startSignUp", "POST", "/sign-ups", "Sends a code to a number, whoever's it is.",
         {202: "It is on its way: `sign_up`, and `until` when it counts.", **_SENT}, needs=("number",),
         about="Asked again within 30 seconds, it sends nothing; later, the same code, three times in all.",
         json={"number": _NUMBER, "way": _WAY, "language": _LANGUAGE}),
    _api("finishSignUp", "POST", "/sign-ups/{sign_up}", "Signs in with the code: a token for one more device.",
         {201: "The `token`, which is told only here; `new` where nobody had an account on the number.",
          409: "Somebody was new on the number within 90 days.",
          422: "Not the code, `left` says how many tries are left; or a bad field.",
          429: "Too often, or too many wrong codes from one network.", **_OVER, **_AWAY},
         about="Sent with the token of a device that is signed in, it moves that account to the number.",
         needs=("code",), json={
             "code": text("The six digits.", 32), "device": text("What to call this device.", 200),
             "language": _LANGUAGE,
             "new": {"type": "boolean",
                     "description": "Whether somebody else had the number before, so that a new account begins."}}),
    _api("me", "GET", "/me", "Who is signed in.", {200: "The person.", **_SIGNED}),
    _api("describeMe", "PATCH", "/me", "Sets the language, or the country by which numbers are read.",
         {200: "The person.", 410: "They are gone.", **_BROKEN, **_SIGNED},
         json={"language": _LANGUAGE, "region": text("ISO 3166.", 2)}),
    _api("deleteMe", "DELETE", "/me", "Deletes the account, with all that it shared.",
         {200: "The receipt: rows by room.", **_SIGNED}),
    _api("exportMe", "GET", "/me/export", "Everything that is held about the person.",
         {200: "The records of every room.", **_SIGNED}),
    _api("devices", "GET", "/me/devices", "Where the person is signed in.", {200: "The newest first.", **_SIGNED}),
    _api("signOutEverywhere", "DELETE", "/me/devices", "Signs every device out, this one too.",
         {200: "How many there were.", **_SIGNED}),
    _api("signOut", "DELETE", "/me/devices/{device}", "Signs a device out.",
         {204: "Its token counts no more.", 404: "There is no such device.", **_SIGNED}),
    _api("consents", "GET", "/me/consents", "What the person is asked to agree to, and whether they did.",
         {200: "Each text with its version.", **_SIGNED}, query={"language": "The language of the texts."}),
    _api("consent", "GET", "/me/consents/{purpose}", "One of them.", {200: "The text.", **_NO_PURPOSE, **_SIGNED},
         query={"language": "The language of the text."}),
    _api("agree", "PUT", "/me/consents/{purpose}", "Agrees to the text that was shown.",
         {200: "The consent.", **_NO_PURPOSE, 409: "The text has changed: `version` is the one to show.", **_BROKEN,
          **_SIGNED}, needs=("version",), query={"language": "The language of the answer."},
         json={"version": {"type": "integer", "minimum": 1, "description": "Of the text that was shown."},
               "language": _LANGUAGE}),
    _api("withdraw", "DELETE", "/me/consents/{purpose}", "Takes a consent back.",
         {204: "It is taken back.", **_NO_PURPOSE, **_SIGNED}),
)  # fmt: skip

_FORMS = (
    _page("names", "GET", "", "Signs in with a number; or the person's account.", {200: "The page."},
          query={"done": "What was just done."}),
    _page("namesStart", "POST", "", "Sends a code.", {303: "The page that takes it.", **_SENT},
          form={"number": "As a person writes it.", "way": "text or voice"}, needs=("number",)),
    _page("namesCode", "GET", "/code/{sign_up}", "Asks for the code.", {200: "The page.", **_OVER},
          query={"again": "There after it was sent once more: how."}),
    _page("namesFinish", "POST", "/code/{sign_up}", "Signs in with the code.",
          {**_BACK, 409: "Somebody was new on the number within 90 days.", 422: "Not the code: the page again.",
           429: "Too often, or too many wrong codes from one network.", **_OVER},
          form={"code": "The six digits.", "new": "yes: somebody else had the number before"}, needs=("code",)),
    _page("namesAgain", "POST", "/code/{sign_up}/again", "Sends the code once more.", {**_BACK, **_SENT, **_OVER},
          form={"way": "text or voice"}),
    _page("namesConsent", "POST", "/consents/{purpose}", "Agrees to a consent, or takes it back.",
          {**_BACK, **_NO_PURPOSE, 409: "The text has changed."},
          form={"agree": "yes or no", "version": "Of the text that was shown."}),
    _page("namesSignOut", "POST", "/devices/{device}", "Signs a device out.",
          {**_BACK, 404: "There is no such device."}),
    _page("namesLeave", "POST", "/leave", "Signs out here.", _BACK),
    _page("namesDelete", "POST", "/delete", "Deletes the account.", {303: "Said so."}),
    _page("namesGone", "GET", "/gone", "Said after deleting.", {200: "The page."}),
)  # fmt: skip

OPERATIONS = (*_API, *_FORMS)
"""Every operation, in the order shown."""
