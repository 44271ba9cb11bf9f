"""One random history of sessions: drawn from a seed, done for real, and compared with the model at every step."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random
from uuid import UUID

from core.e164 import E164, Caller
from masking.sessions.errors import NoNumber, NumberInUse, NumberTaken, ReopenConflict
from masking.sessions.given import Ends, Party, SessionGiven
from masking.sessions.values import Participant
from tests.proofs.history import Diverged
from tests.proofs.places import PEOPLE
from tests.proofs.session_model import Meeting, Model, Person
from tests.proofs.session_place import Place
from voice.events import Incoming
from voice.plan import Dial, Plan, Say

HEARD = {
    "You cannot reach anyone at this number from your phone.": "nobody",
    "This connection has ended. You cannot reach anyone at this number any more.": "over",
    "They cannot take calls just now.": "unavailable",
}


@dataclass
class History:
    """A service with a few numbers and five people who meet in it."""

    seed: int
    place: Place
    log: list[str] = field(default_factory=list)
    ids: dict[int, UUID] = field(default_factory=dict)  # of meetings, by their place in the model
    answers: dict[str, tuple[str | None, str, Plan]] = field(default_factory=dict)
    _calls: "count[int]" = field(default_factory=count)

    def __post_init__(self) -> None:
        self.rng = Random(self.seed)
        self.model = Model({number.value: True for number in self.place.numbers})
        self.seats: dict[int, UUID] = {}

    @property
    def now(self) -> datetime:
        return self.place.clock.now()

    async def play(self, steps: int) -> None:
        moves = [self.make, self.make, self.call, self.call, self.call, self.call, self.call, self.repeat, self.close,
                 self.extend, self.reopen, self.reopen, self.add, self.drop, self.delete, self.release]  # fmt: skip
        for _ in range(steps):
            self.tick()
            await self.rng.choice(moves)()

    def hold(self, holds: bool, *words: object) -> None:
        """Raises Diverged."""
        self.log.append(f"{self.now:%d %H:%M:%S} {' '.join(map(str, words))}")
        if not holds:
            story = "\n".join(self.log)
            raise Diverged(f"history {self.seed}:\n{story}")

    def tick(self) -> None:
        """Often to the very moment at which a claim ends or is free again, or a second beside it."""
        kind = self.rng.random()
        ahead = timedelta(seconds=self.rng.choice([1, 1, 5, 60, 200]))
        if kind > 0.75:
            ends = [end for each in self.model.holds.values() for end in (each.until, each.reuse)]
            later = sorted(end for end in ends if end > self.now + timedelta(seconds=1))
            if later:
                ahead = self.rng.choice(later[:3]) - self.now + timedelta(seconds=self.rng.choice([-1, 0, 0, 1]))
        elif kind > 0.72:
            ahead = timedelta(hours=3)
        self.place.clock.advance(ahead)

    def some(self, *, live: bool) -> Meeting | None:
        found = [each for each in self.model.meetings if each.is_live(self.now) is live and not each.is_deleted]
        return self.rng.choice(found[-4:]) if found else None

    def id_of(self, meeting: Meeting) -> UUID:
        return self.ids[id(meeting)]

    # ── sessions ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def make(self) -> None:
        names = self.rng.sample(PEOPLE[:5], self.rng.choice([2, 2, 2, 3]))
        meeting = Meeting(self.rng.choice([60, 1200, 7200]), self.rng.choice([0, 300, 7200]), self.now)
        meeting.people = [Person(name, min(at + 1, 2), max(at, 1), "") for at, name in enumerate(names)]
        free = [number for number in self.model.numbers
                if self.model.may_serve(self.now, meeting, meeting.people, number)]  # fmt: skip
        given = SessionGiven(ends=Ends(ttl=meeting.ttl), cool_off=meeting.cool)
        parties = [Party(number=E164(each.name), side=each.side) for each in meeting.people]
        try:
            made = await self.place.sessions.create(self.place.tenant, self.place.service, given, parties)
        except NoNumber:
            self.hold(not free, "no number for", names, "though free are", free)
            return
        self.took(meeting, meeting.people, made.participants)
        self.hold(meeting.people[0].number in free, "make", names, "on", meeting.people[0].number, "of", free)
        self.ids[id(meeting)] = made.session.session_id
        self.model.meetings.append(meeting)
        self.model.seated(self.now, meeting, meeting.people)

    def took(self, meeting: Meeting, people: Sequence[Person], real: Sequence[Participant]) -> None:
        for person, seat in zip(people, real, strict=True):
            assert seat.proxy is not None
            person.number, person.place = seat.proxy.value, seat.place
            self.seats[id(person)] = seat.participant_id
            self.hold(seat.side == person.side, person.name, "sits on side", seat.side)

    async def add(self) -> None:
        meeting = self.some(live=True)
        if meeting is None or not meeting.inside():
            return
        strangers = [name for name in PEOPLE[:5] if name not in [each.name for each in meeting.people]]
        if not strangers or len(meeting.inside()) > 3:
            return
        person = Person(self.rng.choice(strangers), self.rng.choice([1, 2]), 0, meeting.inside()[0].number)
        meeting.people.append(person)
        may = self.model.may_serve(self.now, meeting, [person], person.number)
        party = Party(number=E164(person.name), side=person.side)
        try:
            joined = await self.place.people.add(self.place.tenant, self.place.service, self.id_of(meeting), party)
        except (NoNumber, NumberTaken):
            meeting.people.remove(person)
            self.hold(not may, "could not add", person.name)
            return
        self.took(meeting, [person], [joined.participant])
        self.hold(may, "add", person.name, "on", person.number)
        self.model.seated(self.now, meeting, [person])

    async def drop(self) -> None:
        meeting = self.some(live=True)
        if meeting is None or len(meeting.inside()) < 2:
            return
        person = self.rng.choice(meeting.inside())
        await self.place.people.drop(self.place.tenant, self.place.service, self.id_of(meeting), self.seats[id(person)])
        self.hold(True, "drop", person.name)
        self.model.cooled(self.now, meeting, person)
        person.is_in = False

    async def close(self) -> None:
        meeting = self.some(live=True)
        if meeting is not None:
            await self.place.sessions.close(self.place.tenant, self.place.service, self.id_of(meeting))
            self.hold(True, "close", [each.name for each in meeting.inside()])
            self.model.closed(self.now, meeting)

    async def delete(self) -> None:
        meeting = self.some(live=self.rng.random() < 0.5)
        if meeting is not None:
            await self.place.sessions.delete(self.place.tenant, self.place.service, self.id_of(meeting))
            self.hold(True, "delete", [each.name for each in meeting.inside()])
            self.model.closed(self.now, meeting)
            meeting.is_deleted = True

    async def extend(self) -> None:
        meeting = self.some(live=True)
        if meeting is None:
            return
        ends = Ends(ttl=self.rng.choice([60, 1200, 7200]))
        await self.place.sessions.extend(self.place.tenant, self.place.service, self.id_of(meeting), ends)
        self.hold(True, "extend", [each.name for each in meeting.inside()], ends.ttl)
        assert ends.ttl is not None
        if meeting.since + timedelta(seconds=ends.ttl) > self.now:
            meeting.ttl = ends.ttl
            self.model.moved(self.now, meeting)
        else:  # shorter than it has lasted already: it ends now
            self.model.closed(self.now, meeting)
            meeting.ttl = ends.ttl

    async def reopen(self) -> None:
        meeting = self.some(live=False)
        if meeting is None:
            return
        may = self.model.may_reopen(self.now, meeting)
        try:
            await self.place.sessions.reopen(self.place.tenant, self.place.service, self.id_of(meeting))
        except ReopenConflict:
            self.hold(not may, "could not re-open", [each.name for each in meeting.inside()])
            return
        self.hold(may, "re-open", [each.name for each in meeting.inside()])
        meeting.is_closed, meeting.since = False, self.now
        self.model.seated(self.now, meeting, meeting.inside())

    async def release(self) -> None:
        """Takes a number out of the pool, or puts it back."""
        number = self.rng.choice(list(self.model.numbers))
        number_id = self.place.ids[number]
        if not self.model.numbers[number]:
            await self.place.pool.add(self.place.tenant, self.place.service, number_id, reserved=False)
            self.model.numbers[number] = True
            return
        used = self.model.in_use(self.now, number)
        try:
            await self.place.pool.release(self.place.tenant, self.place.service, number_id)
        except NumberInUse:
            self.hold(used, number, "is said to be in use")
            return
        self.hold(not used, "release", number)
        self.model.numbers[number] = False

    # ── calls ───────────────────────────────────────────────────────────────────────────────────────────────────────

    async def call(self) -> None:
        caller, number = self.rng.choice([*PEOPLE[:6], None]), self.rng.choice(list(self.model.numbers))
        known = [place for place, hold in self.model.holds.items() if hold.reuse > self.now]
        live = [place for place in known if self.model.holds[place].until > self.now]
        if known and self.rng.random() < 0.8:
            number, caller = self.rng.choice(live if live and self.rng.random() < 0.7 else known)
        call = f"{self.place.tenant}:{next(self._calls)}"
        plan = await self.dials(call, caller, number)
        self.answers[call] = (caller, number, plan)
        callee, heard = self.model.reaches(self.now, caller, number)
        what = ("call of", caller, "to", number, "should", callee.name if callee else heard, "but was", plan)
        if callee is None:
            said = plan[0]
            self.hold(isinstance(said, Say) and HEARD.get(said.text) == heard, *what)
            return
        dial = plan[0]
        self.hold(isinstance(dial, Dial) and (dial.to.value, dial.show.value) == (callee.name, callee.number), *what)
        assert caller is not None
        self.model.called(self.now, caller, number)

    async def repeat(self) -> None:
        """A webhook that comes again, however much later, is answered as it was and moves nothing."""
        if self.answers:
            call = self.rng.choice(list(self.answers))
            caller, number, plan = self.answers[call]
            self.hold(await self.dials(call, caller, number) == plan, "repeat", call)

    async def dials(self, call: str, caller: str | None, number: str) -> Plan:
        who = Caller(E164(caller) if caller else None)
        return await self.place.board.arrive(self.place.dialect, self.place.account, Incoming(call, who, E164(number)))
