"""Rules of stickers that need no database."""

import re
from datetime import timedelta

from masking.stickers.values import PlateShown, StickerState

REPLY_SHOWN = timedelta(minutes=15)
"""How long an owner's reply stands on the page."""
LINK_LIVES = timedelta(days=2)
"""How long a notice's page can be used: as long as the caller's short key."""
STICKER_LINK_LIVES = timedelta(days=30)
"""How long the page of a freshly activated sticker can be used."""
BLOCK_LASTS = timedelta(days=365)
MOST_OPEN = 2
"""Open claims that one sticker may hold; further visitors get extensions."""
MOST_EXTENSIONS = 100
"""Live extensions that one shared number may hold: a guess then hits with 1 in 10,000."""

_MOVES = {
    StickerState.PRINTED: {StickerState.REVOKED},  # only whoever agrees activates it
    StickerState.ACTIVATED: {StickerState.PAUSED, StickerState.REVOKED},
    StickerState.PAUSED: {StickerState.ACTIVATED, StickerState.REVOKED},
    StickerState.REVOKED: set(),
}


def may_become(now: StickerState, wanted: StickerState) -> bool:
    """Whether a sticker may change so; staying as it is counts as allowed."""
    return now is wanted or wanted in _MOVES[now]


def shown_plate(plate: str | None, shown: PlateShown) -> str | None:
    """
    The plate as a stranger sees it: whole, or enough to tell that it is this vehicle, or None.

    Partly: each group of letters or digits keeps its first half, rounded up; the rest are dots (`AB·· C··`).
    """
    if plate is None or shown is PlateShown.HIDDEN:
        return None
    if shown is PlateShown.FULL:
        return plate
    return re.sub(r"\w+", lambda group: _half(group.group()), plate)


def _half(group: str) -> str:
    kept = (len(group) + 1) // 2 if len(group) > 1 else 0
    return group[:kept] + "·" * (len(group) - kept)


_DEVICES = (("tablet", ("iPad", "Tablet", "SM-T")), ("phone", ("iPhone", "Mobile", "Android")),
            ("computer", ("Windows", "Macintosh", "X11", "CrOS")))  # fmt: skip
_BROWSERS = (("edge", ("Edg/",)), ("opera", ("OPR/",)), ("firefox", ("Firefox/", "FxiOS/")),
             ("chrome", ("Chrome/", "CriOS/")), ("safari", ("Safari/",)))  # fmt: skip


def device(agent: str) -> tuple[str, str]:
    """Device class and browser family from a User-Agent, so coarse that a million people share each."""
    kind = next((name for name, marks in _DEVICES if any(mark in agent for mark in marks)), "other")
    browser = next((name for name, marks in _BROWSERS if any(mark in agent for mark in marks)), "other")
    return kind, browser
