"""Customers' hooks get the fields of Twilio Proxy, each by its name, and no number but where they asked for it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from core.e164 import E164
from masking.sessions.callback_forms import Person, call_form, callback_form, intercept_form, past_form, text_form
from masking.sessions.sids import outbound
from masking.sessions.values import Direction, Interaction, Kind, Mode, Participant, Session, SessionState

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
ALICE, BOB, OURS = E164("+12025550152"), E164("+12025550153"), E164("+12025550120")
TENANT, SERVICE, SESSION, CALL, A, B, NUMBER = (UUID(int=n) for n in range(1, 8))

INTERCEPT = {
    "inboundParticipantSid", "inboundResourceSid", "inboundResourceStatus", "inboundResourceType",
    "inboundResourceUrl", "interactionAccountSid", "interactionData", "interactionDateCreated",
    "interactionDateUpdated", "interactionServiceSid", "interactionSessionSid", "interactionSid", "interactionType",
}  # fmt: skip
CALLBACK = INTERCEPT | {
    "outboundParticipantSid", "outboundResourceSid", "outboundResourceStatus", "outboundResourceType",
    "outboundResourceUrl",
}  # fmt: skip
PARTICIPANT = {
    "AccountSid", "DateCreated", "DateUpdated", "FriendlyName", "Identifier", "ProxyIdentifier", "ProxyIdentifierSid",
    "ServiceSid", "SessionSid", "Sid",
}  # fmt: skip
PAST = {
    "sessionAccountSid", "sessionClosedReason", "sessionDateCreated", "sessionDateEnded", "sessionDateUpdated",
    "sessionMode", "sessionServiceSid", "sessionSid", "sessionStatus", "sessionUniqueName",
} | {f"{side}Participant{name}" for side in ("inbound", "outbound") for name in PARTICIPANT}  # fmt: skip
"""Names from twilio.com/docs/proxy/api/webhooks."""


def interaction(kind=Kind.VOICE, **but):
    told: dict[str, Any] = {
        "tenant": TENANT, "interaction_id": CALL, "session_id": SESSION, "kind": kind, "from_participant": A,
        "to_participant": B, "refused": None, "at": NOON, "changed_at": NOON, "call_state": None, "outcome": None,
        "talk_seconds": None, "message_state": None, "error": None, "body": None,
    }  # fmt: skip
    return Interaction(**(told | but))


def person(participant, side, number):
    return Person(
        Participant(
            tenant=TENANT, participant_id=participant, session_id=SESSION, side=side, place=1, number=None,
            number_id=NUMBER, proxy=OURS, friendly_name=f"Side {side}", called_as=None, announcement=None,
            has_pin=False, made_at=NOON, changed_at=NOON, deleted_at=None,
        ),
        number,
    )  # fmt: skip


def session(**but):
    told: dict[str, Any] = {
        "tenant": TENANT, "session_id": SESSION, "service_id": SERVICE, "unique_name": "booking-7",
        "state": SessionState.IN_PROGRESS, "closed_reason": None, "mode": Mode.BOTH, "direction": Direction.BOTH,
        "ttl": 0, "slides": True, "expires_at": None, "until": NOON, "cool_off": 0, "force_pin": False,
        "named": False, "ring": None, "talk": None, "made_at": NOON, "changed_at": NOON, "started_at": NOON,
        "last_at": NOON, "ended_at": None, "people": 2,
    }  # fmt: skip
    return Session(**(told | but))


def test_a_veto_hook_gets_the_fields_of_an_intercept_callback():
    form = dict(intercept_form(SERVICE, interaction()))

    assert set(form) == INTERCEPT
    assert form["interactionSid"] == f"KI{CALL.hex}"
    assert form["inboundResourceSid"] == f"CA{CALL.hex}"
    assert (form["inboundResourceType"], form["interactionType"]) == ("call", "Voice")
    assert (form["inboundResourceStatus"], form["interactionData"]) == ("ringing", "")
    assert form["interactionDateCreated"] == "2030-01-01T12:00:00Z"


def test_a_veto_hook_reads_the_text_that_it_decides_about():
    form = dict(intercept_form(SERVICE, interaction(Kind.MESSAGE, body="é")))

    assert set(form) == INTERCEPT
    assert form["interactionData"] == '{"body": "é"}'
    assert form["inboundResourceSid"] == f"SM{CALL.hex}"


def test_a_callback_tells_both_sides():
    later = NOON + timedelta(seconds=9)
    form = dict(
        callback_form(SERVICE, interaction(call_state=5, outcome="talked", talk_seconds=5), later)
    )  # fmt: skip

    assert set(form) == CALLBACK
    assert form["interactionData"] == '{"duration": "5"}'
    assert form["outboundResourceSid"] == f"CA{outbound(CALL).hex}"
    assert (form["inboundResourceStatus"], form["outboundResourceStatus"]) == ("completed", "completed")
    assert form["interactionDateUpdated"] == "2030-01-01T12:00:09Z"


def test_a_text_that_the_api_sent_came_from_nobody():
    form = dict(callback_form(SERVICE, interaction(Kind.MESSAGE, from_participant=None), NOON))

    assert set(form) == {name for name in CALLBACK if not name.startswith("inbound")}


def test_a_call_by_pin_from_an_unknown_phone_is_a_call_still():
    form = dict(intercept_form(SERVICE, interaction(from_participant=None)))

    assert set(form) == INTERCEPT - {"inboundParticipantSid"}


@pytest.mark.parametrize("caller", [ALICE, None])
def test_a_call_outside_of_sessions_is_told_as_twilios_voice_webhook_tells_it(caller):
    form = dict(call_form(TENANT, CALL, caller, OURS))

    assert form["From"] == form["Caller"] == (caller.value if caller else "anonymous")
    assert form["To"] == form["Called"] == OURS.value
    assert (form["CallStatus"], form["Direction"], form["ApiVersion"]) == ("ringing", "inbound", "2010-04-01")
    assert (form["CallSid"], form["AccountSid"]) == (f"CA{CALL.hex}", f"AC{TENANT.hex}")
    assert form["ToCountry"] == "US"


def test_a_text_outside_of_sessions_is_told_as_twilios_messaging_webhook_tells_it():
    form = dict(text_form(TENANT, CALL, ALICE, OURS, "hello"))

    assert form["MessageSid"] == form["SmsSid"] == form["SmsMessageSid"] == f"SM{CALL.hex}"
    assert (form["From"], form["To"], form["Body"], form["NumMedia"]) == (ALICE.value, OURS.value, "hello", "0")


def test_who_had_a_session_is_told_with_it_and_the_other_side():
    form = dict(past_form(session(), [person(B, 2, BOB), person(A, 1, ALICE)], BOB, NOON))

    assert set(form) == PAST
    assert (form["inboundParticipantSid"], form["inboundParticipantIdentifier"]) == (f"KP{B.hex}", BOB.value)
    assert (form["outboundParticipantSid"], form["outboundParticipantIdentifier"]) == (f"KP{A.hex}", ALICE.value)
    assert form["inboundParticipantProxyIdentifierSid"] == f"PN{NUMBER.hex}"
    assert (form["sessionStatus"], form["sessionClosedReason"]) == ("closed", "expired")
    assert form["sessionDateEnded"] == "2030-01-01T12:00:00Z"


def test_a_caller_who_was_erased_meanwhile_is_told_without_a_side():
    form = dict(past_form(session(), [person(A, 1, None), person(B, 2, BOB)], ALICE, NOON))

    assert set(form) == {name for name in PAST if name.startswith("session")}
