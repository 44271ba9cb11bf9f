"""
How long a vendor waits for a webhook and how often it tries again, read from the URL's fragment.

Sources: twilio.com/docs/usage/webhooks/webhooks-connection-overrides; plivo.com/docs/voice/concepts (callback
retries). Times are seconds here, milliseconds in the fragment. The time to connect (`ct=`) is passed over: on this
machine a connection stands at once or is refused.
"""

from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True)
class Patience:
    """
    read, total: seconds. retries: further attempts, 0-5.
    on: the failures that are tried again: "ct" (no connection), "rt" (no answer in time), "4xx", "5xx".
    """

    read: float
    total: float
    retries: int
    on: frozenset[str]


_DEFAULTS = {
    "twilio": Patience(15.0, 15.0, 1, frozenset({"ct"})),
    "plivo": Patience(40.0, 55.0, 1, frozenset({"ct", "rt"})),
}
_LIMITS = {
    "twilio": {"rt": (100, 15_000), "tt": (100, 15_000)},
    "plivo": {"rt": (100, 40_000), "tt": (100, 55_000)},
}
_FAILURES = ("4xx", "5xx", "ct", "rt")


def patience(carrier: str, url: str) -> Patience:
    """The rule for one URL; what the fragment says wrongly is left at the vendor's default."""
    rule = _DEFAULTS[carrier]
    said = dict(parse_qsl(urlsplit(url).fragment))
    rule = replace(
        rule,
        read=_seconds(said.get("rt", ""), _LIMITS[carrier]["rt"], rule.read),
        total=_seconds(said.get("tt", ""), _LIMITS[carrier]["tt"], rule.total),
    )
    if said.get("rc", "") in set("012345"):
        rule = replace(rule, retries=int(said["rc"]))
    if "rp" in said:
        wanted = {word.strip() for word in said["rp"].split(",")}
        on = frozenset(_FAILURES if "all" in wanted else wanted.intersection(_FAILURES))
        rule = replace(rule, on=on) if on else rule
    return rule


def _seconds(text: str, limits: tuple[int, int], default: float) -> float:
    low, high = limits
    return int(text) / 1000 if text.isdigit() and low <= int(text) <= high else default
