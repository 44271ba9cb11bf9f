"""How the embedded servers end: with Maskline, however it ends, and not before."""

import contextlib
import os

import psutil
import pytest
import redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry

from maskline.embedded import folder
from maskline.embedded.servers import open_servers, servers
from tests.maskline.standing import answers

ROOT = os.geteuid() == 0


def test_nothing_is_left_when_the_parent_is_killed(instance, data_dir):
    servers_of_it = psutil.Process(instance.pid).children(recursive=True)
    assert len(servers_of_it) > 3

    instance.kill()

    psutil.wait_procs(servers_of_it, timeout=60)
    assert [process for process in servers_of_it if process.is_running()] == []
    assert not instance.sockets.exists()
    assert folder.read_run(data_dir) is None


def test_nothing_is_left_when_the_keeper_is_killed(instance, data_dir):
    [keeper] = psutil.Process(instance.pid).children()
    below = keeper.children(recursive=True)

    keeper.kill()

    _, alive = psutil.wait_procs(below, timeout=60)
    assert alive == []
    instance.kill()
    with open_servers(data_dir, fsync=False):
        assert not instance.sockets.exists()


async def test_rows_outlive_a_kill_of_everything(instance, data_dir, query):
    await query(instance.database_url, "CREATE TABLE outlives AS SELECT 7 AS answer")
    for process in psutil.Process(instance.pid).children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):  # it went with one that was killed before
            process.kill()
    instance.kill()

    async with servers(data_dir) as again:
        assert await query(again.database_url, "SELECT answer FROM outlives") == 7
        await query(again.database_url, "DROP TABLE outlives")


def test_a_server_that_dies_by_itself_is_started_again(data_dir, capfd):
    patient = Retry(ConstantBackoff(0.05), 1200)
    others = _valkeys()  # other tests of this process have servers of their own
    with (
        open_servers(data_dir, fsync=False) as running,
        redis.Redis.from_url(running.redis_url, retry=patient, retry_on_error=[ConnectionError]) as cache,
    ):
        [dying] = _valkeys() - others

        dying.kill()
        dying.wait()

        assert cache.ping()

    assert "valkey ended (status -9) and was started again" in capfd.readouterr().err


def _valkeys() -> set[psutil.Process]:
    family = psutil.Process().children(recursive=True)
    return {child for child, name in answers(family, psutil.Process.name) if "valkey" in name}


async def test_a_killed_server_stays_down_until_it_is_revived(own_servers, query):
    own_servers.kill("postgres")
    with pytest.raises(OSError, match=r"[Cc]onnect|No such file"):
        await query(own_servers.database_url, "SELECT 1")

    own_servers.revive("postgres")

    assert await query(own_servers.database_url, "SELECT 1") == 1
