"""
What a program sends to our own API: one JSON object, each field read as what it must be. Pure.

A field that is not there, or null, is not said. In a change (RFC 7396) null takes back what was said before. What was
written is not repeated in a problem: it may be a number.
"""

from collections.abc import Mapping
from datetime import datetime, time
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from core.e164 import E164, BadNumber
from core.fields import is_text, one_object
from masking.sessions.errors import BadField, RecordingRefused
from masking.sessions.given import Ends, Party, PartyChange, ServiceGiven, SessionGiven, Terms
from masking.sessions.values import Direction, Geo, Mode, Numbering, Quiet, Selection, Service, Url

MOST_PARTIES = 20

Choice = TypeVar("Choice", bound=StrEnum)


class Body:
    """The fields of one object. Ask for each, then for `nothing_else`."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields, self._asked = fields, set[str]()

    @classmethod
    def read(cls, text: bytes) -> "Body":
        """A request's body; none at all is an empty object. Raises BadField."""
        return cls(one_object(text, BadField) if text.strip() else {})

    def text(self, name: str, most: int = 4000) -> str | None:
        """Raises BadField, as all of these do."""
        value: str | None = self._of(name, str, "Write a text.")
        if value is not None and (len(value) > most or not is_text(value)):
            raise BadField(f"Write at most {most} characters.", field=name)
        return value

    def whole(self, name: str) -> int | None:
        value: int | None = self._of(name, int, "Write a whole number.")
        if isinstance(value, bool):
            raise BadField("Write a whole number.", field=name)
        return value

    def truth(self, name: str) -> bool | None:
        value: bool | None = self._of(name, bool, "Write true or false.")
        return value

    def choice(self, name: str, kind: type[Choice]) -> Choice | None:
        value = self.text(name)
        try:
            return None if value is None else kind(value)
        except ValueError:
            raise BadField(f"Choose one of {', '.join(kind)}.", field=name) from None

    def texts(self, name: str) -> tuple[str, ...] | None:
        value = self._of(name, list, "Write a list of texts.")
        if value is not None and not all(isinstance(each, str) and is_text(each) for each in value):
            raise BadField("Write a list of texts.", field=name)
        return None if value is None else tuple(value)

    def moment(self, name: str) -> datetime | None:
        value = self.text(name, 40)
        if value is None:
            return None
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise BadField("Write a time with its zone, like 2030-01-01T12:00:00Z.", field=name)
        return moment

    def number(self, name: str) -> E164 | None:
        value = self.text(name, 40)
        try:
            return None if value is None else E164(value)
        except BadNumber as bad:
            raise BadNumber(bad.detail, field=name) from None

    def id(self, name: str) -> UUID | None:
        value = self.text(name, 40)
        try:
            return None if value is None else UUID(value)
        except ValueError:
            raise BadField("Write an id as it was given.", field=name) from None

    def object(self, name: str) -> "Body | None":
        value = self._of(name, dict, "Write an object.")
        return None if value is None else Body(value)

    def objects(self, name: str, most: int) -> "list[Body]":
        value = self._of(name, list, "Write a list of objects.") or []
        if len(value) > most or not all(isinstance(each, dict) for each in value):
            raise BadField(f"Write a list of at most {most} objects.", field=name)
        return [Body(each) for each in value]

    @property
    def nulls(self) -> frozenset[str]:
        """The fields that are there and null."""
        return frozenset(name for name, value in self._fields.items() if value is None)

    def nothing_else(self) -> None:
        """Raises BadField for a field that nobody asked for, RecordingRefused where somebody wants to record."""
        for name in self._fields.keys() - self._asked:
            if name.startswith("record"):
                raise RecordingRefused("Nothing that people say is kept.")
            raise BadField("There is no such field.", field=name[:60])

    def _of(self, name: str, kind: type, sentence: str) -> Any:
        self._asked.add(name)
        value = self._fields.get(name)
        if value is not None and not isinstance(value, kind):
            raise BadField(sentence, field=name)
        return value


def service_given(body: Body, changes: Service | None = None) -> ServiceGiven:
    """The fields of a service. changes: the one that they change, None where one is made. Raises BadField."""
    quiet, urls = body.object("quiet"), body.object("urls")
    unsaid = body.nulls if changes else frozenset()
    given = ServiceGiven(
        unique_name=body.text("unique_name", 191),
        numbering=body.choice("numbering", Numbering),
        selection=body.choice("selection", Selection),
        geo=body.choice("geo", Geo),
        fallback_countries=body.texts("fallback_countries"),
        countries=body.texts("countries"),
        language=body.text("language", 35),
        quiet=_quiet(quiet, changes.quiet if changes else None) if quiet else None,
        stop_words=body.texts("stop_words"),
        urls=_urls(urls) if urls else dict.fromkeys(Url) if "urls" in unsaid else {},
        default_ttl=body.whole("default_ttl"),
        cool_off=body.whole("cool_off"),
        most_live=body.whole("most_live"),
        pin_length=body.whole("pin_length"),
        ring=body.whole("ring"),
        talk=body.whole("talk"),
        calls_a_day=body.whole("calls_a_day"),
        texts_a_day=body.whole("texts_a_day"),
        minutes_a_day=body.whole("minutes_a_day"),
        person_calls_a_day=body.whole("person_calls_a_day"),
        person_texts_a_day=body.whole("person_texts_a_day"),
        person_minutes_a_day=body.whole("person_minutes_a_day"),
        session_calls_a_day=body.whole("session_calls_a_day"),
        session_texts_a_day=body.whole("session_texts_a_day"),
        session_minutes_a_day=body.whole("session_minutes_a_day"),
        needs_attestation=body.truth("needs_attestation"),
        needs_full_attestation=body.truth("needs_full_attestation"),
        screens=body.truth("screens"),
        blocks=body.truth("blocks"),
        redacts=body.truth("redacts"),
        holds_texts=body.truth("holds_texts"),
        shows_numbers=body.truth("shows_numbers"),
        intercept_open=body.truth("intercept_open"),
        unsaid=unsaid - {"urls"},
    )
    body.nothing_else()
    return given


def ends(body: Body, *, changes: bool = False) -> Ends:
    """When a session ends: of two ends the earlier. changes: of one that there is. Raises BadField."""
    unsaid = body.nulls if changes else frozenset()
    return Ends(body.whole("ttl"), body.moment("expires_at"), both=True, unsaid=unsaid)


def session_given(body: Body) -> tuple[SessionGiven, tuple[Party, ...]]:
    """A session with its people. Raises BadField, BadNumber."""
    given = SessionGiven(
        unique_name=body.text("unique_name", 191),
        ends=ends(body),
        mode=body.choice("mode", Mode) or Mode.BOTH,
        direction=body.choice("direction", Direction) or Direction.BOTH,
        force_pin=body.truth("force_pin") or False,
        named=body.truth("named") or False,
        cool_off=body.whole("cool_off"),
        ring=body.whole("ring"),
        talk=body.whole("talk"),
    )
    parties = tuple(party(each) for each in body.objects("participants", MOST_PARTIES))
    body.nothing_else()
    if given.force_pin and parties and not any(each.pin or each.generate_pin for each in parties):
        raise BadField("Give a PIN to whoever may call.", field="force_pin")
    return given, parties


def session_change(body: Body) -> tuple[Ends, Terms]:
    """What changes of a live session. Raises BadField."""
    given = Terms(
        mode=body.choice("mode", Mode),
        direction=body.choice("direction", Direction),
        force_pin=body.truth("force_pin"),
        named=body.truth("named"),
        cool_off=body.whole("cool_off"),
        ring=body.whole("ring"),
        talk=body.whole("talk"),
        unsaid=body.nulls,
    )
    until = ends(body, changes=True)
    body.nothing_else()
    return until, given


def party_change(body: Body) -> PartyChange:
    """What changes of somebody in a live session. Raises BadField, BadNumber."""
    given = PartyChange(
        number=body.number("number"),
        friendly_name=body.text("friendly_name", 255),
        called_as=body.text("called_as", 40),
        announcement=body.text("announcement", 300),
        language=body.text("language", 35),
        pin=body.text("pin", 15),
        generate_pin=body.truth("generate_pin") or False,
        unsaid=body.nulls,
    )
    body.nothing_else()
    if "number" in given.unsaid:
        raise BadField("Take them out instead.", field="number")
    return given


def party(body: Body) -> Party:
    """Somebody in it. Raises BadField, BadNumber."""
    given = Party(
        number=body.number("number"),
        side=body.whole("side") or 0,
        friendly_name=body.text("friendly_name", 255),
        called_as=body.text("called_as", 40),
        announcement=body.text("announcement", 300),
        language=body.text("language", 35) or "en",
        pin=body.text("pin", 15),
        generate_pin=body.truth("generate_pin") or False,
        ask_for=body.id("ask_for"),
    )
    body.nothing_else()
    return given


def _quiet(body: Body, there: Quiet | None) -> Quiet:
    """there: what it changes. Without from and to there are no quiet hours to say anything of."""
    try:
        starts, till = (
            was if was and name not in body.nulls and given is None else time.fromisoformat(given or "")
            for name, given, was in (
                ("from", body.text("from", 15), there and there.starts),
                ("to", body.text("to", 15), there and there.ends),
            )
        )
    except ValueError:
        raise BadField("Write from and to as local times, like 22:00.", field="quiet") from None
    zone = body.text("timezone", 60) or (there.timezone if there and "timezone" not in body.nulls else "UTC")
    body.nothing_else()
    return Quiet(starts.replace(tzinfo=None), till.replace(tzinfo=None), zone)


def _urls(body: Body) -> dict[Url, str | None]:
    """An empty address clears it, and so does null."""
    given = {url: body.text(url) for url in Url}
    body.nothing_else()
    return {url: address for url, address in given.items() if address is not None or url in body.nulls}
