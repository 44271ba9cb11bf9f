"""Named statements, one file a room, in SQL that can be read and pasted. Python holds the names only."""

from functools import cache
from pathlib import Path
from typing import Any

import aiosql

_FOLDER = Path(__file__).parent
ROOMS = tuple(sorted(path.stem for path in _FOLDER.glob("*.sql")))
"""Every file of statements: a test prepares all of them."""


@cache
def statements(room: str) -> Any:
    """The statements of `sql/statements/{room}.sql`, as coroutines that take a Connection and named parameters."""
    return aiosql.from_path(_FOLDER / f"{room}.sql", "asyncpg", mandatory_parameters=False)
