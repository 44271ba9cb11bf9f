"""What customers were told, from the terminal; and telling it again."""

import pytest

from masking.sessions.given import ServiceGiven, SessionGiven
from masking.sessions.values import Numbering, Url
from maskline import worker
from maskline.wiring import House
from tests.maskline.terminal import Terminal


@pytest.fixture
async def told(terminal: Terminal, served: House) -> House:
    """A service whose only event nobody took: its address leads to no host on the internet."""
    made = (await terminal.later("clients", "create", "--name", "rides", "--json")).json
    client = await served.clients.principal(made["account_sid"], made["token"])
    assert client is not None
    given = ServiceGiven(unique_name="rides", urls={Url.EVENTS: "https://127.0.0.1:1/events"})
    service = await served.rooms.services.create(client, given, numbering=Numbering.ONE, screens=False)
    await served.rooms.sessions.create(client.tenant, service.service_id, SessionGiven())
    await worker.drain(served)
    return served


async def test_events_are_listed_and_sent_again(terminal: Terminal, told: House):
    (event,) = (await terminal.later("deliveries", "list", "rides", "--json")).json["events"]
    queued = await terminal.later("deliveries", "resend", "rides", "1", "7", "--json")

    assert (event["seq"], event["kind"], event["state"]) == (1, "made", "waiting")
    assert queued.json == {"queued": 1}
    assert "No" in (await terminal.later("deliveries", "list", "rides", "--after", "1")).out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("list", "nobody"), "There is no such service"),
        (("resend", "rides", "9"), "There is no such event"),
        (("resend", "rides", "0"), "0"),
    ],
)
async def test_what_is_not_there_is_said(terminal: Terminal, told: House, words, said):
    ran = await terminal.later("deliveries", *words)

    assert ran.status != 0
    assert said in ran.err
