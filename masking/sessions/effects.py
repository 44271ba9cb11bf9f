"""What a session's call does beside its answers: its customer is told of its end. In the call's own transaction."""

from dataclasses import dataclass

from core.clock import Clock
from core.route import Route
from sql.database import Connection
from sql.statements import statements
from voice.turns import Effect

_Q = statements("session_calls")


@dataclass(frozen=True, slots=True)
class SessionEffects:
    """A voice.ports.Performer."""

    clock: Clock

    def concerns(self, effect: Effect, route: Route) -> bool:
        """The end of a session's call."""
        return effect is Effect.OVER and route.target == "session"

    async def perform(self, conn: Connection, effect: Effect, route: Route) -> None:
        """Queues the news. Which states the call reached is read when it is told."""
        await _Q.tell_over(conn, t=self.clock.now(), tenant=route.tenant, call=route.call_id)
