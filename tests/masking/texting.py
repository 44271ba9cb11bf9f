"""Two people who text each other through numbers of either carrier."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from core.e164 import E164
from exchange.signing import plivo_message_headers, plivo_nonce
from masking.sessions.given import Party, SessionGiven
from masking.sessions.media import Pictures
from masking.sessions.placed import PlacedJobs
from masking.sessions.sending import TextJobs
from masking.sessions.values import Numbering, Service
from maskline import worker
from maskline.wiring import House
from tests.town import ALICE, BOB, SESSION, TOKENS, VENDOR_IDS, Answer, Carrier, Town
from voice.jobs import CallJobs
from voice.ports import CarrierRefused

LINES = {carrier: numbers[0] for carrier, numbers in SESSION.items()}
OTHER_LINES = {carrier: numbers[1] for carrier, numbers in SESSION.items()}


@dataclass(frozen=True)
class Pair:
    """A session of two. a and b: participants; a texts a_line, b b_line."""

    service: UUID
    session: UUID
    a: UUID
    b: UUID
    a_line: E164
    b_line: E164


async def pair(
    town: Town, a: E164 = ALICE, b: E164 = BOB, carriers: tuple[str, str] = ("twilio", "twilio"), **given: Any
) -> Pair:
    """A session of two people, each with a number of a carrier: one for both on the same. given: a service's."""
    numbers = [LINES[name] for name in dict.fromkeys(carriers)]
    service = await town.service(numbers=numbers, numbering=Numbering.EACH, **given)
    return await session(town, service, (a, b), (LINES[carriers[0]], LINES[carriers[1]]))


async def session(
    town: Town, service: Service, people: tuple[E164, E164], lines: tuple[E164, E164], **given: Any
) -> Pair:
    """Another session of a service. given: a session's."""
    ids = {row["e164"]: row["number_id"] for row in await town.rows("SELECT e164, number_id FROM proxy_number")}
    parties = [Party(number=who, ask_for=ids[line.value]) for who, line in zip(people, lines, strict=True)]  # type: ignore[arg-type]
    made = await town.house.rooms.sessions.create(town.tenant, service.service_id, SessionGiven(**given), parties)
    a, b = (one.participant_id for one in sorted(made.participants, key=lambda one: one.side))
    return Pair(service.service_id, made.session.session_id, a, b, *lines)


async def text(carrier: Carrier, sender: E164, line: E164, body: str, name: str, **extra: str) -> Answer:
    """A text, as a carrier's webhook tells of it. name: the carrier's id of it."""
    url = f"{carrier.base}/hooks/{carrier.name}/text"
    if carrier.name == "twilio":
        form = {"MessageSid": name, "AccountSid": VENDOR_IDS["twilio"], "From": sender.value, "To": line.value,
                "Body": body, "NumMedia": "0", "SmsStatus": "received"}  # fmt: skip
        return await carrier.post(url, form, extra)
    form = {"MessageUUID": name, "From": sender.digits, "To": line.digits, "Text": body, "Type": "sms"} | extra
    headers = plivo_message_headers(url, TOKENS["plivo"], plivo_nonce())
    async with carrier.session.post(url, data=form, headers=headers) as response:
        return Answer(response.status, await response.text())


@dataclass
class Post:
    """A carrier that takes every text and call. fails: raised instead, one for each. holds: what came with texts."""

    sent: list[tuple[E164, E164, str]] = field(default_factory=list, repr=False)
    fails: list[BaseException] = field(default_factory=list)
    urls: list[str | None] = field(default_factory=list)
    rung: list[tuple[E164, E164]] = field(default_factory=list, repr=False)
    media: list[tuple[str, ...]] = field(default_factory=list)
    holds: dict[str, bytes | BaseException] = field(default_factory=dict, repr=False)
    takes_media: bool = True

    async def text(
        self, account: object, *, to: E164, show: E164, body: str, status_url: str | None, media: Sequence[str] = (),
        **_: Any,
    ) -> str:  # fmt: skip
        if self.fails:
            raise self.fails.pop(0)
        if media and not self.takes_media:
            raise CarrierRefused("No pictures here.", code="21612")
        self.media.append(tuple(media))
        self.sent.append((to, show, body))
        self.urls.append(status_url)
        return f"SM{len(self.sent):032x}"

    async def call(self, account: object, *, to: E164, show: E164, **_: Any) -> str:
        self.rung.append((to, show))
        return f"CA{len(self.rung):032x}"

    async def fetch(self, account: object, address: str, *, most: int) -> bytes:
        held = self.holds.get(address, CarrierRefused("Nothing there.", code="404"))
        if isinstance(held, BaseException):
            raise held
        return held

    async def forget(self, account: object, *, kind: str, carrier_id: str) -> None:
        """Nothing is kept here."""

    @property
    def words(self) -> list[str]:
        return [body for _, _, body in self.sent]


@dataclass
class Office:
    """A town whose worker texts through `post`."""

    town: Town
    post: Post
    house: House
    _names: Any = field(default_factory=itertools.count)

    async def says(
        self, ride: Pair, body: str, sender: E164 = ALICE, name: str | None = None, extra: dict[str, str] | None = None
    ) -> Answer:
        """Somebody texts their own number of the ride, and the worker does what there is."""
        number = ride.a_line if sender == ALICE else ride.b_line
        carrier = self.town.plivo if number in (LINES["plivo"], OTHER_LINES["plivo"]) else self.town.twilio
        answer = await text(carrier, sender, number, body, name or f"SM{next(self._names):032x}", **(extra or {}))
        await self.works()
        return answer

    async def works(self, after: timedelta = timedelta()) -> None:
        self.town.clock.advance(after)
        await worker.drain(self.house)

    async def message(self) -> dict[str, object]:
        (row,) = await self.town.rows("SELECT * FROM message")
        return row

    async def refused(self) -> list[object]:
        """Why texts and calls went no further, None where they did; in no order, since many are of one time."""
        rows = await self.town.rows("SELECT refused FROM interaction")
        return sorted((row["refused"] for row in rows), key=str)


def post_office(town: Town) -> Office:
    """A town whose worker texts and rings through a carrier of the test's own."""
    post, house = Post(), town.house
    door: Any = post
    what = (house.database, house.clock, house.sealer, house.accounts, door, town.links, house.guard)
    forgetting = CallJobs(house.database, house.accounts, door)
    pictures = Pictures(house.database, house.clock, house.sealer, house.accounts, door, house.guard, house.rooms.media)
    ours = {**TextJobs(*what, pictures).handlers(), **PlacedJobs(*what).handlers(), **forgetting.handlers()}
    return Office(town, post, replace(house, jobs={**house.jobs, **ours}))
