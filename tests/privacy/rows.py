"""Puts rows into the tables of other rooms, as those rooms would."""

from datetime import datetime, timedelta
from uuid import UUID

from core.e164 import E164
from core.ids import new_id
from privacy.keys import KeyRing
from privacy.numbers import NumberKeys
from privacy.sealing import Sealer, Where
from sql.database import Connection

TENANT = UUID("00000000-0000-4000-8000-000000000001")


class Rows:
    """Each method makes one row and returns its id."""

    def __init__(self, conn: Connection, ring: KeyRing, sealer: Sealer) -> None:
        self._conn, self._sealer = conn, sealer
        self._keys = NumberKeys(ring, "masking")

    async def phone(self, number: E164, at: datetime) -> UUID:
        phone_id = new_id()
        box = self._sealer.seal(number.value, Where.phone(phone_id))
        await self._conn.execute("INSERT INTO phone VALUES ($1, $2, $3, $4, 'en', $5)",
                                 TENANT, phone_id, self._keys.key(number), box, at)  # fmt: skip
        return phone_id

    async def account(self, tokens: list[str], at: datetime) -> UUID:
        account_id = new_id()
        boxes = [self._sealer.seal(token, Where.tokens(account_id)) for token in tokens]
        await self._conn.execute("INSERT INTO tenant VALUES ($1, 'demo', $2) ON CONFLICT DO NOTHING", TENANT, at)
        await self._conn.execute("INSERT INTO carrier_account VALUES ($1, $2, 'twilio', $3, $4, $5)",
                                 account_id, TENANT, str(account_id), boxes, at)  # fmt: skip
        return account_id

    async def proxy_number(self, number: E164, account_id: UUID, at: datetime) -> UUID:
        number_id = new_id()
        await self._conn.execute(
            "INSERT INTO proxy_number (e164, number_id, number_key, tenant, account_id, country, role, made_at)"
            " VALUES ($1, $2, $3, $4, $5, 'US', 'pool', $6)",
            number.value, number_id, self._keys.key(number), TENANT, account_id, at)  # fmt: skip
        return number_id

    async def block(self, phone_id: UUID, number: E164, at: datetime, lasts: timedelta) -> None:
        await self._conn.execute("INSERT INTO block VALUES ($1, $2, $3, $4, $5)",
                                 TENANT, phone_id, self._keys.key(number), at, at + lasts)  # fmt: skip

    async def opt_out(self, number: E164, at: datetime) -> None:
        await self._conn.execute("INSERT INTO opt_out VALUES ($1, $2, $3)", TENANT, self._keys.key(number), at)

    async def service(self, at: datetime) -> UUID:
        """A service of a client of the tenant."""
        client_id, service_id = new_id(), new_id()
        box = self._sealer.seal("token", Where.client(client_id))
        await self._conn.execute("INSERT INTO tenant VALUES ($1, 'demo', $2) ON CONFLICT DO NOTHING", TENANT, at)
        await self._conn.execute("INSERT INTO client VALUES ($1, $2, $3, '{proxy}', $4, $5, $6)",
                                 client_id, TENANT, str(client_id), client_id.bytes, box, at)  # fmt: skip
        await self._conn.execute(
            "INSERT INTO service (tenant, service_id, client_id, unique_name, cool_off, numbering, selection,"
            " geo_match, fallback_countries, countries, most_live, pin_length, ring, talk, language, timezone,"
            " needs_attestation, screens, redacts, stop_words, shows_numbers, intercept_open, made_at, changed_at)"
            " VALUES ($1, $2, $3, $4, 0, 'one', 'prefer-sticky', 'country', '{}', '{}', 1, 4, 20, 60, 'en', 'UTC',"
            " false, true, false, '{}', false, true, $5, $5)",
            TENANT, service_id, client_id, str(service_id), at)  # fmt: skip
        return service_id

    async def session(self, service_id: UUID, at: datetime, ended: datetime | None = None) -> UUID:
        session_id = new_id()
        await self._conn.execute(
            "INSERT INTO session (tenant, session_id, service_id, state, mode, direction, ttl, slides, until, cool_off,"
            " force_pin, named, made_at, changed_at, ended_at) VALUES ($1, $2, $3, $4, 'voice-and-message', 'both', 0,"
            " true, 'infinity', 0, false, false, $5, $5, $6)",
            TENANT, session_id, service_id, "closed" if ended else "open", at, ended)  # fmt: skip
        return session_id

    async def participant(self, session_id: UUID, phone_id: UUID, side: int, at: datetime) -> None:
        await self._conn.execute(
            "INSERT INTO participant (tenant, participant_id, session_id, side, place, phone_id, made_at, changed_at)"
            " VALUES ($1, $2, $3, $4, 1, $5, $6, $6)", TENANT, new_id(), session_id, side, phone_id, at)  # fmt: skip

    async def message(self, session_id: UUID, words: str, at: datetime) -> UUID:
        """A text that goes on, with its interaction."""
        message_id = new_id()
        await self._conn.execute("INSERT INTO interaction VALUES ($1, $2, $3, 'message', NULL, NULL, NULL, $4, $4)",
                                 TENANT, message_id, session_id, at)  # fmt: skip
        await self._conn.execute(
            "INSERT INTO message VALUES ($1, $2, $3, $2, $2, NULL, $4, $5, 'sent', NULL, $6, $6)",
            TENANT, message_id, session_id, f"SM{message_id.hex}",
            self._sealer.seal(words, Where.words(message_id)), at)  # fmt: skip
        return message_id

    async def media(self, message_id: UUID, at: datetime) -> UUID:
        media_id = new_id()
        await self._conn.execute("INSERT INTO media VALUES ($1, $2, $3, 'image/png', $4, $5)", TENANT, media_id,
                                 message_id, self._sealer.seal("cG5n", Where.media(media_id)), at)  # fmt: skip
        return media_id

    async def session_block(
        self, service_id: UUID, phone_id: UUID, number: E164, at: datetime, lasts: timedelta
    ) -> None:  # fmt: skip
        await self._conn.execute("INSERT INTO session_block VALUES ($1, $2, $3, $4, $5, $6)",
                                 TENANT, service_id, phone_id, self._keys.key(number), at, at + lasts)  # fmt: skip

    async def service_opt_out(self, service_id: UUID, number: E164, at: datetime) -> None:
        await self._conn.execute("INSERT INTO service_opt_out VALUES ($1, $2, $3, $4)",
                                 TENANT, service_id, self._keys.key(number), at)  # fmt: skip

    async def named(self, number_key: bytes) -> UUID:
        """A number with a name."""
        number_ref = new_id()
        await self._conn.execute("INSERT INTO named_number (number_ref, number_key) VALUES ($1, $2)",
                                 number_ref, number_key)  # fmt: skip
        return number_ref

    async def person(self, number: E164, number_key: bytes, at: datetime) -> UUID:
        """Somebody who has proven a number."""
        person_id = new_id()
        box = self._sealer.seal(number.value, Where.person(person_id))
        await self._conn.execute("INSERT INTO person VALUES ($1, $2, $3, 'US', 'en', $4, $4, $5)",
                                 person_id, number_key, box, at, at.date())  # fmt: skip
        return person_id

    async def contact(self, phone_id: UUID, state: str, at: datetime) -> UUID:
        sticker_id = new_id()
        await self._conn.execute(
            "INSERT INTO sticker_contact (tenant, sticker_id, place, phone_id, state, asked_at)"
            " VALUES ($1, $2, 1, $3, $4, $5)", TENANT, sticker_id, phone_id, state, at)  # fmt: skip
        return sticker_id

    async def claim(
        self, party_key: bytes, at: datetime, *, lasts: timedelta = timedelta(hours=1), peer_key: bytes | None = None
    ) -> UUID:
        claim_id = new_id()
        await self._conn.execute(
            "INSERT INTO claim (tenant, number_id, party_key, claim_id, kind, target, target_id, peer_key, made_at,"
            " used_at, until, reuse_after) VALUES ($1, $2, $3, $4, 'bound', 'sticker', $2, $5, $6, $6, $7, $7)",
            TENANT, new_id(), party_key, claim_id, peer_key, at, at + lasts)  # fmt: skip
        return claim_id

    async def call(self, at: datetime, *, caller: bytes | None = b"sealed", ended: bool = True) -> UUID:
        call_id = new_id()
        await self._conn.execute(
            "INSERT INTO call (tenant, call_id, account_id, carrier_call, number_id, purpose, state, attempt, route,"
            " caller_sealed, started_at, ended_at, closes_at)"
            " VALUES ($1, $2, $2, $3, $2, 'masked', 5, 1, '{}', $4, $5, $6, $5)",
            TENANT, call_id, f"CA{call_id.hex}", caller, at, at if ended else None)  # fmt: skip
        return call_id
