"""What stickers hold about a person, for their rights: their number, the vehicles that ring it, whom they blocked."""

from uuid import UUID

from masking.stickers import store
from masking.stickers.store import Q
from privacy.holdings import Record, Subject
from privacy.numbers import NumberKeys
from sql.database import Connection


class StickerHoldings:
    """A privacy.holdings.Holder. A person is known here by their number only."""

    room = "masking.stickers"

    def __init__(self, numbers: NumberKeys) -> None:
        self._numbers = numbers

    async def export(self, conn: Connection, subject: Subject) -> list[Record]:
        """The vehicles that ring the subject's number, their blocks and their STOP; never whom they blocked."""
        records = []
        if subject.number is not None:
            rows = Q.person_opt_outs(conn, number_key=self._numbers.key(subject.number))
            said = [row["made_at"] async for row in rows]
            records += [Record(self.room, "opt-out", at, {}) for at in said if not subject.since or at >= subject.since]
        for tenant, phone in await self._phones(conn, subject):
            async for row in Q.person_stickers(conn, tenant=tenant, phone=phone, since=subject.since):
                facts = {key: row[key] for key in ("code", "state", "label", "plate", "place", "answer")}
                records.append(Record(self.room, "sticker", row["asked_at"], facts))
            records += [
                Record(self.room, "block", row["made_at"], {"until": row["until"].isoformat()})
                async for row in Q.person_blocks(conn, tenant=tenant, phone=phone, since=subject.since)
            ]
        return records

    async def erase(self, conn: Connection, subject: Subject) -> int:
        """
        The number, its places, blocks and claims go; a sticker left without an owner is "printed" again.

        Their STOP stays, so that nobody who enters the number once more has it texted.
        """
        erased = 0
        if subject.number is None:
            return 0
        key = self._numbers.key(subject.number)
        for tenant, phone in await self._phones(conn, subject):
            async for row in Q.erase_contact(conn, tenant=tenant, phone=phone, since=subject.since):
                erased += 1
                if row["place"] == 1:
                    await store.end_ways(conn, tenant, row["sticker_id"])
                    await Q.strip_sticker(conn, tenant=tenant, sticker=row["sticker_id"])
            await Q.erase_blocks(conn, tenant=tenant, phone=phone, since=subject.since)
            await Q.erase_party_claims(conn, tenant=tenant, party_key=b"\x03" + key, since=subject.since)
            erased += await Q.erase_phone(conn, tenant=tenant, phone=phone) or 0
        return erased

    async def _phones(self, conn: Connection, subject: Subject) -> list[tuple[UUID, UUID]]:
        if subject.number is None:
            return []
        rows = Q.phones_by_key(conn, number_key=self._numbers.key(subject.number))
        return [(row["tenant"], row["phone_id"]) async for row in rows]
