"""The command line as a whole: how it helps, what it refuses, and how it says so."""

import subprocess
import sys

import click
import pytest

from maskline.commands import COMMANDS, cli
from maskline.settings import HOME
from tests.maskline.terminal import Terminal

NUMBER = "+447700900123"


def every_command() -> dict[str, click.Command]:
    """Each command by its words, groups left out."""
    found: dict[str, click.Command] = {}
    context = click.Context(cli)
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            found |= {f"{name} {inner}": each for inner, each in command.commands.items()}
        else:
            found[name] = command
    return found


@pytest.mark.parametrize("words", sorted(every_command()))
def test_every_command_explains_itself_and_speaks_json(words):
    command = every_command()[words]

    assert command.help
    assert "--json" in {name for param in command.params for name in param.opts}


@pytest.mark.parametrize("group", sorted({words.partition(" ")[0] for words in every_command() if " " in words}))
def test_a_group_tells_what_each_of_its_commands_does_in_a_whole_sentence(terminal: Terminal, group: str):
    ran = terminal(group, "--help")

    assert "..." not in ran.out.partition("Commands:")[2]


def test_help_lists_every_command_without_importing_one():
    listing = "import sys; from maskline.commands import cli; cli.main(['--help'], './run')"
    script = f"try:\n    {listing}\nfinally:\n    print(sorted(m for m in sys.modules if m.startswith('maskline.')))"

    done = subprocess.run([sys.executable, "-c", script], cwd=HOME, capture_output=True, text=True, check=True)

    assert all(name in done.stdout for name in COMMANDS)
    imported = done.stdout.splitlines()[-1]
    assert "maskline.commands.numbers_given" in imported
    assert "maskline.wiring" not in imported
    assert "maskline.settings" not in imported


@pytest.mark.parametrize(
    "words",
    [
        ("stickers", "activate", "0123456789abcdef", NUMBER),
        ("stickers", "activate", NUMBER),
        ("stickers", "activate", "0123456789abcdef", "07700 900123"),
        ("stickers", "describe", "0123456789abcdef", f"--label={NUMBER}"),
        ("calls", "list", NUMBER),
        ("07700900123",),
        (NUMBER,),
    ],
)
def test_a_persons_number_is_refused_as_an_argument_and_not_repeated(terminal: Terminal, words):
    ran = terminal(*words)

    assert ran.status == 1
    assert "never given as an argument" in ran.err
    assert "900123" not in ran.out + ran.err


def test_our_own_numbers_may_be_arguments(terminal: Terminal):
    ran = terminal("numbers", "add", NUMBER, "--carrier", "twilio")

    assert ran.status == 1
    assert "No account with this carrier is set up" in ran.err


def test_what_is_wrong_is_told_in_one_line_and_without_a_traceback(terminal: Terminal):
    ran = terminal("stickers", "test", "0123456789abcdef")

    assert ran.status == 1
    assert ran.out == ""
    assert ran.err == "No sticker has this code. A code has 16 letters and digits: see ./run stickers list.\n"


def test_what_is_wrong_is_told_to_programs_as_a_problem(terminal: Terminal):
    ran = terminal("stickers", "test", "0123456789abcdef", "--json")

    assert ran.status == 1
    assert ran.json["error"]["type"] == "/problems/no-sticker"
    assert ran.json["error"]["status"] == 404


def test_an_unknown_command_is_told_with_a_way_to_help(terminal: Terminal):
    ran = terminal("dance")

    assert ran.status == 2
    assert "./run --help" in ran.err


def test_a_wrong_setting_is_told_by_its_name(terminal: Terminal):
    terminal.set(http_port="seven", htp_port=1)

    ran = terminal("calls", "list")

    assert ran.status == 1
    assert "MASKLINE_HTTP_PORT: should be a valid integer" in ran.err
    assert "did you mean MASKLINE_HTTP_PORT?" in ran.err


def test_a_key_file_that_is_not_the_databases_stops_every_command(terminal: Terminal):
    terminal.well("stickers", "list")
    terminal("keys", "make", str(terminal.folder / "other.keys"))
    terminal.set(keys=terminal.folder / "other.keys")

    ran = terminal("stickers", "list")

    assert ran.status == 1
    assert "It is not this database's: number 1 is a different key, seal 1 is a different key" in ran.err
    assert "docs/backup.md" in ran.err


def test_a_missing_key_file_stops_every_command(terminal: Terminal):
    terminal.set(keys=terminal.folder / "nowhere.keys")

    ran = terminal("stickers", "list")

    assert ran.status == 1
    assert "nowhere.keys does not exist" in ran.err


def test_a_database_that_is_away_is_told_without_its_password(terminal: Terminal):
    terminal.set(database_url="postgresql://me:sesame@/none?host=/tmp/nowhere")

    ran = terminal("stickers", "list")

    assert ran.status == 1
    assert "The database is not answering" in ran.err
    assert "sesame" not in ran.out + ran.err
