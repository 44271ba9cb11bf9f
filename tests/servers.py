"""
Real PostgreSQL and Valkey for tests.

Each pytest process keeps one pair of servers for its whole run, started by the first test that asks. Their data folder
is a numbered slot under `.testdata`, kept from run to run, so that a run costs 0.2 s instead of an initdb and all
migrations; processes side by side take different slots. Each test gets a database of its own: cloned from a template
whose name tells the migrations it was made by, or one that an earlier test has left as it found it, emptied. Copying
seven hundred files takes longer than most tests.

database_url        a migrated, empty database of the test's own
other_database_url  another one
redis_url           an empty Valkey database of the test's own
own_servers         a pair of servers of the test's own, to kill and revive
"""

import asyncio
import hashlib
import itertools
import os
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
import redis

from maskline.embedded import valkey
from maskline.embedded.folder import Taken
from maskline.embedded.servers import Name, Servers

_ROOT = Path(__file__).resolve().parent.parent
_SLOTS = 64
_DATABASES = "SELECT datname FROM pg_database WHERE datname NOT IN ('template0', 'template1')"
_AT_MOST = 120  # seconds for any one statement of the clerk's; a hang then fails instead of hanging the run


class Clerk:
    """Makes and drops databases. It has a thread and a loop of its own, so that fixtures need no async test."""

    def __init__(self, servers: Servers) -> None:
        self._url = servers.database_url
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._connection: asyncpg.Connection[Any] = self._do(asyncpg.connect(address(self._url, "postgres")))
        self._numbers = itertools.count()
        self._free: list[str] = []
        self._hands: dict[str, asyncpg.Connection[Any]] = {}  # one on each database that is lent: connecting is dear
        self._empty, self._fit = "", ""

    def template(self) -> str:
        """The name of a database with every migration applied; made at most once for each state of sql/."""
        names = [row["datname"] for row in self._do(self._connection.fetch(_DATABASES))]
        template = f"template_{_fingerprint()}"
        for left_over in names:
            if left_over.startswith(("test_", "template_")) and left_over != template:
                self.drop(left_over)
        if template not in names:
            from sql.migrate import migrate

            half_done = f"test_{template}"
            self._do(self._connection.execute(f'CREATE DATABASE "{half_done}"'))
            self._do(migrate(address(self._url, half_done)))
            self._do(self._connection.execute(f'ALTER DATABASE "{half_done}" RENAME TO "{template}"'))
        return template

    def clone(self, template: str) -> str:
        """The name of a new copy of the template."""
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        # Copying files took 20 ms and writing the copy to the log 50 ms for thirty tables, without fsync.
        self._do(self._connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY'))
        return name

    def lend(self, template: str) -> str:
        """The name of an empty, migrated database: one that was given back, or a new copy."""
        if self._free:
            return self._free.pop()
        name = self.clone(template)
        if not self._fit:
            self._empty = self._do(_tables(self._hand(name)))
            self._fit = self._do(_emptied(self._hand(name), self._empty))
        return name

    def give_back(self, name: str) -> None:
        """Empties a database for the next test; one whose schema was changed, or that cannot be emptied, is dropped."""
        try:
            fit = self._do(_emptied(self._hand(name), self._empty))
        except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError):
            fit = ""  # the third: it has read that its process was ended, and does not know yet that it is closed
        if fit == self._fit:
            self._free.append(name)
        else:
            self.drop(name)

    def drop(self, name: str) -> None:
        """Drops a database, whoever is still connected. A vacuum is Postgres's own: it cannot be cut, but ends soon."""
        self._let_go(name)
        for last in (False, False, False, True):
            try:
                self._do(self._connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
            except (asyncpg.InsufficientPrivilegeError, asyncpg.ObjectInUseError):
                if last:
                    raise
                self._do(asyncio.sleep(0.5))
            else:
                return

    def close(self) -> None:
        """Ends the connections and the thread."""
        for name in list(self._hands):
            self._let_go(name)
        self._do(self._connection.close(timeout=5))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _hand(self, name: str) -> "asyncpg.Connection[Any]":
        """The connection to a database that is lent; a new one where the test has ended it."""
        if name not in self._hands or self._hands[name].is_closed():
            self._hands[name] = self._do(_connected(address(self._url, name)))
        return self._hands[name]

    def _let_go(self, name: str) -> None:
        if name in self._hands:
            self._loop.call_soon_threadsafe(self._hands.pop(name).terminate)

    def _do(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(_AT_MOST)


_OTHERS = """
SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""
_TABLES = """
WITH RECURSIVE names AS (
    SELECT oid, relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
), needs AS (
    SELECT conrelid AS child, confrelid AS parent FROM pg_constraint WHERE contype = 'f' AND conrelid <> confrelid
), deep AS (
    SELECT oid, 0 AS depth FROM names
     UNION SELECT child, depth + 1 FROM deep JOIN needs ON parent = oid WHERE depth < 20
)
SELECT relname, EXISTS (SELECT FROM pg_trigger WHERE tgrelid = names.oid AND NOT tgisinternal) AS guarded
  FROM names JOIN deep USING (oid) WHERE relname NOT IN ('schema_version', 'schema_function')
 GROUP BY names.oid, relname ORDER BY max(depth) DESC, relname"""
"""Whoever names a row of another table comes before it."""
_SCHEMA = """
SELECT md5(concat_ws('|',
    (SELECT string_agg(v::text, ',' ORDER BY version) FROM schema_version v),
    (SELECT string_agg(f::text, ',' ORDER BY name) FROM schema_function f),
    (SELECT max(xmin::text::bigint) FROM pg_class), (SELECT max(xmin::text::bigint) FROM pg_proc),
    (SELECT max(xmin::text::bigint) FROM pg_attribute), (SELECT max(xmin::text::bigint) FROM pg_constraint),
    (SELECT count(*) FROM pg_class), (SELECT count(*) FROM pg_proc), (SELECT count(*) FROM pg_trigger),
    (SELECT count(*) FROM pg_trigger WHERE tgenabled <> 'O'), (SELECT count(*) FROM pg_db_role_setting),
    (SELECT count(*) FROM pg_stats WHERE schemaname = 'public')))"""
_NEW = "SELECT setval(seqrelid, seqstart, false) FROM pg_sequence"


async def _connected(url: str) -> "asyncpg.Connection[Any]":
    return await asyncpg.connect(url, timeout=10, server_settings={"lock_timeout": "5s"})


async def _tables(connection: "asyncpg.Connection[Any]") -> str:
    """What empties every table, those first that need others; the audit trail too, which refuses it otherwise."""
    said = []
    for name, guarded in await connection.fetch(_TABLES):
        off, on = (f'ALTER TABLE "{name}" {word} TRIGGER USER;' * guarded for word in ("DISABLE", "ENABLE"))
        said.append(f'IF EXISTS (SELECT FROM "{name}") THEN {off} DELETE FROM "{name}"; {on} END IF;')
    return "DO $$ BEGIN " + " ".join(said) + " END $$"


async def _emptied(connection: "asyncpg.Connection[Any]", empty: str) -> str:
    """Ends whoever is connected, empties every table, and tells the schema by a word that changes with it."""
    await connection.execute(_OTHERS)
    await connection.execute(empty)
    await connection.execute(_NEW)
    return str(await connection.fetchval(_SCHEMA))


class OwnServers:
    """A pair of servers that one test may kill. Addresses stay the same when a server is revived."""

    def __init__(self, servers: Servers, database_url: str) -> None:
        self._servers = servers
        self.database_url = database_url
        self.redis_url = servers.redis_url

    def kill(self, name: Name) -> None:
        """kill -9 for "postgres" or "valkey"; it stays down."""
        self._servers.kill(name)

    def revive(self, name: Name) -> None:
        """Starts it again and waits until it serves."""
        self._servers.revive(name)


def address(url: str, database: str) -> str:
    """The same server's address of another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


@pytest.fixture(scope="session")
def servers(_slots: Path) -> Iterator[Servers]:
    """This process's pair of servers."""
    with _first_free(_slots) as running:
        yield running


@pytest.fixture(scope="session")
def _slots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = _ROOT / ".testdata"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except PermissionError:
        return tmp_path_factory.mktemp("slots")
    return folder if os.access(folder, os.W_OK) else tmp_path_factory.mktemp("slots")


@pytest.fixture(scope="session")
def _clerk(servers: Servers) -> Iterator[tuple[Clerk, str]]:
    clerk = Clerk(servers)
    yield clerk, clerk.template()
    clerk.close()


@contextmanager
def lent(servers: Servers, clerk: Clerk, template: str) -> Iterator[str]:
    """A database for the length of a `with`."""
    name = clerk.lend(template)
    yield address(servers.database_url, name)
    clerk.give_back(name)


@pytest.fixture
def database_url(servers: Servers, _clerk: tuple[Clerk, str]) -> Iterator[str]:
    """A migrated, empty database of the test's own; emptied afterwards, open connections or not."""
    with lent(servers, *_clerk) as url:
        yield url


@pytest.fixture
def other_database_url(servers: Servers, _clerk: tuple[Clerk, str]) -> Iterator[str]:
    """Another one."""
    with lent(servers, *_clerk) as url:
        yield url


@pytest.fixture(scope="session")
def _cache_numbers() -> Iterator[int]:
    return itertools.cycle(range(valkey.DATABASES))


@pytest.fixture
def redis_url(servers: Servers, _cache_numbers: Iterator[int]) -> str:
    """An empty Valkey database of the test's own."""
    url = servers.redis_url.replace("?db=0", f"?db={next(_cache_numbers)}")
    with redis.Redis.from_url(url) as cache:
        cache.flushdb()
    return url


@pytest.fixture
def own_servers(_slots: Path) -> Iterator[OwnServers]:
    """A pair of servers that this test may kill and revive, with a migrated, empty database."""
    with _first_free(_slots) as running:
        clerk = Clerk(running)
        name = clerk.clone(clerk.template())
        clerk.close()
        yield OwnServers(running, address(running.database_url, name))


@contextmanager
def _first_free(slots: Path) -> Iterator[Servers]:
    for number in range(_SLOTS):
        running = Servers(slots / f"slot-{number}", fsync=False)
        try:
            running.open()
        except Taken:
            continue
        try:
            yield running
        finally:
            running.close()
        return
    pytest.fail(f"all {_SLOTS} slots in {slots} are taken: are other test runs still going?")


def _fingerprint() -> str:
    """Changes whenever anything in sql/ does."""
    content = hashlib.sha256()
    for path in sorted((_ROOT / "sql").rglob("*")):
        if path.suffix in (".sql", ".py"):
            content.update(path.name.encode() + path.read_bytes())
    return content.hexdigest()[:16]
