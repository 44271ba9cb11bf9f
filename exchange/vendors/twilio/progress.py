"""Status callbacks: one for each event a leg was asked to report."""

from itertools import count

from exchange.fetch import Hook
from exchange.legs import Leg
from exchange.office import Office
from exchange.reporting import Reports
from exchange.vendors.twilio.params import progress_params

_EVENTS = {"initiated": "initiated", "ringing": "ringing", "answered": "in-progress"}


class Progress:
    """Watches one leg and reports to one URL. events: some of initiated, ringing, answered, completed."""

    def __init__(self, office: Office, leg: Leg, url: str, method: str, events: frozenset[str]) -> None:
        self._office, self._leg, self._url, self._method, self._events = office, leg, url, method, events
        self._reports = Reports(office)
        self._numbers = count()
        leg.watchers.append(self._saw)

    def initiated(self) -> None:
        """Twilio has begun to place the call."""
        self._report("initiated", "initiated")

    def _saw(self, leg: Leg, what: str) -> None:
        if what == "ended":
            self._report("completed", leg.cause)
            self._reports.flush()
        elif what in _EVENTS:
            self._report(what, _EVENTS[what])

    def _report(self, event: str, status: str) -> None:
        if event not in self._events:
            return
        params = progress_params(self._office, self._leg, status, next(self._numbers))
        hook = Hook("twilio", "status", self._method, self._url, params, self._leg.call_id)
        self._reports.send(hook, last=event == "completed")
