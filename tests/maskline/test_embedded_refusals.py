"""What a person is told when the embedded servers cannot start."""

import os
import tempfile
from pathlib import Path

import psutil
import pytest

from maskline.embedded import folder, runas
from maskline.embedded.binaries import find_binaries
from maskline.embedded.runas import RunAs
from maskline.embedded.servers import Servers, open_servers, servers
from maskline.refusal import Refusal
from maskline.settings import HOME
from tests.maskline.standing import answers

ROOT = os.geteuid() == 0


@pytest.fixture
def open_to_all():
    """A folder that every user may walk to; pytest's own temporary folders are closed."""
    if not all(above.stat().st_mode & 0o001 for above in (HOME / "x").parents):
        pytest.skip(f"nobody may not walk to {HOME}, so the servers cannot run under that name")
    with tempfile.TemporaryDirectory(dir="/var/tmp") as place:
        Path(place).chmod(0o755)
        yield Path(place) / "data"


def test_the_folder_serves_one_instance_at_a_time(instance, data_dir):
    with pytest.raises(folder.Taken, match=f"process {instance.pid}") as caught:
        Servers(data_dir).open()

    assert caught.value.pid == instance.pid
    assert "MASKLINE_DATA_DIR" in str(caught.value)


@pytest.mark.skipif(not ROOT, reason="only root has to lend the servers another name")
async def test_root_without_user_namespaces_lends_the_servers_nobodys_name(open_to_all, query):
    running = Servers(open_to_all, fsync=False, run_as=RunAs.NOBODY)
    await running.start()
    try:
        owners = {user.real for _, user in answers(psutil.Process().children(recursive=True), psutil.Process.uids)}
        assert owners == {0, runas.NOBODY}
        assert await query(running.database_url, "SELECT 1") == 1
    finally:
        await running.stop()

    async with servers(open_to_all, fsync=False) as by_this_machines_way:
        assert await query(by_this_machines_way.database_url, "SELECT 1") == 1


@pytest.mark.skipif(not ROOT, reason="only root has to lend the servers another name")
def test_a_folder_that_nobody_cannot_reach_is_refused_with_a_way_out(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    with pytest.raises(Refusal, match="the user nobody cannot reach"):
        Servers(closed / "data", run_as=RunAs.NOBODY).open()


@pytest.mark.skipif(not ROOT, reason="only root can make another person's folder")
def test_another_persons_folder_is_refused(tmp_path):
    (tmp_path / "postgres").mkdir()
    os.chown(tmp_path / "postgres", 4242, -1)

    with pytest.raises(Refusal, match="belongs to user id 4242"):
        Servers(tmp_path).open()


def test_a_folder_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(Refusal, match=r"is not writable.*MASKLINE_DATA_DIR"):
        Servers(tmp_path / "file" / "data").open()


def test_a_full_disk_is_told_before_the_start(tmp_path):
    with pytest.raises(Refusal, match=r"is full.*Free some space"):
        folder.require_space(tmp_path, least=10**18)


def test_a_cluster_that_cannot_be_made_leaves_nothing_half_done(tmp_path, monkeypatch):
    real = find_binaries()
    (tmp_path / "bin").mkdir()
    for program in ("postgres", "initdb"):
        (tmp_path / "bin" / program).write_text(
            "#!/bin/sh\necho 'could not write: No space left on device' >&2\nexit 1\n"
        )
        (tmp_path / "bin" / program).chmod(0o755)
    broken = type(real)(tmp_path / "bin", real.valkey)
    monkeypatch.setattr("maskline.embedded.servers.find_binaries", lambda: broken)

    with pytest.raises(Refusal, match=r"is full.*initdb ended with 1"):
        Servers(tmp_path / "data").open()

    assert not (tmp_path / "data" / "postgres").exists()
    assert not folder.is_taken(tmp_path / "data")


def test_rows_of_another_postgres_version_are_not_touched(tmp_path):
    with open_servers(tmp_path, fsync=False):
        pass
    (tmp_path / "postgres" / "PG_VERSION").write_text("17\n")

    with pytest.raises(Refusal, match="made by another PostgreSQL version"):
        Servers(tmp_path).open()
