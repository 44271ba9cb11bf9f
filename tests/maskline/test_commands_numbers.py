"""Accounts with carriers and our own numbers, from the terminal and against the vendors' wire."""

from datetime import UTC, datetime, timedelta

import pytest

from exchange import Exchange
from exchange.accounts import TwilioAccount
from tests.maskline.terminal import POOL, PUBLIC_URL, SHARED, Terminal

TOKEN = "0123456789abcdef0123456789abcdef"


async def test_an_account_is_kept_once_the_carrier_accepts_its_token(terminal: Terminal, desk: Exchange):
    terminal.set(twilio_api_url=desk.twilio_api_url)
    sid, token = desk.twilio.account_sid, desk.twilio.auth_token

    added = await terminal.later("accounts", "add", "--carrier", "twilio", "--id", sid, "--json", typed=f"{token}\n")
    listed = await terminal.later("accounts", "list", "--json")

    assert added.json == {"carrier": "twilio", "id": sid, "new": True, "numbers": 0}
    assert listed.json["accounts"] == [{"carrier": "twilio", "id": sid, "tokens": 1, "state": "works, holds 0 numbers"}]
    assert token not in added.out + added.err + listed.out


async def test_a_token_that_the_carrier_refuses_is_not_kept(terminal: Terminal, desk: Exchange):
    terminal.set(twilio_api_url=desk.twilio_api_url)
    sid = desk.twilio.account_sid

    ran = await terminal.later("accounts", "add", "--carrier", "twilio", "--id", sid, typed=TOKEN)

    assert ran.status == 1
    assert "The carrier refused the request" in ran.err
    assert TOKEN not in ran.out + ran.err
    assert (await terminal.later("accounts", "list", "--json")).json == {"accounts": []}


async def test_plivos_account_is_typed_whole_on_standard_input(terminal: Terminal, desk: Exchange):
    terminal.set(plivo_api_url=desk.plivo_api_url)
    typed = f"{desk.plivo.auth_id}\n{desk.plivo.auth_token}\n"

    ran = await terminal.later("accounts", "add", "--carrier", "plivo", typed=typed)

    assert ran.status == 0
    assert "Plivo accepts it" in ran.out


@pytest.mark.parametrize(
    ("words", "typed", "said"),
    [
        (("--carrier", "twilio", "--id", "AC12"), TOKEN, "AC and 32 hex digits"),
        (("--carrier", "plivo", "--id", "ma1"), TOKEN, "20 capital letters and digits"),
        (("--carrier", "twilio", "--id", "AC" + "0" * 32), "", "standard input is empty"),
    ],
)
def test_an_account_that_cannot_be_right_is_refused_before_anybody_is_asked(terminal: Terminal, words, typed, said):
    ran = terminal("accounts", "add", *words, typed=typed)

    assert ran.status == 1
    assert said in ran.err


async def test_a_new_token_stands_beside_the_former_one_until_told_otherwise(site: Terminal, desk: Exchange):
    sid = desk.twilio.account_sid
    words = ("accounts", "add", "--carrier", "twilio", "--id", sid)

    async with Exchange(twilio=TwilioAccount(sid, TOKEN)) as renewed:
        site.set(twilio_api_url=renewed.twilio_api_url)
        await site.later(*words, typed=TOKEN)
        beside = (await site.later("accounts", "list", "--json")).json["accounts"]
        await site.later(*words, "--only", typed=TOKEN)
        alone = (await site.later("accounts", "list", "--json")).json["accounts"]

    assert [each["tokens"] for each in beside] == [2]
    assert [each["tokens"] for each in alone] == [1]


async def test_seeding_takes_in_what_the_settings_name_and_only_once(terminal: Terminal, desk: Exchange):
    terminal.set(twilio_account_sid=desk.twilio.account_sid, twilio_auth_token=desk.twilio.auth_token)

    first = await terminal.later("seed", "--json")
    again = await terminal.later("seed", "--json")

    assert [each["new"] for each in first.json["accounts"]] == [True]
    assert [each["new"] for each in again.json["accounts"]] == [False]


def test_seeding_nothing_says_what_to_set(terminal: Terminal):
    ran = terminal("seed")

    assert ran.status == 1
    assert "MASKLINE_TWILIO_ACCOUNT_SID" in ran.err


async def test_a_number_is_taken_in_listed_pointed_rested_and_let_go(site: Terminal, desk: Exchange):
    pointed = await site.later("numbers", "point", SHARED, "--json")
    rested = await site.later("numbers", "rest", POOL, "--role", "shared", "--json")
    removed = await site.later("numbers", "remove", POOL, "--yes")
    listed = await site.later("numbers", "list", "--json")

    hooks = f"{PUBLIC_URL}/hooks/twilio"
    assert pointed.json["numbers"][0]["voice"] == f"{hooks}/voice"
    assert desk.office.registry.numbers[SHARED].hooks.voice_url == f"{hooks}/voice"
    assert desk.office.registry.numbers[SHARED].hooks.ended_url == f"{hooks}/ended#rc=5&rp=ct,rt,5xx"
    assert desk.office.registry.numbers[SHARED].hooks.fallback_url == f"{hooks}/fallback"
    back = datetime.fromisoformat(rested.json["until"])
    assert timedelta(hours=23) < back - datetime.now(UTC) <= timedelta(hours=24)
    assert removed.status == 0
    assert [(each["number"], each["plays"]) for each in listed.json["numbers"]] == [(SHARED, "shared")]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "+44", "--carrier", "plivo"), "Write the number with its country code"),
        (("add", "+1" + "2" * 39, "--carrier", "twilio"), "a number has at most 15 digits"),
        (("add", SHARED, "--carrier", "twilio"), "is in the inventory already"),
        (("add", "+447700900100", "--carrier", "plivo"), "No account with this carrier is set up"),
        (("add", "+12025550111", "--carrier", "plivo"), "No account with this carrier is set up"),
        (("rest", "+12025550199"), "This number is not in the inventory"),
        (("remove", "+12025550199", "--yes"), "This number is not in the inventory"),
        (("point", "+12025550199"), "Take it in first"),
        (("remove", POOL), "add --yes if you mean it"),
    ],
)
async def test_a_number_that_cannot_be_is_refused_with_what_to_do(site: Terminal, words, said):
    ran = await site.later("numbers", *words)

    assert ran.status == 1
    assert said in ran.err


async def test_a_pool_number_needs_a_shared_one_first(terminal: Terminal, desk: Exchange):
    terminal.set(twilio_api_url=desk.twilio_api_url)
    account = desk.twilio
    await terminal.later(
        "accounts", "add", "--carrier", "twilio", "--id", account.account_sid, typed=account.auth_token
    )

    ran = await terminal.later("numbers", "add", POOL, "--carrier", "twilio", "--role", "pool")

    assert ran.status == 1
    assert "--role shared first" in ran.err


async def test_no_carrier_elsewhere_is_told_an_address_of_this_machine(site: Terminal):
    site.set(twilio_api_url="https://api.twilio.com")

    ran = await site.later("numbers", "point", SHARED)

    assert ran.status == 1
    assert "No carrier can reach http://127.0.0.1" in ran.err
    assert "MASKLINE_PUBLIC_URL" in ran.err


async def test_a_carrier_that_is_away_is_told_as_that(site: Terminal):
    site.set(twilio_api_url="http://127.0.0.1:9")

    ran = await site.later("numbers", "point", SHARED)

    assert ran.status == 1
    assert "The carrier's API is not answering" in ran.err
