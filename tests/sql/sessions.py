"""A service with numbers, sessions and their people as rows, for tests of the functions in sql/."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
SHORT_KEY = 7
ALICE, BOB, CAROL, DAVE = 1, 2, 3, 4
"""People: their number keys are these numbers as 32 bytes."""


def key(person: int) -> bytes:
    return person.to_bytes(32)


@dataclass
class Ground:
    """One tenant with one service. numbers: of its pool. t: the time that everything is given."""

    conn: asyncpg.Connection
    tenant: UUID = field(default_factory=uuid4)
    service: UUID = field(default_factory=uuid4)
    account: UUID = field(default_factory=uuid4)
    numbers: list[UUID] = field(default_factory=list)
    t: datetime = NOON

    @classmethod
    async def on(cls, conn: asyncpg.Connection, numbers: int = 2, **service: object) -> "Ground":
        ground, client = cls(conn), uuid4()
        await conn.execute("INSERT INTO tenant VALUES ($1, 'test', $2)", ground.tenant, NOON)
        await conn.execute(
            "INSERT INTO client VALUES ($1, $2, 'app', '{api}', '\\x01', '\\x01', $3)", client, ground.tenant, NOON
        )
        await conn.execute(
            "INSERT INTO carrier_account VALUES ($1, $2, 'twilio', 'AC1', '{}', $3)",
            ground.account,
            ground.tenant,
            NOON,
        )
        await conn.execute(
            "INSERT INTO short_key VALUES ($1, $2, '\\x01', $3)", SHORT_KEY, NOON.date(), NOON + timedelta(days=900)
        )
        await ground.row(
            "service", tenant=ground.tenant, service_id=ground.service, client_id=client, unique_name="s",
            made_at=NOON, changed_at=NOON, **({
                "cool_off": 3600, "numbering": "one", "selection": "prefer-sticky", "geo_match": "country",
                "fallback_countries": [], "countries": [], "most_live": 100, "pin_length": 4, "ring": 22, "talk": 3600,
                "language": "en", "timezone": "UTC", "needs_attestation": False, "screens": True, "redacts": False,
                "stop_words": [], "shows_numbers": False, "intercept_open": True,
            } | service),
        )  # fmt: skip
        for n in range(numbers):
            number = uuid4()
            ground.numbers.append(number)
            await ground.row(
                "proxy_number",
                e164=f"+120255501{20 + n}",
                number_id=number,
                number_key=number.bytes * 2,
                tenant=ground.tenant,
                account_id=ground.account,
                country="US",
                role="session",
                made_at=NOON,
                voice=True,
                texts=True,
            )
            await ground.row("service_number", tenant=ground.tenant, number_id=number, service_id=ground.service,
                             reserved=False, made_at=NOON, changed_at=NOON)  # fmt: skip
        return ground

    async def row(self, table: str, **columns: object) -> None:
        names = ", ".join(columns)
        places = ", ".join(f"${at + 1}" for at in range(len(columns)))
        await self.conn.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", *columns.values())

    async def session(
        self, *people: int | None, sides: tuple[int, ...] = (1, 2), ttl: int = 600, **columns: object
    ) -> UUID:
        """A session of people (None: awaited), on one number."""
        session = uuid4()
        row = {
            "tenant": self.tenant, "session_id": session, "service_id": self.service, "state": "open",
            "mode": "voice-and-message", "direction": "both", "ttl": ttl, "slides": True,
            "until": self.t + timedelta(seconds=ttl), "cool_off": 3600, "force_pin": False, "named": False,
            "made_at": self.t, "changed_at": self.t,
        } | columns  # fmt: skip
        places = [sides[: at + 1].count(side) for at, side in enumerate(sides)]
        keys = [None if person is None else key(person) for person in people]
        met = [[other for other, there in zip(keys, sides, strict=True) if other and there != side] for side in sides]
        peers = [each[0] if len(each) == 1 else None for each in met]
        made = await self.conn.fetchrow(
            """
            SELECT m.* FROM service s CROSS JOIN LATERAL session_make(
                $1, jsonb_populate_record(NULL::session, $2::jsonb), service_terms(s), $3, $4, $5, $6, $7, $8, $9, $10,
                $11, $11, $11, $12, $13, true) m WHERE s.service_id = $14
            """,
            self.t, json.dumps(row, default=str), [uuid4() for _ in people], sides, places,
            [None if each is None else uuid4() for each in keys], keys, peers,
            [b"box" if each else None for each in keys], ["en" if each else None for each in keys],
            [None] * len(people), [None] * len(people), ["US"] * len(people), self.service,
        )  # fmt: skip
        assert made is not None
        assert made["why"] == "ok"
        return session

    async def people(self, session: UUID) -> list[asyncpg.Record]:
        return list(
            await self.conn.fetch("SELECT * FROM participant WHERE session_id = $1 ORDER BY side, place", session)
        )

    async def number(self, session: UUID) -> UUID:
        return UUID(str((await self.people(session))[0]["number_id"]))

    async def calls(
        self, person: int | None, number: UUID, call: str | None = None, attestation: str | None = None
    ) -> dict[str, Any]:
        """Somebody dials a number: the route."""
        dialled = await self.conn.fetchval("SELECT e164 FROM proxy_number WHERE number_id = $1", number)
        return json.loads(
            await self.conn.fetchval(
                """
                SELECT route::text FROM inbound_call($1, $2, $3, $4, $5, $6, NULL, $7, $8, NULL, $9, $10, false, 22,
                                                     3600, $11)
                """,
                self.t,
                self.tenant,
                self.account,
                call or str(uuid4()),
                dialled,
                None if person is None else key(person),
                [b"1" * 32, b"2" * 32],
                SHORT_KEY,
                uuid4(),
                uuid4(),
                attestation,
            )
        )

    async def rung(self, route: dict[str, Any]) -> bytes | None:
        """The number key of whoever a route rings."""
        if route["verdict"] != "ring":
            return None
        found: bytes = await self.conn.fetchval(
            "SELECT number_key FROM phone WHERE phone_id = $1", UUID(route["phone"])
        )
        return found

    async def enters(
        self, route: dict[str, Any], pin: bytes | None, person: int | None, turn: int = 1
    ) -> dict[str, Any]:
        """The caller of a route enters a PIN, here its hash; None: nothing."""
        return json.loads(
            await self.conn.fetchval(
                "SELECT route::text FROM session_pin($1, $2, $3, $4, $5, $6, $7, 'box', 'en', 5, 5)",
                self.t,
                self.tenant,
                UUID(route["call"]),
                f"pin-1-{turn}",
                [pin] if pin else [],
                None if person is None else key(person),
                uuid4(),
            )
        )

    async def screened(self, route: dict[str, Any], person: int, *, passed: bool | None) -> dict[str, Any]:
        """A hook has spoken."""
        return json.loads(
            await self.conn.fetchval(
                "SELECT route::text FROM session_screened($1, $2, $3, $4, $5)",
                self.t,
                self.tenant,
                UUID(route["call"]),
                passed,
                key(person),
            )
        )

    async def second(self, route: dict[str, Any]) -> dict[str, Any] | None:
        """Whoever was rung did not answer: the route to the next, if there is one."""
        found = await self.conn.fetchval(
            "SELECT route::text FROM second_attempt($1, $2, $3, NULL)", self.t, self.tenant, UUID(route["call"])
        )
        return json.loads(found) if found else None

    async def has_pin(self, participant: UUID, pin: bytes) -> bool:
        return bool(
            await self.conn.fetchval("SELECT session_pin_set($1, $2, $3, $4)", self.t, self.tenant, participant, pin)
        )
