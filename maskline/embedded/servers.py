"""Embedded PostgreSQL and Valkey as one thing that is started and stopped: what the rest of Maskline uses."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Literal

import maskline
from maskline.embedded import folder, runas
from maskline.embedded.binaries import find_binaries
from maskline.embedded.folder import Run
from maskline.embedded.keeper import Plan
from maskline.embedded.runas import RunAs
from maskline.refusal import Refusal

Name = Literal["postgres", "valkey"]

_STOPPED_WITHIN = 30.0  # seconds; the keeper itself kills a server after ten
_HOME = Path(maskline.__file__).resolve().parent.parent


class Servers:
    """
    PostgreSQL and Valkey on unix sockets in a short temporary folder, with rows kept in `data_dir`.

    They end when this process ends, also on kill -9. One that dies by itself is started again.

    fsync: False gives up the promise that rows outlive a power cut; for tests and the bench.
    say: is told what takes long ("making a new PostgreSQL database").
    run_as: None chooses what this machine allows (see runas.py).

    Every `start` and `stop` comes twice: `open`/`close` block, the others leave the event loop free.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        fsync: bool = True,
        say: Callable[[str], None] = lambda _: None,
        run_as: RunAs | None = None,
    ) -> None:
        self._data_dir = data_dir
        self._fsync = fsync
        self._say = say
        self._run_as = run_as
        self._keeper: subprocess.Popen[str] | None = None
        self._lock: folder.Lock | None = None
        self._run: Run | None = None

    @property
    def database_url(self) -> str:
        """A libpq address with a password, for the role `maskline`, which owns its database and may make others."""
        return self._started().database_url

    @property
    def redis_url(self) -> str:
        """redis-py's address with a password."""
        return self._started().redis_url

    def open(self) -> None:
        """Starts both and waits until both serve. Raises Refusal (folder.Taken among them), saying what to do."""
        data_dir = folder.prepare(self._data_dir)
        binaries = find_binaries()
        lock = folder.Lock(data_dir)
        lock.take()
        try:
            folder.require_space(data_dir)
            run_as = self._run_as or runas.choose()
            runas.require_reach(binaries.postgres, data_dir, run_as)
            runas.hand_over(data_dir / "postgres", run_as)
            plan = Plan(
                postgres=str(binaries.postgres),
                valkey=str(binaries.valkey),
                data_dir=str(data_dir),
                fsync=self._fsync,
                user=runas.NOBODY if run_as is RunAs.NOBODY else None,
                lock_fd=lock.fd,
                parent=os.getpid(),
            )
            self._keeper = _start_keeper(plan, run_as)
            facts = self._ask(json.dumps(asdict(plan)))
            self._run = Run(os.getpid(), facts["database_url"], facts["redis_url"])
            folder.write_run(data_dir, self._run)
        except BaseException:
            self._end_keeper()
            lock.drop()
            raise
        self._data_dir, self._lock = data_dir, lock

    def close(self) -> None:
        """Stops both cleanly. Harmless when they are not running."""
        if self._lock is None:
            return
        folder.forget_run(self._data_dir)
        self._end_keeper()
        self._lock.drop()
        self._lock = self._run = None

    async def start(self) -> None:
        """As `open`."""
        await asyncio.to_thread(self.open)

    async def stop(self) -> None:
        """As `close`."""
        await asyncio.to_thread(self.close)

    def announce(self, pages: Mapping[str, str]) -> None:
        """Writes what is where ("service" -> "http://127.0.0.1:8080") into run.json, for those who join."""
        self._run = replace(self._started(), pages=dict(pages))
        folder.write_run(self._data_dir, self._run)

    def kill(self, name: Name) -> None:
        """kill -9 for one server, which stays down until `revive`: to see what happens without it."""
        self._ask(f"kill {name}")

    def revive(self, name: Name) -> None:
        """Starts a killed server again, on the same address, and waits until it serves."""
        self._ask(f"start {name}")

    def _started(self) -> Run:
        if self._run is None:
            raise RuntimeError("the embedded servers are not running")
        return self._run

    def _ask(self, line: str) -> dict[str, str]:
        """One line to the keeper, and its answer. Raises Refusal with the keeper's reason."""
        if self._keeper is None or self._keeper.stdin is None or self._keeper.stdout is None:
            raise RuntimeError("the embedded servers are not running")
        with contextlib.suppress(BrokenPipeError):
            self._keeper.stdin.write(line + "\n")
            self._keeper.stdin.flush()
        for answer in self._keeper.stdout:
            event: dict[str, str] = json.loads(answer)
            if event["event"] == "progress":
                self._say(event["text"])
            elif event["event"] == "failed":
                raise Refusal(_explain(event["reason"], self._data_dir))
            else:
                return event
        raise Refusal(f"The embedded servers ended at once (status {self._keeper.wait()}); see {self._data_dir}/logs.")

    def _end_keeper(self) -> None:
        keeper, self._keeper = self._keeper, None
        if keeper is None or keeper.stdin is None or keeper.stdout is None:
            return
        with contextlib.suppress(BrokenPipeError):
            keeper.stdin.close()
        try:
            keeper.wait(_STOPPED_WITHIN)
        except subprocess.TimeoutExpired:
            keeper.kill()  # which ends the servers as well
            keeper.wait()
        keeper.stdout.close()


def _start_keeper(plan: Plan, run_as: RunAs) -> "subprocess.Popen[str]":
    """
    A session of its own, so that Ctrl-C reaches us and not the servers that we still need for a graceful end; a clean
    environment, so that no credential of ours stands in theirs; no site-packages, so that it starts in no time.
    """
    environment = {name: os.environ[name] for name in ("PATH", "TMPDIR", "TZ") if name in os.environ}
    return subprocess.Popen(
        [*run_as.prefix, sys.executable, "-S", "-m", "maskline.embedded.keeper"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd="/",
        env={**environment, "PYTHONPATH": str(_HOME), "LC_ALL": "C"},
        pass_fds=(plan.lock_fd,),
        start_new_session=True,
    )


def _explain(reason: str, data_dir: Path) -> str:
    """The keeper's reason, and what to do about those that people meet."""
    if "No space left on device" in reason:
        return (
            f"The disk of the data folder {data_dir} is full. Free some space, or set MASKLINE_DATA_DIR to a folder on "
            f"another disk. ({reason})"
        )
    if "incompatible with server" in reason:
        return (
            f"The data folder {data_dir} was made by another PostgreSQL version. Write a backup with the Maskline that "
            f"made it (./run backup), move the folder away, and restore. ({reason})"
        )
    return f"The embedded servers did not start. {reason}"


@contextlib.contextmanager
def open_servers(data_dir: Path, *, fsync: bool = True) -> Iterator[Servers]:
    """Both servers for the length of a `with`; blocks while they start and stop."""
    running = Servers(data_dir, fsync=fsync)
    running.open()
    try:
        yield running
    finally:
        running.close()


@contextlib.asynccontextmanager
async def servers(
    data_dir: Path, *, fsync: bool = True, say: Callable[[str], None] = lambda _: None
) -> AsyncIterator[Servers]:
    """Both servers for the length of an `async with`."""
    running = Servers(data_dir, fsync=fsync, say=say)
    await running.start()
    try:
        yield running
    finally:
        await running.stop()
