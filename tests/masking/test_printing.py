"""Printed stickers: what a phone reads from them, what a person reads, and that a reprint is the same file."""

import io
import itertools
import os
import random
import re
import subprocess
import sys
from xml.etree import ElementTree as ET

import psutil
import pypdfium2
import pytest
import zxingcpp
from fpdf import FPDF
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from core.ids import read_code
from ivr import messages, words
from masking.stickers import artwork, lettering, printing
from masking.stickers.lettering import CannotPrint

SITE = "https://masked.example"
CODE = "7k2m9qxd4hpv0c3z"
DPI = 300
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
codes = st.text(alphabet=ALPHABET, min_size=16, max_size=16)
sites = st.sampled_from([SITE, "http://localhost:8080", "https://a-long-name.of-a-parking-garage.example/site/"])
LANGUAGES = pytest.mark.parametrize("languages", [("en", "hi"), ("hi", "en"), ("hi",), ("en",)])


def pages(pdf: bytes) -> list[Image.Image]:
    return [page.render(scale=DPI / 72).to_pil() for page in pypdfium2.PdfDocument(pdf)]


def scanned(image: Image.Image) -> list[str]:
    """What a scanner finds, from the top left to the bottom right."""
    found = zxingcpp.read_barcodes(image)
    rows = sorted(found, key=lambda code: (round(code.position.top_left.y / DPI), code.position.top_left.x))
    return [code.text for code in rows]


def drawn_codes(count: int) -> list[str]:
    """The same in each run: whether a scanner reads a code depends on the code too."""
    rng = random.Random(24)
    return ["".join(rng.choices(ALPHABET, k=16)) for _ in range(count)]


def of_svg(svg: bytes) -> Image.Image:
    """The SVG as drawn by a reader that is not ours (fpdf2's), at the size it says it has."""
    pdf = FPDF(unit="mm", format=(artwork.HEIGHT, artwork.WIDTH), orientation="landscape")
    pdf.set_margin(0)
    pdf.add_page()
    pdf.image(svg, x=0, y=0, w=artwork.WIDTH, h=artwork.HEIGHT)
    return pages(bytes(pdf.output()))[0]


def drawn(form: str, code: str, site: str, languages: tuple[str, ...] = ("en", "hi")) -> Image.Image:
    if form == "svg":
        return of_svg(printing.svg(code, site, languages))
    return Image.open(io.BytesIO(printing.png(code, site, languages)))


def test_all_24_codes_of_a_sheet_open_their_own_pages():
    issued = drawn_codes(printing.PER_SHEET)

    (sheet,) = pages(printing.sheet_pdf(issued, SITE))

    assert scanned(sheet) == [f"{SITE}/q/{code}" for code in issued]


def test_the_25th_sticker_starts_a_second_sheet():
    issued = drawn_codes(printing.PER_SHEET + 1)

    first, second = pages(printing.sheet_pdf(issued, SITE))

    assert len(scanned(first)) == printing.PER_SHEET
    assert scanned(second) == [f"{SITE}/q/{issued[-1]}"]


def test_a_sheet_is_a4():
    page = pypdfium2.PdfDocument(printing.sheet_pdf([CODE], SITE))[0]

    assert [round(side / 72 * 25.4) for side in page.get_size()] == [210, 297]


@pytest.mark.parametrize("form", ["svg", "png"])
@settings(max_examples=8, deadline=None)
@given(code=codes, site=sites)
def test_a_single_sticker_opens_its_own_page(form, code, site):
    assert scanned(drawn(form, code, site)) == [f"{site.rstrip('/')}/q/{code}"]


@pytest.mark.parametrize("form", ["svg", "png"])
def test_a_scratched_sticker_still_opens_its_page(form):
    """Level Q mends a quarter of the code; the scratch takes a good tenth of it."""
    image = drawn(form, CODE, SITE).convert("L")
    wide, high = image.width / artwork.WIDTH, image.height / artwork.HEIGHT

    ImageDraw.Draw(image).rectangle((10 * wide, 12 * high, 18 * wide, 19 * high), fill=255)

    assert scanned(image) == [f"{SITE}/q/{CODE}"]


@LANGUAGES
def test_a_sheet_says_what_it_is_for_in_each_of_its_languages(languages):
    """The words are text: a PDF reader finds them and reads them aloud."""
    page = pypdfium2.PdfDocument(printing.sheet_pdf([CODE], SITE, languages))[0]
    text = " ".join(page.get_textpage().get_text_range().split())

    assert "masked.example/q/7k2m-9qxd-4hpv-0c3z" in text
    assert ("Scan to call" in text) is ("en" in languages)
    assert bool(re.search("[\u0900-\u097f]", text)) is ("hi" in languages)


def test_the_printed_groups_are_read_back_as_the_code():
    shown = artwork.sticker(CODE, SITE).lines[-1].text

    assert read_code(shown.rpartition("/")[2]) == CODE


@LANGUAGES
@settings(max_examples=25, deadline=None)
@given(code=codes, site=sites)
def test_nothing_leaves_the_sticker_or_enters_the_quiet_zone_of_its_code(languages, code, site):
    art = artwork.sticker(code, site, languages)
    side = len(art.code.matrix) * art.code.module
    free = 4 * art.code.module
    assert min(art.code.x, art.code.y) >= free - 1e-9
    assert art.code.y + side + free <= artwork.RULE[2]
    for line in art.lines:
        boxes = [
            (line.x + x * line.size, line.y - y * line.size)
            for glyph in lettering.outlines(line.text, bold=line.bold)
            for polygon in glyph.polygons()
            for x, y in polygon
        ]
        assert all(2 <= x <= artwork.WIDTH - 2 and 1.5 <= y <= artwork.HEIGHT - 1 for x, y in boxes)
        assert all(x >= art.code.x + side + free or y >= art.code.y + side + free for x, y in boxes)


@pytest.mark.parametrize("languages", [("en", "hi"), ("hi", "en")])
def test_lines_do_not_touch_each_other(languages):
    lines = artwork.sticker(CODE, SITE, languages).lines
    spans = []
    for line in lines:
        heights = [y for glyph in lettering.outlines(line.text, bold=line.bold) for p in glyph.polygons() for _, y in p]
        spans.append((line.y - max(heights) * line.size, line.y - min(heights) * line.size))

    assert all(above[1] < below[0] for above, below in itertools.pairwise(spans))


def test_svg_and_png_look_alike():
    """Two renderers draw one artwork: shrunk to millimetres, their greys agree everywhere."""
    size = (64, 34)
    svg, png = (drawn(form, CODE, SITE).convert("L").resize(size, Image.Resampling.BOX) for form in ("svg", "png"))

    assert max(abs(a - b) for a, b in zip(svg.tobytes(), png.tobytes(), strict=True)) < 48


def test_everything_is_black_and_white():
    red, green, blue = pages(printing.sheet_pdf([CODE], SITE))[0].convert("RGB").split()

    assert red.getextrema() == (0, 255)
    assert red.tobytes() == green.tobytes() == blue.tobytes()


def test_a_reprint_is_the_same_file_in_another_process():
    program = (
        "import hashlib; from masking.stickers import printing as p;"
        f"made = p.sheet_pdf(['{CODE}'], '{SITE}'), p.svg('{CODE}', '{SITE}'), p.png('{CODE}', '{SITE}');"
        "print(*(hashlib.sha256(one).hexdigest() for one in made))"
    )
    prints = {
        subprocess.run(
            [sys.executable, "-c", program], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }

    assert len(prints) == 1


def test_an_svg_is_one_well_formed_document_that_fetches_nothing():
    svg = printing.svg(CODE, "https://masked.example/a&b")

    tree = ET.fromstring(svg)
    assert tree.attrib["width"] == "63.5mm"
    assert {element.tag.rpartition("}")[2] for element in tree} == {"title", "rect", "path"}


@pytest.mark.parametrize(
    "code", ["", "7k2m", "7K2M9QXD4HPV0C3Z", "7k2m-9qxd-4hpv-0c3z", "il0u9qxd4hpv0c3z", CODE + "0"]
)
def test_a_code_that_opens_no_page_is_not_printed(code):
    with pytest.raises(ValueError):
        printing.sheet_pdf([code], SITE)
    assert not [file.path for file in psutil.Process().open_files() if file.path.endswith(".ttf")]


@pytest.mark.parametrize("site", ["", "masked.example", "ftp://masked.example", "https://", "https:///q"])
def test_an_address_that_opens_no_page_is_not_printed(site):
    with pytest.raises(ValueError):
        printing.svg(CODE, site)


@pytest.mark.parametrize("languages", [(), ("en", "hi", "en")])
def test_a_sticker_has_room_for_two_languages(languages):
    with pytest.raises(ValueError):
        printing.png(CODE, SITE, languages)


def test_an_empty_sheet_is_not_printed():
    with pytest.raises(ValueError):
        printing.sheet_pdf([], SITE)


def test_letters_that_no_font_has_are_refused_and_not_printed_as_boxes():
    with pytest.raises(CannotPrint, match="U\\+0B95"):
        lettering.runs("Scan க", bold=True)


def test_a_line_may_mix_scripts():
    runs = lettering.runs("QR कोड 24", bold=False)

    assert [(run.text, run.font) for run in runs] == [
        ("QR ", "NotoSans-Regular"),
        ("कोड ", "NotoSansDevanagari-Regular"),
        ("24", "NotoSans-Regular"),
    ]


@pytest.mark.parametrize("language", words.languages())
def test_what_a_sticker_says_is_short_enough_to_be_read_from_where_one_stands(language):
    """No type under 1.9 mm (5.4 pt), no call to action under 2.8 mm (8 pt)."""
    art = artwork.sticker(
        CODE, "https://a-long-name.of-a-parking.example", (language, "en" if language == "hi" else "hi")
    )

    assert min(line.size for line in art.lines) >= 1.9
    assert min(line.size for line in art.lines if line.bold) >= 2.8
    assert words.tell(language, messages.STICKER_CALL) == " ".join(line.text for line in art.lines[:2])
