"""A site behind PgBouncer in transaction mode: what is told of it, and what works without prepared statements."""

import pytest

from maskline import worker
from maskline.settings import Settings
from tests.maskline.terminal import Terminal
from tests.maskline.test_commands_house import findings
from tests.servers import address
from tests.town import ALICE, OWNER, Town

HERE = ("ok", "Both addresses lead to one database.", "")


@pytest.fixture
def settings(settings: Settings, database_url: str) -> Settings:
    """Of a site whose DATABASE_URL is a pooler's."""
    pooled = {"database_pooling": "transaction", "database_direct_url": database_url}
    return Settings.model_validate(
        settings.model_dump() | pooled | {"database_url": "postgresql://pooler.invalid/d", "redis_url": "redis://r",
                                          "public_url": "http://127.0.0.1:9"}
    )  # fmt: skip


async def test_a_call_is_put_through_without_prepared_statements(town: Town):
    way = await town.scan(await town.sticker())
    assert way.number is not None

    answer = await town.twilio.calls(ALICE, way.number)
    await worker.drain(town.house)

    assert answer.texts("Dial/Number") == OWNER.value
    assert await town.rows("SELECT 1 FROM pg_prepared_statements") == []


async def test_what_needs_a_session_goes_past_the_pooler(town: Town, database_url: str):
    assert town.house.session_url == database_url
    assert database_url not in repr(town.house)


async def test_the_doctor_tells_where_both_addresses_lead(terminal: Terminal, database_url: str):
    terminal.set(database_pooling="transaction", database_direct_url=database_url)
    await terminal.later("migrate")

    same = await terminal.later("doctor", "--json")
    terminal.set(database_url=address(database_url, "postgres"))
    other = await terminal.later("doctor", "--json")
    terminal.set(database_url="postgresql://nobody:secret@/nowhere?host=/nowhere")
    away = await terminal.later("doctor", "--json")

    assert findings(same)["pooling"] == HERE
    assert "different databases" in findings(other)["pooling"][1]
    assert "is not answering" in findings(away)["pooling"][1]
    assert (other.status, away.status) == (1, 1)
    assert "secret" not in away.out + away.err


async def test_nothing_is_said_of_pooling_where_nobody_pools(terminal: Terminal):
    await terminal.later("migrate")

    assert "pooling" not in findings(await terminal.later("doctor", "--json"))
