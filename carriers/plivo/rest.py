"""Plivo's REST API, version 1, as far as we ask it. Source: plivo.com/docs/{voice,messaging,account,numbers}/api."""

from collections.abc import Mapping, Sequence
from typing import Any

from carriers.dlt import Dlt
from carriers.fields import number as read_number
from carriers.plivo.rendering import spoken_in
from carriers.rest import Api, part
from core.e164 import E164
from voice.events import CarrierAccount
from voice.plan import Say
from voice.ports import CarrierAway, Leg

APPLICATION = "maskline"
"""The one application that all our numbers on an account are attached to."""
_SETTINGS = {
    "voice": ("answer_url", "answer_method"),
    "text": ("message_url", "message_method"),
    "ended": ("hangup_url", "hangup_method"),
    "fallback": ("fallback_answer_url", "fallback_method"),
}
_PAGE = 20
"""The most that Plivo lists at once."""
_LEGS: Mapping[Leg, str] = {"caller": "aleg", "callee": "bleg", "both": "both"}


class PlivoRest:
    """Plivo's half of `carriers.placing`. Errors: as `voice.ports.Placer` says."""

    def __init__(self, api: Api, dlt: Dlt | None = None) -> None:
        self._api, self._dlt = api, dlt

    async def call(
        self, account: CarrierAccount, *, to: E164, show: E164, answer_url: str, ended_url: str, ring: int
    ) -> str:
        """
        Returns Plivo's request_uuid.

        Plivo queues the request before there is a call, so this is not yet a CallUUID: webhooks of the call carry it as
        `RequestUUID` and `ALegRequestUUID`, beside a `CallUUID` that they are read by. Know the call by its answer_url.
        """
        body = {
            "from": show.digits,
            "to": to.digits,
            "answer_url": answer_url,
            "hangup_url": ended_url,
            "ring_timeout": ring,
        }
        return _first(await self._api.ask("POST", _path(account, "Call"), account, body=body), "request_uuid")

    async def text(
        self, account: CarrierAccount, *, to: E164, show: E164, body: str, status_url: str | None,
        template: str | None = None, media: Sequence[str] = (),
    ) -> str:  # fmt: skip
        """
        Returns the message_uuid. media: makes it an MMS, which Plivo has between numbers of the US and Canada.

        `log` is off, so that Plivo keeps neither the words nor the recipient's whole number: it deletes nothing later.
        """
        asked: dict[str, Any] = {"src": show.digits, "dst": to.digits, "text": body, "type": "sms", "log": "false"}
        if media:
            asked |= {"type": "mms", "media_urls": list(media)}
        if self._dlt is not None and self._dlt.covers(to):
            asked |= {"src": self._dlt.header, **self._dlt.fields(template)}
        if status_url is not None:
            asked["url"] = _without_overrides(status_url)
        return _first(await self._api.ask("POST", _path(account, "Message"), account, body=asked), "message_uuid")

    async def speak(self, account: CarrierAccount, carrier_call: str, said: Say, *, leg: Leg) -> None:
        """
        Speaks into a call that goes on; the two hear each other meanwhile (`mix`).

        Source: plivo.com/docs/voice/api/call/speak-text-on-calls/speak-text-on-a-call.
        """
        asked = {"text": said.text, "legs": _LEGS[leg], "mix": True}
        language = spoken_in(said)
        if language is not None:
            asked["language"] = language
        await self._api.ask("POST", _path(account, "Call", carrier_call, "Speak"), account, body=asked)

    async def forget(self, account: CarrierAccount, *, kind: str, carrier_id: str) -> None:
        """
        Does nothing, because Plivo has no such request.

        Its SDK refuses to delete a message, and DELETE on a call hangs it up. What Plivo keeps is held down beforehand:
        texts are sent with `log` off, and our application has `log_incoming_messages` off.
        """

    async def numbers(self, account: CarrierAccount) -> list[dict[str, Any]]:
        """Reads every page, and once each application that a number is attached to. Plivo has no SID of a number."""
        told: list[dict[str, Any]] = []
        applications: dict[str, dict[str, Any]] = {"": {}}
        for entry in await self._listed(account, "Number"):
            number = read_number(str(entry.get("number")))
            if number is None:
                continue
            application = str(entry.get("application") or "").rstrip("/").rpartition("/")[2]
            if application not in applications:
                applications[application] = await self._api.ask(
                    "GET", _path(account, "Application", application), account
                )
            urls = applications[application]
            told.append(
                {
                    "number": number,
                    "voice_url": urls.get("answer_url") or "",
                    "text_url": urls.get("message_url") or "",
                    "ended_url": urls.get("hangup_url") or "",
                    "fallback_url": urls.get("fallback_answer_url") or "",
                    "sid": None,
                    "voice": entry.get("voice_enabled", True),
                    "texts": entry.get("sms_enabled", True),
                }
            )
        return told

    async def point(self, account: CarrierAccount, number: E164, urls: dict[str, str]) -> None:
        """
        Attaches the number to the application `maskline`, which it makes or brings up to date first.

        The application is one for the account: the URLs given last hold for every number attached to it. Our own number
        stands in the path here. Raises ValueError if the application is yet to be made and `voice` is missing.
        """
        asked: dict[str, Any] = {"log_incoming_messages": False}
        for kind, (url, method) in _SETTINGS.items():
            if kind in urls:
                asked |= {url: _without_overrides(urls[kind]) if kind == "text" else urls[kind], method: "POST"}
        known = await self._listed(account, "Application", app_name=APPLICATION)
        ids = [str(entry["app_id"]) for entry in known if entry.get("app_name") == APPLICATION]
        if ids:
            app_id = ids[0]
            await self._api.ask("POST", _path(account, "Application", app_id), account, body=asked)
        elif "voice" in urls:
            made = await self._api.ask(
                "POST", _path(account, "Application"), account, body={"app_name": APPLICATION, **asked}
            )
            app_id = _first(made, "app_id")
        else:
            raise ValueError("Plivo makes no application without an answer URL: give `voice` too")
        await self._api.ask("POST", _path(account, "Number", number.digits), account, body={"app_id": app_id})

    async def _listed(self, account: CarrierAccount, what: str, **query: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            window = {"limit": str(_PAGE), "offset": str(len(found)), **query}
            page = await self._api.ask("GET", _path(account, what), account, query=window)
            entries = page.get("objects") or []
            found.extend(entries)
            if not entries or not (page.get("meta") or {}).get("next"):
                return found


def _path(account: CarrierAccount, *parts: str) -> str:
    return "/".join(["/v1/Account", part(account.vendor_id), *map(part, parts)]) + "/"


def _first(made: dict[str, Any], name: str) -> str:
    """An id, which Plivo gives bare or as a list of one."""
    told = made.get(name)
    told = told[0] if isinstance(told, list) and told else told
    if not isinstance(told, str) or not told:
        raise CarrierAway(f"Plivo's answer names no {name}.", maybe_done=True)
    return told


def _without_overrides(url: str) -> str:
    """Plivo documents connection overrides (`#rc=5`) for voice URLs only; it re-sends texts by itself."""
    return url.partition("#")[0]
