"""
`python -m exchange`: one desk, told what it is by one JSON object on standard input.

    {"http_port": 0, "ui_token": "...", "twilio": {"account_sid": "AC...", "auth_token": "..."},
     "plivo": {"auth_id": "MA...", "auth_token": "..."}, "handsets": [{"number": "+12025550101", "label": "Alice"}],
     "allow": ["webhooks.example"]}

Everything may be left out. The object is one line, so that secrets are in no argument and no environment. One line of
JSON is printed once it listens; with credentials or a token made here, they are in it. The desk stops when standard
input closes, which is when its parent dies, and on SIGTERM or SIGINT.
"""

import asyncio
import json
import logging
import os
import secrets
import signal
import stat
import sys
from dataclasses import dataclass, field
from typing import Any

from exchange.accounts import PlivoAccount, TwilioAccount
from exchange.desk import Exchange
from exchange.timers import RealTimers

_SPEECH_RATE = 15.0  # characters a second, about as fast as browsers speak
_COMMA = 2.0  # seconds, as phones wait
_LONGEST_LINE = 1024 * 1024


class BadConfiguration(Exception):
    """What is wrong with the line on standard input, and what to do."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """What the parent asked for."""

    http_port: int = 0
    ui_token: str = ""
    twilio: TwilioAccount | None = None
    plivo: PlivoAccount | None = None
    handsets: tuple[tuple[str, str], ...] = ()
    allow: frozenset[str] = field(default=frozenset())


def read_configuration(line: str) -> Configuration:
    """Raises BadConfiguration."""
    try:
        said = json.loads(line or "{}")
        return Configuration(
            http_port=_port(said.get("http_port", 0)),
            ui_token=_word(said.get("ui_token", ""), "ui_token"),
            twilio=_account(said, "twilio", TwilioAccount, ("account_sid", "auth_token")),
            plivo=_account(said, "plivo", PlivoAccount, ("auth_id", "auth_token")),
            handsets=tuple(
                (_word(one["number"], "number"), str(one.get("label", ""))) for one in said.get("handsets", [])
            ),
            allow=frozenset(_word(host, "allow") for host in said.get("allow", [])),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as problem:
        raise BadConfiguration(
            f"standard input must hold one JSON object, see docs/exchange.md: {problem!r}"
        ) from problem


def _port(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 65_535:
        raise ValueError("http_port is 0 to 65535")
    return value


def _word(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name} is text")
    return value


def _account(said: dict[str, Any], name: str, kind: Any, parts: tuple[str, str]) -> Any:
    given = said.get(name)
    return None if given is None else kind(*(_word(given[part], f"{name}.{part}") for part in parts))


async def _standard_input() -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=_LONGEST_LINE)
    loop = asyncio.get_running_loop()
    mode = os.fstat(sys.stdin.fileno()).st_mode
    # A file or /dev/null never closes; asyncio takes the latter, and then waits for ever.
    if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or sys.stdin.isatty()):
        raise BadConfiguration("standard input must be a pipe or a terminal: the desk stops when it closes")
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


async def _drained(reader: asyncio.StreamReader) -> None:
    """Return when standard input is closed."""
    while await reader.read(4096):
        continue


async def run() -> int:
    """The exit code: 0 stopped as asked, 2 badly configured or the port is taken."""
    stop = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    reader = await _standard_input()
    # A person at a terminal has no object to type: they get a desk made of defaults, until Ctrl-C.
    line = b"{}" if sys.stdin.isatty() else await reader.readline()
    wanted = read_configuration(line.decode("utf-8", "replace"))
    token = wanted.ui_token or secrets.token_urlsafe(24)
    desk = Exchange(
        twilio=wanted.twilio, plivo=wanted.plivo, timers=RealTimers(), port=wanted.http_port,
        speech_rate=_SPEECH_RATE, comma=_COMMA, allowed=wanted.allow, ui_token=token,
    )  # fmt: skip
    async with desk:
        for number, label in wanted.handsets:
            desk.handset(number, label)
        _say(ready(desk, wanted, token))
        closed = asyncio.create_task(_drained(reader))
        asked = asyncio.create_task(stop.wait())
        await asyncio.wait({closed, asked}, return_when=asyncio.FIRST_COMPLETED)
        closed.cancel()
        asked.cancel()
    return 0


def ready(desk: Exchange, wanted: Configuration, token: str) -> dict[str, Any]:
    """The line that says it listens; what was made here rather than given is told, as nobody else knows it."""
    said: dict[str, Any] = {"ready": True, "port": desk.port}
    if not wanted.ui_token:
        said["page"] = f"{desk.url}/?token={token}"
    if wanted.twilio is None:
        said["twilio"] = {"account_sid": desk.twilio.account_sid, "auth_token": desk.twilio.auth_token}
    if wanted.plivo is None:
        said["plivo"] = {"auth_id": desk.plivo.auth_id, "auth_token": desk.plivo.auth_token}
    return said


def _say(said: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


def main() -> int:
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="exchange: %(message)s")
    try:
        return asyncio.run(run())
    except (BadConfiguration, OSError, ValueError) as problem:
        sys.stderr.write(f"exchange: {problem}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
