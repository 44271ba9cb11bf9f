"""Latin letters for names in other scripts. Lossy on purpose: made for comparing, never for showing.

Devanagari and the Indic blocks that share its layout (Bengali, Gurmukhi, Gujarati, Odia, Telugu, Kannada, Malayalam)
go through one table with schwa deletion, Tamil through its own, Cyrillic letter by letter. Arabic writes few vowels:
its letters are given with an `a` between, and only skeletons are compared with it. What has no table loses its accents
and stays.
Tables: Unicode chart order and ISO 15919 / BGN/PCGN, simplified.
"""

import unicodedata
from functools import lru_cache


def _table(letters: str, sounds: str) -> dict[str, str]:
    """Letter -> its sound; `-` is silent."""
    return {letter: sound.strip("-") for letter, sound in zip(letters, sounds.split(), strict=True)}


_CONSONANTS = _table(
    "कखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसहळऩऱ",
    "k kh g gh n ch chh j jh n t th d dh n t th d dh n p ph b bh m y r l v sh sh s h l n r",
)
_SIGNS = _table("ािीुूृॆेैॊोौॅॉ", "a i i u u ri e e ai o o au e o")
_VOWELS = _table("अआइईउऊऋऎएऐऒओऔऍऑ", "a a i i u u ri e e ai o o au e o")
_TAMIL = _table("கஙசஞடணதநபமயரலவழளறனஜஷஸஹ", "k n s n d n th n p m y r l v zh l r n j sh s h")
_TAMIL_SIGNS = _table("ாிீுூெேைொோௌ", "a i i u u e e ai o o au")
_TAMIL_VOWELS = _table("அஆஇஈஉஊஎஏஐஒஓஔ", "a a i i u u e e ai o o au")
_CYRILLIC = _table(
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґўђљњћџјѕ",
    "a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch - y - e yu ya i i e g u dj lj nj c dz j dz",
)
_ARABIC = _table(
    "بپتثجچحخدذرزژسشصضطظعغفقكکگلمنهويیةىأإآاؤئء",
    "b p t t j ch h kh d z r z zh s sh s d t z a gh f k k k g l m n h v i i - - a a a a u i -",
)
_NUKTA, _VIRAMA = "\u093c", "\u094d"
_TAMIL_VIRAMA = "\u0bcd"
_LIKE_DEVANAGARI = (0x0980, 0x0A00, 0x0A80, 0x0B00, 0x0C00, 0x0C80, 0x0D00)
_DROPS_SCHWA = (0x0980, 0x0A00, 0x0A80)
"""Bengali, Gurmukhi and Gujarati leave the last inherent vowel out as Hindi does; the southern scripts speak it."""
LOOKALIKES = str.maketrans(
    "аАеЕоОрРсСуУхХіІјЈѕЅԁһМТВНКԛԝκΑΒΕΖΗΙΚΜΝΟΡΤΥΧονα", "aAeEoOpPcCyYxXiIjJsSdhMTBHKqwkABEZHIKMNOPTYXova"
)
"""Cyrillic and Greek letters that look like Latin ones."""


@lru_cache(maxsize=1 << 14)
def script(word: str) -> str:
    """The script of a word's first telling letter, by its Unicode name: LATIN, DEVANAGARI, ARABIC ..."""
    for letter in word:
        if letter.isalpha():
            return unicodedata.name(letter, "UNKNOWN").split(" ")[0].split("-")[0]
    return "UNKNOWN"


def latin(word: str) -> str:
    """The word in small Latin letters as far as there is a table for it, else as it stands without accents."""
    folded = unicodedata.normalize("NFC", word)
    code = next((ord(letter) for letter in folded if ord(letter) > 0x24F), 0)
    if not code:
        return _plain(folded)
    if 0x0B80 <= code < 0x0C00:
        return _spell(folded, _TAMIL, _TAMIL_SIGNS, _TAMIL_VOWELS, _TAMIL_VIRAMA, drops_schwa=False)
    if 0x0900 <= code < 0x0980 or any(start <= code < start + 0x80 for start in _LIKE_DEVANAGARI):
        block = code & ~0x7F
        shared = "".join(
            chr(0x0900 + ord(sign) - block) if block <= ord(sign) < block + 0x80 else sign for sign in folded
        )
        drops = block == 0x0900 or block in _DROPS_SCHWA
        return _spell(shared, _CONSONANTS, _SIGNS, _VOWELS, _VIRAMA, drops_schwa=drops)
    if 0x0400 <= code < 0x0530:
        return "".join(_CYRILLIC.get(letter, letter if letter < "\u0400" else "") for letter in folded.lower())
    if 0x0600 <= code < 0x0780:
        sounds = (_ARABIC.get(letter, "") for letter in folded[:1] + folded[1:].replace("و", "ؤ"))
        return "a".join(sound for sound in sounds if sound)
    return _plain(folded)


def _plain(word: str) -> str:
    letters = (letter for letter in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(letter))
    return "".join(letters).replace("ı", "i").replace("ø", "o").replace("æ", "ae").replace("ł", "l").replace("đ", "d")


def _spell(
    word: str,
    consonants: dict[str, str],
    signs: dict[str, str],
    vowels: dict[str, str],
    virama: str,
    *,
    drops_schwa: bool,
) -> str:
    """An abugida: every consonant brings an `a` of its own unless a sign follows; [onset, vowel, inherent?] each."""
    units: list[tuple[str, str, bool]] = []
    for letter in word.replace(_NUKTA, ""):
        if letter in consonants:
            units.append((consonants[letter], "a", True))
        elif letter in signs and units:
            units[-1] = (units[-1][0], signs[letter], False)
        elif letter == virama and units:
            units[-1] = (units[-1][0], "", False)
        elif letter in vowels:
            units.append(("", vowels[letter], False))
        elif letter in "ंँ":
            units.append(("n", "", False))
        elif letter == "ः":
            units.append(("h", "", False))
    if drops_schwa and len(units) > 1:
        _drop_schwas(units)
    return "".join(onset + vowel for onset, vowel, _ in units)


def _drop_schwas(units: list[tuple[str, str, bool]]) -> None:
    """Hindi's rule: the last inherent vowel is silent, and one between two sounded syllables is too."""
    if units[-1][2]:
        units[-1] = (units[-1][0], "", False)
    for at in range(len(units) - 2, 0, -1):
        onset, _, inherent = units[at]
        following = units[at + 1]
        if inherent and units[at - 1][1] and following[0] and following[1]:
            units[at] = (onset, "", False)
