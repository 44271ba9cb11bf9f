"""The wordings of one number: a tag joins the one with the same words in any spelling, script or order."""

from dataclasses import dataclass, field

from callerid.ranking.tally import Tally
from callerid.ranking.tokens import Token, same, token


@dataclass(slots=True)
class Form:
    """One spelling, as words, and how many tags spell it so."""

    no: int
    words: tuple[str, ...]
    count: int = 0


@dataclass(slots=True)
class Cluster:
    """Everybody who says the same words. `tokens` are those of its first spelling, each once, initials too."""

    no: int
    tokens: tuple[Token, ...]
    tally: Tally = field(default_factory=Tally)
    forms: dict[int, Form] = field(default_factory=dict)


def distinct(words: tuple[str, ...]) -> tuple[Token, ...]:
    """The tokens of some words, each once."""
    found: dict[str, Token] = {}
    for word in words:
        read = token(word)
        found.setdefault(read.stem, read)
    return tuple(found.values())


def signature(tokens: tuple[Token, ...]) -> tuple[str, ...]:
    """What is equal for equal words in any order."""
    return tuple(sorted(read.stem for read in tokens))


def says_the_same(one: tuple[Token, ...], other: tuple[Token, ...]) -> bool:
    """Whether two wordings have the same words, each a spelling of one of the other's."""
    if len(one) != len(other):
        return False
    left = list(other)
    for mine in one:
        match = next((at for at, theirs in enumerate(left) if same(mine, theirs)), None)
        if match is None:
            return False
        del left[match]
    return True


def contains(whole: tuple[Token, ...], part: tuple[Token, ...]) -> bool:
    """Whether every word of `part` is among the words of `whole`."""
    return all(any(same(wanted, has) for has in whole) for wanted in part)
