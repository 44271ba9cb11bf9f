"""A planted number is found nowhere but where DESIGN section 4 lets it leave, also when every layer breaks."""

import asyncio
import io
import logging
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import pytest
from aiohttp.test_utils import TestServer

from carriers import DIALECTS
from carriers.placing import CarrierPlacer
from carriers.rest import Api
from masking.claims.guard import Guard
from masking.stickers.answers import StickerAnswers
from masking.stickers.blocks import Blocks
from masking.stickers.desk import Desk
from masking.stickers.effects import StickerEffects
from masking.stickers.http import ScanPages
from masking.stickers.jobs import StickerJobs
from masking.stickers.misuse import Reports
from masking.stickers.owners import Owners
from masking.stickers.scans import Scans
from maskline import backup, logs
from maskline.embedded.servers import Servers
from maskline.settings import PREFIX, Settings
from maskline.valkey import ValkeyLimiter
from privacy import audit
from privacy.keys import KeyRing
from privacy.numbers import NumberKeys
from privacy.sealing import Sealer
from privacy.short_keys import ShortKeys
from sql import outbox
from tests.carriers.vendor import Vendor
from tests.masking import served as pages
from tests.maskline.terminal import Terminal
from tests.proofs.breaking import broken, heard
from tests.proofs.day import Day, targets
from tests.proofs.leaks import (
    OTHER,
    OWNER,
    SECOND,
    STRANGER,
    found,
    fresh_heap,
    in_files,
    in_memory,
    in_processes,
    in_tables,
    in_valkey,
)
from tests.town import VENDOR_IDS, Town
from voice import store
from voice.aftermath import Aftermath
from voice.edge import Hooks
from voice.switchboard import Switchboard
from voice.texts import Texts

__all__ = ["fresh_heap", "heard"]
pytestmark = pytest.mark.usefixtures("fresh_heap")
LAYERS: tuple[tuple[Any, str], ...] = (
    (Hooks, "_envelope"), (Switchboard, "arrive"), (Switchboard, "_arrival"), (Switchboard, "_ask"),
    (Switchboard, "_open"), (Switchboard, "entered"), (Switchboard, "dialled"), (Switchboard, "leg_moved"),
    (Aftermath, "end"), (StickerAnswers, "arrive"), (StickerAnswers, "whisper"), (StickerAnswers, "press"),
    (StickerAnswers, "over"), (StickerEffects, "perform"), (Blocks, "put"), (Guard, "allows"), (NumberKeys, "key"),
    (ShortKeys, "recent"), (ShortKeys, "open_box"), (Sealer, "open"), (Sealer, "seal"), (Texts, "arrive"),
    (ValkeyLimiter, "over"), (CarrierPlacer, "call"), (CarrierPlacer, "text"), (Api, "ask"), (StickerJobs, "_name"),
    (StickerJobs, "_about"), (StickerJobs, "_words"), (StickerJobs, "_sent"), (Desk, "_phone"), (Scans, "start"),
    (Scans, "message"), (ScanPages, "_shown"), (Reports, "report"), (Owners, "page"), (Owners, "block"),
    (Owners, "leave"), (audit, "note"), (outbox, "put"),
    (asyncpg.Connection, "fetchrow"), (asyncpg.Connection, "execute"),
    *((store, name) for name in ("inbound", "entry", "move", "call_at", "take_text", "wish", "keep_step")),
)  # fmt: skip
COMMANDS = ("stickers list", "calls list", "jobs dead", "audit verify", "numbers list", "accounts list", "keys list",
            "texts", "doctor")  # fmt: skip


@pytest.fixture
async def vendor() -> AsyncIterator[tuple[Vendor, str]]:
    """Both carriers' REST APIs, which do all that they are asked."""
    vendor, ids = Vendor(), count(2**64)
    twilio, plivo = f"/2010-04-01/Accounts/{VENDOR_IDS['twilio']}", f"/v1/Account/{VENDOR_IDS['plivo']}"
    vendor.answers = {
        ("POST", f"{twilio}/Calls.json"): lambda _: (201, {"sid": f"CA{next(ids):032x}"}),
        ("POST", f"{twilio}/Messages.json"): lambda _: (201, {"sid": f"SM{next(ids):032x}"}),
        ("POST", f"{plivo}/Call/"): lambda _: (201, {"request_uuid": f"{next(ids):036x}"}),
        ("POST", f"{plivo}/Message/"): lambda _: (202, {"message_uuid": [f"{next(ids):036x}"]}),
    }
    async with TestServer(vendor.app()) as server:
        yield vendor, str(server.make_url("")).rstrip("/")


@pytest.fixture
def settings(tmp_path: Path, vendor: tuple[Vendor, str]) -> Settings:
    keys = tmp_path / "keys.json"
    KeyRing.create(keys)
    where = {"twilio_api_url": vendor[1], "plivo_api_url": vendor[1]}
    return Settings(_env_file=None, data_dir=tmp_path, keys=keys, http_port=0, **where)  # type: ignore[call-arg, arg-type]


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What production would log, all of it."""
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level, hook = root.handlers[:], root.level, sys.excepthook
    logs.configure("json", stream)
    yield stream
    root.handlers[:], sys.excepthook = handlers, hook
    root.setLevel(level)
    logging.captureWarnings(False)


@pytest.mark.parametrize("name", ["twilio", "plivo"])
async def test_a_planted_number_stands_nowhere_else(
    town: Town, redis_url: str, database_url: str, vendor: tuple[Vendor, str], log: io.StringIO,
    heard: list[str], servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str], name: str,
):  # fmt: skip
    carrier = town.twilio if name == "twilio" else town.plivo
    leaks: dict[str, object] = {}
    async with pages.served(town) as web, aiohttp.ClientSession(headers={"Origin": web}) as browser:
        day = Day(town, carrier, browser, web, vendor[0])
        await day.go()
        _everybody_was_there(day)
        for owner, layer in (*((type(DIALECTS[name]), what) for what in ("verify", "read", "render")), *LAYERS):
            await day.dawns()
            with broken(monkeypatch, owner, layer, leaks):
                await day.go()
        await day.dawns()
        await day.go()

    leaks["commands"] = await asyncio.to_thread(_commanded, town, database_url, redis_url, tmp_path, monkeypatch)
    places: dict[str, Callable[[], object]] = {
        "answers": lambda: found("\n".join(day.told)),
        "rest": lambda: found("\n".join(_beside_targets(day.vendor))),
        "log": lambda: found(log.getvalue()),
        "log unmasked": lambda: found("\n".join(heard)),
        "printed": lambda: found("".join(capfd.readouterr())),
        "metrics": lambda: found(town.house.metrics.page().decode()),
        "memory": in_memory,
        "processes": in_processes,
        "files of ours": lambda: in_files(tmp_path),
        "files of the servers": lambda: in_files(servers._data_dir),
    }
    leaks |= {place: look() for place, look in places.items()}
    leaks |= {"tables": await in_tables(town), "valkey": await in_valkey(redis_url)}
    assert log.getvalue().count("Broken") > len(LAYERS)
    assert {place: what for place, what in leaks.items() if what} == {}


def _everybody_was_there(day: Day) -> None:
    """All four pass through: as who is asked, rung, called back and texted; an undisturbed day shows it."""
    said = [asked.said for what in ("Call", "Message") for asked in targets(day.vendor, what)]
    reached = {f"+{(each.get('To') or each.get('to') or each['dst']).removeprefix('+')}" for each in said}
    assert reached == {OWNER.value, SECOND.value, OTHER.value}
    assert day.dialled == {OWNER.value, SECOND.value, STRANGER.value}


def _beside_targets(vendor: Vendor) -> Iterator[str]:
    """What was asked of carriers, but for whom a call or text is for."""
    for asked in vendor.asked:
        is_target = asked in targets(vendor, "Call") or asked in targets(vendor, "Message")
        said = {name: value for name, value in asked.said.items() if not (is_target and name in ("To", "to", "dst"))}
        yield f"{asked.method} {asked.path} {asked.query} {said} {asked.user}"


def _commanded(
    town: Town, database_url: str, redis_url: str, folder: Path, patch: pytest.MonkeyPatch
) -> list[str]:  # fmt: skip
    """What commands print, and what stands in a backup."""
    said = {"database_url": database_url, "redis_url": redis_url, "public_url": town.base, "keys": folder / "keys.json",
            "data_dir": folder, "twilio_api_url": town.house.settings.twilio_api_url,
            "plivo_api_url": town.house.settings.plivo_api_url}  # fmt: skip
    for name, value in said.items():
        patch.setenv(f"{PREFIX}{name.upper()}", str(value))
    patch.setattr("maskline.logs.configure", lambda *_: None)
    terminal, printed, file = Terminal(patch.setenv, folder), [], folder / "site.backup"
    for words in (*COMMANDS, *(f"{command} --json" for command in COMMANDS), f"backup {file}"):
        ran = terminal(*words.split())
        assert ran.out, f"{words} said nothing: {ran.err}"
        printed += [ran.out, ran.err]
    tools = backup.tools_for(18)
    printed.append(subprocess.run([tools.restore, "--file=-", file], capture_output=True, text=True, check=True).stdout)
    return found("\n".join(printed))
