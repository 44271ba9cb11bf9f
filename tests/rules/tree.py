"""The files that the rules look at: what is, or would be, committed."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = (
    *("core", "sql", "privacy", "voice", "ivr", "carriers", "masking", "callerid", "admin", "maskline", "exchange"),
    "bench",
)


def committed() -> list[Path]:
    """Every file that git tracks or would add; every file but hidden folders' where this is no git checkout."""
    asked = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode == 0:
        return [path for name in asked.stdout.split("\0") if name and (path := ROOT / name).is_file()]
    return [
        path
        for path in ROOT.rglob("*")
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
    ]


def with_suffix(*suffixes: str) -> list[Path]:
    """Of those, the ones whose names end so."""
    return sorted(path for path in committed() if path.suffix in suffixes)


def name(path: Path) -> str:
    """As a person writes it, from the root."""
    return path.relative_to(ROOT).as_posix()
