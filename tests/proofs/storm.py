"""Random webhooks of both carriers: real conversations with odd turns, and signed nonsense."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from urllib.parse import urlencode

from core.e164 import E164
from exchange.signing import plivo_headers, plivo_message_headers, plivo_nonce, twilio_headers
from tests.town import POOL, SHARED, TOKENS, VENDOR_IDS

OURS = [*SHARED.values(), *(number for pool in POOL.values() for number in pool)]
STRANGERS = [E164(f"+1{area}55501{line:02d}") for area in (212, 213, 310, 415) for line in range(30)]
OWNERS = [E164(f"+120255501{line}") for line in range(60, 80)]
FIELDS = [
    *("From", "To", "CallSid", "CallUUID", "ForwardedFrom", "Digits", "CallStatus", "Direction", "ParentCallSid"),
    *("DialCallStatus", "DialStatus", "DialBridged", "DialAction", "DialALegUUID", "DialBLegUUID", "DialCallDuration"),
    *("MessageSid", "MessageUUID", "Body", "Text", "AccountSid", "StirVerstat", "Event", "Caller", "Duration", "x"),
]
WORDS = [
    *("", "anonymous", "Restricted", "266696687", "+", "sip:bob@example.org", "client:alice", "ringing", "completed"),
    *("no-answer", "busy", "failed", "canceled", "true", "false", "connected", "digits", "inbound", "outbound-dial"),
    *(
        "1",
        "2",
        "9",
        "99",
        "123456",
        "000000",
        "#",
        "1" * 40,
        "0",
        "-1",
        "NaN",
        "\x00",
        "\u202e",
        "ⅷ",
        "']]>",
        "<Dial>",
    ),
    *("&amp;", "%s%n", "{}", "é" * 300, "नमस्ते", "\n\r", "null", "[]"),
]
STEPS = [
    "enter-1-1",
    "which-1-2",
    "whisper-1",
    "key-1-1",
    "dialled-1",
    "leg-1",
    "ended-1",
    "agree-1-1",
    "consent-1",
    "x",
]


@dataclass(frozen=True, slots=True)
class Webhook:
    """One request, signed. listened: somebody hears the answer. honest: signed, whole, and of an address of ours."""

    carrier: str
    method: str
    url: str
    headers: dict[str, str]
    body: bytes
    listened: bool
    honest: bool
    numbers: frozenset[str]


@dataclass
class Storm:
    """
    Draws webhooks from a seed. base: where carriers reach us. scan: gives a fresh way (number, digits) to an owner.

    Answers are told to `heard`, so that their addresses are used.
    """

    rng: Random
    base: str
    scan: Callable[[str], Awaitable[tuple[E164, str | None]]]
    urls: list[tuple[str, str, str]] = field(default_factory=list)
    ways: list[tuple[str, E164, str | None]] = field(default_factory=list)
    calls: int = 0

    async def next(self) -> Webhook:
        """The next webhook."""
        rng, carrier = self.rng, self.rng.choice(["twilio", "plivo"])
        if rng.random() < 0.2:
            self.ways.append((carrier, *await self.scan(carrier)))
        kind = rng.random()
        if kind < 0.35 and self.ways:
            return self._call(carrier)
        if kind < 0.75 and self.urls:
            return self._step()
        if kind < 0.8:
            return self._text(carrier)
        return self._nonsense(carrier)

    def heard(self, webhook: Webhook, call: str, urls: list[str]) -> None:
        """An answer named these addresses."""
        self.urls = [*self.urls[-40:], *((webhook.carrier, call, url.partition("#")[0]) for url in urls)]

    def _call(self, carrier: str) -> Webhook:
        rng = self.rng
        mine = [way for way in self.ways[-6:] if way[0] == carrier]
        dialled = rng.choice(mine)[1] if mine and rng.random() < 0.7 else rng.choice([*OURS, *STRANGERS[:3]])
        form = self._form(carrier, rng.choice([*STRANGERS, *OWNERS, None]), dialled)
        if rng.random() < 0.1:
            form["ForwardedFrom"] = rng.choice([*OURS, *STRANGERS]).value
        return self._signed(carrier, f"{self.base}/hooks/{carrier}/voice", form, listened=True)

    def _step(self) -> Webhook:
        """A step of a call that goes on, as the carrier or somebody confused might send it."""
        rng = self.rng
        carrier, call, url = rng.choice(self.urls)
        digits = [digits for _, _, digits in self.ways[-8:] if digits]
        form = self._form(carrier, rng.choice([*STRANGERS, None]), SHARED[carrier], call) | {
            "Digits": rng.choice(["", "", "1", "1", "9", "2", "123456", *digits, *digits]),
            "DialCallStatus": rng.choice(["completed", "no-answer", "busy", "failed", "canceled", "answered", "?"]),
            "DialStatus": rng.choice(["completed", "no-answer", "busy", "failed", "timeout", "cancel"]),
            "DialAction": rng.choice(["answer", "connected", "hangup", "digits"]),
            "DialBLegUUID": "b" * 36, "DialALegUUID": call, "DialCallDuration": rng.choice(["", "7", "x"]),
            "CallStatus": rng.choice(["completed", "in-progress", "ringing", "canceled"]),
        }  # fmt: skip
        step = url.rpartition("/")[2].partition("-")[0]
        return self._signed(carrier, url, form, listened=step not in ("leg", "ended"))

    def _text(self, carrier: str) -> Webhook:
        rng, self.calls = self.rng, self.calls + 1
        name = {"twilio": "MessageSid", "plivo": "MessageUUID"}[carrier]
        number = rng.choice([*STRANGERS, *OWNERS]).value
        words = rng.choice(["Hello?", "STOP", "help", *WORDS, f"call me at {number}"])
        form = self._form(carrier, E164(number), rng.choice(OURS)) | {
            name: f"text{self.calls}",
            "Body": words,
            "Text": words,
        }
        return self._signed(carrier, f"{self.base}/hooks/{carrier}/text", form, listened=False)

    def _nonsense(self, carrier: str) -> Webhook:
        """Random names and values; half of it is not signed for what it says."""
        rng = self.rng
        numbers = [number.value for number in (*STRANGERS, *OWNERS, *OURS)]
        form = {rng.choice(FIELDS): rng.choice([*WORDS, *rng.sample(numbers, 8)]) for _ in range(rng.randrange(12))}
        place = rng.choice(["voice", "text", "ended", "fallback", f"c/{'A' * 38}/{rng.choice(STEPS)}"])
        url = f"{self.base}/hooks/{rng.choice([carrier, carrier, 'nobody'])}/{place}"
        if self.urls and rng.random() < 0.3:
            carrier, _, url = rng.choice(self.urls)
        webhook = self._signed(carrier, url, form, listened=False, honest=False)
        headers = webhook.headers if rng.random() < 0.5 else {**webhook.headers, "X-Twilio-Signature": "AAAA"}
        method = rng.choice(["POST", "POST", "POST", "GET", "PUT", "HEAD"])
        body = webhook.body if rng.random() < 0.8 else rng.randbytes(rng.randrange(200))
        return Webhook(carrier, method, url, headers, body, False, False, webhook.numbers)

    def _form(self, carrier: str, caller: E164 | None, dialled: E164, call: str | None = None) -> dict[str, str]:
        self.calls += 1
        call = call or f"CA{self.calls:032x}"
        if carrier == "twilio":
            return {"CallSid": call, "AccountSid": VENDOR_IDS["twilio"], "To": dialled.value, "Direction": "inbound",
                    "From": caller.value if caller else "anonymous", "CallStatus": "ringing"}  # fmt: skip
        return {"CallUUID": call, "From": caller.digits if caller else "", "To": dialled.digits,
                "Direction": "inbound", "CallStatus": "ringing", "Event": "StartApp"}  # fmt: skip

    def _signed(self, carrier: str, url: str, form: dict[str, str], *, listened: bool, honest: bool = True) -> Webhook:
        if carrier == "twilio":
            headers = twilio_headers(url, form, TOKENS["twilio"])
        elif url.endswith("/text"):
            headers = plivo_message_headers(url, TOKENS["plivo"], plivo_nonce())
        else:
            headers = plivo_headers("POST", url, form, TOKENS["plivo"], plivo_nonce())
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        said = {"".join(c for c in value if c.isdecimal()) for value in form.values()}
        numbers = frozenset(digits for digits in said if len(digits) >= 10 and len(set(digits)) > 2)
        return Webhook(carrier, "POST", url, headers, urlencode(form).encode(), listened, honest, numbers)
