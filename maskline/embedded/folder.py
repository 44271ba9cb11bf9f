"""The data folder: made on first use, taken by one instance at a time, and telling others how to join that one."""

import errno
import fcntl
import json
import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from maskline.refusal import Refusal

_LEAST_FREE = 200 * 1024 * 1024  # bytes: a new cluster takes 40 MB, and its log up to 512 MB more in time
_LEAVING = 15.0  # seconds that a keeper whose Maskline is gone may take to stop its servers


class Taken(Refusal):
    """Another instance works on the data folder. `pid` is its process id, 0 where that is not known."""

    def __init__(self, folder: Path, pid: int) -> None:
        super().__init__(
            f"The data folder {folder} is in use by another Maskline (process {pid or 'unknown'}). Stop that one, or "
            "set MASKLINE_DATA_DIR to another folder."
        )
        self.pid = pid


@dataclass(frozen=True, slots=True)
class Run:
    """
    What run.json tells: how to join the instance that holds the data folder.

    pid: of that instance. Both addresses hold passwords, so the file has mode 0600. pages: what is where, in the words
    of the instance ("service" -> "http://127.0.0.1:8080").
    """

    pid: int
    database_url: str
    redis_url: str
    pages: Mapping[str, str] = field(default_factory=dict)


def prepare(folder: Path) -> Path:
    """Makes the data folder (mode 0700) where it is missing. Returns it absolute. Raises Refusal, saying what to do."""
    folder = folder.expanduser().absolute()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _not_ours(folder, error) from error
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise _not_ours(folder, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))
    return folder


def require_space(folder: Path, least: int = _LEAST_FREE) -> None:
    """Raises Refusal where the disk has fewer than `least` bytes left."""
    free = shutil.disk_usage(folder).free
    if free < least:
        raise Refusal(
            f"The disk of the data folder {folder} is full: {free // 1_000_000} MB are free and PostgreSQL needs "
            f"{least // 1_000_000} MB. Free some space, or set MASKLINE_DATA_DIR to a folder on another disk."
        )


def _not_ours(folder: Path, error: OSError) -> Refusal:
    return Refusal(
        f"The data folder {folder} is not writable ({error.strerror}). Make it yours, or set MASKLINE_DATA_DIR to a "
        "folder that is."
    )


class Lock:
    """
    The right to work on a data folder. The kernel keeps it for the file handle, which the keeper and the servers
    inherit: it is free again when the last of them is gone, however they ended.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / "lock"
        self.fd = -1

    def take(self) -> None:
        """Raises Taken. Waits while the servers of an instance that is already gone are still stopping."""
        fd = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        until = time.monotonic() + _LEAVING
        while not _try(fd):
            pid = self._holder()
            if (pid and _alive(pid)) or time.monotonic() > until:
                os.close(fd)
                raise Taken(self._folder, pid)
            time.sleep(0.02)
        os.ftruncate(fd, 0)
        os.pwrite(fd, str(os.getpid()).encode(), 0)
        self.fd = fd

    def drop(self) -> None:
        """Gives up our handle; harmless when we have none."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    def _holder(self) -> int:
        text = self._path.read_text()
        return int(text) if text.isdigit() else 0


def is_taken(folder: Path) -> bool:
    """Whether an instance holds the folder just now."""
    try:
        fd = os.open(folder / "lock", os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        return not _try(fd)
    finally:
        os.close(fd)


def write_run(folder: Path, run: Run) -> None:
    """Tells others how to join. Whole or not at all: written beside, then moved."""
    new = folder / "run.json.new"
    new.unlink(missing_ok=True)
    new.touch(mode=0o600)
    new.write_text(json.dumps(asdict(run)))
    new.replace(folder / "run.json")


def read_run(folder: Path) -> Run | None:
    """What the holder of the folder wrote; None where there is nothing, or what is there is from a crash."""
    try:
        run = Run(**json.loads((folder / "run.json").read_text()))
    except FileNotFoundError:
        return None
    return run if _alive(run.pid) and is_taken(folder) else None


def forget_run(folder: Path) -> None:
    """Nobody can join any more."""
    (folder / "run.json").unlink(missing_ok=True)


def _try(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
