"""`./run serve`: the service and a worker on one machine, and the embedded servers where none are given."""

import asyncio

import click

from maskline import listening, settings
from maskline.commands.settled import set_up_logging
from maskline.commands.shown import Shown, json_option
from maskline.listening import Listening
from maskline.settings import Settings
from maskline.standing import Backed, backed


@click.command()
@click.option("--without-worker", is_flag=True, help="Leave the follow-up work to `./run work` elsewhere.")
@json_option
def serve(shown: Shown, without_worker: bool) -> None:
    """Run the service, and a worker beside it, until Ctrl-C.

    Without MASKLINE_DATABASE_URL, PostgreSQL and Valkey run embedded, with their rows in MASKLINE_DATA_DIR. The first
    Ctrl-C lets requests under way finish (5 seconds at most), the second ends everything at once.
    """
    loaded = settings.load()
    workers = 0 if without_worker else 1
    with (
        listening.listening(loaded, services=loaded.workers, workers=workers) as sockets,
        backed(loaded, shown.step, lambda: _import_all(loaded)) as at,
    ):
        public_url = loaded.public_url or sockets.base_url
        asyncio.run(_prepare(loaded, at, public_url, shown))
        _run(loaded, at, public_url, sockets, shown, with_worker=not without_worker)


def _import_all(loaded: Settings) -> None:
    """What takes long to import, while the servers start."""
    set_up_logging(loaded)
    from maskline import processes, roles, seed  # noqa: F401


async def _prepare(loaded: Settings, at: Backed, public_url: str, shown: Shown) -> None:
    """Everything that can be wrong is found here, before any process is started."""
    from maskline import seed
    from maskline.wiring import open_house

    await seed.prepare(loaded, at.database_url)
    async with open_house(loaded, at.database_url, at.redis_url, public_url=public_url, pools=(1, 2)) as house:
        tenant = await seed.our_tenant(house)
        for account in await seed.seed_accounts(house, tenant):
            if account.new:
                shown.step(f"Took in the {account.carrier} account {account.vendor_id} from the settings.")
        if not await house.inventory.ours():
            shown.step("No number is in the inventory yet: ./run numbers add (docs/going-live.md).")


def _run(loaded: Settings, at: Backed, public_url: str, sockets: Listening, shown: Shown, *, with_worker: bool) -> None:
    from maskline import roles
    from maskline.app import make_web
    from maskline.processes import Crew

    footing = roles.Footing(
        settings=loaded, database_url=at.database_url, redis_url=at.redis_url, public_url=public_url
    )
    shell = make_web(loaded, public_url)
    with Crew() as crew:
        for place, (web, ops) in enumerate(zip(sockets.web, sockets.ops, strict=False)):
            name = f"service {place + 1}" if loaded.workers > 1 else "service"
            crew.start(name, roles.service(footing, shell, web, ops), keep=(web, ops))
        if with_worker:
            crew.start("worker", roles.work(footing, sockets.ops[-1]), keep=sockets.ops[-1:])
        crew.wait_ready()
        pages = _pages(public_url, sockets, with_worker=with_worker)
        if at.ours is not None:
            at.ours.announce(pages)
        shown.result({"ready": True, **pages}, f"Maskline serves {public_url}. Ctrl-C stops it.")
        crew.watch()
        sockets.close()


def _pages(public_url: str, sockets: Listening, *, with_worker: bool) -> dict[str, str]:
    """What is where: for run.json, by which other commands join."""
    ops = [f"http://{listening.LOOPBACK}:{each.getsockname()[1]}" for each in sockets.ops]
    pages = {"service": public_url, "local": sockets.base_url, "ops": ops[0]}
    return pages | ({"worker": ops[-1]} if with_worker else {})
