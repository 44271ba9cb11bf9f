"""Files under 300 lines, functions under 50: when one grows past it, a concept is missing."""

import ast

from tests.rules.tree import name, with_suffix

LONGER_FILES: dict[str, str] = {}
"""Path -> why it may have 300 lines or more."""

LONGER_FUNCTIONS: dict[str, str] = {}
"""path::function -> why it may have 50 lines or more."""


def test_no_file_outgrows_its_subject():
    files = with_suffix(".py", ".sql", ".js", ".css", ".html", ".sh", ".jinja", ".j2")
    long = {name(path) for path in files if len(path.read_text().splitlines()) >= 300 and ".min." not in path.name}

    assert files
    assert long == set(LONGER_FILES)


def test_no_function_outgrows_its_subject():
    long = set()
    for path in with_suffix(".py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno is not None
                if node.end_lineno - node.lineno + 1 >= 50:
                    long.add(f"{name(path)}::{node.name}")

    assert long == set(LONGER_FUNCTIONS)


def test_core_stays_small_enough_to_know_by_heart():
    words = [path for path in with_suffix(".py") if name(path).startswith("core/") and path.name != "__init__.py"]

    assert 0 < len(words) <= 8


def test_a_port_asks_at_most_six_questions():
    wide = {}
    for path in with_suffix(".py"):
        if name(path).startswith("tests/"):
            continue  # a stand-in's shape there is no port
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and any(_is_protocol(base) for base in node.bases):
                methods = [child for child in node.body if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)]
                if len(methods) > 6:
                    wide[f"{name(path)}::{node.name}"] = len(methods)

    assert wide == {}


def _is_protocol(base: ast.expr) -> bool:
    if isinstance(base, ast.Subscript):
        base = base.value
    return (base.id if isinstance(base, ast.Name) else getattr(base, "attr", None)) == "Protocol"
