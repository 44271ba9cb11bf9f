"""What the tests of a customer's hooks share."""

from datetime import timedelta

from twilio.request_validator import RequestValidator

from core.e164 import E164
from masking.sessions.values import Service
from tests.customer import Customer, Heard
from tests.town import ALICE, BOB, Answer, Town


async def news(town: Town) -> list[object]:
    """What waits to be told, by kind."""
    rows = await town.rows("SELECT payload ->> 'kind' AS kind FROM outbox WHERE kind = 'event' ORDER BY job_id")
    return [row["kind"] for row in rows]


async def signed(town: Town, service: Service, heard: Heard, url: str) -> bool:
    """Whether Twilio's validator, with the client's token, takes a request."""
    token = await town.house.clients.token(service.client_id)
    return bool(RequestValidator(token).validate(url, heard.form, heard.headers["X-Twilio-Signature"]))


async def texts(town: Town, sender: E164, to: E164, body: str) -> Answer:
    """A signed text on Twilio's wire."""
    form = {
        "MessageSid": f"SM{abs(hash((sender.value, body))):032x}", "From": sender.value, "To": to.value, "Body": body,
        "NumMedia": "0", "AccountSid": "AC" + "0" * 32,
    }  # fmt: skip
    return await town.twilio.post(f"{town.base}/hooks/twilio/text", form)


async def happen(town: Town, service: Service, times: int) -> None:
    """A session that is made, closed, opened again, closed again …, which is told so many times."""
    made, sessions = await town.session(ALICE, BOB, service=service), town.house.rooms.sessions
    for turn in range(1, times):
        town.clock.advance(timedelta(seconds=1))
        turned = sessions.close if turn % 2 else sessions.reopen
        await turned(town.tenant, service.service_id, made.session.session_id)


def tokens(customer: Customer) -> set[str]:
    """What stays the same from one try of a callback to the next, and from no callback to another."""
    return {heard.headers["I-Twilio-Idempotency-Token"] for heard in customer.at("/back")}
