"""
Proves that somebody holds a number: six digits by text or call, which they send back.

    start   a code is on its way, in the outbox, with the transaction that paid for it
    again   the same code once more, the same way or the other
    proven  the number, if the code is right, and a transaction in which the code is used up; once

Nothing here tells whether a number has an account: `start` answers alike for every number. A number has one proof for
a purpose at a time, so asking twice extends it. Tries and money are rows in Postgres, counted before anything is
compared or sent, so that no number of requests at once gets past them.
"""

import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from core.clock import Clock
from core.e164 import E164
from core.ids import new_id
from core.problem import Problem
from privacy import proof_rules
from privacy.numbers import NumberKeys, address_prefix
from privacy.proof_codes import Codes
from privacy.proof_rules import (
    A_DAY,
    APART,
    BLOCK_OF_ONE,
    LIFE,
    OF_ONE,
    SENDINGS,
    TRIES,
    Destinations,
    NoCodesThere,
    Purse,
    Way,
)
from privacy.sealing import Sealer, Where
from sql import outbox
from sql.database import Connection, Database
from sql.statements import statements

JOB = "proof"
"""The kind of job that sends a code: payload `proof`, an id, and `sending`, which one it is."""
_DAY = timedelta(hours=24)
_GUESSES = "proof-guesses"
_ONE, _BLOCK = "proof-number-network", "proof-block-network"
"""Unused codes that a network asked for."""
_Q = statements("proof")


class TooManyCodes(Problem):
    """A number or a network has been sent its codes, or a proof its three. Fact: `retry_after`, seconds."""

    status, slug, title = 429, "too-many-codes", "No more codes are sent for now"


class CodesRest(Problem):
    """
    The day's money for codes is spent, there or altogether; or codes to such numbers go unused; or no number of ours
    can send any. Fact: `retry_after`, seconds until the next day (UTC).
    """

    status, slug, title = 503, "codes-rest", "We cannot send a code there today"


class WrongCode(Problem):
    """Not the code that was sent. Fact: `left`, tries."""

    status, slug, title = 422, "wrong-code", "That is not the code"


class TooManyTries(Problem):
    """Five codes were entered for this proof. Not even the right one counts any more."""

    status, slug, title = 410, "too-many-tries", "That was one try too many"


class TooManyGuesses(Problem):
    """So many wrong codes came from one network that it may be guessing. Fact: `retry_after`, seconds."""

    status, slug, title = 429, "too-many-guesses", "Too many wrong codes came from your network"


class ProofOver(Problem):
    """The proof was used, its time is over, or there never was one: alike on purpose."""

    status, slug, title = 410, "proof-over", "This code can no longer be used"


@dataclass(frozen=True, slots=True)
class Started:
    """A code is on its way. until: when it can no longer be used. sent: now; False where it was, a moment before."""

    proof_id: UUID
    until: datetime
    sent: bool = True


@dataclass(frozen=True, slots=True)
class _Asked:
    """A code that somebody wants sent."""

    number: E164
    purpose: str
    way: Way
    language: str
    network: str


class Proofs:
    """
    keys: people's number keys. ours: masking's, which our own numbers stand under. secret: 32 bytes, under which
    numbers and networks are counted.
    """

    def __init__(
        self, database: Database, clock: Clock, sealer: Sealer, keys: NumberKeys, ours: NumberKeys, codes: Codes,
        secret: bytes, destinations: Destinations, purse: Purse,
    ) -> None:  # fmt: skip
        self._database, self._clock, self._sealer = database, clock, sealer
        self._keys, self._ours, self._codes, self._secret = keys, ours, codes, secret
        self._destinations, self._purse = destinations, purse

    async def start(self, number: E164, purpose: str, way: Way, language: str, *, network: str) -> Started:
        """
        Sends a code to a number. purpose: a word ("sign-in"); a code is good for its own alone. network: the address
        of whoever asks.

        Asked again within 30 seconds, nothing more is sent; later, the same code; and nothing where no more may be sent
        while one can be used, whoever had it sent: it came to the number's holder. Raises NoCodesThere, TooManyCodes,
        CodesRest, DatabaseAway; then nothing is counted.
        """
        try:
            return await self._send(number, purpose, way, language, network)
        except (TooManyCodes, CodesRest):
            async with self._database.work() as conn:
                live = await _Q.live_proof(
                    conn, number_key=self._keys.key(number), purpose=purpose, t=self._clock.now(), tries=TRIES
                )
            if live is None:
                raise
            return Started(live["proof_id"], live["until"], sent=False)

    async def _send(self, number: E164, purpose: str, way: Way, language: str, network: str) -> Started:
        """As `start`, but what may not be sent is refused."""
        country = self._destinations.country(number)
        asked, now = _Asked(number, purpose, way, language, address_prefix(network)), self._clock.now()
        async with self._database.transaction() as conn:
            house = await _Q.proof_house(conn, number_key=self._ours.key(number), t=now)
            if house is not None and house["ours"]:
                raise NoCodesThere("It is one of our own numbers.", kind="ours")
            if house is None or not house["sends"]:
                raise CodesRest("There is no shared number that it could come from.", retry_after=_rest_of_day(now))
            return await self._start(conn, house["tenant"], asked, country)

    async def again(self, proof_id: UUID, purpose: str, way: Way, *, network: str) -> Started:
        """Sends a proof's code once more. Raises ProofOver, and as `start`; TooManyCodes also while it can be used."""
        async with self._database.work() as conn:
            row = await _Q.proof_to_repeat(conn, proof=proof_id, purpose=purpose, t=self._clock.now())
        if row is None:
            raise ProofOver("Ask for a new code.")
        number = E164(self._sealer.open(row["sealed"], Where.proof(proof_id)))
        return await self._send(number, purpose, way, row["language"], network)

    @asynccontextmanager
    async def proven(
        self, proof_id: UUID, code: str, purpose: str, *, network: str
    ) -> AsyncIterator[tuple[Connection, E164]]:
        """
        A transaction, and the number that a code proves: what is done in it is done with the code, once, or not at all.

        network: the address of whoever entered it. Raises WrongCode, TooManyTries, ProofOver, TooManyGuesses,
        DatabaseAway. The try is kept before the code is looked at. Whatever fails in it leaves the code as it was.
        """
        row, guesses = await self._try(proof_id, purpose, network)
        fits = self._codes.fits(proof_id, code)
        if row is None:
            raise ProofOver("Ask for a new code.")
        if row["tries"] > TRIES:
            raise TooManyTries("Ask for a new code.")
        if not fits:
            raise WrongCode("Look at the newest code that you were sent.", left=TRIES - row["tries"])
        async with self._database.transaction() as conn:
            if await _Q.take_proof(conn, proof=proof_id) is None:
                raise ProofOver("Ask for a new code.")
            number = E164(self._sealer.open(row["sealed"], Where.proof(proof_id)))
            yield conn, number
            await self._was_used(
                conn, row, guesses, number, address_prefix(network)
            )  # last: these rows are everybody's

    async def _start(self, conn: Connection, tenant: UUID, asked: _Asked, country: str) -> Started:
        now, key = self._clock.now(), self._keys.key(asked.number)
        await _Q.drop_dead_proof(conn, number_key=key, purpose=asked.purpose, t=now, tries=TRIES)
        place = proof_rules.block(country, asked.number)
        proof_id = new_id()
        box = self._sealer.seal(asked.number.value, Where.proof(proof_id))
        fresh = await _Q.begin_proof(
            conn, proof=proof_id, purpose=asked.purpose, number_key=key, sealed=box, place=place, way=asked.way,
            language=asked.language, t=now, until=now + LIFE,
        )  # fmt: skip
        if fresh is None:
            live = await _Q.live_proof(conn, number_key=key, purpose=asked.purpose, t=now, tries=TRIES)
            if live is None:  # used up by somebody in this very moment
                raise TooManyCodes("Ask again.", retry_after=1)
            proof_id = live["proof_id"]
            if now - live["sent_at"] < APART:
                return Started(proof_id, live["until"], sent=False)
            if live["sent"] >= SENDINGS:
                raise TooManyCodes("Use a code that you have, or wait.", retry_after=_seconds(live["until"] - now))
        await self._count(conn, now, tenant, asked, place)
        await self._pay(conn, now, country, place, asked.way, fresh=fresh is not None)
        until = now + LIFE
        sending = await _Q.send_proof(conn, proof=proof_id, t=now, until=until, way=asked.way, language=asked.language)
        await outbox.put(conn, tenant=tenant, kind=JOB, subject=str(proof_id), key=f"{proof_id}:{sending}",
                         payload={"proof": str(proof_id), "sending": sending}, at=now)  # fmt: skip
        return Started(proof_id, until)

    async def _try(self, proof_id: UUID, purpose: str, network: str) -> tuple[Any, bytes]:
        """Counts a code that somebody entered, for its proof and for their network. A right one is taken back later."""
        now, most = self._clock.now(), self._purse.network_a_day
        counted = self._counted(_GUESSES, address_prefix(network))
        async with self._database.transaction() as conn:
            row = await _Q.try_proof(conn, proof=proof_id, purpose=purpose, t=now)
            if await _Q.count_guess(conn, t=now, name=_GUESSES, subject=counted, window=_DAY, most=most):
                raise TooManyGuesses("Try again tomorrow, or from another network.", retry_after=_seconds(_DAY))
            return row, counted

    def _counted(self, name: str, subject: str) -> bytes:
        return hmac.digest(self._secret, f"{name}|{subject}".encode(), "sha256")

    async def _count(self, conn: Connection, now: datetime, tenant: UUID, asked: _Asked, place: str) -> None:
        for name, subject, most in (
            (_ONE, f"{asked.number.value}|{asked.network}", OF_ONE),
            (_BLOCK, f"{place}|{asked.network}", BLOCK_OF_ONE),
            ("proof-number", asked.number.value, A_DAY),
            ("proof-network", asked.network, self._purse.network_a_day),
        ):
            counted = self._counted(name, subject)
            if await _Q.count_sending(conn, t=now, tenant=tenant, name=name, subject=counted, window=_DAY, most=most):
                raise TooManyCodes("Try again tomorrow, or from another network.", retry_after=_seconds(_DAY))

    async def _pay(self, conn: Connection, now: datetime, country: str, place: str, way: Way, *, fresh: bool) -> None:
        """Draws the price from every purse, and looks whether the block's codes are used."""
        price, day = self._purse.price(country, way), now.astimezone(UTC).date()
        for draw in self._purse.draws(country, place):
            row = None
            if price <= draw.most:
                row = await _Q.spend(conn, day=day, place=draw.place, fresh=int(fresh), price=price, most=draw.most)
            if row is None:
                raise CodesRest("Try again tomorrow.", retry_after=_rest_of_day(now))
            if draw.place == place:
                still_open = await _Q.open_proofs(conn, place=place, t=now)
                if proof_rules.idle(row["asked"], row["used"], still_open, self._purse.used_share):
                    raise CodesRest("Try again tomorrow.", retry_after=_rest_of_day(now))

    async def _was_used(self, conn: Connection, row: Any, guesses: bytes, number: E164, network: str) -> None:
        """A code came back: it was no guess, and its network has it no more among those that nobody used."""
        await _Q.take_back(conn, name=_GUESSES, subject=guesses, times=1)
        for name, subject in ((_ONE, number.value), (_BLOCK, row["place"])):
            counted = self._counted(name, f"{subject}|{network}")
            await _Q.take_back(conn, name=name, subject=counted, times=row["sent"])
        country = row["place"].partition(" ")[0]
        await _Q.count_used(conn, day=row["made_at"].date(), places=[row["place"], country, "all"])


def _rest_of_day(now: datetime) -> int:
    tomorrow = datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)
    return _seconds(tomorrow - now)


def _seconds(left: timedelta) -> int:
    return max(int(left.total_seconds()), 1)
