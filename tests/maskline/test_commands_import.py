"""`./run numbers import`, and what the doctor says of numbers and pools, against the vendors' wire."""

from typing import Any

import asyncpg
import pytest

from core.e164 import E164
from exchange import Exchange
from masking.sessions.given import Party, ServiceGiven, SessionGiven
from masking.sessions.ports import Principal
from masking.sessions.values import Numbering
from maskline.wiring import House
from tests.maskline.terminal import PUBLIC_URL, SHARED, Terminal

FRESH, OTHERS, GREETED = "+12025550120", "+12025550121", "+12025550122"
ELSEWHERE = "https://other.example.org/voice"
_KEPT = "SELECT e164, carrier_sid, voice, texts FROM proxy_number"
ALICE, BOB = E164("+12025550152"), E164("+12025550153")


@pytest.fixture
def shop(site: Terminal, desk: Exchange) -> Terminal:
    """A site on whose account three more numbers stand: fresh, another program's, and one with Twilio's greeting."""
    desk.number(FRESH, carrier="twilio")
    desk.number(OTHERS, carrier="twilio", voice_url=ELSEWHERE)
    desk.number(GREETED, carrier="twilio", voice_url="https://demo.twilio.com/welcome/voice/")
    return site


async def rows(database_url: str, sql: str) -> list[dict[str, Any]]:
    """Rows of the site's database."""
    conn = await asyncpg.connect(database_url)
    try:
        return [dict(row) for row in await conn.fetch(sql)]
    finally:
        await conn.close()


async def test_every_number_of_the_account_is_taken_in_and_known_ones_stay(shop: Terminal, desk: Exchange):
    ran = await shop.later("numbers", "import", "twilio", "--json")
    listed = (await shop.later("numbers", "list", "--json")).json["numbers"]

    told = {each["number"]: (each["state"], each["leads"]) for each in ran.json["numbers"]}
    assert told[FRESH] == ("taken in", "lead nowhere")
    assert told[OTHERS] == ("taken in", "lead elsewhere")
    assert told[GREETED] == ("taken in", "lead nowhere")
    assert told[SHARED][0] == "known"
    assert {each["number"]: each["role"] for each in listed if each["number"] in (FRESH, OTHERS, SHARED)} == {
        FRESH: "session", OTHERS: "session", SHARED: "shared",
    }  # fmt: skip
    assert desk.office.registry.numbers[FRESH].hooks.voice_url == ""


async def test_what_the_carrier_says_of_a_number_is_kept_also_of_a_known_one(
    shop: Terminal, desk: Exchange, database_url: str
):
    await shop.later("numbers", "import", "twilio")

    kept = {row["e164"]: row for row in await rows(database_url, _KEPT)}
    for number in (FRESH, SHARED):
        assert kept[number]["carrier_sid"] == desk.office.registry.numbers[number].sid
        assert (kept[number]["voice"], kept[number]["texts"]) == (True, True)


async def test_a_number_that_is_added_is_known_by_the_carriers_own_id(
    shop: Terminal, desk: Exchange, database_url: str
):
    ran = await shop.later("numbers", "add", FRESH, "--carrier", "twilio", "--role", "session", "--json")

    sid = desk.office.registry.numbers[FRESH].sid
    assert {"asked": True, "sid": sid, "voice": True, "texts": True}.items() <= ran.json.items()
    kept = {row["e164"]: row["carrier_sid"] for row in await rows(database_url, _KEPT)}
    assert kept[FRESH] == sid


@pytest.mark.parametrize(
    ("number", "api_url", "said"),
    [
        (FRESH, "http://127.0.0.1:9", "Twilio is away and could not say what it can do."),
        ("+12025550129", None, "Twilio's account does not hold it yet."),
    ],
)
async def test_a_number_that_the_carrier_says_nothing_of_is_added_all_the_same(
    shop: Terminal, database_url: str, number: str, api_url: str | None, said: str
):
    if api_url is not None:
        shop.set(twilio_api_url=api_url)

    ran = await shop.later("numbers", "add", number, "--carrier", "twilio", "--role", "session")

    assert ran.status == 0, ran.err
    taken, why, then = ran.lines
    assert taken == "Taken in as session."
    assert why.startswith(said)
    assert "./run numbers import twilio" in why
    assert then == f"After that, tell Twilio where its calls go: ./run numbers point {number}"
    kept = {row["e164"]: row for row in await rows(database_url, _KEPT)}
    assert dict(kept[number]) == {"e164": number, "carrier_sid": None, "voice": True, "texts": True}


async def test_pointing_takes_no_number_from_another_program(shop: Terminal, desk: Exchange):
    ran = await shop.later("numbers", "import", "twilio", "--point", "--json")

    hooks = {number: desk.office.registry.numbers[number].hooks.voice_url for number in (FRESH, OTHERS, GREETED)}
    assert hooks == {
        FRESH: f"{PUBLIC_URL}/hooks/twilio/voice", OTHERS: ELSEWHERE, GREETED: f"{PUBLIC_URL}/hooks/twilio/voice",
    }  # fmt: skip
    assert {each["number"]: each["leads"] for each in ran.json["numbers"]}[FRESH] == "lead here"


async def test_importing_again_changes_nothing(shop: Terminal, database_url: str):
    await shop.later("numbers", "import", "twilio")

    again = await shop.later("numbers", "import", "twilio", "--role", "pool", "--json")

    assert {each["state"] for each in again.json["numbers"]} == {"known"}
    assert len(await rows(database_url, "SELECT FROM proxy_number WHERE role = 'session'")) == 3


async def test_an_account_that_there_is_not_is_told(shop: Terminal):
    ran = await shop.later("numbers", "import", "plivo")

    assert ran.status == 1
    assert "./run accounts add" in ran.err


async def test_the_doctor_tells_of_numbers_that_could_be_taken_in(shop: Terminal):
    before = (await shop.later("doctor", "--json")).json["checks"]
    await shop.later("numbers", "import", "twilio")
    after = (await shop.later("doctor", "--json")).json["checks"]

    assert any("3 more on the account" in each["found"] for each in before)
    assert not any("more on the account" in each["found"] for each in after)


async def test_the_doctor_warns_when_a_pool_is_nearly_full(served: House, site: Terminal, desk: Exchange):
    desk.number(FRESH, carrier="twilio")
    await site.later("numbers", "import", "twilio")
    made = (await site.later("clients", "create", "--name", "a", "--json")).json
    principal = await served.clients.principal(made["account_sid"], made["token"])
    assert isinstance(principal, Principal)
    await served.refresh()
    rooms = served.rooms
    empty = await rooms.services.create(
        principal, ServiceGiven(unique_name="empty"), numbering=Numbering.ONE, screens=False
    )
    full = await rooms.services.create(
        principal, ServiceGiven(unique_name="full"), numbering=Numbering.ONE, screens=False
    )
    await rooms.pool.add(principal.tenant, full.service_id, E164(FRESH), reserved=False)
    before = await stands(site)
    people = (Party(number=ALICE), Party(number=BOB))
    await rooms.sessions.create(principal.tenant, full.service_id, SessionGiven(), people)
    after = await stands(site)

    names = [f"service {each.service_id.hex[:8]}" for each in (empty, full)]
    assert [before[name][0] for name in names] == ["warn", "ok"]
    assert after[names[1]][0] == "warn"
    assert "100% full: 1 numbers, 1 live, the busiest person holds 1." in after[names[1]][1]


async def stands(site: Terminal) -> dict[str, tuple[str, str]]:
    """Each check of the doctor's -> its health, and what was found."""
    checks = (await site.later("doctor", "--json")).json["checks"]
    return {each["check"]: (each["health"], each["found"]) for each in checks}
