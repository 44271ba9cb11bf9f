"""Looking after an installation from the terminal: the doctor, keys, the audit trail, what is kept and what is sent."""

import datetime as wall
import json
import re
from datetime import UTC, timedelta

import pytest

from carriers.placing import CarrierPlacer
from core import clock
from exchange import Exchange
from maskline.wiring import House
from privacy.keys import KeyRing
from tests.maskline.terminal import POOL, SHARED, Ran, Terminal, psql
from voice.ports import CarrierRefused


def findings(ran: Ran) -> dict[str, tuple[str, str, str]]:
    """By check: health, what was found, what to do."""
    return {each["check"]: (each["health"], each["found"], each["do"]) for each in ran.json["checks"]}


class TenMinutesAhead(wall.datetime):
    """This machine's clock, set wrongly."""

    @classmethod
    def now(cls, tz: wall.tzinfo | None = None) -> "TenMinutesAhead":
        told = super().now(tz) + timedelta(minutes=10)
        return cls.fromtimestamp(told.timestamp(), tz)


async def test_the_doctor_finds_nothing_wrong_with_a_site_that_serves(site: Terminal, served: House):
    ran = await site.later("doctor", "--json")

    assert ran.status == 0
    assert ran.json["well"] is True
    assert {health for health, _, _ in findings(ran).values()} == {"ok"}
    assert {"postgres", "valkey", "schema", "keys", "clock", "jobs", "twilio", SHARED, POOL, "address"} <= set(
        findings(ran)
    )


async def test_the_doctor_tells_numbers_that_lead_elsewhere_or_are_gone(site: Terminal, served: House, desk: Exchange):
    registry = desk.office.registry
    registry.numbers[SHARED].hooks.text_url = "https://elsewhere.example/sms"
    registry.remove(registry.numbers[POOL])

    ran = await site.later("doctor", "--json")

    assert ran.status == 1
    health, found, do = findings(ran)[SHARED]
    assert (health, found) == ("wrong", "Its webhooks lead elsewhere: text.")
    assert f"./run numbers point {SHARED}" in do
    assert findings(ran)[POOL][:2] == ("wrong", "It is not on the Twilio account.")


async def test_the_doctor_sets_webhooks_where_it_is_told_to(site: Terminal, served: House, desk: Exchange):
    registry = desk.office.registry
    registry.numbers[SHARED].hooks.text_url = "https://elsewhere.example/sms"

    told = await site.later("doctor", "--json")
    mended = await site.later("doctor", "--point", "--json")
    after = await site.later("doctor", "--json")

    assert (told.status, mended.status, after.status) == (1, 0, 0)
    assert findings(mended)[SHARED][:2] == ("ok", "Its webhooks led elsewhere: text. Now they lead here.")
    assert registry.numbers[SHARED].hooks.text_url.startswith(f"{served.public_url}/hooks/twilio/text")


async def test_webhooks_that_the_carrier_does_not_set_stay_wrong(
    site: Terminal, served: House, desk: Exchange, monkeypatch: pytest.MonkeyPatch
):
    async def refuses(*_: object) -> None:
        raise CarrierRefused(code="20003")

    desk.office.registry.numbers[SHARED].hooks.text_url = "https://elsewhere.example/sms"
    monkeypatch.setattr(CarrierPlacer, "point", refuses)

    ran = await site.later("doctor", "--point", "--json")

    assert ran.status == 1
    assert findings(ran)[SHARED][0] == "wrong"


async def test_the_doctor_tells_a_number_that_leads_here_and_is_not_ours(site: Terminal, served: House, desk: Exchange):
    stray = "+12025550111"
    desk.number(stray, carrier="twilio", voice_url=f"{served.public_url}/hooks/twilio/voice")

    ran = await site.later("doctor", "--json")

    assert findings(ran)[stray][0] == "warn"
    assert "is not in the inventory" in findings(ran)[stray][1]


async def test_the_doctor_tells_a_pool_without_a_shared_number(site: Terminal, served: House):
    async with served.database.work() as conn:
        await conn.execute("UPDATE proxy_number SET removed_at = made_at WHERE e164 = $1", SHARED)

    ran = await site.later("doctor")

    assert ran.status == 1
    assert "US has pool numbers and no shared one in service. Add one: ./run numbers add." in ran.out


async def test_the_doctor_tells_dead_letters_and_work_that_waits(site: Terminal, served: House):
    put = (
        "INSERT INTO outbox (tenant, kind, subject, idempotency, payload, made_at, due, attempts, dead_at, error) "
        "SELECT tenant, 'notice', 'x', $1, '{}', $2, $2, 8, $3, 'carrier-away' FROM tenant"
    )
    long_ago = served.clock.now() - timedelta(minutes=5)
    async with served.database.work() as conn:
        await conn.execute(put, "dead", long_ago, long_ago)
        await conn.execute(put, "waits", long_ago, None)

    ran = await site.later("doctor")
    listed = await site.later("jobs", "dead", "--json")

    assert ran.status == 1
    assert "1 jobs wait, so no worker runs. Start one" in ran.out
    assert "1 jobs were given up. See them: ./run jobs dead." in ran.out
    assert [(job["kind"], job["error"]) for job in listed.json["jobs"]] == [("notice", "carrier-away")]


async def test_the_doctor_tells_a_clock_that_is_ten_minutes_off(
    site: Terminal, served: House, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(clock, "datetime", TenMinutesAhead)

    ran = await site.later("doctor", "--json")

    health, found, do = findings(ran)["clock"]
    assert health == "warn"
    assert re.fullmatch(r"This machine is 6\d\d s ahead of PostgreSQL, whose time is used\.", found)
    assert "NTP" in do


async def test_commands_go_by_the_databases_time_where_the_clock_is_off(
    site: Terminal, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(clock, "datetime", TenMinutesAhead)

    await site.later("stickers", "issue", "1")
    (sticker,) = (await site.later("stickers", "list", "--json")).json["stickers"]

    made = wall.datetime.fromisoformat(sticker["made_at"])
    assert abs(wall.datetime.now(UTC) - made) < timedelta(minutes=5)


def test_the_doctor_goes_on_as_far_as_it_can(terminal: Terminal):
    terminal.set(database_url="postgresql://me:sesame@/none?host=/tmp/nowhere", redis_url="redis://:sesame@127.0.0.1:9")

    ran = terminal("doctor", "--json")

    assert ran.status == 1
    assert findings(ran)["valkey"][0] == "warn"
    assert findings(ran)["postgres"][0] == "wrong"
    assert "sesame" not in ran.out + ran.err


def test_the_doctor_tells_a_key_file_of_another_database(terminal: Terminal):
    terminal.well("stickers", "list")
    terminal.well("keys", "make", str(terminal.folder / "other.keys"))
    terminal.set(keys=terminal.folder / "other.keys")

    ran = terminal("doctor", "--json")

    assert ran.status == 1
    assert findings(ran)["keys"][0] == "wrong"
    assert "number 1 is a different key" in findings(ran)["keys"][2]


def test_a_database_that_was_never_migrated_is_told_so(terminal: Terminal, database_url: str):
    psql(database_url, "DROP SCHEMA public CASCADE; CREATE SCHEMA public")

    ran = terminal("doctor", "--json")
    refused = terminal("stickers", "list")

    assert ran.status == 1
    assert findings(ran)["schema"][0] == "wrong"
    assert (
        refused.err == "The database does not fit this version of Maskline. It is empty. Run `./run migrate` first.\n"
    )
    assert terminal("migrate", "--json").json["applied"]
    assert terminal("stickers", "list").status == 0


def test_a_key_file_is_made_once_and_never_written_over(terminal: Terminal):
    path = terminal.folder / "new.keys"

    made = terminal("keys", "make", str(path), "--json")
    again = terminal("keys", "make", str(path))

    assert made.json == {"file": str(path)}
    assert path.stat().st_mode & 0o777 == 0o600
    assert again.status == 1
    assert "exists already and is left alone" in again.err


async def test_a_seal_root_is_added_and_taken_out_once_it_seals_nothing(site: Terminal, served: House):
    added = await site.later("keys", "add", "seal", "--json")
    listed = {(each["root"], each["id"]): each for each in (await site.later("keys", "list", "--json")).json["keys"]}
    early = await site.later("keys", "retire", "1")

    assert added.json["id"] == 2
    assert listed["seal", 1]["seals"] > 0
    assert listed["seal", 2]["use"] == "newest"
    assert early.status == 1
    assert "This key still seals something" in early.err


def test_rekeying_moves_every_number_key_and_says_where_the_new_root_is(terminal: Terminal):
    terminal.well("stickers", "list")

    unasked = terminal("rekey")
    ran = terminal("rekey", "--yes", "--json")

    assert unasked.status == 1
    assert ran.json["version"] == 2
    assert KeyRing.load(terminal.folder / "maskline.keys").ids("number") == (1, 2)
    assert terminal("stickers", "list").status == 0


async def test_rekeying_refuses_while_somebody_serves(site: Terminal, served: House):
    from maskline.hold import holding

    async with holding(served):
        ran = await site.later("rekey", "--yes")

    assert ran.status == 1
    assert "Maskline is still running. Stop every service and worker" in ran.err


async def test_a_whole_audit_trail_is_told_with_its_head(site: Terminal):
    first = await site.later("audit", "verify", "--json")
    noted = site.folder / "audit.json"
    noted.write_text(first.out)
    await site.later("stickers", "issue", "1")

    again = await site.later("audit", "verify", "--seen", str(noted), "--json")

    assert first.json["whole"] is True
    assert again.status == 0
    assert again.json["links"] == first.json["links"] + 1


async def test_an_audit_trail_that_was_rolled_back_is_found_out(site: Terminal):
    told = (await site.later("audit", "verify", "--json")).json
    noted = site.folder / "audit.json"
    noted.write_text(json.dumps({**told, "links": told["links"] + 3, "head": "00" * 32}))

    ran = await site.later("audit", "verify", "--seen", str(noted))

    assert ran.status == 1
    assert "The audit trail is broken" in ran.out


def test_a_note_of_the_trail_that_is_none_is_refused(terminal: Terminal):
    (terminal.folder / "audit.json").write_text("never mind")

    ran = terminal("audit", "verify", "--seen", str(terminal.folder / "audit.json"))

    assert ran.status == 1
    assert "is not what `./run audit verify --json` prints" in ran.err


def test_texts_are_printed_as_templates_for_registration(terminal: Terminal):
    ran = terminal("texts", "--language", "en", "--json")

    assert {"missed-en", "missed-en-label", "agreed-en"} <= {each["name"] for each in ran.json["texts"]}
    assert all("{#var#}" in each["template"] for each in ran.json["texts"] if each["name"].endswith("-label"))


def test_migrating_twice_changes_nothing(terminal: Terminal):
    ran = terminal("migrate", "--json")

    assert ran.json == {"applied": []}
