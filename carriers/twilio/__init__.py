"""How Twilio speaks."""

from collections.abc import Sequence

from carriers.twilio.reading import read
from carriers.twilio.rendering import render
from carriers.twilio.signature import signed_with
from voice.events import CarrierAccount, Envelope
from voice.plan import Plan
from voice.ports import Event, SignatureRejected


class TwilioDialect:
    """Twilio's side of `voice.ports.Dialect`."""

    name = "twilio"
    content_type = "application/xml"
    asks_in_whisper = True
    event_suffix = "#rc=5&rp=ct,rt,5xx"
    """Five tries, also after our 503. Source: twilio.com/docs/usage/webhooks/webhooks-connection-overrides."""

    def verify(self, envelope: Envelope, accounts: Sequence[CarrierAccount]) -> CarrierAccount:
        """The account that the form names, if its token signed. JSON names none: each Twilio account is tried."""
        named = envelope.field("AccountSid")
        for account in accounts:
            if account.carrier != self.name or named not in ("", account.vendor_id):
                continue
            if any(signed_with(token, envelope) for token in account.tokens):
                return account
        raise SignatureRejected

    def read(self, event: str, envelope: Envelope) -> Event:
        return read(event, envelope)

    def render(self, plan: Plan) -> bytes:
        return render(plan)
