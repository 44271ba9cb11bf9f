"""What names that are spoken in calls ask of Postgres."""

from sql.database import Connection
from sql.statements import statements

_Q = statements("callerid")


async def spoken_name(conn: Connection, number_key: bytes) -> str | None:
    """What a number's owner wants to be called in masked calls."""
    name: str | None = await _Q.spoken_name(conn, number_key=number_key)
    return name
