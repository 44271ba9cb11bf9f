"""
Logging: JSON lines for machines, readable lines for people, and nobody's phone number in either.

Rooms log with the standard library (`logging.getLogger("maskline.voice")`) or with structlog; both come out alike.
Numbers are masked where they are values (`core.e164.E164`); what happens here is the last line of defence.
"""

import logging
import re
import resource
import sys
import types
from typing import Any, Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

# What these say at INFO and below has request bodies, addresses or parameters in it.
_QUIET = ("aiohttp.access", "asyncio", "asyncpg", "fontTools", "limits", "plivo", "redis", "twilio", "urllib3")

# +44 7700 900123 in its usual spellings and as a URL has it; and without its +, as Plivo writes it, or as it is dialled
# at home or abroad (07700…, 0044…), whatever it touches. Opaque ids and fractions of a second stay.
_WITH_PLUS = re.compile(r"(?:\+|%2[bB])[1-9](?:[ ().\u00a0-]{0,2}[0-9]){6,14}(?![0-9])")
_OPAQUE = (
    r"(?<![0-9a-fA-F])(?:[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|[0-9a-fA-F]{32})(?![0-9a-fA-F])"
    r"|(?<![0-9.])0\.[0-9]+"
)
_BARE = re.compile(rf"(?P<opaque>{_OPAQUE})|(?<![0-9])(?:00?[1-9][0-9]{{8,14}}|[1-9][0-9]{{9,14}})(?![0-9])")


def configure(log_format: Literal["auto", "json", "text"] = "auto", stream: TextIO | None = None) -> None:
    """
    Sets up logging for this process; call it once, first of all.

    stream: standard error when None. "auto" is text on a terminal and JSON elsewhere. Also sees to it that a crash
    leaves no core file (it would hold numbers in the clear), and that what nobody caught is logged like the rest.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    stream = stream or sys.stderr
    text = stream.isatty() if log_format == "auto" else log_format == "text"
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True)
        if not text
        else structlog.processors.TimeStamper("%H:%M:%S"),
        structlog.processors.format_exc_info,  # plain tracebacks: source lines, never the values of variables
        mask_numbers,
    ]
    renderer: Processor = (
        structlog.dev.ConsoleRenderer(colors=stream.isatty(), pad_event_to=0)
        if text
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    sys.excepthook = _log_uncaught


def mask_numbers(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """A structlog processor: whatever looks like a phone number, in any text of the event, loses its middle digits."""
    return {key: value if key.startswith("_") else _masked(value) for key, value in event.items()}


def mask(text: str) -> str:
    """The text with every phone number in it as `+44*******001`. Long bare figures count as numbers too."""
    return _BARE.sub(_stars, _WITH_PLUS.sub(_stars, text))


def _masked(value: Any) -> Any:
    if isinstance(value, bool | float | None):
        return value
    if isinstance(value, int):
        return value if abs(value) < 10**9 else _masked(str(value))
    if isinstance(value, dict):
        return {_masked(key): _masked(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(item) for item in value]
    return mask(value if isinstance(value, str) else repr(value))


def _stars(found: re.Match[str]) -> str:
    if found.groupdict().get("opaque"):
        return found.group()
    digits = re.sub(r"\D", "", re.sub("%2[bB]", "", found.group()))
    return f"{'' if digits.startswith('0') else '+'}{digits[:2]}{'*' * max(len(digits) - 5, 1)}{digits[-3:]}"


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: types.TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger("maskline").critical("uncaught", exc_info=(kind, error, trace))
