"""What commands print: a document for programs (`--json`), a table or a sentence for people."""

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

_GAP = "  "


@dataclass(frozen=True, slots=True)
class Shown:
    """Where results go. as_json: one JSON object on standard output and nothing else there."""

    as_json: bool

    def result(self, document: dict[str, Any], *lines: str) -> None:
        """The outcome of a command. lines: the same for people."""
        if self.as_json:
            click.echo(json.dumps(document, default=_plain, ensure_ascii=False))
        else:
            for line in lines:
                click.echo(line)

    def table(
        self, name: str, rows: Sequence[dict[str, Any]], columns: Sequence[tuple[str, str]], *, empty: str
    ) -> None:
        """Rows. name: of the list in JSON. columns: (key, heading), for people. empty: said where there are none."""
        if self.as_json:
            click.echo(json.dumps({name: rows}, default=_plain, ensure_ascii=False))
        elif not rows:
            click.echo(empty)
        else:
            cells = [[_cell(row[key]) for key, _ in columns] for row in rows]
            _print_table([heading for _, heading in columns], cells)

    def step(self, text: str) -> None:
        """What is going on just now, for people who wait; on standard error, so that it is in nobody's way."""
        click.echo(text, err=True)


def json_option(command: F) -> F:
    """Gives a command `--json` and the argument `shown`."""

    def made(ctx: click.Context, param: click.Parameter, value: bool) -> Shown:
        return Shown(value)

    return click.option("--json", "shown", is_flag=True, callback=made, help="Print JSON, for programs.")(command)


def _plain(value: Any) -> str:
    """As JSON has it: times in ISO 8601, everything else as its text (an E164 prints masked)."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _print_table(headings: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    """A drawn table on a terminal; elsewhere columns of text, complete whatever the width."""
    if sys.stdout.isatty():
        from rich import box
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(*headings, box=box.SIMPLE_HEAD, pad_edge=False)
        for row in cells:
            table.add_row(*(Text(cell) for cell in row))
        Console().print(table)
        return
    widths = [max(map(len, column)) for column in zip(headings, *cells, strict=True)]
    for row in (headings, *cells):
        click.echo(_padded(row, widths))


def _padded(row: Iterable[str], widths: Iterable[int]) -> str:
    return _GAP.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
