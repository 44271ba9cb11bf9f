"""A caller enters the PIN of a session. The digits live for this one look and are kept nowhere."""

from dataclasses import dataclass
from uuid import UUID

from core.clock import Clock
from core.ids import new_id
from core.route import Route
from privacy.numbers import NumberKeys
from privacy.sealing import Sealer, Where
from sql.database import Database
from voice import store
from voice.errors import UnknownCall
from voice.events import CarrierAccount, Pressed
from voice.ports import PinHashes


@dataclass(frozen=True, slots=True)
class PinEntry:
    """hashes: keyed hashes of PINs, as the room keeps them that gave them out."""

    database: Database
    clock: Clock
    numbers: NumberKeys
    sealer: Sealer
    hashes: PinHashes

    async def entered(self, account: CarrierAccount, call: UUID, step: str, keys: Pressed) -> Route:
        """The route after one try; a repeat of the step finds the one it had. Raises UnknownCall, DatabaseAway."""
        number, phone = keys.caller.number, new_id()
        async with self.database.voice_transaction() as conn:
            seen = await store.call_at(conn, tenant=account.tenant, call=call, attempt=1, step="")
            if seen is None:
                raise UnknownCall
            tried = store.PinTry(
                pins=self._of(seen.route, keys.digits.rstrip("#")),
                from_key=self.numbers.key(number) if number else None,
                phone=phone,
                sealed=self.sealer.seal(number.value, Where.phone(phone)) if number else None,
                language=seen.route.language,
            )
            route = await store.pin(conn, self.clock.now(), tenant=account.tenant, call=call, step=step, tried=tried)
            if route is None:
                raise UnknownCall
            return route

    def _of(self, route: Route, digits: str) -> tuple[bytes, ...]:
        if route.service_id is None or route.number_id is None or not digits.isascii() or not digits.isdigit():
            return ()
        return tuple(self.hashes.hashes(route.service_id, route.number_id, digits))
