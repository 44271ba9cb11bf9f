"""
Inbound texts. A session's number passes them on (voice.ports.Relay). On a sticker's number nobody reads them: one reply
a day says so. A text never binds a claim.
"""

import hashlib
import hmac
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from core.clock import Clock
from core.e164 import E164
from core.route import Verdict
from privacy.numbers import NumberKeys
from sql.database import Connection, Database
from voice import store
from voice.aftermath import forget_text
from voice.events import CarrierAccount, TextIn, TextMoved
from voice.plan import Plan, Reply
from voice.ports import Relay, Routed, Screener, SignatureRejected

Words = Callable[[str], str]
"""The reply to a text, from its body: HELP, STOP and START have answers of their own."""
Wants = Callable[[str], bool | None]
"""Whether a text, by its body, asks for no more texts (False), for texts again (True), or for neither (None)."""

_HOOKS = 2
"""Hooks asked about one text at most: one outside of any session, which may make one, and then that one's veto."""


class Texts:
    """
    Answers texts, passes on those of sessions, and keeps who wants none.

    secrets: 32 bytes each, newest first. The newest makes the marks that tell repeats; one that an older secret made
    still counts, so that a new token root makes nothing come a second time. screener: asks customers' hooks; without
    one, what a hook should decide goes no further.
    """

    def __init__(
        self, database: Database, clock: Clock, numbers: NumberKeys, secrets: Sequence[bytes], words: Words,
        wants: Wants, relay: Relay | None = None, screener: Screener | None = None,
    ) -> None:  # fmt: skip
        self._database, self._clock, self._numbers = database, clock, numbers
        self._secrets, self._words, self._wants = tuple(secrets), words, wants
        self._relay, self._screener = relay, screener

    async def arrive(self, account: CarrierAccount, text: TextIn) -> Plan:
        """
        Somebody texts one of our numbers. Committed before it returns; a repeat gets the same answer.

        No connection is held while a customer's hook is asked. Raises SignatureRejected where a nonce comes back with
        another text: Plivo's V2 does not sign the body.
        """
        passed: bool | None = None
        for hooks_left in reversed(range(_HOOKS + 1)):
            async with self._database.transaction() as conn:
                text_key = await self._mark(conn, account.tenant, "text", str(account.account_id), text.carrier_text)
                routed = await self._routed(conn, account, text, text_key, passed)
                if routed is None or routed.verdict is not Verdict.ASK:
                    return await self._answered(conn, account, text, text_key, routed)
            if self._screener is None or not hooks_left:
                passed = False
                continue
            said = await self._screener.screen_text(routed, text)
            if said.plan is not None:
                async with self._database.transaction() as conn:
                    await self._taken(conn, account, text, text_key, None)
                return said.plan
            # Outside of any session a pass means that there may be one now, whose own hook is yet to be asked.
            passed = None if said.passed and routed.why is not None and hooks_left > 1 else said.passed
        raise AssertionError("a text whose hook has decided is not asked about again")

    async def moved(self, account: CarrierAccount, message: UUID, news: TextMoved) -> None:
        """Delivery news of a text that we passed on. Committed before it returns."""
        if self._relay is not None:
            await self._relay.moved(account, message, news)

    async def _routed(
        self, conn: Connection, account: CarrierAccount, text: TextIn, text_key: bytes, passed: bool | None
    ) -> Routed | None:
        """Where a session's text goes. Its id comes from its mark, so that a repeat finds what the first one left."""
        if self._relay is None:
            return None
        return await self._relay.take(conn, account, text, UUID(bytes=text_key[:16]), passed=passed)

    async def _answered(
        self, conn: Connection, account: CarrierAccount, text: TextIn, text_key: bytes, routed: Routed | None
    ) -> Plan:
        if routed is None or self._relay is None:
            words: str | None = self._words(text.body)
        else:
            words = self._relay.answer(routed, text)
        reply = await self._taken(conn, account, text, text_key, words)
        if routed is None:
            await self._keep_wish(conn, self._clock.now(), account, text)
        if not reply or words is None or text.sender.number is None or text.recipient is None:
            return ()
        return (Reply(words, text.sender.number, text.recipient),)

    async def _taken(
        self, conn: Connection, account: CarrierAccount, text: TextIn, text_key: bytes, words: str | None
    ) -> bool:
        """
        Takes a text once, with what is to be said to it. Returns whether it is said: each thing once a day.

        Raises SignatureRejected, which takes back what the transaction did.
        """
        now = self._clock.now()
        reply_key = text_key
        if words is not None:
            ends = self._hex(text.sender.number), self._hex(text.recipient)
            reply_key = await self._mark(conn, account.tenant, "reply", *ends, f"{now:%Y-%m-%d}", words)
        nonce_key = None
        if text.nonce:
            nonce_key = await self._mark(conn, account.tenant, "nonce", str(account.account_id), text.nonce)
        reply = await store.take_text(conn, now, account.tenant, text_key, reply_key, nonce_key)
        if reply is None:
            raise SignatureRejected("Its nonce was used for another text before.")
        await forget_text(conn, now, account.tenant, account.account_id, text.carrier_text)
        return reply

    async def _keep_wish(self, conn: Connection, now: datetime, account: CarrierAccount, text: TextIn) -> None:
        """STOP and START hold with the very answer that promises them, also where it was given once today already."""
        texts = self._wants(text.body)
        if texts is not None and text.sender.number is not None:
            wish_key = await self._mark(conn, account.tenant, "wish", str(account.account_id), text.carrier_text)
            key = self._numbers.key(text.sender.number)
            await store.wish(conn, now, account.tenant, wish_key, key, texts=texts)

    def _hex(self, number: E164 | None) -> str:
        return self._numbers.key(number).hex() if number else ""

    async def _mark(self, conn: Connection, tenant: UUID, *parts: str) -> bytes:
        """The mark of something: the one it has already, whichever secret made it, or the one it gets now."""
        marks = [hmac.digest(secret, "|".join(parts).encode(), hashlib.sha256) for secret in self._secrets]
        if len(marks) == 1:
            return marks[0]
        return await store.known_mark(conn, tenant, marks) or marks[0]
