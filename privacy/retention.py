"""How long each table keeps its rows, and why. The worker sweeps; docs/data.md tells people the same."""

from dataclasses import dataclass
from datetime import timedelta

from core.clock import Clock
from privacy import store
from sql.database import Database

BATCH = 500
"""Rows a statement: a few milliseconds, so that nothing waits behind a sweep."""
MOST_BATCHES = 200
"""Per rule and sweep; what is left goes at the next one."""


@dataclass(frozen=True, slots=True)
class Rule:
    """
    One table's retention.

    keep: how long after the time that its statement compares (`sweep_<table>` in retention.sql). why: a sentence.
    action: `sweep` deletes rows, `anonymise` and `unname` empty what could lead to a person, `lapse` ends a refusal.
    """

    table: str
    keep: timedelta
    why: str
    action: str = "sweep"

    @property
    def statement(self) -> str:
        return f"{self.action}_{self.table}"


_AT_ONCE = timedelta(0)

RULES = (
    Rule("short_key", _AT_ONCE, "Two days are over: what it sealed must be readable by nobody."),
    Rule("call", timedelta(hours=48), "By then nobody calls back or is blocked any more.", "anonymise"),
    Rule("call", timedelta(days=7), "By then the carrier's own record is deleted, or will not be.", "unname"),
    Rule("call", timedelta(days=400), "Anonymous. A yearly bill may be disputed; a month is set beside last year's."),
    Rule("call_step", timedelta(hours=48), "Carriers repeat a webhook for a day at most."),
    Rule("text_seen", timedelta(hours=48), "Carriers repeat a webhook for a day at most; one reply a day."),
    Rule("claim", timedelta(days=2), "Free since then: it connects nobody and says nothing to a late caller."),
    Rule("scan", timedelta(days=30), "An owner may report misuse of a sticker for a month."),
    Rule("tally", _AT_ONCE, "Its window is over: it counts nothing any more."),
    Rule("block", _AT_ONCE, "It has run out, twelve months after it was made."),
    Rule("session_block", _AT_ONCE, "It has run out, twelve months after it was made."),
    Rule("outbox", timedelta(days=14), "A dead letter: two weeks to find out what went wrong."),
    Rule("sticker_contact", timedelta(days=30), "Asked and never answered: whoever is meant did not want it."),
    Rule("sticker_contact", timedelta(days=365), "Refused: nobody asks again, for as long as a block lasts.", "lapse"),
    Rule("request_seen", timedelta(hours=48), "Nobody repeats a request after two days."),
    Rule("media", timedelta(hours=24), "The carrier has fetched it by then, or never will."),
    Rule("message", timedelta(hours=24), "By then its fate is known, or will not be.", "anonymise"),
    Rule("message", timedelta(days=7), "By then the carrier's own record is deleted, or never will be.", "unname"),
    Rule("message", timedelta(days=90), "A customer may ask for three months whether a text arrived."),
    Rule("interaction", timedelta(days=90), "A customer may ask for three months who reached whom."),
    Rule("session", timedelta(days=90), "A customer may ask about a booking for three months after it."),
    Rule("spam_mark", timedelta(days=730), "It has faded to nothing: half of its weight goes every 90 days."),
    Rule("named_number", timedelta(days=182), "Given back: a former owner's refusal ends, a new one decides.", "lapse"),
    Rule("name_business", timedelta(days=90), "Refused, revoked or run out: its owner may still ask why."),
    Rule("book_receipt", timedelta(days=90), "Who gave an address book may ask for three months what became of it."),
    Rule("lookup_mark", timedelta(days=30), "A number asked for again costs again after a month."),
    Rule("lookup_budget", timedelta(days=30), "It counts in no budget any more."),
    Rule("event", timedelta(days=30), "A month: a customer whose server was down may ask for it again."),
    Rule("proof", _AT_ONCE, "Its code can be used no more."),
    Rule("proof_spending", timedelta(days=31), "A carrier's bill for codes is checked within a month."),
    Rule("device", timedelta(days=180), "Unused for half a year: its holder signs in again."),
    Rule("phone", timedelta(days=30), "No contact, no block, no session names it: nobody needs the number."),
)  # fmt: skip
"""In this order: contacts, blocks and sessions go before the numbers that they name."""

KEPT_FOR_GOOD = {
    "tenant": "The installation's customers.",
    "key_check": "One row a key: tells whether the key file is the right one.",
    "audit_entry": "Who did what must be answerable for good; it holds no number and cannot be changed.",
    "audit_link": "The chain over the audit trail.",
    "audit_waiting": "A queue: the one writer empties it.",
    "audit_head": "One row.",
    "carrier_account": "Until it is removed; the tokens are sealed.",
    "proxy_number": "Our own numbers. A removed one stays, because old calls name it.",
    "sticker_code": "Printed on paper that stays where it is: a code is never given out twice.",
    "sticker": "Until its owner erases it; a revoked one stays, so that its code keeps saying the same.",
    "opt_out": "Until its holder texts START: who said STOP must not be texted again because time went by.",
    "client": "A program that may use our APIs, until its customer goes; the token is sealed.",
    "service": "Until its customer deletes it.",
    "service_number": "Which service a number of ours serves; a released one is overwritten by its next service.",
    "participant": "Goes with its session.",
    "service_opt_out": "Until its holder texts START to that service, or the service is deleted.",
    "name_cluster": "Goes with the last tag in it; a struck one stays, so that it never shows again.",
    "name_spelling": "Goes with the last tag that wrote it so.",
    "name_tag": "Until whoever gave it takes it back.",
    "name_inbox": "A queue: the next merge empties it, and a crash of the database too.",
    "name_owner": "Until its number is given back, proven by somebody else, or erased.",
    "name_inbox_head": "One row a queue.",
    "name_giver": "Goes with the merge of what was given.",
    "name_leaver": "Goes once everything is taken back.",
    "name_model": "What ranking learned: words and counts, nobody's number. A word that was taken back stays until "
    "`./run names rebuild`.",
    "person": "Until its holder deletes it, or for 30 days after somebody else has proven the number.",
    "consent": "Goes with its person; what was withdrawn stays so long, to show when.",
    "schema_version": "The migrations applied.",
    "schema_function": "The functions applied.",
}
"""Tables without a rule, and why."""


async def sweep(database: Database, clock: Clock) -> dict[str, int]:
    """
    Applies every rule. Returns rows by statement (`sweep_scan`, `anonymise_call`), those that had none left out.

    Small batches, each its own transaction; several sweeps at once share the work. Raises DatabaseAway.
    """
    counts: dict[str, int] = {}
    for rule in RULES:
        before = clock.now() - rule.keep
        for _ in range(MOST_BATCHES):
            async with database.work() as conn:
                swept = await store.sweep(conn, rule.statement, before, BATCH)
            if swept:
                counts[rule.statement] = counts.get(rule.statement, 0) + swept
            if swept < BATCH:
                break
    return counts
