"""Imports go down the floors, and what is pure stays pure. The floors themselves are in .importlinter."""

import subprocess
import sys
from pathlib import Path

import grimp
import pytest

from tests.rules.tree import ROOMS, ROOT

PURE_ROOMS = ("core", "ivr", "carriers.twilio", "carriers.plivo")
"""Every module in them decides, renders or parses, and leaves the doing to others; but for an edge named `rest`."""

PURE_MODULES = {"answer", "answers", "errors", "events", "guard", "plan", "ports", "rules", "states", "values"}
"""So does every module of these names, in whichever room."""

INPUT_AND_OUTPUT = {"aiohttp", "asyncpg", "redis", "sql"}


@pytest.fixture(scope="module")
def imports() -> grimp.ImportGraph:
    """Who imports whom when run; read from the source, without running it."""
    return grimp.build_graph(*ROOMS, include_external_packages=True, exclude_type_checking_imports=True, cache_dir=None)


def test_imports_go_down_the_floors():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


def test_pure_modules_reach_no_input_or_output_even_indirectly(imports):
    ours = {module for module in imports.modules if module.startswith(tuple(f"{room}." for room in ROOMS))}
    named = {module for module in ours if module.rpartition(".")[2] in PURE_MODULES}
    roomed = {module for module in ours if module.startswith(tuple(f"{room}." for room in PURE_ROOMS))}
    pure = {module for module in named | roomed if not module.endswith(".rest") and not module.startswith("exchange.")}
    reached = {
        module: {upstream for upstream in imports.find_upstream_modules(module) if _does_io(upstream)}
        for module in pure
    }

    assert {"core.e164", "voice.plan", "ivr.engine"} <= pure
    assert {module: found for module, found in reached.items() if found} == {}


def test_a_store_serves_its_own_room_alone(imports):
    """Whoever else wants the room's rows asks the room."""
    strangers = {
        (importer, module)
        for module in imports.modules
        if module.rpartition(".")[2] == "store"
        for importer in imports.find_modules_that_directly_import(module)
        if not importer.startswith(module.removesuffix("store"))
    }

    assert "voice.store" in imports.modules
    assert strangers == set()


def _does_io(module: str) -> bool:
    return module.partition(".")[0] in INPUT_AND_OUTPUT
