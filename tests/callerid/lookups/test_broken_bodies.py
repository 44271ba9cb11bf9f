"""A body that comes broken or late is its sender's mistake: every door says so, and none takes it for one of ours."""

import asyncio

import pytest

from privacy import doors
from tests.callerid.lookups.desk import Desk

DOORS = {"/api/callerid/lookup": "bad-look-up", "/api/callerid/contacts": "bad-look-up",
         "/api/callerid/opt-outs": "bad-request", "/api/people/sign-ups": "bad-field"}  # fmt: skip
_SAID = {"Authorization": "Bearer token-0", "Content-Type": "application/json"}


@pytest.mark.parametrize(("path", "slug"), DOORS.items())
async def test_a_body_that_is_not_packed_as_it_says_is_refused(desk: Desk, caplog, path, slug):
    said = _SAID | {"Content-Encoding": "gzip"}
    async with desk.session.post(desk.base + path, data=b"no gzip at all", headers=said) as answer:
        told = await answer.json(content_type=None)

    assert (answer.status, told["type"]) == (422, f"/problems/{slug}")
    assert not [record for record in caplog.records if record.name.startswith("maskline")]


@pytest.mark.parametrize(("path", "slug"), DOORS.items())
async def test_a_body_that_does_not_come_is_not_waited_for(desk: Desk, monkeypatch, path, slug):
    monkeypatch.setattr(doors, "BODY_WITHIN", 0.05)

    async def never():
        yield b'{"number":'
        await asyncio.Event().wait()

    async with desk.session.post(desk.base + path, data=never(), headers=_SAID) as answer:
        told = await answer.json(content_type=None)

    assert (answer.status, told["type"]) == (422, f"/problems/{slug}")
    assert "too long to arrive" in told["detail"]
