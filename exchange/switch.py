"""The switch: rings lines, joins legs, carries speech and keys, and says so on the bus. It knows no vendor."""

from dataclasses import dataclass, field
from typing import Any

from exchange.bus import Bus
from exchange.legs import Answered, Key, Leg, LegState, Line, Over
from exchange.timers import Timers

_KEPT = 4000  # legs


@dataclass(slots=True)
class Switch:
    """
    All lines and legs of the desk.

    speech_rate: characters a second of speech, so that the demo waits while the browser talks; None = speech takes
    no time, for tests.
    """

    bus: Bus
    timers: Timers
    speech_rate: float | None = None
    lines: dict[str, Line] = field(default_factory=dict)
    legs: dict[str, Leg] = field(default_factory=dict)

    def line(self, number: str, label: str = "") -> Line:
        """The line with that number; a new number becomes a line, as every number that nobody holds is a phone."""
        line = self.lines.get(number)
        if line is None:
            line = self.lines[number] = Line(number, label)
            self._show(line)
        elif label:
            line.label = label
            self._show(line)
        return line

    def start(self, leg: Leg, shown: str) -> None:
        """Put a new leg on its line. An outbound leg rings there, or ends as busy if the line is taken."""
        self._keep(leg)
        if leg.line.leg is not None:
            self.end(leg, "busy", "person")
            return
        leg.line.leg, leg.line.shown = leg, shown
        leg.line.since = self.timers.now()
        self.note(leg, f"{leg.line.number} is rung and shows {shown}" if leg.parent else f"{leg.from_} dials {leg.to}")
        self._show(leg.line)
        self._watch(leg, "ringing")

    def _keep(self, leg: Leg) -> None:
        """Keep the leg for REST; of those that are over, the oldest go once there are too many."""
        self.legs[leg.call_id] = leg
        if leg.parent is not None:
            leg.parent.children.append(leg)
        elif not leg.own:
            leg.own = leg.line.number
        if len(self.legs) > _KEPT:
            over = [old.call_id for old in self.legs.values() if old.over][: _KEPT // 2]
            for call_id in over:
                del self.legs[call_id]

    def refuse(self, leg: Leg, cause: str) -> None:
        """Keep a leg that never reached a line, and end it."""
        self._keep(leg)
        self.end(leg, cause, "carrier")

    def answer(self, leg: Leg) -> None:
        """The call is picked up; nothing if it was already, or is over."""
        if leg.state is not LegState.RINGING:
            return
        leg.state, leg.answered_at = LegState.ANSWERED, self.timers.now()
        leg.line.since = leg.answered_at
        how = "is connected" if leg.direction == "inbound" else "answers"
        self.note(leg, f"{leg.line.number} {how}")
        self._show(leg.line)
        self._watch(leg, "answered")
        leg.tell(Answered(leg))

    def end(self, leg: Leg, cause: str, by: str, why: str = "") -> None:
        """
        End a leg; nothing if it is over. An answered leg's cause is always `completed`.

        why: the vendor's own reason where it has one. The leg joined to it stays up, alone.
        """
        if leg.over:
            return
        leg.cause = "completed" if leg.state is LegState.ANSWERED else cause
        leg.state, leg.ended_at, leg.ended_by, leg.why = LegState.ENDED, self.timers.now(), by, why
        leg.listening = False
        if leg.peer is not None:
            leg.peer.peer, leg.peer = None, None
        if leg.line.leg is leg:
            leg.line.leg, leg.line.since = None, None
        self.note(leg, f"{leg.line.number} is off the line ({leg.cause}, {by})")
        self._show(leg.line)
        self._watch(leg, "ended")
        leg.tell(Over(leg))

    def bridge(self, one: Leg, other: Leg) -> None:
        """Join two answered legs."""
        self.answer(one)
        one.peer, other.peer = other, one
        one.was_bridged = other.was_bridged = True
        self.note(one, f"{one.line.number} and {other.line.number} are bridged")
        self._watch(other, "bridged")
        for leg in (one, other):
            self._caption(leg, "The two phones are connected.")

    def hear(self, leg: Leg, text: str, kind: str = "say", language: str = "") -> float:
        """Let the leg's person hear something; the seconds it takes. kind: say, play, tone or system."""
        if leg.over:
            return 0.0
        leg.line.heard.append(text)
        self.note(leg, f"{leg.line.number} hears {kind} {text!r}")
        self._caption(leg, text, kind, language)
        if self.speech_rate is None or kind in ("tone", "system"):
            return 0.0
        return 3.0 if kind == "play" else max(0.5, len(text) / self.speech_rate)

    def _caption(self, leg: Leg, text: str, kind: str = "system", language: str = "") -> None:
        """Words on the page beside a handset."""
        said = {"number": leg.line.number, "call_id": leg.call_id, "text": text, "language": language, "kind": kind}
        self.bus.publish("said", said)

    def press(self, line: Line, char: str) -> None:
        """One key at a line. Raises ValueError for another character, LookupError if the line is in no such call."""
        if char not in set("0123456789*#"):
            raise ValueError("a key is 0-9, * or #")
        leg = line.leg
        if leg is None or leg.state is not LegState.ANSWERED:
            raise LookupError(f"{line.number} is in no answered call")
        lost = "" if leg.listening or leg.peer is not None else " (nobody listens)"
        self.note(leg, f"{line.number} presses {char}{lost}")
        if leg.peer is not None:
            self.hear(leg.peer, char, "tone")
        leg.tell(Key(leg, char))
        self.bus.stir()

    def note(self, leg: Leg, text: str) -> None:
        """One line of the call's transcript."""
        leg.root.transcript.append(f"{self.timers.now():%H:%M:%S} {text}")
        self.bus.stir()

    def line_json(self, line: Line) -> dict[str, Any]:
        """The line as the page shows it."""
        leg = line.leg
        return {
            "number": line.number,
            "label": line.label,
            "state": line.state,
            "peer": line.shown if leg is not None else None,
            "call_id": leg.call_id if leg is not None else None,
            "since": line.since.isoformat(timespec="seconds") if line.since else None,
        }

    def _show(self, line: Line) -> None:
        self.bus.publish("handset", self.line_json(line))

    def _watch(self, leg: Leg, what: str) -> None:
        for watcher in list(leg.watchers):
            watcher(leg, what)
