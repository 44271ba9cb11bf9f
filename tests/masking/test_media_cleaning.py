"""What comes out of a picture that a stranger sent: its pixels, and nothing else."""

import random
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from masking.sessions.cleaning import LONGEST_SIDE, MOST_BYTES, UnfitPicture, clean
from tests.pictures import SECRET, bomb, gif, jpeg, png


def opened(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image


@pytest.mark.parametrize("sent", [jpeg(), jpeg(turned=True), png(), png(mode="RGB")])
def test_nothing_that_hung_on_the_file_is_left(sent: bytes):
    assert SECRET in sent

    content = clean(sent).content

    image = opened(content)
    assert SECRET not in content
    assert b"Exif" not in content
    assert dict(image.getexif()) == {}
    assert not {"exif", "comment", "icc_profile", "xmp", "Comment"} & set(image.info)


def test_a_turned_photograph_comes_out_upright():
    assert opened(clean(jpeg((640, 480), turned=True)).content).size == (480, 640)


def test_colours_stay():
    red, green, blue = opened(clean(jpeg()).content).convert("RGB").getpixel((10, 10))  # type: ignore[misc]

    assert (abs(red - 0) < 9, abs(green - 128) < 9, abs(blue - 128) < 9) == (True, True, True)


@pytest.mark.parametrize(
    ("size", "after"), [((4000, 3000), (1600, 1200)), ((900, 3600), (400, 1600)), ((12, 9), (12, 9))]
)
def test_no_side_is_longer_than_1600_pixels(size: tuple[int, int], after: tuple[int, int]):
    assert opened(clean(jpeg(size)).content).size == after


def test_a_png_stays_one_with_what_shows_through():
    picture = clean(png())

    assert (picture.kind, opened(picture.content).mode) == ("image/png", "RGBA")


def test_a_png_too_large_for_a_phone_becomes_a_jpeg():
    noise, out = random.Random(1).randbytes(700 * 700 * 4), BytesIO()
    Image.frombytes("RGBA", (700, 700), noise).save(out, "PNG")

    picture = clean(out.getvalue())

    assert (picture.kind, opened(picture.content).format) == ("image/jpeg", "JPEG")


@pytest.mark.parametrize(
    ("width", "height"), [(5_000, 5_000), (10_000, 10_000), (60_000, 60_000), (2_000_000_000, 2_000_000_000)]
)
def test_a_bomb_is_refused_before_a_pixel_is_made(width: int, height: int):
    sent = bomb(width, height)
    assert len(sent) < 1000

    with pytest.raises(UnfitPicture):
        clean(sent)


@pytest.mark.parametrize(
    "sent", [b"", b"BEGIN:VCARD", gif(), b"<svg xmlns='http://www.w3.org/2000/svg'/>", jpeg()[:900], png()[:60]]
)
def test_what_is_no_whole_jpeg_or_png_is_refused(sent: bytes):
    with pytest.raises(UnfitPicture):
        clean(sent)


def test_more_than_five_megabytes_are_refused():
    with pytest.raises(UnfitPicture, match="size"):
        clean(jpeg() + bytes(MOST_BYTES))


@given(st.integers(0, 2**32), st.sampled_from([jpeg((40, 30)), png((40, 30))]))
def test_a_broken_file_is_cleaned_or_refused_and_nothing_else(seed: int, sent: bytes):
    chance, broken = random.Random(seed), bytearray(sent)
    for _ in range(8):
        broken[chance.randrange(len(broken))] = chance.randrange(256)

    try:
        picture = clean(bytes(broken))
    except UnfitPicture:
        return
    assert max(opened(picture.content).size) <= LONGEST_SIDE
