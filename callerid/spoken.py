"""The names that callers agreed to, for whoever they call through a masked number: a voice.ports.Namer."""

from callerid import store
from core.e164 import E164
from privacy.numbers import NumberKeys
from sql.database import Connection


class SpokenNames:
    """Names of callers who said "say my name when I call". numbers: of the room "callerid"."""

    def __init__(self, numbers: NumberKeys) -> None:
        self._numbers = numbers

    def key(self, number: E164) -> bytes:
        """A number's key as names keep it."""
        return self._numbers.key(number)

    async def name(self, conn: Connection, number: E164) -> str | None:
        """What a caller wants to be called; None where they did not agree to it, or are hidden."""
        return await store.spoken_name(conn, self.key(number))
