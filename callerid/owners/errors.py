"""What can go wrong for the owner of a number."""

from core.problem import Problem


class BadName(Problem):
    """A name that cannot be shown to strangers."""

    status, slug, title = 422, "bad-name", "That cannot be shown as a name"


class NameProtected(Problem):
    """The name of a bank, an authority or a brand: only who was verified may be shown so."""

    status, slug, title = 409, "name-protected", "This name is shown for verified businesses only"


class NoSuchName(Problem):
    """No name of that id goes round for the number."""

    status, slug, title = 404, "no-such-name", "No name with this id goes round for your number"


class NoOwnName(Problem):
    """There is no name yet that could be spoken."""

    status, slug, title = 409, "no-own-name", "You have not set a name yet"


class ConsentLacking(Problem):
    """A person has not agreed to this, or took it back. Fact: `purpose`."""

    status, slug, title = 409, "consent-lacking", "This needs your consent first"


class BadBusiness(Problem):
    """Something said of a business cannot be used. Fact: `field`."""

    status, slug, title = 422, "bad-business", "That cannot be said of a business"


class BusinessStands(Problem):
    """It is verified already: it is withdrawn before another is asked for."""

    status, slug, title = 409, "business-stands", "A business is verified for this number already"


class BusinessUnknown(Problem):
    """No business has this id, or none waits under it."""

    status, slug, title = 404, "business-unknown", "There is no such business"


class WrongBusinessState(Problem):
    """What was asked cannot be done with the business as it stands. Fact: `state`."""

    status, slug, title = 409, "wrong-business-state", "The business's state does not allow this"


class ProveAgain(Problem):
    """A carrier said that the number was given back since its person proved it: a token says nothing of it any more."""

    status, slug, title = 409, "prove-again", "Prove your number again"


class TokenNeeded(Problem):
    """The request does not carry the token of a device that is signed in."""

    status, slug, title = 401, "token-needed", "Sign in with the token of a device"


class TooOften(Problem):
    """More requests than one person, or wrong tokens than one network, may send. Fact: `retry_after`, seconds."""

    status, slug, title = 429, "too-often", "Too many requests in a short time"


class BadRequest(Problem):
    """The body, or a field of it, cannot be used. Fact: `field`."""

    status, slug, title = 422, "bad-request", "That cannot be used"


class CodeUnknown(Problem):
    """The address names no code."""

    status, slug, title = 404, "code-unknown", "There is no such code"
