"""The image for production has what the service needs, and only that."""

import re
import sys
from importlib.metadata import packages_distributions

import grimp
import pytest
import yaml

from tests.rules.tree import ROOMS, ROOT

SERVICE = [room for room in ROOMS if room not in ("exchange", "bench")]
DOCKERFILE = (ROOT / "Dockerfile").read_text()


@pytest.fixture(scope="module")
def imported():
    """The top-level names of other people's packages that the service's rooms import."""
    graph = grimp.build_graph(*SERVICE, include_external_packages=True, cache_dir=None)
    tops = {module.partition(".")[0] for module in graph.modules}
    return tops - set(SERVICE) - set(sys.stdlib_module_names)


def test_what_the_service_imports_is_named_in_its_requirements(imported):
    """Not merely brought along by another package, which may drop it, nor by the development lock."""
    named = set(re.findall(r"^([a-z0-9-]+)", (ROOT / "requirements.in").read_text(), re.MULTILINE))
    distributions = packages_distributions()
    owners = {name: {_normal(owner) for owner in distributions.get(name, [])} for name in imported}

    assert {"aiohttp", "asyncpg", "structlog"} <= imported
    assert {name for name, owned_by in owners.items() if not owned_by & named} == set()


def test_the_image_holds_every_room_of_the_service_and_nothing_else():
    copied = re.findall(r"^COPY (\w+) \1$", DOCKERFILE, re.MULTILINE)
    let_through = re.findall(r"^!(\w+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)

    assert copied == SERVICE
    assert let_through == SERVICE


def test_the_image_runs_as_nobody_in_particular_and_tells_whether_it_lives():
    assert re.search(r"^USER 10001:10001$", DOCKERFILE, re.MULTILINE)
    assert "HEALTHCHECK" in DOCKERFILE
    assert "/healthz" in DOCKERFILE
    assert "requirements.lock" in DOCKERFILE
    assert "--require-hashes" in DOCKERFILE


def test_production_has_its_own_step_for_migrations_and_embeds_nothing():
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]

    assert {name: service["command"] for name, service in services.items()} == {
        "migrate": ["migrate"],
        "serve": ["serve"],
        "work": ["work"],
    }
    assert services["migrate"]["profiles"] == ["migrate"]
    assert all(service["read_only"] and service["cap_drop"] == ["ALL"] for service in services.values())


def test_the_lock_for_production_agrees_with_the_one_for_tests():
    pins = re.compile(r"^([a-z0-9-]+)(?:\[[\w,]+\])?==(\S+)", re.MULTILINE)
    tested = dict(pins.findall((ROOT / "requirements-dev.lock").read_text()))

    for lock in ("requirements.lock", "requirements-desk.lock"):
        assert dict(pins.findall((ROOT / lock).read_text())).items() <= tested.items()


def _normal(distribution):
    return re.sub(r"[-_.]+", "-", distribution).lower()
