"""What the proven owner of a number says of its name. Each word counts at once, in the one row that look-ups read."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from uuid import UUID

from callerid.owners import rules, store
from callerid.owners.errors import ConsentLacking, NoOwnName, NoSuchName, ProveAgain
from callerid.owners.marks import Marks
from callerid.owners.naming import own_name
from callerid.owners.store import Q, taken
from callerid.owners.values import Mine
from callerid.ports import Members
from core.clock import Clock
from core.e164 import E164
from privacy import audit
from privacy.consent import Consents
from sql.database import Connection, Database

SPEAKING = "speak-name"
"""The consent without which nobody's name is spoken."""


Rounding = Callable[[UUID, int], tuple[int, int]]
"""How many people saved a number, as its owner is told: at least so many, and fewer than so many."""


@dataclass(frozen=True, slots=True)
class Owners:
    """Use cases of whoever proved a number and signs in. Each raises a Problem where the person is gone."""

    database: Database
    clock: Clock
    marks: Marks
    members: Members
    consents: Consents
    rounded: Rounding

    async def mine(self, person: UUID) -> Mine:
        """How their number is shown, and what goes round of it as of the last tick."""
        async with self.own(person) as (conn, number):
            await Q.set_asked(conn, ref=number, week=rules.week_of(self.clock.now()))
            return await self.seen(conn, person, number)

    async def call_me(self, person: UUID, name: str) -> Mine:
        """Sets their own name: shown as self-declared until others agree. Raises BadName, NameProtected."""
        wanted = own_name(name)
        async with self.own(person) as (conn, number):
            await Q.set_own_name(conn, ref=number, name=wanted)
            return await self.seen(conn, person, number)

    async def uncall_me(self, person: UUID) -> Mine:
        """Takes their own name back; it is spoken no more either."""
        async with self.own(person) as (conn, number):
            await Q.set_own_name(conn, ref=number, name=None)
            return await self.seen(conn, person, number)

    async def change(
        self, person: UUID, *, hidden: bool | None = None, says_name: bool | None = None, agreed: str | None = None
    ) -> Mine:
        """
        Hides the number or shows it again; has their name spoken in the masked calls that they make, or not.

        None leaves a thing as it is. agreed: the language in which they were just shown what speaking their name means,
        and agreed to it. Raises NoOwnName and ConsentLacking, and changes nothing then.
        """
        async with self.own(person) as (conn, number):
            if says_name:
                await self._may_be_spoken(conn, person, number, agreed)
            if says_name is not None:
                await Q.set_says_name(conn, ref=number, says=says_name)
            if hidden is not None:
                await Q.set_hidden(conn, ref=number, hidden=hidden)
            return await self.seen(conn, person, number)

    async def strike(self, person: UUID, cluster: int) -> Mine:
        """
        Strikes a name out for good: it never shows again, whoever uploads it.

        cluster: of a name that goes round, as `mine` told it. Raises NoSuchName.
        """
        async with self.own(person) as (conn, number):
            now = await self.seen(conn, person, number)
            meant = next((each for each in now.names if each.cluster == cluster), None)
            if meant is None or not await Q.strike(conn, ref=number, cluster=cluster, spelling=meant.spelling):
                raise NoSuchName("Read the list again: it may have been sorted anew.")
            await Q.show_strikes(conn, ref=number)
            told = [replace(each, struck=each.struck or each is meant) for each in now.names]
            await Q.set_circulating(conn, ref=number, body=store.written(told))
            return await self.seen(conn, person, number)

    async def spoken(self, conn: Connection, person: UUID, number: E164) -> str | None:
        """What a person is called in the masked calls that they make; None where they did not say so, or no longer."""
        name: str | None = await Q.spoken_name(conn, number_key=self.marks.number(number).key)
        return name if name is not None and await self.consents.live(conn, person, SPEAKING) else None

    async def seen(self, conn: Connection, person: UUID, number: UUID) -> Mine:
        """A number as its owner sees it. number: its reference, as `own` gives it."""
        found = await store.mine(conn, number)
        says = found.says_name and await self.consents.live(conn, person, SPEAKING)
        return replace(found, says_name=says, savers=self.rounded(number, found.savers[0]))

    async def _may_be_spoken(self, conn: Connection, person: UUID, number: UUID, agreed: str | None) -> None:
        now = await self.seen(conn, person, number)
        if now.own_name is None:
            raise NoOwnName("Set the name that is to be spoken first.")
        if agreed is not None:
            version = self.consents.version(SPEAKING)
            await self.consents.give(conn, person, SPEAKING, version, agreed)
            await audit.note(conn, self.clock.now(), person, "consent.given", SPEAKING, version=version)
        if not await self.consents.live(conn, person, SPEAKING):
            raise ConsentLacking("Agree to your name being spoken first.", purpose=SPEAKING)

    @asynccontextmanager
    async def own(self, person: UUID) -> AsyncIterator[tuple[Connection, UUID]]:
        """
        A transaction with the row of the person's number locked. Raises ProveAgain.

        A token is no proof: where a carrier said that the number was given back, a code shows that it is still theirs.
        """
        number = await self.members.number(person)
        async with self.database.transaction() as conn:
            ref = await taken(conn, self.marks, number)
            if await Q.given_back(conn, ref=ref):
                raise ProveAgain("Your operator said that it was given to somebody else. Sign in with a code.")
            await store.prove(conn, self.clock.now(), ref, self.marks.owner(person, ref))
            yield conn, ref
