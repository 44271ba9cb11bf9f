"""A number that a customer gives to the Proxy API leaves it as `identifier` alone, also when a layer breaks."""

import json
import logging
from typing import Any

import pytest

from masking.claims.guard import Guard
from masking.proxy_api.forms import Form
from masking.proxy_api.render import Renderer
from masking.sessions.parties import Participants
from masking.sessions.seats import Seating
from masking.sessions.sessions import Sessions
from privacy.numbers import NumberKeys
from privacy.sealing import Sealer
from tests.masking.sdk import Sdk
from tests.proofs.leaks import OTHER, OWNER, SECOND, STRANGER, found, in_memory, in_tables, in_valkey
from tests.town import SESSION, Town

LAYERS: tuple[tuple[type, str], ...] = (
    (Form, "number"), (Guard, "check"), (NumberKeys, "key"), (Sealer, "seal"), (Sealer, "open"), (Seating, "seats"),
    (Sessions, "create"), (Participants, "add"), (Participants, "open"), (Renderer, "participant"),
)  # fmt: skip


def told(sdk: Sdk) -> str:
    """Everything that was answered, but for identifiers; with the addresses that were asked."""

    def without(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        return {name: value for name, value in pairs if name != "identifier"}

    bodies = [json.loads(raw.text, object_pairs_hook=without) if raw.text else None for raw in sdk.wire.seen]
    return f"{bodies} {[raw.path for raw in sdk.wire.seen]}"


def a_day(proxy: Any) -> None:
    """A session made with one person, another added, one refused, one removed; everything read."""
    service = proxy.services.create(unique_name="rides")
    service.phone_numbers.create(phone_number=SESSION["twilio"][0].value)
    session = service.sessions.create(participants=[{"Identifier": OWNER.value, "FriendlyName": "A"}])
    added = session.participants.create(identifier=SECOND.value)
    for identifier in (OWNER.value, STRANGER.value, f"{OTHER.value[:3]} {OTHER.value[3:]}", f"sip:{OTHER.digits}@x"):
        with pytest.raises(Exception, match="HTTP 400"):
            session.participants.create(identifier=identifier)
    with pytest.raises(Exception, match="HTTP 400"):
        service.sessions.create(participants=[OTHER.value, {"Identifier": OTHER.value}])
    assert {each.identifier for each in session.participants.list()} == {OWNER.value, SECOND.value}
    assert added.fetch().identifier == SECOND.value
    session.interactions.list()
    added.delete()
    session.update(status="closed")


async def test_a_number_stands_in_no_table_counter_log_value_or_other_field(
    sdk: Sdk, town: Town, redis_url: str, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG, "maskline")

    await sdk(a_day)

    assert OWNER.value in str([raw.text for raw in sdk.wire.seen]), "nothing was planted"
    assert found(told(sdk)) == []
    assert await in_tables(town) == {}
    assert await in_valkey(redis_url) == []
    assert in_memory() == []
    assert found(caplog.text) == []


@pytest.mark.parametrize(("owner", "name"), LAYERS, ids=[f"{owner.__name__}.{name}" for owner, name in LAYERS])
async def test_a_layer_that_breaks_tells_nobody_whose_number_it_was(
    sdk: Sdk, owner: type, name: str, monkeypatch: pytest.MonkeyPatch
):
    asked = []

    def breaks(*_: object, **__: object) -> None:
        asked.append(name)
        raise RuntimeError(f"it broke on {OWNER.value} and {SECOND.digits}")

    service = await sdk(lambda proxy: proxy.services.create(unique_name="rides"))
    await sdk(lambda _: service.phone_numbers.create(phone_number=SESSION["twilio"][0].value))
    session = await sdk(lambda _: service.sessions.create(participants=[{"Identifier": OWNER.value}]))
    with monkeypatch.context() as within:
        within.setattr(owner, name, breaks)
        given = [{"Identifier": STRANGER.value}]
        made = await broken(sdk, lambda _: service.sessions.create(participants=given))
        added = await broken(sdk, lambda _: session.participants.create(identifier=SECOND.value))
        read = await broken(sdk, lambda _: session.participants.list())

    assert asked, f"{name} was never asked, so its breaking proves nothing"
    assert (20500, 500) in (made, added, read)
    assert found(told(sdk)) == []


async def broken(sdk: Sdk, work: Any) -> tuple[int, int]:
    """The code and status of a request that may have met what is broken."""
    try:
        await sdk(work)
    except Exception:  # noqa: BLE001  (the SDK has three kinds, and a list raises another one than the rest)
        raw = sdk.wire.seen[-1]
        return json.loads(raw.text)["code"], raw.status
    return 0, 200
