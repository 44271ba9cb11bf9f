"""`./run work`: a worker alone, beside services elsewhere."""

import asyncio

import click

from maskline import listening
from maskline.commands.settled import load_settings
from maskline.commands.shown import Shown, json_option
from maskline.refusal import Refusal


@click.command()
@json_option
def work(shown: Shown) -> None:
    """Run a worker alone, until Ctrl-C: texts, consent calls, deletions, retention.

    For production, where MASKLINE_DATABASE_URL is set; `./run serve` brings a worker along. Any number may run.
    """
    loaded = load_settings()
    if loaded.database_url is None or loaded.redis_url is None:
        raise Refusal("A worker alone needs MASKLINE_DATABASE_URL and MASKLINE_REDIS_URL; ./run serve has one inside.")
    from maskline import roles, seed
    from maskline.processes import Crew
    from maskline.wiring import open_house

    footing = roles.Footing(
        settings=loaded, database_url=loaded.database_url.get_secret_value(),
        redis_url=loaded.redis_url.get_secret_value(), public_url=loaded.base_url,
    )  # fmt: skip

    async def check() -> None:
        async with open_house(loaded, footing.database_url, footing.redis_url, pools=(1, 2)) as house:
            await seed.seed_accounts(house, await seed.our_tenant(house))

    with listening.listening(loaded, services=0, workers=1) as sockets:
        asyncio.run(check())
        with Crew() as crew:
            crew.start("worker", roles.work(footing, sockets.ops[0]), keep=sockets.ops)
            crew.wait_ready()
            shown.result({"ready": True, "ops": sockets.ops[0].getsockname()[1]}, "The worker works. Ctrl-C stops it.")
            crew.watch()
