"""All that is kept about one number, and how one more tag or one fewer changes it: O(its clusters) either way."""

from collections import Counter
from typing import Self

from callerid.ranking import choosing
from callerid.ranking.cleaning import words
from callerid.ranking.clusters import Cluster, Form, distinct, says_the_same, signature
from callerid.ranking.lessons import Lesson, lesson
from callerid.ranking.model import Model
from callerid.ranking.rows import BookRows, ClusterRow, FormRow, MarkRow
from callerid.ranking.tally import Tally
from callerid.ranking.values import NOWHERE, Circulating, Evidence, Mark, Placed, Verdict

MOST_CLUSTERS = 400
"""Different wordings that are kept for one number; more than any crowd has, so that no flood fills memory."""
MOST_FORMS = 60
"""Different spellings of one wording; a further one counts as the wording's first."""
MOST_CATEGORIES = 20


class Book:
    """One number's wordings, marks, epochs and strikes. It knows counts only: not the number, not who said what."""

    def __init__(self) -> None:
        self.clusters: dict[int, Cluster] = {}
        self.marks: dict[bool, Tally] = {True: Tally(), False: Tally()}
        self.categories: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
        self.epochs: tuple[int, ...] = ()
        self.strikes: tuple[tuple[str, ...], ...] = ()
        self._exact: dict[tuple[str, ...], int] = {}

    def add(self, evidence: Evidence) -> Placed:
        """One more tag. Returns where it went: NOWHERE for a name without a word, or past MOST_CLUSTERS wordings."""
        said = words(evidence.raw)
        if not said:
            return NOWHERE
        cluster = self._cluster_of(said)
        if cluster is None:
            return NOWHERE
        cluster.tally.add(evidence)
        form = _form_of(cluster, said)
        form.count += 1
        return Placed(cluster.no, form.no)

    def remove(self, evidence: Evidence, placed: Placed) -> None:
        """
        A tag withdrawn: the counts are as if it had never been there.

        evidence: with the week, kind, attributes and groups it was added with (its `raw` is not read).
        Raises KeyError or ValueError where no such tag stands there.
        """
        if placed == NOWHERE:
            return
        cluster = self.clusters[placed.cluster_no]
        form = cluster.forms[placed.form_no]
        cluster.tally.remove(evidence)
        form.count -= 1
        if form.count <= 0:
            del cluster.forms[form.no]
        if not cluster.forms:
            del self.clusters[cluster.no]
            self._exact = {key: no for key, no in self._exact.items() if no != cluster.no}

    def leave(self, evidence: Evidence, placed: Placed, week: int) -> None:
        """A tag whose holder took it out of their address book in `week`: it counts no more, that it left does."""
        if placed == NOWHERE:
            return
        tally = self.clusters[placed.cluster_no].tally
        self.remove(evidence, placed)
        tally.left[week] += 1

    def mark(self, mark: Mark) -> None:
        """One more spam or not-spam mark."""
        self.marks[mark.spam].add(mark)
        counts = self.categories[mark.spam]
        if mark.category and (mark.category in counts or len(counts) < MOST_CATEGORIES):
            counts[mark.category] += 1

    def unmark(self, mark: Mark) -> None:
        """A mark withdrawn. Raises ValueError where no such mark is counted."""
        self.marks[mark.spam].remove(mark)
        counts = self.categories[mark.spam]
        if counts[mark.category] <= 1:
            del counts[mark.category]
        else:
            counts[mark.category] -= 1

    def disconnected(self, week: int) -> None:
        """The number was given back in `week`: what was said up to then was said of somebody else."""
        self.epochs = tuple(sorted({*self.epochs, week}))

    def strike(self, cluster_no: int, now_week: int, model: Model) -> None:
        """The owner strikes out the name this cluster belongs to, for good. Raises KeyError for no such cluster."""
        struck = self.clusters[cluster_no]
        found = (each.family.clusters for each in choosing.candidates(self, now_week, model))
        family = next((clusters for clusters in found if struck in clusters), [struck])
        names = {tuple(read.surface for read in cluster.tokens) for cluster in family}
        self.strikes = tuple(sorted({*self.strikes, *names}))

    def verdict(
        self,
        now_week: int,
        model: Model,
        sources: int = 2,
        verified: str | None = None,
        asker_script: str | None = None,
    ) -> Verdict:
        """
        What may be said about the number.

        sources: independent groups that a crowd's name needs (the caller draws 2 or 3). verified: a business's checked
        name, shown as it is. asker_script: the script to prefer, as Unicode names it ("LATIN", "DEVANAGARI").
        """
        return choosing.verdict(self, now_week, model, choosing.Rules(sources, verified, asker_script))

    def names(self, now_week: int, model: Model) -> list[Circulating]:
        """What goes round for the number, for its owner: names with counts, the heaviest first, struck ones last."""
        return choosing.circulating(self, now_week, model)

    def lesson(self) -> Lesson:
        """What this number teaches about words; see `Model.learn`."""
        return lesson(self)

    def to_rows(self) -> BookRows:
        """Everything as plain values."""
        clusters, forms = [], []
        for cluster in self.clusters.values():
            clusters.append(ClusterRow(cluster.no, cluster.tally.pack()))
            forms += [FormRow(form.no, cluster.no, " ".join(form.words), form.count) for form in cluster.forms.values()]
        marks = tuple(
            MarkRow(
                sort, self.marks[sort].pack(), sorted([name, count] for name, count in self.categories[sort].items())
            )
            for sort in (True, False)
            if self.marks[sort].count
        )
        strikes = tuple(" ".join(each) for each in self.strikes)
        return BookRows(tuple(clusters), tuple(forms), marks, self.epochs, strikes)

    @classmethod
    def from_rows(cls, rows: BookRows) -> Self:
        """The book that `to_rows` gave, rows in any order."""
        book = cls()
        forms: dict[int, list[FormRow]] = {}
        for form in sorted(rows.forms, key=lambda each: (each.cluster_no, each.form_no)):
            forms.setdefault(form.cluster_no, []).append(form)
        for row in sorted(rows.clusters, key=lambda each: each.cluster_no):
            kept = [Form(form.form_no, tuple(form.form.split()), form.count) for form in forms[row.cluster_no]]
            tokens = distinct(kept[0].words)
            cluster = Cluster(row.cluster_no, tokens, Tally.unpack(row.counts), {form.no: form for form in kept})
            book.clusters[cluster.no] = cluster
            book._exact.setdefault(signature(tokens), cluster.no)
        for marks in rows.marks:
            book.marks[marks.spam] = Tally.unpack(marks.counts)
            book.categories[marks.spam] = Counter(dict(marks.categories))
        book.epochs, book.strikes = rows.epochs, tuple(tuple(each.split()) for each in rows.strikes)
        return book

    def _cluster_of(self, said: tuple[str, ...]) -> Cluster | None:
        tokens = distinct(said)
        key = signature(tokens)
        known = self._exact.get(key)
        if known is not None:
            return self.clusters[known]
        for cluster in self.clusters.values():
            if says_the_same(cluster.tokens, tokens):
                self._exact[key] = cluster.no
                return cluster
        if len(self.clusters) >= MOST_CLUSTERS:
            return None
        cluster = Cluster(max(self.clusters, default=-1) + 1, tokens)
        self.clusters[cluster.no] = cluster
        self._exact[key] = cluster.no
        return cluster


def _form_of(cluster: Cluster, said: tuple[str, ...]) -> Form:
    for form in cluster.forms.values():
        if form.words == said:
            return form
    if len(cluster.forms) >= MOST_FORMS:
        return next(iter(cluster.forms.values()))
    form = Form(max(cluster.forms, default=-1) + 1, said)
    cluster.forms[form.no] = form
    return form
