"""How a number and its owner are known in the tables of names: by keys, and by marks that lead to nobody."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from callerid.tokens import Keyed, NameKeys
from core.e164 import E164
from privacy.keys import KeyRing

_MARK_BYTES = 16


@dataclass(frozen=True, slots=True)
class OwnerMarks:
    """A person as the owner of one number: a mark under each token root, the newest first. None without an account."""

    marks: Sequence[bytes] = ()
    roots: Sequence[int] = ()


class Marks:
    """Keys and marks of one installation. ring: its roots."""

    def __init__(self, ring: KeyRing) -> None:
        self._names = NameKeys(ring)
        self._owners = ring.derive_each("token", "number owners")
        self._roots = ring.ids("token")[::-1]

    def number(self, number: E164) -> Keyed:
        """The key that a number's row is found by, and the reference that it gets where it is made now."""
        return self._names.number(number)

    def owner(self, person: UUID, number: UUID) -> "OwnerMarks":
        """A person as the owner of one number."""
        said = person.bytes + number.bytes
        marks = [hmac.digest(secret, said, "sha256")[:_MARK_BYTES] for secret in self._owners]
        return OwnerMarks(tuple(marks), self._roots)
