"""How people write: the ways to spell a name, slips, capitals, ornaments; and what each word that was written means."""

from random import Random
from typing import Any

from bench.callerid import vocabulary as words


class Wording:
    """meanings: a written word, casefolded -> what it means: `given:3`, `surname:7`, `trade:dairy`, `insult`, …"""

    def __init__(self, random: Random) -> None:
        self._r, self.meanings = random, dict[str, set[str]]()
        self._given = (*words.GIVEN, *_invented(random, 300))
        self._surnames = (*words.SURNAME, *_invented(random, 400))

    def owner(self, kind: str) -> tuple[str, str]:
        """Two parts, each `meaning|usual spelling`."""
        r = self._r
        given, surname = r.randrange(len(self._given)), r.randrange(len(self._surnames))
        if kind == "firm":
            shop, trade = r.choice(words.SHOP_WORDS), r.choice(words.TRADES)
            own = self._surnames[surname][0]
            return f"surname:{surname}|{r.choice([own, f'{shop} {own}'])}", f"trade:{trade}|{trade}"
        return f"given:{given}|{self._given[given][0]}", f"surname:{surname}|{self._surnames[surname][0]}"

    def written(self, parts: tuple[str, str], native: float) -> str:
        return " ".join(self.spelt(part, {"native": native, "slips": 0.0}) for part in parts)

    def spelt(self, part: str, habit: dict[str, Any]) -> str:
        r, (meaning, usual) = self._r, part.split("|")
        kind, _, index = meaning.partition(":")
        if kind == "trade" or " " in usual:
            return self.known(self._slip(usual, habit["slips"]), meaning)
        spellings = (self._given if kind == "given" else self._surnames)[int(index)]
        foreign = [each for each in spellings if not each.isascii()]
        latin = [each for each in spellings if each.isascii()] or [usual]
        if foreign and r.random() < habit["native"]:
            return self.known(r.choice(foreign), meaning)
        chosen = r.choice(latin) if r.random() < 0.4 else latin[0]
        return self.known(self._slip(chosen, habit["slips"]), meaning)

    def _slip(self, word: str, rate: float) -> str:
        r = self._r
        if len(word) < 4 or r.random() >= rate:
            return word
        at = r.randrange(1, len(word) - 1)
        return r.choice([word[:at] + word[at + 1 :], word[:at] + word[at + 1] + word[at] + word[at + 2 :],
                         word[:at] + word[at] + word[at:]])  # fmt: skip

    def known(self, text: str, meaning: str) -> str:
        for word in text.casefold().split():
            self.meanings.setdefault(word, set()).add("shop" if word in words.SHOP_WORDS else meaning)
        return text

    def surface(self, text: str, habit: dict[str, Any]) -> str:
        r = self._r
        text = habit["case"](text)
        chance = r.random()
        if chance < 0.04:
            return f"{text} {r.choice('☀🚗✿☎')}"
        if chance < 0.07:
            return text.replace(" ", r.choice(["  ", ".", "_"]))
        if chance < 0.085:
            return f"{text} {r.choice(['1', '2', '02', 'ii'])}"
        if chance < 0.092:
            return "".join(chr(ord(each) + 0xFEE0) if each.isascii() and each.isalpha() else each for each in text)
        if chance < 0.10:
            return r.choice(words.UNSAFE).format(text)
        return text


def _invented(random: Random, count: int) -> tuple[tuple[str, ...], ...]:
    """Names that nobody has: syllables, and for each a second spelling. The long tail that no list holds."""
    made: dict[str, tuple[str, ...]] = {}
    while len(made) < count:
        syllables = range(random.choice([2, 2, 3]))
        starts = "".join(random.choice(words.ONSETS) + random.choice(words.VOWELS) for _ in syllables)
        name = starts + random.choice(words.ENDINGS)
        made.setdefault(name, (name, name.replace("aa", "a").replace("ee", "i").replace("k", "c", 1)))
    return tuple(made.values())
