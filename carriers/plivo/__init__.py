"""How Plivo speaks."""

from collections.abc import Sequence

from carriers.plivo.reading import read
from carriers.plivo.rendering import render
from carriers.plivo.signature import signed_with
from voice.events import CarrierAccount, Envelope
from voice.plan import Plan
from voice.ports import Event, SignatureRejected


class PlivoDialect:
    """Plivo's side of `voice.ports.Dialect`."""

    name = "plivo"
    content_type = "application/xml"
    asks_in_whisper = False
    event_suffix = "#rc=5&rp=ct,rt,5xx"
    """Five tries, also after our 503, on voice URLs. Source: plivo.com/docs/voice/concepts/callback-configurations."""

    def verify(self, envelope: Envelope, accounts: Sequence[CarrierAccount]) -> CarrierAccount:
        """The account whose token signed. Plivo names no account, so each Plivo account is tried."""
        for account in accounts:
            if account.carrier == self.name and any(signed_with(token, envelope) for token in account.tokens):
                return account
        raise SignatureRejected

    def read(self, event: str, envelope: Envelope) -> Event:
        return read(event, envelope)

    def render(self, plan: Plan) -> bytes:
        return render(plan)
