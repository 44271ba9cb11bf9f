"""What an owner may call themself: a name, harmless, and nobody's whom strangers would trust with their money. Pure."""

import re
import unicodedata
from itertools import groupby, pairwise

from callerid.owners.errors import BadName, NameProtected
from callerid.ranking.cleaning import LONGEST_NAME, fits, words
from callerid.ranking.scripts import LOOKALIKES
from callerid.ranking.tokens import token
from callerid.ranking.wordlists import HONORIFIC, INSTITUTION, INSULT, JUNK, RELATION, claims_institution

_BETWEEN = frozenset(" .,'’-&")
"""What may stand between the letters of a name."""
_BRAND_WORDS = """
    amazon flipkart myntra swiggy zomato uber airtel vodafone reliance microsoft windows google apple icloud whatsapp
    facebook instagram telegram netflix fedex bluedart indiapost royalmail usps revolut monzo wellsfargo santander
    lloyds natwest deutschebank sparkasse commerzbank worldbank westernunion moneygram binance coinbase statebank
    dhl ups bsnl jio hospital ambulance emergency insurance lottery support helpdesk cyber cybercrime department dept
    एचडीएफसी एसबीआई आईसीआईसीआई पेटीएम फ़ोनपे फोनपे गूगलपे एयरटेल जियो अमेज़न காவல் காவல்துறை ஜியோ ஏர்டெல்
    银行 警察 公安 法院 銀行 은행 경찰
"""
_BRANDS = frozenset(_BRAND_WORDS.split())
"""Beside those that ranking knows: who calls in their name is believed, and asked for a code."""
_BRAND_PAIRS = ("high court", "supreme court", "fire brigade", "bajaj finserv")
_RUN_TOGETHER = frozenset(
    word for word in INSTITUTION | _BRANDS
    if word.isascii() and (len(word) >= 6 or (len(word) >= 4 and not set(word) & set("aeiou")))
)  # fmt: skip
"""Those that tell also inside a longer word; shorter ones are syllables of people's names."""
_SET_APART = frozenset(word for word in INSTITUTION | _BRANDS if len(word) >= 5)
"""Those that two words may make: "Pay tm". Of shorter ones initials could be made."""
_INSULTS = frozenset(token(word).key for word in INSULT)
_NOBODY = frozenset(token(word).key for word in RELATION | HONORIFIC | JUNK)


def own_name(raw: str) -> str:
    """
    An owner's name as it will be shown. Raises BadName, and NameProtected for one that needs verification.

    raw: as they typed it.
    """
    name = plain(raw, LONGEST_NAME)
    if claims_to_be_trusted(name):
        raise NameProtected("Ask to be shown as a business, and prove that it is yours.")
    return name


def plain(raw: str, most: int, *, digits: bool = False) -> str:
    """
    A name in letters, with single spaces. digits: whether figures may stand in it, as in a business's name.

    most: characters. Raises BadName, which does not repeat the name.
    """
    if len(raw) > 4 * LONGEST_NAME:
        raise BadName(f"Write at most {most} characters.")
    name = " ".join(unicodedata.normalize("NFKC", raw).split())
    if not 2 <= len(name) <= most:
        raise BadName(f"Write between 2 and {most} characters.")
    if not all(letter in _BETWEEN or _is_letter(letter) or (digits and letter.isdecimal()) for letter in name):
        raise BadName("Write letters and spaces only: no links, numbers or symbols.")
    if not name[0].isalnum() or sum(letter.isdecimal() for letter in name) > 4 or not fits(name):
        raise BadName("Begin with a letter, and write a name.")
    if any(_mixed(word) for word in re.split(r"[ .,'’&-]+", name)):
        raise BadName("Write each word in one alphabet.")
    _must_name_somebody(name)
    return name


def safe(spelling: str) -> str:
    """What somebody wrote, as it may be shown to the number's owner; "" where nothing is left of it."""
    return " ".join(words(spelling))[:LONGEST_NAME].strip()


def claims_to_be_trusted(name: str) -> bool:
    """Whether a name claims to be a bank, the police, an authority or a known brand, also with letters set apart."""
    said = words(name)
    return any(_claims(each) for each in {said, _looks_like(said), _undoubled(said), _undoubled(_looks_like(said))})


def _claims(said: tuple[str, ...]) -> bool:
    plain = tuple(word.casefold() for word in said)
    spelled, spaced = "".join(plain), f" {' '.join(plain)} "
    initials = "".join(word for word in said if len(word) == 1)
    tried = [said, (initials,)] if len(initials) > 1 else [said]
    joined = {a + b for a, b in pairwise(plain)}
    return (
        any(claims_institution(tuple(token(word) for word in each)) for each in tried)
        or not _BRANDS.isdisjoint(plain)
        or not joined.isdisjoint(_SET_APART)
        or any(f" {pair} " in spaced for pair in _BRAND_PAIRS)
        or any(word in spelled for word in _RUN_TOGETHER)
    )


def _looks_like(said: tuple[str, ...]) -> tuple[str, ...]:
    """Words as they look to whoever reads Latin: without accents, and letters of other alphabets by their shapes."""
    return tuple(_as_it_looks(word) for word in said)


def _as_it_looks(word: str) -> str:
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", word) if not unicodedata.combining(letter))
    looks = bare.translate(LOOKALIKES)
    return looks if looks.isascii() else word


def _undoubled(said: tuple[str, ...]) -> tuple[str, ...]:
    """Words with each doubled letter once, as "Bankk"."""
    return tuple("".join(letter for letter, _ in groupby(word)) for word in said)


def _must_name_somebody(name: str) -> None:
    """At least one word that is neither a relation, a title nor junk, and no insult: a stranger's phone shows it."""
    keys = [token(word).key for word in words(name)]
    if any(key in _INSULTS for key in keys):
        raise BadName("Strangers see it: write a name.")
    if all(key in _NOBODY for key in keys):
        raise BadName("Write the name that people know you by.")


def _is_letter(letter: str) -> bool:
    return unicodedata.category(letter)[0] == "L" or unicodedata.category(letter) in ("Mn", "Mc")


def _mixed(word: str) -> bool:
    """Whether letters of several alphabets stand in one word, as in a look-alike."""
    alphabets = {unicodedata.name(letter, "").partition(" ")[0] for letter in word if letter.isalpha()}
    return len(alphabets) > 1
