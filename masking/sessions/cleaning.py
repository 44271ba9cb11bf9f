"""
Pictures made anew from what was sent: pixels only, so that no place, time, owner or hidden file goes on. No I/O.

What is decoded came from a stranger. Two formats are read, the size is looked at before any pixel is, and whatever the
decoder trips over is a refusal. Limits of decoding: pillow.readthedocs.io, "Image.open" and `draft`.
"""

from dataclasses import dataclass, field
from io import BytesIO

from PIL import Image, ImageOps

MOST_BYTES = 5 * 1024 * 1024
"""Of one item as it came; also of all that goes on with one text (twilio.com/docs/messaging/api/media-resource)."""
_MOST_PIXELS = {"JPEG": 50_000_000, "PNG": 20_000_000}
"""A JPEG can be decoded small; a PNG stands in memory whole, more than once, at four bytes a pixel."""
LONGEST_SIDE = 1600
_LARGEST_PNG = 1024 * 1024
_QUALITY = 85
_CLEAR = frozenset({"RGBA", "LA", "PA", "La", "RGBa"})


class UnfitPicture(Exception):
    """What was sent is no picture that can be passed on. Its text is one word, and nothing of the file."""


@dataclass(frozen=True, slots=True)
class Picture:
    """kind: image/jpeg or image/png."""

    kind: str
    content: bytes = field(repr=False)


def clean(sent: bytes) -> Picture:
    """
    The picture, upright, at most 1600 pixels a side, without EXIF, comments, profiles, thumbnails or further frames.

    Takes JPEG and PNG, whatever the file is called. A PNG stays one while that is small. Takes up to a second of a
    processor, so call it in a thread. Raises UnfitPicture.
    """
    if len(sent) > MOST_BYTES:
        raise UnfitPicture("size")
    try:
        form, pixels = _read(sent)
    except UnfitPicture:
        raise
    except Exception:  # noqa: BLE001  (whatever the decoder trips over: its words may quote the file, and stay here)
        raise UnfitPicture("unreadable") from None
    if form == "PNG":
        content = _written(pixels, "PNG", optimize=True)
        if len(content) <= _LARGEST_PNG:
            return Picture("image/png", content)
    return Picture("image/jpeg", _written(_on_white(pixels), "JPEG", quality=_QUALITY, optimize=True))


def _read(sent: bytes) -> tuple[str, Image.Image]:
    """The format, and the upright pixels."""
    with Image.open(BytesIO(sent), formats=tuple(_MOST_PIXELS)) as opened:
        form = "PNG" if opened.format == "PNG" else "JPEG"  # phones' JPEGs of several frames are MPO here
        if opened.width * opened.height > _MOST_PIXELS[form]:
            raise UnfitPicture("pixels")
        opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is decoded no larger than it is needed
        return form, _bare(ImageOps.exif_transpose(opened))


def _bare(image: Image.Image) -> Image.Image:
    """The pixels alone, on a fresh canvas: nothing that hung on the file hangs on it."""
    clear = image.mode in _CLEAR or "transparency" in image.info
    mode = "RGBA" if clear else "RGB"
    small = image.convert(mode)
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    return Image.frombytes(mode, small.size, small.tobytes())


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode == "RGB":
        return image
    flat = Image.new("RGB", image.size, "white")
    flat.paste(image, mask=image.getchannel("A"))
    return flat


def _written(image: Image.Image, form: str, **how: object) -> bytes:
    out = BytesIO()
    image.save(out, form, **how)
    return out.getvalue()
