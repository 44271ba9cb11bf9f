"""
Keeps the catalogues in step: `python -m ivr.extract` collects every sentence and updates every .po file.

Sentences stand in `ivr/messages.py` and in the rooms' `templates/**/*.html`. New ones arrive untranslated, vanished
ones are dropped, translations are never guessed. Run twice, it changes nothing the second time.
"""

import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from ivr.catalogue import CATALOGUES, is_translated, read, sources

ROOT = Path(__file__).parent.parent
_METHODS = [("ivr/messages.py", "python"), ("**/templates/**.html", "jinja2.ext:babel_extract")]
_OPTIONS = {"**/templates/**.html": {"silent": "false"}}
_NOT_OURS = frozenset({"exchange", "bench", "tests", "docs", "mutants", "node_modules"})


def collect(root: Path = ROOT) -> Catalog:
    """Every sentence under `root`, with the files it stands in and the comments for translators."""
    catalogue = Catalog(project="Maskline", charset="utf-8")
    found = extract_from_dir(
        root,
        method_map=_METHODS,
        options_map=_OPTIONS,
        comment_tags=("Translators:",),
        strip_comment_tags=True,
        directory_filter=lambda path: Path(path).name not in _NOT_OURS and not Path(path).name.startswith("."),
    )
    for file, _, sentence, comments, context in sorted(found, key=lambda entry: (entry[0], entry[1])):
        catalogue.add(sentence, locations=[(Path(file).as_posix(), 0)], auto_comments=comments, context=context)
    return catalogue


def updated(po: Path, wanted: Catalog) -> bytes:
    """What `po` should hold: the wanted sentences, in their order, with the translations it has."""
    with po.open("rb") as source:
        catalogue = read_po(source)
    catalogue.update(wanted, no_fuzzy_matching=True, update_creation_date=False, update_header_comment=False)
    out = BytesIO()
    write_po(out, catalogue, width=120, include_lineno=False, ignore_obsolete=True)
    return out.getvalue()


def untranslated(po: Path, wanted: Catalog) -> list[str]:
    """The wanted sentences that `po` does not translate. Raises BrokenCatalogue for one translated wrongly."""
    held = read(po)
    left = [message for message in wanted if message.id and not _is_in(held, message)]
    return [sources(message)[0] for message in left]


def _is_in(held: Catalog, message: Message) -> bool:
    translation = held.get(message.id, message.context)
    return translation is not None and is_translated(translation)


def main() -> int:
    """Update all catalogues in place; say what is left to translate. Returns 1 while anything is."""
    wanted, left = collect(), 0
    for po in sorted(CATALOGUES.glob("*/LC_MESSAGES/maskline.po")):
        po.write_bytes(updated(po, wanted))
        for sentence in untranslated(po, wanted):
            left += 1
            sys.stdout.write(f"{po.parent.parent.name}: {sentence}\n")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
