"""A body in lines, of which one that is too long is left out and told. Pure; holds one line at most."""

from callerid.books.values import LONGEST_LINE


class Lines:
    """Cuts pieces into lines, without their ends. An over-long line comes as None."""

    def __init__(self, longest: int = LONGEST_LINE) -> None:
        self._longest, self._rest, self._skipping = longest, b"", False

    def feed(self, piece: bytes) -> list[bytes | None]:
        """The lines that end in this piece."""
        *whole, rest = (self._rest + piece).split(b"\n")
        lines: list[bytes | None] = list(whole)
        if self._skipping and lines:
            lines[0], self._skipping = None, False
        for place, line in enumerate(lines):
            if line is not None and len(line) > self._longest:
                lines[place] = None
        if len(rest) > self._longest:
            rest, self._skipping = b"", True
        self._rest = b"" if self._skipping else rest
        return lines

    def close(self) -> list[bytes | None]:
        """The last line, where the body does not end with an end of line."""
        rest, skipping = self._rest, self._skipping
        self._rest, self._skipping = b"", False
        return [None] if skipping else [rest] if rest else []
