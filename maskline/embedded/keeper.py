"""
The keeper: a small process between Maskline and its embedded servers, so that they end whenever Maskline ends.

Maskline starts `python -m maskline.embedded.keeper` and writes one line of JSON (a `Plan`) to its standard input. The
keeper makes the cluster if there is none, starts both servers and answers one line of JSON: {"event": "ready", ...} or
{"event": "failed", "reason": ...}. From then on it watches them. When its input closes, for whatever reason (a clean
end, kill -9, a crash), it stops both cleanly and removes the folder of their sockets and secrets. The servers in turn
die with the keeper (PR_SET_PDEATHSIG), and everything here holds the lock of the data folder until it is gone, so the
next start waits for the end of the last.

Further input lines, each answered with {"event": "done"}: `stop NAME`, `kill NAME`, `start NAME`.
"""

import io
import json
import os
import resource
import secrets
import select
import shutil
import signal
import sys
import tempfile
import types
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maskline.embedded import postgres, valkey
from maskline.embedded.program import Program, StartFailed

_LOOK_EVERY = 0.3  # seconds
_SOCKET_PATH_LIMIT = 103  # bytes: 107 on Linux, 103 on macOS
_SOCKETS = "maskline-"
_LONGEST_SOCKET = f"/{_SOCKETS}12345678/.s.PGSQL.5432.lock"


@dataclass(frozen=True, slots=True)
class Plan:
    """What the keeper is asked to do. `user`: the id to run the servers as, None for our own. Paths are absolute."""

    postgres: str
    valkey: str
    data_dir: str
    fsync: bool
    user: int | None
    lock_fd: int
    parent: int


class Keeper:
    """Both servers, from the first start to the last stop."""

    def __init__(self, plan: Plan, commands: io.FileIO) -> None:
        self._plan = plan
        self._commands = commands
        self._data = Path(plan.data_dir)
        self._sockets = self._new_sockets()
        self._programs: dict[str, Program] = {}
        # The lock travels into the servers too: as long as one of them lives, the folder is taken.
        self._who: dict[str, Any] = {"pass_fds": (plan.lock_fd,)}
        if plan.user is not None:
            self._who |= {"user": plan.user, "group": plan.user, "extra_groups": []}
            os.chown(self._sockets, plan.user, -1)

    def open(self) -> dict[str, str]:
        """Makes what is missing, starts both, waits for both. Returns their addresses, which hold passwords."""
        passwords = self._passwords()
        cluster, programs = self._data / "postgres", Path(self._plan.postgres)
        if not cluster.exists():
            tell(event="progress", text="making a new PostgreSQL database")
            postgres.make_cluster(programs, cluster, passwords, sync=self._plan.fsync, who=self._who)
        # We hold the lock, so no server lives on this folder: a pid file that says otherwise is from before a crash,
        # and its number may by now belong to someone else, which PostgreSQL would take for a running server.
        (cluster / "postmaster.pid").unlink(missing_ok=True)
        logs = self._data / "logs"
        logs.mkdir(mode=0o700, exist_ok=True)
        cache_password = secrets.token_hex(32)
        self._programs = {
            "postgres": Program(
                "postgres",
                postgres.server_argv(programs, cluster, self._sockets, fsync=self._plan.fsync),
                logs / "postgres.log",
                signal.SIGINT,
                lambda pid: postgres.is_ready(cluster, pid),
                self._who,
            ),
            "valkey": Program(
                "valkey",
                valkey.server_argv(Path(self._plan.valkey), self._sockets, cache_password),
                logs / "valkey.log",
                signal.SIGTERM,
                lambda _: valkey.is_ready(self._sockets, cache_password),
                self._who,
            ),
        }
        if self._plan.user is not None:
            os.chown(self._sockets / "valkey.conf", self._plan.user, -1)
        for program in self._programs.values():
            program.start()
        for program in self._programs.values():
            program.wait_ready()
        return {
            "database_url": postgres.url(self._sockets, passwords[postgres.ROLE]),
            "redis_url": valkey.url(self._sockets, cache_password),
        }

    def watch(self) -> None:
        """Obeys and revives until Maskline is gone."""
        while os.getppid() == self._plan.parent:
            readable, _, _ = select.select([self._commands], [], [], _LOOK_EVERY)
            if readable:
                line = self._commands.readline()
                if not line:
                    return
                self._obey(line.decode().split())
            for program in self._programs.values():
                if news := program.revive():
                    print(f"maskline: {news}", file=sys.stderr, flush=True)  # noqa: T201

    def _obey(self, words: list[str]) -> None:
        verb, name = words
        program = self._programs[name]
        try:
            if verb == "kill":
                program.kill()
            elif verb == "stop":
                program.ask_to_stop()
                program.wait_stopped()
            else:
                program.start_again()
        except StartFailed as error:
            tell(event="failed", reason=str(error))
        else:
            tell(event="done")

    def close(self) -> None:
        """Stops both, at the same time, and removes their sockets and secrets."""
        for program in self._programs.values():
            program.ask_to_stop()
        for program in self._programs.values():
            program.wait_stopped()
        shutil.rmtree(self._sockets, ignore_errors=True)

    def _new_sockets(self) -> Path:
        """A folder for sockets and secrets; the one that a killed keeper left is removed (its name was noted)."""
        note = self._data / "sockets"
        if note.exists() and (left := Path(note.read_text())).name.startswith(_SOCKETS):
            shutil.rmtree(left, ignore_errors=True)
        new = Path(tempfile.mkdtemp(prefix=_SOCKETS, dir=_short_folder()))
        note.write_text(str(new))
        return new

    def _passwords(self) -> dict[str, str]:
        """PostgreSQL's two passwords, made with the cluster and kept beside it with mode 0600."""
        kept = self._data / "postgres.secrets"
        if not (self._data / "postgres").exists():
            new = kept.with_suffix(".new")
            new.unlink(missing_ok=True)
            new.touch(mode=0o600)
            new.write_text(json.dumps({role: secrets.token_hex(32) for role in (postgres.SUPERUSER, postgres.ROLE)}))
            new.replace(kept)
        words: dict[str, str] = json.loads(kept.read_text())
        return words


def tell(**event: str) -> None:
    """One line to Maskline, which may be gone."""
    try:
        sys.stdout.write(json.dumps(event) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        pass


def _short_folder() -> str:
    """A temporary folder whose sockets' paths fit, without characters that PostgreSQL's settings would split at."""
    folder = tempfile.gettempdir()
    fits = len(os.fsencode(folder + _LONGEST_SOCKET)) <= _SOCKET_PATH_LIMIT
    return folder if fits and not set(folder) & set(",'\" ") else "/tmp"  # noqa: S108


def _ignore(_number: int, _frame: types.FrameType | None) -> None:
    """A signal for the whole group is Maskline's to act on; ours is to end after it. (A handler, so that it is not
    inherited by the servers as SIG_IGN would be.)"""


def main() -> int:
    """Returns the exit status: 0 after a whole life, 1 if the servers did not start."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _ignore)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.umask(0o077)
    commands = io.FileIO(0, closefd=False)  # unbuffered, so that select() tells the truth
    keeper = Keeper(Plan(**json.loads(commands.readline())), commands)
    try:
        tell(event="ready", **keeper.open())
        keeper.watch()
    except (StartFailed, postgres.InitFailed, OSError, ValueError) as error:
        tell(event="failed", reason=str(error))
        return 1
    finally:
        keeper.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
