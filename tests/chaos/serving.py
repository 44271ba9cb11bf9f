"""Maskline as it is really run: `python -m maskline serve` and `work` in processes of their own, to be killed."""

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from maskline.settings import HOME, PREFIX

ENDED_WITHIN = 30.0
MASKLINE = ("-m", "maskline")
PUBLIC = "http://localhost"
"""Where carriers think that we are; `crowd.Wire` leads there, whichever port a process has."""


@dataclass(slots=True)
class Standing:
    """One command that stays, and its children. pages: what it announced: where it listens."""

    process: "subprocess.Popen[str]"
    pages: Mapping[str, Any]
    log: Path

    @property
    def port(self) -> int:
        """Where it serves."""
        return int(self.pages["local"].rpartition(":")[2])

    @property
    def ops(self) -> str:
        """Where `/readyz` and `/metrics` are."""
        return str(self.pages["ops"])

    def children(self) -> list[psutil.Process]:
        """The service's processes and the worker, in the order they were started."""
        return sorted(psutil.Process(self.process.pid).children(), key=lambda child: child.pid)

    def kill(self) -> None:
        """kill -9 for the parent, with which its children end at once. Returns when all of them are gone."""
        below = self.children()
        self.process.kill()
        self.process.wait(ENDED_WITHIN)
        until = time.monotonic() + ENDED_WITHIN
        while any(map(_lives, below)):
            assert time.monotonic() < until, "children outlive their parent"
            time.sleep(0.005)

    def terminate(self) -> None:
        """SIGTERM, as an init system sends it, to the parent alone. Returns at once."""
        self.process.send_signal(signal.SIGTERM)

    def ended(self) -> int:
        """Waits for its end. Returns the exit status."""
        return self.process.wait(ENDED_WITHIN)

    def logged(self) -> Iterator[dict[str, Any]]:
        """What it wrote into its log so far."""
        for line in self.log.read_text().splitlines():
            yield json.loads(line)

    def close(self) -> None:
        """Ends it whatever state it is in."""
        if self.process.poll() is None:
            self.kill()
        if self.process.stdout is not None:
            self.process.stdout.close()


def _lives(process: psutil.Process) -> bool:
    """Whether it still runs: not when it is gone, nor when only its exit status is left for somebody to read."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class Runner:
    """Starts commands with the same settings."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self._folder = folder
        self._settings = {PREFIX + name.upper(): value for name, value in settings.items()}
        self._standing: list[Standing] = []
        self._numbers = itertools.count()

    def start(self, *command: str, program: Sequence[str] = MASKLINE, **settings: str) -> Standing:
        """
        Starts a command and waits until it is ready. program: what Python runs instead of Maskline itself.

        settings: beside those of all.
        """
        more = {PREFIX + name.upper(): value for name, value in settings.items()}
        outside = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        path = self._folder / f"log-{next(self._numbers)}"
        with path.open("w") as log:
            process = subprocess.Popen(
                [sys.executable, *program, *command, "--json"],
                env=outside | self._settings | more | {"PYTHONPATH": str(HOME)},
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True, cwd=self._folder,
            )  # fmt: skip
        assert process.stdout is not None
        line = process.stdout.readline()
        standing = Standing(process, json.loads(line) if line else {}, path)
        self._standing.append(standing)
        assert standing.pages.get("ready"), path.read_text()
        return standing

    @property
    def last(self) -> Standing:
        """What was started last."""
        return self._standing[-1]

    def close(self) -> None:
        """Ends everything that still runs."""
        for each in self._standing:
            each.close()
