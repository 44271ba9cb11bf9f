"""What the keeper knows about Valkey: a cache on a unix socket, behind a password, that keeps nothing on disk."""

import socket
from pathlib import Path

SOCKET = "valkey.sock"
DATABASES = 64

# A crash report or a slow log would print keys and arguments, so both are off.
_CONFIG = """\
port 0
unixsocket {folder}/{socket}
unixsocketperm 700
requirepass {password}
dir {folder}
databases {databases}
save ""
appendonly no
maxmemory 64mb
maxmemory-policy volatile-lru
loglevel warning
crash-log-enabled no
crash-memcheck-enabled no
slowlog-log-slower-than -1
"""


def server_argv(program: Path, folder: Path, password: str) -> list[str]:
    """Writes the configuration (mode 0600: it holds the password) into `folder` and returns the server's words."""
    config = folder / "valkey.conf"
    config.touch(mode=0o600)
    config.write_text(_CONFIG.format(folder=folder, socket=SOCKET, password=password, databases=DATABASES))
    return [str(program), str(config)]


def is_ready(folder: Path, password: str) -> bool:
    """Whether it answers a PING. The two commands are in Valkey's inline form, one a line."""
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(1)
            line.connect(str(folder / SOCKET))
            line.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            with line.makefile("rb") as answers:
                return answers.readline() == b"+OK\r\n" and answers.readline() == b"+PONG\r\n"
    except OSError:
        return False


def url(folder: Path, password: str) -> str:
    """redis-py's address for it; choose another database with a further `&db=N`."""
    return f"unix://:{password}@{folder}/{SOCKET}?db=0"
