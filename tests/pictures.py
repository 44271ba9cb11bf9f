"""Pictures as phones send them, with all that hangs on them."""

import struct
import zlib
from io import BytesIO

from PIL import Image, PngImagePlugin

from tests.town import ALICE

SECRET = f"Alice {ALICE.digits}".encode()
"""What hides in each: it must not come out."""
_ORIENTATION, _MAKER, _GPS = 0x0112, 0x010F, 0x8825
_TURNED_RIGHT = 6


def jpeg(size: tuple[int, int] = (640, 480), *, turned: bool = False) -> bytes:
    """A photograph with a place, a maker, a comment, a profile and bytes behind its end."""
    exif = Image.Exif()
    exif[_MAKER] = SECRET.decode()
    exif.get_ifd(_GPS).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 36.0)})
    if turned:
        exif[_ORIENTATION] = _TURNED_RIGHT
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, "JPEG", exif=exif, comment=SECRET, icc_profile=SECRET)
    return out.getvalue() + SECRET


def png(size: tuple[int, int] = (320, 240), mode: str = "RGBA") -> bytes:
    """A picture with words in its chunks."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", SECRET.decode())
    info.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    out = BytesIO()
    colour = (200, 30, 30, 120)[: len(mode)]
    Image.new(mode, size, colour).save(out, "PNG", pnginfo=info)
    return out.getvalue()


def gif() -> bytes:
    out = BytesIO()
    Image.new("P", (8, 8)).save(out, "GIF")
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that says it has so many pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(100_000))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
