"""
`/Messages.json`: send a text, look at one, redact or delete it.

Source: twilio.com/docs/messaging/api/message-resource.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from aiohttp import web

from exchange.accounts import is_e164, plus
from exchange.alphabet import parts
from exchange.texts import MOST_PICTURES, Text
from exchange.vendors.twilio.params import rfc2822
from exchange.vendors.twilio.rest import Refused, TwilioApi, form_of, page_of

_LONGEST = 1600


def add_messages(routes: web.UrlDispatcher, api: TwilioApi) -> None:
    """Put the endpoints of messages under Accounts/{account}."""
    ends = Messages(api)
    base = "/2010-04-01/Accounts/{account}/Messages"
    routes.add_get(base + ".json", api.guarded(ends.list_all))
    routes.add_post(base + ".json", api.guarded(ends.create))
    routes.add_get(base + "/{sid}.json", api.guarded(ends.fetch))
    routes.add_get(base + "/{sid}/Media/ME{place:[0-9a-f]{32}}", api.guarded(ends.media))
    routes.add_post(base + "/{sid}.json", api.guarded(ends.update))
    routes.add_delete(base + "/{sid}.json", api.guarded(ends.delete))


class Messages:
    """The endpoints."""

    def __init__(self, api: TwilioApi) -> None:
        self._api = api
        self._office = api.office

    async def list_all(self, request: web.Request) -> web.Response:
        to, from_ = request.query.get("To"), request.query.get("From")
        rows = [
            self._json(text)
            for text in reversed(self._office.texts.texts.values())
            if text.carrier == "twilio" and to in (None, text.to) and from_ in (None, text.from_)
        ]
        return page_of(request, "messages", rows)

    async def create(self, request: web.Request) -> web.Response:
        form = await form_of(request)
        to, from_, body, callback, service = (
            form.get(name, [""])[0] for name in ("To", "From", "Body", "StatusCallback", "MessagingServiceSid")
        )
        if not to:
            raise Refused(400, 21604, "A 'To' phone number is required.")
        if not is_e164(plus(to)):
            raise Refused(400, 21211, f"Invalid 'To' Phone Number: {to}")
        if service:
            raise Refused(400, 21701, "The Messaging Service does not exist")
        if not from_:
            raise Refused(400, 21603, "A 'From' phone number is required.")
        if self._office.registry.held("twilio", plus(from_)) is None:
            raise Refused(400, 21606, f"The 'From' phone number {from_} is not a valid, message-capable Twilio number.")
        media = form.get("MediaUrl", [])
        self._check_content(plus(from_), body, media)
        if self._office.texts.opted_out(plus(to), plus(from_)):
            raise Refused(400, 21610, "Attempt to send to unsubscribed recipient")
        if callback and not callback.startswith(("http://", "https://")):
            raise Refused(400, 21609, f"The 'StatusCallback' URL {callback} is not a valid URL.")
        text = self._api.texts.send(plus(from_), plus(to), body, callback, media=media)
        return web.json_response(self._json(text), status=201)

    def _check_content(self, from_: str, body: str, media: Sequence[str]) -> None:
        if not body and not media:
            raise Refused(400, 21602, "Message body is required.")
        if len(body) > _LONGEST:
            raise Refused(400, 21617, "The concatenated message body exceeds the 1600 character limit.")
        if len(media) > MOST_PICTURES:
            raise Refused(400, 21623, "Number of media files exceeds allowed limit")
        if media and from_ in self._office.texts.words_only:
            raise Refused(400, 21612, "Message cannot be sent with the current combination of 'To' and 'From'")

    async def fetch(self, request: web.Request) -> web.Response:
        return web.json_response(self._json(self._find(request)))

    async def media(self, request: web.Request) -> web.Response:
        """A picture that came in. Twilio itself leads on to a signed address of its media host."""
        found = self._office.texts.picture("twilio", request.match_info["sid"], request.match_info["place"])
        if found is None:
            raise Refused(404, 20404, f"The requested resource {request.path} was not found")
        return web.Response(body=found.content, content_type=found.kind)

    async def update(self, request: web.Request) -> web.Response:
        """The only change to a sent message is taking out its body."""
        text, form = self._find(request), await form_of(request)
        if form.get("Body") != [""]:
            raise Refused(400, 20001, "Only an empty Body is accepted, which redacts the message")
        return web.json_response(self._json(self._office.texts.keep(replace(text, body=""))))

    async def delete(self, request: web.Request) -> web.Response:
        text = self._find(request)
        if text.status in ("queued", "sending"):
            raise Refused(409, 20009, "Message is not in a terminal state and cannot be deleted")
        del self._office.texts.texts[text.sid]
        return web.Response(status=204)

    def _find(self, request: web.Request) -> Text:
        text = self._office.texts.texts.get(request.match_info["sid"])
        if text is None or text.carrier != "twilio":
            raise Refused(404, 20404, f"The requested resource {request.path} was not found")
        return text

    def _json(self, text: Text) -> dict[str, Any]:
        uri = f"{self._api.root}/Messages/{text.sid}"
        return {
            "sid": text.sid,
            "account_sid": self._office.twilio.account_sid,
            "messaging_service_sid": None,
            "from": text.from_,
            "to": text.to,
            "body": text.body,
            "status": text.status,
            "direction": text.direction,
            "num_segments": str(parts(text.body)),
            "num_media": str(len(text.pictures)),
            "error_code": int(text.error_code) if text.error_code else None,
            "error_message": None,
            "price": None,
            "price_unit": "USD",
            "api_version": "2010-04-01",
            "date_created": rfc2822(text.at),
            "date_updated": rfc2822(text.at),
            "date_sent": rfc2822(text.at) if text.status != "queued" else None,
            "uri": uri + ".json",
            "subresource_uris": {"media": f"{uri}/Media.json"},
        }
