"""
Passes texts on between the people of a session, and keeps who wants none from a service (`voice.ports.Relay`).

Everybody on the other side gets a text of their own, whose fate is told apart; the first gets the one that came.
"""

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from core.clock import Clock
from core.ids import new_id
from core.route import Verdict, Why
from ivr import texts
from ivr.texts import Keyword
from privacy.numbers import NumberKeys
from privacy.sealing import Sealer, Where
from sql.database import Connection, Database
from sql.statements import statements
from voice.events import CarrierAccount, TextIn, TextMoved
from voice.ports import Routed

Q = statements("messages")
"""Statements of this file, of sending.py and of media.py."""
WISHES = statements("session_wishes")
"""The same, of whoever else reads a text, and when."""

MOST_MEDIA = 10
"""Items with one text, as both carriers have it."""

OPTED_OUT = frozenset({("twilio", "21610"), ("plivo", "200")})
"""Carrier and error code: who should read the text has opted out with the carrier itself."""

_UNSTOP = "unstop"
_LONGEST_WORD = 40
"""Characters of the longest text that may be a service's own stop word."""
_WHYS = {why.value: why for why in Why}
_CODE = re.compile(r"\w{1,12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class SessionRelay:
    """marks: 32 bytes, which mark equal texts of one sender, so that machines answering each other are noticed."""

    database: Database
    clock: Clock
    numbers: NumberKeys
    sealer: Sealer
    marks: bytes

    async def take(
        self, conn: Connection, account: CarrierAccount, text: TextIn, message: UUID, *, passed: bool | None = None
    ) -> Routed | None:
        """See `voice.ports.Relay`. A text that is passed on stands in `message` afterwards, with its job."""
        if text.recipient is None:
            return None
        sender, folded, now = text.sender.number, _folded(text.body), self.clock.now()
        media, boxes = self._media(account, text)
        told = await Q.session_text(
            conn, t=now, tenant=account.tenant, account=account.account_id, dialled=text.recipient.value,
            from_key=self.numbers.key(sender) if sender else None, message=message,
            body=self.sealer.seal(text.body, Where.words(message)) if folded or media else None, passed=passed,
            word=texts.keyword(text.body), said=folded if len(folded) <= _LONGEST_WORD else None, mark=self._mark(text),
            media=media, boxes=boxes,
        )  # fmt: skip
        if told is None:
            return None
        routed = _routed(account.tenant, json.loads(told))
        if routed.verdict is Verdict.RING and routed.session_id is not None:
            copies = await self._copied(conn, now, account, text, message)
            await WISHES.hold_texts(conn, t=now, tenant=account.tenant, session=routed.session_id,
                                    messages=[message, *copies])  # fmt: skip
        return routed

    async def _copied(
        self, conn: Connection, now: datetime, account: CarrierAccount, text: TextIn, message: UUID
    ) -> list[UUID]:
        """The same text for everybody else on the other side. Returns the ids, which a repeat makes again."""
        which = {"t": now, "tenant": account.tenant, "message": message}
        copies = []
        for to in [row["participant_id"] async for row in WISHES.other_readers(conn, **which)]:
            copy = uuid5(message, str(to))
            media, boxes = self._media(account, text)
            body = self.sealer.seal(text.body, Where.words(copy))
            await WISHES.copy_text(conn, **which, copy=copy, to=to, body=body, media=media, boxes=boxes)
            copies.append(copy)
        return copies

    def _media(self, account: CarrierAccount, text: TextIn) -> tuple[list[UUID], list[bytes]]:
        """Ids for what came with a text, and where it is at the carrier, sealed for each."""
        ids = [new_id() for _ in text.media[:MOST_MEDIA]]
        places = zip(ids, text.media, strict=False)
        return ids, [self.sealer.seal(f"{account.account_id} {at}", Where.media(media)) for media, at in places]

    def answer(self, routed: Routed, text: TextIn) -> str | None:
        """See `voice.ports.Relay`. A loop is never answered: that would be its next turn."""
        if routed.why is Why.LOOP:
            return None
        if routed.word == Keyword.STOP:
            return texts.answer_of_service(Keyword.STOP, routed.language)
        if routed.undone or _folded(text.body) == _UNSTOP:
            return texts.answer_of_service(Keyword.START, routed.language)
        if routed.word == Keyword.HELP:
            return texts.answer_of_service(Keyword.HELP, routed.language)
        if routed.verdict is Verdict.RING:  # what of its pictures cannot go on is told when that is known
            return texts.words_only(routed.language) if len(text.media) > MOST_MEDIA else None
        if not _folded(text.body) and not text.media:
            return None
        return texts.not_passed_on(routed.why, routed.language)

    async def moved(self, account: CarrierAccount, message: UUID, news: TextMoved) -> None:
        """See `voice.ports.Relay`. News that comes twice or too late changes nothing."""
        now = self.clock.now()
        error = news.error if news.error and _CODE.fullmatch(news.error) else None
        async with self.database.transaction() as conn:
            await Q.message_moves(conn, t=now, tenant=account.tenant, account=account.account_id, message=message,
                                  state=news.state, error=error)  # fmt: skip
            if (account.carrier, error) not in OPTED_OUT:
                return
            read = await Q.reader_of_message(conn, tenant=account.tenant, message=message, account=account.account_id)
            if read is not None and read["phone_id"] is not None:
                await Q.opt_out_of_service(conn, tenant=account.tenant, service=read["service_id"],
                                           phone=read["phone_id"], t=now)  # fmt: skip

    def _mark(self, text: TextIn) -> bytes:
        """The same for the same words of one sender to one number, however they are spaced. Pictures alone differ."""
        ends = [number.value if number else "" for number in (text.sender.number, text.recipient)]
        said = text.body.casefold().split() or text.media
        words = " ".join([*ends, *said])
        return hmac.digest(self.marks, words.encode(), hashlib.sha256)


def _folded(body: str) -> str:
    return body.strip().strip(".!").casefold()


def _routed(tenant: UUID, told: dict[str, Any]) -> Routed:
    why = told.get("why")
    return Routed(
        tenant=tenant,
        verdict=Verdict(told["verdict"]),
        # What only texts meet is told like a person who cannot be reached.
        why=None if why is None else _WHYS.get(why, Why.UNAVAILABLE),
        service_id=UUID(told["service"]),
        number_id=UUID(told["number"]),
        message_id=UUID(told["message"]),
        session_id=_id(told.get("target_id")),
        from_id=_id(told.get("from")),
        to_id=_id(told.get("to")),
        language=told.get("language") or "en",
        word=told.get("word"),
        undone=bool(told.get("undone")),
    )


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None
