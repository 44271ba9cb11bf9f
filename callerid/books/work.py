"""Reads a book piece by piece: what is taken, what is refused and why. Pure; kept apart so that a thread can do it."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from callerid.books.giving import Named
from callerid.books.values import (
    LONGEST_NAME,
    MOST_CONTACTS,
    MOST_NUMBERS,
    Contact,
    Reading,
    Receipt,
    Refused,
    State,
    storable,
)
from callerid.errors import BookTooLarge, BookUnreadable
from callerid.numbers import NotANumber, NumberReader

_MOST_LONG_LINES = 1000
_READABLE_WITHIN = 1000
"""Contacts of which at least one must be readable."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Numbers and names to be written, and the receipt once they are."""

    named: Sequence[Named]
    receipt: Receipt


class BookWork:
    """
    One body, as it comes.

    first: keys a number (`NameKeys.first`), so that none is kept for longer than it takes to read it. own: the key of
    the person's own number, which they name elsewhere. after: contacts at the beginning that were taken before.
    receipt: what was counted before, if it goes on.
    """

    def __init__(
        self, reading: Reading, numbers: NumberReader, first: Callable[[str], bytes], own: bytes, after: int,
        receipt: Receipt,
    ) -> None:  # fmt: skip
        self._reading, self._numbers, self._first, self._own, self._after = reading, numbers, first, own, after
        self._before = receipt
        self._refused = Counter(receipt.refused)
        self._contacts = self._accepted = self._withheld = 0
        self.pending: list[Named] = []

    def feed(self, piece: bytes) -> None:
        """Takes a piece. Raises BookTooLarge, BookUnreadable; what was read until then is in `pending`."""
        for contact in self._reading.feed(piece):
            self._take(contact)

    def close(self) -> None:
        """The body is over. Raises BookTooLarge, BookUnreadable."""
        for contact in self._reading.close():
            self._take(contact)
        if self._contacts and self._contacts == self._refused[Refused.UNREADABLE]:
            raise BookUnreadable("Send it as the app or the phone wrote it.")

    def batch(self, state: State) -> Batch:
        """What is pending, which is then no longer, with the counts up to it."""
        kept = Batch(self.pending, self.receipt(state))
        self._accepted += len(self.pending)
        self.pending = []
        return kept

    @property
    def size(self) -> int:
        """How many numbers the book has, as far as it was read."""
        return self._before.accepted + self._accepted + len(self.pending)

    def receipt(self, state: State) -> Receipt:
        """The counts so far, with what is pending."""
        return replace(
            self._before,
            state=state,
            contacts=max(self._contacts, self._after),
            accepted=self.size,
            withheld=self._before.withheld + self._withheld,
            refused={str(reason): count for reason, count in sorted(self._refused.items())},
        )

    def _take(self, contact: Contact) -> None:
        if self._contacts >= MOST_CONTACTS:
            raise BookTooLarge(f"A book has {MOST_CONTACTS} contacts at most.", most=MOST_CONTACTS, of="contacts")
        self._contacts += 1
        if self._contacts <= self._after:
            return
        if contact.refused is not None:
            self._refuse(contact.refused)
        elif contact.private:
            self._withheld += 1
        else:
            self._read(contact)

    def _refuse(self, reason: Refused) -> None:
        self._refused[reason] += 1
        if self._refused[Refused.LONG_LINE] > _MOST_LONG_LINES:
            raise BookTooLarge("Its lines are too long.", most=_MOST_LONG_LINES, of="long lines")
        if self._contacts == _READABLE_WITHIN == self._refused[Refused.UNREADABLE]:
            raise BookUnreadable("Send it as the app or the phone wrote it.")

    def _read(self, contact: Contact) -> None:
        name = storable(contact.name).strip()
        refused = None
        if not name:
            refused = Refused.NO_NAME
        elif len(name) > LONGEST_NAME:
            refused = Refused.LONG_NAME
        elif len(contact.numbers) > MOST_NUMBERS:
            refused = Refused.TOO_MANY_NUMBERS
        if refused is not None:
            self._refused[refused] += 1
            return
        if not contact.numbers:
            self._refused[NotANumber.EMPTY] += 1
        read = [self._numbers.value(text) for text in contact.numbers]
        for number in read if len(read) == 1 else dict.fromkeys(read):
            if isinstance(number, NotANumber):
                self._refused[number] += 1
                continue
            first = self._first(number)
            if first == self._own:
                self._withheld += 1
            else:
                self.pending.append((first, name))
