"""What can go wrong with services, their numbers, sessions and the people in them."""

from core.problem import Problem


class ServiceUnknown(Problem):
    """The account has no such service."""

    status, slug, title = 404, "service-unknown", "There is no such service"


class SessionUnknown(Problem):
    """The service has no such session."""

    status, slug, title = 404, "session-unknown", "There is no such session"


class ParticipantUnknown(Problem):
    """The session has no such participant."""

    status, slug, title = 404, "participant-unknown", "There is no such participant"


class InteractionUnknown(Problem):
    """The session has no such interaction."""

    status, slug, title = 404, "interaction-unknown", "There is no such interaction"


class EventUnknown(Problem):
    """The service has no such event, or not any more."""

    status, slug, title = 404, "event-unknown", "There is no such event"


class NameTaken(Problem):
    """Another one has this name. Fact: `what`, service or session."""

    status, slug, title = 409, "name-taken", "This name is taken"


class NumberElsewhere(Problem):
    """The number belongs to another service, or rests from it."""

    status, slug, title = 409, "number-elsewhere", "This number belongs to another service"


class NumberInService(Problem):
    """The number is in this very service."""

    status, slug, title = 409, "number-in-service", "This number is in the service already"


class NumberNotOurs(Problem):
    """The number is not in the service's pool; to be added to it, it must be in the inventory, for sessions."""

    status, slug, title = 404, "number-not-ours", "There is no such number here"


class NumberInUse(Problem):
    """Live sessions stand on the number, or belong to the service. Fact: `live`, how many."""

    status, slug, title = 409, "number-in-use", "Live sessions still need it"


class PoolFull(Problem):
    """A service has as many numbers as it may have."""

    status, slug, title = 409, "pool-full", "The service has as many numbers as it may have"


class SessionClosed(Problem):
    """The session is over, by its time or because it was closed."""

    status, slug, title = 409, "session-closed", "The session is over"


class BadMove(Problem):
    """A session cannot go from one state to the other. Facts: `now` and `wanted`."""

    status, slug, title = 409, "bad-move", "The session cannot take this state"


class SessionFull(Problem):
    """A side has as many participants as it may have, or both sides are taken."""

    status, slug, title = 409, "session-full", "Nobody else can join the session"


class AlreadyIn(Problem):
    """The phone takes part in the session already, or did before it was taken out."""

    status, slug, title = 409, "already-in-session", "This phone is in the session already"


class NoNumber(Problem):
    """
    No number can be given. Facts: `why`, one of none (the service has none that work), country (none where the person
    is), reserved (only reserved ones), unused (each was used with this person before) and free (each is taken for this
    person); `retry_after`, seconds until the first is free, where that can be said.
    """

    status, slug, title = 409, "no-number", "The service has no number for this person"


class NumberTaken(Problem):
    """The number asked for is taken for this person. Fact: `retry_after`, seconds, where that can be said."""

    status, slug, title = 409, "number-taken", "The number asked for is taken for this person"


class ReopenConflict(Problem):
    """A number of the session is taken or gone meanwhile."""

    status, slug, title = 409, "reopen-conflict", "A number of the session is taken meanwhile"


class PinTaken(Problem):
    """Another live session on the same number has this PIN."""

    status, slug, title = 409, "pin-taken", "This PIN is taken on the session's number"


class BadField(Problem):
    """A value that cannot be used. Fact: `field`, its name."""

    status, slug, title = 422, "bad-field", "A value cannot be used"


class OptedOut(Problem):
    """Whoever should get the text said STOP to this service."""

    status, slug, title = 409, "opted-out", "This person wants no texts from the service"


class NoPartner(Problem):
    """The session has nobody on the other side."""

    status, slug, title = 409, "no-partner", "The session has nobody on the other side"


class NotForCalls(Problem):
    """The session carries texts only."""

    status, slug, title = 409, "not-for-calls", "The session carries no calls"


class NotReachable(Problem):
    """The other side takes no calls now: quiet hours, a block, one way only, or nobody there. They are told alike."""

    status, slug, title = 409, "not-reachable", "The other side takes no calls now"


class CallsUsedUp(Problem):
    """The service, the session or whoever is rung first has had as many calls, or talked as long, as a day may have."""

    status, slug, title = 429, "calls-used-up", "There are no calls left today"


class NotForTexts(Problem):
    """The session carries calls only."""

    status, slug, title = 409, "not-for-texts", "The session carries no texts"


class TextsUsedUp(Problem):
    """The service or the session has sent as many texts as it may within a day."""

    status, slug, title = 429, "texts-used-up", "There are no texts left today"


class Raced(Problem):
    """Two requests met, and once more after trying again. Nothing was kept; try again."""

    status, slug, title = 409, "raced", "Another request came between"


class RecordingRefused(Problem):
    """Somebody asks for a recording. Maskline records nothing, whoever asks."""

    status, slug, title = 422, "recording-refused", "Calls and texts are not recorded"


class KeyReused(Problem):
    """An Idempotency-Key came with another request before."""

    status, slug, title = 409, "key-reused", "This Idempotency-Key belongs to another request"


class NotSignedIn(Problem):
    """No client, or a token that is not its account's."""

    status, slug, title = 401, "not-signed-in", "Sign in with a token, or with an account SID and a token of it"


class ScopeLacking(Problem):
    """The client may not do this. Fact: `scope`, which it lacks."""

    status, slug, title = 403, "scope-lacking", "This token may not do that"


class WrongTooOften(Problem):
    """More wrong sign-ins from one network than are answered. Fact: `retry_after`, seconds."""

    status, slug, title = 429, "wrong-too-often", "Too many wrong sign-ins came from your network"


class TooFast(Problem):
    """More requests than a client may send in a short time. Fact: `retry_after`, seconds."""

    status, slug, title = 429, "too-fast", "Too many requests in a short time"
