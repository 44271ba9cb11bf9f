"""How programs sign in to our APIs: HTTP Basic (RFC 7617), and to our own also a Bearer token (RFC 6750)."""

import base64


def signed_in(header: str) -> tuple[str, str] | None:
    """User and password of an Authorization header; None where it is no such thing."""
    scheme, _, encoded = header.partition(" ")
    try:
        user, colon, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except ValueError:
        return None
    return (user, password) if scheme.lower() == "basic" and colon else None


def bearer(header: str) -> str | None:
    """The token of an Authorization header; None where it is no such thing."""
    scheme, _, token = header.partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None
