"""What sessions hold about a person, for their rights: where they take part, and what they said STOP to."""

from datetime import datetime
from typing import Any

from core.clock import Clock
from masking.sessions.blocks import Q as BLOCKS
from masking.sessions.store import Q
from privacy.holdings import Record, Subject
from privacy.numbers import NumberKeys
from sql.database import Connection


class SessionHoldings:
    """
    A privacy.holdings.Holder. A person is known here by their number only, whose one row belongs to stickers as well:
    this holder lets go of it, and theirs, which comes after, deletes it.
    """

    room = "masking.sessions"

    def __init__(self, clock: Clock, numbers: NumberKeys) -> None:
        self._clock, self._numbers = clock, numbers

    async def export(self, conn: Connection, subject: Subject) -> list[Record]:
        """The sessions that the subject is or was in, what they said STOP to and where they blocked; never whom."""
        if subject.number is None:
            return []
        who = {"number_key": self._numbers.key(subject.number), "since": subject.since}
        records = [
            Record(self.room, "opt-out", row["made_at"], {"service": row["service"]})
            async for row in Q.person_opt_outs(conn, **who)
        ]
        async for row in Q.person_sessions(conn, **who):
            facts = {"service": row["service"], "session": row["unique_name"], "side": row["side"],
                     "ended": _iso(row["ended_at"]), "left": _iso(row["deleted_at"])}  # fmt: skip
            records.append(Record(self.room, "session", row["made_at"], facts))
        async for row in BLOCKS.person_blocks(conn, **who):
            facts = {"service": row["service"], "until": row["until"].isoformat()}
            records.append(Record(self.room, "block", row["made_at"], facts))
        return records

    async def erase(self, conn: Connection, subject: Subject) -> int:
        """
        They are in no session any more: their claims cool, so that the others meet no stranger, and their names go.

        Their STOP stays, so that nobody who enters the number once more has it texted.
        """
        if subject.number is None:
            return 0
        who = {"number_key": self._numbers.key(subject.number), "since": subject.since}
        there: list[Any] = [row async for row in Q.person_sessions(conn, **who)]
        await Q.forget_texts(conn, **who)
        await BLOCKS.forget_blocks(conn, **who)
        for row in there:
            place = {"tenant": row["tenant"], "participant": row["participant_id"], "t": self._clock.now()}
            await Q.cool(conn, session=row["session_id"], **place)
            await Q.forget_participant(conn, **place)
        return len(there)


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
