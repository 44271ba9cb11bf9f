"""A child process's own side: its event loop, its way to tell the parent something, and its end."""

import asyncio
import json
import logging
import os
import signal
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import uvloop

from core.problem import Problem
from maskline.refusal import Refusal

logger = logging.getLogger("maskline.processes")


@dataclass(frozen=True, slots=True)
class Side:
    """
    What a child has of its parent.

    tells: a pipe for lines to the parent. lives: a pipe that ends when the parent does. stop: set when it is time to
    end.
    """

    tells: int
    lives: int
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    def ready(self) -> None:
        """Tells the parent that this child does its work now."""
        self.tell({"ready": True})

    def tell(self, said: dict[str, Any]) -> None:
        """A line to the parent; one write, so that it arrives whole."""
        os.write(self.tells, json.dumps(said).encode() + b"\n")

    async def until_stopped(self, *unless: "asyncio.Task[Any]") -> None:
        """Returns when it is time to end. unless: tasks that must go on; where one ends, its error is raised."""
        stopped = asyncio.create_task(self.stop.wait(), name="stop")
        try:
            done, _ = await asyncio.wait({stopped, *unless}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopped.cancel()
        for task in done:
            task.result()


def live(name: str, main: Callable[[Side], Coroutine[Any, Any, None]], side: Side) -> int:
    """Runs a child's life. Returns its exit status: 0 stopped as asked, 1 refused, 70 a mistake of ours."""
    try:
        uvloop.run(_until_the_end(main, side))
    except Problem as problem:
        side.tell({"refused": f"{problem.title}. {problem.detail or ''}".strip()})
        return 1
    except Refusal as refusal:
        side.tell({"refused": str(refusal)})
        return 1
    except Exception:
        logger.exception("the %s failed", name)
        return 70
    return 0


async def _until_the_end(main: Callable[[Side], Coroutine[Any, Any, None]], side: Side) -> None:
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, side.stop.set)

    def orphaned() -> None:  # nothing is ever written there: it becomes readable at its end
        loop.remove_reader(side.lives)
        side.stop.set()

    loop.add_reader(side.lives, orphaned)
    try:
        await main(side)
    finally:
        loop.remove_reader(side.lives)
