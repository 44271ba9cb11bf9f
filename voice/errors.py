"""What can go wrong with calls."""

from core.problem import Problem


class UnknownCall(Problem):
    """A step of a call that we do not know, or no longer."""

    status, slug, title = 404, "unknown-call", "This call is not known here"


class CourierRefused(Problem):
    """
    Nothing may be sent to this address, or its answer may not be read: not https, not publicly routable, a redirect, or
    more than 64 KiB.
    """

    status, slug, title = 422, "address-refused", "Nothing is sent to this address"


class CourierAway(Problem):
    """The address does not answer in time, or failed so often of late that it is left alone for a while."""

    status, slug, title = 503, "address-away", "The address does not answer"
