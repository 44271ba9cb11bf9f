"""Twilio and Plivo, one dialect each, and placing calls and texts over their REST APIs."""

from typing import Final

from carriers.plivo import PlivoDialect
from carriers.twilio import TwilioDialect
from voice.ports import Dialect

DIALECTS: Final[dict[str, Dialect]] = {dialect.name: dialect for dialect in (TwilioDialect(), PlivoDialect())}
"""Every carrier we speak with, by the name that stands in URLs and with each call."""
