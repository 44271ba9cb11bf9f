"""What the bench found, as values, as a table and as JSON."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """
    One measured thing. ours and floor: with their units, as people read them; floor is "" where there is none.

    value: what is held against `bar` and `goal`: a ratio, or the thing itself. smaller: less is better. unit: of value.
    details: whatever else was measured, for the JSON.
    """

    name: str
    ours: str
    floor: str = ""
    value: float
    bar: float | None = None
    goal: float | None = None
    smaller: bool = False
    unit: str = "x"
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool | None:
        """Whether the bar is met; None where there is none."""
        return None if self.bar is None else self._meets(self.bar)

    @property
    def verdict(self) -> str:
        """One word for the table."""
        if self.bar is None:
            return ""
        if not self._meets(self.bar):
            return "short of the bar"
        return "goal" if self.goal is not None and self._meets(self.goal) else "ok"

    def limit(self, value: float | None) -> str:
        """The bar or the goal as the table has it."""
        if value is None:
            return ""
        return f"{'≤' if self.smaller else '≥'} {value:g} {self.unit}"

    def _meets(self, limit: float) -> bool:
        return self.value <= limit if self.smaller else self.value >= limit


def machine() -> str:
    """The machine in one line."""
    model = platform.processor() or platform.machine()
    cpus = Path("/proc/cpuinfo")
    if cpus.exists():
        lines = cpus.read_text().splitlines()
        model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), model)
    busy = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} x {model}, {platform.system()} {platform.release()}, "
        f"{platform.python_implementation()} {platform.python_version()}, load {busy:.1f} before the run"
    )


def show(figures: Sequence[Figure], where: str, console: Console) -> None:
    """The table."""
    table = Table(title="Maskline's figures, each against its floor in the same run", caption=where, show_lines=False)
    for heading in ("figure", "ours", "floor", "ratio", "bar", "goal", ""):
        table.add_column(heading, justify="left" if heading in ("figure", "") else "right")
    for figure in figures:
        table.add_row(
            figure.name, figure.ours, figure.floor, f"{figure.value:.3g} {figure.unit}", figure.limit(figure.bar),
            figure.limit(figure.goal), figure.verdict, style="red" if figure.ok is False else None,
        )  # fmt: skip
    console.print(table)


def write(figures: Sequence[Figure], where: str, path: Path) -> None:
    """The same for machines."""
    document = {"machine": where, "figures": [{**asdict(figure), "ok": figure.ok} for figure in figures]}
    path.write_text(json.dumps(document, indent=1) + "\n")
