"""Every problem has an explanation, a slug of its own and a status; the page explains nothing that there is not."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

from core.problem import Problem, all_problems

ROOMS = ("core", "sql", "privacy", "voice", "ivr", "carriers", "masking", "callerid", "admin", "maskline")
PAGE = Path(__file__).resolve().parents[2] / "docs" / "problems.md"


def _import_every_room() -> None:
    for room in ROOMS:
        package = importlib.import_module(room)
        for module in pkgutil.walk_packages(package.__path__, f"{room}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)


_import_every_room()
OURS = [kind for kind in all_problems() if not kind.__module__.startswith("tests")]


@pytest.mark.parametrize("problem", OURS, ids=lambda kind: kind.slug)
def test_every_problem_is_explained_to_clients(problem: type[Problem]):
    assert f"## {problem.slug}\n" in PAGE.read_text()
    assert 400 <= problem.status <= 599
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", problem.slug)
    assert problem.__doc__


def test_no_two_problems_share_a_slug():
    slugs = [kind.slug for kind in OURS]

    assert sorted(set(slugs)) == sorted(slugs)


def test_the_page_explains_no_problem_that_there_is_not():
    explained = re.findall(r"^## (\S+)$", PAGE.read_text(), re.MULTILINE)

    assert sorted(explained) == sorted(kind.slug for kind in OURS)


def test_a_problem_is_a_problem_json_document():
    class Example(Problem):
        """Made up."""

        status, slug, title = 409, "example", "An example"

    document = Example("Do this.", retry_after=3).document()

    assert document == {
        "type": "/problems/example", "title": "An example", "status": 409, "detail": "Do this.", "retry_after": 3,
    }  # fmt: skip
