"""Who is called what, and who said so, stands nowhere but in the requests that say it, whatever breaks on the way."""

from datetime import timedelta
from typing import Any

import pytest

from admin.people.by_number import ByNumber
from admin.people.members import Members
from admin.people.people import People
from callerid.books.delist import Delisting
from callerid.books.intake import Intake
from callerid.books.merge import Merge
from callerid.books.publish import Publication
from callerid.lookups.lookups import Lookups
from callerid.owners.opt_outs import OptOuts
from callerid.owners.owners import Owners
from callerid.tokens import NameKeys
from privacy.numbers import NumberKeys
from privacy.proof import Proofs
from privacy.sealing import Sealer
from tests.masking.served import served
from tests.proofs.breaking import broken, heard
from tests.proofs.leaks import OTHER, OWNER, SECOND, STRANGER, found, fresh_heap, in_memory, in_tables, in_valkey
from tests.town import Town
from tests.trips.names import CROWD, Person, people, publish

__all__ = ["fresh_heap", "heard"]
pytestmark = pytest.mark.usefixtures("fresh_heap")
LAYERS: tuple[tuple[Any, str], ...] = (
    (NameKeys, "plain"), (NumberKeys, "key"), (Sealer, "open"), (Members, "member"), (Members, "number"),
    (People, "number"), (ByNumber, "findable"), (Proofs, "start"), (Intake, "give"), (Intake, "book"),
    (Intake, "_flush"), (Merge, "_names"), (Delisting, "book"),
    (Merge, "run"), (Publication, "tick"), (Lookups, "look_up"), (Owners, "seen"), (OptOuts, "start"),
)  # fmt: skip


async def a_day(town: Town, crowd: list[Person], told: list[str]) -> None:
    """Books come in, names are merged, looked up, marked, hidden and taken back."""
    owner, *others = crowd
    town.clock.advance(timedelta(minutes=2))
    crowd.append(crowd.pop(0))  # so that nobody asks too often
    book = {
        OWNER.value: "Nina Berg",
        SECOND.value: "Rao Motors",
        f"{STRANGER.value} x": "Broken",
        OTHER.value: "a" * 300,
    }
    for who in others:
        await asked(told, who.agrees("share-book"))
        await asked(told, who.gives(book))
    try:
        await publish(town)
    except Exception as error:  # noqa: BLE001  (a layer is broken)
        told.append("" if "broke on" in str(error) else str(error))
    for path, body in (
        ("callerid/lookup", {"number": OWNER.value}), ("callerid/lookup", {"number": f"{OTHER.value}99999"}),
        ("callerid/marks", {"number": STRANGER.value, "spam": True, "category": "sales"}),
        ("callerid/contacts", {"numbers": [SECOND.value, OTHER.value]}),
        ("callerid/opt-outs", {"number": SECOND.value}), ("callerid/delist", {"numbers": [OWNER.value]}),
        ("callerid/names", {"number": STRANGER.value, "name": "Meera"}),
        ("callerid/mine/strikes", {"cluster": 0}), ("people/sign-ups", {"number": OTHER.value, "way": "text"}),
    ):  # fmt: skip
        await asked(told, owner.ask("POST", path, body))
    await asked(told, owner.ask("GET", "callerid/mine"))


async def asked(told: list[str], question: Any) -> None:
    """What a program is told. A number that it sent itself may come back to it; here none does."""
    try:
        told.append(str(await question))
    except AssertionError as error:
        told.append(str(error))


async def test_who_is_called_what_stands_nowhere(
    town: Town, redis_url: str, heard: list[str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    told: list[str] = []
    leaks: dict[str, object] = {}
    async with served(town) as base, people(town, base, (OWNER, *CROWD)) as crowd:
        await a_day(town, crowd, told)
        assert await town.rows("SELECT 1 FROM named_number WHERE name = 'Nina Berg'"), "no name was made"
        assert await town.rows("SELECT 1 FROM proof WHERE purpose = 'opt-out'"), "nobody opted out"
        for owner, layer in LAYERS:
            with broken(monkeypatch, owner, layer, leaks):
                await a_day(town, crowd, told)

    leaks |= {
        "answers": found("\n".join(told)), "log": found("\n".join(heard)), "tables": await in_tables(town),
        "valkey": await in_valkey(redis_url), "printed": found("".join(capfd.readouterr())), "memory": in_memory(),
    }  # fmt: skip
    assert {place: what for place, what in leaks.items() if what} == {}
