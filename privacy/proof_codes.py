"""The six digits that prove a number. They follow from the proof's id under the token root, and are kept nowhere."""

import hmac
from collections.abc import Sequence
from unicodedata import decimal
from uuid import UUID

DIGITS = 6
_LONGEST, _BETWEEN = 32, " -\u00a0"


class Codes:
    """
    Makes codes, and knows them again.

    secrets: 32 bytes of each token root, newest first: the first makes codes, each knows them, so that a new root ends
    nobody's proof. A proof's id is random, is one number's and one purpose's, and is never used again; so is its code.
    Truncation as RFC 4226 has it, from 64 bits: no code is likelier than another by more than one in 10^13.
    """

    def __init__(self, secrets: Sequence[bytes]) -> None:
        self._secrets = tuple(secrets)

    def code(self, proof_id: UUID) -> str:
        """A proof's code: "042917"."""
        return _code(self._secrets[0], proof_id)

    def fits(self, proof_id: UUID, code: str) -> bool:
        """
        Whether somebody wrote a proof's code; spaces, hyphens and whose digits they are do not matter.

        Takes as long either way.
        """
        letters = (letter for letter in code[:_LONGEST] if letter not in _BETWEEN)
        given = "".join(str(decimal(letter, letter)) for letter in letters).encode(errors="replace")
        fits = [hmac.compare_digest(_code(secret, proof_id).encode(), given) for secret in self._secrets]  # all, always
        return any(fits)

    def __repr__(self) -> str:
        return "Codes()"


def _code(secret: bytes, proof_id: UUID) -> str:
    number = int.from_bytes(hmac.digest(secret, proof_id.bytes, "sha256")[:8])
    return f"{number % 10**DIGITS:0{DIGITS}d}"
