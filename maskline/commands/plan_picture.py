"""A plan as a picture: how many of the busiest person's new sessions find no number, for each count of numbers."""

from masking.sessions.capacity import Plan, erlang_b

_WIDE, _HIGH, _LEFT, _BOTTOM, _TOP = 640, 320, 64, 48, 24
_POINTS = 120
_INK, _SOFT, _LINE = "#1c2733", "#66717d", "#0b6b5b"


def picture(plan: Plan) -> str:
    """An SVG of 640 by 320, readable on white."""
    most = max(plan.numbers, *plan.enough.values(), 10) * 1.1
    counts = sorted({round(most * step / _POINTS) for step in range(1, _POINTS + 1)})
    curve = " ".join(f"{_x(count, most):.1f},{_y(erlang_b(plan.load, count)):.1f}" for count in counts)
    rows = "".join(_row(share) for share in (0.0, 0.25, 0.5, 0.75, 1.0))
    at = _x(plan.numbers, most)
    words = f"{plan.numbers} numbers: {plan.blocked:.2%} find none"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_HIGH}" role="img" aria-label="{words}" '
        f'font-family="system-ui, sans-serif" font-size="12" fill="{_INK}">'
        f'<rect width="{_WIDE}" height="{_HIGH}" fill="#ffffff"/>{rows}'
        f'<polyline points="{curve}" fill="none" stroke="{_LINE}" stroke-width="2"/>'
        f'<line x1="{at:.1f}" y1="{_TOP}" x2="{at:.1f}" y2="{_HIGH - _BOTTOM}" stroke="{_INK}" stroke-dasharray="4 3"/>'
        f'<text x="{at - 6:.1f}" y="{_TOP + 12}" text-anchor="end">{words}</text>'
        f'<text x="{_LEFT}" y="{_HIGH - 28}" fill="{_SOFT}">0</text>'
        f'<text x="{_WIDE - 16}" y="{_HIGH - 28}" text-anchor="end" fill="{_SOFT}">{most:.0f}</text>'
        f'<text x="{(_LEFT + _WIDE) / 2:.0f}" y="{_HIGH - 10}" text-anchor="middle">Numbers in the pool. Load of the '
        f"busiest person: {plan.load:.1f}</text></svg>\n"
    )


def _row(share: float) -> str:
    y = _y(share)
    return (
        f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{_WIDE - 16}" y2="{y:.1f}" stroke="#dde2e7"/>'
        f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" fill="{_SOFT}">{share:.0%}</text>'
    )


def _x(count: float, most: float) -> float:
    return _LEFT + (_WIDE - 16 - _LEFT) * count / most


def _y(share: float) -> float:
    return _HIGH - _BOTTOM - (_HIGH - _BOTTOM - _TOP) * share
