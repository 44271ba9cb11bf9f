"""The exchange itself: puts its rooms together, listens on loopback, and is the handle that tests hold."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from random import Random
from types import TracebackType
from typing import Any

from aiohttp import web

from exchange.accounts import Application, Hooks, Number, PlivoAccount, Registry, TwilioAccount, new_sid
from exchange.bus import Bus, Crew
from exchange.faults import Faults
from exchange.fetch import Messenger
from exchange.handset import Handset, Waiter
from exchange.office import Office
from exchange.operator import Operator
from exchange.safety import Door
from exchange.server import make_app
from exchange.switch import Switch
from exchange.texts import Text, TextStore
from exchange.timers import HandTimers, Timers
from exchange.ui import numbers_json
from exchange.vendors.plivo.calls import PlivoCalls
from exchange.vendors.plivo.texts import PlivoTexts
from exchange.vendors.twilio.calls import TwilioCalls
from exchange.vendors.twilio.texts import TwilioTexts
from exchange.wire import Complaint, Leak, WireEntry, WireLog

_HOST = "127.0.0.1"
_GRACE = 2.0  # seconds for open requests when stopping


class Exchange:
    """
    A telephone exchange on this machine.

    twilio, plivo: the accounts; made for this run if left out. timers: None = time moved by hand with `passes`.
    port: 0 = a free one. patience: real seconds that waiting helpers wait. speech_rate: characters a second; None =
    speech takes no time. comma: seconds a `,` waits when dialling; None = until somebody listens. allowed: host names
    beside loopback that webhooks may go to. ui_token: opens the page once; None = nobody can open it. seed: for the
    `drop` fault.
    """

    def __init__(
        self,
        *,
        twilio: TwilioAccount | None = None,
        plivo: PlivoAccount | None = None,
        timers: Timers | None = None,
        port: int = 0,
        patience: float = 5.0,
        speech_rate: float | None = None,
        comma: float | None = None,
        allowed: frozenset[str] = frozenset(),
        ui_token: str | None = None,
        seed: int = 0,
    ) -> None:
        self.twilio = twilio or TwilioAccount.made()
        self.plivo = plivo or PlivoAccount.made()
        self.timers: Timers = timers if timers is not None else HandTimers()
        self.patience = patience
        self.office = self._furnish(speech_rate, allowed, seed)
        twilio_texts, plivo_texts = TwilioTexts(self.office), PlivoTexts(self.office)
        twilio_calls, plivo_calls = TwilioCalls(self.office), PlivoCalls(self.office, plivo_texts)
        self.operator = Operator(self.office, twilio_calls, plivo_calls, twilio_texts, plivo_texts, comma)
        self._waiter = Waiter(self.office, patience, self.account)
        self._door = Door(ui_token or secrets.token_urlsafe(32))
        self._wanted_port = port
        self._runner: web.AppRunner | None = None
        self._hidden = 0
        self.port = 0

    def _furnish(self, speech_rate: float | None, allowed: frozenset[str], seed: int) -> Office:
        bus, crew, timers = Bus(), Crew(), self.timers
        log = WireLog(bus, timers)
        faults = {carrier: Faults(carrier) for carrier in ("twilio", "plivo")}
        tokens = {"twilio": self.twilio.auth_token, "plivo": self.plivo.auth_token}
        return Office(
            self.twilio, self.plivo, timers, bus, crew, log, faults, Registry(self._numbers_changed),
            Messenger(timers, crew, log, faults, tokens, Random(seed), allowed),
            Switch(bus, timers, speech_rate), TextStore(bus),
        )  # fmt: skip

    def _numbers_changed(self) -> None:
        self.office.bus.publish("numbers", {"numbers": numbers_json(self.office)})

    async def start(self) -> None:
        """Listen. Raises OSError if the port is taken."""
        await self.office.messenger.open()
        runner = web.AppRunner(
            make_app(self.office, self.operator, self._door), access_log=None, shutdown_timeout=_GRACE
        )
        self._runner = runner
        await runner.setup()
        await web.TCPSite(runner, _HOST, self._wanted_port).start()
        self.port = runner.addresses[0][1]
        self.office.texts.home = self.url

    async def stop(self) -> None:
        """End every call's task and stop listening."""
        await self.office.crew.close()
        if self._runner is not None:
            await self._runner.cleanup()
        await self.office.messenger.close()

    async def __aenter__(self) -> "Exchange":
        try:
            await self.start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        if kind is None and self.office.crew.failures:
            raise self.office.crew.failures[0]

    @property
    def url(self) -> str:
        return f"http://{_HOST}:{self.port}"

    @property
    def twilio_api_url(self) -> str:
        """What stands in for https://api.twilio.com."""
        return self.url

    @property
    def plivo_api_url(self) -> str:
        """What stands in for https://api.plivo.com."""
        return self.url

    def number(
        self,
        number: str,
        *,
        carrier: str,
        voice_url: str | None = None,
        text_url: str | None = None,
        status_url: str | None = None,
        fallback_url: str | None = None,
        name: str = "",
    ) -> Number:
        """Put a number into an account, as if bought over REST; on Plivo with an application of its own."""
        hooks = Hooks(voice_url=voice_url or "", fallback_url=fallback_url or "")
        hooks.ended_url, hooks.text_url = status_url or "", text_url or ""
        bought = Number(new_sid("PN"), number, carrier, self.timers.now(), name)
        if carrier == "twilio":
            bought.hooks = hooks
        elif carrier == "plivo":
            bought.app_id = str(secrets.randbelow(9 * 10**16) + 10**16)
            self.office.registry.applications[bought.app_id] = Application(bought.app_id, f"app of {number}", hooks)
        else:
            raise ValueError("carrier is twilio or plivo")
        return self.office.registry.add(bought)

    def handset(self, number: str | None = None, label: str = "") -> Handset:
        """The handset with that number; None: a new one that hides its number whenever it dials."""
        if number is None:
            self._hidden += 1
            withheld_number = f"+1702555{100 + self._hidden:04d}"
            return Handset(self.operator.line(withheld_number, label), self.operator, self._waiter, withheld=True)
        return Handset(self.operator.line(number, label), self.operator, self._waiter)

    def set_faults(self, carrier: str, **wanted: Any) -> None:
        """Set repeat, delay_ms, reorder, drop or variants of one carrier; see `exchange.faults`. Raises ValueError."""
        self.office.faults[carrier].change(wanted)

    async def passes(self, seconds: float, *, answered: bool = True) -> None:
        """
        Move time by hand: each alarm that falls due rings in order, and what it causes settles before the next.

        answered: False lets time pass over requests that the application does not answer.
        """
        timers = self.timers
        if not isinstance(timers, HandTimers):
            raise TypeError("real time cannot be moved")
        settle = self.settles if answered else self.office.crew.breathe
        await settle()
        until = timers.now() + timedelta(seconds=seconds)
        while (due := timers.next_due()) is not None and due <= until:
            timers.move_to(due)
            await settle()
        timers.move_to(until)
        await settle()

    async def settles(self) -> bool:
        """Wait until no webhook is under way; False if one still is after `patience` real seconds."""
        return await self.office.crew.quiet(self.patience)

    @property
    def wire(self) -> list[WireEntry]:
        """Every request of both vendors' wires so far, oldest first."""
        return list(self.office.log.entries)

    @property
    def leaks(self) -> list[Leak]:
        """Each time somebody was shown the caller's own number."""
        return list(self.office.log.leaks)

    @property
    def complaints(self) -> list[Complaint]:
        """What the vendors' debuggers would show."""
        return list(self.office.log.complaints)

    @property
    def texts(self) -> list[Text]:
        """Every text so far, oldest first."""
        return list(self.office.texts.texts.values())

    @property
    def variants(self) -> Mapping[str, Mapping[str, str]]:
        """The choices in force that differ from the defaults, by carrier."""
        return {carrier: dict(faults.variants) for carrier, faults in self.office.faults.items()}

    def account(self) -> str:
        """What happened so far, to be read by a person."""
        roots = [leg for leg in self.office.switch.legs.values() if leg.parent is None]
        lines = [f"call {leg.call_id} ({leg.carrier})\n  " + "\n  ".join(leg.transcript) for leg in roots]
        lines += ["wire:"] + ["  " + entry.line() for entry in self.wire[-20:]]
        lines += [f"complaint: {found.carrier} {found.code} {found.about}" for found in self.complaints]
        lines += [f"task failed: {failure!r}" for failure in self.office.crew.failures]
        return "\n".join(lines)
