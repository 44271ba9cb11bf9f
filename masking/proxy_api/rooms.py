"""What the handlers of the Proxy API stand on: the use cases of sessions, and how an address leads to its resources."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from core.clock import Clock
from masking.proxy_api.edge import Asked
from masking.proxy_api.forms import can_be_kept
from masking.proxy_api.render import Renderer
from masking.sessions.errors import NumberNotOurs, SessionUnknown
from masking.sessions.interactions import Interactions
from masking.sessions.parties import Participants
from masking.sessions.pool import Pool
from masking.sessions.services import Services
from masking.sessions.sessions import Sessions
from masking.sessions.sids import Prefix, read
from masking.sessions.values import Interaction, Participant, Service, ServiceNumber, Session

LONGEST_NAME = 191
"""Characters of a UniqueName."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rooms:
    """base: where the world reaches us. plain: `host:port` of customers that may be reached without https."""

    services: Services
    pool: Pool
    sessions: Sessions
    people: Participants
    interactions: Interactions
    clock: Clock
    base: str
    plain: Collection[str] = ()

    @property
    def host(self) -> str:
        """Our own host, at which no customer is."""
        return urlsplit(self.base).hostname or ""

    def writer(self, asked: Asked) -> Renderer:
        """Writes resources of the account that asks."""
        return Renderer(self.base, asked.tenant)

    async def service(self, asked: Asked) -> Service:
        """The service that the address names. Raises ServiceUnknown."""
        return await self.services.get(asked.tenant, asked.id("service_sid", Prefix.SERVICE))

    async def number(self, asked: Asked) -> ServiceNumber:
        """The number in it, by our SID or the carrier's. Raises ServiceUnknown, NumberNotOurs."""
        service = (await self.service(asked)).service_id
        return await by_either_sid(
            asked.request.match_info["number_sid"], lambda which: self.pool.get(asked.tenant, service, which)
        )

    async def session(self, asked: Asked) -> Session:
        """The session in it, by its SID or its UniqueName. Raises SessionUnknown."""
        named = asked.request.match_info["session_sid"]
        if not can_be_kept(named):
            raise SessionUnknown
        service = asked.id("service_sid", Prefix.SERVICE)
        return await self.sessions.get(asked.tenant, service, read(Prefix.SESSION, named) or named)

    async def person(self, asked: Asked, session: Session) -> Participant:
        """The participant of a session that the address names. Raises ParticipantUnknown."""
        wanted = asked.id("participant_sid", Prefix.PARTICIPANT)
        return await self.people.get(asked.tenant, session.service_id, session.session_id, wanted)

    async def interaction(self, asked: Asked, session: Session) -> Interaction:
        """The interaction of a session that the address names. Raises InteractionUnknown."""
        wanted = asked.id("interaction_sid", Prefix.INTERACTION)
        return await self.interactions.get(asked.tenant, session.session_id, wanted)


async def by_either_sid(text: str, ask: Callable[[UUID | str], Awaitable[ServiceNumber]]) -> ServiceNumber:
    """A number by a PN… SID: ours, which is made of our id, or else the carrier's own. Raises NumberNotOurs."""
    ours = read(Prefix.NUMBER, text)
    if ours is None:
        raise NumberNotOurs
    try:
        return await ask(ours)
    except NumberNotOurs:
        return await ask(text)
