"""Starts the servers of a Maskline that stays, where they are ours to start, and ends them with it."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from maskline.embedded.servers import Servers
from maskline.settings import Settings


@dataclass(frozen=True, slots=True)
class Backed:
    """The two servers a standing Maskline works on; the addresses hold passwords. ours: None where they are given."""

    database_url: str
    redis_url: str
    ours: Servers | None


@contextmanager
def backed(
    settings: Settings, say: Callable[[str], None], meanwhile: Callable[[], None] = lambda: None
) -> Iterator[Backed]:
    """
    The given servers, or embedded ones for as long as this lasts.

    say: is told what takes long. meanwhile: is called while they start, for what takes as long: importing. Afterwards
    this process has one thread again, so that it may fork. Raises Refusal.
    """
    if settings.database_url is not None and settings.redis_url is not None:
        meanwhile()
        yield Backed(settings.database_url.get_secret_value(), settings.redis_url.get_secret_value(), None)
        return
    ours = Servers(settings.data_dir, say=say)
    try:
        with ThreadPoolExecutor(1) as pool:
            starting = pool.submit(ours.open)
            meanwhile()
            starting.result()
        yield Backed(ours.database_url, ours.redis_url, ours)
    finally:
        ours.close()
