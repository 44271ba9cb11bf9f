"""What one person gives, made into sealed rows. Pure but for the randomness of seals."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from callerid.books.boxes import UNKNOWN, Boxes, Kind, What
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
        keys, seal, person, kind = self._keys, self._boxes.seal, self._person.bytes, self.kind
        made: list[tuple[bytes, bytes]] = []
        for what, e164, name, category in given:
            ref, key = keys.plain(e164)
            (token, place), *older = keys.marks(person, ref)
            self._at += 1
            groups = (keys.group(ref, self._device), keys.group(ref, self._network) if self._network else UNKNOWN)
            made.append((place, seal(what, self._at, ref, token, key, kind, groups, name.encode(), category)))
            gone = What.UNMARK if what >= What.SPAM else What.REMOVE
            for token, place in older:
                made.append((place, seal(gone, self._at, ref, token, key, kind, (UNKNOWN, UNKNOWN))))
        return made


@dataclass(frozen=True, slots=True)
class Places:
    """References and tokens, in one order, and places in the inbox."""

    refs: list[UUID]
    tokens: list[bytes]
    inbox: list[bytes]


def places(keys: NameKeys, person_id: UUID, refs: Iterable[UUID]) -> Places:
    """Where everything that a person may have given about some numbers stands, under every token root."""
    found = Places([], [], [])
    for ref in refs:
        for token, place in keys.marks(person_id.bytes, ref.bytes):
            found.refs.append(ref)
            found.tokens.append(token)
            found.inbox.append(place)
    return found


def kind_of(member: Member, now: datetime, size: int) -> Kind:
    """As ranking.values.Coarse means it."""
    age = now - member.made_at
    return Kind(sum(age > most for most in _AGES), sum(size > most for most in _SIZES), member.attested)
