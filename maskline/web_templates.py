"""One jinja2 environment for the pages of every room: escaped, strict, in the reader's language, compiled at start."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_timedelta
from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from ivr import words

HOUSE = "house"
"""The room of what all pages have in common."""


class Templates:
    """
    Pages, by room and name: `stickers/scan.html`.

    folders: room -> its templates. style: CSS that stands in every page. asset: a file's name to its address.
    Reads all files now, and none later.
    """

    def __init__(self, folders: Mapping[str, Path], style: str, asset: Callable[[str], str]) -> None:
        loader = PrefixLoader({room: FileSystemLoader(folder) for room, folder in folders.items()})
        self._environment = Environment(
            loader=loader, autoescape=True, undefined=StrictUndefined, extensions=["jinja2.ext.i18n"],
            trim_blocks=True, lstrip_blocks=True, auto_reload=False, cache_size=-1,
        )  # fmt: skip
        self._environment.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]
        self._environment.globals.update(
            style=Markup(style),  # noqa: S704  (our own file, and it must be the very text whose hash is allowed)
            asset=asset,
            languages={language: words.endonym(language) for language in words.languages()},
            directions={language: _direction(language) for language in words.languages()},
        )
        self._environment.filters.update(ago=_ago, lasting=_lasting)
        names = self._environment.list_templates(extensions=["html"])
        for name in names:
            self._environment.get_template(name)
        self._problems = [name for name in names if name.endswith("/problems.html")]

    def render(self, name: str, language: str, /, **values: Any) -> str:
        """A page. Raises UndefinedError where a value is missing."""
        return self._environment.get_template(name).render(language=language, **values)

    def problem_words(self, slug: str, language: str) -> tuple[str, str] | None:
        """
        What went wrong and what to do, as the rooms' `problems.html` say it.

        Each sets `problems`, a dict of slug -> (headline, advice).
        """
        for name in self._problems:
            module = self._environment.get_template(name).make_module({"language": language})
            found: tuple[str, str] | None = module.problems.get(slug)  # type: ignore[attr-defined]
            if found is not None:
                return found
        return None


def compact(css: str) -> str:
    """CSS without comments and needless spaces: what a slow phone need not fetch."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return re.sub(r"\s*([{};,>])\s*", r"\1", re.sub(r"\s+", " ", css)).strip()


@pass_context
def _gettext(context: Context, message: str) -> str:
    return words.translations(context["language"]).gettext(message)


@pass_context
def _ngettext(context: Context, singular: str, plural: str, count: int) -> str:
    return words.translations(context["language"]).ngettext(singular, plural, count)


@pass_context
def _ago(context: Context, age: timedelta) -> str:
    """`12 minutes ago`."""
    return format_timedelta(-max(age, timedelta(seconds=1)), add_direction=True, locale=_locale(context["language"]))


@pass_context
def _lasting(context: Context, left: timedelta) -> str:
    """`2 minutes`; a started one counts."""
    return format_timedelta(left, granularity="minute", locale=_locale(context["language"]))


def _direction(language: str) -> str:
    return "rtl" if _locale(language).character_order == "right-to-left" else "ltr"


def _locale(language: str) -> Locale:
    return Locale.parse(language, sep="-")
