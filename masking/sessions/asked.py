"""What a customer's hook is asked about."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from core.e164 import E164
from core.route import Route
from masking.sessions.sids import Prefix, sid
from masking.sessions.values import Interaction, Kind
from voice.events import TextIn
from voice.ports import Routed


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """
    One call or text. about: its id, which is its interaction's. session: the live one, or the one that the number still
    rests from; from_id, to_id: participants of a live one. caller: None where withheld. body: of a text.
    """

    tenant: UUID
    service: UUID
    number: UUID
    about: UUID
    session: UUID | None
    from_id: UUID | None
    to_id: UUID | None
    caller: E164 | None
    body: str | None = field(default=None, repr=False)

    @classmethod
    def call(cls, route: Route, caller: E164 | None) -> "Asked | None":
        """The call of a route; None where it is none of a session's number."""
        if route.service_id is None or route.number_id is None or route.call_id is None:
            return None
        return cls(tenant=route.tenant, service=route.service_id, number=route.number_id, about=route.call_id,
                   session=route.target_id, from_id=route.from_id, to_id=route.to_id, caller=caller)  # fmt: skip

    @classmethod
    def text(cls, routed: Routed, text: TextIn) -> "Asked":
        """A text."""
        return cls(tenant=routed.tenant, service=routed.service_id, number=routed.number_id, about=routed.message_id,
                   session=routed.session_id, from_id=routed.from_id, to_id=routed.to_id, caller=text.sender.number,
                   body=text.body)  # fmt: skip

    @property
    def once(self) -> str:
        """What tells repeats of the question: each hook is asked once about a call or text."""
        return sid(Prefix.INTERACTION, self.about)

    def interaction(self, session: UUID, at: datetime) -> Interaction:
        """How it will be kept if it goes on."""
        return Interaction(
            tenant=self.tenant, interaction_id=self.about, session_id=session,
            kind=Kind.VOICE if self.body is None else Kind.MESSAGE, from_participant=self.from_id,
            to_participant=self.to_id, refused=None, at=at, changed_at=at, call_state=None, outcome=None,
            talk_seconds=None, message_state=None, error=None, body=self.body,
        )  # fmt: skip
