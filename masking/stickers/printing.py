"""
Prints stickers: sheets of 24 as PDF, single ones as SVG and PNG. The same input gives the same bytes.

`artwork.py` says what stands where. The PDF holds real text and the SVG and PNG hold outlines, so neither needs fonts
where it is opened. Everything is black on white: a sticker loses nothing on a black-and-white printer.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from xml.sax.saxutils import escape

from fpdf import FPDF
from fpdf.drawing_primitives import DeviceGray
from PIL import Image, ImageDraw

from ivr import messages
from ivr.words import tell
from masking.stickers.artwork import HEIGHT, RULE, WIDTH, Line, Sticker, sticker
from masking.stickers.lettering import FONTS, Glyph, Point, outlines, runs

PER_SHEET = 24
COLUMNS, ROWS = 3, 8
_PAGE_WIDTH, _PAGE_HEIGHT = 210.0, 297.0
_GAP = 2.5  # between columns; rows touch, so one cut parts two of them
_LEFT = (_PAGE_WIDTH - COLUMNS * WIDTH - (COLUMNS - 1) * _GAP) / 2
_TOP = (_PAGE_HEIGHT - ROWS * HEIGHT) / 2
_TICK = 2.0  # length of a cut mark
_MADE = datetime(2025, 1, 1, tzinfo=UTC)  # a fixed date: a sheet printed again is the same file
_PNG_DOTS = 24.0  # at least so many dots per millimetre (600 dpi)
_SMOOTHING = 4  # letters are drawn this much larger and scaled down


def sheet_pdf(codes: Sequence[str], public_url: str, languages: Sequence[str] = ("en", "hi")) -> bytes:
    """
    A PDF of A4 sheets, 24 stickers each in the order given, with cut marks. It also fits label sheets (Avery L7159).

    codes: at least one; codes, public_url and languages as for `artwork.sticker`. Raises ValueError and CannotPrint.
    """
    if not codes:
        raise ValueError("a sheet needs at least one sticker")
    arts = [sticker(code, public_url, languages) for code in codes]  # before fpdf2 opens its fonts, for this may fail
    pdf = FPDF(unit="mm", format="A4")
    pdf.set_creation_date(_MADE)
    pdf.set_title("Stickers")
    pdf.set_auto_page_break(auto=False)
    pdf.c_margin = 0
    pdf.set_text_shaping(use_shaping_engine=True)
    for path in sorted(FONTS.glob("*.ttf")):
        pdf.add_font(path.stem, fname=path)
    for place, art in enumerate(arts):
        if place % PER_SHEET == 0:
            _new_sheet(pdf, tell(languages[0], messages.PRINT_FULL_SIZE))
        row, column = divmod(place % PER_SHEET, COLUMNS)
        _draw(pdf, art, _LEFT + column * (WIDTH + _GAP), _TOP + row * HEIGHT)
    return bytes(pdf.output())


def svg(code: str, public_url: str, languages: Sequence[str] = ("en", "hi")) -> bytes:
    """One sticker as SVG in millimetres, letters as outlines. Arguments and errors as for `artwork.sticker`."""
    art = sticker(code, public_url, languages)
    left, right, y, thick = RULE
    squares = "".join(f"M{column} {row}h{length}v1h-{length}z" for column, row, length in art.code.bars())
    letters = "".join(_svg_path(glyph, line) for line in art.lines for glyph in outlines(line.text, bold=line.bold))
    place = f"translate({art.code.x:.4f} {art.code.y:.4f}) scale({art.code.module:.5f})"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}mm" height="{HEIGHT}mm" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<title>{escape(art.url)}</title><rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
        f'<path stroke="#000" stroke-width="{thick}" d="M{left} {y}H{right}"/>'
        f'<path transform="{place}" shape-rendering="crispEdges" d="{squares}"/><path d="{letters}"/></svg>\n'
    ).encode()


def png(code: str, public_url: str, languages: Sequence[str] = ("en", "hi")) -> bytes:
    """One sticker as a grey PNG of 600 dpi or a little more. Arguments and errors as for `artwork.sticker`."""
    art = sticker(code, public_url, languages)
    module = -int(-_PNG_DOTS * art.code.module // 1)  # whole dots a square, so that its edges are sharp
    dots = module / art.code.module
    size = round(WIDTH * dots), round(HEIGHT * dots)
    canvas = Image.new("1", (size[0] * _SMOOTHING, size[1] * _SMOOTHING), 1)
    for line in art.lines:
        for glyph in outlines(line.text, bold=line.bold):
            _ink(canvas, glyph, line, dots * _SMOOTHING)
    page = canvas.convert("L").reduce(_SMOOTHING)
    pen = ImageDraw.Draw(page)
    start, end, y, thick = (round(length * dots) for length in RULE)
    pen.rectangle((start, y - thick // 2, end, y - thick // 2 + thick - 1), fill=0)
    left, top = round(art.code.x * dots), round(art.code.y * dots)
    for column, row, length in art.code.bars():
        corner = left + column * module, top + row * module
        pen.rectangle((*corner, corner[0] + length * module - 1, corner[1] + module - 1), fill=0)
    out = BytesIO()
    page.save(out, "PNG", optimize=True, dpi=(dots * 25.4, dots * 25.4))
    return out.getvalue()


def _new_sheet(pdf: FPDF, note: str) -> None:
    """A page with cut marks in its margins and between its columns, and a note on how to print it."""
    pdf.add_page()
    pdf.set_line_width(0.1)
    bottom, right = _TOP + ROWS * HEIGHT, _LEFT + COLUMNS * (WIDTH + _GAP) - _GAP
    for column in range(COLUMNS):
        for x in (_LEFT + column * (WIDTH + _GAP), _LEFT + column * (WIDTH + _GAP) + WIDTH):
            pdf.line(x, _TOP - 0.5 - _TICK, x, _TOP - 0.5)
            pdf.line(x, bottom + 0.5, x, bottom + 0.5 + _TICK)
    for row in range(ROWS + 1):
        y = _TOP + row * HEIGHT
        pdf.line(_LEFT - 0.5 - _TICK, y, _LEFT - 0.5, y)
        pdf.line(right + 0.5, y, right + 0.5 + _TICK, y)
        for column in range(1, COLUMNS):
            middle = _LEFT + column * (WIDTH + _GAP) - _GAP / 2
            pdf.line(middle - 0.7, y, middle + 0.7, y)
    _write(pdf, Line(note, _LEFT, _TOP - 5, 2.4, bold=False), 0, 0)


def _draw(pdf: FPDF, art: Sticker, left: float, top: float) -> None:
    module, code_left, code_top = art.code.module, left + art.code.x, top + art.code.y
    with pdf.new_path() as squares:  # one path, so that no viewer shows seams between its bars
        squares.style.fill_color, squares.style.stroke_color = DeviceGray(0), None
        for column, row, length in art.code.bars():
            squares.rectangle(code_left + column * module, code_top + row * module, length * module, module)
    start, end, y, thick = RULE
    pdf.set_line_width(thick)
    pdf.line(left + start, top + y, left + end, top + y)
    for line in art.lines:
        _write(pdf, line, left, top)


def _write(pdf: FPDF, line: Line, left: float, top: float) -> None:
    """Sets one line. fpdf2 puts a cell's baseline 0.8 of its type size below its top if it is one size high."""
    x = left + line.x
    for run in runs(line.text, bold=line.bold):
        pdf.set_font(run.font, size=line.size * pdf.k)
        pdf.set_xy(x, top + line.y - 0.8 * line.size)
        pdf.cell(w=run.width * line.size, h=line.size, text=run.text)
        x += run.width * line.size


def _svg_path(glyph: Glyph, line: Line) -> str:
    def at(x: float, y: float) -> str:
        return f"{line.x + x * line.size:.3f} {line.y - y * line.size:.3f}"

    verbs = {1: "L", 2: "Q"}
    drawn = []
    for contour in glyph.contours:
        (start,), *steps = contour
        rest = "".join(verbs[len(step)] + " ".join(at(*point) for point in step) for step in steps)
        drawn.append(f"M{at(*start)}{rest}Z")
    return "".join(drawn)


def _ink(canvas: Image.Image, glyph: Glyph, line: Line, dots: float) -> None:
    """Draws one glyph in black: what its outer contours hold (clockwise, as TrueType has them), less its holes."""
    shapes = [
        [((line.x + x * line.size) * dots, (line.y - y * line.size) * dots) for x, y in polygon]
        for polygon in glyph.polygons()
    ]
    if not shapes:
        return
    points = [point for shape in shapes for point in shape]
    left, top = int(min(x for x, _ in points)), int(min(y for _, y in points))
    size = int(max(x for x, _ in points)) - left + 2, int(max(y for _, y in points)) - top + 2
    ink = Image.new("1", size)
    pen = ImageDraw.Draw(ink)
    for shape in sorted(shapes, key=_is_hole):
        pen.polygon([(x - left, y - top) for x, y in shape], fill=0 if _is_hole(shape) else 1)
    canvas.paste(0, (left, top), ink)


def _is_hole(shape: Sequence[Point]) -> bool:
    """Whether a polygon runs anticlockwise on the canvas, whose y points down (shoelace formula)."""
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(shape, [*shape[1:], shape[0]], strict=True)) < 0
