"""What can go wrong with clients."""

from core.problem import Problem


class ClientKnown(Problem):
    """The account has a client of that name, perhaps a revoked one: a name is used once."""

    status, slug, title = 409, "client-known", "There is a client of this name already"


class ClientUnknown(Problem):
    """The account has no client of that name that still counts."""

    status, slug, title = 404, "client-unknown", "There is no such client"


class BadClient(Problem):
    """A client cannot be made so. Fact: `field`, name or scopes."""

    status, slug, title = 422, "bad-client", "A client cannot be described so"
