"""
`/IncomingPhoneNumbers.json` and `/AvailablePhoneNumbers`: find, buy, configure and release numbers.

Source: twilio.com/docs/phone-numbers/api. Every number of the ranges set aside for fiction can be bought, unless a
handset has it.
"""

from typing import Any

from aiohttp import web

from exchange.accounts import Number, is_e164, new_sid, plus
from exchange.fiction import offered
from exchange.vendors.twilio.params import rfc2822
from exchange.vendors.twilio.rest import Form, Refused, TwilioApi, form_of, page_of

_HOOKS = {
    "VoiceUrl": "voice_url",
    "VoiceMethod": "voice_method",
    "VoiceFallbackUrl": "fallback_url",
    "VoiceFallbackMethod": "fallback_method",
    "StatusCallback": "ended_url",
    "StatusCallbackMethod": "ended_method",
    "SmsUrl": "text_url",
    "SmsMethod": "text_method",
    "SmsFallbackUrl": "text_fallback_url",
    "SmsFallbackMethod": "text_fallback_method",
}


def add_numbers(routes: web.UrlDispatcher, api: TwilioApi) -> None:
    """Put the endpoints of numbers under Accounts/{account}."""
    ends = Numbers(api)
    base = "/2010-04-01/Accounts/{account}"
    routes.add_get(base + "/AvailablePhoneNumbers/{country}/Local.json", api.guarded(ends.available))
    routes.add_get(base + "/AvailablePhoneNumbers/{country}/Mobile.json", api.guarded(ends.available))
    routes.add_get(base + "/IncomingPhoneNumbers.json", api.guarded(ends.list_all))
    routes.add_post(base + "/IncomingPhoneNumbers.json", api.guarded(ends.buy))
    routes.add_get(base + "/IncomingPhoneNumbers/{sid}.json", api.guarded(ends.fetch))
    routes.add_post(base + "/IncomingPhoneNumbers/{sid}.json", api.guarded(ends.update))
    routes.add_delete(base + "/IncomingPhoneNumbers/{sid}.json", api.guarded(ends.release))


class Numbers:
    """The endpoints."""

    def __init__(self, api: TwilioApi) -> None:
        self._api = api
        self._office = api.office

    async def available(self, request: web.Request) -> web.Response:
        country, query = request.match_info["country"].upper(), request.query
        free = [number for number in offered(country) if self._is_free(number)]
        if area := query.get("AreaCode"):
            free = [number for number in free if number.startswith("+1" + area)]
        if contains := query.get("Contains", "").replace("*", "").replace("+", ""):
            free = [number for number in free if contains in number]
        rows = [_available(number, country) for number in free[: int(query.get("PageSize", "50"))]]
        return web.json_response({"available_phone_numbers": rows, "uri": request.path_qs})

    def _is_free(self, number: str) -> bool:
        return number not in self._office.registry.numbers and number not in self._office.switch.lines

    async def list_all(self, request: web.Request) -> web.Response:
        wanted, name = request.query.get("PhoneNumber", ""), request.query.get("FriendlyName")
        digits = wanted.replace("*", "").lstrip("+").replace(" ", "")
        rows = [
            self._json(number)
            for number in self._office.registry.of("twilio")
            if digits in number.number and name in (None, number.name)
        ]
        return page_of(request, "incoming_phone_numbers", rows)

    async def buy(self, request: web.Request) -> web.Response:
        form = await form_of(request)
        wanted = plus(form.get("PhoneNumber", [""])[0])
        if not wanted and (area := form.get("AreaCode", [""])[0]):
            free = (number for number in offered("US") if number.startswith("+1" + area) and self._is_free(number))
            wanted = next(free, "")
            if not wanted:
                raise Refused(400, 21452, f"No phone numbers found in area code {area}")
        if not wanted:
            raise Refused(400, 21421, "PhoneNumber or AreaCode is required")
        if not is_e164(wanted):
            raise Refused(400, 21421, f"{wanted} is not a valid number")
        if not self._is_free(wanted):
            raise Refused(400, 21422, f"{wanted} is not available.")
        number = Number(new_sid("PN"), wanted, "twilio", self._office.timers.now(), wanted)
        _configure(number, form)
        self._office.registry.add(number)
        return web.json_response(self._json(number), status=201)

    async def fetch(self, request: web.Request) -> web.Response:
        return web.json_response(self._json(self._find(request)))

    async def update(self, request: web.Request) -> web.Response:
        number = self._find(request)
        _configure(number, await form_of(request))
        self._office.registry.changed()
        return web.json_response(self._json(number))

    async def release(self, request: web.Request) -> web.Response:
        self._office.registry.remove(self._find(request))
        return web.Response(status=204)

    def _find(self, request: web.Request) -> Number:
        for number in self._office.registry.of("twilio"):
            if number.sid == request.match_info["sid"]:
                return number
        raise Refused(404, 20404, f"The requested resource {request.path} was not found")

    def _json(self, number: Number) -> dict[str, Any]:
        uri = f"{self._api.root}/IncomingPhoneNumbers/{number.sid}"
        hooks = number.hooks
        return {
            "sid": number.sid,
            "account_sid": self._office.twilio.account_sid,
            "phone_number": number.number,
            "friendly_name": number.name,
            "date_created": rfc2822(number.bought),
            "date_updated": rfc2822(number.bought),
            "api_version": "2010-04-01",
            "capabilities": {"voice": True, "sms": True, "mms": True, "fax": False},
            "voice_url": hooks.voice_url,
            "voice_method": hooks.voice_method,
            "voice_fallback_url": hooks.fallback_url,
            "voice_fallback_method": hooks.fallback_method,
            "voice_caller_id_lookup": False,
            "voice_application_sid": "",
            "voice_receive_mode": "voice",
            "status_callback": hooks.ended_url,
            "status_callback_method": hooks.ended_method,
            "sms_url": hooks.text_url,
            "sms_method": hooks.text_method,
            "sms_fallback_url": hooks.text_fallback_url,
            "sms_fallback_method": hooks.text_fallback_method,
            "sms_application_sid": "",
            "trunk_sid": None,
            "address_requirements": "none",
            "address_sid": None,
            "identity_sid": None,
            "bundle_sid": None,
            "beta": False,
            "emergency_status": "Inactive",
            "emergency_address_sid": None,
            "emergency_address_status": "unregistered",
            "origin": "twilio",
            "status": "in-use",
            "type": "local",
            "uri": uri + ".json",
            "subresource_uris": {"assigned_add_ons": f"{uri}/AssignedAddOns.json"},
        }


def _configure(number: Number, form: Form) -> None:
    """Take over what the form names. Raises Refused for a URL that is none; then nothing is changed."""
    given = {name: values[0] for name, values in form.items() if name in _HOOKS and values}
    for name, value in given.items():
        if name.endswith("Method") and value not in ("GET", "POST"):
            raise Refused(400, 21403, f"{name} is not GET or POST")
        if not name.endswith("Method") and value and not value.startswith(("http://", "https://")):
            raise Refused(400, 21402, f"{name} is not a valid URL: {value}")
    for name, value in given.items():
        setattr(number.hooks, _HOOKS[name], value)
    number.name = form.get("FriendlyName", [number.name])[0]


def _available(number: str, country: str) -> dict[str, Any]:
    return {
        "phone_number": number,
        "friendly_name": number,
        "iso_country": country,
        "lata": None,
        "locality": None,
        "rate_center": None,
        "latitude": None,
        "longitude": None,
        "region": None,
        "postal_code": None,
        "address_requirements": "none",
        "beta": False,
        "capabilities": {"voice": True, "SMS": True, "MMS": True},
    }
