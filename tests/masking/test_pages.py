"""What a stranger beside a parked car sees, over real HTTP with the real use cases on a real database."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

import masking.stickers.errors
import maskline.web_problems
from core.problem import Problem, all_problems
from core.route import Reason
from masking.claims.errors import NoNumberFree
from masking.stickers.values import PlateShown
from maskline.web_guard import CrossSite
from sql.database import DatabaseAway
from tests.masking.served import browsing, choose, dial_links, missed, served, statement
from tests.town import OWNER, POOL, SHARED

NOWHERE = "0123456789abcdef"
ROOT = Path(__file__).parent.parent.parent
WORDS = (ROOT / "maskline/templates/problems.html", ROOT / "masking/stickers/templates/problems.html")
ON_THE_COMMAND_LINE = {"already-refused", "bad-description", "too-many-consent-calls"}
PLATE = {"plate": "AB12 CDE", "plate_shown": PlateShown.PARTLY}


async def test_the_page_asks_what_it_is_about(town, browser):
    code = await town.sticker(**PLATE)

    status, page = await browser.get(f"/q/{code}")

    assert status == 200
    assert page.faults == []
    assert [button["value"] for button in page.all("button")] == [reason.value for reason in Reason]
    assert [(form["method"], form["action"]) for form in page.all("form")] == [("post", f"/q/{code}")]
    assert "tel:112" in [link["href"] for link in page.all("a")]
    assert "AB·· CD·" in page.text


async def test_the_page_needs_no_script_and_fits_into_the_first_packets(town, browser):
    """20 KB is the bar; what a phone gets before it must answer (10 segments, RFC 6928) is less than that."""
    code = await town.sticker(**PLATE)
    for language in ("en", "hi"):
        async with browser.session.get(f"{browser.base}/q/{code}?lang={language}") as answer:
            body = await answer.read()

        assert len(body) < 14_000
        assert b"<script" not in body
        assert not re.search(rb'(?:src|href)="(?!data:|tel:|/|\?)', body)


async def test_a_code_may_be_typed_as_people_type_it(town, browser):
    code = await town.sticker()
    typed = "-".join(code.upper()[at : at + 4] for at in range(0, 16, 4))

    status, page = await browser.get(f"/q?code={typed}")

    assert status == 200
    assert page.all("form")[0]["action"] == f"/q/{code}"


@pytest.mark.parametrize("path", [f"/q/{NOWHERE}", "/q/short", "/q/%ff%00", "/q/" + "x" * 5000, "/q?code=abc", "/q"])
async def test_an_unknown_code_says_what_to_check(browser, path):
    status, page = await browser.get(path)

    assert status == 404
    assert page.faults == []
    assert "16 letters and digits" in page.text


async def test_a_sticker_that_nobody_activated_says_so(town, browser):
    (code,) = await town.house.desk.issue(town.tenant, 1, "US")

    status, page = await browser.get(f"/q/{code}")

    assert (status, page.all("button")) == (409, [])
    assert "not in use yet" in page.text


async def test_a_chosen_reason_leads_to_one_number_to_call(town, browser):
    code = await town.sticker()

    path = await choose(browser, code)
    status, page = await browser.get(path)

    assert status == 200
    assert page.faults == []
    (link,) = dial_links(page)
    assert link in [f"tel:{number.value}" for number in POOL["twilio"]]
    assert "2 minutes" in page.text
    assert "Its lights are on" in page.text


async def test_whoever_shares_a_number_dials_their_digits_with_it(town, browser):
    """Two visitors hold numbers of their own; the third gets six digits on the shared one."""
    code = await town.sticker()
    for _ in range(2):
        await town.scan(code)

    _, page = await browser.get(await choose(browser, code))

    (link,) = dial_links(page)
    assert re.fullmatch(rf"tel:\{SHARED['twilio'].value},,\d{{6}}", link)
    assert f"{link[-6:-3]} {link[-3:]}" in page.text
    assert "15 minutes" in page.text


async def test_a_visitor_who_comes_back_keeps_the_number(town, browser):
    code = await town.sticker()
    first = await choose(browser, code)

    assert await choose(browser, code, "tow") == first

    _, page = await browser.get(first)
    assert "It is about to be towed" in page.text
    async with browsing(browser.base) as other:
        assert await choose(other, code) != first


@pytest.mark.parametrize(
    "fields", [{}, {"reason": "party"}, {"reason": ""}, {"reasons": "lights"}, {"reason": "é" * 90}]
)
async def test_a_reason_that_is_not_on_the_page_is_refused(town, browser, fields):
    status, page = await browser.send(f"/q/{await town.sticker()}", **fields)

    assert status == 422
    assert "not one of the choices" in page.text


async def test_a_message_goes_to_the_owner_once(town, browser):
    code = await town.sticker()
    path = await choose(browser, code)

    status, page = await browser.send(f"{path}/message", message="lights-on")

    assert status == 200
    assert "Your message is on its way" in page.text
    assert "The lights of your vehicle are on." in page.text
    assert len(dial_links(page)) == 1
    await browser.send(f"{path}/message", message="open")
    assert [job["payload"] for job in await town.rows("SELECT payload->>'kind' AS payload FROM outbox")] == ["message"]
    status, _ = await browser.send(f"{path}/message", message="buy-this")
    assert status == 422


async def test_after_a_miss_the_page_says_that_the_owner_was_told(town, browser):
    code = await town.sticker()
    path = await choose(browser, code)
    scan = await missed(town)

    _, page = await browser.get(path)
    assert page.faults == []
    assert "The owner has been told" in page.text
    assert dial_links(page) == []
    assert "Get a new number" in page.text

    await statement(town, "set_reply", scan, reply="five")
    _, page = await browser.get(path)
    assert "I am coming in 5 minutes." in page.text
    town.clock.advance(timedelta(minutes=16))
    _, page = await browser.get(path)
    assert "I am coming" not in page.text


async def test_a_used_number_can_be_replaced_by_a_new_one(town, browser):
    code = await town.sticker()
    path = await choose(browser, code)
    town.clock.advance(timedelta(minutes=3))

    _, page = await browser.get(path)
    assert dial_links(page) == []
    again = await choose(browser, code)
    assert again != path
    _, page = await browser.get(again)
    assert len(dial_links(page)) == 1


async def test_a_page_that_is_too_old_or_of_another_sticker_is_gone(town, browser):
    code, other = await town.sticker(), await town.sticker()
    path = await choose(browser, code)

    for wrong in (path[:-1], path.replace(code, other), f"/q/{code}/s" + "A" * 60, f"/q/{code}/é"):
        status, page = await browser.get(wrong)
        assert (status, page.faults) == (410, [])
    town.clock.advance(timedelta(days=3))
    assert (await browser.get(path))[0] == 410


async def test_too_many_tries_are_told_when_to_come_back(town, browser):
    code = await town.sticker()
    for _ in range(8):
        browser.session.cookie_jar.clear()
        await choose(browser, code)
    browser.session.cookie_jar.clear()

    async with browser.session.post(f"{browser.base}/q/{code}", data={"reason": "lights"}) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "600")
        assert "10 minutes" in await answer.text()


async def test_where_no_number_serves_the_country_the_page_says_so(town, browser):
    (code,) = await town.house.desk.issue(town.tenant, 1, "FR")
    await town.agree(code, OWNER)

    status, page = await browser.send(f"/q/{code}", reason="lights")

    assert status == 503
    assert "cannot be reached just now" in page.text


async def test_without_the_database_the_page_says_that_nothing_is_lost(town, browser):
    code = await town.sticker()
    await town.house.database.close()

    status, page = await browser.get(f"/q/{code}")

    assert status == 503
    assert "We cannot answer just now" in page.text


async def test_in_the_demo_the_button_leads_to_the_desk_exchange(town):
    code = await town.sticker()
    desk = served(town, dial_link=lambda dial: f"http://127.0.0.1:8090/#dial={dial}")
    async with desk as base, browsing(base) as browser:
        _, page = await browser.get(await choose(browser, code))

    (link,) = [link for link in page.all("a") if link.get("target") == "exchange"]
    assert re.fullmatch(r"http://127\.0\.0\.1:8090/#dial=\+1202555011\d", link["href"])
    assert "Demo" in page.text


async def test_every_page_is_also_in_hindi(town, browser):
    code = await town.sticker()
    path = await browser.path_after(f"/q/{code}?lang=hi", reason="lights")
    assert path.endswith("?lang=hi")

    for read in (path, f"/q/{code}?lang=hi", "/?lang=hi", f"/q/{code}/misuse?lang=hi"):
        _, page = await browser.get(read)
        seen = page.text.replace("Maskline", "").replace("English", "").replace("QR", "")
        assert page.faults == []
        assert page.all("html")[0]["lang"] == "hi"
        assert not re.search("[A-Za-z]{2}", seen), seen
        assert all("lang=hi" in form["action"] or form["method"] == "get" for form in page.all("form"))


def test_every_problem_that_a_page_can_meet_has_words_of_its_own():
    pages = {masking.stickers.errors.__name__, maskline.web_problems.__name__, CrossSite.__module__}
    slugs = {kind.slug for kind in all_problems() if kind.__module__ in pages} - ON_THE_COMMAND_LINE
    slugs |= {NoNumberFree.slug, DatabaseAway.slug, Problem.slug}

    worded = {slug for words in WORDS for slug in re.findall(r'"([\w-]+)": \(', words.read_text())}

    assert slugs == worded
