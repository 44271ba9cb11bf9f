"""Named statements, one file a room, in SQL that can be read and pasted. Python holds the names only."""

from functools import cache
from pathlib import Path
from typing import Any

import aiosql
from aiosql.adapters.asyncpg import AsyncPGAdapter

_FOLDER = Path(__file__).parent
ROOMS = tuple(sorted(path.stem for path in _FOLDER.glob("*.sql")))
"""Every file of statements: a test prepares all of them."""


class _OnConnection(AsyncPGAdapter):
    """
    aiosql's adapter for callers who bring a connection. Its own asks `dir()` at each statement whether it was handed a
    pool to borrow one from, which takes longer than everything else it does.
    """

    async def select_one(
        self, conn: Any, query_name: str, sql: str, parameters: dict[str, Any], record_class: None = None
    ) -> Any:
        return await conn.fetchrow(sql, *self._in_order(query_name, parameters))

    async def select_value(self, conn: Any, query_name: str, sql: str, parameters: dict[str, Any]) -> Any:
        return await conn.fetchval(sql, *self._in_order(query_name, parameters))

    async def insert_update_delete(self, conn: Any, query_name: str, sql: str, parameters: dict[str, Any]) -> Any:
        return await conn.execute(sql, *self._in_order(query_name, parameters))

    def _in_order(self, query_name: str, parameters: dict[str, Any]) -> list[Any]:
        ordered: list[Any] = self.maybe_order_params(query_name, parameters)  # type: ignore[no-untyped-call]
        return ordered


_ADAPTER: Any = _OnConnection  # aiosql's own adapters do not fit its types either


@cache
def statements(room: str) -> Any:
    """The statements of `sql/statements/{room}.sql`, as coroutines that take a Connection and named parameters."""
    return aiosql.from_path(_FOLDER / f"{room}.sql", _ADAPTER, mandatory_parameters=False)
