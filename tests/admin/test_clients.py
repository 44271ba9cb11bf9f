"""Clients: a token proves one account, is told once, is found under every token root, and ends when it is revoked."""

import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest

from admin.clients.clients import REMEMBERED, Clients
from admin.clients.errors import BadClient, ClientKnown, ClientUnknown
from core.clock import SetClock
from core.ids import new_id
from privacy.keys import KEY_BYTES, KeyRing
from privacy.sealing import Sealer
from sql.database import Database
from sql.statements import statements
from tests.town import NOON

OLD, NEW = bytes(range(KEY_BYTES)), bytes(reversed(range(KEY_BYTES)))
NOBODY = "AC" + "0" * 32


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def sealer(tmp_path) -> Sealer:
    return Sealer(KeyRing.create(tmp_path / "keys.json"))


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOON)


@pytest.fixture
def clients(database: Database, clock: SetClock, sealer: Sealer) -> Clients:
    return Clients(database, clock, sealer, [OLD])


@pytest.fixture
async def tenant(database: Database) -> UUID:
    return await a_tenant(database, "ours")


async def a_tenant(database: Database, name: str) -> UUID:
    async with database.work() as conn:
        made: UUID = await statements("numbers").add_tenant(conn, tenant=new_id(), name=name, t=NOON)
    return made


async def test_a_token_and_its_account_prove_a_client(clients: Clients, tenant: UUID):
    issued = await clients.create(tenant, "bookings", ["api", "proxy"])
    principal = await clients.principal(issued.account_sid, issued.token)

    assert issued.account_sid == f"AC{tenant.hex}"
    assert len(issued.token) == 32
    assert principal is not None
    assert (principal.client_id, principal.tenant, principal.name) == (issued.client.client_id, tenant, "bookings")
    assert principal.scopes == {"proxy", "api"}


async def test_a_token_proves_nothing_for_another_account(clients: Clients, database: Database, tenant: UUID):
    other = await a_tenant(database, "theirs")
    ours, theirs = await clients.create(tenant, "a", ["api"]), await clients.create(other, "a", ["api"])

    assert await clients.principal(theirs.account_sid, ours.token) is None
    assert await clients.principal(NOBODY, ours.token) is None
    assert await clients.principal("", ours.token) is None
    assert await clients.principal(ours.account_sid, theirs.token) is None
    assert await clients.principal(ours.account_sid, ours.token) is not None


async def test_a_token_alone_tells_whose_it_is_until_it_is_revoked(clients: Clients, database: Database, tenant: UUID):
    other = await a_tenant(database, "theirs")
    issued = [await clients.create(each, "a", ["api"]) for each in (tenant, other)]

    found = [await clients.bearer(each.token) for each in issued]
    await clients.revoke(tenant, "a")

    assert [each and each.tenant for each in found] == [tenant, other]
    assert await clients.bearer(issued[0].token) is None
    assert await clients.bearer("") is None


@pytest.mark.parametrize("secret", ["", "0" * 32, "\udcff", "é" * 40])
async def test_what_is_no_token_proves_nothing(clients: Clients, tenant: UUID, secret: str):
    issued = await clients.create(tenant, "a", ["api"])

    assert await clients.principal(issued.account_sid, secret) is None


async def test_a_revoked_token_counts_for_nothing_in_this_process_at_once(clients: Clients, tenant: UUID):
    issued = await clients.create(tenant, "a", ["api"])
    assert await clients.principal(issued.account_sid, issued.token) is not None

    revoked = await clients.revoke(tenant, "a")

    assert await clients.principal(issued.account_sid, issued.token) is None
    assert revoked.revoked_at == NOON
    assert [client.revoked_at for client in await clients.every(tenant)] == [NOON]
    with pytest.raises(ClientUnknown):
        await clients.revoke(tenant, "a")


async def test_another_process_hears_of_it_when_told_and_after_a_minute_anyway(
    clients: Clients, database: Database, clock: SetClock, sealer: Sealer, tenant: UUID
):
    told, untold = (Clients(database, clock, sealer, [OLD]) for _ in range(2))
    issued = await clients.create(tenant, "a", ["api"])
    for each in (told, untold):
        assert await each.principal(issued.account_sid, issued.token) is not None
    await clients.revoke(tenant, "a")

    told.forget()
    assert await told.principal(issued.account_sid, issued.token) is None
    clock.advance(REMEMBERED - timedelta(seconds=1))
    assert await untold.principal(issued.account_sid, issued.token) is not None
    clock.advance(timedelta(seconds=1))
    assert await untold.principal(issued.account_sid, issued.token) is None


async def test_a_new_token_takes_the_place_of_the_old_one(clients: Clients, tenant: UUID):
    issued = await clients.create(tenant, "a", ["api"])
    await clients.principal(issued.account_sid, issued.token)

    renewed = await clients.rotate(tenant, "a")

    assert renewed.client.client_id == issued.client.client_id
    assert await clients.principal(issued.account_sid, issued.token) is None
    assert await clients.principal(issued.account_sid, renewed.token) is not None
    assert await clients.token(issued.client.client_id) == renewed.token


async def test_tokens_are_found_after_a_new_token_root_and_then_without_the_old_one(
    clients: Clients, database: Database, clock: SetClock, sealer: Sealer, tenant: UUID
):
    issued = await clients.create(tenant, "a", ["api"])

    without = Clients(database, clock, sealer, [NEW])
    assert await without.principal(issued.account_sid, issued.token) is None
    both = Clients(database, clock, sealer, [NEW, OLD])
    assert await both.principal(issued.account_sid, issued.token) is not None
    assert await without.principal(issued.account_sid, issued.token) is not None


async def test_what_signs_is_the_clients_own_token_and_after_its_end_the_newest_one_of_the_account(
    clients: Clients, clock: SetClock, tenant: UUID
):
    first = await clients.create(tenant, "first", ["proxy"])
    clock.advance(timedelta(seconds=1))
    await clients.create(tenant, "second", ["proxy"])
    clock.advance(timedelta(seconds=1))
    third = await clients.create(tenant, "third", ["proxy"])

    assert await clients.token(first.client.client_id) == first.token
    await clients.revoke(tenant, "first")
    assert await clients.token(first.client.client_id) == third.token
    for name in ("second", "third"):
        await clients.revoke(tenant, name)
    assert await clients.token(first.client.client_id) is None
    assert await clients.token(new_id()) is None


async def test_a_name_is_used_once_in_an_account(clients: Clients, database: Database, tenant: UUID):
    await clients.create(tenant, "a", ["api"])
    await clients.create(await a_tenant(database, "theirs"), "a", ["api"])

    with pytest.raises(ClientKnown):
        await clients.create(tenant, "a", ["api"])
    await clients.revoke(tenant, "a")
    with pytest.raises(ClientKnown):
        await clients.create(tenant, "a", ["api"])
    assert len(await clients.every(tenant)) == 1


@pytest.mark.parametrize(
    ("name", "scopes", "field"),
    [
        ("", ["api"], "name"),
        (" a", ["api"], "name"),
        ("a" * 65, ["api"], "name"),
        ("a\n", ["api"], "name"),
        ("a", [], "scopes"),
        ("a", ["api", "admin"], "scopes"),
    ],
)
async def test_a_client_that_cannot_be_is_not_made(clients: Clients, tenant: UUID, name, scopes, field):
    with pytest.raises(BadClient) as refused:
        await clients.create(tenant, name, scopes)

    assert refused.value.facts == {"field": field}
    assert await clients.every(tenant) == []


async def test_a_token_stands_nowhere_in_the_clear(
    clients: Clients, database: Database, tenant: UUID, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.DEBUG):
        issued = await clients.create(tenant, "a", ["api"])
        await clients.principal(issued.account_sid, issued.token)
    async with database.work() as conn:
        kept = str(await conn.fetch("SELECT c::text AS client FROM client c"))
        audited = str(await conn.fetch("SELECT a::text AS entry FROM audit_entry a"))

    assert issued.token not in kept + audited + caplog.text + repr(issued)
    assert issued.token.encode().hex() not in kept
    assert "client-created" in audited
