"""What an installation needs before it can serve: a schema and keys where they are ours to make, and its accounts."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from maskline import store
from maskline.refusal import Refusal
from maskline.settings import Settings
from maskline.wiring import House
from privacy.keys import KeyRing
from sql import migrate
from sql.database import Database


def _beside(folder: Path, what: str) -> Path:
    return folder.with_name(f"{folder.name}-{what}")


class DemoFolder(Refusal):
    """The database holds the demo, which never mixes with a real site."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(
            f"The data folder {settings.data_dir} holds the demo. A site of your own needs another one: put a line "
            f"like MASKLINE_DATA_DIR={_beside(settings.data_dir, 'site')} into .env."
        )


class SiteFolder(Refusal):
    """The database holds a site of its owner's, which never mixes with the demo."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(
            f"The data folder {settings.data_dir} holds a site of your own, and the demo never mixes with one. For "
            f"the demo, use another folder: MASKLINE_DATA_DIR={_beside(settings.data_dir, 'demo')} ./run. For your "
            "site: ./run serve."
        )


@dataclass(frozen=True, slots=True)
class Seeded:
    """One carrier account of the settings. new: it was not known before, or its token was not."""

    carrier: str
    vendor_id: str
    new: bool


async def prepare(settings: Settings, database_url: str) -> list[str]:
    """
    Brings an embedded database to this version's schema and makes its keys at the first start.

    Returns the migrations applied. In production both are steps of their own, and this does nothing. Raises SchemaUnfit
    and KeysUnfit; keys are never made for a database that was written with others.
    """
    if settings.external:
        return []
    applied = await migrate.migrate(database_url)
    if settings.keys is None and not settings.keys_file.exists():
        database = await Database.open(database_url, voice=1, work=1)
        try:
            async with database.work() as conn:
                known = await store.knows_keys(conn)
        finally:
            await database.close()
        if not known:
            await asyncio.to_thread(KeyRing.create, settings.keys_file)
    return applied


async def our_tenant(house: House) -> UUID:
    """The tenant that this installation serves by itself, made at the first call. Raises DemoFolder."""
    async with house.database.work() as conn:
        if store.DEMO in await store.tenants(conn):
            raise DemoFolder(house.settings)
        return await store.keep_tenant(conn, house.clock, store.OURS)


async def demo_tenant(house: House) -> UUID:
    """The demo's tenant, made at the first call. Raises SiteFolder where the database holds somebody's own site."""
    async with house.database.work() as conn:
        if store.OURS in await store.tenants(conn):
            raise SiteFolder(house.settings)
        return await store.keep_tenant(conn, house.clock, store.DEMO)


async def seed_accounts(house: House, tenant: UUID) -> list[Seeded]:
    """Takes in the carrier accounts that the settings name. Returns them; none where the settings name none."""
    settings, seeded = house.settings, []
    for carrier, vendor_id, token in (
        ("twilio", settings.twilio_account_sid, settings.twilio_auth_token),
        ("plivo", settings.plivo_auth_id, settings.plivo_auth_token),
    ):
        if vendor_id is not None and token is not None:
            new = await keep_account(house, tenant, carrier, vendor_id, token.get_secret_value())
            seeded.append(Seeded(carrier, vendor_id, new))
    return seeded


async def keep_account(
    house: House, tenant: UUID, carrier: str, vendor_id: str, token: str, *, only: bool = False
) -> bool:
    """
    Keeps an account with a token. Returns whether anything was new.

    A token that is known already stays where it is. A new one becomes the first, which signs in to REST, and the former
    first may still sign webhooks, since the carrier goes on using it for a while; with `only` it may not. Raises
    AccountElsewhere.
    """
    known = next((each for each in house.accounts.of(carrier) if each.vendor_id == vendor_id), None)
    tokens = known.tokens if known else ()
    if token in tokens and not only:
        return False
    former = () if only else tokens[:1]
    await house.accounts.keep(house.clock, tenant, carrier, vendor_id, [token, *former])
    async with house.database.work() as conn:
        await store.tell_changed(conn)
    return True
