"""What is never an argument: people's numbers and tokens. Asked for on a terminal, else read from standard input."""

import sys

import click

from maskline.refusal import Refusal


def secret(what: str) -> str:
    """A token, not shown while it is typed. Raises Refusal where there is nobody to ask."""
    if not sys.stdin.isatty():
        return _line(what)
    typed: str = click.prompt(what, hide_input=True, err=True)
    return typed.strip()


def line(what: str) -> str:
    """Something that may be seen while it is typed. Raises Refusal where there is nobody to ask."""
    if not sys.stdin.isatty():
        return _line(what)
    typed: str = click.prompt(what, err=True)
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
