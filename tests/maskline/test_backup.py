"""Backups: what is in them, what is not, and what a restore refuses."""

import asyncio
import subprocess
from pathlib import Path

import asyncpg
import pytest

from core.e164 import E164
from core.ids import new_id
from maskline import backup, store
from maskline.commands import restore
from maskline.refusal import Refusal
from maskline.wiring import House
from privacy.sealing import Where
from sql.database import Connection
from sql.statements import statements
from tests.maskline.terminal import Terminal, psql

OWNER = E164("+12025550151")
_RESTORING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'maskline'"
)


@pytest.fixture(autouse=True)
def _alone(database_url: str) -> None:
    """Nobody is connected, the tests' own clerk included: a restore refuses otherwise."""
    psql(database_url, "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity WHERE datname = current_database()"
                       " AND pid <> pg_backend_pid()")  # fmt: skip


@pytest.fixture
def tools() -> backup.Tools:
    return backup.tools_for(18)


async def test_a_site_comes_back_from_its_backup_and_its_keys(site: Terminal, served: House):
    file = site.folder / "site.backup"
    phone = new_id()
    async with served.database.work() as conn:
        (tenant,) = [row["tenant"] for row in await conn.fetch("SELECT tenant FROM tenant")]
        box = served.sealer.seal(OWNER.value, Where.phone(phone))
        await statements("stickers").keep_phone(
            conn, tenant=tenant, phone=phone, number_key=served.numbers.key(OWNER), language="en", sealed=box,
            t=served.clock.now(),
        )  # fmt: skip
    (code,) = (await site.later("stickers", "issue", "1", "--json")).json["codes"]
    written = await site.later("backup", str(file), "--json")
    await site.later("stickers", "revoke", code, "--yes")
    await served.database.close()

    restored = await site.later("restore", str(file), "--replace", "--yes")

    assert written.json["bytes"] == file.stat().st_size
    assert restored.status == 0, restored.err
    (sticker,) = (await site.later("stickers", "list", "--json")).json["stickers"]
    assert (sticker["code"], sticker["state"]) == (code, "printed")
    listed = (await site.later("keys", "list", "--json")).json["keys"]
    assert next(each["seals"] for each in listed if each["root"] == "seal") == 2  # the token and the phone
    assert (await site.later("audit", "verify")).status == 0


async def test_no_backup_holds_a_number_or_a_short_key(site: Terminal, served: House, tools: backup.Tools):
    await served.short_keys.recent()
    async with served.database.work() as conn:
        assert await conn.fetchval("SELECT count(*) FROM short_key") > 0

    await site.later("backup", str(site.folder / "site.backup"))

    text = await asyncio.to_thread(_as_sql, tools, site.folder / "site.backup")
    assert "CREATE UNLOGGED TABLE public.short_key" in text
    assert "COPY public.key_check" in text
    assert "COPY public.short_key" not in text
    assert OWNER.value not in text


def test_a_backup_is_for_its_owner_alone_and_never_written_over(terminal: Terminal):
    file = terminal.folder / "site.backup"

    first = terminal("backup", str(file))
    again = terminal("backup", str(file))

    assert first.status == 0
    assert "The keys are not in it" in first.out
    assert file.stat().st_mode & 0o777 == 0o600
    assert again.status == 1
    assert "exists already and is left alone" in again.err
    assert [path.name for path in terminal.folder.iterdir() if "backup" in path.name] == ["site.backup"]


def test_a_backup_in_a_folder_that_is_not_there_says_so(terminal: Terminal):
    ran = terminal("backup", "/nowhere/site.backup")

    assert ran.status == 1
    assert "/nowhere/site.backup cannot be written: No such file or directory" in ran.err


def test_a_restore_refuses_a_database_that_holds_something(terminal: Terminal):
    terminal.well("stickers", "list")
    terminal.well("backup", str(terminal.folder / "site.backup"))

    ran = terminal("restore", str(terminal.folder / "site.backup"))

    assert ran.status == 1
    assert "The database is not empty. Give --replace" in ran.err


def test_a_restore_refuses_with_the_wrong_keys_and_touches_nothing(terminal: Terminal):
    terminal.well("stickers", "list")
    terminal.well("backup", str(terminal.folder / "site.backup"))
    terminal.well("keys", "make", str(terminal.folder / "other.keys"))
    right = terminal.folder / "maskline.keys"
    terminal.set(keys=terminal.folder / "other.keys")

    ran = terminal("restore", str(terminal.folder / "site.backup"), "--replace", "--yes")

    assert ran.status == 1
    assert "number 1 is a different key" in ran.err
    terminal.set(keys=right)
    assert terminal("stickers", "list").status == 0


async def test_a_restore_refuses_while_something_is_connected(
    site: Terminal, served: House, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(restore, "_LOOKS", 1)
    await site.later("backup", str(site.folder / "site.backup"))

    ran = await site.later("restore", str(site.folder / "site.backup"), "--replace", "--yes")

    assert ran.status == 1
    assert "Stop every service, worker and psql first" in ran.err


async def test_a_connection_that_is_about_to_end_holds_no_restore_up(
    site: Terminal, database_url: str, monkeypatch: pytest.MonkeyPatch
):
    """Postgres ends the process of whoever has just stopped in its own time."""
    await site.later("backup", str(site.folder / "site.backup"))
    others, seen = store.others_connected, list[int]()

    async def counted(*connections: Connection) -> int:
        seen.append(await others(*connections))
        return seen[-1]

    monkeypatch.setattr(store, "others_connected", counted)
    ending = await asyncpg.connect(database_url)
    restoring = asyncio.create_task(site.later("restore", str(site.folder / "site.backup"), "--replace", "--yes"))
    while not seen and not restoring.done():  # noqa: ASYNC110  (nobody tells us)
        await asyncio.sleep(0)
    await ending.close()

    ran = await restoring

    assert ran.status == 0, ran.err
    assert (seen[0], seen[-1]) == (1, 0)


@pytest.mark.parametrize(("content", "said"), [(None, "is no file"), (b"PGDMP?", "is not a backup of Maskline's")])
def test_a_restore_refuses_what_is_no_backup(terminal: Terminal, content: bytes | None, said: str):
    file = terminal.folder / "some.file"
    if content is not None:
        file.write_bytes(content)
    terminal.well("stickers", "list")

    ran = terminal("restore", str(file), "--replace", "--yes")

    assert ran.status == 1
    assert said in ran.err


def test_a_backup_that_breaks_half_way_leaves_everything_as_it_was(terminal: Terminal, tools: backup.Tools):
    """A dump whose keys fit, cut off behind them."""
    terminal.well("stickers", "list")
    whole = terminal.folder / "site.backup"
    terminal.well("backup", str(whole))
    broken = terminal.folder / "broken.backup"
    broken.write_bytes(whole.read_bytes()[:-200])
    assert backup.keys_of(tools, broken)

    ran = terminal("restore", str(broken), "--replace", "--yes")

    assert ran.status == 1
    assert "pg_restore ended" in ran.err
    assert terminal("stickers", "list").status == 0


def test_a_restore_that_was_cut_off_is_undone_by_the_next(terminal: Terminal, database_url: str):
    terminal.well("stickers", "list")
    terminal.well("backup", str(terminal.folder / "site.backup"))
    psql(database_url, "ALTER SCHEMA public RENAME TO before_restore; CREATE SCHEMA public")

    ran = terminal("restore", str(terminal.folder / "site.backup"))

    assert "An earlier restore was cut off" in ran.err
    assert "The database is not empty" in ran.err
    assert terminal("stickers", "list").status == 0


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:open%20sesame@db.example:5432/site?sslmode=require",
        "postgresql://me@db.example:5432/site?password=open%20sesame&sslmode=require",
    ],
)
def test_passwords_are_in_no_argument_of_postgres_programs(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """They go by the environment, as they are and not as an address has to spell them."""
    seen: list[tuple[list[str], dict[str, str]]] = []

    def run(words: list[str], environment: dict[str, str]) -> str:
        seen.append((words, environment))
        return ""

    monkeypatch.setattr(backup, "_run", run)
    tools = backup.Tools(Path("pg_dump"), Path("pg_restore"), 18)

    backup.restore(tools, url, tmp_path / "x")

    words, environment = seen[0]
    assert "--dbname=postgresql://me@db.example:5432/site?sslmode=require" in words
    assert environment == {"PGPASSWORD": "open sesame"}
    assert not any("sesame" in word for word in words)


def test_programs_of_an_older_version_are_not_used():
    with pytest.raises(Refusal, match="Backups of PostgreSQL 99 need its pg_dump"):
        backup.tools_for(99)


def _as_sql(tools: backup.Tools, file: Path) -> str:
    return subprocess.run([tools.restore, "--file=-", file], capture_output=True, text=True, check=True).stdout
