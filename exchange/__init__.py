"""A telephone exchange for your desk: speaks Twilio's and Plivo's wire over HTTP. See docs/exchange.md."""

from exchange.accounts import PlivoAccount, TwilioAccount
from exchange.desk import Exchange
from exchange.faults import VARIANTS
from exchange.handset import Call, DidNotHappen, Handset
from exchange.operator import WITHHELD
from exchange.texts import Text
from exchange.timers import HandTimers, RealTimers
from exchange.wire import Complaint, Leak, WireEntry

__all__ = [
    "VARIANTS",
    "WITHHELD",
    "Call",
    "Complaint",
    "DidNotHappen",
    "Exchange",
    "HandTimers",
    "Handset",
    "Leak",
    "PlivoAccount",
    "RealTimers",
    "Text",
    "TwilioAccount",
    "WireEntry",
]
