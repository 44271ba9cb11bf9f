"""
Writes the database into a file and reads it back, with PostgreSQL's own programs.

The rows of `short_key` are left out: they stand in an UNLOGGED table, and no copy of them must outlive two days
(docs/data.md). The key file is never in a backup; `keys_of` tells which keys a backup needs, without restoring it.
Everything here blocks while PostgreSQL's program runs.
"""

import contextlib
import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from maskline.embedded.binaries import find_binaries
from maskline.refusal import Refusal
from privacy.key_check import Checks

_PACKAGED = Path("/usr/lib/postgresql")  # where Debian keeps one folder for each version
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")


@dataclass(frozen=True, slots=True)
class Tools:
    """pg_dump and pg_restore of one version."""

    dump: Path
    restore: Path
    version: int


def tools_for(server: int) -> Tools:
    """
    Programs of the server's own major version, or newer ones where there are none.

    Raises Refusal where all are older, since pg_dump refuses to read a newer server.
    """
    found = [tools for folder in _folders(server) if (tools := _tools(folder)) is not None]
    fitting = sorted((tools for tools in found if tools.version >= server), key=lambda tools: tools.version)
    if not fitting:
        raise Refusal(
            f"Backups of PostgreSQL {server} need its pg_dump and pg_restore. Install them (Debian: apt-get install "
            f"postgresql-client-{server}), or run this where they are."
        )
    return fitting[0]


def dump(tools: Tools, database_url: str, file: Path) -> int:
    """
    Writes a backup, mode 0600, whole or not at all. Returns its size in bytes.

    Raises Refusal where it cannot be written or a file stands there already.
    """
    if file.exists():
        raise Refusal(f"{file} exists already and is left alone. Name another file.")
    half = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        half.touch(mode=0o600, exist_ok=False)
        address, environment = _without_password(database_url)
        _run(
            [str(tools.dump), "--format=custom", "--schema=public", "--no-owner", "--no-privileges",
             "--no-unlogged-table-data", f"--file={half}", f"--dbname={address}"], environment,
        )  # fmt: skip
        half.rename(file)
    except OSError as error:
        raise Refusal(f"{file} cannot be written: {error.strerror}. Name a file in a folder that is yours.") from error
    finally:
        half.unlink(missing_ok=True)
    return file.stat().st_size


def restore(tools: Tools, database_url: str, file: Path) -> None:
    """Reads a backup into an empty schema, whole or not at all. Raises Refusal."""
    address, environment = _without_password(database_url)
    _run(
        [str(tools.restore), "--schema=public", "--no-owner", "--no-privileges", "--exit-on-error",
         "--single-transaction", f"--dbname={address}", str(file)], environment,
    )  # fmt: skip


def keys_of(tools: Tools, file: Path) -> Checks:
    """The check values of the keys that a backup was written with. Raises Refusal where it is no backup of ours."""
    if not file.is_file():
        raise Refusal(f"{file} is no file. Name what ./run backup wrote.")
    try:
        text = _run([str(tools.restore), "--data-only", "--table=key_check", "--file=-", str(file)], {})
    except Refusal as refusal:
        raise Refusal(f"{file} is not a backup of Maskline's. ({refusal})") from None
    rows = [line.split("\t") for line in text.partition("COPY public.key_check")[2].splitlines()[1:]]
    checks = {(row[0], int(row[1])): bytes.fromhex(row[2].removeprefix("\\\\x")) for row in rows if len(row) == 3}
    if not checks:
        raise Refusal(f"{file} is not a backup of Maskline's: it tells of no keys.")
    return checks


def _folders(server: int) -> Sequence[Path]:
    folders = [_PACKAGED / str(server) / "bin"]
    if (program := shutil.which("pg_dump")) is not None:
        folders.append(Path(program).parent)
    with contextlib.suppress(Refusal):  # production: nothing is embedded
        folders.append(find_binaries().postgres)
    return folders


def _tools(folder: Path) -> Tools | None:
    """The programs in a folder, None where there are none."""
    programs = folder / "pg_dump", folder / "pg_restore"
    if not all(program.is_file() for program in programs):
        return None
    told = _VERSION.search(_run([str(programs[0]), "--version"], {}))
    return Tools(*programs, int(told.group(1))) if told else None


def _without_password(database_url: str) -> tuple[str, dict[str, str]]:
    """The address without its password, which travels in the environment: arguments show in the list of processes."""
    parts, named = urlsplit(database_url), "password="
    options = parts.query.split("&")
    words = [parts.password, *(each.removeprefix(named) for each in options if each.startswith(named))]
    password = next((word for word in words if word is not None), None)
    if password is None:
        return database_url, {}
    login, at, host = parts.netloc.rpartition("@")
    query = "&".join(each for each in options if not each.startswith(named))
    bare = urlunsplit(parts._replace(netloc=f"{login.partition(':')[0]}{at}{host}", query=query))
    return bare, {"PGPASSWORD": unquote(password)}


def _run(words: Sequence[str], environment: dict[str, str]) -> str:
    """What a program printed. Raises Refusal with the last thing it complained of."""
    done = subprocess.run(
        words, env={**os.environ, "LC_ALL": "C", **environment}, stdin=subprocess.DEVNULL, capture_output=True,
        text=True, errors="replace", check=False,
    )  # fmt: skip
    if done.returncode:
        complaints = [line for line in done.stderr.splitlines() if "error:" in line] or done.stderr.splitlines()
        raise Refusal(f"{Path(words[0]).name} ended with status {done.returncode}: {''.join(complaints[:1])}")
    return done.stdout
