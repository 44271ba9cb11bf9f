"""Customers' addresses lead to the internet, or nowhere; and a bad server there harms nobody else."""

import asyncio
import contextlib
import gzip
import socket

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver
from aiohttp.test_utils import TestServer

from core.ids import new_id
from maskline.courier import AT_A_TIME, MOST, open_courier
from maskline.courier_rules import IN_A_ROW, PAUSE
from tests.customer import open_customer
from voice.errors import CourierAway, CourierRefused

SERVICE, OTHER = new_id(), new_id()


class Names(AbstractResolver):
    """A DNS that says what it was told to, in turn; the last answer stands."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), 0

    async def resolve(self, host, port=0, family=socket.AF_INET):
        self.asked += 1
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [
            {"hostname": host, "host": address, "port": port, "proto": 0, "flags": 0,
             "family": socket.AF_INET6 if ":" in address else socket.AF_INET}
            for address in found
        ]  # fmt: skip

    async def close(self):
        pass


@pytest.fixture
async def customer():
    async with open_customer() as opened:
        yield opened


@pytest.fixture
async def courier(customer, clock):
    async with open_courier(clock, [customer.place]) as opened:
        yield opened


async def post(courier, url, *, service=SERVICE, seconds=60.0, body=b"a=1"):
    return await courier.post(url, body, content_type="application/x-www-form-urlencoded",
                              headers={"X-Twilio-Signature": "s"}, service=service, seconds=seconds)  # fmt: skip


@contextlib.asynccontextmanager
async def listener():
    """A port of this machine that counts who connects."""
    seen: list[int] = []

    def connected(_, writer):
        seen.append(1)
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], seen


async def test_the_answer_comes_back_whatever_its_status(courier, customer):
    customer.answer = lambda request: web.Response(status=403, text="{}", content_type="application/json")

    delivered = await post(courier, f"{customer.base}/hook?a=%20b#part")

    assert (delivered.status, delivered.content_type, delivered.body) == (403, "application/json", b"{}")
    headers = customer.heard[0].headers
    assert customer.heard[0].body == b"a=1"
    assert headers["X-Twilio-Signature"] == "s"
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize(
    "rest",
    ["/a%2Fb?next=https%3A%2F%2Fexample.org%2Fa", "/%7euser?q=%e2%82%ac&a=x+y", "/a//b/../c", "/?a='b'&&c|d{e}"],
)
async def test_an_address_is_asked_for_to_the_letter(courier, customer, rest):
    """The customer's validator reads what arrives, and our signature is over what they gave."""
    customer.answer = lambda request: web.Response(text=request.raw_path)

    delivered = await post(courier, f"{customer.base}{rest}")

    assert delivered.body.decode() == rest


@pytest.mark.parametrize("rest", ["/a\x00b", "/a b", "/a\rb", "/a\x7f"])
async def test_what_no_request_line_can_hold_is_never_written_into_one(courier, customer, rest):
    with pytest.raises(CourierRefused):
        await post(courier, f"{customer.base}{rest}")

    assert customer.heard == []


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::ffff:127.0.0.1]", "0.0.0.0", "localhost", "2130706433", "127.1", "0x7f000001", "[::1]"]
)
async def test_no_way_to_write_this_machine_leads_to_it(courier, host):
    async with listener() as (port, seen):
        with pytest.raises(CourierRefused):
            await post(courier, f"https://{host}:{port}/")

    assert seen == []


@pytest.mark.parametrize("address", ["10.0.0.1", "192.168.1.1", "169.254.169.254", "[fe80::1]", "[fd00:ec2::254]"])
async def test_no_inner_network_is_reached_by_its_address(courier, address):
    with pytest.raises(CourierRefused):
        await post(courier, f"https://{address}/latest/meta-data")


@pytest.mark.parametrize("inner", [["127.0.0.1"], ["10.0.0.1", "192.168.0.1"], ["::ffff:127.0.0.1"], ["fe80::1"]])
async def test_no_name_leads_into_a_network_of_ours(clock, inner):
    async with open_courier(clock, resolver=Names(inner)) as courier:
        with pytest.raises(CourierRefused):
            await post(courier, "https://hooks.example.org/")


async def test_a_name_that_changes_its_mind_is_caught_at_the_socket(clock):
    """DNS rebinding: whoever checks one answer and connects to the next has checked nothing."""
    async with listener() as (port, seen):
        names = Names(["192.0.2.1"], ["127.0.0.1"])
        async with open_courier(clock, [f"127.0.0.1:{port}"], resolver=names) as courier:
            for host in ("a.example.org", "b.example.org"):  # a name's answer is kept for ten seconds
                with pytest.raises(CourierRefused):
                    await post(courier, f"https://{host}:{port}/")

    assert names.asked == 2
    assert seen == []


async def test_an_exception_is_reached_only_under_its_own_name(courier, customer):
    port = customer.place.rpartition(":")[2]

    with pytest.raises(CourierRefused):
        await post(courier, f"https://localhost:{port}/hook")

    assert customer.heard == []


async def test_only_https_leaves_this_machine(courier):
    for address in ("http://hooks.example.org/", "ftp://hooks.example.org/", "file:///etc/passwd", "hooks", "//x/", ""):
        with pytest.raises(CourierRefused):
            await post(courier, address)


async def test_a_redirect_is_not_followed(courier, customer):
    customer.answer = lambda request: web.Response(status=307, headers={"Location": "http://127.0.0.1/secret"})

    with pytest.raises(CourierRefused):
        await post(courier, customer.base)

    assert len(customer.heard) == 1


async def test_an_answer_has_an_end(courier, customer):
    customer.answer = lambda request: web.Response(body=b"x" * MOST)
    assert len((await post(courier, customer.base)).body) == MOST

    customer.answer = lambda request: web.Response(body=b"x" * (MOST + 1))
    with pytest.raises(CourierRefused):
        await post(courier, customer.base)


async def test_a_little_does_not_become_much(courier, customer):
    packed = gzip.compress(b"x" * 10_000_000)
    customer.answer = lambda request: web.Response(body=packed, headers={"Content-Encoding": "gzip"})

    assert (await post(courier, customer.base)).body == packed


async def test_an_answer_that_drips_is_cut_off(courier, customer):
    async def drip(request):
        answer = web.StreamResponse()
        await answer.prepare(request)
        await answer.write(b"." * 100)
        await customer.gate.wait()
        return answer

    customer.answer = drip

    with pytest.raises(CourierAway):
        await post(courier, customer.base, seconds=0.3)


async def test_https_is_tls_also_where_plain_http_would_do(clock):
    async with TestServer(web.Application()) as plain:
        place = f"127.0.0.1:{plain.port}"
        async with open_courier(clock, [place]) as courier:
            with pytest.raises(CourierAway):
                await post(courier, f"https://{place}/")


async def test_who_keeps_failing_is_left_alone_for_a_while(courier, customer, clock):
    def hangs_up(request):
        request.transport.abort()
        return web.Response()

    customer.answer = hangs_up
    for _ in range(IN_A_ROW + 3):
        with pytest.raises(CourierAway):
            await post(courier, customer.base)
    assert len(customer.heard) == IN_A_ROW

    customer.says(200)
    assert (await post(courier, f"{customer.base}/other")).status == 200  # another address of theirs
    assert (await post(courier, customer.base, service=OTHER)).status == 200  # another customer
    clock.advance(PAUSE)
    assert (await post(courier, customer.base)).status == 200
    assert (await post(courier, customer.base)).status == 200


async def test_a_customer_who_hangs_holds_up_only_itself(courier, customer):
    full = asyncio.Event()

    async def hang(request):
        if len(customer.heard) == AT_A_TIME:
            full.set()
        await customer.gate.wait()
        return web.Response()

    customer.answer = hang
    hanging = [asyncio.create_task(post(courier, customer.base)) for _ in range(AT_A_TIME)]
    await full.wait()

    with pytest.raises(CourierAway):
        await post(courier, customer.base, seconds=0.2)
    assert len(customer.heard) == AT_A_TIME  # the ninth waited for its turn, and was never sent
    customer.answer = lambda request: web.Response()
    assert (await post(courier, customer.base, service=OTHER)).status == 200

    customer.gate.set()
    assert [each.status for each in await asyncio.gather(*hanging)] == [200] * AT_A_TIME
    assert courier._turns._turns == {}


async def test_many_customers_who_hang_hold_up_nobody_else(courier, customer):
    """More connections than a client keeps unless it is told otherwise: 100."""
    hung, full = 13 * AT_A_TIME, asyncio.Event()

    async def hang(request):
        if len(customer.heard) == hung:
            full.set()
        await customer.gate.wait()
        return web.Response()

    customer.answer = hang
    services = [new_id() for _ in range(13)] * AT_A_TIME
    hanging = [asyncio.create_task(post(courier, customer.base, service=each)) for each in services]
    async with asyncio.timeout(60.0):
        await full.wait()

    customer.answer = lambda request: web.Response()
    assert (await post(courier, customer.base, service=OTHER)).status == 200

    customer.gate.set()
    assert {each.status for each in await asyncio.gather(*hanging)} == {200}


async def test_the_address_is_told_to_nobody(courier, caplog):
    """It may hold a password or a token: it stands in no error and no log."""
    with pytest.raises(CourierAway) as away:
        await post(courier, "https://user:hush@127.0.0.1.invalid/hush?token=hush")

    told = repr(away.value) + str(away.value.__cause__) + str(away.value.document()) + caplog.text
    assert "hush" not in told
