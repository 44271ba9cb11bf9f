"""docs/going-live.md, as somebody follows it: every command of the page, in its order, against the exchange."""

import asyncio
import re
import shlex
from collections.abc import AsyncIterator

import pytest

from exchange import Exchange
from maskline.commands import COMMANDS
from maskline.settings import HOME
from maskline.wiring import House
from tests.maskline.terminal import SHARED, Terminal, serving_at_home

PAGE = (HOME / "docs" / "going-live.md").read_text()
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
STEPS = [shlex.split(line)[1:] for block in BLOCKS for line in block.splitlines() if line.startswith("./run ")]
OWNER = "+12025550151"


@pytest.fixture
def unknown(terminal: Terminal, desk: Exchange) -> Terminal:
    """A fresh site whose carriers are the exchange, where one number was bought."""
    terminal.set(twilio_api_url=desk.twilio_api_url, plivo_api_url=desk.plivo_api_url)
    desk.number(SHARED, carrier="twilio")
    return terminal


@pytest.fixture
async def live(unknown: Terminal) -> AsyncIterator[House]:
    """What `./run serve` does."""
    async with serving_at_home(unknown) as house:
        yield house


async def test_every_command_of_the_page_works_in_its_order(
    unknown: Terminal, live: House, desk: Exchange, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(unknown.folder)
    account, code = desk.twilio, ""

    for words in STEPS:
        if words[0] == "serve":
            continue  # `live` stands for it, and tests/maskline/test_serve.py runs the real one
        typed = f"{account.account_sid}\n{account.auth_token}\n" if words[:2] == ["accounts", "add"] else ""
        following = [code if word == "CODE" else word for word in words]
        if words[:2] == ["stickers", "activate"]:
            await _agrees(unknown, desk, following)
            continue
        unknown.set(public_url="https://calls.example.org" if words[:2] == ["stickers", "print"] else live.public_url)
        ran = await unknown.later(*following, typed=typed)
        assert ran.status == 0, f"{shlex.join(following)}: {ran.out}{ran.err}"
        if words[:2] == ["accounts", "add"]:
            await live.refresh()  # a process that serves is told to
        if words[:2] == ["stickers", "issue"]:
            code = ran.out.strip()

    assert (unknown.folder / "sticker.pdf").read_bytes().startswith(b"%PDF-")
    assert (unknown.folder / "site.backup").exists()


def test_the_page_takes_a_newcomer_through_every_step():
    done = [" ".join(words[:2]) for words in STEPS]

    assert done.index("serve") < done.index("accounts add") < done.index("numbers add") < done.index("numbers point")
    assert done.index("numbers point") < done.index("doctor") < done.index("stickers issue")
    assert done.index("stickers activate") < done.index("stickers test") < done.index("stickers print")


def test_every_command_that_the_page_names_exists():
    named = {match.split()[0] for match in re.findall(r"`?\./run ([a-z]+)", PAGE)}

    assert named <= set(COMMANDS)


async def _agrees(unknown: Terminal, desk: Exchange, words: list[str]) -> None:
    owner = desk.handset(OWNER)
    asking = asyncio.create_task(unknown.later(*words, typed=OWNER))
    await owner.rings()
    await owner.answers()
    await owner.hears("Press 1")
    await owner.presses("1")
    ran = await asking
    assert ran.status == 0, ran.err
