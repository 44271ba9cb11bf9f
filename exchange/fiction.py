"""
Numbers set aside for fiction, the only ones this desk offers for sale.

Sources: NANPA (555-0100 to 555-0199 in any area code), Ofcom (07700 900000 to 900999), Arcep (06 39 98 00 00 to 99 99).
"""

from collections.abc import Iterator

_AREAS = ("202", "212", "303", "415", "617", "713", "808")


def offered(country: str) -> Iterator[str]:
    """E.164 numbers of one ISO country, in order; none where no range is set aside."""
    if country == "US":
        for area in _AREAS:
            yield from (f"+1{area}55501{last:02d}" for last in range(100))
    elif country == "GB":
        yield from (f"+447700900{last:03d}" for last in range(1000))
    elif country == "FR":
        yield from (f"+33639980{last:03d}" for last in range(1000))
