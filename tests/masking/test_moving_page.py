"""docs/moving-from-twilio-proxy.md, as somebody follows it: its commands, its program, and the call at the end."""

import asyncio
import contextlib
import io
import re
import shlex

import pytest

from exchange import Exchange
from maskline.commands import COMMANDS
from maskline.settings import HOME
from tests.maskline.terminal import Terminal, serving_at_home

PAGE = (HOME / "docs" / "moving-from-twilio-proxy.md").read_text()
COMMANDS_GIVEN = [
    shlex.split(line)[1:] for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()
]
ONE_LINE, PROGRAM = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
NUMBER = "+12025550120"
ALICE, BOB = "+12025550152", "+12025550153"


async def test_a_newcomer_gets_from_nothing_to_a_call(
    terminal: Terminal, desk: Exchange, monkeypatch: pytest.MonkeyPatch
):
    terminal.set(twilio_api_url=desk.twilio_api_url, plivo_api_url=desk.plivo_api_url)
    desk.number(NUMBER, carrier="twilio")
    account = desk.twilio
    added = ("accounts", "add", "--carrier", "twilio", "--id", account.account_sid)
    assert (await terminal.later(*added, typed=account.auth_token)).status == 0
    async with serving_at_home(terminal) as house:
        told: dict[str, str] = {}
        for words in COMMANDS_GIVEN:
            ran = await terminal.later(*words)
            assert ran.status == 0, f"{shlex.join(words)}: {ran.err}"
            told |= dict(re.findall(r"^(Account SID|Token) +(\w+)$", ran.out, re.MULTILINE))
        await house.refresh()  # a process that serves is told to
        monkeypatch.setenv("ACCOUNT_SID", told["Account SID"])
        monkeypatch.setenv("TOKEN", told["Token"])

        printed = await asyncio.to_thread(run, PROGRAM)
        await desk.handset(ALICE).dials(NUMBER)
        bob = desk.handset(BOB)
        await bob.rings()

        assert printed.splitlines() == [NUMBER, NUMBER]
        assert bob.shown == NUMBER
        assert desk.leaks == []


def test_the_one_line_is_the_one_of_the_program():
    assert ONE_LINE.split("=")[0] in PROGRAM


def test_every_command_that_the_page_names_exists():
    assert set(re.findall(r"`?\./run ([a-z]+)", PAGE)) <= set(COMMANDS)


def test_every_code_of_the_page_is_told_and_the_other_way_round():
    from masking.proxy_api.errors import CODES, NO_NUMBER

    table = PAGE[PAGE.index("## Codes") : PAGE.index("## Moving over")]
    explained = {int(code) for row in re.findall(r"^\| ([\d, ]+) \|", table, re.MULTILINE) for code in row.split(", ")}

    assert {code.code for code in CODES.values()} | set(NO_NUMBER.values()) <= explained


def run(program: str) -> str:
    """What a program prints. It is the page's own, word for word."""
    printed = io.StringIO()
    names: dict[str, object] = {}
    with contextlib.redirect_stdout(printed):
        exec(compile(program, "docs/moving-from-twilio-proxy.md", "exec"), names)
    client = names["client"]
    client.http_client.session.close()  # type: ignore[attr-defined]
    return printed.getvalue()
