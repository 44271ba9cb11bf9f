"""What every page has in common, over real HTTP: headers, languages, forms, static files, words for errors."""

import asyncio
import base64
import hashlib
import io
import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiohttp import web

from core.problem import Problem
from maskline import web as web_shell
from maskline.listening import bind
from maskline.service import site
from maskline.web import MAX_BODY, Web
from tests.markup import Markup

HTML = {"Accept": "text/html,application/xhtml+xml"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Full(Problem):
    """A problem that no template knows."""

    status, slug, title = 503, "all-full", "Everything is full"


@pytest.fixture
def shell(tmp_path: Path) -> Web:
    """A house with one small room, said to be at https://calls.example.org."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "hello.html").write_text(
        '{% extends "house/page.html" %}{% block title %}t{% endblock %}'
        '{% block content %}<h1>{{ _("Please try again later.") }}</h1><p>{{ name }}</p>'
        '<a href="{{ link("/elsewhere") }}">on</a>{% endblock %}'
    )
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "way.js").write_text("export {};")
    return Web("https://calls.example.org", {"room": tmp_path})


@pytest.fixture
async def site_url(shell: Web) -> AsyncIterator[str]:
    """The room, served."""

    async def hello(request: web.Request) -> web.Response:
        return shell.page(request, "room/hello.html", name=request.query.get("name", "nobody"))

    async def take(request: web.Request) -> web.Response:
        form = await shell.form(request)
        return shell.see_other(request, f"/hello?{len(form)}")

    async def fail(request: web.Request) -> web.Response:
        raise {"full": Full("Wait.", retry_after=90), "bug": RuntimeError("secret words")}[request.match_info["how"]]

    app = shell.application()
    app.add_routes([web.get("/hello", hello), web.post("/take", take), web.post("/api/take", take),
                    web.post("/hooks/take", fail_plainly), web.get("/fail/{how}", fail)])  # fmt: skip
    with bind("127.0.0.1", 0) as listener:
        async with site(app, listener):
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"


async def fail_plainly(request: web.Request) -> web.Response:
    """Stands for a carrier's webhook: it sees to everything itself."""
    return web.Response(text=f"took {len(await request.text())}")


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(headers=HTML | {"Origin": "https://calls.example.org"}) as session:
        yield session


async def test_a_page_may_run_nothing_but_our_own_files(site_url, browser):
    async with browser.get(f"{site_url}/hello") as answer:
        page, headers = await answer.text(), answer.headers

    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    style = re.search("<style>(.*)</style>", page, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy["default-src"] == "'none'"
    assert policy["style-src"] == f"'self' 'sha256-{digest}'"
    assert policy["script-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "max-age=" in headers["Strict-Transport-Security"]
    assert "Server" not in headers


async def test_errors_carry_the_same_headers_as_pages(site_url, browser):
    async with browser.get(f"{site_url}/hello") as page, browser.get(f"{site_url}/nowhere") as missing:
        kept = ("Content-Security-Policy", "Referrer-Policy", "X-Content-Type-Options", "Cache-Control")
        assert [page.headers[name] for name in kept] == [missing.headers[name] for name in kept]


def test_https_is_insisted_on_only_where_it_is_spoken(shell):
    desk = Web("http://127.0.0.1:8080", {})

    assert "Strict-Transport-Security" in shell._headers._always
    assert "Strict-Transport-Security" not in desk._headers._always


@pytest.mark.parametrize(
    ("query", "accepted", "language"),
    [
        ("", "en-GB", "en"),
        ("", "hi-IN,en;q=0.5", "hi"),
        ("", "", "en"),
        ("?lang=hi", "en", "hi"),
        ("?lang=en", "hi", "en"),
        ("?lang=xx", "hi", "hi"),
        ("?lang=%00%ff", "hi", "hi"),
    ],
)
async def test_a_page_speaks_the_chosen_language_or_the_browsers(site_url, browser, query, accepted, language):
    async with browser.get(f"{site_url}/hello{query}", headers={"Accept-Language": accepted}) as answer:
        page = Markup(await answer.text())

    assert page.faults == []
    assert page.all("html")[0]["lang"] == language
    assert ("कृपया" in page.text) is (language == "hi")


async def test_a_chosen_language_goes_along_with_links_and_forms(site_url, browser):
    async with browser.get(f"{site_url}/hello?lang=hi") as answer:
        page = Markup(await answer.text())
    async with browser.post(f"{site_url}/take?lang=hi", data={"a": "1"}, allow_redirects=False) as posted:
        assert (posted.status, posted.headers["Location"]) == (303, "/hello?1&lang=hi")

    assert "/elsewhere?lang=hi" in [link["href"] for link in page.all("a")]


async def test_what_is_filled_in_is_escaped(site_url, browser):
    async with browser.get(f"{site_url}/hello", params={"name": "<script>\"'&"}) as answer:
        page = await answer.text()

    assert "&lt;script&gt;&#34;&#39;&amp;" in page
    assert Markup(page).faults == []


async def test_a_static_file_is_kept_for_good_under_its_own_address_only(shell, site_url, browser):
    url = shell._assets.url("room/way.js")
    async with browser.get(site_url + url) as right, browser.get(f"{site_url}/static/room/way.js?v=old") as old:
        assert await right.text() == await old.text() == "export {};"
        assert "immutable" in right.headers["Cache-Control"]
        assert old.headers["Cache-Control"] == "no-cache"
        assert right.content_type == "text/javascript"


@pytest.mark.parametrize("path", ["room/../templates/hello.html", "room/%2e%2e/templates/hello.html", "room/", "x"])
async def test_nothing_but_static_files_is_served_as_such(site_url, browser, path):
    async with browser.get(f"{site_url}/static/{path}") as answer:
        assert answer.status == 404


async def test_a_problem_is_a_page_for_people_and_json_for_programs(site_url, browser):
    async with browser.get(f"{site_url}/fail/full", headers={"Accept-Language": "hi"}) as answer:
        page = Markup(await answer.text())
        assert (answer.status, answer.headers["Retry-After"]) == (503, "90")
    async with browser.get(f"{site_url}/fail/full", headers={"Accept": "*/*"}) as answer:
        body = await answer.json(content_type="application/problem+json")

    assert page.faults == []
    assert "यह नहीं हो पाया" in page.text
    assert "2 मिनट" in page.text
    assert body == {"type": "/problems/all-full", "title": "Everything is full", "status": 503, "detail": "Wait.",
                    "retry_after": 90}  # fmt: skip


async def test_our_own_mistake_tells_a_mark_and_nothing_else(site_url, browser, caplog):
    async with browser.get(f"{site_url}/fail/bug") as answer:
        status, page = answer.status, Markup(await answer.text())

    (record,) = [record for record in caplog.records if record.name == "maskline.web"]
    assert status == 500
    assert record.incident in page.text
    assert "secret" not in page.text
    assert "RuntimeError" not in page.text
    assert record.exc_info


async def test_a_wrong_method_is_told_which_ones_are_right(site_url, browser):
    async with browser.get(f"{site_url}/take") as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "POST")
        assert "buttons" in Markup(await answer.text()).text


@pytest.mark.parametrize("path", ["/take", "/nowhere", "/hello"])
async def test_ten_megabytes_are_refused(site_url, browser, path):
    async with browser.post(site_url + path, data=io.BytesIO(b"a=" + b"x" * 10_000_000), headers=FORM) as answer:
        assert answer.status == 413
        assert Markup(await answer.text()).faults == []


async def test_a_body_of_unknown_length_is_refused_when_it_grows_too_long(site_url, browser):
    async def drip() -> AsyncIterator[bytes]:
        for _ in range(MAX_BODY // 1024 + 1):
            yield b"x" * 1024

    async with browser.post(f"{site_url}/take", data=drip(), headers=FORM) as answer:
        assert answer.status == 413


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"a=\xff", FORM),
        (b"a=%ff", FORM),
        (b"a=1", {"Content-Type": "application/x-www-form-urlencoded; charset=utf-16"}),
        (b"a=1", {"Content-Type": "application/x-www-form-urlencoded; charset=nonsense"}),
        (b"a=1", {"Content-Type": "text/plain"}),
        (b"{}", {"Content-Type": "application/json"}),
        (b"--x", {"Content-Type": "multipart/form-data; boundary=x"}),
        (b"&".join(b"a%d=1" % n for n in range(60)), FORM),
        (b"not compressed", FORM | {"Content-Encoding": "gzip"}),
    ],
    ids=["bytes", "escapes", "utf-16", "charset", "text", "json", "multipart", "fields", "gzip"],
)
async def test_a_form_that_cannot_be_read_is_said_to_be_so(site_url, browser, body, headers):
    async with browser.post(f"{site_url}/take", data=body, headers=headers) as answer:
        page = Markup(await answer.text())

    assert answer.status == 400
    assert page.faults == []
    assert page.all("h1")


async def test_webhooks_are_left_to_the_edge_that_checks_their_signatures(site_url):
    async with aiohttp.ClientSession() as carrier, carrier.post(f"{site_url}/hooks/take", data=b"abc") as answer:
        text, headers = await answer.text(), answer.headers

    assert text == "took 3"
    assert "Content-Security-Policy" not in headers


async def test_a_form_that_does_not_come_is_not_waited_for(site_url, monkeypatch):
    monkeypatch.setattr(web_shell, "FORM_WITHIN", 0.05)
    where = urlsplit(site_url)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    head = f"POST /take HTTP/1.1\r\nHost: {where.netloc}\r\nOrigin: https://calls.example.org\r\nContent-Length: 9\r\n"
    writer.write(f"{head}Content-Type: {FORM['Content-Type']}\r\n\r\na=".encode())

    line = await asyncio.wait_for(reader.readline(), 20)
    writer.close()

    assert line.split()[1] == b"400"
