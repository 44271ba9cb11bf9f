"""
`/Calls.json`: place a call, look at one, hang it up or send it to other TwiML, delete its record.

Source: twilio.com/docs/voice/api/call-resource.
"""

from typing import Any

from aiohttp import web

from exchange.accounts import is_e164, plus
from exchange.legs import Leg, LegState, Steer
from exchange.vendors.twilio.calls import Placing
from exchange.vendors.twilio.params import call_status, rfc2822
from exchange.vendors.twilio.rest import Form, Refused, TwilioApi, form_of, page_of

_EVENTS = frozenset({"initiated", "ringing", "answered", "completed"})


def add_calls(routes: web.UrlDispatcher, api: TwilioApi) -> None:
    """Put the endpoints of calls under Accounts/{account}."""
    ends = Calls(api)
    base = "/2010-04-01/Accounts/{account}/Calls"
    routes.add_get(base + ".json", api.guarded(ends.list_all))
    routes.add_post(base + ".json", api.guarded(ends.create))
    routes.add_get(base + "/{sid}.json", api.guarded(ends.fetch))
    routes.add_post(base + "/{sid}.json", api.guarded(ends.update))
    routes.add_delete(base + "/{sid}.json", api.guarded(ends.delete))


class Calls:
    """The endpoints."""

    def __init__(self, api: TwilioApi) -> None:
        self._api = api
        self._office = api.office

    async def list_all(self, request: web.Request) -> web.Response:
        wanted = request.query
        rows = [
            self._json(leg)
            for leg in reversed(self._office.switch.legs.values())
            if leg.carrier == "twilio"
            and wanted.get("To", leg.to) == leg.to
            and wanted.get("From", leg.from_) == leg.from_
            and wanted.get("ParentCallSid", _parent(leg)) == _parent(leg)
            and wanted.get("Status", call_status(leg)) == call_status(leg)
        ]
        return page_of(request, "calls", rows)

    async def create(self, request: web.Request) -> web.Response:
        form = await form_of(request)
        leg = self._api.calls.place(self._placing(form))
        return web.json_response(self._json(leg) | {"status": "queued"}, status=201)

    def _placing(self, form: Form) -> Placing:
        """What the form asks for. Raises Refused in the vendor's order."""

        def one(name: str, default: str = "") -> str:
            return form.get(name, [default])[0]

        if not one("To"):
            raise Refused(400, 21201, "No 'To' number is specified")
        if not one("From"):
            raise Refused(400, 21213, "No 'From' number specified")
        to, from_ = plus(one("To")), plus(one("From"))
        if not is_e164(to):
            raise Refused(400, 21211, f"The phone number you are attempting to call, {one('To')}, is not valid.")
        if not is_e164(from_):
            raise Refused(400, 21212, f"The source phone number provided, {one('From')}, is not valid.")
        if self._office.registry.held("twilio", from_) is None:
            raise Refused(
                400,
                21210,
                f"The source phone number provided, {from_}, is not yet verified for your account. You may only make "
                "calls from phone numbers that you've verified or purchased from Twilio.",
            )
        if not one("Url") and not one("Twiml"):
            raise Refused(400, 21205, "Url parameter is required.")
        _http_url(one("Url"), 21205, "Url")
        events = frozenset(form.get("StatusCallbackEvent", ["completed"])) & _EVENTS
        return Placing(
            from_, to, one("Url") or "urn:twiml", one("Method", "POST"), one("Twiml"),
            (one("FallbackUrl"), one("FallbackMethod", "POST")), one("StatusCallback"),
            one("StatusCallbackMethod", "POST"), events, _seconds(one("Timeout", "60")), one("SendDigits"),
        )  # fmt: skip

    async def fetch(self, request: web.Request) -> web.Response:
        return web.json_response(self._json(self._find(request)))

    async def update(self, request: web.Request) -> web.Response:
        leg, form = self._find(request), await form_of(request)
        status, url, markup = (form.get(name, [""])[0] for name in ("Status", "Url", "Twiml"))
        if leg.over and not status:
            raise Refused(400, 21220, "Call is not in-progress. Cannot redirect.")
        if status in ("completed", "canceled"):
            # `canceled` is for calls that are queued or ringing; `completed` ends any call.
            if status == "completed" or leg.state is LegState.RINGING:
                self._office.switch.end(leg, "canceled" if leg.state is LegState.RINGING else "completed", "api")
        elif status:
            raise Refused(400, 20001, f"Status cannot be set to {status}")
        elif url or markup:
            if leg.state is not LegState.ANSWERED:
                raise Refused(400, 21220, "Call is not in-progress. Cannot redirect.")
            _http_url(url, 21205, "Url")
            leg.tell(Steer(url or "urn:twiml", form.get("Method", ["POST"])[0], markup))
        return web.json_response(self._json(leg))

    async def delete(self, request: web.Request) -> web.Response:
        leg = self._find(request)
        if not leg.over:
            raise Refused(409, 20009, "Call record can not be deleted while the call is in progress.")
        del self._office.switch.legs[leg.call_id]
        return web.Response(status=204)

    def _find(self, request: web.Request) -> Leg:
        leg = self._office.switch.legs.get(request.match_info["sid"])
        if leg is None or leg.carrier != "twilio":
            raise Refused(404, 20404, f"The requested resource {request.path} was not found")
        return leg

    def _json(self, leg: Leg) -> dict[str, Any]:
        uri = f"{self._api.root}/Calls/{leg.call_id}"
        held = self._office.registry.held("twilio", leg.to if leg.direction == "inbound" else leg.from_)
        parts = ("notifications", "recordings", "events", "payments", "siprec", "streams", "transcriptions")
        return {
            "sid": leg.call_id,
            "account_sid": self._office.twilio.account_sid,
            "parent_call_sid": leg.parent.call_id if leg.parent else None,
            "from": leg.from_,
            "from_formatted": leg.from_,
            "to": leg.to,
            "to_formatted": leg.to,
            "phone_number_sid": held.sid if held else None,
            "status": call_status(leg),
            "direction": leg.direction,
            "date_created": rfc2822(leg.began),
            "date_updated": rfc2822(leg.ended_at or leg.answered_at or leg.began),
            "start_time": rfc2822(leg.answered_at or leg.began),
            "end_time": rfc2822(leg.ended_at) if leg.ended_at else None,
            "duration": str(leg.seconds()) if leg.over else None,
            "price": None,
            "price_unit": "USD",
            "answered_by": None,
            "api_version": "2010-04-01",
            "forwarded_from": leg.forwarded_from or None,
            "caller_name": None,
            "group_sid": None,
            "trunk_sid": None,
            "queue_time": "0",
            "annotation": None,
            "uri": uri + ".json",
            "subresource_uris": {part: f"{uri}/{part.title()}.json" for part in parts},
        }


def _parent(leg: Leg) -> str:
    return leg.parent.call_id if leg.parent else ""


def _seconds(text: str) -> float:
    if not text.isdigit() or not 1 <= int(text) <= 600:
        raise Refused(400, 20001, "Timeout must be between 1 and 600 seconds")
    return float(text)


def _http_url(url: str, code: int, name: str) -> None:
    if url and not url.startswith(("http://", "https://")):
        raise Refused(400, code, f"{name} is not a valid URL: {url}")
