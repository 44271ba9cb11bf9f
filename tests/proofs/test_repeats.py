"""Every webhook of a conversation three times, shuffled as its carrier may: the same answers, the same rows."""

import os
from collections import Counter
from collections.abc import Awaitable, Callable
from random import Random

import pytest

from tests.proofs import conversations
from tests.proofs.conversations import Answers, Conversation, schedule
from tests.proofs.test_histories_over_http import start_over
from tests.town import Carrier, Town

SHUFFLES = int(os.environ.get("PROOF_SHUFFLES", "4"))
KINDS = [conversations.talk, conversations.miss, conversations.block, conversations.leave, conversations.back,
         conversations.stranger]  # fmt: skip
IDS = "'{call,claim,target_id,scan,phone,own,open,caller_of}'::text[]"
LEFT = {
    "call": f"SELECT state, outcome, attempt, coming, bridged_at, ended_at, talk_seconds, route - {IDS} AS r FROM call",
    "claim": "SELECT role, kind, until, reuse_after, used_at FROM claim JOIN proxy_number USING (number_id)",
    "outbox": "SELECT kind, payload ->> 'kind' AS what, due FROM outbox",
    "scan": "SELECT reason, missed_at, message, reply FROM scan",
    "steps": f"SELECT step, at, route - {IDS} AS r FROM call_step",
    "tally": "SELECT name, count, expires_at FROM tally",
    "block": "SELECT made_at, until FROM block",
}  # fmt: skip


async def left(town: Town) -> dict[str, list[str]]:
    """What is kept, without ids, in an order of its own."""
    return {name: sorted(map(str, await town.rows(sql))) for name, sql in LEFT.items()}


async def audited(town: Town) -> Counter[str]:
    """How often each thing stands in the audit trail, which nobody empties."""
    rows = await town.rows("SELECT action, count(*) AS times FROM audit_entry GROUP BY 1")
    return Counter({str(row["action"]): int(str(row["times"])) for row in rows})


async def play(conversation: Conversation, rng: Random | None) -> dict[str, str]:
    """Sends it. A webhook sent again is answered as it was before. Returns the answers, without their addresses."""
    told: Answers = {}
    for step in schedule(conversation.steps, rng):
        answer = await conversation.send(step, told)
        assert answer.status == 200, (step.name, answer)
        assert told.setdefault(step.name, answer) == answer, f"{step.name} was answered otherwise"
    return {name: _without_tokens(answer.text) for name, answer in told.items()}


def _without_tokens(text: str) -> str:
    """The XML with every address cut to its step: the rest of it names the call."""
    parts = text.split("/c/")
    return parts[0] + "".join(part.partition("/")[2] for part in parts[1:])


@pytest.mark.parametrize("name", ["twilio", "plivo"])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
async def test_three_times_and_shuffled_it_is_answered_and_kept_alike(
    town: Town, redis_url: str, kind: Callable[[Town, Carrier], Awaitable[Conversation]], name: str
):
    carrier = town.twilio if name == "twilio" else town.plivo
    plain = None
    for seed in (None, *range(SHUFFLES)):
        await start_over(town, redis_url)
        conversation = await kind(town, carrier)
        before = await audited(town)

        answers = await play(conversation, None if seed is None else Random(seed))

        found = (answers, await left(town), await audited(town) - before)
        plain = plain or found
        assert found == plain, f"shuffle {seed}"
