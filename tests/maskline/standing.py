"""A Maskline that stays, as a process: started, asked, stopped and killed from outside."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import psutil

from maskline.settings import HOME, PREFIX

_WITHIN = 60.0

T = TypeVar("T")


class Standing:
    """`python -m maskline COMMAND --json` with settings of its own and no others."""

    def __init__(self, command: str, **settings: object) -> None:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        given = {"http_port": 0, "ops_port": 0, "exchange_port": 0, **settings}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "maskline", command, "--json"], cwd=HOME, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=clean | {PREFIX + name.upper(): str(value) for name, value in given.items()},
        )  # fmt: skip
        self.pid = self._process.pid
        self.err = ""

    def ready(self) -> dict[str, Any]:
        """What it tells when it is up: where everything is."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, self.finish()[1]
        told: dict[str, Any] = json.loads(line)
        return told

    def next_line(self) -> dict[str, Any]:
        """The next thing it tells."""
        return self.ready()

    def family(self) -> list[psutil.Process]:
        """Every process that it started, and those these started."""
        return psutil.Process(self.pid).children(recursive=True)

    def child(self, what: str) -> psutil.Process:
        """The one of its family whose command line holds some words."""
        (found,) = [each for each, words in answers(self.family(), psutil.Process.cmdline) if what in " ".join(words)]
        return found

    def signal(self, number: signal.Signals) -> None:
        """As the terminal or the machine would."""
        self._process.send_signal(number)

    def finish(self) -> tuple[int, str]:
        """Its exit status and what it complained of, once it has ended by itself."""
        _, self.err = self._process.communicate(timeout=_WITHIN)
        return self._process.returncode, self.err

    def stop(self) -> tuple[int, str]:
        """Ctrl-C, and then as `finish`."""
        self.signal(signal.SIGINT)
        return self.finish()

    def close(self) -> None:
        """Whatever became of it, it is gone afterwards."""
        if self._process.poll() is None:
            family = self.family()
            self._process.kill()
            psutil.wait_procs(family, timeout=_WITHIN)
        self._process.wait()
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()


class Stage:
    """One data folder, on which either one Maskline runs for all who only look, or those that a test starts."""

    def __init__(self, command: str, folder: Path) -> None:
        self._command, self._folder = command, folder
        self._shared: tuple[Standing, dict[str, Any]] | None = None

    def shared(self) -> tuple[Standing, dict[str, Any]]:
        """The one for all, and what it told. It is to be left as it was found, with nothing more to tell."""
        if self._shared is None:
            started = Standing(self._command, data_dir=self._folder)
            self._shared = started, started.ready()
        return self._shared

    def clear(self) -> None:
        """Ends the one for all, if it runs."""
        shared, self._shared = self._shared, None
        if shared is not None:
            try:
                assert shared[0].stop()[0] == 0, shared[0].err
            finally:
                shared[0].close()

    def used(self) -> None:
        """Sees to it that the folder is one on which Maskline has run, and does not run now."""
        if not (self._folder / "keys.json").exists():
            self.shared()
        self.clear()

    @contextlib.contextmanager
    def own(self) -> Iterator[Callable[..., Standing]]:
        """Starts Masklines with settings of the test's, which all end with the test."""
        with contextlib.ExitStack() as stack:

            def start(**settings: object) -> Standing:
                self.clear()
                started = Standing(self._command, **{"data_dir": self._folder, **settings})
                stack.callback(started.close)
                return started

            yield start


def answers(processes: Iterable[psutil.Process], what: Callable[[psutil.Process], T]) -> list[tuple[psutil.Process, T]]:
    """Each process and what is asked of it, but for those that end meanwhile, as Postgres's own do at any time."""
    found = []
    for each in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            found.append((each, what(each)))
    return found


def gone(processes: list[psutil.Process]) -> bool:
    """Whether all of them end soon."""
    _, alive = psutil.wait_procs(processes, timeout=_WITHIN)
    return not alive


def taken_port() -> socket.socket:
    """A port that somebody else listens on."""
    other = socket.create_server(("127.0.0.1", 0))
    other.listen()
    return other


def closed_folder(place: Path) -> Path:
    """A folder that nobody may write to, not even root: a file stands in its way."""
    (place / "file").write_text("")
    return place / "file" / "data"


def get(url: str) -> int:
    """The status that an address answers."""
    try:
        with urllib.request.urlopen(url, timeout=_WITHIN) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
