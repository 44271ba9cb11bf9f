"""Maskline on a machine whose clock is ten minutes fast. Run as a program: its arguments are Maskline's."""

from datetime import datetime, timedelta, tzinfo

import core.clock
from maskline.commands import cli


class Fast(datetime):
    """What this machine's clock says. `core.clock` is the only place that asks it for what is kept."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "Fast":
        return super().now(tz) + timedelta(minutes=10)


vars(core.clock)["datetime"] = Fast

if __name__ == "__main__":
    cli()
