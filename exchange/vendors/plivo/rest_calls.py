"""
`/Call/`: place a call, look at one, send it to other XML, speak into it, hang it up.

Source: plivo.com/docs/voice/api/call. Plivo has no request that deletes a call record.
"""

from typing import Any

from aiohttp import web

from exchange.accounts import is_e164, plus
from exchange.legs import Leg, LegState, Steer
from exchange.vendors.plivo.calls import Placing
from exchange.vendors.plivo.params import hangup_cause
from exchange.vendors.plivo.rest import BASE, PlivoApi, Refused, answer, body_of, page_of, url_pair

_SPOKEN_TO = {"aleg": "a", "bleg": "b", "both": "ab"}
"""`legs` -> of the caller's leg and the other one, whoever hears it."""


def add_calls(routes: web.UrlDispatcher, api: PlivoApi) -> None:
    """Put the endpoints of calls under Account/{account}."""
    ends = Calls(api)
    routes.add_post(BASE + "/Call/", api.guarded(ends.create))
    routes.add_get(BASE + "/Call/", api.guarded(ends.list_all))
    routes.add_get(BASE + "/Call/{uuid}/", api.guarded(ends.fetch))
    routes.add_post(BASE + "/Call/{uuid}/", api.guarded(ends.transfer))
    routes.add_delete(BASE + "/Call/{uuid}/", api.guarded(ends.hang_up))
    routes.add_post(BASE + "/Call/{uuid}/Speak/", api.guarded(ends.speak))
    routes.add_delete(BASE + "/Request/{uuid}/", api.guarded(ends.hang_up))


class Calls:
    """The endpoints."""

    def __init__(self, api: PlivoApi) -> None:
        self._api = api
        self._office = api.office

    async def create(self, request: web.Request) -> web.Response:
        body = await body_of(request)
        for name in ("from", "to", "answer_url"):
            if not body.get(name):
                raise Refused(400, f"{name} parameter is missing")
        from_, to = plus(str(body["from"])), [plus(number) for number in str(body["to"]).split("<")]
        if not is_e164(from_) or not all(is_e164(number) for number in to):
            raise Refused(400, "from or to parameter is not a valid phone number")
        if self._office.registry.held("plivo", from_) is None:
            self._office.log.complain("plivo", "", "a call was placed from a number that the account does not hold")
        legs = [self._api.calls.place(self._placing(body, from_, number)) for number in to]
        uuids = [leg.call_id for leg in legs]
        fired = {"message": "call fired" if len(legs) == 1 else "calls fired"}
        return answer(fired | {"request_uuid": uuids[0] if len(uuids) == 1 else uuids}, 201)

    def _placing(self, body: dict[str, Any], from_: str, to: str) -> Placing:
        return Placing(
            from_, to,
            url_pair(body, "answer_url", "answer_method"),
            url_pair(body, "ring_url", "ring_method"),
            url_pair(body, "hangup_url", "hangup_method"),
            url_pair(body, "fallback_url", "fallback_method"),
            _seconds(body, "ring_timeout", 120),
            _seconds(body, "time_limit", 14_400),
            str(body.get("send_digits") or ""),
        )  # fmt: skip

    async def list_all(self, request: web.Request) -> web.Response:
        legs = [leg for leg in reversed(self._office.switch.legs.values()) if leg.carrier == "plivo"]
        if request.query.get("status") == "live":
            return answer({"calls": [leg.call_id for leg in legs if not leg.over]})
        return page_of(request, [self._record(leg) for leg in legs if leg.over])

    async def fetch(self, request: web.Request) -> web.Response:
        leg = self._find(request)
        if request.query.get("status") == "live":
            if leg.over:
                raise Refused(404, "not found")
            return answer(self._live(leg))
        if not leg.over:
            raise Refused(404, "not found")
        return answer(self._record(leg))

    async def transfer(self, request: web.Request) -> web.Response:
        leg, body = self._find(request), await body_of(request)
        if leg.state is not LegState.ANSWERED:
            raise Refused(404, "not found")
        if body.get("legs", "aleg") not in ("aleg", "both"):
            raise Refused(400, "this exchange transfers the aleg only")
        url, method = url_pair(body, "aleg_url", "aleg_method")
        if not url:
            raise Refused(400, "aleg_url parameter is missing")
        leg.tell(Steer(url, method))
        return answer({"message": "call transferred", "call_uuids": [leg.call_id]}, 202)

    async def speak(self, request: web.Request) -> web.Response:
        """Text into a call that goes on. The desk's words take no time here, so `mix` and `loop` change nothing."""
        leg, body = self._find(request), await body_of(request)
        text, legs = str(body.get("text") or ""), str(body.get("legs") or "aleg")
        if leg.state is not LegState.ANSWERED:
            raise Refused(404, "not found")
        if not text or legs not in _SPOKEN_TO:
            raise Refused(400, "text or legs parameter is not valid")
        for each in (leg if "a" in _SPOKEN_TO[legs] else None, leg.peer if "b" in _SPOKEN_TO[legs] else None):
            if each is not None:
                self._office.switch.hear(each, text, language=str(body.get("language") or "en-US"))
        return answer({"message": "speak started"}, 202)

    async def hang_up(self, request: web.Request) -> web.Response:
        leg = self._find(request)
        if leg.over:
            raise Refused(404, "not found")
        self._office.switch.end(leg, "canceled", "api")
        return web.Response(status=204)

    def _find(self, request: web.Request) -> Leg:
        leg = self._office.switch.legs.get(request.match_info["uuid"])
        if leg is None or leg.carrier != "plivo":
            raise Refused(404, "not found")
        return leg

    def _live(self, leg: Leg) -> dict[str, Any]:
        return {
            "direction": "inbound" if leg.direction == "inbound" else "outbound",
            "from": leg.from_.removeprefix("+"),
            "to": leg.to.removeprefix("+"),
            "caller_name": leg.from_,
            "call_status": "in-progress" if leg.state is LegState.ANSWERED else "ringing",
            "call_uuid": leg.call_id,
            "request_uuid": leg.call_id,
            "session_start": leg.began.isoformat(sep=" "),
        }

    def _record(self, leg: Leg) -> dict[str, Any]:
        why, seconds = hangup_cause(leg), leg.seconds()
        billed = -(-seconds // 60) * 60
        return {
            "call_uuid": leg.call_id,
            "parent_call_uuid": leg.parent.call_id if leg.parent else None,
            "call_direction": "inbound" if leg.direction == "inbound" else "outbound",
            "from_number": leg.from_.removeprefix("+"),
            "to_number": leg.to.removeprefix("+"),
            "call_state": "ANSWER" if leg.answered_at else leg.cause.upper().replace("-", "_"),
            "initiation_time": leg.began.isoformat(sep=" "),
            "answer_time": leg.answered_at.isoformat(sep=" ") if leg.answered_at else None,
            "end_time": leg.ended_at.isoformat(sep=" ") if leg.ended_at else None,
            "call_duration": seconds,
            "bill_duration": seconds,
            "billed_duration": billed,
            "total_amount": f"{billed / 60 * 0.0085:.5f}",
            "total_rate": "0.00850",
            "hangup_cause_code": why.code,
            "hangup_cause_name": why.name,
            "hangup_source": why.source,
            "resource_uri": f"{self._api.root}/Call/{leg.call_id}/",
        }


def _seconds(body: dict[str, Any], name: str, default: int) -> float:
    value = str(body.get(name) or default)
    if not value.isdigit() or int(value) < 1:
        raise Refused(400, f"{name} parameter is not valid")
    return float(value)
