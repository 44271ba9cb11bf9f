"""
What happens at the exchange is published here: to the page's event stream, and to helpers that wait for it.

Crew owns the tasks of the exchange, so that none vanishes, each failure is seen, and a test can wait for quiet.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

log = logging.getLogger("exchange")

T = TypeVar("T")

Happening = tuple[str, dict[str, Any]]
"""A kind (`handset`, `said`, `text`, `wire`, `numbers`, `faults`) and its JSON."""

_BACKLOG = 1000  # events a slow page may be behind before it loses the oldest
_TURNS = 12  # passes of the event loop in which a quiet exchange must stay quiet


class Bus:
    """Publish, listen, and wait for a condition."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[Happening]] = set()
        self._changed = asyncio.Event()

    def publish(self, kind: str, data: dict[str, Any]) -> None:
        """Tell every listener; one that is too far behind loses its oldest event."""
        for queue in self._listeners:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait((kind, data))
        self.stir()

    def stir(self) -> None:
        """Let waiting helpers look again."""
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    @contextmanager
    def listen(self) -> Iterator["asyncio.Queue[Happening]"]:
        """A queue of everything published while it is open."""
        queue: asyncio.Queue[Happening] = asyncio.Queue(_BACKLOG)
        self._listeners.add(queue)
        try:
            yield queue
        finally:
            self._listeners.discard(queue)

    async def until(self, look: Callable[[], T | None], patience: float | None) -> T:
        """The first true value of `look`. Raises TimeoutError after `patience` real seconds; None waits for ever."""
        async with asyncio.timeout(patience):
            while not (found := look()):
                await self._changed.wait()
            return found


class Crew:
    """The tasks of one exchange."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._at_work = 0
        self._quiet = asyncio.Event()
        self._quiet.set()
        self.failures: list[BaseException] = []

    def spawn(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Run `work` as a task of ours; a failure is logged and kept in `failures`."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (failure := task.exception()) is not None:
            self.failures.append(failure)
            log.error("exchange task %s failed", task.get_name(), exc_info=failure)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Between these, an answer is awaited from outside, so the exchange is not quiet."""
        self._at_work += 1
        self._quiet.clear()
        try:
            yield
        finally:
            self._at_work -= 1
            if self._at_work == 0:
                self._quiet.set()

    async def quiet(self, ceiling: float) -> bool:
        """Wait until no answer is awaited and nothing more comes of it; False after `ceiling` real seconds."""
        try:
            async with asyncio.timeout(ceiling):
                while not await self._stays_quiet():
                    await self._quiet.wait()
        except TimeoutError:
            return False
        return True

    async def breathe(self) -> None:
        """Let everything that can run do so, without waiting for answers from outside."""
        for _ in range(_TURNS):
            await asyncio.sleep(0)

    async def _stays_quiet(self) -> bool:
        for _ in range(_TURNS):
            if self._at_work:
                return False
            await asyncio.sleep(0)
        return not self._at_work

    async def close(self) -> None:
        """Cancel what still runs and wait for its end."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
