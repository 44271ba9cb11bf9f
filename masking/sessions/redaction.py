"""
Hides what would let two masked people meet past their masks: phone numbers, e-mail addresses and links in a text.

It hides what is written as such, also with odd digits and separators. Numbers spelt in words it does not know.
"""

import re

HIDDEN = "***"
"""Stands for what was hidden. In every alphabet that SMS has, so that it makes no text longer on the way."""

_LEAST, _MOST = 7, 15
"""Digits of a phone number (E.164); one with an international prefix may have three more."""

# Between two digits of one number people write little: spaces, brackets, dashes, dots, what nobody can see (zero-width
# characters, directions), and what makes a keycap of a digit.
_BETWEEN = r"[\s().\-/_\u00ad\u2010-\u2015\u200b-\u200f\u202a-\u202e\u2060\ufe0f\u20e3]"
_NUMBER = re.compile(rf"[+\uff0b(]?\(?\d(?:{_BETWEEN}{{0,3}}\d){{{_LEAST - 1},}}\ufe0f?\u20e3?")
_DATE = re.compile(r"(?:\d{4}([./-])\d{1,2}\1\d{1,2}|\d{1,2}([./-])\d{1,2}\2(?:\d{4}|\d{2}))")
_TIMES = re.compile(r"\s*\d{1,2}[.:]\d{2}(?:\s?[-\u2013]\s?\d{1,2}[.:]\d{2})?")

_AT = r"\s?[\[({]\s?at\s?[\])}]\s?"
_DOT = r"\s?[\[({]\s?dot\s?[\])}]\s?"
_MAIL = re.compile(
    rf"(?<![\w.+%-])[\w.+%-]+(?:@|\uff20|{_AT})[\w-]{{1,63}}(?:(?:\.|{_DOT})[\w-]{{1,63}}){{1,8}}", re.IGNORECASE
)

_ENDINGS = "com|net|org|info|biz|io|app|dev|gov|edu|xyz|online|site|shop|link|me/|ly/|gl/|to/|co/|gg/|be/|us/|uk/|in/"
_LINK = re.compile(
    r"\b(?:[a-z][a-z0-9+.-]{1,20}://\S+"  # named as one
    r"|www\.[\w-]{1,63}\.\S+"
    r"|(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}/\S*\w"  # a name with a path
    rf"|(?:[\w-]{{1,63}}\.){{1,8}}(?:{_ENDINGS})(?![\w-])/?)",
    re.IGNORECASE,
)


def redact(body: str) -> str:
    """
    The text with every phone number, e-mail address and link replaced by `HIDDEN`.

    Dates stay, with a time beside them, and so do shorter numbers: a price, a house, a flight. What is hidden stays
    hidden: a second pass changes nothing.
    """
    body = _LINK.sub(HIDDEN, body)
    body = _MAIL.sub(HIDDEN, body)
    return _NUMBER.sub(_hide, body)


def _hide(found: re.Match[str]) -> str:
    """A run of digits, unless it is a date or the hours of a day."""
    text = found.group()
    date = _DATE.match(text)
    rest = text[date.end() :] if date else text
    times = _TIMES.match(rest)
    rest = rest[times.end() :] if times else rest
    return text if sum(char.isdecimal() for char in rest) < _LEAST and (date or times) else HIDDEN
