"""Brings a database to this code's schema: numbered files once, functions whenever their text has changed."""

import asyncio
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from core.problem import Problem

_HERE = Path(__file__).parent
_LOCK = 0x6D61736B  # "mask": one migration at a time
_COMPATIBLE = re.compile(r"^-- compatible from: (\d+)$", re.MULTILINE)

_EARLIER = {"0001_house": "237b7cb1f2ca569e0a8d4c689f8a18bc77212a4fa356a34cbb83ab17dcf75685"}
"""Digests of texts that were released, then changed; 0004_one_house brings their databases to the same house."""

_LEDGER = """
CREATE TABLE IF NOT EXISTS schema_version (
    version integer PRIMARY KEY, name text NOT NULL, digest text NOT NULL,
    compatible_from integer NOT NULL, applied_at timestamptz NOT NULL);
CREATE TABLE IF NOT EXISTS schema_function (name text PRIMARY KEY, digest text NOT NULL);
"""


class SchemaUnfit(Problem):
    """The database is not one that this code can work with. The detail says which way, and what to do."""

    status, slug, title = 500, "schema-unfit", "The database does not fit this version of Maskline"


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered file. compatible_from: the oldest schema version whose code still works once this is applied."""

    version: int
    name: str
    text: str
    compatible_from: int

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def migrations() -> list[Migration]:
    """Every migration, in order. Raises SchemaUnfit where a file does not say which older code still works with it."""
    found = []
    for path in sorted((_HERE / "migrations").glob("[0-9]*.sql")):
        text = path.read_text()
        said = _COMPATIBLE.search(text)
        if not said:
            raise SchemaUnfit(f"{path.name} lacks its line '-- compatible from: N'.")
        found.append(Migration(int(path.stem.split("_")[0]), path.stem, text, int(said.group(1))))
    return found


async def migrate(dsn: str) -> list[str]:
    """Applies what is missing. Returns the names applied, none where the schema was up to date. Raises SchemaUnfit."""
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
        await _own(connection)
        await connection.execute(_LEDGER)
        applied = await _apply_migrations(connection)
        return applied + await _apply_functions(connection)
    finally:
        await connection.close()


async def check(connection: Any) -> None:
    """Refuses to run on a schema that is older or too new for this code. Raises SchemaUnfit."""
    ours = (await asyncio.to_thread(migrations))[-1].version
    if not await connection.fetchval("SELECT to_regclass('schema_version') IS NOT NULL"):
        raise SchemaUnfit("It is empty. Run `./run migrate` first.")
    theirs, oldest = await connection.fetchrow(
        "SELECT max(version), (array_agg(compatible_from ORDER BY version DESC))[1] FROM schema_version"
    )
    if theirs is None or theirs < ours:
        raise SchemaUnfit(f"It is at version {theirs or 0}, this code needs {ours}. Run `./run migrate` first.")
    if oldest > ours:
        raise SchemaUnfit(f"It is at version {theirs}, which needs newer code than this ({ours}). Update Maskline.")


async def _own(connection: Any) -> None:
    """A schema with somebody else's tables is left alone."""
    foreign = await connection.fetchval(
        "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND to_regclass('schema_version') IS NULL"
    )
    if foreign:
        raise SchemaUnfit(f"It holds {foreign} tables of another program. Give Maskline a database of its own.")


async def _apply_migrations(connection: Any) -> list[str]:
    known = {row["version"]: row for row in await connection.fetch("SELECT * FROM schema_version")}
    ours = await asyncio.to_thread(migrations)
    if known and max(known) > ours[-1].version and known[max(known)]["compatible_from"] > ours[-1].version:
        raise SchemaUnfit(f"It is at version {max(known)}, newer than this code ({ours[-1].version}). Update Maskline.")
    applied = []
    for step in ours:
        if step.version in known:
            if known[step.version]["digest"] not in (step.digest, _EARLIER.get(step.name)):
                raise SchemaUnfit(f"Migration {step.name} was changed after it was applied. Add a new one instead.")
            continue
        async with connection.transaction():
            await connection.execute(step.text)
            await connection.execute(
                "INSERT INTO schema_version VALUES ($1, $2, $3, $4, $5)",
                step.version, step.name, step.digest, step.compatible_from, datetime.now(UTC),
            )  # fmt: skip
        applied.append(step.name)
    return applied


async def _apply_functions(connection: Any) -> list[str]:
    known = {row["name"]: row["digest"] for row in await connection.fetch("SELECT * FROM schema_function")}
    applied = []
    for name, text in (await asyncio.to_thread(_functions)).items():
        digest = hashlib.sha256(text.encode()).hexdigest()
        if known.get(name) == digest:
            continue
        async with connection.transaction():
            await connection.execute(text)
            await connection.execute(
                "INSERT INTO schema_function VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET digest = $2",
                name, digest,
            )  # fmt: skip
        applied.append(name)
    return applied


def _functions() -> dict[str, str]:
    """Name -> text, in the order in which they are applied."""
    return {path.stem: path.read_text() for path in sorted((_HERE / "functions").glob("*.sql"))}
