"""Inbound texts. On a sticker's number nobody reads them: one reply a day says so. A text never binds a claim."""

import hashlib
import hmac
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from core.clock import Clock
from core.e164 import E164
from privacy.numbers import NumberKeys
from sql.database import Connection, Database
from voice import store
from voice.aftermath import forget_text
from voice.events import CarrierAccount, TextIn
from voice.plan import Plan, Reply
from voice.ports import SignatureRejected

Words = Callable[[str], str]
"""The reply to a text, from its body: HELP, STOP and START have answers of their own."""
Wants = Callable[[str], bool | None]
"""Whether a text, by its body, asks for no more texts (False), for texts again (True), or for neither (None)."""


class Texts:
    """
    Answers texts, and keeps who wants none.

    secrets: 32 bytes each, newest first. The newest makes the marks that tell repeats; one that an older secret made
    still counts, so that a new token root makes nothing come a second time.
    """

    def __init__(
        self, database: Database, clock: Clock, numbers: NumberKeys, secrets: Sequence[bytes], words: Words,
        wants: Wants,
    ) -> None:  # fmt: skip
        self._database, self._clock, self._numbers = database, clock, numbers
        self._secrets, self._words, self._wants = tuple(secrets), words, wants

    async def arrive(self, account: CarrierAccount, text: TextIn) -> Plan:
        """
        Somebody texts one of our numbers. Committed before it returns; a repeat gets the same answer.

        Raises SignatureRejected where a nonce comes back with another text: Plivo's V2 does not sign the body.
        """
        now = self._clock.now()
        words = self._words(text.body)
        ends = self._hex(text.sender.number), self._hex(text.recipient)
        once_a_day = ("reply", *ends, f"{now:%Y-%m-%d}", words)  # each thing we say
        async with self._database.transaction() as conn:
            text_key = await self._mark(conn, account.tenant, "text", str(account.account_id), text.carrier_text)
            reply_key = await self._mark(conn, account.tenant, *once_a_day)
            nonce_key = None
            if text.nonce:
                nonce_key = await self._mark(conn, account.tenant, "nonce", str(account.account_id), text.nonce)
            reply = await store.take_text(conn, now, account.tenant, text_key, reply_key, nonce_key)
            if reply is not None:
                await self._keep_wish(conn, now, account, text)
                await forget_text(conn, now, account.tenant, account.account_id, text.carrier_text)
        if reply is None:
            raise SignatureRejected("Its nonce was used for another text before.")
        if not reply or text.sender.number is None or text.recipient is None:
            return ()
        return (Reply(words, text.sender.number, text.recipient),)

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
