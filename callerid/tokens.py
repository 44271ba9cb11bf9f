"""
Keys of names: references of numbers, tokens of tags, group tags. Each is a keyed hash under a token root; nothing here
is stored beside an account, and without the roots none of it can be made or compared. Pure.

A number's reference is made from its number key as the *first* number root makes it, so that it stays when number keys
are moved. A tag's token differs from number to number, so that one person's tags have nothing in common.
"""

from dataclasses import dataclass
from hashlib import blake2b
from ipaddress import ip_network
from uuid import UUID

from core.e164 import E164
from privacy.keys import KeyRing
from privacy.mac import Mac
from privacy.numbers import NumberKeys

TOKEN_BYTES = 16
_31_BITS = 0x7FFF_FFFF


@dataclass(frozen=True, slots=True)
class Keyed:
    """A number as names know it. key: as it is looked up."""

    ref: UUID
    key: bytes


class NameKeys:
    """Makes all of them. One instance serves a process."""

    def __init__(self, ring: KeyRing) -> None:
        self._numbers = NumberKeys(ring, "callerid")
        # The oldest, so that two processes agree, whichever roots were added since.
        self._refs = Mac(ring.derive_each("token", "number references")[-1])
        self._tokens = [Mac(root) for root in ring.derive_each("token", "name tokens")]
        self._labels = [Mac(root) for root in ring.derive_each("token", "name page labels")]
        self._groups = ring.derive("token", "name groups", ring.ids("token")[0])
        self._coins = Mac(ring.derive("token", "publication thresholds", ring.ids("token")[0]))

    def number(self, number: E164) -> Keyed:
        """The reference and the key of a number."""
        ref, key = self.plain(self.first(number.value))
        return Keyed(UUID(bytes=ref), key)

    def first(self, value: str) -> bytes:
        """
        32 bytes of which reference and key follow, whatever is moved since: what waits for a merge is kept as.

        value: of an E164.
        """
        return self._numbers.first(value)

    def plain(self, first: bytes) -> tuple[bytes, bytes]:
        """Reference and key as bytes, which thousands are made of at a time. first: see there."""
        return self._refs(first)[:16], self._numbers.moved(first, 1)

    def token(self, person_id: UUID, ref: UUID) -> bytes:
        """The token of one person's tag on one number: 16 bytes."""
        return self.tokens(person_id, ref)[0]

    def tokens(self, person_id: UUID, ref: UUID) -> tuple[bytes, ...]:
        """The tokens under every token root, the newest first: tags from before a rotation have an older one."""
        return tuple(token for token, _ in self.marks(person_id.bytes, ref.bytes))

    def marks(self, person: bytes, ref: bytes) -> list[tuple[bytes, bytes]]:
        """
        Under every token root, the newest first: the token of one person's tag on one number, and its place in the
        inbox. They are the halves of one HMAC, so that neither tells of the other.
        """
        message = person + ref
        return [(digest[:TOKEN_BYTES], digest[TOKEN_BYTES:]) for digest in [root(message) for root in self._tokens]]

    def labels(self, person_id: UUID) -> list[bytes]:
        """Under every token root, the newest first: what a person's pages in the inbox are called. 16 bytes each."""
        return [root(person_id.bytes)[:TOKEN_BYTES] for root in self._labels]

    def group(self, ref: bytes, of: bytes) -> int:
        """31 bits that are equal for equal devices (or networks) within one number, and mean nothing beside another."""
        digest = blake2b(ref + of, digest_size=4, key=self._groups).digest()  # a keyed hash too, and half the work
        return int.from_bytes(digest, "big") & _31_BITS

    def part(self, ref: bytes) -> int:
        """31 bits that are equal for equal numbers: in their order a merge goes."""
        return self.group(ref, b"part")

    def threshold(self, ref: UUID) -> int:
        """Independent sources that a crowd's name of it needs: 2 or 3, by a coin that only we can toss again."""
        return 2 + (self._coins(ref.bytes)[0] & 1)


def device_mark(device_id: UUID) -> bytes:
    """What `NameKeys.group` is given for a device."""
    return b"d" + device_id.bytes


def network_mark(network: str) -> bytes | None:
    """What it is given for an address prefix; None where the network is not known, which is no common network."""
    try:
        return b"n" + ip_network(network).network_address.packed
    except ValueError:
        return None
