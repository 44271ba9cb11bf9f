"""Looking for planted numbers: how a number may be spelt, and every place where none may stand."""

import dataclasses
import gc
import hashlib
import os
import re
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from random import SystemRandom

import psutil
import pytest
import redis.asyncio as redis

from core.e164 import E164
from tests.town import Town

_AREAS = (901, 903, 904, 907, 908, 910, 912, 913, 916, 918, 920, 925, 928, 931, 936, 940, 951, 954, 956, 970, 972, 985)
"""No other test has a proxy number there, which stands in the clear in the same servers' files."""
OWNER, SECOND, STRANGER, OTHER = PLANTED = tuple(
    E164(f"+1{area}55501{SystemRandom().randrange(100):02}") for area in SystemRandom().sample(_AREAS, 4)
)
"""Others in each run, so that what an earlier one left in a server's files is not taken for a leak."""
ROOMS = ("core", "sql", "privacy", "voice", "ivr", "carriers", "masking", "callerid", "admin", "maskline")
_BETWEEN = re.compile(r"[\s().,/+\u00a0-]|%20|%2[bB]|&#43;")


def spellings(number: E164) -> Iterator[str]:
    """As people write it, as bytes are printed, in base64 wherever it begins, and as a hash without a key."""
    national = number.digits[1:]
    area, local = national[:3], f"{national[3:6]}-{national[6:]}"
    for text in (national, f"{area}-{local}", f"({area}) {local}", f"{area} {local.replace('-', ' ')}"):
        yield text
        yield text.encode().hex()
    for begins, cut in enumerate((0, 2, 3)):
        whole = (begins + len(national)) * 8 // 6
        yield b64encode(b"\0" * begins + national.encode()).decode()[cut:whole]
    for text in (number.value, number.digits, national):
        for name in ("md5", "sha1", "sha256"):
            yield hashlib.new(name, text.encode()).hexdigest()


NEEDLES = tuple(spelling for number in PLANTED for spelling in spellings(number))


def found(text: str) -> list[str]:
    """Which numbers stand in a text, also with anything between their digits."""
    return _found(text) or _found(_BETWEEN.sub("", text))


def _found(text: str) -> list[str]:
    """What stands before each number, and how the number ends: a test that fails does not leak it either."""
    return [f"{text[max(text.index(needle) - 60, 0) : text.index(needle)]}…{needle[-3:]}" for needle in NEEDLES
            if needle in text]  # fmt: skip


async def in_tables(town: Town) -> dict[str, list[str]]:
    """Every row of every table as text: bytes come as hex."""
    leaks = {}
    async with town.house.database.work() as conn:
        for (table,) in await conn.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
            rows = await conn.fetch(f'SELECT t::text FROM "{table}" t')
            leaks[table] = found("\n".join(row[0] for row in rows))
    return {table: what for table, what in leaks.items() if what}


async def in_valkey(url: str) -> list[str]:
    """Every key, and what it holds."""
    async with redis.Redis.from_url(url, decode_responses=True, encoding="latin-1") as valkey:
        read: dict[str, Callable[[str], Awaitable[object]]] = {
            "string": valkey.get, "hash": valkey.hgetall, "set": valkey.smembers, "stream": valkey.xrange,
            "list": lambda key: valkey.lrange(key, 0, -1),
            "zset": lambda key: valkey.zrange(key, 0, -1, withscores=True),
        }  # fmt: skip
        texts = [f"{key!r} {await read[str(await valkey.type(key))](key)!r}" async for key in valkey.scan_iter()]
    assert texts, "nothing was counted, so nothing was searched"
    return found("\n".join(texts))


@pytest.fixture
def fresh_heap() -> Iterator[None]:
    """Values from before the test are no business of `in_memory`: late in a long run there are millions."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def in_memory() -> list[str]:
    """What every value of ours that lives just now would print, were it logged. The test uses `fresh_heap`."""
    kinds: dict[type, bool] = {}
    printed = []
    for thing in gc.get_objects():
        kind = type(thing)
        if kind not in kinds:
            kinds[kind] = dataclasses.is_dataclass(kind) and kind.__module__.partition(".")[0] in ROOMS
        if kinds[kind]:
            printed.append(f"{thing!r} {thing}")
    return found("\n".join(printed))


def in_processes() -> list[str]:
    """Arguments and environment of this process and its children."""
    family = [psutil.Process(), *psutil.Process().children(recursive=True)]
    assert len(family) > 1, "the servers are nobody's children"
    leaks = []
    for process in family:
        try:
            leaks += found(f"{process.cmdline()} {process.environ()}")
        except psutil.Error:
            continue
    return leaks


def in_files(folder: Path) -> list[str]:
    """Every file below a folder, also Postgres's write-ahead log: what was kept for a moment only stands there."""
    leaks, seen = [], 0
    for path in _files(folder):
        try:
            seen, text = seen + 1, path.read_bytes().decode("latin-1")
        except FileNotFoundError:
            continue
        leaks += [f"{path.relative_to(folder)}: {what}" for what in _found(text)]
    assert seen, f"no file in {folder}"
    return leaks


def _files(folder: Path) -> Iterator[Path]:
    for where, _, names in os.walk(folder):
        yield from (Path(where) / name for name in names if not (Path(where) / name).is_socket())
