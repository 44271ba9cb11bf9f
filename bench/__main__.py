"""`./run bench`: measures, prints the table, and fails where something is wrong or a bar is not met."""

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import click
import uvloop
from rich.console import Console

from bench import claims, large, lookups, memory, sessions, startup, trips, webhook
from bench.bed import Bed, bed
from bench.callerid import ingest
from bench.children import NotStarted
from bench.load import WrongAnswer
from bench.report import Figure, machine, show, write

Measures = dict[str, Callable[[Bed], Awaitable[list[Figure]]]]

MEASURES: Measures = {
    "webhook": webhook.measure,
    "trips": trips.measure,
    "claims": claims.measure,
    "sessions": sessions.measure,
    "lookups": lookups.measure,
    "books": ingest.measure,
    "memory": memory.measure,
    "startup": lambda _: startup.measure(),
}
LARGE: Measures = {
    "memory": lambda bed: memory.measure(bed, memory.FULL),
    "large": large.measure,
}


@click.command()
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Also write them there.")
@click.option("--large", "large_too", is_flag=True, help="Also what takes long: 110,000 webhooks, 10,000,000 claims.")
@click.option("--only", multiple=True, type=click.Choice([*MEASURES, "large"]), help="Only these; may be given again.")
def bench(json_file: Path | None, large_too: bool, only: tuple[str, ...]) -> None:
    """Measure Maskline on this machine, each figure against its floor in the same run.

    Ends with status 1 where a bar is not met; with 2 where an answer is wrong, and tells what was measured until then.
    """
    where, console = machine(), Console(width=None if sys.stdout.isatty() else 120)
    measures = MEASURES | (LARGE if large_too or "large" in only else {})
    chosen = {name: each for name, each in measures.items() if name in (only or measures)}
    figures: list[Figure] = []
    failed = True
    try:
        uvloop.run(measure(chosen, figures, console))
        failed = False
    except (WrongAnswer, NotStarted, TimeoutError) as error:
        console.print(f"{type(error).__name__}: {error}", markup=False)
    finally:  # what was measured is told whatever came after
        show(figures, where, console)
        if json_file:
            write(figures, where, json_file)
    sys.exit(2 if failed else any(figure.ok is False for figure in figures))


async def measure(chosen: Measures, figures: list[Figure], console: Console) -> None:
    """Everything chosen, one after the other. figures: takes each as it comes."""
    async with bed() as made:
        for name in chosen:
            with console.status(f"measuring: {name}"):
                figures += await chosen[name](made)


if __name__ == "__main__":
    bench(prog_name="./run bench")
