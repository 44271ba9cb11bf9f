"""
Under which keyed hashes look-ups are counted: none can be turned back, and no two askers' can be matched.

A dump of the tables alone tells how much each of some askers asked, not who they are nor for what. Whoever has the
token root as well can test a guess: that this person asked for this number within a month. After that the mark is gone.
"""

import hmac
from uuid import UUID

from callerid.lookups.rules import LookupLimits
from callerid.lookups.values import Asker, Budget
from callerid.ports import Company, Member
from core.e164 import E164

_BLOCK_DIGITS = 2


class Marks:
    """
    Keyed hashes of this room. secret: 32 bytes; of the oldest token root that lives, so that a new one gives nobody a
    fresh budget and no handle changes before its root is retired.
    """

    def __init__(self, secret: bytes, limits: LookupLimits) -> None:
        self._secret, self._limits = secret, limits

    def member(self, member: Member, network: bytes) -> Asker:
        """A person's budgets: of the account, of the device, and of the network. network: under the day's key."""
        limits = self._limits
        return Asker(
            (
                Budget("account", self._asker(b"account", member.person_id.bytes), limits.a_day, limits.in_month),
                Budget("device", self._asker(b"device", member.device_id.bytes), limits.device_a_day,
                       limits.device_in_month),
                Budget("network", self._asker(b"network", network), limits.network_a_day),
            ),
            self._digest(b"burst", member.person_id.bytes).hex(),
        )  # fmt: skip

    def company(self, company: Company) -> Asker:
        """A company's budget: what its plan says."""
        own = Budget("company", self._asker(b"company", company.client_id.bytes), company.lookups_a_day)
        return Asker((own,), self._digest(b"burst", company.client_id.bytes).hex())

    def account(self, person_id: UUID) -> UUID:
        """Under what an account's look-ups are counted."""
        return self._asker(b"account", person_id.bytes)

    def of_account(self, person_id: UUID) -> tuple[UUID, ...]:
        """Everything under which a person's own look-ups and contacts are counted."""
        return tuple(self._asker(kind, person_id.bytes) for kind in (b"account", b"contacts", b"recent"))

    def sync(self, member: Member, *, recent: bool) -> tuple[UUID, UUID]:
        """Under what the contacts that a person asks about are counted: the account's and the device's."""
        kind = b"recent" if recent else b"contacts"
        return self._asker(kind, member.person_id.bytes), self._asker(kind + b" device", member.device_id.bytes)

    def number(self, asker: UUID, number: E164, number_key: bytes) -> tuple[int, int]:
        """Block and mark of a number, for this asker: 64 bits each, signed."""
        block = self._digest(b"block", asker.bytes + number.value[:-_BLOCK_DIGITS].encode())
        mark = self._digest(b"mark", asker.bytes + number_key)
        return int.from_bytes(block[:8], signed=True), int.from_bytes(mark[:8], signed=True)

    def handle(self, asker: UUID, person_id: UUID) -> str:
        """A person as one asker knows them: 32 hex digits that mean nothing to anybody else."""
        return self._digest(b"handle", asker.bytes + person_id.bytes)[:16].hex()

    def offset(self, number_ref: UUID) -> int:
        """Where the edges of an owner's count of savers lie."""
        return int.from_bytes(self._digest(b"savers", number_ref.bytes)[:4])

    def _asker(self, kind: bytes, of: bytes) -> UUID:
        return UUID(bytes=self._digest(kind, of)[:16])

    def _digest(self, kind: bytes, of: bytes) -> bytes:
        return hmac.digest(self._secret, kind + b"\0" + of, "sha256")
