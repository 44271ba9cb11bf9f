"""Owners over HTTP, with real people, real codes, and the application as it is served."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from core.ids import new_id
from tests.callerid.owners.conftest import Names
from tests.callerid.owners.proving import code_of, token_of, wrong_code
from tests.masking.served import everything, served
from tests.town import ALICE, BOB, Town

HOUR = timedelta(hours=1)


@dataclass
class Api:
    """A program of a person. token: of their device."""

    base: str
    session: aiohttp.ClientSession
    token: str | None = None

    async def __call__(self, method: str, path: str, **fields: object) -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        body = fields.pop("raw", None)
        given = {"data": body} if body is not None else {"json": fields} if method not in ("GET", "DELETE") else {}
        async with self.session.request(method, f"{self.base}/api/callerid{path}", headers=headers, **given) as answer:
            return answer.status, await answer.json(content_type=None)

    async def well(self, method: str, path: str, **fields: object) -> dict[str, Any]:
        status, told = await self(method, path, **fields)
        assert status < 300, told
        return told


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A counter that is slow on a loaded machine lets people through; here each of them is counted."""
    monkeypatch.setattr("maskline.valkey.WAIT", 30.0)


@pytest.fixture
async def stranger(town: Town) -> AsyncIterator[Api]:
    async with served(town) as base, aiohttp.ClientSession() as session:
        yield Api(base, session)


@pytest.fixture
async def alice(town: Town, stranger: Api) -> Api:
    return Api(stranger.base, stranger.session, await token_of(town, ALICE))


@pytest.fixture
def crowd(town: Town) -> Names:
    naming = town.house.naming
    return Names(town.house.database, naming.owners.marks, town.clock)


async def test_an_owner_reads_names_strikes_and_hides(town, alice, crowd):
    await crowd.crowd(ALICE, {"Alice Cheap": 9, "Alice Stone": 6})
    await alice.well("GET", "/mine")
    town.clock.advance(HOUR)
    await town.house.naming.renewal.renew()

    mine = await alice.well("GET", "/mine")
    assert mine["shown"] == {"name": "Alice Cheap", "status": "crowd"}
    assert [(each["name"], each["struck"]) for each in mine["names"]] == [
        ("Alice Cheap", False),
        ("Alice Stone", False),
    ]
    assert all(each["people"] in (2, 5) for each in mine["names"])
    assert mine["savers"]["at_least"] <= 15 < mine["savers"]["below"]
    struck = await alice.well("POST", "/mine/strikes", cluster=mine["names"][0]["cluster"])
    assert struck["shown"] == {"name": None, "status": "unknown"}
    named = await alice.well("PUT", "/mine/name", name="Alice Stone")
    assert named["shown"] == {"name": "Alice Stone", "status": "self-declared"}
    hidden = await alice.well("PATCH", "/mine", hidden=True)
    assert (hidden["hidden"], hidden["shown"]["name"]) == (True, None)
    assert (await alice.well("DELETE", "/mine/name"))["name"] is None


async def test_nothing_is_told_without_a_token(stranger, alice):
    asked = "GET /mine, PATCH /mine, PUT /mine/name, DELETE /mine/name, POST /mine/strikes, POST /mine/business"
    for method, path in (each.split() for each in f"{asked}, DELETE /mine/business".split(", ")):
        status, told = await stranger(method, path)
        assert (status, told["type"]) == (401, "/problems/token-needed")


async def test_a_business_is_asked_for_checked_and_told_of(town, alice):
    asked = await alice.well("POST", "/mine/business", name="Stone & Sons 24", category="craft", evidence="REG-1234")
    assert asked["business"]["state"] == "asked"
    (business,) = await town.house.naming.businesses.those(asked["business"]["state"])
    await town.house.naming.businesses.decide(business.business_id, verified=True, actor="command")

    told = await alice.well("GET", "/mine")

    assert told["shown"] == {"name": "Stone & Sons 24", "status": "verified"}
    assert (told["business"]["state"], told["business"]["ends_soon"]) == ("verified", False)
    town.clock.advance(timedelta(days=340))
    later = await alice.well("GET", "/mine")
    assert (later["business"]["state"], later["business"]["ends_soon"]) == ("verified", True)


@pytest.mark.parametrize(
    ("path", "body", "status", "slug"),
    [
        ("/mine/name", b"{", 422, "bad-request"),
        ("/mine/name", b"[]", 422, "bad-request"),
        ("/mine/name", b'{"name": 7}', 422, "bad-request"),
        ("/mine/name", b'{"name": "Alice", "number": "x"}', 422, "bad-request"),
        ("/mine/name", b'{"name": "\\ud800"}', 422, "bad-request"),
        ("/mine/name", b'{"name": "<script>"}', 422, "bad-name"),
        ("/mine/name", b'{"name": "Royal Bank"}', 409, "name-protected"),
        ("/mine/strikes", b'{"cluster": 99999}', 422, "bad-request"),
        ("/mine/strikes", b'{"cluster": true}', 422, "bad-request"),
        ("/mine/strikes", b'{"cluster": 7}', 404, "no-such-name"),
        ("/mine/business", b'{"name": "A B", "category": "x", "evidence": "REG-1"}', 422, "bad-business"),
    ],
)
async def test_what_cannot_be_used_is_told_by_its_field(alice, path, body, status, slug):
    method = "PUT" if path == "/mine/name" else "POST"

    told_status, told = await alice(method, path, raw=body)

    assert (told_status, told["type"]) == (status, f"/problems/{slug}")


async def test_a_number_is_hidden_and_shown_by_a_code_alone(town, stranger, crowd):
    ref = await crowd.crowd(BOB, {"Bob Stone": 5})

    started = await stranger.well("POST", "/opt-outs", number=BOB.value)
    done = await stranger.well("POST", f"/opt-outs/{started['opt_out']}", code=code_of(town, started["opt_out"]))

    assert done == {"hidden": True}
    assert await crowd.shown(BOB) == (None, "unknown")
    town.clock.advance(HOUR)
    again = await stranger.well("POST", "/opt-outs", number=BOB.value, hidden=False)
    await stranger.well("POST", f"/opt-outs/{again['opt_out']}", code=code_of(town, again["opt_out"]), hidden=False)
    async with town.house.database.work() as conn:
        await crowd.publish(conn, ref, "Bob Stone", 0)
    assert await crowd.shown(BOB) == ("Bob Stone", "crowd")


async def test_whether_anybody_named_a_number_is_told_to_nobody(town, stranger, crowd):
    """Two numbers, one of which the crowd knows: every answer reads alike, but for ids."""
    await crowd.crowd(BOB, {"Bob Stone": 5})
    told = []
    for number in (BOB, ALICE):
        started = await stranger("POST", "/opt-outs", number=number.value)
        code_id = started[1]["opt_out"]
        wrong = await stranger("POST", f"/opt-outs/{code_id}", code=wrong_code(town, code_id))
        right = await stranger("POST", f"/opt-outs/{code_id}", code=code_of(town, code_id))
        over = await stranger("POST", f"/opt-outs/{code_id}", code=code_of(town, code_id))
        told.append(re.sub(r"[0-9a-f-]{36}", "id", str((started, wrong, right, over))))

    assert told[0] == told[1]
    assert "'hidden': True" in told[0]


async def test_a_code_that_hides_shows_nothing(town, stranger, crowd):
    """Whoever talks somebody out of the code "to hide" cannot show their number with it."""
    await stranger.well("POST", "/opt-outs", number=BOB.value)
    started = await stranger.well("POST", "/opt-outs", number=BOB.value)

    status, told = await stranger("POST", f"/opt-outs/{started['opt_out']}", code=code_of(town, started["opt_out"]),
                                  hidden=False)  # fmt: skip

    assert (status, told["type"]) == (410, "/problems/proof-over")


async def test_asking_for_a_code_keeps_nothing_of_names(town, stranger, crowd):
    before = await everything(town)

    await stranger.well("POST", "/opt-outs", number=BOB.value)

    after = await everything(town)
    assert {table for table in after if after[table] != before[table] and table.startswith("name")} == set()


async def test_somebody_new_on_a_number_begins_anew(town, alice, crowd, stranger):
    await crowd.crowd(ALICE, {"Alice Stone": 6})
    await alice.well("PUT", "/mine/name", name="Alice Stone")
    await alice.well("PATCH", "/mine", hidden=True)

    newcomer = Api(stranger.base, stranger.session, await token_of(town, ALICE, new=True))

    mine = await newcomer.well("GET", "/mine")
    assert (mine["shown"]["name"], mine["name"], mine["hidden"]) == (None, None, False)
    assert (await alice("GET", "/mine"))[0] in (401, 410)


async def test_whoever_deletes_their_account_leaves_nothing_but_that_nothing_is_shown(town, alice, crowd):
    await crowd.crowd(ALICE, {"Alice Stone": 6})
    await alice.well("PUT", "/mine/name", name="Alice Stone")
    here = await town.house.people.members.here(alice.token)

    await town.house.people.rights.delete(here.person)

    row = await crowd.row(ALICE)
    assert (row["own_name"], row["name"], row["hidden"]) == (None, None, True)


async def test_a_network_that_asks_without_an_account_again_and_again_is_asked_to_wait(stranger):
    answers = [(await stranger("POST", f"/opt-outs/{new_id()}", code="123456"))[0] for _ in range(61)]
    started, _ = await stranger("POST", "/opt-outs", number=BOB.value)
    form = {"data": {"number": BOB.value}, "headers": {"Origin": stranger.base}}
    async with stranger.session.post(f"{stranger.base}/names", **form) as page:
        assert page.status == 429

    assert (answers[0], answers[-1], started) == (410, 429, 429)


async def test_no_number_stands_in_an_address_or_a_log(town, stranger, caplog):
    caplog.set_level("DEBUG")
    started = await stranger.well("POST", "/opt-outs", number=BOB.value)
    await stranger("POST", f"/opt-outs/{new_id()}", code="123456")
    await stranger.well("POST", f"/opt-outs/{started['opt_out']}", code=code_of(town, started["opt_out"]))

    assert BOB.digits not in caplog.text
    rows = await town.rows("SELECT * FROM audit_entry")
    assert BOB.digits not in str(rows)
