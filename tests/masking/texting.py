"""Two people who text each other through numbers of either carrier."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from core.e164 import E164
from core.ids import new_id
from exchange.signing import plivo_message_headers, plivo_nonce
from masking.claims.values import Role
from privacy.sealing import Where
from tests.town import ALICE, BOB, TOKENS, VENDOR_IDS, Answer, Carrier, Town

LINES = {"twilio": E164("+12025550120"), "plivo": E164("+447700900120")}
OTHER_LINES = {"twilio": E164("+12025550121"), "plivo": E164("+447700900121")}
_SERVICE = {
    "unique_name": "rides", "cool_off": 86400, "numbering": "each", "selection": "prefer-sticky",
    "geo_match": "country", "fallback_countries": [], "countries": [], "most_live": 100, "pin_length": 4, "ring": 22,
    "talk": 3600, "language": "en", "timezone": "UTC", "needs_attestation": False, "screens": True, "redacts": False,
    "stop_words": [], "shows_numbers": False, "intercept_open": True,
}  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """A session of two. a and b: participants; a dials and texts a_line, b b_line."""

    service: UUID
    session: UUID
    a: UUID
    b: UUID
    a_line: E164
    b_line: E164


async def service(town: Town, **said: Any) -> UUID:
    """A service, as it stands in its row."""
    now, client, made = town.clock.now(), new_id(), new_id()
    row = {"tenant": town.tenant, "service_id": made, "client_id": client, "made_at": now, "changed_at": now}
    row |= _SERVICE | said
    await town.rows("INSERT INTO client VALUES ($1, $2, $3, '{proxy}', $4, $4, $5)", client, town.tenant, str(client),
                    client.bytes, now)  # fmt: skip
    places = ", ".join(f"${place}" for place in range(1, len(row) + 1))
    await town.rows(f"INSERT INTO service ({', '.join(row)}) VALUES ({places})", *row.values())
    return made


async def line(town: Town, service: UUID, carrier: str, number: E164) -> UUID:
    """A number of a carrier in a service's pool."""
    await town.house.inventory.add(town.tenant, carrier, number, Role.SESSION)
    row, now = await town.rows("SELECT number_id FROM proxy_number WHERE e164 = $1", number.value), town.clock.now()
    number_id = row[0]["number_id"]
    assert isinstance(number_id, UUID)
    await town.rows("INSERT INTO service_number VALUES ($1, $2, $3, false, $4, $4)", town.tenant, number_id, service,
                    now)  # fmt: skip
    return number_id


async def pair(
    town: Town, a: E164 = ALICE, b: E164 = BOB, carriers: tuple[str, str] = ("twilio", "twilio"), **said: Any
) -> Pair:
    """A session of two people, each with a number of a carrier; the very same where the carriers are."""
    made = await service(town, **said)
    lines = {name: await line(town, made, name, LINES[name]) for name in dict.fromkeys(carriers)}
    return await session(town, made, [lines[name] for name in carriers], (a, b))


async def session(town: Town, service: UUID, lines: list[UUID], people: tuple[E164, E164], **said: Any) -> Pair:
    """Another session of a service."""
    made, now, who = new_id(), town.clock.now(), [new_id(), new_id()]
    row = {
        "tenant": town.tenant, "session_id": made, "service_id": service, "state": "open", "mode": "voice-and-message",
        "direction": "both", "ttl": 3600, "slides": True, "until": now + timedelta(hours=1), "cool_off": 86400,
        "force_pin": False, "named": False, "made_at": now, "changed_at": now,
    } | said  # fmt: skip
    places = ", ".join(f"${place}" for place in range(1, len(row) + 1))
    await town.rows(f"INSERT INTO session ({', '.join(row)}) VALUES ({places})", *row.values())
    for side, person in enumerate(people, 1):
        phone = await _phone(town, person)
        await town.rows(
            "INSERT INTO participant (tenant, participant_id, session_id, side, place, phone_id, made_at, changed_at) "
            "VALUES ($1, $2, $3, $4, 1, $5, $6, $6)", town.tenant, who[side - 1], made, side, phone, now,
        )  # fmt: skip
        (given,) = await town.rows("SELECT session_allocate($1, $2, $3, $4, $5, NULL, NULL) AS why", now, town.tenant,
                                   made, [who[side - 1]], lines[side - 1])  # fmt: skip
        assert given["why"] == "ok"
    ours = {row["number_id"]: row["e164"] for row in await town.rows("SELECT number_id, e164 FROM proxy_number")}
    return Pair(service, made, who[0], who[1], E164(str(ours[lines[0]])), E164(str(ours[lines[1]])))


async def _phone(town: Town, person: E164) -> UUID:
    made = new_id()
    sealed = town.house.sealer.seal(person.value, Where.phone(made))
    rows = await town.rows(
        "INSERT INTO phone VALUES ($1, $2, $3, $4, 'en', $5) ON CONFLICT (tenant, number_key) DO UPDATE "
        "SET language = 'en' RETURNING phone_id",
        town.tenant, made, town.house.numbers.key(person), sealed, town.clock.now(),
    )  # fmt: skip
    phone = rows[0]["phone_id"]
    assert isinstance(phone, UUID)
    return phone


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
