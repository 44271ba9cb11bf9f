"""What can go wrong with numbers and claims."""

from core.problem import Problem


class NumberKnown(Problem):
    """The number is in the inventory already."""

    status, slug, title = 409, "number-known", "This number is in the inventory already"


class NumberUnknown(Problem):
    """No such proxy number."""

    status, slug, title = 404, "number-unknown", "This number is not in the inventory"


class NumberBusy(Problem):
    """Claims still live or cool on the number, or a service has it. Fact: `until`, when its claims are over."""

    status, slug, title = 409, "number-busy", "Calls may still come to this number"


class NoSharedNumber(Problem):
    """A pool number needs a shared one beside it, which owners see and call back."""

    status, slug, title = 409, "no-shared-number", "This carrier account and country have no shared number"


class AccountUnknown(Problem):
    """No account with that carrier."""

    status, slug, title = 404, "account-unknown", "No account with this carrier is set up"


class NoNumberFree(Problem):
    """No number of ours serves a country just now, not even for a message. Fact: `retry_after`, seconds."""

    status, slug, title = 503, "no-number-free", "No number can be called just now"


class DestinationRefused(Problem):
    """Nobody may be put through to this number. Fact: `kind` (emergency, short, premium, satellite, ours, country…)."""

    status, slug, title = 422, "destination-refused", "Calls cannot be put through to this number"
