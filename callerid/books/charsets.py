"""Bytes of address books as text: the character sets that phones write, and no other codec of Python's."""

import codecs
import re

_KNOWN = re.compile(
    r"(?:utf[-_]?(?:8|16)(?:[-_]?[bl]e)?|us[-_]?ascii|iso[-_]?8859[-_]?\d{1,2}|latin[-_]?1|windows[-_]?12\d\d|cp12\d\d|"
    r"koi8[-_]?[ru]|gbk|gb2312|gb18030|big5|shift[-_]?jis|euc[-_]?(?:jp|kr)|tis[-_]?620|macintosh)\Z",
    re.IGNORECASE,
)
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def known(charset: str) -> str | None:
    """A character set as Python calls it; None for one that no address book is written in."""
    if not _KNOWN.match(charset):
        return None
    try:
        return codecs.lookup(charset).name
    except LookupError:
        return None


def text(value: bytes, charset: str | None = None) -> str:
    """A value as text: by its own character set, else UTF-8, else as Windows in the West writes. Never raises."""
    named = known(charset) if charset else None
    for each in (named, "utf-8") if named else ("utf-8",):
        try:
            return value.decode(each)
        except (UnicodeError, LookupError):
            continue
    return value.decode("cp1252", "replace")


class ToUtf8:
    """A body as UTF-8 without a mark: by the mark that it begins with, else by what its sender said."""

    def __init__(self, charset: str | None) -> None:
        self._charset = known(charset) if charset else None
        self._decoder: codecs.IncrementalDecoder | None = None
        self._begun, self._held = False, b""

    def feed(self, piece: bytes, *, last: bool = False) -> bytes:
        """The same piece in UTF-8. last: nothing comes after it."""
        if not self._begun:
            self._held += piece
            if len(self._held) < 3 and not last:
                return b""
            piece = self._begin()
        return piece if self._decoder is None else self._decoder.decode(piece, last).encode("utf-8", "replace")

    def _begin(self) -> bytes:
        piece, self._held, self._begun = self._held, b"", True
        charset = self._charset
        for mark, marked in _MARKS:
            if piece.startswith(mark):
                piece, charset = piece[len(mark) :], marked
                break
        if charset not in (None, "utf-8", "ascii"):
            self._decoder = codecs.getincrementaldecoder(charset or "utf-8")("replace")
        return piece
