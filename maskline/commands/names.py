"""`./run names`: what people call numbers."""

import click

from maskline.commands import owners


@click.group()
def names() -> None:
    """What people call numbers, and what their owners say. Numbers are never arguments."""


owners.join(names)
