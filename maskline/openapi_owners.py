"""The addresses of owners of numbers, as rows of the table (`openapi_table.py`): their API, and their pages."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from callerid.owners.values import Category
from maskline.openapi_operation import TOO_FAST, Operation, Schema, page, text

TAG, OPEN, PAGES = "my number", "opt-out", "my number on a page"
TOLD = {
    TAG: "What people call a person's own number, and what they say of it: `Authorization: Bearer` and the token of a "
    "device. Each change counts at once, and is answered with how the number stands. No number is in an address.",
    OPEN: "Hides a number, or shows it again, by a code that is sent to it: no account, no token.",
    PAGES: "The same on pages, for which no script is needed.",
}


PARAMETERS: Mapping[str, tuple[str, Schema]] = {
    "code_id": ("The id of a code that was sent.", {"type": "string", "format": "uuid"}),
}


_NUMBER = text("E.164: + and 7 to 15 digits.", 40)
_WAY: Schema = {"type": "string", "enum": ["text", "voice"], "description": "How the code comes; else by text."}
_LANGUAGE = text("BCP 47: a language that we speak; else English.", 35)
_HIDDEN: Schema = {"type": "boolean", "description": "Whether nothing is shown for the number. In opt-outs, else true."}
_SAYS: Schema = {"type": "boolean", "description": "Whether the name is said in masked calls that the person makes."}
_CLUSTER: Schema = {"type": "integer", "minimum": 0, "maximum": 32767, "description": "As `names` told it."}
_CATEGORY: Schema = {"type": "string", "enum": [str(each) for each in Category], "description": "What it does."}
_SIGNED = {401: "No token, or one that no longer counts.", 410: "Somebody else has proven the number since.",
           429: TOO_FAST, 503: "The database is not answering."}  # fmt: skip
_PROVE = "An operator said that the number was given back (`prove-again`): it is proven anew first."
_BAD = {422: "A field, or what stands in it, cannot be used."}
_STANDS = {200: "How the number stands now."}
_OVER = {410: "The code was used, its time or its tries are over, or there never was one."}


def _mine(name: str, method: str, path: str, summary: str, answers: Mapping[int, str], **more: Any) -> Operation:
    refused = f"{answers[409]} {_PROVE}" if 409 in answers else _PROVE
    every = dict(sorted({**answers, **_SIGNED, 409: refused}.items()))
    return Operation(name=name, method=method, path=f"/api/callerid/mine{path}", tag=TAG, summary=summary,
                     answers=every, content="application/json", **more)  # fmt: skip


_API = (
    _mine("mine", "GET", "", "How the person's number is shown, and which names people use for it.",
          {200: "What is shown, what was said, and the names that more than a few people use, as of the last tick."},
          about="Counts are lower bounds, renewed on the tick alone, so that nobody is watched joining or leaving."),
    _mine("changeMine", "PATCH", "", "Hides the number or shows it; has the name said in masked calls, or not.",
          {**_STANDS, **_BAD, 409: "There is no name to say, or no consent `speak-name`."},
          json={"hidden": _HIDDEN, "says_name": _SAYS}),
    _mine("nameMine", "PUT", "/name", "Sets the name: shown as self-declared until others agree.",
          {**_STANDS, **_BAD, 409: "The name of a bank, an authority or a brand: for verified businesses only."},
          needs=("name",), json={"name": text("2 to 64 letters; no links, numbers or symbols.", 64)}),
    _mine("unnameMine", "DELETE", "/name", "Takes the person's own name back.", _STANDS),
    _mine("strike", "POST", "/strikes", "Strikes one of the names out for good.",
          {**_STANDS, **_BAD, 404: "Nobody uses such a name for the number, or no longer."}, needs=("cluster",),
          json={"cluster": _CLUSTER}),
    _mine("askBusiness", "POST", "/business", "Asks to be shown as a business, which our staff check.",
          {201: "It waits to be checked.", **_BAD, 409: "One is verified for longer than a month."},
          needs=("name", "category", "evidence"),
          json={"name": text("Under 40 characters.", 39), "category": _CATEGORY,
                "evidence": text("The reference of a document, or an address that begins with https://.", 200)}),
    _mine("withdrawBusiness", "DELETE", "/business", "Withdraws the business, at once.", _STANDS),
    Operation(name="startOptOut", method="POST", path="/api/callerid/opt-outs", tag=OPEN, content="application/json",
              summary="Sends a code to a number, whether anybody named it or not.",
              answers={202: "It is on its way: `opt_out`, and `until` when it counts.",
                       422: "A field cannot be used, or no code goes to such a number.", 429: TOO_FAST,
                       503: "The day's money for codes is spent, or the database is not answering."}, needs=("number",),
              json={"number": _NUMBER, "way": _WAY, "language": _LANGUAGE, "hidden": _HIDDEN}),
    Operation(name="confirmOptOut", method="POST", path="/api/callerid/opt-outs/{code_id}", tag=OPEN,
              content="application/json", summary="Hides the number, or shows it again, with the code.",
              answers={200: "It is so: `hidden`.", 404: "That is no id.", **_OVER,
                       422: "That is not the code, `left` says how many tries are left; or a bad field.",
                       429: "Too many wrong codes from one network.", 503: "The database is not answering."},
              needs=("code",),
              about="`hidden` is what the code was asked for.",
              json={"code": text("Six digits.", 32), "hidden": _HIDDEN}),
)  # fmt: skip


_page = partial(page, PAGES)


def _by_code(base: str, word: str, does: str) -> tuple[Operation, ...]:
    """The pages without an account, below /names or /names/show."""
    sent = {422: "The number cannot be used; the page says so.", 429: TOO_FAST, 503: "No code can be sent today."}
    return (
        _page(f"{word}Page", "GET", base, f"Asks for the number that is to be {does}.", {200: "The page."}),
        _page(f"{word}Start", "POST", base, "Sends a code to it.", {303: "The page that asks for the code.", **sent},
              form={"number": "As people write it.", "way": "text or voice"}, needs=("number",)),
        _page(f"{word}Code", "GET", f"{base}/code/{{code_id}}", "Asks for the code.",
              {200: "The page.", 404: "That is no id."}),
        _page(f"{word}Confirm", "POST", f"{base}/code/{{code_id}}", f"With the code, the number is {does}.",
              {303: "Done.", 404: "That is no id.", **_OVER, 422: "That is not the code; the page says so.",
               429: TOO_FAST},
              form={"code": "The digits."}, needs=("code",)),
        _page(f"{word}Done", "GET", f"{base}/done", f"Said after a number was {does}.", {200: "The page."}),
    )  # fmt: skip


_BACK = {303: "Back to the page, or to where one signs in.", 429: TOO_FAST}
_WRONG = {409: "It cannot be so as things stand; the page says why.", 422: "It cannot be used; the page says why."}

_MINE_PAGES = (
    _page("minePage", "GET", "/me/names/mine", "What people call the number of whoever is signed in.",
          {200: "The page.", 303: "Where one signs in.", 429: TOO_FAST}, query={"done": "There after a change."}),
    _page("minePageName", "POST", "/me/names/mine/name", "Sets the name, or takes it back.", {**_BACK, **_WRONG},
          form={"name": "None: taken back."}, needs=("name",)),
    _page("minePageStrike", "POST", "/me/names/mine/strike", "Strikes a name out for good.",
          {**_BACK, 404: "No such name goes round."}, form={"cluster": "As the page names it."}, needs=("cluster",)),
    _page("minePageHide", "POST", "/me/names/mine/hide", "Hides the number, or shows it.", _BACK,
          form={"want": "hide or show"}, needs=("want",)),
    _page("minePageSay", "POST", "/me/names/mine/say", "Has the name said in masked calls, or not.",
          {**_BACK, **_WRONG}, form={"want": "say or quiet"}, needs=("want",)),
    _page("minePageBusiness", "POST", "/me/names/mine/business", "Asks to be shown as a business, or withdraws that.",
          {**_BACK, **_WRONG}, form={"want": "withdraw, or nothing", "name": "Of the business.",
                                     "category": f"One of {', '.join(Category)}.", "evidence": "Where to check it."}),
)  # fmt: skip

OPERATIONS = (*_API, *_by_code("/names", "hide", "hidden"), *_by_code("/names/show", "show", "shown again"),
              *_MINE_PAGES)  # fmt: skip
"""Every operation, in the order shown."""
