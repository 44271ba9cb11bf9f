"""What the people of a session meet when they call each other. Pure: a line in, a turn out."""

from dataclasses import dataclass, replace

from core.route import Outcome, Route, Verdict, Why
from ivr import engine, menus, messages, spoken
from ivr.engine import Kind
from ivr.menus import Menu
from ivr.spoken import Callee
from ivr.words import say
from masking.claims.guard import Guard
from voice.plan import Dial, Gather, Hangup, Plan, Say
from voice.states import MISSED, State
from voice.turns import WARNED_FROM, Effect, Line, Standing, Turn

SHORT_TALK = 15 * 60
"""Seconds. Whoever may talk no longer than this is told so before they are joined."""

BLOCK_KEYS = "99"
"""What whoever is called presses during the talk to block, where the carrier can listen for it."""


@dataclass(frozen=True, slots=True)
class SessionAnswers:
    """Answers calls to the numbers of services, and no others. guard: asked again before each Dial."""

    guard: Guard

    def arrive(self, line: Line) -> Turn | None:
        """The caller: connected, asked for a PIN, or told why not."""
        route = line.route
        if route.target != "session":
            return None
        if route.verdict is Verdict.RING:
            return self._ring(line)
        if route.verdict is Verdict.ENTER:
            return Turn(_asked(line))
        return _refuse(route, route.why or Why.UNAVAILABLE)

    def whisper(self, line: Line) -> Turn | None:
        """Whoever is called picked up: who calls, if both agreed to say so, and which key accepts."""
        route = line.route
        if route.target != "session":
            return None
        if not route.screens:
            label = (say(route.callee_language, messages.CALL_FROM_LABEL, label=route.label),) if route.label else ()
            return Turn((*label, *_told(route)))
        if line.asks_in_whisper:
            return Turn((_ask(line, 1), Hangup()))
        return Turn(_whispered(line))

    def press(self, line: Line, step: str, digits: str) -> Turn | None:
        """The keys of whoever is called."""
        if line.route.target != "session":
            return None
        if step.startswith("joins-"):
            return self._joins(line, step, digits)
        tried, menu = int(step.rsplit("-", 1)[1]), _menu(line)
        choice = engine.press(menu, digits, tried - 1)
        if choice.kind is Kind.AGAIN:
            return Turn((_ask(line, tried + 1), Hangup()))
        if choice.action == "block":
            said = engine.reply(menu, choice, line.route.callee_language)
            return Turn((*said, Hangup()), outcome=Outcome.BLOCKED, effect=Effect.BLOCK)
        if choice.kind is Kind.ACTION:
            return Turn((), state=State.BRIDGED, outcome=Outcome.TALKED)
        return Turn((Hangup(),))

    def over(self, line: Line, standing: Standing) -> Turn | None:
        """The dial is over: the next person of that side, else the result in words."""
        route, outcome = line.route, standing.outcome
        if route.target != "session":
            return None
        if outcome in MISSED and outcome is not Outcome.CALLER_LEFT and standing.attempt == 1:
            return Turn(effect=Effect.SECOND)
        return Turn((*spoken.outcome(outcome, route.language, callee=Callee.PARTY), Hangup()))

    def _joins(self, line: Line, step: str, digits: str) -> Turn:
        """Whoever is rung first in a call that was asked for: the other side is rung once they accept."""
        tried = int(step.split("-")[2]) if step.count("-") == 2 else 0  # "joins-1": they have just picked up
        choice = engine.press(menus.PARTY_WHISPER, digits, tried - 1)
        if tried and choice.kind is Kind.ACTION:
            turn = self._ring(line)
            return turn if turn.outcome else replace(turn, state=State.RINGING)
        if tried and choice.kind is not Kind.AGAIN:
            return Turn((Hangup(),))
        asked = engine.ask(menus.PARTY_WHISPER, line.route.language, line.url(f"joins-1-{tried + 1}"), tries=tried)
        return Turn((asked, Hangup()), state=State.MENU)

    def _ring(self, line: Line) -> Turn:
        route, attempt = line.route, line.route.attempt
        if line.to is None or route.show is None:
            return _refuse(route, Why.UNAVAILABLE, outcome=Outcome.REFUSED)
        if not self.guard.allows(line.to) or not self.guard.serves(route.countries, line.to):
            return _refuse(route, Why.GUARDED, outcome=Outcome.REFUSED)
        dial = Dial(
            to=line.to,
            show=route.show,
            whisper=line.url(f"whisper-{attempt}") if _is_spoken_to(route) else None,
            accept_key="1" if route.screens else None,
            done=line.url(f"dialled-{attempt}"),
            leg=line.url(f"leg-{attempt}"),
            ring=route.ring,
            talk=route.talk,
            block_key=BLOCK_KEYS if route.blocks and route.screens else None,
        )
        return Turn((*_before(line), dial))


def _is_spoken_to(route: Route) -> bool:
    """Whether whoever is called hears something before they are joined."""
    return bool(route.screens or route.label or route.announce) or route.talk <= SHORT_TALK


def _before(line: Line) -> Plan:
    """What the caller hears first. As a rule nothing: they hear ringing, and pay nothing, until they are joined."""
    route = line.route
    if route.attempt > 1:
        return spoken.trying_next(route.language)
    announced = (Say(route.announced, route.language),) if route.announced is not None else ()
    warned_later = not line.asks_in_whisper and route.talk >= WARNED_FROM
    if route.talk > SHORT_TALK or (warned_later and not announced):
        return announced
    return (*announced, *spoken.talk_limit(route.talk, route.language))


def _told(route: Route) -> tuple[Say, ...]:
    """What whoever is called hears beside who calls: their service's announcement, and how long the two may talk."""
    announced = (Say(route.announce, route.callee_language),) if route.announce else ()
    limit = spoken.talk_limit(route.talk, route.callee_language) if route.talk <= SHORT_TALK else ()
    return (*announced, *limit)


def _menu(line: Line) -> Menu:
    """What whoever is called may press."""
    if not line.route.blocks:
        return menus.PARTY_WHISPER
    return menus.PARTY_WHISPER_BLOCK if line.asks_in_whisper else menus.PARTY_WHISPER_BLOCK_ONE_KEY


def _whispered(line: Line, tries: int = 0) -> tuple[Say, ...]:
    route = line.route
    first, *rest = engine.words(_menu(line), route.callee_language, label=route.label, tries=tries)
    return (first, *rest) if tries else (first, *_told(route), *rest)


def _ask(line: Line, turn: int) -> Gather:
    route, menu = line.route, _menu(line)
    step = line.url(f"key-{route.attempt}-{turn}")
    return Gather(_whispered(line, turn - 1), menu.digits, menu.timeout, step, menu.secret)


def _asked(line: Line) -> Plan:
    route = line.route
    menu = replace(menus.PIN, digits=route.digits)
    return (engine.ask(menu, route.language, line.url(f"pin-1-{route.tries + 1}"), tries=route.tries), Hangup())


def _refuse(route: Route, why: Why, outcome: Outcome | None = None) -> Turn:
    return Turn((*spoken.refusal(why, route.language, callee=Callee.PARTY), Hangup()), outcome=outcome)
