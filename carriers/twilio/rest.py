"""Twilio's REST API, 2010-04-01, as far as we ask it. Source: twilio.com/docs/{voice,messaging,phone-numbers}/api."""

from collections.abc import Sequence
from typing import Any

from carriers.dlt import Dlt
from carriers.fields import number as read_number
from carriers.rest import Api, part
from core.e164 import E164
from voice.events import CarrierAccount
from voice.plan import Say
from voice.ports import CarrierAway, CarrierRefused, Leg

_RECORDS = {"call": "Calls", "text": "Messages"}
_SETTINGS = {
    "voice": ("VoiceUrl", {"VoiceMethod": "POST", "VoiceApplicationSid": ""}),
    "text": ("SmsUrl", {"SmsMethod": "POST", "SmsApplicationSid": ""}),
    "ended": ("StatusCallback", {"StatusCallbackMethod": "POST"}),
    "fallback": ("VoiceFallbackUrl", {"VoiceFallbackMethod": "POST"}),
}
"""Our kinds of webhook -> what Twilio calls them. A number with an application ignores its own URLs, so it loses it."""
_PAGE = "1000"


class TwilioRest:
    """Twilio's half of `carriers.placing`. Errors: as `voice.ports.Placer` says."""

    def __init__(self, api: Api, dlt: Dlt | None = None) -> None:
        self._api, self._dlt = api, dlt

    async def call(
        self, account: CarrierAccount, *, to: E164, show: E164, answer_url: str, ended_url: str, ring: int
    ) -> str:
        """Returns the CallSid, which every webhook of this call carries."""
        form = {
            "To": to.value,
            "From": show.value,
            "Url": answer_url,
            "StatusCallback": ended_url,
            "Timeout": str(ring),
        }
        return _sid(await self._api.ask("POST", _path(account, "Calls"), account, form=form))

    async def text(
        self, account: CarrierAccount, *, to: E164, show: E164, body: str, status_url: str | None,
        template: str | None = None, media: Sequence[str] = (),
    ) -> str:  # fmt: skip
        """Returns the MessageSid. template: Twilio finds India's by the words alone. media: makes it an MMS."""
        header = self._dlt.header if self._dlt is not None and self._dlt.covers(to) else None
        form = {"To": to.value, "From": header or show.value}
        if body or not media:
            form["Body"] = body
        if status_url is not None:
            form["StatusCallback"] = status_url
        asked = [*form.items(), *(("MediaUrl", url) for url in media)]
        return _sid(await self._api.ask("POST", _path(account, "Messages"), account, form=asked))

    async def speak(self, account: CarrierAccount, carrier_call: str, said: Say, *, leg: Leg) -> None:
        """
        Always refuses: new TwiML for a leg of a Dial parts the two, and only a Conference takes announcements.

        Source: twilio.com/docs/voice/api: call-resource ("Update a Call"), conference-participant-resource.
        """
        raise CarrierRefused("Twilio does not speak into a call that a Dial has joined.", code="speak")

    async def forget(self, account: CarrierAccount, *, kind: str, carrier_id: str) -> None:
        """Deletes the record. Twilio refuses while the call or the delivery still goes on: CarrierAway, try later."""
        try:
            await self._api.ask("DELETE", _path(account, _RECORDS[kind], carrier_id), account)
        except CarrierRefused as refused:
            if refused.facts["code"] not in ("20404", "404"):
                raise

    async def numbers(self, account: CarrierAccount) -> list[dict[str, Any]]:
        """Reads every page. Short codes stand elsewhere and are not among them. What is not said, a number can do."""
        listed = await self._listed(account, {"PageSize": _PAGE})
        return [
            {
                "number": number,
                "voice_url": entry.get("voice_url") or "",
                "text_url": entry.get("sms_url") or "",
                "ended_url": entry.get("status_callback") or "",
                "fallback_url": entry.get("voice_fallback_url") or "",
                "sid": entry.get("sid"),
                "voice": (entry.get("capabilities") or {}).get("voice", True),
                "texts": (entry.get("capabilities") or {}).get("sms", True),
            }
            for entry in listed
            if (number := read_number(str(entry.get("phone_number")))) is not None
        ]

    async def point(self, account: CarrierAccount, number: E164, urls: dict[str, str]) -> None:
        """Sets the webhooks that `urls` names and leaves the others. Our own number stands in the query here."""
        listed = await self._listed(account, {"PhoneNumber": number.value})
        entry = next((entry for entry in listed if entry.get("phone_number") == number.value), None)
        if entry is None:
            raise CarrierRefused("This number is not on the Twilio account.", code="20404")
        if entry.get("trunk_sid") and "voice" in urls:
            raise CarrierRefused("This number belongs to a SIP trunk: take it off the trunk first.", code="trunk")
        form: dict[str, str] = {}
        for kind, (name, others) in _SETTINGS.items():
            if kind in urls:
                form |= {name: urls[kind], **others}
        await self._api.ask("POST", _path(account, "IncomingPhoneNumbers", str(entry["sid"])), account, form=form)

    async def _listed(self, account: CarrierAccount, query: dict[str, str]) -> list[dict[str, Any]]:
        """The account's numbers over all pages. A next page is a path with its own query."""
        page = await self._api.ask("GET", _path(account, "IncomingPhoneNumbers"), account, query=query)
        found = list(page.get("incoming_phone_numbers", []))
        while following := page.get("next_page_uri"):
            if not str(following).startswith("/"):
                raise CarrierAway("Twilio's next page is not on Twilio's API.", maybe_done=False)
            page = await self._api.ask("GET", str(following), account)
            found.extend(page.get("incoming_phone_numbers", []))
        return found


def _path(account: CarrierAccount, *parts: str) -> str:
    return "/".join(["/2010-04-01/Accounts", part(account.vendor_id), *map(part, parts)]) + ".json"


def _sid(made: dict[str, Any]) -> str:
    sid = made.get("sid")
    if not isinstance(sid, str):
        raise CarrierAway("Twilio's answer names no sid.", maybe_done=True)
    return sid
