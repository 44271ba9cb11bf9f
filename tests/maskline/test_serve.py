"""A site that stays: processes that serve and work, how they are replaced, and how they end."""

import asyncio
import contextlib
import json
import signal
import socket
import subprocess
import urllib.error

import psutil
import pytest

from exchange import Exchange
from maskline.embedded.binaries import find_binaries
from tests.maskline.standing import Stage, Standing, answers, closed_folder, get, gone, taken_port
from tests.maskline.terminal import SHARED, Terminal, psql


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A data folder whose cluster is made once."""
    return tmp_path_factory.mktemp("site")


@pytest.fixture(scope="module")
def stage(folder):
    """Who has the folder."""
    stage = Stage("serve", folder)
    yield stage
    stage.clear()


@pytest.fixture
def serve(stage):
    """Starts sites on that folder, which all end with the test."""
    with stage.own() as start:
        yield start


def listening(site, port):
    """Its processes that serve a port."""
    there = answers(site.family(), lambda each: each.net_connections("inet"))
    return [
        each for each, held in there if (port, psutil.CONN_LISTEN) in [(one.laddr.port, one.status) for one in held]
    ]


def test_a_site_on_embedded_servers_serves_and_stops_at_ctrl_c(serve):
    site = serve()
    pages = site.ready()
    family = site.family()

    assert get(f"{pages['local']}/healthz") == 200
    assert get(f"{pages['ops']}/readyz") == 200
    assert get(f"{pages['worker']}/readyz") == 200
    assert get(f"{pages['local']}/q/0123456789abcdef") == 404
    status, err = site.stop()
    assert status == 0
    assert "Traceback" not in err
    assert gone(family)


def test_several_processes_serve_one_port(serve):
    site = serve(workers=3)
    pages = site.ready()
    port = int(pages["local"].rpartition(":")[2])
    assert len(listening(site, port)) == 3
    assert {get(f"{pages['local']}/healthz") for _ in range(12)} == {200}
    assert site.stop()[0] == 0


def test_a_process_that_dies_is_replaced_and_nobody_who_connects_is_lost(serve):
    site = serve()
    pages = site.ready()
    port = int(pages["local"].rpartition(":")[2])
    (dying,) = listening(site, port)

    dying.kill()

    assert get(f"{pages['local']}/healthz") == 200  # waits on the listening socket, which is the parent's
    status, err = site.stop()
    assert status == 0
    assert "the service ended (status -9) and is started again" in err


@contextlib.contextmanager
def slow_request(pages, folder):
    """A request that the service cannot answer yet, because somebody holds what it must read."""
    run = json.loads((folder / "run.json").read_text())
    holder = subprocess.Popen(
        [find_binaries().postgres / "psql", run["database_url"], "-qAtX"], text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    holder.stdin.write("BEGIN; LOCK TABLE sticker_code; SELECT 'held';\n")
    holder.stdin.flush()
    assert holder.stdout.readline() == "held\n"
    host, _, port = pages["local"].removeprefix("http://").rpartition(":")
    with socket.create_connection((host, int(port))) as line:
        line.sendall(b"GET /q/0123456789abcdef HTTP/1.1\r\nHost: x\r\n\r\n")
        get(f"{pages['local']}/healthz")  # by now the service has begun with the other request
        try:
            yield line, holder
        finally:
            holder.communicate()


def turned_away(pages):
    """Returns once nobody is let in any more."""
    for _ in range(10_000):
        try:
            get(f"{pages['local']}/healthz")
        except (urllib.error.URLError, ConnectionError):
            return
    pytest.fail("it still lets people in")


def test_a_request_under_way_is_answered_after_ctrl_c(serve, folder):
    site = serve()
    pages = site.ready()
    with slow_request(pages, folder) as (line, holder):
        site.signal(signal.SIGINT)
        turned_away(pages)

        holder.stdin.write("COMMIT;\n")
        holder.stdin.flush()

        assert line.recv(12) == b"HTTP/1.1 404"
    assert site.finish()[0] == 0


def test_a_second_ctrl_c_waits_for_nobody(serve, folder):
    site = serve()
    pages = site.ready()
    family = site.family()
    with slow_request(pages, folder) as (line, _):
        site.signal(signal.SIGINT)
        turned_away(pages)

        site.signal(signal.SIGINT)

        assert line.recv(12) == b""
    status, err = site.finish()
    assert status == 0
    assert "killed without waiting longer: service" in err
    assert gone(family)


def test_nothing_is_left_when_the_parent_is_killed(serve):
    site = serve()
    site.ready()
    family = site.family()

    site.signal(signal.SIGKILL)

    assert len(family) >= 5
    assert gone(family)


def test_sigterm_stops_a_site_as_ctrl_c_does(serve):
    site = serve()
    site.ready()
    family = site.family()

    site.signal(signal.SIGTERM)

    assert site.finish()[0] == 0
    assert gone(family)


def test_a_port_in_use_is_told_at_once(serve):
    with taken_port() as other:
        site = serve(http_port=other.getsockname()[1])
        status, err = site.finish()

    assert status == 1
    assert "Address already in use" in err
    assert "MASKLINE_HTTP_PORT" in err
    assert "Traceback" not in err


def test_neither_its_port_nor_its_folder_is_taken_by_another(serve, tmp_path):
    first = serve(workers=2)  # several processes share a port, but not with a stranger
    port = first.ready()["local"].rpartition(":")[2]

    for settings, told in (
        ({"workers": 2, "http_port": port, "data_dir": tmp_path}, "Address already in use"),
        ({}, f"is in use by another Maskline (process {first.pid})"),
    ):
        status, err = serve(**settings).finish()
        assert status == 1
        assert told in err


def test_a_data_folder_that_cannot_be_written_is_told(serve, tmp_path):
    status, err = serve(data_dir=closed_folder(tmp_path)).finish()

    assert status == 1
    assert "is not writable" in err
    assert "MASKLINE_DATA_DIR" in err


def test_a_wrong_key_file_is_told_before_anything_serves(stage, serve, folder):
    stage.used()
    kept = (folder / "keys.json").read_text()
    (folder / "keys.json").write_text(kept.replace('"id": 1', '"id": 2', 1))
    try:
        status, err = serve().finish()
    finally:
        (folder / "keys.json").write_text(kept)

    assert status == 1
    assert "The key file cannot be used" in err
    assert "Traceback" not in err


def test_commands_join_a_running_site(stage, folder, terminal: Terminal, monkeypatch: pytest.MonkeyPatch):
    stage.shared()
    for name in ("DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "KEYS"):
        monkeypatch.delenv(f"MASKLINE_{name}")
    terminal.set(data_dir=folder)

    assert terminal("calls", "list", "--json").json == {"calls": []}
    refused = terminal("rekey", "--yes")
    assert refused.status == 1
    assert "Maskline is still running" in refused.err


async def test_an_account_counts_at_once_for_processes_that_run(
    serve, tmp_path, terminal: Terminal, desk: Exchange, monkeypatch: pytest.MonkeyPatch
):
    """Its webhooks are believed and its calls are placed by processes that started before it was known."""
    for name in ("DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "KEYS"):
        monkeypatch.delenv(f"MASKLINE_{name}")
    terminal.set(data_dir=tmp_path, twilio_api_url=desk.twilio_api_url)
    site = serve(data_dir=tmp_path, twilio_api_url=desk.twilio_api_url)
    await asyncio.to_thread(site.ready)
    desk.number(SHARED, carrier="twilio")
    account, owner = desk.twilio, desk.handset("+12025550151")

    typed = f"{account.account_sid}\n{account.auth_token}\n"
    for words in (("accounts", "add", "--carrier", "twilio"), ("numbers", "add", SHARED, "--carrier", "twilio"),
                  ("numbers", "point", SHARED)):  # fmt: skip
        ran = await terminal.later(*words, typed=typed)
        assert ran.status == 0, ran.err
    (code,) = (await terminal.later("stickers", "issue", "1", "--json")).json["codes"]
    asking = asyncio.create_task(terminal.later("stickers", "activate", code, typed=owner.number))
    await owner.rings()
    await owner.answers()
    await owner.hears("Press 1")
    await owner.presses("1")

    assert (await asking).status == 0
    assert (await asyncio.to_thread(site.stop))[0] == 0


def test_production_needs_its_schema_first(serve, terminal: Terminal, database_url: str, redis_url: str):
    psql(database_url, "DROP SCHEMA public CASCADE; CREATE SCHEMA public")

    status, err = serve(
        database_url=database_url, redis_url=redis_url, public_url="https://calls.example.org",
        keys=terminal.folder / "maskline.keys",
    ).finish()  # fmt: skip

    assert status == 1
    assert "Run `./run migrate` first." in err


def test_a_worker_alone_works_on_given_servers(terminal: Terminal, database_url: str, redis_url: str):
    worker = Standing(
        "work", database_url=database_url, redis_url=redis_url, public_url="https://calls.example.org",
        keys=terminal.folder / "maskline.keys",
    )  # fmt: skip
    try:
        assert get(f"http://127.0.0.1:{worker.ready()['ops']}/readyz") == 200
        assert worker.stop()[0] == 0
    finally:
        worker.close()


def test_a_worker_alone_needs_servers_that_are_given(tmp_path):
    worker = Standing("work", data_dir=tmp_path)
    try:
        status, err = worker.finish()
    finally:
        worker.close()

    assert status == 1
    assert "needs MASKLINE_DATABASE_URL" in err
