"""Asking carriers for something over REST: the way of the outbox, never of a call that somebody is listening to."""

from collections.abc import Sequence
from typing import Any, Final

from aiohttp import ClientSession

from carriers.dlt import Dlt
from carriers.media import Media
from carriers.plivo.rest import PlivoRest
from carriers.rest import Api
from carriers.twilio.rest import TwilioRest
from core.e164 import E164
from voice.events import CarrierAccount
from voice.plan import Say
from voice.ports import Leg

TWILIO_URL: Final = "https://api.twilio.com"
PLIVO_URL: Final = "https://api.plivo.com"


class CarrierPlacer:
    """
    `voice.ports.Placer` and `Speaker` over both carriers: each request goes to the carrier of its account, once.

    session: made with `trust_env=False` and closed by whoever made it. dlt: how texts to India are sent. Raises
    ValueError if the session trusts the environment, and KeyError for an account with a carrier that we do not speak.
    """

    def __init__(
        self,
        session: ClientSession,
        *,
        twilio_url: str = TWILIO_URL,
        plivo_url: str = PLIVO_URL,
        seconds: float = 10.0,
        dlt: Dlt | None = None,
    ) -> None:
        self._carriers: dict[str, TwilioRest | PlivoRest] = {
            "twilio": TwilioRest(Api(session, twilio_url, seconds=seconds), dlt),
            "plivo": PlivoRest(Api(session, plivo_url, seconds=seconds), dlt),
        }
        self._media = Media(session, {"twilio": twilio_url, "plivo": plivo_url}, seconds=seconds)

    async def call(
        self, account: CarrierAccount, *, to: E164, show: E164, answer_url: str, ended_url: str, ring: int
    ) -> str:
        """See `voice.ports.Placer`. ring: seconds. For Plivo's id see `PlivoRest.call`."""
        carrier = self._carriers[account.carrier]
        return await carrier.call(account, to=to, show=show, answer_url=answer_url, ended_url=ended_url, ring=ring)

    async def text(
        self, account: CarrierAccount, *, to: E164, show: E164, body: str, status_url: str | None,
        template: str | None = None, media: Sequence[str] = (),
    ) -> str:  # fmt: skip
        """See `voice.ports.Placer`."""
        carrier = self._carriers[account.carrier]
        return await carrier.text(
            account, to=to, show=show, body=body, status_url=status_url, template=template, media=media
        )  # fmt: skip

    async def speak(self, account: CarrierAccount, carrier_call: str, said: Say, *, leg: Leg) -> None:
        """See `voice.ports.Speaker`. Twilio always refuses: see `TwilioRest.speak`."""
        await self._carriers[account.carrier].speak(account, carrier_call, said, leg=leg)

    async def fetch(self, account: CarrierAccount, address: str, *, most: int) -> bytes:
        """See `voice.ports.Placer`."""
        return await self._media.fetch(account, address, most=most)

    async def forget(self, account: CarrierAccount, *, kind: str, carrier_id: str) -> None:
        """See `voice.ports.Placer`. Plivo deletes nothing: see `PlivoRest.forget`."""
        await self._carriers[account.carrier].forget(account, kind=kind, carrier_id=carrier_id)

    async def numbers(self, account: CarrierAccount) -> list[dict[str, Any]]:
        """See `voice.ports.Placer`. A webhook that is not set is ""."""
        return await self._carriers[account.carrier].numbers(account)

    async def point(self, account: CarrierAccount, number: E164, urls: dict[str, str]) -> None:
        """See `voice.ports.Placer`. Plivo's webhooks are those of the account's one application."""
        await self._carriers[account.carrier].point(account, number, urls)
