"""/me/names in a browser without scripts: number, code, consents, devices, and out again."""

import io
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest

from callerid.owners.feed import FeedReader
from tests.masking.served import Browser, browsing, served
from tests.privacy.proving import ANNA, code_of, wrong_code
from tests.town import Town

PAGE = "/me/names"


@pytest.fixture
async def browser(town: Town) -> AsyncIterator[Browser]:
    async with served(town) as base, browsing(base) as browser:
        yield browser


def proof_in(path: str) -> UUID:
    return UUID(path.rsplit("/", 1)[1].partition("?")[0])


async def signs_in(town: Town, browser: Browser, **more: str) -> None:
    path = await browser.path_after(PAGE, number="+1 (202) 555-0170", way="text")
    assert await browser.path_after(path, code=code_of(town, proof_in(path)), **more) == PAGE


async def test_from_a_number_to_a_page_of_ones_own(town, browser):
    status, first = await browser.get(PAGE)
    path = await browser.path_after(PAGE, number="+1 (202) 555-0170", way="text")
    asked, code_page = await browser.get(path)
    status_after, mine = await browser.send(path, code=code_of(town, proof_in(path)))

    assert (status, asked, status_after) == (200, 200, 200)
    assert "Sign in with your number" in first.text
    assert path == f"{PAGE}/code/{proof_in(path)}"
    assert "Enter the code" in code_page.text
    assert "+1 202-555-0170" in mine.text
    assert mine.text.count("I agree") == 3


async def test_a_wrong_code_can_be_tried_again_on_the_same_page(town, browser):
    path = await browser.path_after(PAGE, number=ANNA.value, way="text")

    status, page = await browser.send(path, code=wrong_code(town, proof_in(path)))
    for _ in range(4):
        await browser.send(path, code="000")
    over, told = await browser.send(path, code=code_of(town, proof_in(path)))

    assert status == 422
    assert "You can try 4 times more." in page.text
    assert (over, "one try too many" in told.text) == (410, True)


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("hello", "That is not a phone number"),
        ("", "That is not a phone number"),
        ("+33639980170", "cannot send a code"),
    ],
)
async def test_a_number_that_cannot_be_used_is_asked_for_again(town, browser, number, says):
    status, page = await browser.send(PAGE, number=number, way="text")

    assert status == 422
    assert says in page.text


async def test_the_code_is_sent_once_more_by_call(town, browser, clock):
    path = await browser.path_after(PAGE, number=ANNA.value, way="text")
    clock.advance(timedelta(seconds=31))

    status, page = await browser.send(f"{path}/again", way="voice")

    assert status == 200
    assert "We ring you in a moment." in page.text
    assert [row["way"] for row in await town.rows("SELECT way FROM proof")] == ["voice"]


async def test_a_consent_is_given_and_taken_back(town, browser):
    await signs_in(town, browser)

    _, agreed = await browser.send(f"{PAGE}/consents/share-book", agree="yes", version="1")
    _, withdrawn = await browser.send(f"{PAGE}/consents/share-book", agree="no", version="1")
    old, _ = await browser.send(f"{PAGE}/consents/share-book", agree="yes", version="0")

    assert "You agree to this." in agreed.text
    assert "You no longer agree to this." in withdrawn.text
    assert "You agree to this." not in withdrawn.text
    assert old == 409


async def test_another_device_is_signed_out_and_then_everywhere(town, browser):
    await signs_in(town, browser)
    async with browsing(browser.base) as other:
        await signs_in(town, other)
        (device,) = await town.rows("SELECT device_id FROM device ORDER BY made_at, device_id LIMIT 1")
        await browser.send(f"{PAGE}/devices/{device['device_id']}")
        assert len(await town.rows("SELECT 1 FROM device")) == 1
        await signs_in(town, other)
        await other.send(f"{PAGE}/devices/all")

        _, page = await other.get(PAGE)

    assert "Sign in with your number" in page.text
    assert await town.rows("SELECT 1 FROM device") == []


async def test_whoever_deletes_their_account_is_told_so_and_signed_out(town, browser):
    await signs_in(town, browser)

    _, gone = await browser.send(f"{PAGE}/delete")
    _, page = await browser.get(PAGE)

    assert "Your account is deleted" in gone.text
    assert "Hide my number" in gone.text
    assert "Sign in with your number" in page.text
    assert await town.rows("SELECT 1 FROM person") == []


async def test_whoever_lost_their_number_is_told_and_can_take_another(town, browser):
    await signs_in(town, browser)
    async with browsing(browser.base) as other:
        await signs_in(town, other, new="yes")

    _, page = await browser.get(PAGE)
    path = await browser.path_after(PAGE, number="+447700900170", way="text")
    _, kept = await browser.send(path, code=code_of(town, proof_in(path)))

    assert "Your number is somebody else" in page.text
    assert "+44 7700 900170" in kept.text
    assert len(await town.rows("SELECT 1 FROM person")) == 2


async def test_the_cookie_is_for_this_site_alone(town):
    ours = "https://calls.example.org"
    async with served(town, public_url=ours) as base, browsing(base, Origin=ours) as browser:
        path = await browser.path_after(PAGE, number=ANNA.value, way="text")
        form = {"code": code_of(town, proof_in(path))}
        async with browser.session.post(base + path, data=form, allow_redirects=False) as answer:
            cookie = answer.headers["Set-Cookie"]

    assert cookie.startswith("__Host-names=")
    assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


async def test_another_sites_form_does_nothing(town, browser):
    await signs_in(town, browser)

    foreign = {"Origin": "https://evil.example"}
    async with browser.session.post(f"{browser.base}{PAGE}/delete", headers=foreign) as answer:
        assert answer.status == 403
    assert len(await town.rows("SELECT 1 FROM person")) == 1


async def test_nobody_who_is_not_signed_in_changes_anything(town, browser):
    for path in ("/delete", "/leave", "/devices/all", "/consents/share-book"):
        assert await browser.path_after(f"{PAGE}{path}", agree="yes") == PAGE


async def test_after_five_wrong_codes_another_one_is_asked_for_on_the_page(town, browser):
    path = await browser.path_after(PAGE, number=ANNA.value, way="text")
    for _ in range(5):
        _, page = await browser.send(path, code=wrong_code(town, proof_in(path)))
    assert "0 times" not in page.text
    assert "Ask for a new code." in page.text

    fresh = await browser.path_after(f"{path}/again", way="text")

    assert proof_in(fresh) != proof_in(path)
    assert "The same code" not in (await browser.get(fresh))[1].text
    assert await browser.path_after(fresh.partition("?")[0], code=code_of(town, proof_in(fresh))) == PAGE


async def test_what_was_not_sent_again_is_not_said_to_be_on_its_way(town, browser):
    """Within half a minute nothing more is sent: the first may still come."""
    path = await browser.path_after(PAGE, number=ANNA.value, way="text")

    _, page = await browser.send(f"{path}/again", way="voice")

    assert "We ring you in a moment." not in page.text
    assert "Wait half a minute before you ask again." in page.text


async def test_signing_in_again_in_one_browser_is_one_device(town, browser):
    for _ in range(3):
        await signs_in(town, browser)

    assert len(await town.rows("SELECT 1 FROM device")) == 1


async def test_a_browser_that_changes_hands_leaves_no_token_of_its_holder_before(town, browser):
    await signs_in(town, browser)
    async with browsing(browser.base) as other:
        path = await other.path_after(PAGE, number="+447700900170", way="text")
        await other.send(path, code=code_of(town, proof_in(path)))

    path = await browser.path_after(PAGE, number="+447700900170", way="text")
    await browser.send(path, code=code_of(town, proof_in(path)))

    assert len(await town.rows("SELECT 1 FROM device d JOIN person p USING (person_id) WHERE p.region = 'US'")) == 0


async def test_a_person_takes_their_account_to_a_new_number_from_their_own_page(town, browser):
    await signs_in(town, browser)
    _, page = await browser.get(PAGE)
    assert "Take another number" in page.text
    assert [form for form in page.all("form") if form.get("action") == PAGE]

    path = await browser.path_after(PAGE, number="+447700900170", way="text")
    _, moved = await browser.send(path, code=code_of(town, proof_in(path)))

    assert "+44 7700 900170" in moved.text
    assert len(await town.rows("SELECT 1 FROM person")) == 1


async def test_what_was_typed_stands_in_the_field_that_asks_for_it_again(town, browser):
    _, page = await browser.send(PAGE, number='0770 900 "<x', way="voice")
    (field,) = [each for each in page.all("input") if each.get("name") == "number"]
    path = await browser.path_after(PAGE, number=ANNA.value, way="text")
    _, code = await browser.send(path, code="123", new="yes")
    (tick,) = [each for each in code.all("input") if each.get("name") == "new"]

    assert field["value"] == '0770 900 "<x'
    assert "checked" in tick


async def test_signing_out_everywhere_takes_the_cookie_along(town, browser):
    await signs_in(town, browser)

    await browser.send(f"{PAGE}/devices/all")

    assert not [cookie for cookie in browser.session.cookie_jar if cookie.key == "names"]


async def test_only_whose_number_was_given_back_is_asked_to_prove_it_again(town, browser):
    """Not whoever follows a link that says so."""
    await signs_in(town, browser)
    _, misled = await browser.get(f"{PAGE}?done=prove-again")
    number, today = town.house.naming.owners.marks.number(ANNA), town.clock.now().date()
    await town.rows("INSERT INTO named_number (number_ref, number_key) VALUES ($1, $2)", number.ref, number.key)
    town.clock.advance(timedelta(days=10))
    await town.house.naming.disconnects.take_in(io.BytesIO(ANNA.value.encode()), FeedReader(None, today, today))
    _, asked = await browser.get(PAGE)

    path = await browser.path_after(PAGE, number="+1 (202) 555-0170", way="text")
    _, proven = await browser.send(path, code=code_of(town, proof_in(path)))

    said = ["given to somebody else" in page.text for page in (misled, asked, proven)]
    assert said == [False, True, False]


async def test_who_is_hidden_is_told_that_calls_warn_of_them_still(town, browser):
    await signs_in(town, browser)
    number = town.house.naming.owners.marks.number(ANNA)
    await town.rows("INSERT INTO named_number (number_ref, number_key, hidden, spam) VALUES ($1, $2, true, 0.9)",
                    number.ref, number.key)  # fmt: skip

    _, mine = await browser.get(f"{PAGE}/mine")

    assert "also while yours is hidden" in mine.text
