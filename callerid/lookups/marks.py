"""
Under which keyed hashes look-ups are counted: none can be turned back, and no two askers' can be matched.

A dump of the tables alone tells how much each of some askers asked, not who they are nor for what. Whoever has the
token root as well can test a guess: that this person asked for this number within a month. After that the mark is gone.
"""

import hmac
from uuid import UUID

from callerid.lookups import rules
from callerid.lookups.rules import LookupLimits
from callerid.lookups.values import Asker, Budget
from callerid.ports import Company, Member
from core.e164 import E164
from privacy.numbers import one_way

_BLOCK_DIGITS = 2
_REMEMBERED = 20_000
"""Askers; each takes some 300 bytes."""


class Marks:
    """
    Keyed hashes of this room. secret: 32 bytes; of the oldest token root that lives, so that a new one gives nobody a
    fresh budget and no handle changes before its root is retired.
    """

    def __init__(self, secret: bytes, limits: LookupLimits) -> None:
        self._secret, self._limits = secret, limits
        self._askers: dict[tuple[bytes, UUID], tuple[UUID, str]] = {}

    def member(self, member: Member, number_key: bytes, network: bytes) -> Asker:
        """
        A person's budgets: of the account; of their number, which an account that is made anew does not get again; of
        the device; and of the network. network: under the day's key.
        """
        limits = self._limits
        account, counted = self._known(b"account", member.person_id)
        device, _ = self._known(b"device", member.device_id)
        return Asker(
            (
                Budget("account", account, limits.a_day, limits.in_month),
                Budget("number", self._asker(b"number", number_key), limits.a_day, limits.in_month),
                Budget("device", device, limits.device_a_day, limits.device_in_month),
                Budget("network", self._asker(b"network", network), limits.network_a_day),
            ),
            counted,
        )

    def burst(self, member: Member) -> str:
        """Under what a person's bursts are counted, hex."""
        return self._known(b"account", member.person_id)[1]

    def company(self, company: Company) -> Asker:
        """A company's budget: what its plan says."""
        asker, counted = self._known(b"company", company.client_id)
        return Asker((Budget("company", asker, company.lookups_a_day),), counted)

    def account(self, person_id: UUID) -> UUID:
        """Under what an account's look-ups are counted."""
        return self._asker(b"account", person_id.bytes)

    def of_account(self, person_id: UUID) -> tuple[UUID, ...]:
        """Everything under which a person's own look-ups and contacts are counted."""
        return tuple(self._asker(kind, person_id.bytes) for kind in (b"account", b"contacts", b"recent"))

    def sync(self, member: Member, number_key: bytes, network: bytes, *, recent: bool) -> Asker:
        """The budgets of the contacts that a person asks about: the same four, each with counts of its own."""
        kind = b"recent" if recent else b"contacts"
        a_day, in_window = (rules.RECENT_A_DAY, None) if recent else (None, rules.FULL_SYNC)
        return Asker(
            (
                Budget("account", self._asker(kind, member.person_id.bytes), a_day, in_window),
                Budget("number", self._asker(kind + b" number", number_key), a_day, in_window),
                Budget("device", self._asker(kind + b" device", member.device_id.bytes), _wider(a_day),
                       _wider(in_window)),
                Budget("network", self._asker(kind + b" network", network), rules.NETWORK_SYNC),
            ),
            self.burst(member),
        )  # fmt: skip

    def number(self, asker: UUID, number: E164, number_key: bytes) -> tuple[int, int]:
        """Block and mark of a number, for this asker: 64 bits each, signed."""
        block = self._digest(b"block", asker.bytes + one_way(number)[:-_BLOCK_DIGITS].encode())
        mark = self._digest(b"mark", asker.bytes + number_key)
        return int.from_bytes(block[:8], signed=True), int.from_bytes(mark[:8], signed=True)

    def handle(self, asker: UUID, person_id: UUID) -> str:
        """A person as one asker knows them: 32 hex digits that mean nothing to anybody else."""
        return self._digest(b"handle", asker.bytes + person_id.bytes)[:16].hex()

    def offset(self, number_ref: UUID) -> int:
        """Where the edges of an owner's count of savers lie."""
        return int.from_bytes(self._digest(b"savers", number_ref.bytes)[:4])

    def _known(self, kind: bytes, of: UUID) -> tuple[UUID, str]:
        """Under what somebody's budget and bursts are counted; remembered for whoever asks again."""
        found = self._askers.get((kind, of))
        if found is None:
            if len(self._askers) >= _REMEMBERED:
                self._askers.clear()
            found = self._askers[kind, of] = (self._asker(kind, of.bytes), self._digest(b"burst", of.bytes).hex())
        return found

    def _asker(self, kind: bytes, of: bytes) -> UUID:
        return UUID(bytes=self._digest(kind, of)[:16])

    def _digest(self, kind: bytes, of: bytes) -> bytes:
        return hmac.digest(self._secret, kind + b"\0" + of, "sha256")


def _wider(points: int | None) -> int | None:
    """What a device has: half as much more than an account."""
    return None if points is None else points * 3 // 2
