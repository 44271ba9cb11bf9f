"""Names that cannot be guessed: opaque ids, sticker codes, extensions; and names of incidents."""

import secrets
from uuid import UUID

# Crockford's base 32: no I, L, O, U, so a printed code can be read aloud and typed.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_READ_AS = str.maketrans("ilo", "110")

_LETTERS = "bcdfghjkmnpqrstvwxz"  # without vowels no word comes of it

CODE_LENGTH = 16
"""Characters of a sticker code: 16 x 5 = 80 random bits."""


def new_id() -> UUID:
    """A random UUID (version 4) for a row."""
    return UUID(bytes=secrets.token_bytes(16), version=4)


def new_incident() -> str:
    """What a failure is found by in the log: 12 letters, since the log takes ten digits for a phone number."""
    return "".join(secrets.choice(_LETTERS) for _ in range(12))


def new_code() -> str:
    """A sticker's code: 16 characters, 80 random bits, lower case."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(CODE_LENGTH))


def read_code(text: str) -> str | None:
    """The code a person typed or a scanner read (any case, hyphens and I/L/O slips allowed); None if it is none."""
    code = text.strip().lower().replace("-", "").translate(_READ_AS)
    return code if len(code) == CODE_LENGTH and set(code) <= set(_ALPHABET) else None


def new_extensions(count: int) -> list[str]:
    """`count` random six-digit extensions, to be tried in order until one is free."""
    return [f"{secrets.randbelow(1_000_000):06d}" for _ in range(count)]
