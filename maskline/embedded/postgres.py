"""What the keeper knows about PostgreSQL: how a cluster is made, started, and known to be ready."""

import os
import secrets
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

DATABASE = "maskline"
ROLE = "maskline"
SUPERUSER = "postgres"

# Passwords here are 256 random bits, so stretching them would only make every connection slower: one iteration.
_BOOTSTRAP = """
SET scram_iterations = 1;
CREATE ROLE {role} LOGIN CREATEDB PASSWORD '{password}';
CREATE DATABASE {database} OWNER {role};
"""

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "120",
    "shared_buffers": "128MB",
    "io_method": "sync",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "synchronous_commit": "on",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "max_wal_size": "512MB",
    # No value that a statement carried may reach a log: errors go to the client alone (LOG outranks ERROR in a log),
    # without the statement, its parameters or a DETAIL line that quotes a row.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_checkpoints": "off",
    "log_autovacuum_min_duration": "-1",
}


class InitFailed(Exception):
    """initdb or the first statements failed; the text is what they said."""


def make_cluster(
    programs: Path, folder: Path, passwords: Mapping[str, str], *, sync: bool, who: dict[str, Any]
) -> None:
    """
    Makes a cluster in `folder`, with the database and role `maskline`. All or nothing: it is made beside and moved.

    passwords: for `postgres` and `maskline`. sync: whether to wait until the disk has it. who: Popen's words for the
    user to be. UTF-8, ordered by code point (the builtin C.UTF-8, the same on every machine), data checksums, scram.
    Raises InitFailed.
    """
    new = folder.with_name(folder.name + ".new")
    shutil.rmtree(new, ignore_errors=True)
    word_file = folder.with_name(f"{folder.name}.{secrets.token_hex(4)}")
    word_file.touch(mode=0o600)
    try:
        word_file.write_text(passwords[SUPERUSER])
        if "user" in who:
            os.chown(word_file, who["user"], -1)
            new.mkdir(mode=0o700)
            os.chown(new, who["user"], -1)
        _run(
            [
                *(str(programs / "initdb"), "--pgdata", str(new), "--username", SUPERUSER, "--pwfile", str(word_file)),
                *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin"),
                *("--builtin-locale=C.UTF-8", "--data-checksums", "--wal-segsize=4", "--no-instructions"),
                *("--set=scram_iterations=1", "--set=io_method=sync"),
                *([] if sync else ["--no-sync"]),
            ],
            who,
        )
    finally:
        word_file.unlink()
    sql = _BOOTSTRAP.format(role=ROLE, database=DATABASE, password=passwords[ROLE])
    single = [str(programs / "postgres"), "--single", "-D", str(new), "-c", "exit_on_error=on"]
    _run([*single, "-c", "log_min_messages=log", "-c", "log_checkpoints=off", SUPERUSER], who, sql)
    new.rename(folder)


def _run(argv: list[str], who: dict[str, Any], text: str = "") -> None:
    done = subprocess.run(argv, input=text, capture_output=True, text=True, check=False, **who)
    if done.returncode != 0:
        raise InitFailed(f"{Path(argv[0]).name} ended with {done.returncode}: {done.stderr.strip()[-600:]}")


def server_argv(programs: Path, folder: Path, sockets: Path, *, fsync: bool) -> list[str]:
    """The server's words: on a unix socket in `sockets` alone. Without `fsync` a power cut may cost the database."""
    settings = _SETTINGS | {"unix_socket_directories": str(sockets)}
    if not fsync:
        settings |= {"fsync": "off", "full_page_writes": "off"}
    words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    return [str(programs / "postgres"), "-D", str(folder), *words]


def is_ready(folder: Path, pid: int) -> bool:
    """Whether the server with this process id takes connections: it writes so itself, as pg_ctl reads it."""
    try:
        lines = (folder / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"


def url(sockets: Path, password: str) -> str:
    """A libpq address of the database `maskline` for the role `maskline`."""
    return f"postgresql://{ROLE}:{password}@/{DATABASE}?host={sockets}"
