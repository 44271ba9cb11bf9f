"""One server under the keeper: started, waited for, watched, started again when it dies unbidden, stopped."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_READY_WITHIN = 120.0  # seconds; recovering a big database after a power cut takes long, and it is alive meanwhile
_STOPPED_WITHIN = 10.0
_RESTARTS, _RESTARTS_WITHIN = 5, 60.0
_LOG_BYTES = 2_000_000
_PR_SET_PDEATHSIG = 1


class StartFailed(Exception):
    """A server did not come up; the text quotes the end of its log, which holds no value of a statement."""


class Program:
    """
    A server process.

    name: "postgres" or "valkey". stop_with: the signal for a clean end. ready(pid): whether it serves.
    who: Popen's words for the user to be.
    """

    def __init__(
        self, name: str, argv: list[str], log: Path, stop_with: int, ready: Callable[[int], bool], who: dict[str, Any]
    ) -> None:
        self.name = name
        self._argv = argv
        self._log = log
        self._stop_with = stop_with
        self._ready = ready
        self._who = who
        self._process: subprocess.Popen[bytes] | None = None
        self._restarts: list[float] = []
        self._not_before = 0.0

    def start(self) -> None:
        """Starts it, unless it runs, and returns at once."""
        if self._process is not None and self._process.poll() is None:
            return
        if self._log.exists() and self._log.stat().st_size > _LOG_BYTES:
            self._log.replace(self._log.with_suffix(".log.1"))
        keeper = os.getpid()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=lambda: _die_with(keeper, self._stop_with),  # noqa: PLW1509 - the keeper has one thread
                **self._who,
            )

    def wait_ready(self) -> None:
        """Raises StartFailed when it ends first, or takes longer than two minutes."""
        process, until = self._process, time.monotonic() + _READY_WITHIN
        while process is None or not self._ready(process.pid):
            if process is None or process.poll() is not None or time.monotonic() > until:
                tail = self._log.read_text(errors="replace").strip().splitlines()[-4:]
                self.kill()
                raise StartFailed(f"{self.name} did not start. The end of {self._log}: " + " | ".join(tail))
            time.sleep(0.005)

    def start_again(self) -> None:
        """`start` and `wait_ready` after a kill; waits for what it left running, which may take a moment to end."""
        until = time.monotonic() + _STOPPED_WITHIN
        while True:
            self.start()
            try:
                return self.wait_ready()
            except StartFailed:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def revive(self) -> str | None:
        """Starts it again if it died unbidden; what to tell a person about it, None if there is nothing to tell."""
        now = time.monotonic()
        if self._process is None or self._process.poll() is None or now < self._not_before:
            return None
        status = self._process.returncode
        self._restarts = [at for at in self._restarts if now - at < _RESTARTS_WITHIN] + [now]
        if len(self._restarts) > _RESTARTS:
            self._process = None
            return f"{self.name} keeps ending (status {status}) and is left down; see {self._log}"
        self._not_before = now + 0.3 * 2 ** len(self._restarts)
        self.start()
        return f"{self.name} ended (status {status}) and was started again"

    def ask_to_stop(self) -> None:
        """Sends the signal for a clean end and returns at once; it is no longer revived."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(self._stop_with)

    def wait_stopped(self) -> None:
        """Waits for the end; after ten seconds it is killed."""
        if self._process is None:
            return
        try:
            self._process.wait(_STOPPED_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def kill(self) -> None:
        """kill -9, and leaves it down."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None


def _die_with(keeper: int, with_signal: int) -> None:
    """In the child, before it becomes the server: the kernel sends it the signal when the keeper dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, with_signal)
    if os.getppid() != keeper:
        os._exit(1)
