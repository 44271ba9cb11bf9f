"""What a stranger must not learn from a page, and what must not happen by looking at one."""

from datetime import time

from masking.stickers.values import PlateShown
from tests.masking.served import browsing, choose, everything, served
from tests.town import OWNER, SECOND

PLATE = {"plate": "AB12 CDE", "plate_shown": PlateShown.PARTLY}


async def test_nothing_tells_a_stranger_who_the_owner_is(town, browser):
    code = await town.sticker(**PLATE, second=SECOND)
    token = (await choose(browser, code)).rpartition("/")[2]
    await browser.send(f"/q/{code}/{token}/message", message="lights-on")
    secrets = [OWNER.value, OWNER.digits, OWNER.digits[1:], SECOND.digits, "Blue van", "AB12", "CDE", "550150"]

    for path in ("/", f"/q/{code}", f"/q/{code}/{token}", f"/q/{code}/misuse", f"/q/{code}/x", "/nothing"):
        async with browser.session.get(browser.base + path) as answer:
            page = await answer.text() + str(answer.headers)
        said = page.replace(token, "")  # which is random, and may hold any three letters
        assert [secret for secret in secrets if secret in said] == []


async def test_a_hidden_plate_is_hidden_and_a_full_one_is_escaped(town, browser):
    hidden = await town.sticker(plate="AB12 CDE")
    full = await town.sticker(plate="<b>&\"'", plate_shown=PlateShown.FULL)

    _, page = await browser.get(f"/q/{hidden}")
    assert "AB" not in page.text
    _, page = await browser.get(f"/q/{full}")
    assert "<b>&\"'" in page.text
    assert page.all("b") == page.faults == []


async def test_paused_quiet_and_revoked_read_alike_byte_for_byte(town, browser):
    code = await town.sticker(**PLATE)
    desk, answers = town.house.desk, []

    async def look() -> None:
        for method, fields in (("GET", None), ("POST", {"reason": "lights"})):
            async with browser.session.request(method, f"{browser.base}/q/{code}", data=fields) as answer:
                headers = {name: value for name, value in answer.headers.items() if name != "Date"}
                answers.append((method, answer.status, headers, await answer.read()))

    await desk.pause(code)
    await look()
    await desk.resume(code)
    await town.rows("UPDATE sticker SET quiet_from = $1, quiet_to = $2 RETURNING 1", time(11), time(13))
    await look()
    await town.rows("UPDATE sticker SET quiet_from = NULL, quiet_to = NULL RETURNING 1")
    assert (await browser.get(f"/q/{code}"))[1].all("button")
    await desk.revoke(code)
    await look()

    assert answers[0:2] == answers[2:4] == answers[4:6]
    assert [status for _, status, _, _ in answers[:2]] == [200, 409]
    assert b"AB" not in answers[0][3]


async def test_reading_writes_nothing(town, browser):
    code = await town.sticker()
    path = await choose(browser, code)
    await browser.send(f"{path}/message", message="lights-on")
    before = await everything(town)

    for read in ("/", f"/q/{code}", path, f"/q/{code}/misuse", f"/q?code={code}", f"/q/{code}?reason=lights"):
        for method in ("GET", "HEAD"):
            async with browser.session.request(method, browser.base + read) as answer:
                assert answer.status == 200

    assert await everything(town) == before


async def test_forms_from_elsewhere_are_refused_and_change_nothing(town, browser):
    code = await town.sticker()
    path = await choose(browser, code)
    before = await everything(town)

    for target in (f"/q/{code}", f"{path}/message", f"/q/{code}/misuse"):
        for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
            fields = {"reason": "tow", "message": "lights-on", "kind": "fake"}
            async with browser.session.post(browser.base + target, data=fields, headers=headers) as answer:
                assert answer.status == 403
                assert "not sent from our page" in await answer.text()

    assert await everything(town) == before


async def test_the_cookie_of_a_way_is_bound_to_the_site_and_read_by_no_script(town):
    code = await town.sticker()
    site = "https://calls.example.org"
    async with served(town, public_url=site) as base, browsing(base, Origin=site) as browser:
        url, reason = f"{base}/q/{code}", {"reason": "lights"}
        async with browser.session.post(url, data=reason, allow_redirects=False) as answer:
            cookie = answer.headers["Set-Cookie"]

    assert cookie.startswith(f"__Host-scan-{code}=s")
    assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=900"} <= set(cookie.split("; "))
