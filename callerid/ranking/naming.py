"""The string a family of wordings is shown as: its name words only, in the order and spelling most people use."""

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from callerid.ranking.cleaning import fits, titled
from callerid.ranking.clusters import Cluster
from callerid.ranking.confidence import logistic, weighed
from callerid.ranking.families import Family
from callerid.ranking.lessons import APART
from callerid.ranking.model import Model
from callerid.ranking.tokens import Token, same, token
from callerid.ranking.wordlists import ALSO_NAMES

MOST_NAME_WORDS = 3
LEAST_WORTH = 0.5
"""How surely a word must be of the name to be shown beside another."""
LEAST_SHARE = 0.1
"""Share of the family's people who must say a word that was not learned to be a name."""
INITIAL_SHARE = 0.12
"""Share of a one-word name's people who must write an initial for it to be shown."""


@dataclass(frozen=True, slots=True)
class Word:
    """
    One word of a family.

    share: of the family's weight that says it. moments: independent times at which it was said. measured: what the
    trained rule weighs. worth: how surely it is of the name, 0..1. listed: known for no name, from a list alone.
    """

    token: Token
    share: float
    moments: int
    measured: dict[str, float]
    worth: float
    listed: bool


def weigh(family: Family, weight: Callable[[Cluster], float], model: Model) -> list[Word]:
    """The family's words, the surest name part first."""
    total = sum(weight(cluster) for cluster in family.clusters) or 1.0
    found = []
    for read in family.tokens:
        users = [each for each in family.clusters if any(same(read, other) for other in each.tokens)]
        share = sum(map(weight, users)) / total
        said = moments(users)
        as_name = _leads_as_name(family, read)
        agreement = model.agreement(read, as_name)
        measured = {
            "share": share,
            "agreement": agreement,
            "known": min(1.0, model.heard(read.key).seen / 20),
            "moments": math.log(said),
            "moments_share": math.log(said) * share,
            "unheard": math.log(said) * (1.0 - share),
            "low": float(agreement < 0.1),
            "low_here": float(agreement < 0.1) * math.log(said) * share,
            "short": float(len(read.fold) <= 2),
        }
        worth = logistic(weighed(model.weights.get("word", {}), measured))
        found.append(Word(read, share, said, measured, worth, model.is_listed(read) and not as_name))
    return sorted(found, key=lambda word: (-word.worth, -word.share, word.token.stem))


def _leads_as_name(family: Family, read: Token) -> bool:
    """Whether a word that is a relation in one language and a name in another stands before others, as names do."""
    if read.surface.casefold() not in ALSO_NAMES:
        return False
    first = beside = 0
    for cluster in family.clusters:
        for form in cluster.forms.values():
            places = [at for at, word in enumerate(form.words) if same(token(word), read)]
            if places and len(form.words) > 1:
                beside += form.count
                first += form.count if places[0] == 0 else 0
    return 2 * first > beside


def moments(clusters: list[Cluster]) -> int:
    """Independent times at which any of these wordings was said: spans of APART weeks with a tag; at least 1."""
    return max(1, len({key[0] // APART for cluster in clusters for key in cluster.tally.cells}))


def pick(words: list[Word], model: Model) -> list[Word]:
    """The words to show: the sure ones, or the surest; a lone one with its initial. Listed words only if all are."""
    full = [word for word in words if not word.token.initial]
    full = [word for word in full if not word.listed] or full
    heard = [word for word in full if word.share >= LEAST_SHARE or model.is_name(word.token)]
    sure = [word for word in heard if word.worth >= LEAST_WORTH][:MOST_NAME_WORDS] or full[:1]
    if len(sure) == 1:
        sure += [word for word in words if word.token.initial and word.share >= INITIAL_SHARE][:1]
    return sure


def compose(family: Family, chosen: list[Word], asker_script: str | None) -> str | None:
    """The chosen words as most people write them; None where nothing is left that may be shown."""
    spelled = [_spellings(family, word.token) for word in chosen]
    if not spelled:
        return None
    wanted = _script(spelled, asker_script)
    ordered = sorted(range(len(chosen)), key=lambda at: _place(family, chosen, at))
    alike = [at for at in ordered if any(token(written).script == wanted for written in spelled[at])]
    shown = []
    for at in alike:  # one script, or it is no name that anybody wrote
        counted = {written: count for written, count in spelled[at].items() if token(written).script == wanted}
        shown.append(titled(min(counted, key=lambda written: (-counted[written], len(written), written))))
    name = " ".join(shown)
    return name if fits(name) else None


def _spellings(family: Family, read: Token) -> Counter[str]:
    found: Counter[str] = Counter()
    for cluster in family.clusters:
        for form in cluster.forms.values():
            for word in form.words:
                if same(token(word), read):
                    found[titled(word)] += form.count
    return found


def _script(spelled: list[Counter[str]], asker_script: str | None) -> str:
    """The asker's, where every word was written so; else the one that most words and people have."""
    scripts: Counter[str] = Counter()
    covered: Counter[str] = Counter()
    for counted in spelled:
        for written, count in counted.items():
            scripts[token(written).script] += count
        covered.update({token(written).script for written in counted})
    if asker_script is not None and covered[asker_script] == len(spelled):
        return asker_script
    return min(scripts, key=lambda each: (-covered[each], -scripts[each], each))


def _place(family: Family, chosen: list[Word], at: int) -> tuple[float, float, str]:
    """Mean place of a word among the chosen ones, over the tags that say at least two of them."""
    total = people = 0.0
    for cluster in family.clusters:
        for form in cluster.forms.values():
            places: dict[int, int] = {}
            for word in form.words:
                read = token(word)
                which = next((no for no, each in enumerate(chosen) if same(each.token, read)), None)
                if which is not None:
                    places.setdefault(which, len(places))
            if at in places and len(places) > 1:
                total += form.count * places[at] / (len(places) - 1)
                people += form.count
    return (total / people if people else 0.5, -chosen[at].share, chosen[at].token.stem)
