"""
DESIGN 4a for sessions, told a second time in plain Python: who may have which number, and whom a call reaches.

Nothing here is shared with the code. People and numbers are strings; a claim is one person's right to one number.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass
class Person:
    """Somebody in a session. place: in which order their side rings."""

    name: str
    side: int
    place: int
    number: str
    is_in: bool = True


@dataclass
class Meeting:
    """A session. ttl, cool: seconds. since: what its ttl counts from."""

    ttl: int
    cool: int
    since: datetime
    people: list[Person] = field(default_factory=list)
    is_closed: bool = False
    is_deleted: bool = False

    @property
    def until(self) -> datetime:
        return self.since + timedelta(seconds=self.ttl)

    def is_live(self, t: datetime) -> bool:
        return not self.is_closed and t < self.until

    def inside(self, side: int | None = None) -> list[Person]:
        found = [each for each in self.people if each.is_in and side in (None, each.side)]
        return sorted(found, key=lambda each: each.place)

    def only_peer(self, person: Person) -> str | None:
        others = self.inside(3 - person.side)
        return others[0].name if len(others) == 1 else None


@dataclass
class Hold:
    """A claim. peer: the one person whom it leads to, if it is one."""

    meeting: Meeting
    peer: str | None
    until: datetime
    reuse: datetime


@dataclass
class Model:
    """numbers: of the pool, and whether they are in it now."""

    numbers: dict[str, bool]
    meetings: list[Meeting] = field(default_factory=list)
    holds: dict[tuple[str, str], Hold] = field(default_factory=dict)

    # ── numbers ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def may_have(self, t: datetime, meeting: Meeting, person: Person, number: str, peer: str | None) -> bool:
        """Free; or cooled only for somebody else than this very session or this very pair."""
        hold = self.holds.get((number, person.name))
        if hold is None or hold.reuse <= t:
            return True
        return hold.until <= t and (hold.meeting is meeting or (peer is not None and hold.peer == peer))

    def may_serve(self, t: datetime, meeting: Meeting, people: list[Person], number: str) -> bool:
        """Whether a number of the pool may be given to these people of a session at once."""
        return self.numbers[number] and all(
            self.may_have(t, meeting, each, number, meeting.only_peer(each)) for each in people
        )

    def in_use(self, t: datetime, number: str) -> bool:
        return any(place[0] == number and t < hold.until for place, hold in self.holds.items())

    # ── what happens ────────────────────────────────────────────────────────────────────────────────────────────────

    def seated(self, t: datetime, meeting: Meeting, people: list[Person]) -> None:
        """These people of a session took their claims; who was there already meets somebody new."""
        for each in people:
            self.holds[each.number, each.name] = Hold(
                meeting, meeting.only_peer(each), meeting.until, meeting.until + timedelta(seconds=meeting.cool)
            )
        for each in meeting.inside():
            hold = self.holds.get((each.number, each.name))
            if hold is not None and hold.meeting is meeting:
                hold.peer = meeting.only_peer(each)

    def moved(self, t: datetime, meeting: Meeting) -> None:
        """The session's end moved: its live claims with it."""
        for hold in self.holds.values():
            if hold.meeting is meeting and t < hold.until:
                hold.until, hold.reuse = meeting.until, meeting.until + timedelta(seconds=meeting.cool)

    def cooled(self, t: datetime, meeting: Meeting, person: Person | None = None) -> None:
        """The claims of a session, or of one person of it, end now."""
        for (number, name), hold in self.holds.items():
            mine = person is None or (number, name) == (person.number, person.name)
            if hold.meeting is meeting and mine and t < hold.until:
                hold.until, hold.reuse = t, t + timedelta(seconds=meeting.cool)

    def closed(self, t: datetime, meeting: Meeting) -> None:
        self.cooled(t, meeting)
        meeting.is_closed = True

    def may_reopen(self, t: datetime, meeting: Meeting) -> bool:
        return all(
            self.numbers[each.number] and self.may_have(t, meeting, each, each.number, meeting.only_peer(each))
            for each in meeting.inside()
        )

    # ── calls ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def reaches(self, t: datetime, caller: str | None, number: str) -> tuple[Person | None, str]:
        """Whom a call rings; else what the caller hears: nobody, over, unavailable."""
        hold = self.holds.get((number, caller or ""))
        if hold is None or hold.reuse <= t:
            return None, "nobody"
        if hold.until <= t:
            return None, "over"
        me = next(each for each in hold.meeting.inside() if each.name == caller)
        others = hold.meeting.inside(3 - me.side)
        return (others[0], "rings") if others else (None, "unavailable")

    def called(self, t: datetime, caller: str, number: str) -> None:
        """A call went through: the session slides."""
        meeting = self.holds[number, caller].meeting
        meeting.since = t
        self.moved(t, meeting)
