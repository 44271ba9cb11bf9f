"""A code reaches a phone, by text and by call, over both carriers; who enters it has proven the number."""

import re

import pytest

from admin.people.people import SIGN_IN
from core.e164 import E164
from exchange import Exchange, Handset
from maskline import worker
from privacy.proof import Started
from privacy.proof_rules import Way
from tests.privacy.proving import proves
from tests.town import SHARED, Town

PHONES = {"twilio": E164("+12025550161"), "plivo": E164("+447700900161")}
"""A number is rung from a shared number of its own country, so each of these is served by one carrier."""


@pytest.fixture
def phone(carrier: str, connected: Exchange) -> Handset:
    return connected.handset(PHONES[carrier].value, "Newcomer")


async def starts(town: Town, carrier: str, way: Way, language: str = "en") -> Started:
    """Somebody asks for a code, and the worker sends it."""
    started = await town.house.people.proofs.start(PHONES[carrier], SIGN_IN, way, language, network="192.0.2.7")
    await worker.drain(town.house)
    return started


def digits(said: str) -> list[str]:
    """Every code in what was said or texted."""
    bare = re.sub(r"(?<=\d)[,;] (?=\d)", "", said)
    return re.findall(r"(?<!\d)\d{6}(?!\d)", bare)


async def test_a_text_carries_the_code(town, connected, carrier, phone):
    started = await starts(town, carrier, "text")

    text = await phone.receives("code")
    (code,) = digits(text.body)
    number = await proves(town.house.people.proofs, started.proof_id, code, SIGN_IN)

    assert number == PHONES[carrier]
    assert text.from_ == SHARED[carrier].value
    assert "Tell it to nobody" in text.body
    assert connected.leaks == []
    assert connected.complaints == []


async def test_a_call_says_the_code_twice_once_a_key_is_pressed(town, connected, carrier, phone):
    started = await starts(town, carrier, "voice")
    call = await phone.answers()
    await phone.hears("Press 1")
    before = digits(" ".join(phone.heard))
    await phone.presses("1")
    await phone.hears("Tell it to nobody")
    await call.ended()

    codes = digits(" ".join(phone.heard))
    assert before == []
    assert len(codes) == 2
    assert len(set(codes)) == 1
    assert await proves(town.house.people.proofs, started.proof_id, codes[0], SIGN_IN) == PHONES[carrier]
    assert phone.shown == SHARED[carrier].value
    assert connected.leaks == []
    assert connected.complaints == []
    (row,) = await town.rows("SELECT purpose, outcome, state, caller_sealed FROM call")
    assert row == {"purpose": "proof", "outcome": "talked", "state": 5, "caller_sealed": None}


async def test_a_voicemail_keeps_no_code(town, connected, carrier, phone):
    await starts(town, carrier, "voice")
    call = await phone.answers()
    await phone.hears("Press 1")
    await connected.passes(120)
    await call.ended()

    assert digits(" ".join(phone.heard)) == []
    assert [row["outcome"] for row in await town.rows("SELECT outcome FROM call")] == ["no-answer"]


async def test_it_is_said_in_the_language_that_was_asked_for(town, connected, carrier, phone):
    await starts(town, carrier, "voice", "hi")
    await phone.answers()
    await phone.hears("1 दबाइए")
    await phone.presses("1")

    assert re.search(r"[\u0900-\u097f]", await phone.hears("कोड"))


async def test_the_carriers_records_of_a_code_are_deleted(town, connected, carrier, phone):
    await starts(town, carrier, "text")
    await phone.receives("code")

    jobs = await town.rows("SELECT kind, payload::text FROM outbox")
    assert [job["kind"] for job in jobs] == ["forget-text"]
