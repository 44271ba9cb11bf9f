"""What a caller, an owner and a second contact meet on a sticker's call. Pure: a line in, a turn out."""

from dataclasses import dataclass, replace

from core.route import Outcome, Reason, Route, Verdict, Why
from ivr import engine, menus, messages, spoken
from ivr.engine import Kind
from ivr.menus import Menu
from ivr.spoken import Callee
from ivr.words import say
from masking.claims.guard import Guard
from voice.plan import Dial, Gather, Hangup, Plan, Reject, Say
from voice.states import MISSED, State
from voice.turns import Effect, Line, Standing, Turn

BLOCK_KEYS = "99"
"""What an owner presses during the talk to block, where the carrier can listen for it."""

_SILENT = frozenset({Why.LOOP})
"""Refusals that are not spoken: nobody is there to hear them, and a call not answered is not billed."""


@dataclass(frozen=True, slots=True)
class StickerAnswers:
    """Answers calls to numbers for stickers. guard: asked again before each Dial."""

    guard: Guard

    def arrive(self, line: Line) -> Turn | None:
        """The caller: connected, asked, or told why not."""
        route = line.route
        match route.verdict:
            case Verdict.RING:
                return self._ring(line)
            case Verdict.ENTER | Verdict.WHICH:
                return Turn(_asked(line))
            case Verdict.REFUSE:
                return _refuse(route, route.why or Why.UNAVAILABLE)
            case Verdict.PROVE | Verdict.ASK:
                return None

    def whisper(self, line: Line) -> Turn | None:
        """The callee picked up: who calls and why, and which key accepts. Or whom we ask to agree."""
        route = line.route
        if route.verdict is Verdict.PROVE:
            menu = _consent(route)
            return Turn((_ask(menu, line, f"agree-{route.attempt}-1"), Hangup()))
        menu, caller = engine.whisper(route, one_key=not line.asks_in_whisper), _caller(line)
        if line.asks_in_whisper:
            asked = _ask(menu, line, f"key-{route.attempt}-1")
            return Turn((replace(asked, prompt=(*caller, *asked.prompt)), Hangup()))
        return Turn((*caller, *engine.words(menu, route.callee_language, label=route.label, reason=_reason(route))))

    def press(self, line: Line, step: str, digits: str) -> Turn | None:
        """The callee's keys."""
        route = line.route
        tried = int(step.rsplit("-", 1)[1])
        menu = _consent(route) if route.verdict is Verdict.PROVE else engine.whisper(route, one_key=False)
        choice = engine.press(menu, digits, tried - 1)
        said = engine.reply(menu, choice, route.callee_language)
        if choice.kind is Kind.AGAIN:
            again = f"{step.split('-', maxsplit=1)[0]}-{route.attempt}-{tried + 1}"
            return Turn((_ask(menu, line, again, tries=tried), Hangup()))
        turns = {
            "accept": Turn((), state=State.BRIDGED, outcome=Outcome.TALKED),
            "soon": Turn((*said, Hangup()), outcome=Outcome.DECLINED, effect=Effect.COMING),
            "block": Turn((*said, Hangup()), outcome=Outcome.BLOCKED, effect=Effect.BLOCK),
            "agree": Turn((*said, Hangup()), outcome=Outcome.TALKED, effect=Effect.AGREE),
            "refuse": Turn((*said, Hangup()), outcome=Outcome.DECLINED, effect=Effect.DECLINE),
        }
        return turns.get(choice.action or "", Turn((*said, Hangup())))

    def over(self, line: Line, standing: Standing) -> Turn | None:
        """The dial is over: the second contact after an accident, else the result in words."""
        route, outcome = line.route, standing.outcome
        missed = outcome in MISSED
        if missed and outcome is not Outcome.CALLER_LEFT and standing.attempt == 1 and route.reason is Reason.ACCIDENT:
            return Turn(effect=Effect.SECOND)
        back = route.target == "call"
        said = spoken.outcome(
            outcome,
            route.language,
            callee=Callee.STRANGER if back else Callee.OWNER,
            soon=standing.coming,
            told=missed,
            reason=route.reason,
        )
        return Turn((*said, Hangup()), effect=Effect.MISSED if missed and not back else None)

    def _ring(self, line: Line) -> Turn:
        route, attempt = line.route, line.route.attempt
        if line.to is None or route.show is None:
            return _refuse(route, Why.UNAVAILABLE, outcome=Outcome.REFUSED)
        if not self.guard.allows(line.to):
            return _refuse(route, Why.GUARDED, outcome=Outcome.REFUSED)
        before = spoken.trying_second(route.language) if attempt > 1 else ()
        return Turn(
            (
                *before,
                Dial(
                    to=line.to,
                    show=route.show,
                    whisper=line.url(f"whisper-{attempt}"),
                    accept_key="1",
                    done=line.url(f"dialled-{attempt}"),
                    leg=line.url(f"leg-{attempt}"),
                    ring=route.ring,
                    talk=route.talk,
                    block_key=BLOCK_KEYS if route.target == "sticker" else None,
                ),
            )
        )


def _caller(line: Line) -> tuple[Say, ...]:
    """What is known of a caller, first of all: the name that they agreed to, and that they are a nuisance."""
    language = line.route.callee_language
    name = (say(language, messages.CALLER_IS, label=line.caller_name),) if line.caller_name else ()
    return (*name, say(language, messages.CALLER_NUISANCE)) if line.route.nuisance else name


def _asked(line: Line) -> Plan:
    """A menu for the caller; what is said first tells a stranger why they are not connected."""
    route = line.route
    menu = engine.question(route)
    kind = "which" if route.verdict is Verdict.WHICH else "enter"
    first = (say(route.language, messages.COOLING),) if route.why is Why.COOLING and not route.tries else ()
    step = line.url(f"{kind}-1-{route.tries + 1}")
    asked = engine.ask(menu, route.language, step, tries=route.tries)
    return (*first, asked, Hangup())


def _ask(menu: Menu, line: Line, step: str, tries: int = 0) -> Gather:
    route = line.route
    return engine.ask(
        menu, route.callee_language, line.url(step), label=route.label, reason=_reason(route), tries=tries
    )


def _reason(route: Route) -> Reason | None:
    return route.reason if route.target == "sticker" and route.verdict is Verdict.RING else None


def _consent(route: Route) -> Menu:
    return menus.ACTIVATION if route.attempt == 1 else menus.SECOND


def _refuse(route: Route, why: Why, outcome: Outcome | None = None) -> Turn:
    if why in _SILENT:
        return Turn((Reject(),), outcome=outcome)
    if why is Why.UNAVAILABLE and route.target == "call":  # the owner calls back whom nobody can tell any more
        said = spoken.outcome(Outcome.FAILED, route.language, callee=Callee.STRANGER)
    else:
        said = spoken.refusal(why, route.language, reason=route.reason)
    return Turn((*said, Hangup()), outcome=outcome)
