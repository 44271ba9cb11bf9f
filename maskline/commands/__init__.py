"""
The command line: every command by name, imported when it is asked for, so that each starts quickly.

A command says what it does in a docstring, takes `--json`, and reads a person's number or a token from a prompt or from
standard input (`asked.py`). What goes wrong is a Problem or a Refusal, and is told here in one line.
"""

import json
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

import click

from core.problem import Problem
from maskline.commands.numbers_given import refuse_numbers
from maskline.refusal import Refusal

COMMANDS = {
    "demo": "Everything on this desk, on numbers reserved for fiction (what ./run alone does).",
    "serve": "Run the service and a worker.",
    "work": "Run a worker alone.",
    "migrate": "Bring the database to this version's schema.",
    "seed": "Take in the carrier accounts that the settings name.",
    "doctor": "Look for what is wrong, and say what to do.",
    "accounts": "Our accounts with carriers.",
    "numbers": "Our own telephone numbers.",
    "clients": "Programs that use our APIs, and their tokens.",
    "plan": "Reckon how many numbers masked sessions need.",
    "stickers": "Printed stickers and the vehicles they stand for.",
    "names": "What people call numbers: merge, publish, count anew; businesses, and numbers given back.",
    "calls": "Anonymous records of calls.",
    "texts": "The texts that we send, and their templates for India's DLT.",
    "deliveries": "What customers were told of their services, and telling it again.",
    "jobs": "Follow-up work that did not succeed.",
    "audit": "The audit trail.",
    "keys": "The key file: make one, add a root, retire one.",
    "rekey": "After a leak: move every number key to a new root.",
    "backup": "Write the database into a file.",
    "restore": "Read the database from a file.",
}
"""Name -> one line. The command `name` stands in maskline/commands/<name>.py under the same name."""

REFUSED, USAGE, INTERRUPTED = 1, 2, 130
_LONGEST_SENTENCE = 200


class CommandLine(click.Group):
    """Imports a command when it is asked for, and tells what went wrong in one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"maskline.commands.{cmd_name}"), cmd_name)
        for each in command.commands.values() if isinstance(command, click.Group) else ():
            # click would cut the sentence where the line ends: half of it tells nobody what the command does.
            each.short_help = each.get_short_help_str(_LONGEST_SENTENCE)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in --help, without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **_: Any) -> NoReturn:  # type: ignore[override]
        """Runs a command and ends with SystemExit and its status, 0 where all went well."""
        given = list(sys.argv[1:] if args is None else args)
        try:
            refuse_numbers(given)
            # click hands back the status of `ctx.exit(n)`, and what the command returned, which is None with us.
            status = super().main(given or ["demo"], prog_name, standalone_mode=False)
            _flush()
        except Problem as problem:
            status = _refused(problem.document(), sentence(problem), as_json="--json" in given)
        except Refusal as refusal:
            status = _refused({"title": str(refusal)}, str(refusal), as_json="--json" in given)
        except click.ClickException as error:
            error.show()
            status = error.exit_code
        except (click.Abort, KeyboardInterrupt):
            status = INTERRUPTED
        except BrokenPipeError:  # whoever read our output has read enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            status = REFUSED
        raise SystemExit(status if isinstance(status, int) else 0)


@click.group(cls=CommandLine, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def cli() -> None:
    """Maskline: two people call each other without seeing each other's number.

    Without a command, the demo runs. Settings are environment variables or lines in .env: docs/settings.md.
    """


def sentence(problem: Problem) -> str:
    """What is wrong, and what to do, as one line."""
    return f"{problem.title}. {problem.detail}" if problem.detail else f"{problem.title}."


def _refused(document: dict[str, Any], said: str, *, as_json: bool) -> int:
    if as_json:
        click.echo(json.dumps({"error": document}, default=str))
    click.echo(said, err=True)
    return REFUSED


def _flush() -> None:
    """Now, where a broken pipe can still be told from a success."""
    sys.stdout.flush()
