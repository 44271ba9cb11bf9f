"""Real numbers leave by the hooks that a service switched on, and stand nowhere else, whichever layer breaks."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from masking.sessions import event_store
from masking.sessions.callbacks import Callbacks
from masking.sessions.event_jobs import EventJobs
from masking.sessions.given import Page
from masking.sessions.interactions import Interactions
from masking.sessions.outside import Outside
from masking.sessions.posting import Poster
from masking.sessions.screening import HookScreener
from masking.sessions.services import Services
from masking.sessions.sessions import Sessions
from masking.sessions.values import Service, Url
from maskline import worker
from maskline.courier import CustomerCourier
from privacy.sealing import Sealer
from sql.outbox import Job
from tests.customer import Customer
from tests.masking.hooks.hooked import texts
from tests.proofs.breaking import broken, heard
from tests.proofs.leaks import OTHER, OWNER, SECOND, STRANGER, found, fresh_heap, in_memory, in_tables
from tests.town import SESSION, Town

__all__ = ["fresh_heap", "heard"]
pytestmark = pytest.mark.usefixtures("fresh_heap")
LAYERS: tuple[tuple[Any, str], ...] = (
    (HookScreener, "_passes"), (Outside, "answer"), (Outside, "_past"), (Outside, "_follow"), (Outside, "_create"),
    (Poster, "form"), (Poster, "token"), (CustomerCourier, "post"), (EventJobs, "_send"), (EventJobs, "_facts"),
    (Callbacks, "queue"), (Interactions, "get"), (Services, "get"), (Sessions, "create"), (Sealer, "open"),
    (event_store, "put"),
)  # fmt: skip


async def a_day(town: Town, service: Service, told: list[str], day: int) -> None:
    """Two people call, a stranger is answered, another put into a session, one is of no use; and all of it is told."""
    rooms, line = town.house.rooms, SESSION["twilio"][2]
    town.clock.advance(timedelta(hours=12))  # what failed the day before has its next try
    for place, caller in enumerate((OWNER, STRANGER, OTHER, None)):
        told.append((await town.twilio.calls(caller, line, f"CA{day:02}{place}")).text)
    told.append((await texts(town, STRANGER, line, f"Call me on {STRANGER.value}, day {day}")).text)
    jobs = {kind: job if kind in worker.CUSTOMERS else nobody_asks for kind, job in town.house.jobs.items()}
    try:
        await worker.drain(replace(town.house, jobs=jobs))
    except Exception as error:  # noqa: BLE001  (a layer of the worker's own is broken)
        told.append("" if "broke on" in str(error) else str(error))
    for session in await rooms.sessions.page(town.tenant, service.service_id, Page()):
        if session.unique_name and session.unique_name.startswith("made"):
            await rooms.sessions.delete(town.tenant, service.service_id, session.session_id)
    await town.rows("DELETE FROM claim WHERE until <= $1", town.clock.now())


async def nobody_asks(job: Job) -> None:
    """What a carrier would be asked for: there is none here."""


async def test_what_hooks_are_told_stands_nowhere_else(
    town: Town, customer: Customer, hooks: dict[Url, str], heard: list[str], monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
):  # fmt: skip
    hooks[Url.CALLBACK] = f"{customer.base}/back"
    service = await town.service(urls=hooks, shows_numbers=True, numbers=[SESSION["twilio"][2]])
    await town.session(OWNER, SECOND, service=service, unique_name="ride")

    def answer(request: web.Request) -> web.StreamResponse:
        if request.path != "/outside":
            return web.Response()
        if "From=anonymous" in customer.heard[-1].body.decode():
            return web.Response(status=500)
        if f"%2B{OTHER.digits}" in customer.heard[-1].body.decode():
            made = f'{{"uniqueName":"made-{len(customer.heard)}","participantIdentifier":"{STRANGER.value}"}}'
            return web.Response(text=made, content_type="application/json")
        return web.Response(text="<Response><Say>Closed.</Say></Response>", content_type="application/xml")

    customer.answer = answer
    told: list[str] = []
    leaks: dict[str, object] = {}
    await a_day(town, service, told, 0)
    bodies = "".join(one.body.decode() for one in customer.heard)
    for number in (OWNER, SECOND, STRANGER, OTHER):
        assert number.digits in bodies, "somebody was told of nowhere, so nothing was planted"

    for day, (owner, layer) in enumerate(LAYERS, 1):
        with broken(monkeypatch, owner, layer, leaks):
            await a_day(town, service, told, day)
    customer.heard.clear()

    leaks |= {
        "log": found("\n".join(heard)), "tables": await in_tables(town), "printed": found("".join(capfd.readouterr())),
        "addresses": found(" ".join(hooks.values())), "memory": in_memory(),
    }  # fmt: skip
    assert {place: what for place, what in leaks.items() if what} == {}
