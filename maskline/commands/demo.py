"""`./run demo`, which is also what `./run` does: the service, a worker and a telephone exchange on this desk."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from maskline import listening, settings
from maskline.commands.settled import set_up_logging
from maskline.commands.shown import Shown, json_option
from maskline.listening import LOOPBACK, Listening
from maskline.refusal import Refusal
from maskline.settings import PREFIX, Settings
from maskline.standing import Backed, backed

if TYPE_CHECKING:
    from maskline.demo import Credentials
    from maskline.demo_desk import Desk
    from maskline.demo_seed import Parked

_IGNORED = (
    "twilio_account_sid", "twilio_auth_token", "plivo_auth_id", "plivo_auth_token", "public_url", "keys",
    "destination_countries",
)  # fmt: skip
"""Settings of a real site, which the demo must not touch, or would not work with."""
_REPLACED = ("twilio_api_url", "plivo_api_url", "http_host")
_TICK_SECONDS = 10
"""Between two publications of names, unless it is set: nobody sits at a desk for an hour."""


@click.command()
@json_option
def demo(shown: Shown) -> None:
    """Try everything on this desk, on numbers reserved for fiction, until Ctrl-C.

    Starts PostgreSQL, Valkey, the service, a worker and a telephone exchange with handsets in the browser, and prints
    the addresses to open. Real carrier credentials are ignored. What is in MASKLINE_DATA_DIR stays for the next time.
    """
    loaded = _fictional(settings.load(), shown)
    from maskline.demo import Credentials
    from maskline.demo_desk import desk

    credentials = Credentials()
    with (
        listening.listening(loaded, host=LOOPBACK) as sockets,
        desk(loaded.exchange_port, credentials) as exchange,
        backed(loaded, shown.step, lambda: _import_all(loaded)) as at,
    ):
        exchange.wait_ready()
        loaded = loaded.model_copy(update=dict.fromkeys(("twilio_api_url", "plivo_api_url"), exchange.url))
        tenant, parked = asyncio.run(_prepare(loaded, at, sockets.base_url, credentials))
        _run(loaded, at, sockets, exchange, tenant, parked, shown)


def _fictional(loaded: Settings, shown: Shown) -> Settings:
    """The settings without what is real. Says what it ignores."""
    if loaded.external:
        raise Refusal(
            "The demo brings its own database, and MASKLINE_DATABASE_URL names another. Start your site with "
            "./run serve, or the demo without that variable."
        )
    plain = {name: Settings.model_fields[name].get_default() for name in (*_IGNORED, *_REPLACED)}
    ignored = [f"{PREFIX}{name.upper()}" for name, value in plain.items() if getattr(loaded, name) != value]
    if ignored:
        shown.step(f"The demo ignores {', '.join(ignored)}: it rings nobody real.")
    tick = {} if "names_tick_seconds" in loaded.model_fields_set else {"names_tick_seconds": _TICK_SECONDS}
    return loaded.model_copy(update=plain | tick)


def _import_all(loaded: Settings) -> None:
    """What takes long to import, while the servers start. The terminal is for the addresses and the calls."""
    set_up_logging(loaded, quiet=True)
    from maskline import demo_page, demo_records, demo_seed, processes, roles  # noqa: F401


async def _prepare(
    loaded: Settings, at: Backed, public_url: str, credentials: "Credentials"
) -> "tuple[UUID, list[Parked]]":
    from maskline import seed
    from maskline.demo_seed import seed_demo
    from maskline.wiring import open_house

    await seed.prepare(loaded, at.database_url)
    async with open_house(loaded, at.database_url, at.redis_url, public_url=public_url, pools=(1, 4)) as house:
        tenant = await seed.demo_tenant(house)
        return tenant, await seed_demo(house, tenant, credentials)


def _run(
    loaded: Settings, at: Backed, sockets: Listening, exchange: "Desk", tenant: UUID, parked: "Sequence[Parked]",
    shown: Shown,
) -> None:  # fmt: skip
    from maskline import demo_page, demo_records, roles
    from maskline.app import make_web
    from maskline.processes import Crew

    url, (web, *_), (ops, worker_ops) = sockets.base_url, sockets.web, sockets.ops
    footing = roles.Footing(settings=loaded, database_url=at.database_url, redis_url=at.redis_url, public_url=url)
    extra = demo_page.additions(exchange.url, parked, tenant)

    def tell(call: dict[str, Any]) -> None:
        shown.result({"call": call}, demo_records.line(call))

    with Crew() as crew:
        crew.start("service", roles.service(footing, make_web(loaded, url), web, ops, extra), keep=(web, ops))
        crew.start("worker", roles.work(footing, worker_ops, demo_records.follow(tenant, tell)), keep=(worker_ops,))
        crew.wait_ready()
        pages = {"service": url, "exchange": exchange.url, "demo": f"{url}/demo", "api": f"{url}/api", "worker": "yes"}
        if at.ours is not None:
            at.ours.announce(pages)
        _tell_addresses(pages | {"exchange_page": exchange.page}, parked, loaded, shown)
        crew.watch(still=exchange.check)
        sockets.close()


def _tell_addresses(pages: dict[str, str], parked: "Sequence[Parked]", loaded: Settings, shown: Shown) -> None:
    from maskline import demo as demo_values

    url = pages["service"]
    rows = [("The exchange and its handsets (open this first)", pages["exchange_page"])]
    rows += [
        (f"A sticker: {each.vehicle.label} ({each.vehicle.carrier.capitalize()}, {each.vehicle.country})",
         f"{url}/q/{each.code}")
        for each in parked if each.active
    ]  # fmt: skip
    rows.append(("A ride: the rider and the driver both dial", demo_values.RIDE.value))
    rows += [("What to try, and the records of calls", pages["demo"]), ("The API description", pages["api"])]
    width = max(len(what) for what, _ in rows)
    stickers = [
        {"code": each.code, "label": each.vehicle.label, "carrier": each.vehicle.carrier, "active": each.active,
         "page": f"{url}/q/{each.code}"}
        for each in parked
    ]  # fmt: skip
    idle = [f"  Nobody owns “{each.vehicle.label}” yet: ./run stickers activate {each.code}"
            for each in parked if not each.active]  # fmt: skip
    shown.result(
        {"ready": True, **pages, "stickers": stickers},
        "",
        "Maskline's demo is up. Nothing here rings a real phone.",
        "",
        *(f"  {what.ljust(width)}  {click.style(where, bold=True)}" for what, where in rows),
        *idle,
        "",
        f"Ctrl-C stops everything; the rows stay in {loaded.data_dir}.",
    )
