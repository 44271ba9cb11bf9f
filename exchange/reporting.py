"""
Events of one leg or message, told apart from the call itself, each in a request of its own.

Vendors send these without waiting for one another, so they may arrive in any order. Here they wait, so that a test sees
them as they happened; with the `reorder` fault each second one overtakes the one before it.
"""

import asyncio

from exchange.fetch import Hook
from exchange.office import Office


class Reports:
    """Sends the events of one subject."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._held: Hook | None = None
        self._turn = asyncio.Lock()

    def send(self, hook: Hook, *, last: bool = False) -> None:
        """Send an event; the last one of its subject lets go of whatever is held back."""
        if self._office.faults[hook.carrier].reorder and self._held is None and not last:
            self._held = hook
            return
        held, self._held = self._held, None
        self._office.crew.spawn(self._send(hook, held), f"{hook.carrier} event")

    def flush(self) -> None:
        """Send what is still held back."""
        held, self._held = self._held, None
        if held is not None:
            self._office.crew.spawn(self._send(held, None), f"{held.carrier} event")

    async def _send(self, hook: Hook, overtaken: Hook | None) -> None:
        async with self._turn:
            await self._office.messenger.send(hook)
            if overtaken is not None:
                await self._office.messenger.send(overtaken)
