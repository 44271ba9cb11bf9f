"""
Who may sit where in a session, before anything is kept. Pure, but for the keys that make a number unreadable.

A number that may not be rung is refused here, and again before each Dial.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from core.ids import new_id
from ivr import words
from masking.claims.errors import DestinationRefused
from masking.claims.guard import Guard
from masking.sessions import areas, rules
from masking.sessions.errors import AlreadyIn, BadField, SessionFull
from masking.sessions.given import Party
from masking.sessions.pins import is_pin
from masking.sessions.values import Participant, Service
from privacy.numbers import NumberKeys
from privacy.sealing import Sealer, Where

_LENGTHS = {"friendly_name": 255, "called_as": 40, "announcement": 300}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """
    A participant to be. phone_id: of a row to be made, if the number is not known yet; None for one who is awaited, as
    number_key and box are. places: where their proxy number may come from, the best first.
    """

    party: Party = field(repr=False)
    participant_id: UUID
    side: int
    place: int
    phone_id: UUID | None
    number_key: bytes | None = field(repr=False)
    box: bytes | None = field(repr=False)
    places: tuple[str, ...]

    @property
    def claimed(self) -> list[bytes]:
        """The party keys under which they claim a number."""
        return [] if self.number_key is None else [b"\x03" + self.number_key]


@dataclass(frozen=True, slots=True)
class Seating:
    """Seats people."""

    numbers: NumberKeys
    sealer: Sealer
    guard: Guard

    def keys(self, parties: Sequence[Party]) -> list[bytes]:
        """The number keys of whoever has a number."""
        return [self.numbers.key(party.number) for party in parties if party.number is not None]

    def seats(
        self, service: Service, parties: Sequence[Party], ours: Collection[bytes],
        there: Sequence[Participant] = (), their_keys: Collection[bytes] = (),
    ) -> tuple[Seat, ...]:  # fmt: skip
        """
        Where each of some people sits.

        ours: number keys of our own numbers. there, their_keys: who is in the session already, or was. Raises
        DestinationRefused, AlreadyIn, SessionFull, BadField.
        """
        keys = self.keys(parties)
        if len({*keys, *their_keys}) < len(keys) + len(set(their_keys)):
            raise AlreadyIn("One phone is in a session once.")
        _keep_india_apart(parties, there)
        taken = {(each.side, each.place) for each in there if each.deleted_at is None}
        places = [self._places(service, party) for party in parties]
        near = next(filter(None, places), ()) or _beside(there) or service.fallback_countries
        seats = []
        ids = sorted(new_id() for _ in parties)  # they are made at one time: lists tell them in the order of their ids
        for party, own, participant_id in zip(parties, places, ids, strict=True):
            check_said(party, service)
            seat = self._seat(service, party, ours, taken, own or near, participant_id)
            taken.add((seat.side, seat.place))
            seats.append(seat)
        return tuple(seats)

    def _seat(
        self, service: Service, party: Party, ours: Collection[bytes], taken: Collection[tuple[int, int]],
        places: tuple[str, ...], participant_id: UUID,
    ) -> Seat:  # fmt: skip
        side = party.side or _free_side(taken)
        place = _free_place(taken, side)
        if party.number is None:
            return Seat(party=party, participant_id=participant_id, side=side, place=place, phone_id=None,
                        number_key=None, box=None, places=places)  # fmt: skip
        key, phone_id = self.check(service, party, ours), new_id()
        return Seat(party=party, participant_id=participant_id, side=side, place=place, phone_id=phone_id,
                    number_key=key, places=places,
                    box=self.sealer.seal(party.number.value, Where.phone(phone_id)))  # fmt: skip

    def check(self, service: Service, party: Party, ours: Collection[bytes]) -> bytes:
        """The key of a number that may be rung. Raises DestinationRefused, BadField where there is none."""
        if party.number is None:
            raise BadField("A number is needed.", field="number")
        key = self.numbers.key(party.number)
        self.guard.check(party.number, (party.number,) if key in ours else ())
        if not self.guard.serves(service.countries, party.number):
            raise DestinationRefused("The service does not serve this country.", kind="country")
        return key

    def _places(self, service: Service, party: Party) -> tuple[str, ...]:
        if party.number is None:
            return ()
        region = self.guard.region(party.number)
        return areas.places(party.number, region, service.geo, service.fallback_countries)


def check_said(party: Party, service: Service) -> None:
    """What is said of somebody beside their number. Raises BadField."""
    for name, most in _LENGTHS.items():
        text = getattr(party, name)
        if text is not None and (len(text) > most or "\0" in text):
            raise BadField(f"At most {most} characters.", field=name)
    if party.side not in (0, 1, 2):
        raise BadField("1 or 2.", field="side")
    if party.language not in words.languages():
        raise BadField(f"Choose one of {', '.join(words.languages())}.", field="language")
    if party.pin is not None and not is_pin(party.pin, service.pin_length):
        raise BadField(f"Write {service.pin_length} digits.", field="pin")


def _free_side(taken: Collection[tuple[int, int]]) -> int:
    for side in (1, 2):
        if not any(each == side for each, _ in taken):
            return side
    raise SessionFull("Both sides have somebody: say which one is meant.")


def _free_place(taken: Collection[tuple[int, int]], side: int) -> int:
    for place in range(1, rules.MOST_ON_A_SIDE + 1):
        if (side, place) not in taken:
            return place
    raise SessionFull(f"A side holds {rules.MOST_ON_A_SIDE}.")


def _beside(there: Sequence[Participant]) -> tuple[str, ...]:
    """Countries of the numbers that are seen in a session already."""
    return tuple(sorted({each.proxy.region or "" for each in there if each.proxy is not None and not each.deleted_at}))


def _keep_india_apart(parties: Sequence[Party], there: Sequence[Participant]) -> None:
    """India's carriers may not join calls with other countries: people are all there, or none is."""
    numbers = [party.number for party in parties if party.number is not None]
    homes = {areas.is_indian(number) for number in numbers}
    homes |= {place == areas.INDIA for place in _beside(there)}
    if len(homes) > 1:
        raise DestinationRefused("A call in India cannot be joined with one elsewhere.", kind="country")
