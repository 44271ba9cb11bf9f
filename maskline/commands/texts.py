"""`./run texts`: every text that we send to people, and the templates that India's operators want registered."""

from typing import Any

import click

from ivr import codes, words
from ivr import texts as wording
from ivr.texts import Notice
from maskline.commands.settled import load_settings
from maskline.commands.shown import Shown, json_option

_COLUMNS = (("name", "Name"), ("template", "Template"))


@click.command()
@click.option(
    "--language", type=click.Choice(words.languages()), help="One language; every one where this is left out."
)
@json_option
def texts(shown: Shown, language: str | None) -> None:
    """Print the texts that go to people, as templates for a DLT platform.

    Each variable part is {#var#}. Every text to owners has two forms: with the owner's name for the vehicle, and
    without. The names are those of MASKLINE_DLT_TEMPLATES.
    """
    load_settings()
    spoken = [language] if language else words.languages()
    rows: list[dict[str, Any]] = [
        {"name": wording.template_name(kind, tag, named=named), "kind": kind.value, "language": tag,
         "template": wording.template(kind, tag, named=named)}
        for tag in spoken for kind in Notice for named in (True, False)
    ]  # fmt: skip
    rows += [
        {"name": codes.template_name(purpose, tag), "kind": "code", "language": tag,
         "template": codes.template(purpose, tag)}
        for tag in spoken for purpose in codes.PURPOSES
    ]  # fmt: skip
    shown.table("texts", rows, _COLUMNS, empty="")
