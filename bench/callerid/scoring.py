"""
How well a resolver named a made-up world: the figures of docs/decisions/0011, and of issue four's table.

ident      share of people and firms whose shown name identifies the owner and carries no harmful word
strict     share shown whole and clean: both parts, nothing else
shown      share for which a name is shown; prec = ident / shown
harm       share shown with an enemy's, the former owner's, an insulting, a relation's or somebody else's name
stale      the former owner's name, of the numbers that had one
attacks    share of attacks that showed their words, by level and goal
ece        expected calibration error of the confidence for "identifies the owner", ten bins, over shown names
auc        of the spam score, nuisances against everybody else; flooded: honest firms under attack with spam >= 0.5
unsafe     share of shown names with markup, controls, bidi marks, links or a formula's first character
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from bench.callerid.worlds import Truth, World

HARMFUL = frozenset({"attack", "stale", "insult", "relation", "other"})
GOOD = frozenset({"full", "full and more", "part", "part and more"})
_UNSAFE = re.compile(r"[<>\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]|https?:|^[=+@\-]")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a resolver says of one number."""

    name: str | None
    confidence: float = 0.0
    spam: float = 0.0


def unsafe(name: str) -> bool:
    """Whether a name may not be put on a screen as it is."""
    return len(name) > 64 or _UNSAFE.search(name) is not None


def judge(world: World, number: int, name: str | None) -> str:
    """
    What a shown name is: none, attack, insult, full, part (… and more), relation, stale, family (the right surname or
    a pet name alone: neither good nor harmful), other.
    """
    if not name:
        return "none"
    truth, heard = world.truth[number], _meanings(world, name)
    if truth.attack and _is_attack(world, truth, name):
        return "attack"
    kinds = [{meaning.partition(":")[0] for meaning in meanings} for meanings in heard]
    if any(kind == {"insult"} for kind in kinds):
        return "insult"
    own = _fits(heard, truth.parts, truth.kind)
    if own:
        return own
    if all(kind <= {"relation", "honorific"} for kind in kinds) and heard:
        return "relation"
    if any(truth.parts[1].split("|")[0] in meanings or "nickname" in meanings for meanings in heard):
        return "family"
    if truth.former and _fits(heard, truth.former, "person"):
        return "stale"
    return "other"


def score(world: World, shown: Mapping[int, Shown]) -> dict[str, float]:
    """Every figure named above, 0 to 1."""
    nothing = Shown(None)
    named = [number for number, truth in world.truth.items() if truth.kind != "nuisance"]
    verdicts = {number: judge(world, number, shown.get(number, nothing).name) for number in world.truth}
    count = len(named)
    good = sum(verdicts[number] in GOOD for number in named)
    visible = [number for number in named if verdicts[number] != "none"]
    figures = {
        "ident": good / count,
        "strict": sum(verdicts[number] == "full" for number in named) / count,
        "shown": len(visible) / count,
        "prec": good / max(1, len(visible)),
        "harm": sum(verdicts[number] in HARMFUL for number in named) / count,
        "stale": _share([verdicts[n] == "stale" for n in named if world.truth[n].former]),
        "ece": _ece([(shown[n].confidence, verdicts[n] in GOOD) for n in visible]),
        "unsafe": _share([unsafe(shown[n].name or "") for n in visible]),
    }
    return figures | _attacks(world, verdicts) | _spam(world, shown)


def _attacks(world: World, verdicts: Mapping[int, str]) -> dict[str, float]:
    attacked = {number: truth for number, truth in world.truth.items() if truth.attack}
    won = {number: verdicts[number] == "attack" for number in attacked}
    return {
        "naive": _share([won[n] for n, truth in attacked.items() if truth.level == "naive"]),
        "camouflaged": _share([won[n] for n, truth in attacked.items() if truth.level == "camouflaged"]),
        "impersonation": _share([won[n] for n, truth in attacked.items() if truth.attack_kind == "impersonation"]),
    }


def _spam(world: World, shown: Mapping[int, Shown]) -> dict[str, float]:
    nothing = Shown(None)
    scores = {number: shown.get(number, nothing).spam for number in world.truth}
    bad = [scores[number] for number, truth in world.truth.items() if truth.kind == "nuisance"]
    fine = [scores[number] for number, truth in world.truth.items() if truth.kind != "nuisance"]
    flooded = [scores[number] >= 0.5 for number, truth in world.truth.items() if truth.flooded]
    return {"auc": _auc(bad, fine), "flooded": _share(flooded)}


def _meanings(world: World, name: str) -> list[set[str]]:
    """What each word of a name means; an initial means itself."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    words = "".join(each if unicodedata.category(each)[0] in "LM" else " " for each in folded).split()
    return [world.meanings.get(word, {f"initial:{word}"} if len(word) == 1 else set()) for word in words]


def _fits(heard: list[set[str]], parts: tuple[str, str], kind: str) -> str:
    """How far words name an owner."""
    (first, own), (second, _) = (part.split("|") for part in parts)
    wanted = len(own.split())  # a firm's own words: the family's, and perhaps one like "super"
    own_words = sum(first in meanings or (kind == "firm" and "shop" in meanings) for meanings in heard)
    has_first = any(first in meanings for meanings in heard)
    has_second = any(second in meanings or f"initial:{parts[1].split('|')[1][0]}" in meanings for meanings in heard)
    extra = [m for m in heard if first not in m and second not in m and not (kind == "firm" and "shop" in m)
             and not any(each.startswith("initial:") or each == "honorific" for each in m)]  # fmt: skip
    if not has_first or (kind == "firm" and own_words < wanted):
        return ""
    if any("relation" in meanings for meanings in extra):
        return ""
    size = "full" if has_second else "part"
    return f"{size} and more" if extra else size


def _is_attack(world: World, truth: Truth, name: str) -> bool:
    heard = _meanings(world, name)
    if truth.attack_kind in ("insult", "name and insult"):
        return any("insult" in meanings for meanings in heard)
    goal = set(truth.attack.casefold().split())
    said = set(re.findall(r"\w+", name.casefold()))
    return bool(goal & said) and not _fits(heard, truth.parts, truth.kind)


def _share(found: list[bool]) -> float:
    return sum(found) / len(found) if found else 0.0


def _ece(pairs: list[tuple[float, bool]]) -> float:
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in pairs:
        bins.setdefault(min(9, int(confidence * 10)), []).append((confidence, right))
    return sum(abs(sum(c for c, _ in each) - sum(r for _, r in each)) for each in bins.values()) / max(1, len(pairs))


def _auc(bad: list[float], fine: list[float]) -> float:
    """How often a nuisance scores higher than somebody else; ties count half."""
    ranked = sorted([(score, True) for score in bad] + [(score, False) for score in fine])
    ranks, at = 0.0, 0
    while at < len(ranked):
        end = at
        while end < len(ranked) and ranked[end][0] == ranked[at][0]:
            end += 1
        ranks += sum(is_bad for _, is_bad in ranked[at:end]) * (at + 1 + end) / 2
        at = end
    return (ranks - len(bad) * (len(bad) + 1) / 2) / max(1, len(bad) * len(fine))
