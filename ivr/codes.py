"""How a code that proves a number is texted, and spoken on a call. A code opens one thing, and its words say which."""

from collections.abc import Mapping
from types import MappingProxyType

from ivr import messages
from ivr.messages import Message
from ivr.words import say, tell
from voice.plan import Say

SIGN_IN, OPT_OUT, OPT_IN = "sign-in", "opt-out", "opt-in"
"""Purposes of a proof that have words of their own. They are stored: never rename one."""

_TEXTS: Mapping[str, Message] = MappingProxyType(
    {SIGN_IN: messages.TEXT_CODE_SIGN_IN, OPT_OUT: messages.TEXT_CODE_OPT_OUT, OPT_IN: messages.TEXT_CODE_OPT_IN}
)
_CALLS: Mapping[str, Message] = MappingProxyType(
    {SIGN_IN: messages.CODE_SIGN_IN, OPT_OUT: messages.CODE_OPT_OUT, OPT_IN: messages.CODE_OPT_IN}
)
PURPOSES = tuple(_TEXTS)


def text(purpose: str, code: str, language: str) -> str:
    """The text with a code. purpose: one without words of its own gets those that name none."""
    return tell(language, _TEXTS.get(purpose, messages.TEXT_CODE), code=code)


def about(purpose: str) -> Message:
    """What whoever picks up is told first."""
    return _CALLS.get(purpose, messages.CODE_CALL)


def spoken(code: str, language: str) -> tuple[Say, ...]:
    """A code said twice, a digit at a time, in two halves as people write it down."""
    half = len(code) // 2
    digits = "; ".join(", ".join(part) for part in (code[:half], code[half:]))
    first = say(language, messages.CODE_IS, code=digits)
    return (first, say(language, messages.CODE_AGAIN, code=digits), say(language, messages.CODE_FOR_NOBODY))


def template_name(purpose: str, language: str) -> str:
    """What we call the template of a code's text: "code-sign-in-en"."""
    return f"code-{purpose}-{language}"


def template(purpose: str, language: str) -> str:
    """A code's text as India's DLT platforms register it."""
    return text(purpose, "{#var#}", language)
