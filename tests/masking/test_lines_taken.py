"""When every number is taken there is nothing to call, and the owner can still be told."""

import re

import pytest

from masking.stickers import rules
from masking.stickers.tokens import Kind
from maskline import worker
from tests.masking.served import Browser, choose, dial_links, everything
from tests.masking.test_notices import SOON, Office, office
from tests.town import OWNER, SHARED, Town

__all__ = ["office"]


@pytest.fixture
async def code(town: Town) -> str:
    """A sticker in a town whose pool numbers are claimed and whose extensions are all given out."""
    code, now = await town.sticker(), town.clock.now()
    await town.rows(
        "INSERT INTO claim (tenant, number_id, party_key, claim_id, kind, target, target_id, made_at, used_at, until,"
        " reuse_after) SELECT n.tenant, n.number_id, '\\x00', gen_random_uuid(), 'open', 'sticker', gen_random_uuid(),"
        " $1, $1, $1::timestamptz + interval '2 minutes', $1::timestamptz + interval '150 seconds'"
        " FROM proxy_number n WHERE n.role = 'pool' RETURNING 1", now,
    )  # fmt: skip
    await town.rows(
        "INSERT INTO claim (tenant, number_id, party_key, claim_id, kind, target, target_id, made_at, used_at, until,"
        " reuse_after) SELECT n.tenant, n.number_id, '\\x01'::bytea || lpad(digits::text, 6, '0')::bytea,"
        " gen_random_uuid(), 'extension', 'sticker', gen_random_uuid(), $1, $1,"
        " $1::timestamptz + interval '15 minutes', $1::timestamptz + interval '1 day'"
        " FROM proxy_number n, generate_series(1, $2::int) digits WHERE n.role = 'shared' RETURNING 1",
        now, rules.MOST_EXTENSIONS,
    )  # fmt: skip
    return code


async def test_the_page_offers_a_message_and_nothing_to_call(code: str, browser: Browser):
    status, page = await browser.send(f"/q/{code}", reason="lights")

    assert status == 200
    assert page.faults == []
    assert "Every line is taken just now" in page.text
    assert dial_links(page) == []
    assert {"lights-on", "lights"} <= {button["value"] for button in page.all("button")}


async def test_a_message_left_there_is_texted_to_the_owner(code: str, office: Office, browser: Browser):
    path = await choose(browser, code)

    status, page = await browser.send(f"{path}/message", message="lights-on")
    await office.works()

    assert status == 200
    assert "Your message is on its way" in page.text
    assert dial_links(page) == []
    assert "Look for a free line" in page.text
    assert office.post.sent == [OWNER]


async def test_the_scan_is_kept_and_takes_no_claim(code: str, town: Town, browser: Browser):
    claims = await town.rows("SELECT * FROM claim ORDER BY claim_id")

    await choose(browser, code)

    assert [row["reason"] for row in await town.rows("SELECT reason FROM scan")] == ["lights"]
    assert await town.rows("SELECT * FROM claim ORDER BY claim_id") == claims


async def test_looking_again_gives_a_number_once_one_is_free(code: str, town: Town, browser: Browser):
    waiting = await choose(browser, code)
    town.clock.advance(SOON * 60)

    found = await choose(browser, code)

    assert found != waiting
    _, page = await browser.get(found)
    assert len(dial_links(page)) == 1
    _, page = await browser.get(waiting)
    assert dial_links(page) == []


async def test_a_paused_owner_gets_no_message_from_there(code: str, town: Town, browser: Browser):
    path = await choose(browser, code)
    await town.house.desk.pause(code)

    status, _ = await browser.send(f"{path}/message", message="lights-on")
    await worker.drain(town.house)

    assert status == 409
    assert await town.rows("SELECT 1 FROM scan WHERE message IS NOT NULL") == []


async def test_the_page_is_in_hindi_too(code: str, browser: Browser):
    path = await browser.path_after(f"/q/{code}?lang=hi", reason="lights")
    await browser.send(f"{path.partition('?')[0]}/message?lang=hi", message="lights-on")

    for read in (await browser.path_after(f"/q/{code}?lang=hi", reason="tow"), path):
        _, page = await browser.get(read)
        assert page.faults == []
        assert not re.search("[A-Za-z]{2}", page.text.replace("Maskline", "").replace("English", "")), page.text


@pytest.mark.parametrize("kind", [Kind.SCAN, Kind.WAITING])
async def test_a_visitors_token_opens_no_owners_page(kind: Kind, town: Town, browser: Browser):
    """Even where it names the sticker itself, which the owner's own token does."""
    sticker = await town.house.desk.find(await town.sticker())
    token = town.house.scans.tokens.make(kind, town.tenant, sticker.sticker_id)
    before = await everything(town)

    assert (await browser.get(f"/me/n/{token}"))[0] == 410
    assert (await browser.send(f"/me/n/{token}/pause"))[0] == 410
    assert await everything(town) == before


async def test_while_the_shared_number_rests_nothing_is_offered(code: str, town: Town, browser: Browser):
    """It is what texts the owner, so that a message could not leave either."""
    await town.rows("UPDATE proxy_number SET resting_until = $1::timestamptz + interval '1 day' WHERE e164 = $2"
                    " RETURNING 1", town.clock.now(), SHARED["twilio"].value)  # fmt: skip

    status, page = await browser.send(f"/q/{code}", reason="lights")

    assert status == 503
    assert "cannot be reached just now" in page.text
    assert await town.rows("SELECT 1 FROM scan") == []
