"""The embedded servers: set up as the house wants them, rows kept, closed to others."""

import asyncio
import json
import os
import stat
from pathlib import Path

import asyncpg
import psutil
import pytest
import redis

from maskline.embedded.servers import open_servers, servers
from tests.maskline.standing import answers

ROOT = os.geteuid() == 0


async def test_rows_are_kept_from_one_start_to_the_next(data_dir, query):
    async with servers(data_dir) as first:
        await query(first.database_url, "CREATE TABLE IF NOT EXISTS kept AS SELECT 42 AS answer")
    async with servers(data_dir) as second:
        assert await query(second.database_url, "SELECT answer FROM kept") == 42


async def test_postgres_is_set_up_as_the_house_wants_it(data_dir, query):
    async with servers(data_dir) as running:
        settings = {
            name: await query(running.database_url, f"SHOW {name}")
            for name in (
                "server_encoding",
                "data_checksums",
                "synchronous_commit",
                "fsync",
                "timezone",
                "listen_addresses",
            )
        }
        superuser = await query(running.database_url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        locale = await query(running.database_url, "SELECT datlocprovider::text || datlocale FROM pg_database LIMIT 1")

    assert settings == {
        "server_encoding": "UTF8",
        "data_checksums": "on",
        "synchronous_commit": "on",
        "fsync": "on",
        "timezone": "UTC",
        "listen_addresses": "",
    }
    assert superuser is False
    assert locale == "bC.UTF-8"


async def test_nobody_gets_in_without_the_password(data_dir):
    async with servers(data_dir) as running:
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(_without_password(running.database_url), password="guess", passfile="/dev/null")
        with (
            redis.Redis.from_url(_without_password(running.redis_url)) as cache,
            pytest.raises(redis.AuthenticationError),
        ):
            cache.ping()


async def test_no_value_of_a_statement_reaches_the_log(data_dir):
    planted = "planted-7700900123"

    async with servers(data_dir) as running:
        connection = await asyncpg.connect(running.database_url)
        await connection.execute("CREATE TEMP TABLE unique_once (word text PRIMARY KEY)")
        await connection.execute("INSERT INTO unique_once VALUES ($1)", planted)
        with pytest.raises(asyncpg.UniqueViolationError, match="unique_once_pkey"):
            await connection.execute("INSERT INTO unique_once VALUES ($1)", planted)
        with pytest.raises(asyncpg.InvalidTextRepresentationError):
            await connection.execute(f"SELECT '{planted}'::int")
        await connection.close()

    logged = "".join(path.read_text() for path in (data_dir / "logs").iterdir())
    assert "ready to accept connections" in logged
    assert planted not in logged


def test_secrets_are_for_their_owner_only_and_never_in_a_command_line(data_dir):
    with open_servers(data_dir, fsync=False) as running:
        secrets = json.loads((data_dir / "postgres.secrets").read_text()).values()
        sockets = Path(running.redis_url.partition("@")[2]).parent
        modes = {
            path.name: stat.S_IMODE(path.stat().st_mode)
            for path in (data_dir / "postgres.secrets", data_dir / "run.json", sockets, sockets / "valkey.conf")
        }
        family = psutil.Process().children(recursive=True)
        command_lines = [" ".join(words) for _, words in answers(family, psutil.Process.cmdline)]

    assert modes == {"postgres.secrets": 0o600, "run.json": 0o600, sockets.name: 0o700, "valkey.conf": 0o600}
    assert any("valkey-server" in line for line in command_lines)
    assert not any(secret in line for line in command_lines for secret in secrets)
    assert not sockets.exists()


async def test_starting_leaves_the_event_loop_free(data_dir):
    ticks = 0

    async def tick():
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0)

    ticking = asyncio.create_task(tick())
    async with servers(data_dir, fsync=False):
        ticking.cancel()

    assert ticks > 10


def _without_password(url):
    start, _, rest = url.partition("://")
    return f"{start}://{rest.partition(':')[0]}@{rest.partition('@')[2]}"
