"""The verdict: which family of wordings is the number's name, whether it may be shown, and how surely it is right."""

from dataclasses import dataclass
from typing import Protocol

from callerid.ranking.cleaning import fits, titled, words
from callerid.ranking.clusters import Cluster, contains, distinct
from callerid.ranking.complaints import Calm, Rates, accusers, without_rush, word_rates
from callerid.ranking.confidence import on_curve, weighed
from callerid.ranking.families import families
from callerid.ranking.features import Candidate, Features, features
from callerid.ranking.lessons import APART
from callerid.ranking.model import Model
from callerid.ranking.naming import compose, moments, pick, weigh
from callerid.ranking.spam import spam_features
from callerid.ranking.support import support
from callerid.ranking.tally import Tally, own_words, together
from callerid.ranking.tokens import Token
from callerid.ranking.values import Circulating, Kind, Status, Verdict
from callerid.ranking.wordlists import claims_institution

NUISANCE = 0.5
"""Spam from which on a number is announced as a nuisance, and by no name that a crowd made up."""
ONE_WORD = 0.49
"""What one person, or a crowd within two months, can bring the spam score to where others have long kept the number."""
SECOND_CHOICE = 0.3
"""Confidence that a name needs to be shown although a likelier one, with too few sources, circulates."""
EVERYBODY = 0.9
"""Share of a family's people who say a word, from which all do."""
SUSPECT = 0.3
"""Spam from which on no institution's name and no crowd's name is shown that strangers suggested."""

MOST_JUDGED = 80
"""Wordings that a verdict compares with each other, each with each: more than a number has that nobody floods."""
WIDEST = 8.0
"""Lead over the next name from which a wider one tells no more; also that of a name without rivals."""


class Known(Protocol):
    """What is known of one number; `Book` is it."""

    clusters: dict[int, Cluster]
    marks: dict[bool, Tally]
    epochs: tuple[int, ...]
    strikes: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """
    What the caller asks for.

    sources: independent groups a crowd's name needs. verified: the checked name of a business. asker_script: preferred
    where the name was written in it ("LATIN", "TAMIL" ... as Unicode names them).
    """

    sources: int = 2
    verified: str | None = None
    asker_script: str | None = None


def candidates(known: Known, now_week: int, model: Model) -> list[Candidate]:
    """The names that circulate, struck ones left out, the heaviest first."""
    epoch = max(known.epochs, default=None)
    live = [each for each in known.clusters.values() if each.tally.count and not is_struck(known, each)]
    return grouped(live, epoch, now_week, model)


def grouped(clusters: list[Cluster], epoch: int | None, now_week: int, model: Model) -> list[Candidate]:
    """The MOST_JUDGED heaviest wordings, and the owner's own, sorted into names, measured, the heaviest first."""
    weights = {each.no: support(each.tally, now_week, epoch).weight for each in clusters}

    def weight(cluster: Cluster) -> float:
        return weights[cluster.no]

    clusters = sorted(clusters, key=lambda each: (not own_words(each.tally), -weight(each), each.no))[:MOST_JUDGED]
    found = []
    users: dict[str, list[Cluster]] = {}
    for cluster in clusters:
        for read in cluster.tokens:
            users.setdefault(read.key, []).append(cluster)
    said = {key: moments(using) for key, using in users.items()}

    def likeness(read: Token) -> float:
        return model.likeness(read, said[read.key])

    for family in families(clusters, weight, likeness):
        measured = support(together(each.tally for each in family.clusters), now_week, epoch)
        parts = weigh(family, weight, model)
        chosen = pick(parts, model)
        alike = tuple(model.agreement(word.token) for word in chosen if not word.token.initial)
        found.append(Candidate(family, measured, parts, chosen, alike))
    return sorted(found, key=lambda each: -each.support.weight)


def is_struck(known: Known, cluster: Cluster) -> bool:
    """Whether the owner struck these words out, or words that contain a struck name of two and more."""
    struck = (distinct(each) for each in known.strikes)
    return any(contains(cluster.tokens, name) and (len(name) > 1 or len(cluster.tokens) == 1) for name in struck)


def verdict(known: Known, now_week: int, model: Model, rules: Rules) -> Verdict:
    """What may be said about the number."""
    spam = nuisance(known, now_week, model)
    if rules.verified is not None:
        return Verdict(_safe(rules.verified), 1.0, spam, 0, None, Status.VERIFIED)
    found = candidates(known, now_week, model)
    declared = own_name_of(known)
    if declared is not None:
        said = _own_name(declared, found, spam, model, rules)
        if said is not None:
            return said
    best = _best(found, model, rules.sources)
    if best is None or not _may_show(best[0], spam, rules, model):
        return Verdict(None, 0.0, spam, 0, None, Status.UNKNOWN)
    candidate, measured = best
    name = compose(candidate.family, candidate.chosen, rules.asker_script)
    sure = on_curve(model.curves.get("name", ()), weighed(model.weights.get("confidence", {}), measured))
    settled = candidate.support.last - candidate.support.first >= APART
    if name is None or (measured["margin"] < 0 and not (settled and sure >= SECOND_CHOICE)):
        return Verdict(None, 0.0, spam, 0, None, Status.UNKNOWN)
    return Verdict(name, sure, spam, candidate.support.apart, candidate.family.clusters[0].no, Status.CROWD)


def circulating(known: Known, now_week: int, model: Model) -> list[Circulating]:
    """Every name that goes round, with counts; struck ones last."""
    epoch = max(known.epochs, default=None)
    shown = []
    for struck in (False, True):
        some = [each for each in known.clusters.values() if each.tally.count and is_struck(known, each) is struck]
        for each in grouped(some, epoch, now_week, model):
            name = compose(each.family, each.chosen, None)
            if name is not None:
                no = each.family.clusters[0].no
                shown.append(Circulating(no, name, each.support.count, each.support.apart, struck))
    return shown


def nuisance(known: Known, now_week: int, model: Model) -> float:
    """The spam score, 0..1. Neither one person's word nor a hired crowd's two months make a nuisance."""
    rates = word_rates(known, model)
    spam = _scored(known, now_week, model, rates)
    if spam < NUISANCE:
        return spam
    calm = without_rush(known, model, rates)
    if accusers(known, model, rates) < 2 or (calm and _scored(calm, now_week, model, rates) < ONE_WORD):
        return ONE_WORD
    return spam


def _scored(known: Known | Calm, now_week: int, model: Model, rates: Rates) -> float:
    measured = spam_features(known, now_week, model, rates)
    return on_curve(model.curves.get("spam", ()), weighed(model.weights.get("spam", {}), measured))


def _best(found: list[Candidate], model: Model, sources: int) -> tuple[Candidate, Features] | None:
    """The likeliest name, of those with enough sources where there is any, with what its confidence is made of."""
    rated = []
    for at, each in enumerate(found):
        measured = features(each, found[:at] + found[at + 1 :])
        rated.append((weighed(model.weights.get("choice", {}), measured), -at, each, measured))
    rated.sort(key=lambda each: each[:2], reverse=True)
    for score, _, candidate, measured in rated:
        if candidate.support.apart >= sources:
            rival = max((other[0] for other in rated if other[2] is not candidate), default=score - WIDEST)
            lead = max(-WIDEST, min(WIDEST, score - rival))
            return candidate, measured | {"margin": lead, "alone": float(len(rated) == 1)}
    return None


def _may_show(best: Candidate, spam: float, rules: Rules, model: Model) -> bool:
    chosen = tuple(word.token for word in best.chosen)
    if (
        spam >= NUISANCE
        or claims_institution(chosen)
        or all(model.is_none(read) for read in chosen if not read.initial)
    ):
        return False
    agreed = tuple(word.token for word in best.words if word.share >= EVERYBODY)
    if claims_institution(agreed) and not any(map(model.is_surely_name, chosen)):
        return False
    holders = best.support.count * (1.0 - best.support.suggested)
    return spam < SUSPECT or holders >= rules.sources


def own_name_of(known: Known) -> Cluster | None:
    """The wording that the proven owner gave themself, the newest of this epoch."""
    epoch = max(known.epochs, default=None)
    own = []
    for cluster in known.clusters.values():
        weeks = [key[0] for key in cluster.tally.cells if key[1] == Kind.SELF]
        if own_words(cluster.tally) and (epoch is None or max(weeks) > epoch):
            own.append((max(weeks), -cluster.no, cluster))
    return max(own)[2] if own else None


def _own_name(declared: Cluster, found: list[Candidate], spam: float, model: Model, rules: Rules) -> Verdict | None:
    """The owner's own name: confirmed where two others agree, else self-declared; None where it may not be shown."""
    if claims_institution(declared.tokens):
        return None
    form = next(iter(declared.forms.values()))
    name = _safe(" ".join(form.words))
    if name is None:
        return None
    family = next((each for each in found if declared in each.family.clusters), None)
    agreeing = max(0, family.support.apart - 1) if family else 0
    status = Status.CONFIRMED if agreeing >= 2 else Status.SELF_DECLARED
    sure = 0.99 if agreeing >= 2 else 0.97
    return Verdict(name, sure, spam, agreeing, declared.no, status)


def _safe(raw: str) -> str | None:
    name = " ".join(titled(word) for word in words(raw))
    return name if fits(name) else None
