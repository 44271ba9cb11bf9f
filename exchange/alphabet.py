"""
How many SMS carry a text: 160 or 153 septets of the GSM alphabet, or 70 or 67 units of UTF-16 where it does not do.

Source: 3GPP TS 23.038, section 6.2.1.
"""

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = "\f^{}\\[~]|€"


def plain(body: str) -> bool:
    """Whether the GSM alphabet has every character."""
    return all(char in _BASIC or char in _EXTENDED for char in body)


def size(body: str) -> int:
    """Septets of a plain text, units of UTF-16 of any other."""
    if plain(body):
        return len(body) + sum(char in _EXTENDED for char in body)
    return len(body.encode("utf-16-be")) // 2


def parts(body: str) -> int:
    """How many SMS it takes."""
    one, many = (160, 153) if plain(body) else (70, 67)
    return 1 if size(body) <= one else -(-size(body) // many)
