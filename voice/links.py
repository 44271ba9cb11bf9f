"""The addresses we give to carriers, `/hooks/{carrier}/c/{token}/{step}`: opaque, and the same each time."""

import base64
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from privacy.mac import Mac

_MAC = 12
"""Bytes of HMAC in a token: 96 bits, beside the carrier's own signature."""


EVENTS = frozenset({"leg", "ended", "sent"})
"""Kinds of step that tell us something while nobody listens: a carrier is to send them again until we kept them."""


@dataclass(frozen=True, slots=True)
class Step:
    """A place in a call, as its URL names it: `kind-attempt` or `kind-attempt-try`."""

    kind: str
    attempt: int = 1
    turn: int = 1

    @classmethod
    def read(cls, text: str) -> "Step | None":
        """The step that a URL names; None if it is none of ours."""
        kind, *counts = text.split("-")
        if not kind.isalpha() or len(counts) not in (1, 2) or not all(n.isascii() and n.isdigit() for n in counts):
            return None
        return cls(kind, *(int(n[:3]) for n in counts))


class Links:
    """
    Makes and reads step addresses.

    public_url: scheme and host that carriers reach us at, without a slash at the end. secret: 32 bytes, which sign.
    former: older ones, whose links are still read. again: by carrier, the fragment that asks it to send an event again;
    fragments are not part of what is signed. Nothing in a link is random, so a repeated webhook is answered byte for
    byte alike.
    """

    def __init__(
        self, public_url: str, secret: bytes, former: Sequence[bytes] = (), again: Mapping[str, str] | None = None
    ) -> None:
        self._base, self._again = public_url, again or {}
        self._macs = tuple(Mac(each) for each in (secret, *former))

    def step(self, carrier: str, call: UUID, step: str) -> str:
        """Where a carrier asks what to do at `step` of `call`."""
        token = base64.urlsafe_b64encode(call.bytes + _mac(self._macs[0], call, step)).decode()
        again = self._again.get(carrier, "") if step.partition("-")[0] in EVENTS else ""
        return f"{self._base}/hooks/{carrier}/c/{token.rstrip('=')}/{step}{again}"

    def read(self, token: str, step: str) -> UUID | None:
        """The call that a token was made for, None if it was not made here for this step."""
        try:
            raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
            call = UUID(bytes=raw[:16])
        except ValueError:
            return None
        fits = [hmac.compare_digest(raw[16:], _mac(mac, call, step)) for mac in self._macs]  # all, always
        return call if any(fits) else None

    def public(self, path_and_query: str) -> str:
        """The address a carrier signed, from the path it asked for. The Host header is not believed."""
        return self._base + path_and_query


def _mac(mac: Callable[[bytes], bytes], call: UUID, step: str) -> bytes:
    return mac(call.bytes + step.encode())[:_MAC]
