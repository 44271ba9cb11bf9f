"""
Type for the printed sticker: which font sets which letters, how wide they are, and their outlines.

HarfBuzz shapes, because Devanagari joins and reorders its letters. Lengths are in em: multiply by the type size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import uharfbuzz as hb

FONTS = Path(__file__).parent / "fonts"
_FAMILIES = ("NotoSans", "NotoSansDevanagari")  # the first that has a letter sets it
_CURVE_STEPS = 8  # straight pieces that stand for one curve, where curves cannot be drawn

Point = tuple[float, float]


class CannotPrint(ValueError):
    """A text has letters that no font here has. Says which."""


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text that one font sets. font: its file's name without `.ttf`. width: in em."""

    text: str
    font: str
    width: float


@dataclass(frozen=True, slots=True)
class Glyph:
    """
    The outline of one glyph, placed on its line; em, y upwards.

    contours: closed curves, each a list of steps. A step is its points: one for a straight line (the first one moves
    there), two for a quadratic curve (control, end).
    """

    contours: tuple[tuple[tuple[Point, ...], ...], ...]

    def polygons(self) -> list[list[Point]]:
        """The contours with curves flattened."""
        return [_flat(contour) for contour in self.contours]


def runs(text: str, *, bold: bool) -> tuple[Run, ...]:
    """`text` cut where the font changes. Raises CannotPrint."""
    pieces: list[tuple[str, str]] = []
    for letter in text:
        font = pieces[-1][0] if pieces and _has(pieces[-1][0], letter) else _font_for(letter, bold=bold)
        if pieces and pieces[-1][0] == font:
            pieces[-1] = (font, pieces[-1][1] + letter)
        else:
            pieces.append((font, letter))
    return tuple(Run(piece, font, _advance(piece, font)) for font, piece in pieces)


def width(text: str, *, bold: bool) -> float:
    """How wide `text` is, in em. Raises CannotPrint."""
    return sum(run.width for run in runs(text, bold=bold))


def outlines(text: str, *, bold: bool) -> tuple[Glyph, ...]:
    """The glyphs of `text`, from x = 0 on the baseline. Raises CannotPrint."""
    glyphs: list[Glyph] = []
    start = 0.0
    for run in runs(text, bold=bold):
        glyphs.extend(_outlines(run, start))
        start += run.width
    return tuple(glyphs)


class _Pen:
    """Collects what HarfBuzz draws. Method names are those of fontTools' pens, which HarfBuzz calls."""

    def __init__(self, origin: Point, em: int) -> None:
        self.contours: list[tuple[tuple[Point, ...], ...]] = []
        self._origin, self._em = origin, em
        self._steps: list[tuple[Point, ...]] = []

    def _step(self, *points: Point) -> None:
        left, base = self._origin
        self._steps.append(tuple(((left + x) / self._em, (base + y) / self._em) for x, y in points))

    moveTo = lineTo = qCurveTo = curveTo = _step  # noqa: N815

    def closePath(self) -> None:  # noqa: N802
        self.contours.append(tuple(self._steps))
        self._steps = []


@cache
def _face(font: str) -> hb.Face:
    return hb.Face(hb.Blob.from_file_path(str(FONTS / f"{font}.ttf")))


@cache
def _letters(font: str) -> frozenset[int]:
    return frozenset(_face(font).unicodes)


def _has(font: str, letter: str) -> bool:
    return ord(letter) in _letters(font)


def _font_for(letter: str, *, bold: bool) -> str:
    for family in _FAMILIES:
        font = f"{family}-{'Bold' if bold else 'Regular'}"
        if _has(font, letter):
            return font
    raise CannotPrint(
        f"no font for U+{ord(letter):04X} {letter!r}; masking/stickers/fonts/README.md tells how to add one"
    )


def _shaped(text: str, font: str) -> hb.Buffer:
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(hb.Font(_face(font)), buffer)
    return buffer


def _advance(text: str, font: str) -> float:
    return float(sum(place.x_advance for place in _shaped(text, font).glyph_positions) / _face(font).upem)


def _outlines(run: Run, start: float) -> list[Glyph]:
    face = _face(run.font)
    font, buffer = hb.Font(face), _shaped(run.text, run.font)
    glyphs: list[Glyph] = []
    x, y = start * face.upem, 0.0
    for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        pen = _Pen((x + place.x_offset, y + place.y_offset), face.upem)
        font.draw_glyph_with_pen(info.codepoint, pen)
        glyphs.append(Glyph(tuple(pen.contours)))
        x, y = x + place.x_advance, y + place.y_advance
    return glyphs


def _flat(contour: Sequence[tuple[Point, ...]]) -> list[Point]:
    points: list[Point] = []
    for step in contour:
        if len(step) == 1:
            points.append(step[0])
            continue
        (x0, y0), (x1, y1), (x2, y2) = points[-1], *step
        for piece in range(1, _CURVE_STEPS + 1):
            t = piece / _CURVE_STEPS
            a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t**2
            points.append((a * x0 + b * x1 + c * x2, a * y0 + b * y1 + c * y2))
    return points
