"""A word of a name with the keys by which its other spellings are found, and whether two words are one name."""

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from callerid.ranking.scripts import latin, script

_SOUNDS = (
    *(("chh", "C"), ("ch", "C"), ("ksh", "ks"), ("x", "ks"), ("shch", "s"), ("sch", "s"), ("sh", "s"), ("zh", "l")),
    *(("ph", "f"), ("bh", "b"), ("dh", "d"), ("gh", "g"), ("jh", "j"), ("kh", "k"), ("th", "t"), ("rh", "r")),
    *(("ck", "k"), ("ce", "se"), ("ci", "si"), ("c", "k"), ("C", "c"), ("q", "k")),
    *(("w", "v"), ("z", "j"), ("y", "i"), ("ee", "i"), ("oo", "u"), ("ou", "u")),
)
"""Letters that Indian, Arabic and Slavic names are spelled with either way, in this order."""
_ALIKE = {"ie", "ei", "uo", "ou"}
_DOUBLED = re.compile(r"(.)\1+")
_VOWEL = re.compile(r"[aeiou]")
_LAST_VOWELS = re.compile(r"[aeiou]+$")
_UNVOICED = str.maketrans("gdbjcz", "ktpsss")


@dataclass(frozen=True, slots=True)
class Token:
    """
    One word.

    surface: as written. script: of its letters (LATIN, TAMIL ...). initial: a single letter.
    fold: its sounds in Latin letters. stem: that without its last vowels. bones: its consonants, the first letter kept.
    """

    surface: str
    script: str
    fold: str
    stem: str
    bones: str
    initial: bool

    @property
    def key(self) -> str:
        """What counters are kept under: spellings that differ in doubled letters or aspirates share one."""
        return self.fold


@lru_cache(maxsize=1 << 16)
def token(surface: str) -> Token:
    """The word with its keys. Cached: names repeat."""
    written = script(surface)
    plain = latin(surface)
    fold = plain
    for spelled, sound in _SOUNDS:
        if spelled in fold:
            fold = fold.replace(spelled, sound)
    fold = _DOUBLED.sub(r"\1", fold) or plain or surface.casefold()
    stem = _LAST_VOWELS.sub("", fold) if len(fold) > 3 else fold
    first = "a" if fold[0] in "aeiou" else fold[0]
    bones = first + _VOWEL.sub("", fold[1:])
    return Token(surface, written, fold, stem if len(stem) > 1 else fold, bones, len(plain) == 1)


@lru_cache(maxsize=1 << 17)
def same(one: Token, other: Token) -> bool:
    """Whether two words are spellings of one name: "Laxmi" and "Lakshmi", अमित and "Amit"; never "Anil" and "Amit"."""
    if one.stem == other.stem:
        return True
    if one.initial or other.initial:
        return False
    if "ARABIC" in (one.script, other.script):
        return _skeletons_meet(one, other)
    if one.script != other.script and "TAMIL" in (one.script, other.script):
        return OSA.distance(one.fold.translate(_UNVOICED), other.fold.translate(_UNVOICED), score_cutoff=1) <= 1
    return _near(one, other)


@lru_cache(maxsize=1 << 17)
def near(one: Token, other: Token) -> bool:
    """Whether two words may be one name badly typed; not enough alone, but beside another word that fits."""
    if one.initial or other.initial or not _start_alike(one.fold, other.fold):
        return False
    shortest = min(len(one.fold), len(other.fold))
    room = 2 if shortest >= 6 else 1 if shortest >= 3 else 0
    return OSA.distance(one.fold, other.fold, score_cutoff=room) <= room


def run_together(one: tuple[Token, ...], other: tuple[Token, ...]) -> bool:
    """Whether two wordings differ in their spaces only, but for a slip: "amitsharma", "Anushk Agarwal"."""
    mine, theirs = ("".join(read.fold for read in each if not read.initial) for each in (one, other))
    return min(len(mine), len(theirs)) >= 7 and mine[0] == theirs[0] and OSA.distance(mine, theirs, score_cutoff=1) <= 1


def _start_alike(one: str, other: str) -> bool:
    """The first letter is the same, or a vowel that is heard alike ("Imran", "Emran"), or a glide ("Yusuf", "Usuf")."""
    first, second = one[0], other[0]
    return first == second or first + second in _ALIKE or one[1:] == other or other[1:] == one


def _skeletons_meet(one: Token, other: Token) -> bool:
    """Arabic has no p and writes few vowels: consonants decide, b and p being one."""
    mine, theirs = one.bones.replace("p", "b"), other.bones.replace("p", "b")
    return mine == theirs and len(mine) > 1


def _near(one: Token, other: Token) -> bool:
    """A slip of one letter: short words must keep their consonants, and the first letter never slips."""
    shortest = min(len(one.fold), len(other.fold))
    if not _start_alike(one.fold, other.fold):
        return False
    if one.bones == other.bones:
        return len(one.bones) >= 4 or OSA.distance(one.fold, other.fold, score_cutoff=1) <= 1
    if shortest < 5:
        return False
    room = 2 if shortest >= 9 else 1
    return OSA.distance(one.fold, other.fold, score_cutoff=room) <= room
