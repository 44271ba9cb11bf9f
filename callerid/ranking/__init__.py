"""Turns what a crowd calls one number into one name, a calibrated confidence and a spam score, or into "unknown".

Pure: no clock, no database, no network. What the rest of the house uses:

    book = Book()                                       # all that is kept about one number
    placed = book.add(Evidence("Asha Rao", week=120, ...))   # Placed(cluster_no, form_no): keep it beside the tag
    book.remove(evidence, placed)                       # withdrawn: as if it had never been there
    book.leave(evidence, placed, week)                  # its holder took it out of an address book
    book.mark(mark); book.unmark(mark)                  # spam and not-spam
    book.disconnected(week)                             # the number was given back: a new epoch
    book.strike(cluster_no, now_week, model)            # the owner strikes a name out, for good
    verdict = book.verdict(now_week, model, sources=2)  # name, confidence, spam, sources, cluster_no, status
    book.names(now_week, model)                         # what circulates, with counts, for the owner
    book.to_rows(); Book.from_rows(rows)                # plain values for storage

    model = Model.load()                                # trained weights, calibration, token counters
    before = book.lesson(); ...; model.learn(before, book.lesson())   # at a tick: exact, so removals are unlearned
    model.to_json(); Model.from_json(text)

How it goes: `cleaning` makes a raw name harmless; `scripts` and `tokens` give each word a key that spellings and
scripts share; `book` puts a tag into the cluster that says the same words (O(clusters)); `lessons` tells which words
recur among people who do not act together; `families` joins the clusters that name one person; `weights` and
`features` say how many independent people stand behind a family; `choosing` picks the family and composes the name;
`confidence` makes a probability of it; `spam` weighs the marks. docs/decisions/0011 has the reasons and figures.
"""

from callerid.ranking.book import Book
from callerid.ranking.lessons import Lesson
from callerid.ranking.model import Model
from callerid.ranking.rows import BookRows, ClusterRow, FormRow, MarkRow
from callerid.ranking.values import NOWHERE, Circulating, Coarse, Evidence, Kind, Mark, Placed, Status, Verdict

__all__ = [
    "NOWHERE",
    "Book",
    "BookRows",
    "Circulating",
    "ClusterRow",
    "Coarse",
    "Evidence",
    "FormRow",
    "Kind",
    "Lesson",
    "Mark",
    "MarkRow",
    "Model",
    "Placed",
    "Status",
    "Verdict",
]
