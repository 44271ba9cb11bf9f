"""
`/Message/`: send a text, look at one.

Source: plivo.com/docs/messaging/api/message. Plivo has no request that deletes a message record.
"""

from typing import Any

from aiohttp import web

from exchange.accounts import is_e164, plus
from exchange.alphabet import parts, plain, size
from exchange.texts import MOST_PICTURES, Text
from exchange.vendors.plivo.rest import BASE, PlivoApi, Refused, answer, body_of, page_of, url_pair

_LONGEST, _LONGEST_UTF16 = 1600, 737  # plivo.com/docs/messaging/concepts/encoding-and-concatenation


def add_messages(routes: web.UrlDispatcher, api: PlivoApi) -> None:
    """Put the endpoints of messages under Account/{account}."""
    ends = Messages(api)
    routes.add_post(BASE + "/Message/", api.guarded(ends.create))
    routes.add_get(BASE + "/Message/", api.guarded(ends.list_all))
    routes.add_get(BASE + "/Message/{uuid}/", api.guarded(ends.fetch))
    routes.add_get(BASE + "/Media/{uuid}/{place}/", api.guarded(ends.media))


class Messages:
    """The endpoints."""

    def __init__(self, api: PlivoApi) -> None:
        self._api = api
        self._office = api.office

    async def create(self, request: web.Request) -> web.Response:
        body = await body_of(request)
        media = [str(url) for url in body.get("media_urls") or []] if body.get("type") == "mms" else []
        for name in ("src", "dst", "text"):
            if not body.get(name) and not (name == "text" and media):
                raise Refused(400, f"{name} parameter is missing")
        source, targets = plus(str(body["src"])), [plus(number) for number in str(body["dst"]).split("<")]
        if self._office.registry.held("plivo", source) is None:
            raise Refused(400, f"{body['src']} is not a number of this account")
        if not all(is_e164(target) for target in targets):
            raise Refused(400, "dst is not a valid phone number")
        words = str(body.get("text") or "")
        if size(words) > (_LONGEST if plain(words) else _LONGEST_UTF16):
            raise Refused(400, "text is too long")
        if len(media) > MOST_PICTURES:
            raise Refused(400, "media_urls has more than 10 entries")
        if media and source in self._office.texts.words_only:
            raise Refused(400, "src is not enabled for MMS")
        url, _ = url_pair(body, "url", "method")
        texts = [self._api.texts.send(source, target, words, url, media=media) for target in targets]
        return answer({"message": "message(s) queued", "message_uuid": [text.sid for text in texts]}, 202)

    async def list_all(self, request: web.Request) -> web.Response:
        kept = reversed(self._office.texts.texts.values())
        return page_of(request, [self._json(text) for text in kept if text.carrier == "plivo"])

    async def fetch(self, request: web.Request) -> web.Response:
        text = self._office.texts.texts.get(request.match_info["uuid"])
        if text is None or text.carrier != "plivo":
            raise Refused(404, "not found")
        return answer(self._json(text))

    async def media(self, request: web.Request) -> web.Response:
        """A picture that came in."""
        found = self._office.texts.picture("plivo", request.match_info["uuid"], request.match_info["place"])
        if found is None:
            raise Refused(404, "not found")
        return web.Response(body=found.content, content_type=found.kind)

    def _json(self, text: Text) -> dict[str, Any]:
        units = parts(text.body)
        return {
            "message_uuid": text.sid,
            "from_number": text.from_.removeprefix("+"),
            "to_number": text.to.removeprefix("+"),
            "message_direction": "inbound" if text.direction == "inbound" else "outbound",
            "message_state": text.status,
            "message_time": text.at.isoformat(sep=" "),
            "message_type": "mms" if text.pictures else "sms",
            "units": units,
            "total_rate": "0.00550",
            "total_amount": f"{units * 0.0055:.5f}",
            "error_code": text.error_code or None,
            "powerpack_id": None,
            "resource_uri": f"{self._api.root}/Message/{text.sid}/",
        }
