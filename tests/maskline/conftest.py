"""An instance of the embedded servers to look at, to join and to kill."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from maskline.embedded.servers import open_servers
from maskline.settings import HOME

# Starts servers, tells their addresses, and stays until its input ends or it is killed.
_INSTANCE = """
import sys
from pathlib import Path
from maskline.embedded.servers import Servers
servers = Servers(Path(sys.argv[1]), fsync=False)
servers.open()
servers.announce({"service": "http://127.0.0.1:1"})
print(servers.database_url, servers.redis_url, flush=True)
sys.stdin.readline()
"""


class Instance:
    """Another process that holds a data folder, ready."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._process = subprocess.Popen(
            [sys.executable, "-c", _INSTANCE, str(data_dir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(HOME)},
        )
        self.pid = self._process.pid
        assert self._process.stdout is not None
        self.database_url, self.redis_url = self._process.stdout.readline().split()
        self.sockets = Path(self.redis_url.partition("@")[2]).parent

    def lives(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """kill -9, and then waits until nobody holds the folder any more: until the last of the servers has ended."""
        self._process.kill()
        self._process.wait()
        with (self._data_dir / "lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)

    def close(self) -> None:
        self.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory):
    """A folder whose cluster is made once; each test starts and stops its own servers on it."""
    place = tmp_path_factory.mktemp("data")
    with open_servers(place, fsync=False):
        pass
    return place


@pytest.fixture
def instance(data_dir):
    """Another process that holds the folder."""
    started = Instance(data_dir)
    yield started
    started.close()


@pytest.fixture
def query():
    """Asks a database for one value."""
    import asyncpg

    async def ask(url, sql, *arguments):
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(sql, *arguments)
        finally:
            await connection.close()

    return ask
