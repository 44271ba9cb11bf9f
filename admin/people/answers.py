"""
What whoever we ring with a code hears. Pure: a line in, a turn out.

The code is said only after a key was pressed: a voicemail presses none, and would keep it for whoever listens.
"""

from dataclasses import dataclass, replace

from core.route import Outcome, Route
from ivr import codes, engine, menus
from ivr.engine import Kind
from ivr.menus import Menu
from privacy.proof_codes import Codes
from voice.plan import Gather, Hangup
from voice.states import State
from voice.turns import Line, Standing, Turn

TARGET = "proof"


@dataclass(frozen=True, slots=True)
class ProofAnswers:
    """A voice.ports.Answerer for the calls that `jobs.py` places, and no others."""

    codes: Codes

    def arrive(self, line: Line) -> Turn | None:
        """Nobody arrives: we ring."""
        return Turn((Hangup(),)) if line.route.target == TARGET else None

    def whisper(self, line: Line) -> Turn | None:
        """Somebody, or a voicemail, picked up: what it is about, and which key to press."""
        if line.route.target != TARGET:
            return None
        return Turn((_ask(line, 1), Hangup()))

    def press(self, line: Line, step: str, digits: str) -> Turn | None:
        """The key: then the code, twice."""
        route = line.route
        if route.target != TARGET or route.target_id is None:
            return None
        tried = int(step.rsplit("-", 1)[1])
        choice = engine.press(_menu(route), digits, tried - 1)
        if choice.kind is Kind.AGAIN:
            return Turn((_ask(line, tried + 1), Hangup()))
        if choice.kind is Kind.GIVE_UP:
            return Turn((*engine.reply(menus.CODE, choice, route.callee_language), Hangup()))
        said = codes.spoken(self.codes.code(route.target_id), route.callee_language)
        return Turn((*said, Hangup()), state=State.BRIDGED, outcome=Outcome.TALKED)

    def over(self, line: Line, standing: Standing) -> Turn | None:
        """Nobody is dialled."""
        return Turn((Hangup(),)) if line.route.target == TARGET else None


def _menu(route: Route) -> Menu:
    """label: what the code is for, in a word of ours."""
    return replace(menus.CODE, about=codes.about(route.label or ""))


def _ask(line: Line, turn: int) -> Gather:
    return engine.ask(_menu(line.route), line.route.callee_language, line.url(f"agree-1-{turn}"), tries=turn - 1)
