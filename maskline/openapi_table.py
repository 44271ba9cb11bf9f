"""Every HTTP address of the service as data: what it is for, what it takes, what it answers."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from maskline import openapi_api, openapi_lookups, openapi_names, openapi_owners, openapi_people, openapi_proxy
from maskline.openapi_operation import Operation

TAGS = {
    "scan": "What a stranger beside a parked car sees. No account, no script needed. Reading writes nothing.",
    "owner": "What an owner or a second contact does from a notice, behind a signed link. Only forms change anything.",
    "carriers": "What Twilio and Plivo ask. Signed, or refused with 403. Whoever is on the phone always gets XML.",
    openapi_proxy.TAG: openapi_proxy.TOLD,
    openapi_api.TAG: openapi_api.TOLD,
    openapi_lookups.TAG: openapi_lookups.TOLD,
    openapi_names.TAG: openapi_names.TOLD,
    **openapi_people.TOLD,
    **openapi_owners.TOLD,
    "house": "The house itself.",
}
"""Tag -> what stands under it, in the order shown."""

_CODE = {"type": "string", "pattern": "^[0-9A-Za-z-]{16,19}$"}
_TOKEN = {"type": "string", "pattern": "^[A-Za-z0-9_-]{16,128}$"}

PARAMETERS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "code": ("The code printed on a sticker: 16 letters and digits.", _CODE),
    "token": ("A signed name of a scan, a notice or a call. Made here, and good for this address only.", _TOKEN),
    "action": ("What the owner does.", {"type": "string", "enum": ["block", "pause", "resume"]}),
    "carrier": ("Whose webhook this is.", {"type": "string", "enum": ["twilio", "plivo"]}),
    "step": ("Where in the call we are.", {"type": "string", "pattern": "^[a-z]+(-[0-9]+)*$"}),
    "name": ("A file, with the room it belongs to.", {"type": "string"}),
    **openapi_proxy.PARAMETERS,
    **openapi_api.PARAMETERS,
    **openapi_people.PARAMETERS,
    **openapi_owners.PARAMETERS,
}
"""Parameter in a path -> what it is, and its schema."""


_LANG = {"lang": "The language of the page, a BCP 47 tag that we speak (`en`, `hi`). Else the browser's."}
_NO_STICKER = "No sticker has this code."
_EXPIRED = "The link is too old, or was not made here."
_LIMITED = "Too many tries from this network or at this sticker; Retry-After says when to try again."
_CROSS = "The form was not sent from one of our pages."
_BROKEN = "The form cannot be read."


def _page(
    tag: str, name: str, method: str, path: str, summary: str, answers: Mapping[int, str],
    *, form: Mapping[str, str] | None = None, query: Mapping[str, str] | None = None,
) -> Operation:  # fmt: skip
    """An address for browsers. Every field of a form must be there; a form of another site's is refused."""
    every = {**answers, **({400: _BROKEN} if form else {}), **({403: _CROSS} if method == "POST" else {})}
    return Operation(
        name=name, method=method, path=path, tag=tag, summary=summary, answers=dict(sorted(every.items())),
        form=form, needs=tuple(form or ()), query={**(query or {}), **_LANG},
    )  # fmt: skip


_scan, _owner = partial(_page, "scan"), partial(_page, "owner")

_SCAN = (
    _scan("landing", "GET", "/", "A field for a code, for phones that cannot scan.", {200: "The page."}),
    _scan("findSticker", "GET", "/q", "Leads from a typed code to its page.",
          {303: "The sticker's page.", 404: _NO_STICKER}, query={"code": "The code as it was typed."}),
    _scan("sticker", "GET", "/q/{code}", "The vehicle as its owner allows, and the reasons for calling.",
          {200: "The page; paused, quiet and revoked stickers read alike.", 404: _NO_STICKER,
           409: "The sticker is not in use yet."}),
    _scan("chooseReason", "POST", "/q/{code}", "Chooses a reason, and gets a number and perhaps digits.",
          {303: "The page with the number; without one where every line is taken.", 404: _NO_STICKER,
           409: "The owner cannot be reached just now.", 422: "There is no such reason.", 429: _LIMITED,
           503: "No number of ours serves the vehicle just now."},
          form={"reason": "blocking, lights, accident, tow or other"}),
    _scan("way", "GET", "/q/{code}/{token}", "The number to call, the time left, and what came of it.",
          {200: "The page.", 404: _NO_STICKER, 410: _EXPIRED}),
    _scan("sendMessage", "POST", "/q/{code}/{token}/message", "Sends one of the ready-made messages to the owner.",
          {303: "Back to the page.", 404: _NO_STICKER, 409: "The owner cannot be reached just now.", 410: _EXPIRED,
           422: "There is no such message.", 429: _LIMITED},
          form={"message": "The id of a ready-made message."}),
    _scan("misuse", "GET", "/q/{code}/misuse", "The form that reports misuse of a sticker.",
          {200: "The page.", 404: _NO_STICKER}, query={"done": "There after a report was sent."}),
    _scan("reportMisuse", "POST", "/q/{code}/misuse", "Reports misuse of a sticker.",
          {303: "Thanks.", 404: _NO_STICKER, 422: "There is no such answer.", 429: _LIMITED},
          form={"kind": "fake, pestered or other"}),
)  # fmt: skip


_OWNER = (
    _owner("notice", "GET", "/me/n/{token}", "What happened, and what the owner may do about it.",
           {200: "The page.", 410: _EXPIRED}, query={"done": "What was just done."}),
    _owner("act", "POST", "/me/n/{token}/{action}", "Blocks the caller, pauses the sticker, or resumes it.",
           {303: "Back to the notice.", 409: "The sticker's state does not allow it.",
            410: "The link is too old, or the caller is forgotten already."}),
    _owner("reply", "POST", "/me/n/{token}/reply", "Shows the stranger one of the ready-made replies for 15 minutes.",
           {303: "Back to the notice.", 410: _EXPIRED, 422: "There is no such reply."},
           form={"reply": "The id of a ready-made reply."}),
    _owner("leave", "POST", "/me/n/{token}/leave", "A second contact is rung no more.",
           {303: "Thanks.", 409: "Only a second contact can leave.", 410: _EXPIRED}),
    _owner("left", "GET", "/me/left", "Said after leaving.", {200: "The page."}),
)  # fmt: skip

_REFUSED = {
    403: "Not signed by an account of ours, or unreadable, or longer than 64 KB.",
    404: "We do not speak with this carrier.",
}
_HEARD = {200: "What to do, in the carrier's XML; an apology in words where all else fails."}
_NOTED = {200: "Kept.", 503: "Not kept: send it again."}
_FIELDS = {
    "CallSid": "Twilio's id of the call.", "CallUUID": "Plivo's id of the call.",
    "From": "Who calls; withheld in many spellings.", "To": "Our number that was dialled.",
    "Digits": "Keys that were pressed.",
}  # fmt: skip


def _hook(
    name: str, path: str, summary: str, answers: Mapping[int, str], *, about: str = "", signed: bool = True
) -> tuple[Operation, Operation]:
    """A webhook by both methods, since a carrier may be set to either. Fields beyond those named are welcome."""
    given = {**answers, **(_REFUSED if signed else {404: _REFUSED[404]})}
    shared: dict[str, Any] = {"path": path, "tag": "carriers", "summary": summary, "about": about, "answers": given,
                              "content": "application/xml", "signed": signed}  # fmt: skip
    return (
        Operation(name=name, method="POST", form=_FIELDS, **shared),
        Operation(name=f"{name}ByGet", method="GET", query=_FIELDS, **shared),
    )


_CARRIERS = (
    *_hook("callArrives", "/hooks/{carrier}/voice", "A call to one of our numbers.", _HEARD,
           about="Routed in one round trip. A repeat is answered byte for byte alike."),
    *_hook("callGoesOn", "/hooks/{carrier}/c/{token}/{step}", "A step of a call: keys, a whisper, an end.",
           {**_HEARD, 503: "News of a leg was not kept: send it again."},
           about="The address is in what we answered before; it is good for one call and one step."),
    *_hook("textArrives", "/hooks/{carrier}/text", "A text to one of our numbers.", _NOTED,
           about="STOP, START and HELP are answered; others get one reply a day. A text never binds a claim."),
    *_hook("callEnds", "/hooks/{carrier}/ended", "The end of a call.", _NOTED),
    *_hook("fallback", "/hooks/{carrier}/fallback", "Asked when another address failed: a constant apology.",
           {200: "The apology. Needs no database."}, signed=False),
)  # fmt: skip

_MEDIA = (
    Operation(name="media", method="GET", path="/media/{token}", tag="carriers",
              summary="A picture that goes on with a text, for the carrier that sends it.",
              about="The address stands in our request to the carrier, and is good for ten minutes.",
              answers={200: "The picture, as an attachment.", 404: "The address is too old, or was not made here."},
              content="image/*"),
)  # fmt: skip

_HOUSE = (
    Operation(name="alive", method="GET", path="/healthz", tag="house", summary="Whether this process lives.",
              about="Not whether the database does: /readyz on the loopback port tells that.",
              answers={200: "It does."}, content="application/json"),
    Operation(name="description", method="GET", path="/api/openapi.json", tag="house", summary="This description.",
              answers={200: "OpenAPI 3.1."}, content="application/json"),
    Operation(name="descriptionPage", method="GET", path="/api", tag="house", summary="The same, for reading.",
              answers={200: "The page."}),
    Operation(name="file", method="GET", path="/static/{name}", tag="house", summary="A script or a picture of a page.",
              answers={200: "The file.", 404: "There is no such file."}, content="*/*",
              query={"v": "Its version; with the right one it may be kept for a year."}),
)  # fmt: skip

_APIS = (
    *openapi_proxy.OPERATIONS, *openapi_api.OPERATIONS, *openapi_lookups.OPERATIONS, *openapi_people.OPERATIONS,
    *openapi_owners.OPERATIONS, *openapi_names.OPERATIONS,
)  # fmt: skip
OPERATIONS: tuple[Operation, ...] = (*_SCAN, *_OWNER, *_CARRIERS, *_MEDIA, *_APIS, *_HOUSE)
"""Every operation, in the order shown."""
