"""
Signing up and in, which is one thing: who proves a number is its person, and gets a token for the device at hand.

A number may have been somebody else's. Its account is passed on only to whom it may still belong to: a person who was
seen lately, of a number that no operator gave back, and who does not say that they are new. Otherwise a new person
begins; the former one loses the number and, unless they prove another one within 30 days, is deleted with all that
they shared (docs/people.md).
"""

import hashlib
import hmac
import secrets as random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from admin.people import store
from admin.people.errors import NewLately, PersonGone
from admin.people.ports import Holders
from admin.people.values import (
    CLOSES_AFTER,
    MOST_DEVICES,
    NEW_APART,
    Arrival,
    Device,
    Passed,
    Person,
    Welcome,
    device_name,
    is_quiet,
    was_given_back,
)
from core.clock import Clock
from core.e164 import E164
from core.ids import new_id
from privacy import audit
from privacy.numbers import NumberKeys
from privacy.proof import Proofs, Started
from privacy.proof_rules import Way
from privacy.sealing import Sealer, Where
from sql import outbox
from sql.database import Connection, Database

SIGN_IN = "sign-in"
"""What a proof of ours is for. Stored, and in `ivr.codes`."""
CLOSE = "close-person"
"""The job that deletes somebody who lost their number: payload `person`."""
_TOKEN_BYTES = 32


class People:
    """
    Use cases of people.

    keys: people's number keys. secrets: 32 bytes of each token root, newest first: the first hashes new tokens, each of
    them finds old ones. counted: 32 bytes, under which numbers are counted. holders: rooms that hold something of a
    number's holder.
    """

    def __init__(
        self, database: Database, clock: Clock, sealer: Sealer, keys: NumberKeys, proofs: Proofs,
        secrets: Sequence[bytes], counted: bytes, holders: Holders,
    ) -> None:  # fmt: skip
        self._database, self._clock, self._sealer, self._keys = database, clock, sealer, keys
        self._proofs, self._secrets, self._counted, self._holders = proofs, tuple(secrets), counted, holders

    async def start(self, number: E164, way: Way, language: str, *, network: str) -> Started:
        """Sends a code to a number, whoever's it is. Raises as `Proofs.start`."""
        return await self._proofs.start(number, SIGN_IN, way, language, network=network)

    async def again(self, proof_id: UUID, way: Way, *, network: str) -> Started:
        """Sends it once more. Raises as `Proofs.again`."""
        return await self._proofs.again(proof_id, SIGN_IN, way, network=network)

    async def finish(self, proof_id: UUID, code: str, arrival: Arrival, *, network: str) -> Welcome:
        """
        Somebody has the code: they are the number's person, with a device more. network: the address of whoever asks.

        Raises NewLately, after which the code can be used still, and as `Proofs.proven`.
        """
        now, token = self._clock.now(), random.token_urlsafe(_TOKEN_BYTES)
        device = Device(device_id=new_id(), name=device_name(arrival.device), attested=False, made_at=now,
                        used_on=now.date())  # fmt: skip
        async with self._proofs.proven(proof_id, code, SIGN_IN, network=network) as (conn, number):
            person, fresh = await self._person(conn, now, number, arrival)
            if arrival.instead_of is not None:
                await store.end_device(conn, arrival.instead_of)
            await store.add_device(conn, person.person_id, device, self.hashes(token)[0], most=MOST_DEVICES)
            await audit.note(conn, now, person.person_id, "person.signed-up" if fresh else "person.signed-in",
                             device.device_id)  # fmt: skip
        return Welcome(person, device, fresh, token)

    async def number(self, person_id: UUID) -> E164:
        """The number that a person has proven. Raises PersonGone where they are gone, or it is somebody else's."""
        person = await self.person(person_id)
        if person is None or person.box is None:
            raise PersonGone
        return E164(self._sealer.open(person.box, Where.person(person_id)))

    async def person(self, person_id: UUID) -> Person | None:
        """A person as they are now; None where they are gone."""
        async with self._database.work() as conn:
            return await store.by_id(conn, person_id)

    async def own_number(self, person: Person) -> E164 | None:
        """The number of somebody who is signed in; None where it is somebody else's, also since we last looked."""
        if person.box is None:
            return None
        try:
            return await self.number(person.person_id)
        except PersonGone:
            return None

    async def doubted(self, number: E164) -> bool:
        """Whether an operator said that a number was given back, so that its person must prove it again."""
        async with self._database.work() as conn:
            return await self._holders.doubted(conn, number)

    async def describe(self, person_id: UUID, language: str | None, region: str | None) -> Person:
        """Sets the language, or the country by which numbers are read. Raises PersonGone."""
        async with self._database.transaction() as conn:
            await store.describe(conn, person_id, language, region)
            person = await store.by_id(conn, person_id)
        if person is None:
            raise PersonGone
        return person

    async def has_left(self, person_id: UUID) -> bool:
        """Whether somebody lost their number so long ago that their account ends, and has proven none since."""
        person = await self.person(person_id)
        left = person.left_at if person is not None and person.box is None else None
        return left is not None and self._clock.now() - left >= CLOSES_AFTER

    def hashes(self, token: str) -> list[bytes]:
        """A token's hashes under each token root, the newest first."""
        return [hmac.digest(secret, token.encode(errors="replace"), hashlib.sha256) for secret in self._secrets]

    async def _person(self, conn: Connection, now: datetime, number: E164, arrival: Arrival) -> tuple[Person, bool]:
        """Whose number it is from now on, and whether they are new here."""
        for each in sorted({number, *await self._kept(conn, arrival.keeper)}, key=self._keys.key):
            await self._holders.taken(conn, each)
        there = await store.by_number(conn, self._keys.key(number))
        passed = await self._passed_on(conn, now, number, there, arrival) if there is not None else None
        if there is not None and passed is not None:
            await self._leaves(conn, now, there)
            await self._holders.changed_hands(conn, number, stays_hidden=passed is Passed.QUIET)
            there = None
        person, fresh = await self._whose(conn, now, number, arrival, there)
        await self._holders.proven(conn, number, same=there is not None)
        return person, fresh

    async def _kept(self, conn: Connection, keeper: UUID | None) -> Sequence[E164]:
        """The number that whoever takes their account along has so far, if any."""
        person = await store.by_id(conn, keeper) if keeper is not None else None
        if person is None or person.box is None:
            return ()
        return (E164(self._sealer.open(person.box, Where.person(person.person_id))),)

    async def _whose(
        self, conn: Connection, now: datetime, number: E164, arrival: Arrival, there: Person | None
    ) -> tuple[Person, bool]:
        key = self._keys.key(number)
        if there is None and arrival.keeper is not None:
            moved = await self._moved(conn, now, number, arrival.keeper)
            if moved is not None:
                return moved, False
        while there is None:
            fresh = self._new(now, number, arrival)
            if await store.add(conn, fresh, key):
                return fresh, True
            there = await store.by_number(conn, key)  # they signed up on another device in this very moment
        await store.see(conn, there.person_id, now.date())
        return replace(there, seen_on=now.date()), False

    async def _passed_on(
        self, conn: Connection, now: datetime, number: E164, there: Person, arrival: Arrival
    ) -> Passed | None:
        """Why a number is taken to be somebody else's now; None where it is not."""
        if arrival.keeper == there.person_id:
            return None  # it is they themselves, with a device of theirs in their hand
        if was_given_back(there) or await self._holders.given_back(conn, number, there.seen_on):
            return Passed.LISTED
        if is_quiet(there.seen_on, now.date()):
            return Passed.SAID if arrival.new else Passed.QUIET
        if not arrival.new:
            return None
        subject = hmac.digest(self._counted, number.value.encode(), "sha256")
        if await store.count_new(conn, now, await store.tenant(conn), subject, NEW_APART):
            raise NewLately("Sign in without saying that you are new. You can delete that account then.")
        return Passed.SAID

    async def _leaves(self, conn: Connection, now: datetime, person: Person) -> None:
        await store.leave(conn, person.person_id, now)
        await audit.note(conn, now, "people", "person.lost-number", person.person_id)
        await outbox.put(conn, tenant=await store.tenant(conn), kind=CLOSE, subject=str(person.person_id),
                         key=f"{person.person_id}:{now.isoformat()}", payload={"person": str(person.person_id)}, at=now,
                         due=now + CLOSES_AFTER)  # fmt: skip

    async def _moved(self, conn: Connection, now: datetime, number: E164, keeper: UUID) -> Person | None:
        """Whoever is signed in takes their account along; None where they are gone, or somebody else was first."""
        person = await store.by_id(conn, keeper)
        if person is None:
            return None
        box = self._sealer.seal(number.value, Where.person(keeper))
        moved = replace(person, box=box, region=number.region or person.region, proven_at=now, seen_on=now.date(),
                        left_at=None, given_back_on=None)  # fmt: skip
        if not await store.move(conn, moved, self._keys.key(number), now):
            return None
        if person.box is not None:  # nobody is known to have their former number any more
            await self._holders.left(conn, E164(self._sealer.open(person.box, Where.person(keeper))))
        await audit.note(conn, now, keeper, "person.moved")
        return moved

    def _new(self, now: datetime, number: E164, arrival: Arrival) -> Person:
        person_id = new_id()
        return Person(
            person_id=person_id, region=number.region or "ZZ", language=arrival.language, made_at=now, proven_at=now,
            seen_on=now.date(), box=self._sealer.seal(number.value, Where.person(person_id)),
        )  # fmt: skip
