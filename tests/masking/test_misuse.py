"""Reports that a sticker is misused."""

import pytest

NOWHERE = "0123456789abcdef"


async def test_a_report_of_misuse_is_counted_and_logged_without_anybodys_address(town, browser, caplog):
    code = await town.sticker()
    for _ in range(4):
        status, page = await browser.send(f"/q/{code}/misuse", kind="pestered")
        assert status == 200
        assert "Your report is counted" in page.text

    told = [record for record in caplog.records if record.name == "maskline.misuse"]
    sticker = await town.house.desk.find(code)
    assert [(record.sticker, record.kind, record.many) for record in told] == [
        (str(sticker.sticker_id), "pestered", many) for many in (False, False, False, True)
    ]
    assert await town.rows("SELECT name, count FROM tally") == [{"name": "misuse", "count": 4}]


@pytest.mark.parametrize(("code", "kind", "status"), [(None, "nonsense", 422), (None, "", 422), (NOWHERE, "fake", 404)])
async def test_a_report_that_means_nothing_is_not_counted(town, browser, code, kind, status):
    sticker = await town.sticker()

    assert (await browser.send(f"/q/{code or sticker}/misuse", kind=kind))[0] == status
    assert await town.rows("SELECT name FROM tally") == []


async def test_nobody_alone_makes_a_sticker_look_bad(town, browser):
    code = await town.sticker()
    statuses = [(await browser.send(f"/q/{code}/misuse", kind="fake"))[0] for _ in range(6)]

    assert statuses == [200] * 5 + [429]
