"""`./run names`: what people call numbers: merging, publishing, counting anew, what waits; and what owners say."""

from typing import Any

import click

from callerid.books.upkeep import Upkeep
from maskline.commands import owners
from maskline.commands.opening import Opened, with_house
from maskline.commands.shown import Shown, json_option

_QUEUES = ("address books", "single names", "marks")
_COLUMNS = (("queue", "Waits"), ("people", "From people"), ("rows", "Rows"))


@click.group()
def names() -> None:
    """What people call numbers, and what their owners say. Numbers are never arguments."""


@names.command()
@json_option
def waiting(shown: Shown) -> None:
    """Show how much waits to be merged, and from how many people."""

    async def work(opened: Opened) -> list[dict[str, Any]]:
        rows = await Upkeep(opened.house.database).waiting()
        return [{"queue": _QUEUES[queue], "people": people, "rows": count} for queue, people, count in rows]

    shown.table("waiting", with_house(shown, work), _COLUMNS, empty="Nothing waits.")


@names.command()
@json_option
def merge(shown: Shown) -> None:
    """Merge now what may be merged, as the worker does every ten seconds. With too few people nothing is."""

    async def work(opened: Opened) -> int:
        return await opened.house.names.merge.run()

    rows = with_house(shown, work)
    shown.result({"rows": rows}, f"Merged {rows} rows." if rows else "Nothing could be merged.")


@names.command()
@json_option
def publish(shown: Shown) -> None:
    """Publish now, and not on the next tick."""

    async def work(opened: Opened) -> int:
        return await opened.house.names.publication.tick()

    ranked = with_house(shown, work)
    said = f"Ranked {ranked} numbers, some of them for company." if ranked else "Nothing changed."
    shown.result({"ranked": ranked}, said)


@names.command()
@json_option
def rebuild(shown: Shown) -> None:
    """Count every name anew from the tags, and rank every number, after a new version of the ranking.

    What the model learned of words is counted anew too.
    """

    async def work(opened: Opened) -> int:
        upkeep = Upkeep(opened.house.database)
        await upkeep.forget_counts()
        ranked = await opened.house.names.publication.tick()
        await upkeep.relearn(opened.house.clock.now())
        return ranked

    ranked = with_house(shown, work)
    shown.result({"ranked": ranked}, f"Counted {ranked} numbers anew.")


@names.command()
@json_option
def check(shown: Shown) -> None:
    """Check that counters count what stands, and that no crowd of one is shown. Ends with status 1 where not."""

    async def work(opened: Opened) -> dict[str, int]:
        return await Upkeep(opened.house.database).broken()

    broken = with_house(shown, work)
    said = [f"{what}: {count}" for what, count in broken.items()] or ["Everything holds."]
    shown.result({"broken": broken}, *said)
    click.get_current_context().exit(1 if broken else 0)


@names.command()
@json_option
def model(shown: Shown) -> None:
    """Show which model ranks, and how many words it has heard."""

    async def work(opened: Opened) -> tuple[str, int]:
        return await Upkeep(opened.house.database).model()

    version, words = with_house(shown, work)
    shown.result({"version": version, "words": words}, f"Model {version}; {words} words heard here and in training.")


owners.join(names)
