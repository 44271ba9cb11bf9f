"""
`/Number/`, `/PhoneNumber/` and `/Application/`: find, buy, point and release numbers.

Source: plivo.com/docs/numbers/api and /docs/account/api/application.
"""

import secrets
import uuid
from typing import Any

from aiohttp import web

from exchange.accounts import Application, Hooks, Number, is_e164, plus
from exchange.fiction import offered
from exchange.vendors.plivo.rest import BASE, PlivoApi, Refused, answer, body_of, page_of, url_pair

_URLS = {
    "answer": ("answer_url", "answer_method", "voice"),
    "hangup": ("hangup_url", "hangup_method", "ended"),
    "fallback": ("fallback_answer_url", "fallback_method", "fallback"),
    "message": ("message_url", "message_method", "text"),
}


def add_numbers(routes: web.UrlDispatcher, api: PlivoApi) -> None:
    """Put the endpoints of numbers and applications under Account/{account}."""
    numbers, applications = Numbers(api), Applications(api)
    routes.add_get(BASE + "/PhoneNumber/", api.guarded(numbers.search))
    routes.add_post(BASE + "/PhoneNumber/{number}/", api.guarded(numbers.buy))
    routes.add_get(BASE + "/Number/", api.guarded(numbers.list_all))
    routes.add_get(BASE + "/Number/{number}/", api.guarded(numbers.fetch))
    routes.add_post(BASE + "/Number/{number}/", api.guarded(numbers.update))
    routes.add_delete(BASE + "/Number/{number}/", api.guarded(numbers.release))
    routes.add_post(BASE + "/Application/", api.guarded(applications.create))
    routes.add_get(BASE + "/Application/", api.guarded(applications.list_all))
    routes.add_get(BASE + "/Application/{app}/", api.guarded(applications.fetch))
    routes.add_post(BASE + "/Application/{app}/", api.guarded(applications.update))
    routes.add_delete(BASE + "/Application/{app}/", api.guarded(applications.delete))


class Numbers:
    """The endpoints of numbers; a number in a path is digits without the plus sign."""

    def __init__(self, api: PlivoApi) -> None:
        self._api = api
        self._office = api.office

    def _is_free(self, number: str) -> bool:
        return number not in self._office.registry.numbers and number not in self._office.switch.lines

    async def search(self, request: web.Request) -> web.Response:
        country = request.query.get("country_iso", "").upper()
        if not country:
            raise Refused(400, "country_iso parameter is missing")
        pattern = request.query.get("pattern", "").replace("*", "")
        free = [number for number in offered(country) if self._is_free(number) and pattern in number]
        return page_of(request, [self._offer(number, country) for number in free])

    def _offer(self, number: str, country: str) -> dict[str, Any]:
        return {
            "number": number.removeprefix("+"),
            "country": country,
            "type": "fixed",
            "sub_type": "local",
            "voice_enabled": True,
            "sms_enabled": True,
            "mms_enabled": False,
            "monthly_rental_rate": "0.50000",
            "setup_rate": "0.00000",
            "restriction": None,
            "resource_uri": f"{self._api.root}/PhoneNumber/{number.removeprefix('+')}/",
        }

    async def buy(self, request: web.Request) -> web.Response:
        wanted, body = plus(request.match_info["number"]), await body_of(request)
        if not is_e164(wanted):
            raise Refused(400, "number is not valid")
        if not self._is_free(wanted):
            raise Refused(404, "not found")
        app_id = self._app_id(body, "")
        bought = Number(uuid.uuid4().hex, wanted, "plivo", self._office.timers.now(), "", app_id=app_id)
        self._office.registry.add(bought)
        digits = wanted.removeprefix("+")
        return answer(
            {"message": "created", "status": "fulfilled", "numbers": [{"number": digits, "status": "Success"}]}, 201
        )

    def _app_id(self, body: dict[str, Any], default: str) -> str:
        app_id = str(body.get("app_id") or default)
        if app_id and app_id not in self._office.registry.applications:
            raise Refused(400, "app_id is not valid")
        return app_id

    async def list_all(self, request: web.Request) -> web.Response:
        begin = request.query.get("number_startswith", "")
        alias = request.query.get("alias")
        rows = [
            self._json(number)
            for number in self._office.registry.of("plivo")
            if number.number.removeprefix("+").startswith(begin) and alias in (None, number.name)
        ]
        return page_of(request, rows)

    async def fetch(self, request: web.Request) -> web.Response:
        return answer(self._json(self._find(request)))

    async def update(self, request: web.Request) -> web.Response:
        number, body = self._find(request), await body_of(request)
        number.app_id = self._app_id(body, number.app_id)
        number.name = str(body.get("alias") or number.name)
        self._office.registry.changed()
        return answer({"message": "changed"}, 202)

    async def release(self, request: web.Request) -> web.Response:
        self._office.registry.remove(self._find(request))
        return web.Response(status=204)

    def _find(self, request: web.Request) -> Number:
        number = self._office.registry.held("plivo", plus(request.match_info["number"]))
        if number is None:
            raise Refused(404, "not found")
        return number

    def _json(self, number: Number) -> dict[str, Any]:
        digits = number.number.removeprefix("+")
        return {
            "number": digits,
            "alias": number.name or None,
            "application": f"{self._api.root}/Application/{number.app_id}/" if number.app_id else None,
            "added_on": number.bought.date().isoformat(),
            "active": True,
            "country": "United States" if digits.startswith("1") else "",
            "number_type": "fixed",
            "sub_type": "local",
            "voice_enabled": True,
            "sms_enabled": True,
            "mms_enabled": False,
            "sub_account": None,
            "monthly_rental_rate": "0.50000",
            "renewal_date": None,
            "resource_uri": f"{self._api.root}/Number/{digits}/",
        }


class Applications:
    """The endpoints of applications."""

    def __init__(self, api: PlivoApi) -> None:
        self._api = api
        self._registry = api.office.registry

    async def create(self, request: web.Request) -> web.Response:
        body = await body_of(request)
        name = str(body.get("app_name") or "")
        if not name:
            raise Refused(400, "app_name parameter is missing")
        if any(application.name == name for application in self._registry.applications.values()):
            raise Refused(400, "app_name is already in use")
        application = Application(str(secrets.randbelow(9 * 10**16) + 10**16), name, Hooks())
        _configure(application, body)
        self._registry.applications[application.app_id] = application
        return answer({"message": "created", "app_id": application.app_id}, 201)

    async def list_all(self, request: web.Request) -> web.Response:
        name = request.query.get("app_name")
        rows = [self._json(found) for found in self._registry.applications.values() if name in (None, found.name)]
        return page_of(request, rows)

    async def fetch(self, request: web.Request) -> web.Response:
        return answer(self._json(self._find(request)))

    async def update(self, request: web.Request) -> web.Response:
        _configure(self._find(request), await body_of(request))
        self._registry.changed()
        return answer({"message": "changed"}, 202)

    async def delete(self, request: web.Request) -> web.Response:
        application = self._find(request)
        del self._registry.applications[application.app_id]
        for number in self._registry.of("plivo"):
            if number.app_id == application.app_id:
                number.app_id = ""
        self._registry.changed()
        return web.Response(status=204)

    def _find(self, request: web.Request) -> Application:
        application = self._registry.applications.get(request.match_info["app"])
        if application is None:
            raise Refused(404, "not found")
        return application

    def _json(self, application: Application) -> dict[str, Any]:
        row: dict[str, Any] = {
            "app_id": application.app_id,
            "app_name": application.name,
            "enabled": True,
            "default_app": False,
            "default_endpoint_app": False,
            "public_uri": False,
            "sip_uri": f"sip:{application.app_id}@app.plivo.com",
            "sub_account": None,
            "log_incoming_messages": True,
            "resource_uri": f"{self._api.root}/Application/{application.app_id}/",
        }
        for url, method, ours in _URLS.values():
            row[url] = getattr(application.hooks, f"{ours}_url")
            row[method] = getattr(application.hooks, f"{ours}_method")
        return row


def _configure(application: Application, body: dict[str, Any]) -> None:
    """Take over the URLs that the body names. Raises Refused for one that is none; then nothing is changed."""
    pairs = {ours: url_pair(body, url, method) for url, method, ours in _URLS.values() if url in body}
    for ours, (url, method) in pairs.items():
        setattr(application.hooks, f"{ours}_url", url)
        setattr(application.hooks, f"{ours}_method", method)
