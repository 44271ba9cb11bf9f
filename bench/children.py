"""Processes under measurement: each says in one line of JSON where it listens, and ends with the bench."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import psutil

from maskline.settings import HOME, PREFIX

READY_WITHIN = 60.0
_STOPPED_WITHIN = 15.0
_PORTS = {f"{PREFIX}{name}": "0" for name in ("HTTP_PORT", "OPS_PORT", "EXCHANGE_PORT")}

SERVICE = (sys.executable, "-m", "maskline", "serve", "--without-worker", "--json")
"""The whole service as it runs in production: one process, its own event loop, logging and middlewares."""
FLOOR = (sys.executable, "-m", "bench.floor")


class NotStarted(Exception):
    """A program ended before it was ready; what it said stands above."""


@dataclass(frozen=True, slots=True)
class Child:
    """A process that listens on 127.0.0.1. pid: of the one that serves. said: what it told when it was ready."""

    pid: int
    port: int
    said: Mapping[str, Any]


@asynccontextmanager
async def child(argv: Sequence[str], variables: Mapping[str, str]) -> AsyncIterator[Child]:
    """
    Runs a program with these variables and no other settings of ours, on free ports, and waits until it listens.

    Raises NotStarted, TimeoutError.
    """
    clean = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    process = await asyncio.create_subprocess_exec(
        *argv, cwd=HOME, env=clean | _PORTS | dict(variables), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    )
    try:
        said = await asyncio.wait_for(_first_words(process, argv), READY_WITHIN)
        port = urlsplit(said.get("local") or said["service"]).port
        yield Child(_serving(process.pid), port or 0, said)
    finally:
        if process.returncode is None:
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _STOPPED_WITHIN)
        except TimeoutError:
            process.kill()
            await process.wait()


async def _first_words(process: asyncio.subprocess.Process, argv: Sequence[str]) -> dict[str, Any]:
    assert process.stdout is not None  # noqa: S101  (it was asked for)
    line = await process.stdout.readline()
    try:
        said: dict[str, Any] = json.loads(line)
    except ValueError:
        raise NotStarted(f"{' '.join(argv)} did not start") from None
    if "error" in said:
        raise NotStarted(f"{' '.join(argv)}: {said['error']}")
    return said


def _serving(pid: int) -> int:
    """The process that serves: the service forks it, and keeps itself free for looking after it."""
    forked = psutil.Process(pid).children()
    return int(forked[0].pid) if forked else pid
