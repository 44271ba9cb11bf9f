"""What can go wrong with calls."""

from core.problem import Problem


class UnknownCall(Problem):
    """A step of a call that we do not know, or no longer."""

    status, slug, title = 404, "unknown-call", "This call is not known here"
