"""What is never an argument: people's numbers and tokens. Asked for on a terminal, read from standard input elsewhere."""

import sys

import click

from core.e164 import E164, BadNumber
from maskline.commands import sentence
from maskline.refusal import Refusal

_TRIES = 3


def number(what: str, region: str | None = None) -> E164:
    """
    A person's number. what: whose, as a prompt. region: whose national numbers are understood (ISO 3166).

    Raises BadNumber, and Refusal where there is nobody to ask.
    """
    if not sys.stdin.isatty():
        return E164.parse(_line(what), region)
    for _ in range(_TRIES - 1):
        try:
            return E164.parse(click.prompt(what, err=True), region)
        except BadNumber as bad:
            click.echo(sentence(bad), err=True)
    return E164.parse(click.prompt(what, err=True), region)


def secret(what: str) -> str:
    """A token, not shown while it is typed. Raises Refusal where there is nobody to ask."""
    if not sys.stdin.isatty():
        return _line(what)
    typed: str = click.prompt(what, hide_input=True, err=True)
    return typed.strip()


def yes(question: str, *, given: bool) -> None:
    """Goes on where somebody agrees, or did so by an option (`given`). Raises Refusal, or click.Abort."""
    if given:
        return
    if not sys.stdin.isatty():
        raise Refusal(f"{question} Nobody is there to ask: add --yes if you mean it.")
    click.confirm(question, abort=True, err=True)


def _line(what: str) -> str:
    line = sys.stdin.readline()
    if not line.strip():
        raise Refusal(f"{what}: standard input is empty. Write it there as one line, or run this on a terminal.")
    return line.strip()
