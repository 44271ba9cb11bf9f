"""`python -m bench.callerid replay WORLD --out FILE`: what the resolver says of every number of a world of tags."""

import json
import sys
from pathlib import Path

import click

from bench.callerid import table, training
from bench.callerid.records import BadWorld, read
from bench.callerid.replay import Town, replay
from callerid.ranking import Model
from callerid.ranking.model import SHIPPED


@click.group()
def callerid() -> None:
    """Try the caller-ID resolver on data of your own before you trust it."""


@callerid.command("replay")
@click.argument("world", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="One JSON line a number.")
@click.option(
    "--sources", type=click.IntRange(1, 9), default=2, show_default=True, help="Independent people a name needs."
)
@click.option(
    "--model", "model_file", type=click.Path(dir_okay=False, path_type=Path), default=SHIPPED, help="Another model."
)
@click.option("--no-lists", is_flag=True, help="Start without the lists of words that are no names.")
def replay_world(world: Path, out: Path, sources: int, model_file: Path, no_lists: bool) -> None:
    """Feed the folder WORLD through the engine in order of time and write what it says at the end.

    WORLD holds tags.jsonl, marks.jsonl, contributors.jsonl, numbers.jsonl and disconnects.json. Each line of --out is
    {"id", "name" or null, "confidence" 0..1, "spam" 0..1}. Ends with status 2, and one sentence, where a file is bad.
    """
    try:
        model = Model.load(model_file)
        model.listed = not no_lists
        town, week = replay(read(world), model)
        write(town, week, sources, out)
    except (BadWorld, OSError, ValueError) as error:
        click.echo(f"callerid: {error}", err=True)
        sys.exit(2)


@callerid.command("table")
@click.option("--worlds", type=click.IntRange(1, 20), default=3, show_default=True, help="Made-up worlds to average.")
@click.option("--first", type=int, default=1, show_default=True, help="Seed of the first; the others follow it.")
@click.option("--numbers", type=click.IntRange(100, 20_000), default=4000, show_default=True, help="In each world.")
def print_table(worlds: int, first: int, numbers: int) -> None:
    """Print how this resolver fares beside simpler ones, on worlds of the project's own (bench/callerid/worlds.py)."""
    for line in table.lines(table.table(range(first, first + worlds), numbers)):
        click.echo(line)


@callerid.command("train")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The model, as JSON.")
@click.option("--name", required=True, help="Its version, which is stored with it.")
@click.option(
    "--worlds", type=click.IntRange(1, 20), default=3, show_default=True, help="Made-up worlds to learn from."
)
@click.option("--first", type=int, default=1001, show_default=True, help="Seed of the first; the others follow it.")
@click.option("--numbers", type=click.IntRange(100, 20_000), default=2000, show_default=True, help="In each world.")
def train_model(out: Path, name: str, worlds: int, first: int, numbers: int) -> None:
    """Train a model on worlds of the project's own, and write it to --out for `replay --model`.

    It does not replace the one that the service ships with (callerid/ranking/model.json): compare them first, with
    `table` and on data of your own. A minute for a thousand numbers.
    """
    click.echo(f"Learning from {worlds} worlds of {numbers:,} numbers …", err=True)
    try:
        out.write_text(training.train(range(first, first + worlds), numbers, Model.load(), name).to_json())
    except OSError as error:
        click.echo(f"callerid: {error}", err=True)
        sys.exit(2)
    click.echo(f"Model {name} is in {out}.")


def write(town: Town, week: int, sources: int, out: Path) -> None:
    """One line a number, in order of their ids. Raises OSError."""
    with out.open("w", encoding="utf-8") as lines:
        for number in sorted(town.books):
            said = town.books[number].verdict(week, town.model, sources=sources)
            row = {
                "id": number,
                "name": said.name,
                "confidence": round(said.confidence, 4),
                "spam": round(said.spam, 4),
            }
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    callerid(prog_name="python -m bench.callerid")
