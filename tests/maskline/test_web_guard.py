"""Who sent a request: forms come from our own pages, and addresses are believed only of our own proxies."""

from ipaddress import ip_network

import pytest
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from maskline.web_guard import CrossSite, check_origin, from_client, own_origins

OURS = own_origins("https://calls.example.org")
PROXIES = (ip_network("10.0.0.0/8"), ip_network("::1/128"))


def a_request(method: str = "POST", path: str = "/q/x", **headers: str):
    return make_mocked_request(method, path, {name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://calls.example.org"},
        {"Origin": "https://calls.example.org", "Sec_Fetch_Site": "same-origin"},
        {"Sec_Fetch_Site": "same-origin"},
        {"Origin": "null", "Sec_Fetch_Site": "same-origin"},
    ],
)
def test_our_own_pages_may_send_forms(headers):
    check_origin(a_request(**headers), OURS)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "https://evil.example"},
        {"Origin": "http://calls.example.org"},
        {"Origin": "https://calls.example.org:8443"},
        {"Origin": "https://calls.example.org.evil.example"},
        {"Origin": "https://evil.example", "Sec_Fetch_Site": "same-origin"},
        {"Origin": "https://calls.example.org", "Sec_Fetch_Site": "cross-site"},
        {"Origin": "https://calls.example.org", "Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "none"},
    ],
)
def test_nobody_elses_may(method, headers):
    with pytest.raises(CrossSite):
        check_origin(a_request(method, **headers), OURS)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_anybody_may_link_to_a_page(method):
    check_origin(a_request(method, Origin="https://evil.example", Sec_Fetch_Site="cross-site"), OURS)


def test_a_program_may_ask_an_api_without_saying_from_where():
    check_origin(a_request(path="/api/stickers"), OURS)
    check_origin(a_request(path="/v1/Services"), OURS)


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_a_foreign_page_may_not_ask_an_api(origin):
    with pytest.raises(CrossSite):
        check_origin(a_request(path="/api/stickers", Origin=origin), OURS)


def test_every_name_of_this_machine_is_ours_on_a_desk():
    desk = own_origins("http://127.0.0.1:8080")

    assert desk == {"http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080"}
    assert own_origins("http://[::1]:8080") == desk
    assert {"https://calls.example.org"} == OURS


def test_a_port_that_browsers_leave_out_is_left_out():
    assert own_origins("https://calls.example.org:443") == OURS
    assert own_origins("http://127.0.0.1:80") == own_origins("http://127.0.0.1")
    assert own_origins("https://calls.example.org:80") == {"https://calls.example.org:80"}


def seen(peer: str | None, *forwarded: str) -> str | None:
    headers = CIMultiDict([("X-Forwarded-For", line) for line in forwarded])
    request = make_mocked_request("GET", "/", headers).clone(remote=peer)  # type: ignore[arg-type]
    return from_client(request, PROXIES).remote


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        (["192.0.2.1"], "192.0.2.1"),
        (["203.0.113.9, 192.0.2.1"], "192.0.2.1"),
        (["203.0.113.9", "192.0.2.1, 10.0.0.3"], "192.0.2.1"),
        (["2001:db8::1"], "2001:db8::1"),
        (["[2001:db8::1]:4711, 10.0.0.3"], "2001:db8::1"),
        (["192.0.2.1:4711"], "192.0.2.1"),
        (["10.0.0.9, 10.0.0.3"], "10.0.0.9"),
        (["192.0.2.1, unknown"], "10.0.0.2"),
        (["192.0.2.1, junk, 10.0.0.3"], "10.0.0.3"),
        ([""], "10.0.0.2"),
        ([], "10.0.0.2"),
    ],
)
def test_a_proxy_of_ours_is_believed_about_the_hop_before_it_and_no_further(forwarded, address):
    assert seen("10.0.0.2", *forwarded) == address


@pytest.mark.parametrize("peer", ["192.0.2.50", "not an address", None])
def test_nobody_else_is_believed_about_addresses(peer):
    assert seen(peer, "203.0.113.9") == peer
