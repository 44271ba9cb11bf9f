"""Posts forms to customers' hooks, signed as Twilio signs them."""

from dataclasses import dataclass
from urllib.parse import urlencode

from masking.sessions.callback_forms import Form
from masking.sessions.ports import Access
from masking.sessions.signing import TWILIO, sign
from masking.sessions.values import Service
from voice.ports import Courier, CourierRefused, Delivered

_FORM = "application/x-www-form-urlencoded"
_ONCE = "I-Twilio-Idempotency-Token"


@dataclass(frozen=True, slots=True)
class Poster:
    """access: knows the tokens that sign. courier: reaches customers' addresses."""

    access: Access
    courier: Courier

    async def form(self, service: Service, url: str, form: Form, *, once: str, seconds: float) -> Delivered:
        """
        The answer to a form. once: what every try of this request says, and no other request does.

        Raises CourierRefused, CourierAway.
        """
        headers = {TWILIO: sign(await self.token(service), url, form), _ONCE: once}
        return await self.courier.post(url, urlencode(form).encode(), content_type=_FORM, headers=headers,
                                       service=service.service_id, seconds=seconds)  # fmt: skip

    async def token(self, service: Service) -> str:
        """What signs for a service. Raises CourierRefused where nothing does any more."""
        token = await self.access.token(service.client_id)
        if token is None:
            raise CourierRefused("No client of the account is left whose token could sign.")
        return token
