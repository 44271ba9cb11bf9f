"""What can go wrong with stickers, scans and owners' pages."""

from core.problem import Problem


class NoSticker(Problem):
    """No sticker has this code."""

    status, slug, title = 404, "no-sticker", "No sticker has this code"


class NotActivated(Problem):
    """The sticker is printed, and its owner has not activated it yet."""

    status, slug, title = 409, "not-activated", "This sticker is not in use yet"


class OwnerUnavailable(Problem):
    """Paused, quiet, revoked: alike on purpose."""

    status, slug, title = 409, "owner-unavailable", "The owner cannot be reached just now"


class TooManyScans(Problem):
    """A limit of this address or this sticker. Fact: `retry_after`, seconds."""

    status, slug, title = 429, "too-many-scans", "Too many tries in a short time"


class BadChoice(Problem):
    """A reason, message or reply that is not on the list."""

    status, slug, title = 422, "bad-choice", "That is not one of the choices"


class LinkExpired(Problem):
    """A signed page that is too old, or was never made here."""

    status, slug, title = 410, "link-expired", "This page is no longer available"


class WrongState(Problem):
    """The sticker's state does not allow this. Fact: `state`."""

    status, slug, title = 409, "wrong-state", "The sticker's state does not allow this"


class CallerForgotten(Problem):
    """The caller's key is gone, so they can no longer be blocked."""

    status, slug, title = 410, "caller-forgotten", "This caller is forgotten already and cannot be blocked any more"


class BadDescription(Problem):
    """A label, plate, time or zone that cannot be used. Fact: `field`."""

    status, slug, title = 422, "bad-description", "That cannot be said of a vehicle"


class TooManyConsentCalls(Problem):
    """The phone was rung often enough for today."""

    status, slug, title = 429, "too-many-consent-calls", "This sticker has asked for agreement often enough today"


class AlreadyRefused(Problem):
    """This person said that nobody should ring them about it again."""

    status, slug, title = 409, "already-refused", "The person at this number has refused"
