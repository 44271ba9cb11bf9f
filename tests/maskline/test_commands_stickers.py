"""Stickers from the terminal: from a fresh code to a vehicle whose owner agreed by a call."""

import asyncio

import pytest

from exchange import Exchange
from maskline.wiring import House
from tests.maskline.terminal import PUBLIC_URL, SHARED, Ran, Terminal

OWNER, SECOND, STRANGER = "+12025550151", "+12025550152", "+12025550150"


async def issued(site: Terminal) -> str:
    """A fresh code."""
    ran = await site.later("stickers", "issue", "1", "--json")
    assert ran.status == 0, ran.err
    (code,) = ran.json["codes"]
    return str(code)


async def activated(site: Terminal, desk: Exchange, code: str, number: str, *words: str) -> Ran:
    """What `activate` did where whoever has `number` answers and presses 1."""
    handset = desk.handset(number)
    asking = asyncio.create_task(site.later("stickers", "activate", code, *words, typed=f"{number}\n"))
    await handset.rings()
    await handset.answers()
    await handset.hears("Press 1")
    await handset.presses("1")
    return await asking


async def test_codes_are_issued_and_listed(site: Terminal):
    issued_ = await site.later("stickers", "issue", "3")
    listed = await site.later("stickers", "list", "--json")

    assert len(issued_.lines) == 3
    assert {each["code"] for each in listed.json["stickers"]} == set(issued_.lines)
    assert {each["state"] for each in listed.json["stickers"]} == {"printed"}


async def test_an_owner_who_presses_1_activates_their_sticker(site: Terminal, served: House, desk: Exchange):
    code = await issued(site)

    ran = await activated(site, desk, code, OWNER, "--json")
    tried = await site.later("stickers", "test", code)

    assert ran.status == 0
    assert (ran.json["contact"], ran.json["state"]) == ("owner", "agreed")
    assert OWNER not in ran.out + ran.err
    assert desk.handset(OWNER).shown == SHARED
    assert tried.status == 0
    assert "A stranger would get through." in tried.out
    assert f"shows {SHARED}" in tried.out
    assert "Press 1" in tried.out


async def test_a_second_contact_agrees_for_themselves(site: Terminal, served: House, desk: Exchange):
    code = await issued(site)
    await activated(site, desk, code, OWNER)

    ran = await activated(site, desk, code, SECOND, "--second")
    tried = await site.later("stickers", "test", code)

    assert ran.status == 0
    assert "after an accident" in ran.out
    assert "the second contact is rung" in tried.out


async def test_an_owner_who_does_not_answer_leaves_the_sticker_as_it_was(site: Terminal, served: House, desk: Exchange):
    code = await issued(site)
    handset = desk.handset(OWNER)
    asking = asyncio.create_task(site.later("stickers", "activate", code, typed=OWNER))
    await handset.rings()
    await handset.declines()
    ran = await asking

    assert ran.status == 1
    assert "Nobody agreed" in ran.out
    (sticker,) = (await site.later("stickers", "list", "--json")).json["stickers"]
    assert (sticker["state"], sticker["owner"]) == ("printed", "asked")


async def test_nobody_is_rung_where_nobody_would_tell_them_why(site: Terminal, desk: Exchange):
    code = await issued(site)

    ran = await site.later("stickers", "activate", code, typed=OWNER)

    assert ran.status == 1
    assert f"The service at {PUBLIC_URL} does not answer" in ran.err
    assert (await site.later("calls", "list", "--json")).json == {"calls": []}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("123", "too few or too many digits"),
        ("+1" + "2" * 38, "at most 15 digits"),
        ("hello", "Write the number with its country code"),
        ("", "standard input is empty"),
        ("+19005550123", "Premium"),
        ("+33639980001", "This country is not among"),
        (SHARED, "one of our own numbers"),
    ],
)
async def test_a_number_that_nobody_can_have_is_refused_and_not_repeated(
    site: Terminal, served: House, typed: str, said: str
):
    ran = await site.later("stickers", "activate", await issued(site), typed=typed)

    assert ran.status == 1
    assert said in ran.err
    assert not typed or typed not in ran.out + ran.err


async def test_a_vehicle_is_described_bit_by_bit(site: Terminal):
    code = await issued(site)
    await site.later("stickers", "describe", code, "--label", "Blue van", "--plate", "DEMO 101")

    ran = await site.later(
        *("stickers", "describe", code, "--quiet", "22:00-07:00", "--timezone", "Asia/Kolkata", "--plate", "", "--json")
    )

    assert ran.json == {
        "code": code, "label": "Blue van", "plate": None, "plate_shown": "hidden", "language": "en",
        "callback_minutes": 30, "quiet": ["22:00:00", "07:00:00"], "timezone": "Asia/Kolkata",
        "nuisance": "announce",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--quiet", "nights"), "Write quiet hours like 22:00-07:00"),
        (("--timezone", "Mars/Base"), "IANA zone"),
        (("--label", "x" * 41), "1 to 40 printable characters"),
    ],
)
async def test_what_cannot_be_said_of_a_vehicle_is_refused(site: Terminal, words, said):
    ran = await site.later("stickers", "describe", await issued(site), *words)

    assert ran.status == 1
    assert said in ran.err


async def test_a_sticker_is_paused_resumed_and_revoked(site: Terminal, served: House, desk: Exchange):
    code = await issued(site)
    await activated(site, desk, code, OWNER)

    paused = await site.later("stickers", "pause", code, "--json")
    tried = await site.later("stickers", "test", code)
    resumed = await site.later("stickers", "resume", code, "--json")
    unasked = await site.later("stickers", "revoke", code)
    revoked = await site.later("stickers", "revoke", code, "--yes", "--json")
    late = await site.later("stickers", "resume", code)

    assert paused.json == {"code": code, "state": "paused"}
    assert tried.status == 1
    assert f"./run stickers resume {code}" in tried.out
    assert resumed.json["state"] == "activated"
    assert unasked.status == 1
    assert revoked.json["state"] == "revoked"
    assert late.status == 1
    assert "The sticker's state does not allow this" in late.err


async def test_a_dry_run_rings_nobody_and_tells_what_is_missing(site: Terminal, desk: Exchange):
    code = await issued(site)

    ran = await site.later("stickers", "test", code, "--json")

    assert ran.status == 1
    assert ran.json["rings"] is False
    assert any("its owner has not agreed yet" in line for line in ran.json["wrong"])
    assert any("leads elsewhere: ./run numbers point" in line for line in ran.json["wrong"])
    assert desk.wire
    assert all(entry.method == "GET" for entry in desk.wire[-1:])


async def test_unactivated_stickers_are_printed_on_sheets(site: Terminal):
    site.set(public_url="https://calls.example.org")
    codes = (await site.later("stickers", "issue", "25", "--json")).json["codes"]

    ran = await site.later("stickers", "print", "--out", str(site.folder / "sheet.pdf"), "--json")

    assert sorted(ran.json["codes"]) == sorted(codes)
    assert (site.folder / "sheet.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("kind", ["svg", "png"])
async def test_one_sticker_is_printed_as_a_picture(site: Terminal, kind: str):
    code, out = await issued(site), site.folder / f"one.{kind}"

    ran = await site.later("stickers", "print", code, "--anyway", "--out", str(out))

    assert ran.status == 0
    assert out.stat().st_size > 1000


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--out", "x.gif", "--anyway"), "name it .pdf, .svg or .png"),
        (("--out", "x.pdf"), "which only this machine can open"),
        (("--out", "/nowhere/x.pdf", "--anyway"), "cannot be written"),
        (("--out", "x.pdf", "--anyway", "--languages", "en,tlh"), "No language tlh"),
        (("0123456789abcdef", "--out", "x.pdf", "--anyway"), "No sticker has this code"),
    ],
)
async def test_what_cannot_be_printed_is_refused_with_what_to_do(site: Terminal, words, said):
    await issued(site)

    ran = await site.later("stickers", "print", *words)

    assert ran.status == 1
    assert said in ran.err


async def test_stickers_need_numbers_of_their_country(site: Terminal, terminal: Terminal):
    elsewhere = await site.later("stickers", "issue", "1", "--country", "GB")

    assert elsewhere.status == 1
    assert "No number of ours is of GB" in elsewhere.err


def test_stickers_need_a_number_at_all(terminal: Terminal):
    ran = terminal("stickers", "issue", "1")

    assert ran.status == 1
    assert "Take a number in first" in ran.err
