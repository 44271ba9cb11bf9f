"""What can go wrong with look-ups."""

from core.problem import Problem


class NobodyAsks(Problem):
    """No token of a person's device, and no client with the scope `names`."""

    status, slug, title = (
        401,
        "nobody-asks",
        "Sign in with the token of a device, or as a client that may look up names",
    )


class ForPeopleOnly(Problem):
    """Asked by a company; only a person has contacts and a number of their own."""

    status, slug, title = 403, "for-people-only", "Only a person may ask this"


class BadLookup(Problem):
    """A value that cannot be used. Fact: `field`, its name."""

    status, slug, title = 422, "bad-look-up", "This cannot be looked up"


class LookupsTooFast(Problem):
    """More requests than one asker may send in a short time. Fact: `retry_after`, seconds."""

    status, slug, title = 429, "look-ups-too-fast", "Too many look-ups in a short time"


class LookupsUsedUp(Problem):
    """
    A budget of distinct numbers is spent. Facts: `budget`, which (account, number, device, network, company,
    neighbours); `until`, when there is some again (ISO 8601); `retry_after`, the same in seconds; `left`, what the
    asker's own budget has left, by window.
    """

    status, slug, title = 429, "look-ups-used-up", "Your budget of look-ups is used up"
