"""How a number and its owner are known in the tables of names: by keys, and by marks that lead to nobody."""

import hmac
from collections.abc import Sequence
from uuid import UUID

from core.e164 import E164
from privacy.keys import KeyRing
from privacy.numbers import NumberKeys

_MARK_BYTES = 16


class Marks:
    """Keys and marks of one installation. ring: its roots."""

    def __init__(self, ring: KeyRing) -> None:
        self._numbers = NumberKeys(ring, "callerid")
        self._refs = ring.derive("token", "number references", ring.ids("token")[0])
        self._owners = ring.derive_each("token", "number owners")

    def key(self, number: E164) -> bytes:
        """What a number's row is found by: 32 bytes."""
        return self._numbers.key(number)

    def reference(self, key: bytes) -> UUID:
        """The reference that a number's row gets where it is made now; it keeps the one it has. key: its number key."""
        return UUID(bytes=hmac.digest(self._refs, key, "sha256")[:16])

    def owners(self, person: UUID, number: UUID) -> Sequence[bytes]:
        """A person as the owner of one number, under each token root, the newest first; another for each number."""
        said = person.bytes + number.bytes
        return [hmac.digest(secret, said, "sha256")[:_MARK_BYTES] for secret in self._owners]
