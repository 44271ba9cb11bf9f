"""One customer's name server that hangs holds up that customer, and nobody else."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from core.ids import new_id
from maskline.courier import AT_A_TIME, open_courier
from voice.errors import CourierAway, CourierRefused


class Servers:
    """What asks DNS: names that begin with `slow` get no answer before the test is over. open: asked and unanswered."""

    def __init__(self) -> None:
        self.over, self.open, self._lock = threading.Event(), 0, threading.Lock()

    def __call__(self, host: str, port: int, *_: Any) -> list[Any]:
        if host.startswith("slow"):
            with self._lock:
                self.open += 1
            self.over.wait()
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", port))]  # known, and none of the internet's


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Servers]:
    asked = Servers()
    monkeypatch.setattr("maskline.courier.socket.getaddrinfo", asked)
    yield asked
    asked.over.set()


async def post(courier: Any, host: str, service: Any, seconds: float) -> None:
    await courier.post(f"https://{host}/", b"", content_type="text/plain", headers={}, service=service, seconds=seconds)


async def test_a_name_server_that_hangs_holds_up_its_own_customer(clock, servers):
    slow, other = new_id(), new_id()
    async with open_courier(clock) as courier:
        for turn in range(4):
            hosts = [f"slow-{turn}-{at}.example.org" for at in range(AT_A_TIME)]
            told = await asyncio.gather(*(post(courier, host, slow, 0.05) for host in hosts), return_exceptions=True)
            assert {type(each) for each in told} == {CourierAway}

        with pytest.raises(CourierRefused):  # its name was found, and leads into no network of ours
            await post(courier, "hooks.example.org", other, 30)
        assert 0 < servers.open <= 2
        servers.over.set()


async def test_many_such_customers_leave_room_for_the_others(clock, servers):
    async with open_courier(clock) as courier:
        theirs = [(f"slow-{at}.example.org", new_id()) for at in range(20)]
        await asyncio.gather(*(post(courier, *each, 0.05) for each in theirs), return_exceptions=True)

        with pytest.raises(CourierRefused):
            await post(courier, "hooks.example.org", new_id(), 30)
        servers.over.set()
