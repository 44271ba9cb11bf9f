"""The demo as a newcomer meets it: it comes up, a scanned sticker rings its owner on the desk, it leaves nothing."""

import json
import re
import signal

import pytest

from maskline import demo
from tests.maskline.newcomer import Browser, Handsets
from tests.maskline.standing import Stage, Standing, closed_folder, gone, taken_port

STRANGER, OWNER_US, OWNER_GB, NEW = (
    demo.STRANGER.number.value, demo.OWNER_US.number.value, demo.OWNER_GB.number.value, "+12025550177",
)  # fmt: skip
RIDER, DRIVER = demo.RIDER.number.value, demo.DRIVER.number.value


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A data folder with the demo's rows, made by the first test that starts it."""
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def stage(folder):
    """Who has the folder."""
    stage = Stage("demo", folder)
    yield stage
    stage.clear()


@pytest.fixture(scope="module")
def opened():
    """The handsets of each demo on which several tests look; its page can be opened once."""
    return {}


@pytest.fixture
def on_show(stage, opened):
    """A demo that runs, what it told, and its handsets."""
    running, pages = stage.shared()
    if running.pid not in opened:
        opened[running.pid] = Handsets(pages)
    opened[running.pid].listen()
    return running, pages, opened[running.pid]


@pytest.fixture
def start(stage):
    """Starts demos on that folder, which all end with the test."""
    with stage.own() as start:
        yield start


@pytest.mark.parametrize(("carrier", "owner"), [("twilio", OWNER_US), ("plivo", OWNER_GB)])
def test_a_scanned_sticker_rings_its_owner_on_the_desk(on_show, carrier, owner):
    (running, pages, handsets), visitor = on_show, Browser()
    page = next(each["page"] for each in pages["stickers"] if each["carrier"] == carrier and each["active"])
    assert "What is it about?" in visitor.get(page)

    way = visitor.post(page, {"reason": "lights"})
    link = re.search(rf'href="{pages["exchange"]}/#dial=(\+\d+)"', way)
    assert link is not None
    handsets.act(STRANGER, "dial", to=link.group(1))
    ringing = handsets.until("handset", number=owner, state="ringing")
    handsets.act(owner, "answer")
    handsets.until("said", number=owner)
    handsets.act(owner, "keys", keys="1")
    handsets.joined(carrier)
    handsets.act(STRANGER, "hangup")

    ours = {number.value for number, _ in demo.NUMBERS[carrier]}
    assert ringing["peer"] in ours
    record = running.next_line()["call"]
    assert (record["purpose"], record["outcome"]) == ("masked", "talked")
    assert STRANGER not in json.dumps(record)
    assert "talked" in visitor.get(pages["demo"])


def test_rider_and_driver_reach_each_other_by_one_number(on_show):
    (running, _, handsets), ride = on_show, demo.RIDE.value

    for caller, callee in ((RIDER, DRIVER), (DRIVER, RIDER)):
        handsets.act(caller, "dial", to=ride)
        ringing = handsets.until("handset", number=callee, state="ringing")
        handsets.act(callee, "answer")
        handsets.until("said", number=callee)
        handsets.act(callee, "keys", keys="1")
        handsets.until("handset", number=caller, state="talking")
        handsets.act(caller, "hangup")
        handsets.until("handset", number=callee, state="idle")
        assert ringing["peer"] == ride
        assert running.next_line()["call"]["outcome"] == "talked"


def test_the_second_start_has_its_stickers_and_new_credentials(stage, start):
    _, before = stage.shared()

    after = start().ready()

    assert [each["code"] for each in before["stickers"]] == [each["code"] for each in after["stickers"]]
    assert [each["active"] for each in after["stickers"]] == [True, True, False]
    assert before["exchange_page"].partition("token=")[2] != after["exchange_page"].partition("token=")[2]
    numbers = {each["number"] for each in Handsets(after).state()["numbers"]}
    assert numbers == {number.value for numbers in demo.NUMBERS.values() for number, _ in numbers}


def test_an_owner_is_activated_from_another_terminal_by_a_call_on_the_desk(start, folder, terminal, monkeypatch):
    running = start()
    pages = running.ready()
    for name in ("DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "KEYS"):
        monkeypatch.delenv(f"MASKLINE_{name}")
    terminal.set(data_dir=folder)
    handsets = Handsets(pages)
    code = next(each["code"] for each in pages["stickers"] if not each["active"])

    asked = terminal("stickers", "activate", code, "--no-wait", "--json", typed=NEW)
    handsets.until("handset", number=NEW, state="ringing")
    handsets.act(NEW, "answer")
    handsets.until("said", number=NEW)
    handsets.act(NEW, "keys", keys="1")
    welcome = handsets.until("text", to=NEW)

    assert asked.status == 0
    assert asked.json["state"] == "asked"
    assert "This phone now receives calls about Red pick-up" in welcome["body"]
    assert terminal("stickers", "test", code).status == 0
    terminal.well("stickers", "revoke", code, "--yes")
    assert running.stop()[0] == 0


def test_ctrl_c_stops_everything(start):
    running = start()
    running.ready()
    family = running.family()

    status, err = running.stop()

    assert status == 0
    assert "Traceback" not in err
    assert len(family) >= 6
    assert gone(family)


def test_nothing_is_left_when_it_is_killed(start):
    running = start()
    running.ready()
    family = running.family()

    running.signal(signal.SIGKILL)

    assert gone(family)


def test_it_stops_where_the_exchange_ends(start):
    running = start()
    running.ready()

    running.child("-m exchange").kill()

    status, err = running.finish()
    assert status == 1
    assert "The exchange ended (status -9), so the demo stops." in err


def test_real_credentials_are_ignored_and_it_says_so(start):
    running = start(
        twilio_account_sid="AC" + "1" * 32, twilio_auth_token="t" * 32, public_url="https://calls.example.org"
    )
    pages = running.ready()

    status, err = running.stop()

    assert status == 0
    assert "The demo ignores MASKLINE_TWILIO_ACCOUNT_SID, MASKLINE_TWILIO_AUTH_TOKEN, MASKLINE_PUBLIC_URL" in err
    assert pages["service"].startswith("http://127.0.0.1:")


def test_it_never_touches_a_database_that_is_given(start):
    running = start(
        database_url="postgresql://me:sesame@db.example/site", redis_url="redis://cache.example",
        public_url="https://calls.example.org", keys="/nowhere",
    )  # fmt: skip

    status, err = running.finish()

    assert status == 1
    assert "The demo brings its own database" in err
    assert "sesame" not in err


def test_a_site_and_the_demo_never_share_a_folder(stage, start, folder, tmp_path):
    stage.used()
    site = Standing("serve", data_dir=folder)
    try:
        status, err = site.finish()
    finally:
        site.close()
    assert status == 1
    assert f"The data folder {folder} holds the demo" in err

    site = Standing("serve", data_dir=tmp_path)
    try:
        site.ready()
        site.stop()
    finally:
        site.close()
    status, err = start(data_dir=tmp_path).finish()
    assert status == 1
    assert f"The data folder {tmp_path} holds a site of your own" in err


@pytest.mark.parametrize("port", ["http_port", "ops_port", "exchange_port"])
def test_a_port_in_use_is_told_by_its_setting(start, port):
    with taken_port() as other:
        taken = other.getsockname()[1]
        status, err = start(**{port: taken}).finish()

    assert status == 1
    assert f"port {taken}" in err
    assert "MASKLINE_HTTP_PORT, _OPS_PORT, _EXCHANGE_PORT" in err
    assert "Traceback" not in err


def test_a_data_folder_that_cannot_be_written_is_told(start, tmp_path):
    status, err = start(data_dir=closed_folder(tmp_path)).finish()

    assert status == 1
    assert "is not writable" in err
    assert "Traceback" not in err


def test_a_key_file_of_something_else_is_told(stage, start, folder):
    stage.used()
    kept = (folder / "keys.json").read_text()
    (folder / "keys.json").write_text("{}")
    try:
        status, err = start().finish()
    finally:
        (folder / "keys.json").write_text(kept)

    assert status == 1
    assert "is not a key file of this version of Maskline" in err
    assert "Traceback" not in err
