"""`./run plan`: how many numbers masked sessions need. It asks nobody and opens nothing: it only reckons."""

import math
from pathlib import Path
from typing import Any

import click

from masking.sessions.capacity import Asked, Plan
from masking.sessions.capacity import plan as reckon
from maskline.commands.plan_picture import picture
from maskline.commands.shown import Shown, json_option

_MOST_SESSIONS, _MOST_A, _MOST_B = 200_000, 1_000_000_000, 1_000_000
_COOL_OFF = 24
"""Hours that a service's numbers rest unless it says otherwise."""


class _Figure(click.FloatRange):
    """A number in a range; "nan" is in none, and no comparison says so."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        figure = super().convert(value, param, ctx)
        if math.isnan(figure):
            self.fail(f"{value} is no number.", param, ctx)
        return figure


@click.command()
@click.option("--sessions", type=click.IntRange(1, _MOST_SESSIONS), required=True, help="Live at the same time.")
@click.option("--parties-a", type=click.IntRange(1, _MOST_A), required=True, help="People on one side (riders).")
@click.option("--parties-b", type=click.IntRange(1, _MOST_B), required=True, help="On the other (drivers).")
@click.option("--skew", type=_Figure(0, 3), default=0.0, show_default=True,
              help="How uneven side b is: the exponent of Zipf's law. 0: all alike; 0.7 is usual.")  # fmt: skip
@click.option("--cool-off", type=_Figure(0, 8784), default=0.0, show_default=True,
              help="Hours that a number rests after a session.")  # fmt: skip
@click.option("--minutes", type=_Figure(1, 1_000_000), default=60.0, show_default=True,
              help="How long a session lasts on average.")  # fmt: skip
@click.option("--most-live", type=click.IntRange(1), default=100, show_default=True, help="Sessions on one number.")
@click.option("--svg", type=click.Path(path_type=Path, dir_okay=False), help="Draws it into this file as well.")
@json_option
def plan(
    shown: Shown, sessions: int, parties_a: int, parties_b: int, skew: float, cool_off: float, minutes: float,
    most_live: int, svg: Path | None,
) -> None:  # fmt: skip
    """Reckon how many numbers masked sessions need.

    What counts is the busiest person, not the number of sessions: only their own sessions need different numbers.
    """
    asked = Asked(sessions=sessions, a=parties_a, b=parties_b, skew=skew, cool_off=cool_off * 3600,
                  lasts=minutes * 60, most_live=most_live)  # fmt: skip
    found = reckon(asked)
    if svg is not None:
        svg.write_text(picture(found), encoding="utf-8")
    shown.result(_document(found), *_lines(found), *([f"Drawn into {svg}."] if svg else []))


def _document(found: Plan) -> dict[str, Any]:
    return {
        "numbers": found.numbers, "by_busiest": found.by_busiest, "by_cap": found.by_cap, "busiest": found.busiest,
        "load": round(found.load, 2), "blocked": found.blocked,
        "enough": {str(share): count for share, count in found.enough.items()},
    }  # fmt: skip


def _lines(found: Plan) -> list[str]:
    asked = found.asked
    cooling = ", cooling ones included" if asked.cool_off else ""
    lines = [
        f"Have {found.numbers} numbers for {asked.sessions} live sessions in one country.",
        f"  {found.by_busiest} for the busiest person, who had {found.busiest} sessions at once in a simulation,",
        f"  {found.by_cap} so that no number carries more than {asked.most_live} sessions.",
        f"The busiest person holds {found.load:.1f} numbers on average{cooling}.",
        f"  {found.numbers} numbers: {found.blocked:.2%} of their new sessions find none (Erlang B).",
    ]
    lines += [f"  {count} numbers: at most {share:.1%} find none." for share, count in found.enough.items()]
    if not asked.cool_off:
        lines.append(f"No cool-off is reckoned with; services have {_COOL_OFF} hours unless told otherwise: "
                     f"--cool-off {_COOL_OFF}.")  # fmt: skip
    if found.by_busiest > 4 * found.by_cap:
        lines.append("A few busy people cost most of these: give them sessions with PINs, which share one number.")
    return lines
