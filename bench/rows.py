"""Many rows at once."""

from collections.abc import Iterable
from typing import Any

from sql.database import Connection


async def copy(conn: Connection, table: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Writes rows by COPY. columns: their names, with blanks between."""
    await conn.copy_records_to_table(table, records=list(rows), columns=columns.split())
