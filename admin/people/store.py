"""People and their devices in Postgres."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from admin.people.values import Device, Here, Person
from core.e164 import E164
from sql.database import Connection
from sql.statements import statements

_Q = statements("people")


@dataclass(frozen=True, slots=True)
class Found:
    """Whom a token belongs to, and under which hash it stands."""

    here: Here
    token_hash: bytes


@dataclass(frozen=True, slots=True)
class Sending:
    """A code that is to be sent. box: the number, sealed as `Where.proof`."""

    proof_id: UUID
    purpose: str
    box: bytes = field(repr=False)
    way: str
    language: str


@dataclass(frozen=True, slots=True)
class Sender:
    """A shared number of ours that a code may come from."""

    number: E164
    number_id: UUID
    account_id: UUID


async def by_number(conn: Connection, number_key: bytes) -> Person | None:
    """Who has proven a number, locked until the transaction ends."""
    row = await _Q.person_by_number(conn, number_key=number_key)
    return _person(row) if row else None


async def by_id(conn: Connection, person_id: UUID) -> Person | None:
    row = await _Q.person(conn, person=person_id)
    return _person(row) if row else None


async def add(conn: Connection, person: Person, number_key: bytes) -> bool:
    """Keeps a new person. False where somebody has proven the number in this very moment."""
    added = await _Q.add_person(
        conn, person=person.person_id, number_key=number_key, sealed=person.box, region=person.region,
        language=person.language, t=person.made_at, today=person.seen_on,
    )  # fmt: skip
    return added is not None


async def see(conn: Connection, person_id: UUID, today: date) -> None:
    """A person has proven their number again."""
    await _Q.see_person(conn, person=person_id, today=today)


async def move(conn: Connection, person: Person, number_key: bytes, t: datetime) -> bool:
    """A person has proven another number. person: with it sealed, and its region. False where it is somebody's."""
    moved = await _Q.move_person(
        conn, person=person.person_id, number_key=number_key, sealed=person.box, region=person.region, t=t,
        today=t.date(),
    )  # fmt: skip
    return moved is not None


async def leave(conn: Connection, person_id: UUID, t: datetime) -> None:
    """A person's number is somebody else's."""
    await _Q.unnumber_person(conn, person=person_id, t=t)


async def describe(conn: Connection, person_id: UUID, language: str | None, region: str | None) -> None:
    await _Q.describe_person(conn, person=person_id, language=language, region=region)


async def delete(conn: Connection, person_id: UUID) -> int:
    """A person with their devices and consents. Returns the rows."""
    return int(await _Q.delete_person(conn, person=person_id))


async def add_device(conn: Connection, person_id: UUID, device: Device, token_hash: bytes, *, most: int) -> None:
    """Keeps a device; of more than `most` the one longest unused goes."""
    await _Q.trim_devices(conn, person=person_id, most=most - 1)
    await _Q.add_device(conn, device=device.device_id, person=person_id, token_hash=token_hash, name=device.name,
                        t=device.made_at, today=device.used_on)  # fmt: skip


async def end_device(conn: Connection, device_id: UUID) -> None:
    """A device's token counts no more: another one took its place."""
    await _Q.end_device(conn, device=device_id)


async def by_token(conn: Connection, hashes: Sequence[bytes]) -> Found | None:
    """Whose token has one of these hashes."""
    row = await _Q.by_token(conn, hashes=list(hashes))
    return Found(Here(_person(row), _device(row)), row["token_hash"]) if row else None


async def rehash(conn: Connection, device_id: UUID, former: bytes, token_hash: bytes) -> None:
    """Puts the same token under the hash of a newer root."""
    await _Q.rehash_device(conn, device=device_id, former=former, token_hash=token_hash)


async def use(conn: Connection, device_id: UUID, today: date) -> None:
    """A device is used for the first time on a day."""
    await _Q.use_device(conn, device=device_id, today=today)


async def devices(conn: Connection, person_id: UUID) -> list[Device]:
    """Where a person is signed in, the newest first."""
    return [_device(row) async for row in _Q.devices(conn, person=person_id)]


async def sign_out(conn: Connection, person_id: UUID, device_id: UUID | None) -> int:
    """One device, or all of them. Returns how many there were."""
    return int(await _Q.sign_out(conn, person=person_id, device=device_id))


async def count_new(conn: Connection, t: datetime, tenant: UUID, subject: bytes, window: timedelta) -> bool:
    """Notes that somebody is new on a number; whether somebody was before, in that time."""
    return bool(await _Q.count_new(conn, t=t, tenant=tenant, subject=subject, window=window))


async def for_rights(conn: Connection, number_key: bytes | None, person_id: UUID | None) -> Person | None:
    """Whose number it is, or whose account; of both the account. None where there is neither."""
    row = await _Q.person_for_rights(conn, number_key=number_key, person=person_id)
    return _person(row) if row else None


async def take_sending(conn: Connection, t: datetime, proof_id: UUID, sending: int) -> Sending | None:
    """Takes up a code that is to be sent; None where somebody did, or nobody needs it any more."""
    row = await _Q.proof_to_send(conn, proof=proof_id, sending=sending, t=t)
    return Sending(row["proof_id"], row["purpose"], row["sealed"], row["way"], row["language"]) if row else None


async def give_back_sending(conn: Connection, proof_id: UUID, sending: int) -> None:
    """No carrier was reached: another try may take it up."""
    await _Q.give_back_sending(conn, proof=proof_id, sending=sending)


async def senders(conn: Connection, t: datetime, tenant_id: UUID, country: str, way: str) -> list[Sender]:
    """The numbers that a code may come from, one for each carrier account, the nearest first."""
    rows = [row async for row in _Q.senders(conn, tenant=tenant_id, country=country, way=way, t=t)]
    nearest = {row["account_id"]: row for row in reversed(rows)}
    kept = [row for row in rows if nearest[row["account_id"]] is row]
    return [Sender(E164(row["e164"]), row["number_id"], row["account_id"]) for row in kept]


async def wants_no_texts(conn: Connection, tenant_id: UUID, number_key: bytes) -> bool:
    """Whether somebody texted STOP to us. number_key: as masking keys it."""
    return bool(await _Q.wants_no_texts(conn, tenant=tenant_id, number_key=number_key))


async def place_call(
    conn: Connection, t: datetime, tenant_id: UUID, call: UUID, sender: Sender, proof_id: UUID, route: str, *,
    mark: str, closes_at: datetime,
) -> None:  # fmt: skip
    """Keeps a call that says a code, before a carrier is asked for it."""
    await _Q.place_proof(conn, tenant=tenant_id, call=call, account=sender.account_id, number=sender.number_id,
                         mark=mark, proof=proof_id, route=route, t=t, closes_at=closes_at)  # fmt: skip


async def name_call(conn: Connection, tenant_id: UUID, call: UUID, carrier_call: str | None) -> None:
    """By which name the carrier knows it; None where there is none."""
    await _Q.name_proof_call(conn, tenant=tenant_id, call=call, carrier_call=carrier_call)


async def tenant(conn: Connection) -> UUID:
    """The installation's own, under which its jobs and counts stand."""
    found: UUID = await _Q.own_tenant(conn)
    return found


def _person(row: Any) -> Person:
    return Person(
        person_id=row["person_id"], region=row["region"], language=row["language"], made_at=row["made_at"],
        proven_at=row["proven_at"], seen_on=row["seen_on"], box=row["sealed"], left_at=row["left_at"],
        given_back_on=row["given_back_on"],
    )  # fmt: skip


def _device(row: Any) -> Device:
    return Device(device_id=row["device_id"], name=row["name"], attested=row["attested"],
                  made_at=row["device_made_at"], used_on=row["used_on"])  # fmt: skip


async def given_back(conn: Connection, keys: list[bytes], days: list[date]) -> int:
    """Operators said that numbers were given back, each on a day. Returns how many accounts that is news for."""
    return int(await _Q.people_given_back(conn, keys=keys, days=days))


async def findable(conn: Connection, keys: list[bytes], purpose: str, version: int) -> list[Any]:
    """Rows of number_key, person_id and since: of these numbers, those whose holder agreed to the purpose."""
    return [row async for row in _Q.findable_people(conn, keys=keys, purpose=purpose, version=version)]
