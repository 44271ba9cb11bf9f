"""
Words in the hearer's language: catalogues (.po, read with Babel once) under the English of `ivr/messages.py`.

A language is a folder in `ivr/catalogues/` and nothing else. What a catalogue lacks is said in English.
"""

from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo

from ivr import catalogue
from ivr.catalogue import CATALOGUES
from ivr.messages import Message
from voice.plan import Say

SOURCE = "en"
"""The language of `ivr/messages.py`, and of whoever asks for one that we do not speak."""
_LONGEST_HEADER = 1000  # characters of Accept-Language that are read; browsers send under 200


class Words:
    """What can be said, and in which languages. Reads its folder once; afterwards it does no I/O."""

    def __init__(self, catalogues: Path = CATALOGUES) -> None:
        """catalogues: a folder of `<language>/LC_MESSAGES/maskline.po`. Raises BrokenCatalogue."""
        self._by_language: dict[str, NullTranslations] = {SOURCE: NullTranslations()}
        for po in sorted(catalogues.glob("*/LC_MESSAGES/maskline.po")):
            self._by_language[po.parent.parent.name.replace("_", "-")] = _read(po)
        self._spelt = {tag.lower(): tag for tag in self._by_language}
        self._endonyms = {tag: _endonym(tag) for tag in self._by_language}

    def languages(self) -> tuple[str, ...]:
        """The languages that are spoken, as BCP 47 tags, English first: ("en", "hi")."""
        return tuple(self._by_language)

    def known(self, language: str) -> str:
        """The language to use for a BCP 47 tag: itself, the one without its region ("hi-IN" -> "hi"), or English."""
        if language in self._by_language:
            return language
        wanted = language.strip().lower().replace("_", "-")
        while wanted and wanted not in self._spelt:
            wanted = wanted.rpartition("-")[0]
        return self._spelt.get(wanted, SOURCE)

    def choose(self, accept_language: str) -> str:
        """The best language for an Accept-Language header (RFC 9110, 12.5.4); English if none fits or it is broken."""
        for tag in _preferred(accept_language):
            language = self.known(tag)
            if language != SOURCE or tag.lower().split("-")[0] == SOURCE:
                return language
        return SOURCE

    def endonym(self, language: str) -> str:
        """What a language calls itself, for a language switch: "English", "हिन्दी"."""
        return self._endonyms[self.known(language)]

    def tell(self, language: str, message: Message, /, **args: str | int) -> str:
        """A message as text. args: its placeholders. Raises KeyError where one is missing."""
        return self.translations(language).gettext(message) % args

    def say(self, language: str, message: Message, /, **args: str | int) -> Say:
        """A message to be spoken. args: as for `tell`."""
        return Say(self.tell(language, message, **args), self.known(language))

    def translations(self, language: str) -> NullTranslations:
        """The catalogue itself, for jinja's `install_gettext_translations(…, newstyle=True)`."""
        return self._by_language[self.known(language)]


def _read(po: Path) -> GNUTranslations:
    compiled = BytesIO()
    write_mo(compiled, catalogue.read(po))
    compiled.seek(0)
    return GNUTranslations(compiled)


def _endonym(tag: str) -> str:
    try:
        return Locale.parse(tag, sep="-").get_display_name() or tag
    except UnknownLocaleError:
        return tag


def _preferred(accept_language: str) -> list[str]:
    """The tags of an Accept-Language header, best first, without those refused (q=0) or unreadable."""
    weighed: list[tuple[float, str]] = []
    for part in accept_language[:_LONGEST_HEADER].split(","):
        tag, _, weight = part.strip().partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            continue
        if tag and 0 < quality <= 1:
            weighed.append((quality, tag.strip()))
    return [tag for _, tag in sorted(weighed, key=lambda pair: -pair[0])]


OURS = Words()
"""The catalogues that come with Maskline: read with this module, so never while a caller waits."""


def languages() -> tuple[str, ...]:
    """As `Words.languages`, of our own catalogues."""
    return OURS.languages()


def choose(accept_language: str) -> str:
    """As `Words.choose`, of our own catalogues."""
    return OURS.choose(accept_language)


def tell(language: str, message: Message, /, **args: str | int) -> str:
    """As `Words.tell`, of our own catalogues."""
    return OURS.tell(language, message, **args)


def say(language: str, message: Message, /, **args: str | int) -> Say:
    """As `Words.say`, of our own catalogues."""
    return OURS.say(language, message, **args)


def translations(language: str) -> NullTranslations:
    """As `Words.translations`, of our own catalogues."""
    return OURS.translations(language)


def endonym(language: str) -> str:
    """As `Words.endonym`, of our own catalogues."""
    return OURS.endonym(language)
