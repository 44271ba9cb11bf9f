"""
What stands where on a sticker, in millimetres from its top left corner. `printing.py` draws it as PDF, SVG or PNG.

A sticker is 63.5 x 33.9 mm, the label of the common sheets of 24 (Avery L7159): the QR code on the left, the words on
the right, and below them its address for whoever cannot scan, or wants to know first where it leads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlsplit

import segno

from core.ids import read_code
from ivr import messages
from ivr.words import tell
from masking.stickers.lettering import width

WIDTH, HEIGHT = 63.5, 33.9
_MARGIN = 2.8
_QUIET = 4  # modules of white that ISO/IEC 18004 wants around a code; the margin has room for them
_CODE_SIDE = 23.0
_WORDS_LEFT = 29.4
_BLOCKS = ((5.8, 4.2), (19.2, 3.15))  # each language's first baseline, and the size of its call to action
_LEADING = 1.16  # from baseline to baseline, of the type size
_AFTER_CALL = 3.5
_PROMISE_SIZE = 2.4
_ADDRESS_SIZE = 2.4
_ADDRESS_BASELINE = 31.7
RULE = (_MARGIN, WIDTH - _MARGIN, 28.8, 0.15)
"""The hairline above the address: from x, to x, at y, how thick. It stays out of the code's quiet zone."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of type. x, y: where its baseline starts. size: of the em."""

    text: str
    x: float
    y: float
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code. x, y: top left of its first dark row. module: side of one square. matrix: rows, True is dark."""

    x: float
    y: float
    module: float
    matrix: tuple[tuple[bool, ...], ...]

    def bars(self) -> list[tuple[int, int, int]]:
        """The dark squares as horizontal bars: (column, row, length), in modules."""
        found = []
        for row, squares in enumerate(self.matrix):
            column = 0
            for dark, same in groupby(squares):
                length = len(list(same))
                if dark:
                    found.append((column, row, length))
                column += length
        return found


@dataclass(frozen=True, slots=True)
class Sticker:
    """One sticker, ready to be drawn."""

    url: str
    code: Code
    lines: tuple[Line, ...]


def sticker(code: str, public_url: str, languages: Sequence[str] = ("en", "hi")) -> Sticker:
    """
    Lays out the sticker with this code.

    code: as `core.ids.new_code` makes it. public_url: of this installation, with its scheme. languages: one or two, the
    first one leading. Raises ValueError for a code or address that would never open a page, and CannotPrint.
    """
    site = urlsplit(public_url)
    if read_code(code) != code or site.scheme not in {"http", "https"} or not site.hostname:
        raise ValueError("a sticker needs a code made here and the public address it is found at")
    if not 1 <= len(languages) <= 2:
        raise ValueError("a sticker speaks one language or two")
    url = f"{public_url.rstrip('/')}/q/{code}"
    shown = f"{site.netloc}{site.path.rstrip('/')}/q/{'-'.join(code[i : i + 4] for i in range(0, len(code), 4))}"
    return Sticker(url, _code(url), (*_words(languages), _address(shown)))


def _code(url: str) -> Code:
    """Level Q or better: a quarter of the code may be scratched. The version is the smallest that holds the address."""
    matrix = segno.make_qr(url, error="q", boost_error=True).matrix
    module = min(_CODE_SIDE / len(matrix), _MARGIN / _QUIET)
    return Code(_MARGIN, _MARGIN, module, tuple(tuple(bool(square) for square in row) for row in matrix))


def _words(languages: Sequence[str]) -> tuple[Line, ...]:
    """The call to action and the promise, in each language; the first language larger."""
    lines: list[Line] = []
    for language, (top, size) in zip(languages, _BLOCKS, strict=False):
        lines += _column(tell(language, messages.STICKER_CALL), top, size, rows=2, bold=True)
        promise = tell(language, messages.STICKER_PROMISE)
        lines += _column(promise, lines[-1].y + _AFTER_CALL, _PROMISE_SIZE, rows=1, bold=False)
    return tuple(lines)


def _column(text: str, baseline: float, size: float, *, rows: int, bold: bool) -> list[Line]:
    """`text` in the column of words, on one row or two, smaller than `size` where it would not fit."""
    broken = _broken(text, bold=bold) if rows == 2 else (text,)
    widest = max(width(row, bold=bold) for row in broken)
    size = min(size, (WIDTH - _MARGIN - _WORDS_LEFT) / widest)
    return [Line(row, _WORDS_LEFT, baseline + n * size * _LEADING, size, bold) for n, row in enumerate(broken)]


def _broken(text: str, *, bold: bool) -> tuple[str, ...]:
    """`text` cut at the space that leaves its two halves closest to each other in width; whole if it has none."""
    words = text.split()
    halves = [(" ".join(words[:cut]), " ".join(words[cut:])) for cut in range(1, len(words))]
    return min(halves, key=lambda rows: max(width(row, bold=bold) for row in rows), default=(text,))


def _address(shown: str) -> Line:
    size = min(_ADDRESS_SIZE, (WIDTH - 2 * _MARGIN) / width(shown, bold=False))
    return Line(shown, _MARGIN, _ADDRESS_BASELINE, size, bold=False)
