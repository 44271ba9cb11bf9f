"""How long `./run` takes from the command to listening, once everything is installed and the rows are there."""

import asyncio
import shutil
import time
from statistics import median

from bench.bed import DATA
from bench.children import child
from bench.report import Figure
from maskline.settings import HOME

_RUN = (str(HOME / "run"), "demo", "--json")
_FOLDER = DATA.with_name("bench-start")


async def measure(rounds: int = 3) -> list[Figure]:
    """The demo in a data folder of its own: once to make everything, then `rounds` times."""
    await asyncio.to_thread(shutil.rmtree, _FOLDER, ignore_errors=True)
    first, *again = [await _start() for _ in range(rounds + 1)]
    await asyncio.to_thread(shutil.rmtree, _FOLDER, ignore_errors=True)
    took = median(again)
    return [
        Figure(
            name="second ./run to listening", ours=f"{took:.2f} s", value=took, bar=3, goal=2, smaller=True, unit="s",
            details={"first_seconds": first, "seconds": again},
        )
    ]  # fmt: skip


async def _start() -> float:
    started = time.perf_counter()
    async with child(_RUN, {"MASKLINE_DATA_DIR": str(_FOLDER)}):
        return time.perf_counter() - started
