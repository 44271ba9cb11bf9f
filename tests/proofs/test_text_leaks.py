"""Who texts whom in a session, and what they say, stands nowhere but in the request that sends it, whatever breaks."""

from datetime import timedelta
from typing import Any

import pytest

from masking.claims.guard import Guard
from masking.sessions.interactions import Interactions
from masking.sessions.media import Pictures
from masking.sessions.placed import PlacedJobs
from masking.sessions.relay import SessionRelay
from masking.sessions.sending import TextJobs
from privacy.numbers import NumberKeys
from privacy.sealing import Sealer
from tests.masking.texting import LINES, Office, Pair, pair, post_office, text
from tests.pictures import jpeg
from tests.proofs.breaking import broken, heard
from tests.proofs.leaks import OTHER, OWNER, SECOND, STRANGER, found, fresh_heap, in_memory, in_tables
from tests.town import Town
from voice import store
from voice.events import TextMoved
from voice.texts import Texts

WHERE = f"https://media.plivo.com/{STRANGER.digits}"
"""Where a picture stands at the carrier: Plivo does not sign it, so it may hold anything."""
__all__ = ["fresh_heap", "heard"]
pytestmark = pytest.mark.usefixtures("fresh_heap")
LAYERS: tuple[tuple[Any, str], ...] = (
    (Texts, "arrive"), (Texts, "_taken"), (SessionRelay, "take"), (SessionRelay, "answer"), (SessionRelay, "moved"),
    (TextJobs, "_taken_up"), (TextJobs, "_letter"), (TextJobs, "_post"), (TextJobs, "_moves"), (Interactions, "send"),
    (Interactions, "call"), (PlacedJobs, "_taken_up"), (PlacedJobs, "_ask"), (NumberKeys, "key"), (Sealer, "seal"),
    (Sealer, "open"), (Guard, "allows"), (store, "take_text"), (Pictures, "_fetched"), (Pictures, "_keep"),
    (Pictures, "lose"), (Pictures, "addresses"),
)  # fmt: skip


async def a_day(office: Office, ride: Pair, told: list[str], day: int) -> None:
    """Two people text, one says a number, a stranger tries, one stops; the customer texts and asks for a call."""
    town = office.town
    await office.works(timedelta(hours=12))  # what failed the day before has its next try
    said = [(OWNER, f"Call me on {STRANGER.value}"), (SECOND, "On my way"), (OTHER, f"I am {OTHER.value}"),
            (SECOND, "STOP"), (SECOND, "START")]  # fmt: skip
    for number, (sender, words) in enumerate(said):
        told.append((await text(town.twilio, sender, LINES["twilio"], words, f"SM{day}-{number}")).text)
    for number, address in enumerate((WHERE, f"{WHERE}/gone")):
        extra = {"NumMedia": "1", "MediaUrl0": address}
        told.append((await text(town.twilio, OWNER, LINES["twilio"], "Look", f"MM{day}-{number}", **extra)).text)
    interactions = town.house.rooms.interactions
    where = (town.tenant, ride.service, ride.session)
    for asks in (
        lambda: interactions.send(*where, ride.b, f"Or {OTHER.value}"),
        lambda: interactions.call(*where, ride.a),
    ):
        try:
            await asks()
        except Exception as error:  # noqa: BLE001  (a layer is broken, or half of the day is missing)
            told.append("" if "broke on" in str(error) else str(error))
    await office.works()
    account = town.house.accounts.of("twilio")[0]
    for row in await town.rows("SELECT message_id FROM message"):
        try:
            await town.house.hooks._texts.moved(account, row["message_id"], TextMoved("SM1", "delivered"))  # type: ignore[arg-type]
        except Exception as error:  # noqa: BLE001
            told.append("" if "broke on" in str(error) else str(error))


async def test_who_texts_whom_and_what_stands_nowhere(
    town: Town, heard: list[str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    office, ride = post_office(town), await pair(town, OWNER, SECOND)
    office.post.holds[WHERE] = jpeg()
    told: list[str] = []
    leaks: dict[str, object] = {}
    await a_day(office, ride, told, 0)
    assert {to for to, _, _ in office.post.sent} == {OWNER, SECOND}, "nobody was texted, so nothing was planted"
    assert found("\n".join(office.post.words)), "nobody said a number"
    assert any(office.post.media), "no picture went on"

    for day, (owner, layer) in enumerate(LAYERS, 1):
        with broken(monkeypatch, owner, layer, leaks):
            await a_day(office, ride, told, day)
    office.post.sent.clear()
    office.post.rung.clear()

    leaks |= {
        "answers": found("\n".join(told)), "log": found("\n".join(heard)), "tables": await in_tables(town),
        "printed": found("".join(capfd.readouterr())), "memory": in_memory(),
    }  # fmt: skip
    assert {place: what for place, what in leaks.items() if what} == {}
