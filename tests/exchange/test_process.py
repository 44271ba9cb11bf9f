"""`python -m exchange`: told what it is on standard input, and gone when that closes."""

import asyncio
import json
import signal
import sys
from base64 import b64encode
from pathlib import Path

import aiohttp
import pytest

ROOT = Path(__file__).parents[2]
ACCOUNT = "AC" + "0" * 32
WANTED = {
    "http_port": 0,
    "ui_token": "once",
    "twilio": {"account_sid": ACCOUNT, "auth_token": "t"},
    "plivo": {"auth_id": "MA" + "A" * 18, "auth_token": "p"},
    "handsets": [{"number": "+12025550101", "label": "Alice"}],
}


async def _start(first_line: str) -> asyncio.subprocess.Process:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "exchange", cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(first_line.encode() + b"\n")
    return process


async def test_it_says_where_it_listens_and_stops_when_standard_input_closes():
    process = await _start(json.dumps(WANTED))
    assert process.stdin is not None
    assert process.stdout is not None
    ready = json.loads(await process.stdout.readline())
    basic = b64encode(f"{ACCOUNT}:t".encode()).decode()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{ready['port']}") as session:
        listed = await session.get(
            f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json", headers={"Authorization": f"Basic {basic}"}
        )
        assert (await listed.json())["calls"] == []

    process.stdin.close()

    assert ready == {"ready": True, "port": ready["port"]}
    assert await process.wait() == 0


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
async def test_it_stops_when_asked(asked):
    process = await _start("{}")
    assert process.stdout is not None
    ready = json.loads(await process.stdout.readline())

    process.send_signal(asked)

    assert await process.wait() == 0
    assert ready["page"].startswith(f"http://127.0.0.1:{ready['port']}/?token=")
    assert ready["twilio"]["account_sid"].startswith("AC")


async def test_without_an_open_standard_input_it_says_what_it_needs():
    """As nohup, cron and services give it: /dev/null is never closed by anybody."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "exchange", cwd=ROOT, stdin=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )

    _, problem = await process.communicate()

    assert process.returncode == 2
    assert problem == b"exchange: standard input must be a pipe or a terminal: the desk stops when it closes\n"


@pytest.mark.parametrize(
    "line", ["not json", '{"http_port": "x"}', '{"twilio": {}}', '{"handsets": [{"number": "12"}]}']
)
async def test_a_wrong_line_is_refused_in_words(line):
    process = await _start(line)

    _, problem = await process.communicate()

    assert process.returncode == 2
    assert problem.startswith(b"exchange: ")
    assert b"Traceback" not in problem
