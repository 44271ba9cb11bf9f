"""
What the exchange does badly on request, and the choices where a vendor's behaviour is not known.

A fault is set per carrier while the exchange runs. Each variant has every behaviour that we found told of the
vendor; the first choice is the default. An application must be right under all of them.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Variant:
    """One thing we could not find out about a vendor. choices[0] is what we do unless told otherwise."""

    carrier: str
    key: str
    choices: tuple[str, ...]
    about: str

    def as_json(self) -> dict[str, Any]:
        return {"carrier": self.carrier, "key": self.key, "choices": list(self.choices), "about": self.about}


VARIANTS: tuple[Variant, ...] = (
    Variant("twilio", "whisper_hangup", ("completed", "no-answer"),
            "DialCallStatus when the callee hangs up during the whisper; DialBridged is false in both."),
    Variant("twilio", "caller_left", ("no-answer", "canceled"),
            "DialCallStatus when the caller hangs up while the callee still rings."),
    Variant("twilio", "others_ring_until", ("accepted", "answered"),
            "Several numbers with a whisper: the others ring until one has finished it, or until one picks up."),
    Variant("twilio", "signed_port", ("kept", "dropped"),
            "Whether the signed URL keeps its port. Twilio's own validators accept both."),
    Variant("twilio", "reject_status", ("busy", "no-answer", "failed"),
            "CallStatus in the status callback of a call refused with <Reject/>."),
    Variant("twilio", "unknown_verb", ("error", "skipped"),
            "An element that TwiML does not have: the caller hears the application error, or it is skipped (12200)."),
    Variant("plivo", "confirm_failed", ("no-answer", "completed", "timeout"),
            "DialStatus when the callee picked up and never pressed confirmKey."),
    Variant("plivo", "caller_left", ("cancel", "no-answer"),
            "DialStatus when the caller hangs up while the callee still rings."),
    Variant("plivo", "ring_timeout", ("no-answer", "timeout"),
            "DialStatus when nobody picks up within Dial's timeout."),
    Variant("plivo", "action_after_caller_left", ("sent", "not-sent"),
            "Whether Dial's action is requested when the caller has hung up."),
    Variant("plivo", "numbers", ("digits", "plus"),
            "From and To in webhooks: digits alone, or with a leading +."),
    Variant("plivo", "event_when_never_answered", ("sent", "not-sent"),
            "Whether hangup_url is called for a call that was refused before it was answered."),
)  # fmt: skip


def all_variants(carrier: str) -> dict[str, Variant]:
    """The variants of one carrier by key."""
    return {variant.key: variant for variant in VARIANTS if variant.carrier == carrier}


@dataclass(slots=True)
class Faults:
    """
    repeat: how often each webhook is sent in all, 1-10. delay_ms: before each attempt, 0-60,000.
    reorder: status events arrive in pairs the wrong way round.
    drop: 0.0-1.0, the share of first deliveries whose answer is lost after the application gave it.
    variants: key -> choice, only those that differ from the default.
    """

    carrier: str
    repeat: int = 1
    delay_ms: int = 0
    reorder: bool = False
    drop: float = 0.0
    variants: dict[str, str] = field(default_factory=dict)

    def choice(self, key: str) -> str:
        """What to do where the vendor's behaviour is not known. Raises KeyError for an unknown variant."""
        return self.variants.get(key, all_variants(self.carrier)[key].choices[0])

    def change(self, wanted: dict[str, Any]) -> None:
        """Set what `wanted` names, leave the rest. Raises ValueError, and changes nothing, if one is out of range."""
        repeat = _number(wanted, "repeat", self.repeat, 1, 10)
        delay_ms = _number(wanted, "delay_ms", self.delay_ms, 0, 60_000)
        drop = _number(wanted, "drop", self.drop, 0, 1)
        reorder = wanted.get("reorder", self.reorder)
        if not isinstance(reorder, bool):
            raise ValueError("reorder must be true or false")  # noqa: TRY004 - from JSON, so a value
        variants = self.variants | _known(self.carrier, wanted.get("variants") or {})
        self.repeat, self.delay_ms, self.drop = int(repeat), int(delay_ms), float(drop)
        self.reorder, self.variants = reorder, variants

    def as_json(self) -> dict[str, Any]:
        return {
            "repeat": self.repeat,
            "delay_ms": self.delay_ms,
            "reorder": self.reorder,
            "drop": self.drop,
            "variants": dict(self.variants),
        }


def _number(wanted: dict[str, Any], name: str, now: float, low: float, high: float) -> float:
    value = wanted.get(name)
    if value is None:
        return now
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ValueError(f"{name} must be a number from {low} to {high}")
    return value


def _known(carrier: str, wanted: Any) -> dict[str, str]:
    if not isinstance(wanted, dict):
        raise ValueError("variants must be an object of key and choice")  # noqa: TRY004 - from JSON
    known = all_variants(carrier)
    for key, choice in wanted.items():
        if key not in known or choice not in known[key].choices:
            raise ValueError(f"{carrier} has no variant {key!r} = {choice!r}")
    return dict(wanted)
