"""A person's number and their codes stand nowhere but where they must, also when a layer breaks."""

import json
import logging
from uuid import UUID

import aiohttp
import pytest

from admin.people import store
from admin.people.people import People
from maskline import worker
from privacy.numbers import NumberKeys
from privacy.proof import Proofs
from privacy.proof_codes import Codes
from privacy.proof_rules import Destinations
from privacy.sealing import Sealer
from tests.masking.served import browsing, served
from tests.privacy.proving import can_be_read, code_of, wrong_code
from tests.proofs.leaks import OWNER, STRANGER, found, in_memory, in_tables, in_valkey
from tests.town import Town

LAYERS: tuple[tuple[type, str], ...] = (
    (NumberKeys, "key"), (Sealer, "seal"), (Sealer, "open"), (Codes, "fits"), (Proofs, "start"), (Proofs, "proven"),
    (Proofs, "_pay"), (People, "finish"), (People, "_person"), (People, "number"), (Destinations, "country"),
)  # fmt: skip


class _Wire:
    """What was asked for, and what was answered, but for the person's own number in their own account."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    async def ask(self, session, method: str, url: str, **more) -> dict[str, object]:
        async with session.request(method, url, **more) as answer:
            self.seen.append(f"{answer.url} {answer.headers}")
            body = json.loads(await answer.text())
            self.seen.append(json.dumps({name: value for name, value in body.items() if name != "number"}))
            return dict(body)


async def a_day(town: Town, wire: _Wire) -> list[str]:
    """Somebody signs in by the API and by the page, enters wrong codes, looks at themselves. Returns the codes."""
    codes = []
    async with served(town) as base, aiohttp.ClientSession() as session:
        api = f"{base}/api/people"
        told = await wire.ask(session, "POST", f"{api}/sign-ups", json={"number": OWNER.value})
        proof = UUID(str(told["sign_up"]))
        codes = [code_of(town, proof), wrong_code(town, proof)]
        for code in reversed(codes):
            told = await wire.ask(
                session, "POST", f"{api}/sign-ups/{proof}", json={"code": code, "device": OWNER.value}
            )
        signed = {"Authorization": f"Bearer {told['token']}"}
        for path in ("/me", "/me/devices", "/me/consents", "/me/export"):
            await wire.ask(session, "GET", api + path, headers=signed)
        async with browsing(base) as browser:
            path = await browser.path_after("/me/names", number=STRANGER.value, way="voice")
            await browser.send("/me/names", number=STRANGER.value[:-1], way="voice")
            await browser.send(path, code=OWNER.value)
    await worker.drain(town.house)
    return codes


async def test_a_planted_number_and_its_code_stand_nowhere_else(town, redis_url, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    wire = _Wire()

    codes = await a_day(town, wire)

    logged = caplog.text + "".join(capfd.readouterr())
    searched = ("proof", "proof_spending", "outbox", "call", "audit_entry", "tally", "person", "device", "consent")
    tables = str([await town.rows(f"SELECT t::text FROM {table} t") for table in searched])
    assert await in_tables(town) == {}
    assert await in_valkey(redis_url) == []
    assert found(logged) == []
    assert found("".join(wire.seen)) == []
    assert in_memory() == []
    assert [code for code in codes if can_be_read(code, logged) or can_be_read(code, tables)] == []


@pytest.mark.parametrize(("layer", "method"), LAYERS, ids=lambda each: getattr(each, "__name__", each))
async def test_a_layer_that_breaks_tells_no_number(town, monkeypatch, caplog, capfd, layer, method):
    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("broken on purpose")

    caplog.set_level(logging.DEBUG)
    async with served(town) as base, browsing(base) as browser:
        monkeypatch.setattr(layer, method, breaks)
        _, page = await browser.send("/me/names", number=OWNER.value, way="text")
        _, other = await browser.send("/me/names/code/00000000-0000-4000-8000-000000000000", code=OWNER.value)

    assert found(caplog.text + "".join(capfd.readouterr())) == []
    assert found(page.text + other.text) == []


def test_a_store_row_prints_no_number():
    sending = store.Sending(UUID(int=1), "sign-in", b"sealed", "text", "en")

    assert "sealed" not in repr(sending)
