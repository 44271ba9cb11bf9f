"""Our own API against its own description: whatever is sent, it answers as described and never breaks."""

from pathlib import Path

import aiohttp
import pytest

from tests.fuzzing import answers_as_described
from tests.masking.served import served
from tests.town import ALICE, SESSION, Town

EXAMPLES = 8
"""Requests made up for each operation. Deleting is left out: it would take away what the others work on."""


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # its probe sends a broken header
async def test_whatever_is_sent_is_answered_as_described(town: Town, tmp_path: Path):
    issued = await town.house.clients.create(town.tenant, "fuzz", ["api"])
    signed = {"Authorization": aiohttp.encode_basic_auth(issued.account_sid, issued.token)}
    async with served(town) as base:
        config = tmp_path / "schemathesis.toml"
        config.write_text(await _parameters(base, signed))
        await answers_as_described(
            base, "^/api/services", issued.token, tmp_path, EXAMPLES, "--exclude-method", "DELETE",
            "--rate-limit", "25/s", config=config,
        )  # fmt: skip


async def _parameters(base: str, signed: dict[str, str]) -> str:
    """Names in addresses that lead somewhere: a service with a number, and a session where somebody is awaited."""
    async with aiohttp.ClientSession(f"{base}/api/", headers=signed) as program:
        await _made(program, "services", {"unique_name": "rides"})
        await _made(program, "services/rides/numbers", {"number": SESSION["twilio"][0].value})
        people = [{"number": ALICE.value}, {"side": 2}]
        session = await _made(program, "services/rides/sessions", {"unique_name": "order", "participants": people})
    awaited = session["participants"][1]["id"]
    return f'[parameters]\n"path.service" = "rides"\n"path.session" = "order"\n"path.participant" = "{awaited}"\n'


async def _made(program: aiohttp.ClientSession, path: str, body: object) -> dict[str, list[dict[str, str]]]:
    async with program.post(path, json=body) as answer:
        assert answer.status == 201, await answer.text()
        made: dict[str, list[dict[str, str]]] = await answer.json()
        return made
