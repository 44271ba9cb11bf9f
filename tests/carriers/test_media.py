"""What came with a text is fetched from the carrier's own hosts, signed in there alone, and within bounds."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from carriers.placing import CarrierPlacer
from core.ids import new_id
from tests.town import TOKENS, VENDOR_IDS
from voice.events import CarrierAccount
from voice.ports import CarrierAway, CarrierRefused

MOST = 1000
PLACES = {"/a": (200, b"picture"), "/large": (200, b"x" * (MOST + 1)), "/gone": (404, b""), "/busy": (503, b"")}


@dataclass
class Host:
    """A carrier's host. leads: path -> where it leads. signed: paths that were asked for with a sign-in."""

    url: str = ""
    leads: dict[str, str] = field(default_factory=dict)
    signed: list[str] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if "Authorization" in request.headers:
            self.signed.append(request.path)
        if request.path in self.leads:
            return web.Response(status=307, headers={"Location": self.leads[request.path]})
        status, body = PLACES[request.path]
        return web.Response(status=status, body=body)


@pytest.fixture
async def host(aiohttp_server) -> Host:
    host, app = Host(), web.Application()
    app.router.add_route("*", "/{path:.*}", host.answer)
    server = await aiohttp_server(app, host="127.0.0.1")
    host.url = str(server.make_url("")).rstrip("/")
    return host


@pytest.fixture
async def placer(host: Host) -> AsyncIterator[CarrierPlacer]:
    async with aiohttp.ClientSession(trust_env=False) as session:
        yield CarrierPlacer(session, twilio_url=host.url, plivo_url=host.url)


@pytest.fixture(params=["twilio", "plivo"])
def account(request: pytest.FixtureRequest) -> CarrierAccount:
    name = str(request.param)
    return CarrierAccount(account_id=new_id(), tenant=new_id(), carrier=name, vendor_id=VENDOR_IDS[name],
                          tokens=(TOKENS[name],))  # fmt: skip


async def test_it_is_fetched_signed_in(host, placer, account):
    assert await placer.fetch(account, f"{host.url}/a", most=MOST) == b"picture"
    assert host.signed == ["/a"]


async def test_a_redirect_within_the_carrier_is_followed(host, placer, account):
    host.leads = {"/m": "/a"}

    assert await placer.fetch(account, f"{host.url}/m", most=MOST) == b"picture"


@pytest.mark.parametrize(
    "elsewhere", ["https://example.org/a", "http://169.254.169.254/", "http://api.twilio.com/a", ""]
)
async def test_a_redirect_off_the_carrier_or_to_itself_is_refused(host, placer, account, elsewhere):
    host.leads = {"/m": elsewhere}

    with pytest.raises(CarrierRefused):
        await placer.fetch(account, f"{host.url}/m", most=MOST)


@pytest.mark.parametrize(
    "address",
    ["https://example.org/a", "http://127.0.0.1:1/a", "file:///etc/passwd", "https://api.twilio.com.example.org/a",
     "https://s3-external-1.amazonaws.com/media.twiliocdn.com/a", "https://api.twilio.com:8443/a", "", "/a", "https://[",
     "https://u:p@media.plivo.com/a", "https://u:p@api.twilio.com/a"],
)  # fmt: skip
async def test_an_address_elsewhere_is_not_asked(host, placer, account, address):
    with pytest.raises(CarrierRefused) as refused:
        await placer.fetch(account, address, most=MOST)

    assert refused.value.facts["code"] == "host"
    assert host.signed == []


@pytest.mark.parametrize(("path", "code"), [("/large", "size"), ("/gone", "404")])
async def test_what_is_too_large_or_not_there_is_refused(host, placer, account, path, code):
    with pytest.raises(CarrierRefused) as refused:
        await placer.fetch(account, host.url + path, most=MOST)

    assert refused.value.facts["code"] == code


async def test_a_busy_carrier_may_be_asked_again(host, placer, account):
    with pytest.raises(CarrierAway) as away:
        await placer.fetch(account, f"{host.url}/busy", most=MOST)

    assert away.value.facts["maybe_done"] is False


class Nowhere(AbstractResolver):
    """A DNS that knows no name, and remembers which it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def resolve(self, host: str, port: int = 0, family: object = None) -> list[ResolveResult]:
        self.asked.append(host)
        raise OSError("no such host")

    async def close(self) -> None:
        """Nothing."""


@pytest.mark.parametrize(
    ("carrier", "address"),
    [
        ("plivo", "https://media.plivo.com/Account/MA1/Media/801c2056-33ab-499c-80ef-58b574a462a2"),
        ("plivo", "https://media.plivo.com/Account/MA1/Message/24d742b9-9b12-4397-93a7-da496bc874d9/Media/0178eb8a"),
        ("plivo", "https://api.plivo.com/v1/Account/MA1/Message/24d742b9/Media/0178eb8a/"),
        ("twilio", "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"),
    ],
)
async def test_where_the_carriers_documentation_has_media_is_asked(carrier: str, address: str):
    """Plivo's as in its documentation of the media object, and as its own SDK's tests have a message's media."""
    names = Nowhere()
    account = CarrierAccount(new_id(), new_id(), carrier, VENDOR_IDS[carrier], (TOKENS[carrier],))
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(resolver=names), trust_env=False) as session:
        with pytest.raises(CarrierAway):
            await CarrierPlacer(session).fetch(account, address, most=MOST)

    assert names.asked == [URL(address).host]
