"""
Reading the XML an application answers with, as strictly as the vendor.

A parsed document is a list of elements; which elements and attributes there are stands in each vendor's grammar.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring


@dataclass(frozen=True, slots=True)
class Page:
    """One document in play. url: where it came from, to resolve relative URLs and as the default action."""

    url: str
    verbs: tuple[Element, ...]

    def absolute(self, url: str) -> str:
        return urljoin(self.url, url.strip())


@dataclass(frozen=True, slots=True)
class Grammar:
    """
    verbs: allowed directly in Response. inside: element -> what may stand in it. attributes: element -> its names.
    largest: bytes.
    """

    verbs: frozenset[str]
    inside: Mapping[str, frozenset[str]]
    attributes: Mapping[str, frozenset[str]]
    largest: int


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that is not in the grammar; the vendor warns and goes on, or stops at an unknown element."""

    about: str
    unknown_element: bool


class MarkupError(Exception):
    """The body is no document: not XML, not a Response, too large, or (content_type) not sent as XML."""

    def __init__(self, about: str, *, content_type: bool = False) -> None:
        super().__init__(about)
        self.content_type = content_type


def read(body: bytes, grammar: Grammar) -> tuple[Element, list[Flaw]]:
    """The Response element and what is wrong with it. Raises MarkupError."""
    if len(body) > grammar.largest:
        raise MarkupError(f"the document is larger than {grammar.largest} bytes")
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as problem:
        raise MarkupError(f"not well-formed XML: {problem}") from problem
    if root.tag != "Response":
        raise MarkupError(f"the root element is {root.tag}, not Response")
    flaws: list[Flaw] = []
    for verb in root:
        _check(verb, grammar.verbs, "Response", grammar, flaws)
    return root, flaws


def _check(element: Element, allowed: frozenset[str], where: str, grammar: Grammar, flaws: list[Flaw]) -> None:
    if element.tag not in allowed:
        flaws.append(Flaw(f"{element.tag} is not allowed in {where}", True))
        return
    known = grammar.attributes.get(element.tag, frozenset())
    flaws.extend(Flaw(f"{element.tag} has no attribute {name}", False) for name in element.attrib if name not in known)
    for child in element:
        _check(child, grammar.inside.get(element.tag, frozenset()), element.tag, grammar, flaws)


def words(element: Element) -> str:
    """All text of an element, including that of inline markup such as SSML, with spaces folded."""
    return " ".join("".join(element.itertext()).split())


def number(element: Element, name: str, default: float, low: float = 0, high: float = 86_400) -> float:
    """A numeric attribute held within its limits; the default if it is missing or no number."""
    try:
        value = float(element.get(name, ""))
    except ValueError:
        return default
    return min(max(value, low), high) if value == value else default


def flag(element: Element, name: str, default: bool = False) -> bool:
    value = element.get(name)
    return default if value is None else value.strip().lower() == "true"
