"""What can go wrong with address books and names, and is told to people."""

from core.problem import Problem


class ConsentNeeded(Problem):
    """The person has not agreed, or no longer agrees. Fact: `purpose`, what to."""

    status, slug, title = 403, "consent-needed", "You have not agreed to this"


class TakingBack(Problem):
    """Everything that the person gave is being taken back just now."""

    status, slug, title = 409, "taking-back", "What you gave is being taken back just now"


class BookRunning(Problem):
    """The person's other device sends a book."""

    status, slug, title = 409, "book-running", "Another address book of yours is being read"


class BookKindUnknown(Problem):
    """The body is of a type that we do not read. Fact: `types`, those that we do."""

    status, slug, title = 415, "book-kind-unknown", "We cannot read this kind of address book"


class BookUnreadable(Problem):
    """Nothing in it can be read as a contact."""

    status, slug, title = 422, "book-unreadable", "This is no address book that we can read"


class BookTooLarge(Problem):
    """
    More than an address book holds. Facts: `most`, how many; `of`, what of: bytes, contacts, lines that were too long.

    What was read until then is kept.
    """

    status, slug, title = 413, "book-too-large", "That is more than an address book holds"


class BookCut(Problem):
    """The body ended early or stood still. Fact: `contacts`, where `?after=` goes on."""

    status, slug, title = 400, "book-cut", "The address book did not arrive whole"


class ReceiptUnknown(Problem):
    """The person has given no address book, or three months ago."""

    status, slug, title = 404, "receipt-unknown", "You have given no address book"


class BadEntry(Problem):
    """A value in the request cannot be used. Fact: `field`, its name."""

    status, slug, title = 422, "bad-entry", "A value cannot be used"


class TooMuchGiven(Problem):
    """More than one person may give in a short time. Fact: `retry_after`, seconds."""

    status, slug, title = 429, "too-much-given", "You have given much in a short time"
