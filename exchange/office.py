"""What every part of one running exchange shares."""

from dataclasses import dataclass

from exchange.accounts import PlivoAccount, Registry, TwilioAccount
from exchange.bus import Bus, Crew
from exchange.faults import Faults
from exchange.fetch import Messenger
from exchange.switch import Switch
from exchange.texts import TextStore
from exchange.timers import Timers
from exchange.wire import WireLog


@dataclass(frozen=True, slots=True)
class Office:
    """The rooms of the exchange, made once by `Exchange` and handed to each part."""

    twilio: TwilioAccount
    plivo: PlivoAccount
    timers: Timers
    bus: Bus
    crew: Crew
    log: WireLog
    faults: dict[str, Faults]
    registry: Registry
    messenger: Messenger
    switch: Switch
    texts: TextStore
