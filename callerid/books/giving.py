"""What one person gives, made into sealed rows. Pure but for the randomness of seals."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from callerid.books.boxes import Boxes, Kind, Row, What
from callerid.ports import Member
from callerid.tokens import NameKeys, device_mark, network_mark
from core.e164 import E164

_AGES = (timedelta(days=7), timedelta(days=30), timedelta(days=90))
_SIZES = (15, 60, 200)
SIZE_KNOWN = _SIZES[-1] + 1
"""Numbers from which on a book is of the largest kind, however long it goes on."""

Given = tuple[What, E164, str, int]
"""What is done, to which number, with which name ("" for none), of which category (0 for none)."""


class Hand:
    """
    One person's hand: makes their rows.

    size: how many numbers their book has, as far as is known.
    """

    def __init__(self, keys: NameKeys, boxes: Boxes, member: Member, now: datetime, size: int) -> None:
        self._keys, self._boxes, self._person = keys, boxes, member.person_id
        self.kind = kind_of(member, now, size)
        self._device, self._network = device_mark(member.device_id), network_mark(member.network)
        self._at = int(now.timestamp() * 1_000_000)

    def boxed(self, given: Iterable[Given]) -> list[tuple[bytes, bytes]]:
        """Places and boxes. Where token roots were added, what stands under an older one is moved to the newest."""
        made: list[tuple[bytes, bytes]] = []
        for what, e164, name, category in given:
            number = self._keys.number(e164)
            newest, *older = self._keys.tokens(self._person, number.ref)
            self._at += 1
            network = self._keys.group(number.ref, self._network) if self._network else None
            row = Row(what, self._at, number, self._boxes.version, newest, self.kind,
                      self._keys.group(number.ref, self._device), network, name, category)  # fmt: skip
            made.append(self._box(row))
            gone = What.UNMARK if row.marks else What.REMOVE
            made += [
                self._box(Row(gone, self._at, number, row.version, token, self.kind, None, None)) for token in older
            ]
        return made

    def _box(self, row: Row) -> tuple[bytes, bytes]:
        return self._boxes.place(row.token, marks=row.marks), self._boxes.seal(row)


@dataclass(frozen=True, slots=True)
class Places:
    """References and tokens, in one order, and places in the inbox."""

    refs: list[UUID]
    tokens: list[bytes]
    inbox: list[bytes]


def places(keys: NameKeys, boxes: Boxes, person_id: UUID, refs: Iterable[UUID]) -> Places:
    """Where everything that a person may have given about some numbers stands, under every token root."""
    found = Places([], [], [])
    for ref in refs:
        for token in keys.tokens(person_id, ref):
            found.refs.append(ref)
            found.tokens.append(token)
            found.inbox.extend(boxes.place(token, marks=marks) for marks in (False, True))
    return found


def kind_of(member: Member, now: datetime, size: int) -> Kind:
    """As ranking.values.Coarse means it."""
    age = now - member.made_at
    return Kind(sum(age > most for most in _AGES), sum(size > most for most in _SIZES), member.attested)
