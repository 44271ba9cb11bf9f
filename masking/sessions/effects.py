"""What a session's call does beside its answers: blocks, and news for its customer. In the call's own transaction."""

from dataclasses import dataclass

from core.clock import Clock
from core.route import Route
from masking.sessions import blocks
from sql.database import Connection
from sql.statements import statements
from voice.turns import Effect

_Q = statements("session_calls")


@dataclass(frozen=True, slots=True)
class SessionEffects:
    """A voice.ports.Performer."""

    clock: Clock

    def concerns(self, effect: Effect, route: Route) -> bool:
        """The end of a session's call, and a block in one."""
        return effect in (Effect.OVER, Effect.BLOCK) and route.target == "session"

    async def perform(self, conn: Connection, effect: Effect, route: Route) -> None:
        """Queues the news. Which states the call reached is read when it is told."""
        now = self.clock.now()
        if effect is Effect.BLOCK:
            await blocks.Q.session_blocks(
                conn, t=now, tenant=route.tenant, service=route.service_id, session=route.target_id, by=route.to_id,
                whom=route.from_id, call=route.call_id, until=now + blocks.LASTS,
            )  # fmt: skip
            return
        await _Q.tell_over(conn, t=now, tenant=route.tenant, call=route.call_id)
