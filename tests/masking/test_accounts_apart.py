"""Two accounts on one Maskline: at every address, what is the other one's is as if it were not there."""

from collections.abc import Mapping
from typing import Any

import aiohttp
import pytest

from masking.sessions.sids import Prefix, sid
from maskline.openapi_operation import Operation
from maskline.openapi_table import OPERATIONS
from tests.masking.served import everything, served
from tests.masking.test_proxy_edge import another_account
from tests.town import ALICE, BOB, OWNER, SESSION, Town

_PREFIXES = {
    "service": Prefix.SERVICE, "number": Prefix.NUMBER, "session": Prefix.SESSION, "participant": Prefix.PARTICIPANT,
    "interaction": Prefix.INTERACTION,
}  # fmt: skip
_OPERATIONS = [each for each in OPERATIONS if each.path.startswith(("/api/services/", "/v1/Services/"))]


async def things(town: Town) -> dict[str, str]:
    """One of everything that stands in an address: its id, and its SID."""
    service = await town.service(unique_name="rides")
    made = await town.session(ALICE, BOB, service=service, unique_name="trip")
    person, session = made.participants[0], made.session.session_id
    assert person.proxy is not None
    assert person.number_id is not None
    await town.house.rooms.interactions.send(town.tenant, service.service_id, session, person.participant_id, "hello")
    (sent,) = await town.rows("SELECT interaction_id FROM interaction")
    ids: Any = {"service": service.service_id, "number": person.number_id, "session": session,
                "participant": person.participant_id, "interaction": sent["interaction_id"]}  # fmt: skip
    return {name: str(id_) for name, id_ in ids.items()} | {
        f"{name}_sid": sid(_PREFIXES[name], id_) for name, id_ in ids.items()
    }


def body(operation: Operation, there: Mapping[str, str]) -> dict[str, Any]:
    """One that would do, were it one's own account."""
    known = {
        "number": OWNER.value, "reserved": True, "to": there["participant"], "body": "x", "first": there["participant"],
        "Identifier": OWNER.value, "PhoneNumber": SESSION["twilio"][0].value, "Body": "x", "IsReserved": "true",
    }  # fmt: skip
    if operation.name == "resendEvents":
        known["first"] = 1
    wanted = operation.needs or [name for name in operation.fields if name in ("reserved", "IsReserved", "PhoneNumber")]
    filled = {name: known[name] for name in wanted}
    return {"json": filled} if operation.json is not None else {"data": filled} if operation.form is not None else {}


async def answers(town: Town, there: Mapping[str, str], user: str, token: str, only: str = "") -> dict[str, int]:
    """The status that each operation answers a client. only: operations of this method."""
    headers, told = {"Authorization": aiohttp.encode_basic_auth(user, token)}, {}
    async with served(town) as base, aiohttp.ClientSession(headers=headers) as session:
        for each in [each for each in _OPERATIONS if each.method == only or not only]:
            url = base + each.path.format(**there)
            async with session.request(each.method, url, **body(each, there)) as answer:
                told[f"{each.method} {each.path}"] = answer.status
    return told


@pytest.mark.parametrize("named", [{}, {"service": "rides", "session": "trip", "session_sid": "trip"}])
async def test_nothing_of_another_account_is_there_to_be_read_or_changed(town: Town, named: dict[str, str]):
    """The right ids or names, the right bodies, the wrong account: 404 each time, and not a row is different."""
    there = await things(town) | named
    stranger = await another_account(town, "proxy", "api")
    before = await everything(town)

    told = await answers(town, there, *stranger)

    assert len(told) > 40
    assert {what: status for what, status in told.items() if status != 404} == {}
    assert await everything(town) == before


async def test_ones_own_is_there(town: Town):
    """What the other test asks is asked right: the account that it belongs to is told of it."""
    there = await things(town)
    issued = await town.house.clients.create(town.tenant, "own", ["proxy", "api"])

    told = await answers(town, there, issued.account_sid, issued.token, only="GET")

    assert len(told) > 15
    assert set(told.values()) == {200}
