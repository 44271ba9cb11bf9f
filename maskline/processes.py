"""
The processes of a running Maskline: forked from one that has imported everything, and gone when that one is gone.

The parent has neither threads nor an event loop, so it may fork at any time, also to replace a child that died by
itself. Children are told to stop by SIGTERM; on Linux the kernel kills them when the parent dies, and elsewhere the end
of a pipe tells them. Signals of the terminal concern the parent alone: the first Ctrl-C gives the children time, the
second none.
"""

import contextlib
import ctypes
import gc
import json
import logging
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, NoReturn, Self

from maskline.child import Side, live
from maskline.refusal import Refusal

GRACE = 5.0
"""Seconds that children get to finish what they do."""
_MARGIN = 1.0  # seconds on top, for a child to end once its grace is over
_READY_WITHIN = 30.0
_LOOK_EVERY = 0.5
_RESTARTS, _WITHIN = 5, 60.0  # a child that dies more often than this within so many seconds is given up
_STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PR_SET_PDEATHSIG = 1

Main = Callable[[Side], Coroutine[Any, Any, None]]
"""What a child does: it is called in the child, with its own event loop, and returns soon after `side.stop` is set."""

logger = logging.getLogger("maskline.processes")


@dataclass(slots=True)
class _Child:
    name: str
    main: Main
    keep: tuple[int, ...]
    pid: int = 0
    told: int = -1  # we read here what the child tells
    life: int = -1  # open as long as we live; the child reads the other end
    ready: bool = False
    refused: str | None = None
    restarts: list[float] = field(default_factory=list)


class Crew:
    """Children by name. Use it as a context manager: on leaving, all of them are ended."""

    def __init__(self) -> None:
        self._children: dict[str, _Child] = {}
        self._asked: list[int] = []
        self._before: dict[int, Any] = {}
        self._selector = selectors.DefaultSelector()
        self._wake, self._woken = socket.socketpair()

    def __enter__(self) -> Self:
        for end in (self._wake, self._woken):
            end.setblocking(False)
        signal.set_wakeup_fd(self._woken.fileno(), warn_on_full_buffer=False)
        self._selector.register(self._wake, selectors.EVENT_READ)
        for number in _STOP:
            self._before[number] = signal.signal(number, self._note)
        self._before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._end_all()
        finally:
            signal.set_wakeup_fd(-1)
            for number, handler in self._before.items():
                signal.signal(number, handler)
            self._selector.close()
            self._wake.close()
            self._woken.close()

    def start(self, name: str, main: Main, keep: Iterable[socket.socket] = ()) -> None:
        """Forks a child. keep: sockets that it needs; it has no other file of ours but the standard ones."""
        child = _Child(name, main, tuple(held.fileno() for held in keep))
        self._children[name] = child
        gc.freeze()  # so that the children share the pages of what was imported
        self._fork(child)

    def wait_ready(self) -> None:
        """
        Waits until every child said that it is ready.

        Raises Refusal with the child's own words, and KeyboardInterrupt where somebody wants us to stop.
        """
        until = time.monotonic() + _READY_WITHIN
        while not all(child.ready for child in self._children.values()):
            self._look()
            if self._asked:
                raise KeyboardInterrupt
            for child in self._children.values():
                if child.ready:
                    continue
                if (status := _reaped(child)) is not None:
                    raise Refusal(child.refused or f"The {child.name} ended while it started (status {status}).")
                if time.monotonic() > until:
                    raise Refusal(f"The {child.name} did not start within {_READY_WITHIN:.0f} seconds.")

    def watch(self, still: Callable[[], None] = lambda: None) -> None:
        """
        Returns when somebody wants us to stop; replaces children that die before that.

        still: is called now and then, and raises where we must not go on. Raises Refusal where a child keeps dying.
        """
        while not self._asked:
            self._look()
            still()
            for child in self._children.values():
                if not self._asked and (status := _reaped(child)) is not None:
                    self._replace(child, status)

    def _note(self, number: int, _: FrameType | None) -> None:
        self._asked.append(number)

    def _look(self) -> None:
        """Waits a moment for news: a line from a child, a signal."""
        for key, _ in self._selector.select(_LOOK_EVERY):
            if key.data is None:
                with contextlib.suppress(BlockingIOError):
                    self._wake.recv(4096)
            else:
                self._hear(key.data)

    def _hear(self, child: _Child) -> None:
        text = os.read(child.told, 65_536)
        if not text:
            self._selector.unregister(child.told)
            os.close(child.told)
            child.told = -1
            return
        for line in text.decode().splitlines():
            said = json.loads(line)
            child.refused = said.get("refused")
            child.ready = child.ready or "ready" in said

    def _replace(self, child: _Child, status: int) -> None:
        now = time.monotonic()
        child.restarts = [at for at in child.restarts if now - at < _WITHIN] + [now]
        why = child.refused or f"status {status}"
        if len(child.restarts) > _RESTARTS:
            raise Refusal(f"The {child.name} keeps ending ({why}), so everything stops. Its log says more.")
        logger.warning("the %s ended (%s) and is started again", child.name, why)
        self._fork(child)

    def _fork(self, child: _Child) -> None:
        self._let_go(child)
        child.ready, child.refused = False, None
        told, tells = os.pipe()
        lives, life = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        child.pid = os.fork()
        if child.pid == 0:
            _become(child, Side(tells, lives), parent)
        os.close(tells)
        os.close(lives)
        child.told, child.life = told, life
        self._selector.register(told, selectors.EVENT_READ, child)

    def _let_go(self, child: _Child) -> None:
        if child.told >= 0:
            self._selector.unregister(child.told)
            os.close(child.told)
        if child.life >= 0:
            os.close(child.life)
        child.told = child.life = -1

    def _end_all(self) -> None:
        """SIGTERM, a little time, SIGKILL; a further signal takes the time away."""
        seen = len(self._asked)
        alive = [child for child in self._children.values() if _reaped(child) is None]
        for child in alive:
            _send(child, signal.SIGTERM)
        until = time.monotonic() + GRACE + _MARGIN
        while alive:
            alive = [child for child in alive if _reaped(child) is None]
            if alive and (time.monotonic() > until or len(self._asked) > seen):
                logger.warning("killed without waiting longer: %s", ", ".join(child.name for child in alive))
                for child in alive:
                    _send(child, signal.SIGKILL)
            if alive:
                self._look()
        for child in self._children.values():
            self._let_go(child)


def _become(child: _Child, side: Side, parent: int) -> NoReturn:
    """In the child, right after the fork. Never returns into the parent's code."""
    status = 70
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        for number in (signal.SIGTERM, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        _close_foreign({0, 1, 2, side.tells, side.lives, *child.keep})
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == parent:
            status = live(child.name, child.main, side)
        sys.stdout.flush()
        sys.stderr.flush()
    except Exception:
        logger.exception("the %s failed", child.name)
    finally:
        os._exit(status)


def _close_foreign(keep: set[int]) -> None:
    """
    Lets go of every file of the parent's: a pipe whose end somebody waits for, a lock, another child's socket.

    They become /dev/null instead of being closed, because objects of the parent's still stand in our memory and would
    close, when they go, whatever came to have their number.
    """
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in [int(path.name) for path in Path("/dev/fd").iterdir()]:
        if number not in keep and number != nothing:
            with contextlib.suppress(OSError):
                os.fstat(number)  # the folder's own handle is gone by now, and its number must stay free
                os.dup2(nothing, number)
    os.close(nothing)


def _reaped(child: _Child) -> int | None:
    """The exit status of a child that has ended (negative: the signal that ended it), None while it lives."""
    try:
        pid, status = os.waitpid(child.pid, os.WNOHANG)
    except ChildProcessError:
        return 0
    return os.waitstatus_to_exitcode(status) if pid else None


def _send(child: _Child, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(child.pid, number)
