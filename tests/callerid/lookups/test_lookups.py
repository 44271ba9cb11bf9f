"""Looking a number up: what is shown to whom, what it costs, and that nothing else can be told from an answer."""

import json
from datetime import timedelta

import aiohttp
import pytest

from privacy.retention import sweep
from sql.statements import statements
from tests.callerid.lookups.desk import Desk

KNOWN, HIDDEN, FAINT, OUT, NOBODY = (f"+44770090010{n}" for n in range(5))
UNKNOWN: dict[str, object] = {
    "name": None,
    "names": {},
    "confidence": 0.0,
    "status": "unknown",
    "spam": 0.0,
    "spam_kind": None,
}
_Q = statements("lookups")  # read here, as rooms do: files block the loop


async def named(desk: Desk) -> None:
    """One number that is shown, and three that are not: hidden, below what is certain enough, opted out unnamed."""
    shown = {"name": "Asha Rao", "names": json.dumps({"Deva": "आशा राव"}), "confidence": 0.912, "status": "crowd"}
    await desk.names(KNOWN, **shown, spam=0.5, spam_kind="sales")
    await desk.names(HIDDEN, **shown, hidden=True, spam=0.9, spam_kind="fraud")
    await desk.names(FAINT, confidence=0.3, spam=0.02)
    await desk.names(OUT, hidden=True)


async def test_a_name_is_shown_with_how_certain_it_is(desk: Desk):
    await named(desk)

    assert await desk.look_up(KNOWN) == (200, {
        "name": "Asha Rao", "names": {"Deva": "आशा राव"}, "confidence": 0.91, "status": "crowd", "spam": 0.5,
        "spam_kind": "sales",
    })  # fmt: skip


async def test_unknown_is_an_answer(desk: Desk):
    assert await desk.look_up(NOBODY) == (200, UNKNOWN)


async def test_hidden_opted_out_faint_and_unknown_numbers_are_answered_byte_for_byte_alike(desk: Desk):
    await named(desk)
    told = set()
    for number in (HIDDEN, FAINT, OUT, NOBODY, "+447700900190"):
        token = desk.people.signs_up(desk.town.clock.now())
        assert (await desk.look_up(number, token))[0] == 200
        told.add((desk.raw, tuple(sorted((name, said) for name, said in desk.headers.items() if name != "Date"))))

    assert len(told) == 1
    assert json.loads(told.pop()[0]) == UNKNOWN


async def test_all_answers_are_as_long_as_each_other(desk: Desk):
    await named(desk)
    lengths = set()
    for number in (KNOWN, HIDDEN, NOBODY):
        await desk.look_up(number)
        lengths.add(len(desk.raw))

    assert lengths == {512}


async def test_the_name_comes_in_the_script_that_is_asked_for(desk: Desk):
    await named(desk)
    hindi = {"Accept-Language": "hi-IN,en;q=0.5"}

    assert (await desk.look_up(KNOWN, script="deva"))[1]["name"] == "आशा राव"
    assert (await desk.ask("lookup", {"number": KNOWN}, "token-0", **hindi))[1]["name"] == "आशा राव"
    assert (await desk.look_up(KNOWN, script="Taml"))[1]["name"] == "Asha Rao"


@pytest.mark.parametrize(
    ("columns", "name", "status", "confidence"),
    [
        ({"own_name": "Asha"}, "Asha", "self-declared", 0.0),
        ({"own_name": "Asha", "name": "asha", "status": "confirmed", "confidence": 0.9}, "Asha", "confirmed", 0.9),
        ({"verified_name": "Rao Bank", "name": "Asha", "status": "crowd"}, "Rao Bank", "verified", 1.0),
    ],
)
async def test_what_its_owner_said_is_shown_at_once(desk: Desk, columns, name, status, confidence):
    await desk.names(KNOWN, **columns)

    _, told = await desk.look_up(KNOWN)

    assert (told["name"], told["status"], told["confidence"]) == (name, status, confidence)


async def test_a_nuisance_without_a_name_is_told(desk: Desk):
    await desk.names(KNOWN, spam=0.8, spam_kind="fraud")

    assert (await desk.look_up(KNOWN))[1] == {**UNKNOWN, "spam": 0.8, "spam_kind": "fraud"}


async def test_a_person_may_leave_the_country_code_out(desk: Desk):
    await named(desk)

    assert (await desk.look_up("07700 900100"))[1]["name"] == "Asha Rao"


async def test_a_company_asks_with_the_scope_names_and_no_other(desk: Desk):
    await named(desk)
    tokens = {}
    for scope in ("names", "api"):
        issued = await desk.town.house.clients.create(desk.town.tenant, scope, [scope])
        tokens[scope] = aiohttp.encode_basic_auth(issued.account_sid, issued.token)

    assert (await desk.look_up(KNOWN, tokens["names"]))[1]["name"] == "Asha Rao"
    assert (await desk.look_up(KNOWN, tokens["api"]))[0] == 401
    assert (await desk.ask("contacts", {"numbers": []}, tokens["names"]))[0] == 403


async def test_a_companys_plan_is_its_budget_and_a_revoked_one_has_none(desk: Desk):
    clients, tenant = desk.town.house.clients, desk.town.tenant
    issued = await clients.create(tenant, "names", ["names"])
    token = aiohttp.encode_basic_auth(issued.account_sid, issued.token)
    await clients.allow_lookups(tenant, "names", 2)

    assert (await desk.look_up(NOBODY, token))[0] == 200
    status, told = await desk.look_up(KNOWN, token)
    assert (status, told["budget"], told["left"]) == (429, "company", {"day": 0})
    await clients.revoke(tenant, "names")
    assert (await desk.look_up(NOBODY, token))[0] == 401


@pytest.mark.parametrize("token", ["", "stranger", "Basic !", "Basic Zm9v", "Digest x"])
async def test_nobody_else_is_answered(desk: Desk, token):
    status, told = await desk.look_up(KNOWN, token)

    assert (status, told["type"]) == (401, "/problems/nobody-asks")


async def test_thirty_wrong_tokens_of_one_network_are_enough(desk: Desk):
    wrong = [(await desk.look_up(KNOWN, "stranger"))[0] for _ in range(31)]

    assert wrong == [401] * 30 + [429]
    assert (await desk.look_up(KNOWN))[0] == 200


@pytest.mark.parametrize(
    ("fields", "slug"),
    [
        ({}, "bad-look-up"),
        ({"number": 7}, "bad-look-up"),
        ({"number": "x"}, "bad-number"),
        ({"number": "+44*"}, "bad-number"),
        ({"number": ["+447700900100"]}, "bad-look-up"),
        ({"number": KNOWN, "script": "Devanagari"}, "bad-look-up"),
        ({"number": KNOWN, "name": "Asha"}, "bad-look-up"),
        ([KNOWN], "bad-look-up"),
    ],
)
async def test_one_whole_number_is_looked_up_and_nothing_else(desk: Desk, fields, slug):
    """No list, no pattern, no search by name."""
    status, told = await desk.ask("lookup", fields)

    assert (status, told["type"]) == (422, f"/problems/{slug}")


async def test_ten_in_a_minute_are_enough_for_a_person(desk: Desk):
    statuses = [(await desk.look_up(f"+4477009001{n:02d}"))[0] for n in range(0, 100, 10)]
    statuses.append((await desk.look_up(NOBODY))[0])

    assert statuses == [200] * 10 + [429]


async def test_a_look_up_is_exactly_one_index_read(desk: Desk):
    await named(desk)
    async with desk.town.house.database.work() as conn:
        await conn.execute("ANALYZE named_number")
        await conn.execute("SET enable_seqscan = off; SET enable_bitmapscan = off")  # as in a table of many numbers
        plan = [row[0] for row in await conn.fetch("EXPLAIN SELECT * FROM name_shown($1)", b"k" * 32)]
        told = []
        for mark in (1, 2, 2):  # the first one also plans, which looks at the index too; the last one is free
            before = await reads(conn)
            row = await _Q.name_lookup(
                conn, t=desk.town.clock.now(), day=1, key=b"k" * 32, asker=desk.town.tenant, a_day=9, a_month=9,
                shared=None, shared_a_day=None, shared_a_month=None, block=1, mark=mark, near=10,
            )  # fmt: skip
            after = await reads(conn)
            told.append((row["cost"], after["index"] - before["index"], after["whole"] - before["whole"]))
        await conn.execute("RESET enable_seqscan; RESET enable_bitmapscan")

    assert told[1:] == [(2, 1, 0), (0, 1, 0)]
    scans = [line for line in plan if "Scan" in line and "Subquery" not in line]
    assert len(scans) == 1
    assert "Index Scan using named_number_number_key_key" in scans[0]


async def reads(conn) -> dict[str, int]:
    await conn.execute("SELECT pg_stat_force_next_flush()")
    row = await conn.fetchrow("SELECT idx_scan, seq_scan FROM pg_stat_user_tables WHERE relname = 'named_number'")
    return {"index": row["idx_scan"], "whole": row["seq_scan"]}


async def test_it_is_one_round_trip(desk: Desk):
    """Whether it is charged or free. The lane of callers lends the same connection again."""
    await desk.look_up(NOBODY)
    asked: list[str] = []
    async with desk.town.house.database.voice() as conn:
        conn.add_query_logger(lambda record: asked.append(record.query))
    await desk.look_up(KNOWN)
    await desk.look_up(KNOWN)

    assert len(asked) == 2
    assert all("name_lookup" in query for query in asked)


async def test_what_is_kept_names_no_number_and_no_account(desk: Desk):
    await named(desk)
    await desk.look_up(KNOWN)
    await desk.look_up(KNOWN, desk.people.signs_up(desk.town.clock.now()))

    marks = await desk.town.rows("SELECT * FROM lookup_mark")
    kept = str(marks) + str(await desk.town.rows("SELECT * FROM lookup_budget"))
    assert len(marks) == 2
    assert marks[0]["block"] != marks[1]["block"]
    assert marks[0]["marks"] != marks[1]["marks"]
    for member in desk.people.tokens.values():
        assert str(member.person_id) not in kept
        assert str(member.device_id) not in kept
    assert KNOWN[1:] not in kept


async def test_rows_go_with_their_month(desk: Desk):
    await desk.look_up(KNOWN)
    clock, database = desk.town.clock, desk.town.house.database
    clock.advance(timedelta(days=30))
    assert not any(name.startswith("sweep_lookup") for name in await sweep(database, clock))
    clock.advance(timedelta(days=1))
    swept = await sweep(database, clock)

    assert {name: rows for name, rows in swept.items() if "lookup" in name} == {
        "sweep_lookup_mark": 1, "sweep_lookup_budget": 4,
    }  # fmt: skip


@pytest.mark.parametrize("written", [KNOWN.replace("+44", "+44 (0)"), KNOWN.replace("+44", "+440"), "07700-900100"])
async def test_a_number_is_the_same_however_a_person_writes_it(desk: Desk, written):
    await named(desk)

    assert (await desk.look_up(written))[1]["name"] == "Asha Rao"


@pytest.mark.parametrize("written", ["", "+", "112", "*100#", "+44", "7700", "x" * 10_000, "4" * 16, "\0"])
async def test_what_names_are_kept_for_no_number_costs_nothing(desk: Desk, written):
    status, told = await desk.look_up(written)

    assert (status, told["type"]) == (422, "/problems/bad-number")
    assert await desk.town.rows("SELECT * FROM lookup_budget") == []
    assert len(told["detail"]) < 100, "what was written is not repeated"
