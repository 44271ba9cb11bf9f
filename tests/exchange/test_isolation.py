"""What checks us must not share our mistakes."""

import ast
import sys
from pathlib import Path

ROOM = Path(__file__).parents[2] / "exchange"
ALLOWED = {"aiohttp", "defusedxml", "exchange", "plivo", "twilio"}


def _imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


def test_the_exchange_imports_nothing_of_ours():
    imported = {name for path in ROOM.rglob("*.py") for name in _imported(path)}

    assert imported - set(sys.stdlib_module_names) == ALLOWED
