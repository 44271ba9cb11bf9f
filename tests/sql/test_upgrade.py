"""A database of an earlier release is brought to this one's schema, and what was released is never changed."""

import hashlib
from collections.abc import Iterator

import asyncpg
import pytest

from sql.migrate import migrate, migrations
from tests.servers import Clerk, address

RELEASED = {
    "0001_house": "555918ffa5c08a097b2125d642730101a6da7491cadd2122fdf20c5c45f9108e",
    "0002_sessions": "e2ec5ed69258fcc745f56ae79431b728ad10f8cb5a8d705b3c63407df9584800",
    "0003_pool_low": "189fafac513250dbbb6a6da0d4b582daf7c3fba103f6fd13e9d69955ccfbe9cf",
    "0004_one_house": "bd91c00e765f15faab2dcd503e35aac4d1ea2fbaf3efffb1fddde60b943da907",
    "0005_people": "66fbce78f435b99965e0a89201c8a8382b42d65ccb3126240e90423d646261a3",
    "0006_names": "a78f576d5a8233bc99159a8dfe0ac25a407469279bd6bca8cdb199c2ea7e4359",
    "0007_lookups": "dc30ac8e49c055b2d4136fe7d15867714c767eddfa55b92ad3bc0ae380f2d1d5",
    "0008_owners": "894c44efe826623a67f55bee9c80a531d1c3d880cdd5174c711a233c4d324567",
    "0009_books": "5e1031c263600eadf494de7fd57d8ecdca4f234a20359bc6a55d5ddd482e979f",
    "0010_known_callers": "be9e3473c8fcae7728f9d74173e34c56eb8303a9c96406b885c919232290cc93",
    "0011_session_wishes": "aadf500da38975c9d1c1fad394dbc86eb02fc4ec230cb7b2c50b810ba6fdcd57",
    "0012_number_by_number": "4e6dacd1d4af028cf95d0622cdff9e00f3eddd8d0241203f3c6c6e7cfb56e4e8",
    "0013_given_back": "a2a1e9fd171befe08e1f28c2be0406c4cc3a7dbadac8c487b9253ec334bac30c",
    "0014_lists_and_blocks": "40d422f852dc530b667f7cc8cc8d0d45f7cc08056d92a84b55032e0f44ad4bcd",
    "0015_shared_numbers": "aa65f9933eeb56d86c43ac1a2bcf5883b83edd9f4a05a4c45a747a2ada00495b",
    "0016_session_limits": "55cf1272fa3d9d14a6b94fc58e7e7d1e380548b8179e9fe5f11cbf583a4ff24f",
}
FIRST_RELEASE = "237b7cb1f2ca569e0a8d4c689f8a18bc77212a4fa356a34cbb83ab17dcf75685"

FUNCTIONS = """
SELECT p.proname, pg_get_function_identity_arguments(p.oid), pg_get_function_result(p.oid)
  FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace ORDER BY 1, 2"""
INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
COLUMNS = """
SELECT table_name, column_name, data_type, is_nullable, column_default
  FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2"""

OLD_FUNCTIONS = """
CREATE FUNCTION shared_for(p_number proxy_number, p_t timestamptz) RETURNS text LANGUAGE sql AS 'SELECT NULL::text';
CREATE FUNCTION bind_claim(
    p_t timestamptz, p_number proxy_number, p_party bytea, p_from claim, p_claim uuid, p_from_key bytea, p_shared text
) RETURNS jsonb LANGUAGE sql AS 'SELECT NULL::jsonb';
CREATE FUNCTION inbound_call(
    p_t timestamptz, p_tenant uuid, p_account uuid, p_carrier_call text, p_dialled text, p_from_key bytea,
    p_forwarded_key bytea, p_scanner_keys bytea[], p_short_key bigint, p_caller_sealed bytea, p_call uuid, p_claim uuid,
    p_over boolean, p_ring integer, p_talk integer
) RETURNS TABLE (route jsonb, box bytea, again boolean) LANGUAGE sql AS 'SELECT NULL::jsonb, NULL::bytea, false';
"""
"""Of the first release, those whose result changed, or whose arguments did; their bodies do not matter here."""


@pytest.fixture
def empty_database_url(servers, _clerk) -> Iterator[str]:
    clerk: Clerk = _clerk[0]
    name = clerk.clone("template0")
    yield address(servers.database_url, name)
    clerk.drop(name)


def first_house() -> str:
    """0001_house as it was released first."""
    text = migrations()[0].text
    for index in ("caller_sealed", "carrier_call"):
        text = text.replace(f"WHERE ended_at IS NOT NULL AND {index} IS NOT NULL", f"WHERE {index} IS NOT NULL")
    text = text[: text.index("\nCREATE TABLE opt_out")]
    assert hashlib.sha256(text.encode()).hexdigest() == FIRST_RELEASE
    return text


def test_what_was_released_stays_as_it_was():
    assert {step.name: step.digest for step in migrations() if step.name in RELEASED} == RELEASED


async def test_a_database_of_the_first_release_becomes_as_a_new_one(empty_database_url, database_url):
    await make_first_release(empty_database_url)

    await migrate(empty_database_url)

    for question in (FUNCTIONS, INDEXES, COLUMNS):
        assert await answers(empty_database_url, question) == await answers(database_url, question)
    assert await migrate(empty_database_url) == []


async def make_first_release(url: str) -> None:
    conn = await asyncpg.connect(url)
    try:
        await conn.execute(first_house() + OLD_FUNCTIONS)
        await conn.execute("""
            CREATE TABLE schema_version (
                version integer PRIMARY KEY, name text NOT NULL, digest text NOT NULL,
                compatible_from integer NOT NULL, applied_at timestamptz NOT NULL);
            CREATE TABLE schema_function (name text PRIMARY KEY, digest text NOT NULL);
        """)
        await conn.execute(
            "INSERT INTO schema_version VALUES (1, '0001_house', $1, 1, '2026-11-22T02:56:00Z')", FIRST_RELEASE
        )
    finally:
        await conn.close()


async def answers(url: str, question: str) -> list[tuple[object, ...]]:
    conn = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await conn.fetch(question)]
    finally:
        await conn.close()
