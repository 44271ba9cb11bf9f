"""The questions this floor asks of others. Rooms above answer them; `maskline/wiring.py` introduces the two."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol
from uuid import UUID

from core.e164 import E164, Caller
from core.problem import Problem
from core.route import Route, Verdict, Why
from voice.events import CarrierAccount, Dialled, Ended, Envelope, Incoming, LegMoved, Pressed, TextIn, TextMoved
from voice.plan import Plan, Say
from voice.turns import Effect, Line, Standing, Turn

if TYPE_CHECKING:  # so that the pure parts of a room may import their port
    from sql.database import Connection


class SignatureRejected(Problem):
    """The webhook is not signed by an account of ours."""

    status, slug, title = 403, "bad-signature", "This request is not signed by your carrier account"


class Unreadable(Problem):
    """The webhook is too long, broken, or lacks what its kind must have. Fact: `field`."""

    status, slug, title = 403, "unreadable-webhook", "This webhook cannot be read"


class Dialect(Protocol):
    """One carrier's way of speaking. No I/O; one instance serves all calls."""

    name: str
    """Stored with each call and in URLs, so never renamed: `twilio`, `plivo`."""
    content_type: str
    """Of what `render` returns."""
    asks_in_whisper: bool
    """Whether the whisper itself may Gather keys (Twilio); else the Dial waits for one accept key (Plivo)."""
    event_suffix: str
    """URL fragment for webhooks that nobody listens to, so that the carrier sends them again; "" where it has none."""

    def verify(self, envelope: Envelope, accounts: Sequence[CarrierAccount]) -> CarrierAccount:
        """The account that signed. Constant time per token. Raises SignatureRejected."""
        ...

    def read(self, event: str, envelope: Envelope) -> "Event":
        """What a webhook says. event: incoming, pressed, leg, dialled, ended, text, text-status. Raises Unreadable."""
        ...

    def render(self, plan: Plan) -> bytes:
        """The XML. Byte-equal for equal plans; every Dial names its caller ID."""
        ...


Event = Incoming | Pressed | LegMoved | Dialled | Ended | TextIn | TextMoved


class Placer(Protocol):
    """Asks a carrier for something over REST. Called by the worker, never while a caller waits."""

    async def call(
        self, account: CarrierAccount, *, to: E164, show: E164, answer_url: str, ended_url: str, ring: int
    ) -> str:
        """Rings `to`. Returns the carrier's id of the call. Raises CarrierRefused or CarrierAway."""
        ...

    async def text(
        self,
        account: CarrierAccount,
        *,
        to: E164,
        show: E164,
        body: str,
        status_url: str | None,
        template: str | None = None,
        media: Sequence[str] = (),
    ) -> str:
        """
        Sends a text. template: the name of the registered template that its words follow, where a country wants one.
        media: addresses that the carrier fetches pictures from, to go with it; then the words may be "".

        Returns the carrier's id of it. Raises CarrierRefused or CarrierAway.
        """
        ...

    async def fetch(self, account: CarrierAccount, address: str, *, most: int) -> bytes:
        """
        What came with a text, at most so many bytes, from the carrier's own hosts alone.

        Raises CarrierRefused, also for an address elsewhere and for more bytes, and CarrierAway.
        """
        ...

    async def forget(self, account: CarrierAccount, *, kind: str, carrier_id: str) -> None:
        """Deletes the carrier's own record. kind: call or text. A record already gone is fine."""
        ...

    async def numbers(self, account: CarrierAccount) -> list[dict[str, Any]]:
        """
        The numbers on the account: `number` (E164), `voice_url`, `text_url`, `ended_url`, `fallback_url`; `sid`, the
        carrier's own id or None; `voice` and `texts`, whether it can do them.
        """
        ...

    async def point(self, account: CarrierAccount, number: E164, urls: dict[str, str]) -> None:
        """Sets a number's webhooks: keys `voice`, `text`, `ended`, `fallback`."""
        ...


Leg = Literal["caller", "callee", "both"]


class Speaker(Protocol):
    """Speaks to people who are talking on the phone. Called by the worker."""

    async def speak(self, account: CarrierAccount, carrier_call: str, said: Say, *, leg: Leg) -> None:
        """Mixed into what they say. carrier_call: of the caller's leg. Raises CarrierRefused, CarrierAway."""
        ...


class Accounts(Protocol):
    """Our accounts with carriers, with their secrets open, kept in memory."""

    def of(self, carrier: str) -> Sequence[CarrierAccount]:
        """Every account with a carrier: whose signatures count."""
        ...

    def by_id(self, account_id: UUID) -> CarrierAccount | None:
        """The account with our own id."""
        ...


class CarrierAway(Problem):
    """
    The carrier's API did not answer, or said that it cannot just now (5xx, 429). Trying later may help.

    Fact: `maybe_done`, whether the request may have been carried out all the same (it was sent, and then nothing or a
    5xx came back). Where that is true a call or text must not be asked for again: two phones would ring.
    """

    status, slug, title = 503, "carrier-away", "The carrier's API is not answering"


class CarrierRefused(Problem):
    """The carrier said no for good. Facts: `code`, the carrier's own error code."""

    status, slug, title = 502, "carrier-refused", "The carrier refused the request"


class Answerer(Protocol):
    """A room that answers calls. Pure: what is known in, a turn out; None if the call is not this room's."""

    def arrive(self, line: Line) -> Turn | None:
        """What the caller meets, at first and after each menu."""
        ...

    def whisper(self, line: Line) -> Turn | None:
        """What the callee hears before being joined to the caller."""
        ...

    def press(self, line: Line, step: str, digits: str) -> Turn | None:
        """What the callee's keys mean. step: which menu and try, as in its URL."""
        ...

    def over(self, line: Line, standing: Standing) -> Turn | None:
        """What the caller hears when the dial is over."""
        ...


class Performer(Protocol):
    """Does what a turn asks for beside its answer, in the same transaction."""

    def concerns(self, effect: Effect, route: Route) -> bool:
        """Whether there is anything to do. Asked first, of every call, and pure."""
        ...

    async def perform(self, conn: "Connection", effect: Effect, route: Route) -> None:
        """Asked once for each effect of a call, however often its webhooks are repeated."""
        ...


@dataclass(frozen=True, slots=True)
class Screened:
    """
    What a customer's hook decided. passed: go on. plan: the customer's own answer, checked and in our words; it stands
    instead of ours.
    """

    passed: bool
    plan: Plan | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """
    A text on a session's number. verdict: RING (it is passed on), ASK (a hook decides first) or REFUSE, and why.

    message_id: ours, made from the carrier's id. session_id, from_id, to_id: None where there is no session. language:
    the sender's, or the service's. word: the keyword that the text is: stop, start, help. undone: its START took back
    a STOP.
    """

    tenant: UUID
    verdict: Verdict
    why: Why | None = None
    service_id: UUID
    number_id: UUID
    message_id: UUID
    session_id: UUID | None = None
    from_id: UUID | None = None
    to_id: UUID | None = None
    language: str = "en"
    word: str | None = None
    undone: bool = False


class Screener(Protocol):
    """Asks the hooks of a customer. It never raises, and answers within a second; no connection is held meanwhile."""

    async def screen(self, route: Route, caller: Caller, carrier_call: str) -> Screened:
        """Whether a call may go on: a veto, or outside of any session what to do with it."""
        ...

    async def screen_text(self, routed: Routed, text: TextIn) -> Screened:
        """The same of a text."""
        ...


class Namer(Protocol):
    """Knows what callers agreed to be called in masked calls."""

    def key(self, number: E164) -> bytes:
        """A number's key as names keep it; 32 bytes."""
        ...

    async def name(self, conn: "Connection", number: E164, language: str) -> str | None:
        """
        What a caller wants to be called, 64 characters at most; None where they did not agree to it.

        language: of the voice that is to say it, BCP 47.
        """
        ...


class PinHashes(Protocol):
    """Knows PINs by their keyed hashes alone."""

    def hashes(self, service: UUID, number: UUID, pin: str) -> Sequence[bytes]:
        """A PIN's hashes on one number of a service, under each secret in use, the newest first."""
        ...


class Relay(Protocol):
    """Passes texts on between the people of a session."""

    async def take(
        self, conn: "Connection", account: CarrierAccount, text: TextIn, message: UUID, *, passed: bool | None = None
    ) -> Routed | None:
        """
        Routes a text and keeps it, in the caller's transaction; None where its number is no session's.

        message: our id of it, the same for a repeat. passed: what the hook has decided, None where none was asked yet.
        """
        ...

    def answer(self, routed: Routed, text: TextIn) -> str | None:
        """What the sender is told, if anything."""
        ...

    async def moved(self, account: CarrierAccount, message: UUID, news: TextMoved) -> None:
        """Delivery news of a text that we passed on. Kept before it returns."""
        ...


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a customer's address answered. body: at most 64 KiB."""

    status: int
    content_type: str
    body: bytes = field(repr=False)


class Courier(Protocol):
    """Posts to addresses that customers gave us (DESIGN section 6)."""

    async def post(
        self, url: str, body: bytes, *, content_type: str, headers: Mapping[str, str], service: UUID, seconds: float
    ) -> Delivered:
        """
        One request, never a second. service: whose cap and breaker count. seconds: until it must be answered.

        Raises CourierRefused or CourierAway.
        """
        ...
