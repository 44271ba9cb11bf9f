"""Servers for a command: those that are given, those of the instance that runs already, or our own for its time."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field

from maskline.embedded import folder
from maskline.embedded.folder import Run, Taken
from maskline.embedded.servers import Servers
from maskline.settings import Settings

_STARTING = 30.0  # seconds that the instance which holds the folder may take until it can be joined


@dataclass(frozen=True, slots=True)
class Backing:
    """
    The two servers a command works on. Both addresses hold passwords.

    started: ours, and gone when the command ends; None where they were given or another instance's.
    pages: what that instance has announced ("service" -> "http://127.0.0.1:8080"); empty otherwise.
    """

    database_url: str
    redis_url: str
    started: Servers | None = None
    pages: Mapping[str, str] = field(default_factory=dict)


@contextlib.asynccontextmanager
async def join_or_start(settings: Settings, *, say: Callable[[str], None] = lambda _: None) -> AsyncIterator[Backing]:
    """
    DATABASE_URL and REDIS_URL where they are set; else the instance that holds DATA_DIR; else servers of our own.

    say: is told what takes long. Raises Refusal where none of these can be had.
    """
    if settings.database_url is not None and settings.redis_url is not None:
        yield Backing(settings.database_url.get_secret_value(), settings.redis_url.get_secret_value())
        return
    ours = Servers(settings.data_dir, say=say)
    try:
        await ours.start()
    except Taken as taken:
        run = await _running(settings, taken)
        yield Backing(run.database_url, run.redis_url, pages=run.pages)
        return
    try:
        yield Backing(ours.database_url, ours.redis_url, ours)
    finally:
        await ours.stop()


async def _running(settings: Settings, taken: Taken) -> Run:
    """The instance that holds the folder, once it can be joined."""
    until = time.monotonic() + _STARTING
    while time.monotonic() < until:
        run = await asyncio.to_thread(folder.read_run, settings.data_dir)
        if run is not None:
            return run
        if not await asyncio.to_thread(folder.is_taken, settings.data_dir):
            break
        await asyncio.sleep(0.05)
    raise taken
