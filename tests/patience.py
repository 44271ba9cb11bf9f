"""
Patience: how long the code waits under test. What a caller can bear is short, and a busy machine stalls for longer: a
wait that is over then says how slow the machine is, and nothing about the code.

Run as a program, this is Maskline with such patience: its arguments are Maskline's. `tests/chaos`, and tests that set a
wait themselves, hold the product to its own.
"""

from exchange import Exchange
from masking.sessions import callbacks, event_jobs, outside, screening
from maskline import valkey
from maskline.commands import cli
from sql import database
from voice import edge

LONG = 60.0
"""Seconds; what hangs fails all the same."""
_WAITS = (
    (valkey, "WAIT"), (database, "VOICE_WAIT"), (database, "VOICE_STATEMENT"), (database, "WORK_WAIT"),
    (database, "WORK_STATEMENT"), (edge, "DEADLINE"), (edge, "BODY_WITHIN"), (outside, "SECONDS"),
    (screening, "SECONDS"), (callbacks, "SECONDS"), (event_jobs, "SECONDS"),
)  # fmt: skip


def be_patient() -> None:
    """Makes every wait a long one, in this process and for good."""
    for module, name in _WAITS:
        assert isinstance(getattr(module, name), float), f"{module.__name__}.{name} is no wait any more"
        setattr(module, name, LONG)
    (Exchange.__init__.__kwdefaults__ or {})["patience"] = LONG


if __name__ == "__main__":
    be_patient()
    cli()
