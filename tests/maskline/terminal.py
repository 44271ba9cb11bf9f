"""
The command line as a person or a script uses it, against a database of the test's own.

terminal   runs a command in this process and gives what it printed; production settings
desk       the telephone exchange, in the place of both carriers
site       a terminal with an account and two numbers there
served     the house of that site, answering its webhooks
"""

import asyncio
import contextlib
import json
import subprocess
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from exchange import Exchange
from maskline.app import make_app, make_web
from maskline.commands import cli
from maskline.embedded.binaries import find_binaries
from maskline.listening import bind
from maskline.service import site as serving
from maskline.settings import PREFIX, load
from maskline.wiring import House, open_house
from privacy.keys import KeyRing

PUBLIC_URL = "http://127.0.0.1:9"
"""Nothing listens there: whatever asks it is told so at once."""
SHARED, POOL = "+12025550100", "+12025550110"


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command did. status: 0 where all went well."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


@dataclass
class Terminal:
    """set: changes a setting for the commands that follow. folder: of the test's own."""

    set: Callable[..., None]
    folder: Path

    def __call__(self, *words: str, typed: str = "") -> Ran:
        """Runs a command to its end. typed: what stands on its standard input."""
        done = CliRunner().invoke(cli, list(words), input=typed, prog_name="./run")
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Ran(done.exit_code, done.stdout, done.stderr)

    async def later(self, *words: str, typed: str = "") -> Ran:
        """The same beside an event loop that goes on."""
        return await asyncio.to_thread(self, *words, typed=typed)

    def well(self, *words: str, typed: str = "") -> Ran:
        """The same, and all must go well."""
        ran = self(*words, typed=typed)
        assert ran.status == 0, ran.err
        return ran


def psql(database_url: str, sql: str) -> None:
    """Does something to the database behind everybody's back."""
    program = find_binaries().postgres / "psql"
    subprocess.run([program, database_url, "-qc", sql], check=True, capture_output=True)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, database_url: str, redis_url: str, tmp_path: Path) -> Terminal:
    def set_(**settings: object) -> None:
        for name, value in settings.items():
            monkeypatch.setenv(f"{PREFIX}{name.upper()}", str(value))

    KeyRing.create(tmp_path / "maskline.keys")
    set_(database_url=database_url, redis_url=redis_url, public_url=PUBLIC_URL, keys=tmp_path / "maskline.keys")
    monkeypatch.setattr("maskline.logs.configure", lambda *_: None)  # pytest's own handlers stay
    return Terminal(set_, tmp_path)


@pytest.fixture
async def desk() -> AsyncIterator[Exchange]:
    async with Exchange() as running:
        yield running


@pytest.fixture
async def site(terminal: Terminal, desk: Exchange) -> Terminal:
    """An account with Twilio and two of its numbers, none of which leads anywhere yet."""
    terminal.set(twilio_api_url=desk.twilio_api_url, plivo_api_url=desk.plivo_api_url)
    for number in (SHARED, POOL):
        desk.number(number, carrier="twilio")
    account = desk.twilio
    await terminal.later(
        "accounts", "add", "--carrier", "twilio", "--id", account.account_sid, typed=account.auth_token
    )
    for number, role in ((SHARED, "shared"), (POOL, "pool")):
        ran = await terminal.later("numbers", "add", number, "--carrier", "twilio", "--role", role)
        assert ran.status == 0, ran.err
    return terminal


@contextlib.asynccontextmanager
async def serving_at_home(terminal: Terminal) -> AsyncIterator[House]:
    """The service of a terminal's site, at the address that its settings name from now on."""
    listener = bind("127.0.0.1", 0)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    terminal.set(public_url=url)
    settings = await asyncio.to_thread(load)
    assert settings.database_url is not None
    assert settings.redis_url is not None
    database, cache = settings.database_url.get_secret_value(), settings.redis_url.get_secret_value()
    shell = await asyncio.to_thread(make_web, settings, url)
    with contextlib.closing(listener):
        async with open_house(settings, database, cache) as house, serving(make_app(house, shell), listener):
            yield house


@pytest.fixture
async def served(site: Terminal) -> AsyncIterator[House]:
    """The site's service, to which its numbers lead."""
    async with serving_at_home(site) as house:
        pointed = await site.later("numbers", "point", "--all")
        assert pointed.status == 0, pointed.err
        yield house
