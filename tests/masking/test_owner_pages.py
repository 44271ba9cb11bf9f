"""What an owner sees and does behind the link of a notice, over real HTTP."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from masking.stickers.tokens import Kind
from tests.masking.served import Browser, everything
from tests.town import ALICE, OWNER, POOL, SECOND, Town


@dataclass
class Notice:
    """A sticker, a call about it that nobody took, and the links to the pages that tell of it."""

    code: str
    scan: str
    call: str
    message: str
    sticker: str
    second: str


@pytest.fixture
async def notice(town: Town) -> Notice:
    code = await town.sticker(second=SECOND)
    way = await town.scan(code)
    assert way.number in POOL["twilio"]
    await town.twilio.calls(ALICE, way.number)
    await town.rows("UPDATE call SET outcome = 'no-answer', state = 5, ended_at = started_at RETURNING 1")
    tokens, sticker = town.house.scans.tokens, await town.house.desk.find(code)
    scan = tokens.read(way.token)
    assert scan is not None
    call = UUID(str((await town.call())["call_id"]))
    rows = await town.rows("SELECT place, phone_id FROM sticker_contact")
    phone = {row["place"]: UUID(str(row["phone_id"])) for row in rows}
    links = [
        f"/me/n/{tokens.make(kind, town.tenant, about, holder)}"
        for kind, about, holder in (
            (Kind.CALL, call, None),
            (Kind.MESSAGE, scan.id, None),
            (Kind.OWNER, sticker.sticker_id, phone[1]),
            (Kind.SECOND, sticker.sticker_id, phone[2]),
        )
    ]
    town.clock.advance(timedelta(minutes=5))
    return Notice(code, f"/q/{code}/{way.token}", *links)


def forms(page) -> set[str]:
    """What can be done on a page."""
    return {form["action"].rpartition("/")[2] for form in page.all("form")}


async def test_a_notice_tells_when_why_and_how_it_ended(notice: Notice, browser: Browser):
    status, page = await browser.get(notice.call)

    assert status == 200
    assert page.faults == []
    for said in ("Blue van", "Its lights are on", "5 minutes ago", "You did not pick up."):
        assert said in page.text
    assert forms(page) == {"reply", "pause", "block"}


async def test_nothing_tells_an_owner_who_called(town: Town, notice: Notice, browser: Browser):
    for path in (notice.call, notice.message, notice.sticker, notice.second, f"{notice.call}?lang=hi"):
        async with browser.session.get(browser.base + path) as answer:
            page = await answer.text() + str(answer.headers)

        said = page.replace(urlsplit(path).path.rpartition("/")[2], "")  # the token is random, and may hold any digits
        assert answer.status == 200
        assert [number for number in (ALICE, OWNER, SECOND) if number.digits[1:] in said or "55015" in said] == []


@pytest.mark.parametrize("kind", ["call", "message", "sticker", "second"])
async def test_a_link_acts_on_nothing(town: Town, notice: Notice, browser: Browser, kind: str):
    """Mail scanners and previews open links; only a form may act."""
    path = getattr(notice, kind)
    before = await everything(town)

    for action in ("", "?done=block", "?done=reply", "/block", "/pause", "/resume", "/reply", "/leave"):
        for method in ("GET", "HEAD"):
            async with browser.session.request(method, browser.base + path + action) as answer:
                assert answer.status == (405 if action.startswith("/") else 200)

    assert await everything(town) == before


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}])
async def test_another_sites_form_changes_nothing(town: Town, notice: Notice, browser: Browser, headers):
    before = await everything(town)

    for action in ("block", "pause", "resume", "reply", "leave"):
        url = f"{browser.base}{notice.call}/{action}"
        async with browser.session.post(url, data={"reply": "five"}, headers=headers) as answer:
            assert answer.status == 403

    assert await everything(town) == before


async def test_a_paused_sticker_reaches_nobody_until_it_is_resumed(notice: Notice, browser: Browser):
    _, page = await browser.send(f"{notice.call}/pause")
    assert "Calls are paused." in page.text
    assert forms(page) == {"reply", "resume", "block"}
    _, scan = await browser.get(f"/q/{notice.code}")
    assert "cannot be reached" in scan.text

    _, page = await browser.send(f"{notice.call}/resume")
    assert "Calls reach you again." in page.text
    _, scan = await browser.get(f"/q/{notice.code}")
    assert "What is it about?" in scan.text


async def test_a_blocked_caller_stays_blocked_and_is_not_offered_again(town: Town, notice: Notice, browser: Browser):
    status, page = await browser.send(f"{notice.call}/block")

    assert status == 200
    assert "This caller is blocked." in page.text
    assert forms(page) == {"reply", "pause"}
    assert len(await town.rows("SELECT 1 AS one FROM block")) == 1


async def test_a_reply_stands_on_the_strangers_page(notice: Notice, browser: Browser):
    _, page = await browser.send(f"{notice.call}/reply", reply="fifteen")
    assert "Your answer is on their page now." in page.text

    _, stranger = await browser.get(notice.scan)
    assert "The owner answers" in stranger.text
    assert "I am coming in 15 minutes." in stranger.text


@pytest.mark.parametrize("reply", ["", "call me on +1 202 555 0150", "lights-on"])
async def test_an_owner_can_say_nothing_but_what_is_ready_made(notice: Notice, browser: Browser, reply: str):
    status, page = await browser.send(f"{notice.call}/reply", reply=reply)

    assert status == 422
    assert "not one of the choices" in page.text


async def test_a_notice_of_a_message_shows_the_message(town: Town, notice: Notice, browser: Browser):
    await town.house.scans.message(notice.code, notice.scan.rpartition("/")[2], "open")

    _, page = await browser.get(notice.message)

    assert "A door or a window of your vehicle is open." in page.text
    assert forms(page) == {"reply", "pause", "block"}


async def test_a_second_contact_can_leave_and_nothing_else(town: Town, notice: Notice, browser: Browser):
    _, page = await browser.get(notice.second)
    assert forms(page) == {"leave"}
    for action in ("pause", "resume"):
        assert (await browser.send(f"{notice.second}/{action}"))[0] == 409

    status, page = await browser.send(f"{notice.second}/leave")
    assert (status, page.faults) == (200, [])
    assert "no longer the second contact" in page.text
    assert (await browser.get(notice.second))[0] == 410


async def test_an_address_cannot_claim_that_something_was_done(notice: Notice, browser: Browser):
    for claim in ("block", "pause", "reply", "nonsense", "<b>"):
        _, page = await browser.get(f"{notice.call}?done={claim}")

        assert [tag for tag, attributes in page.tags if attributes.get("role") == "status"] == []


@pytest.mark.parametrize("action", ["", "/block", "/pause", "/reply", "/leave"])
async def test_a_link_that_was_not_made_here_opens_nothing(notice: Notice, browser: Browser, action: str):
    forged = notice.call[:-4] + ("AAAA" if not notice.call.endswith("AAAA") else "BBBB")

    for path in (forged, notice.scan.replace(f"/q/{notice.code}", "/me/n"), "/me/n/x"):
        if action:
            status, page = await browser.send(path + action, reply="five")
        else:
            status, page = await browser.get(path)
        assert (status, page.faults) == (410, [])


async def test_a_notice_can_be_used_for_two_days(town: Town, notice: Notice, browser: Browser):
    town.clock.advance(timedelta(days=2))

    assert (await browser.get(notice.call))[0] == 410
    assert (await browser.send(f"{notice.call}/block"))[0] == 410
    assert (await browser.get(notice.sticker))[0] == 200
