"""The description of our addresses: true to the application, and OpenAPI by its own schema."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from maskline import openapi
from maskline.app import make_app, make_web
from maskline.listening import bind
from maskline.openapi import Address
from maskline.openapi_table import OPERATIONS, PARAMETERS
from maskline.service import site
from tests.town import Town

BY_EITHER = ("GET", "POST")
"""Webhooks take both methods, since a carrier may be set to either."""


def judge() -> Any:
    """OpenAPI's own schema, by whoever else keeps it; imported here, since it brings a lot with it."""
    from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

    return OPENAPI_31_VALIDATOR


@pytest.fixture
async def app(town: Town):
    shell = await asyncio.to_thread(make_web, town.house.settings, town.base)
    return make_app(town.house, shell)


async def test_every_address_is_described_and_none_that_is_not_there(app):
    served = {
        (method, Address.of(route.resource.canonical).path)
        for route in app.router.routes() if route.method != "HEAD"
        for method in (BY_EITHER if route.method == "*" else (route.method,))
    }  # fmt: skip

    assert {(each.method, each.path) for each in OPERATIONS} == served


def test_the_description_is_openapi():
    described = openapi.document("https://calls.example.org")

    judge().validate(described)
    assert described["openapi"] == "3.1.0"


def test_a_broken_description_would_not_pass():
    described = openapi.document("https://calls.example.org")
    del described["paths"]["/q/{code}"]["get"]["parameters"][0]["in"]

    assert not judge().is_valid(described)


def test_every_operation_has_a_name_of_its_own_and_answers():
    names = [each.name for each in OPERATIONS]

    assert len(set(names)) == len(names)
    assert all(each.answers and each.summary for each in OPERATIONS)


def test_every_parameter_in_a_path_is_described_and_used():
    used = {name for each in OPERATIONS for name in Address.of(each.path).parameters}

    assert used == set(PARAMETERS)


async def test_it_is_served_for_programs_and_for_reading(app):
    listener = bind("127.0.0.1", 0)
    base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    async with site(app, listener), aiohttp.ClientSession() as visitor:
        async with visitor.get(f"{base}/api/openapi.json") as answer:
            described = json.loads(await answer.text())
        async with visitor.get(f"{base}/api") as answer:
            page = await answer.text()
        async with visitor.get(f"{base}/healthz") as answer:
            alive = await answer.json()

    assert set(described["paths"]) == {each.path for each in OPERATIONS}
    assert all(each.path in page for each in OPERATIONS)
    assert alive == {"alive": True}


async def test_the_service_lives_while_its_database_is_away(app, town: Town):
    await town.house.database.close()
    listener = bind("127.0.0.1", 0)
    base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    async with site(app, listener), aiohttp.ClientSession() as visitor, visitor.get(f"{base}/healthz") as answer:
        assert answer.status == 200


async def test_an_address_under_api_answers_programs_in_their_words(app):
    listener = bind("127.0.0.1", 0)
    base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    async with site(app, listener), aiohttp.ClientSession() as visitor, visitor.get(f"{base}/api/none") as answer:
        assert answer.content_type == "application/problem+json"
        assert (await answer.json())["type"] == "/problems/nothing-here"


def test_our_own_api_is_described_with_both_ways_to_sign_in_and_twilios_with_its_own():
    described = openapi.document("https://masked.example")
    schemes = described["components"]["securitySchemes"]
    ours, twilios = (described["paths"][path]["get"]["security"] for path in ("/api/services", "/v1/Services"))

    assert (ours, twilios) == ([{"client": []}, {"token": []}], [{"client": []}])
    assert (schemes["client"]["scheme"], schemes["token"]["scheme"]) == ("basic", "bearer")
