"""Reading and writing the key file so that nobody else on the machine can, and so that it is never half written."""

import os
import stat
import tempfile
from pathlib import Path

from core.problem import Problem

_LARGEST = 65_536


class KeysUnfit(Problem):
    """
    There is no usable key ring, so the program must not start. The detail says what is wrong and what to do.

    No text of the file is ever repeated in it.
    """

    status, slug, title = 500, "keys-unfit", "The key file cannot be used"


def read_private(path: Path) -> bytes:
    """
    The bytes of a regular file that only its reader may read.

    The rule is the one PostgreSQL keeps for its TLS keys: 0600 or less for a file of our own, 0640 or less for one of
    root's that a group lets us read (a Kubernetes secret). Raises KeysUnfit.
    """
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        raise KeysUnfit(f"{path} does not exist. Restore it, or make one at the first start: docs/backup.md.") from None
    except OSError as error:
        raise KeysUnfit(f"{path} cannot be read: {error.strerror}. It must belong to Maskline's user.") from None
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise KeysUnfit(f"{path} is not a file. MASKLINE_KEYS must name the key file itself.")
        if os.name == "posix":
            _refuse_others(path, status)
        content = os.read(handle, _LARGEST + 1)
    finally:
        os.close(handle)
    if len(content) > _LARGEST:
        raise KeysUnfit(f"{path} is larger than {_LARGEST} bytes, so it is not a key file.")
    return content


def write_private(path: Path, content: bytes, *, replace: bool) -> None:
    """Writes `path` with mode 0600, whole or not at all, even if the power fails. Raises KeysUnfit."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # made 0600
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            if replace:
                Path(name).replace(path)
            else:
                path.hardlink_to(name)  # unlike a rename, this fails where a file stands already
        finally:
            Path(name).unlink(missing_ok=True)
        _sync_folder(path.parent)
    except FileExistsError:
        raise KeysUnfit(f"{path} exists already and is left alone. Keys are never written over.") from None
    except OSError as error:
        raise KeysUnfit(f"{path} cannot be written: {error.strerror}. Its folder must be yours and writable.") from None


def _refuse_others(path: Path, status: os.stat_result) -> None:
    me = os.geteuid()
    if me and status.st_uid not in (me, 0):
        raise KeysUnfit(f"{path} belongs to another user. Run: chown {me} {path}")
    groups_may_read = status.st_uid == 0 and me != 0
    if status.st_mode & (0o137 if groups_may_read else 0o177):
        raise KeysUnfit(f"{path} may be read or changed by other users of this machine. Run: chmod 600 {path}")


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
