"""
What customers' hooks are told, field by field as Twilio Proxy tells it (twilio.com/docs/proxy/api/webhooks). Pure.

SIDs are made of our ids; a carrier's own ids are in none of them, for its records are deleted. A real number stands in
the out-of-session form alone, whose service asked for it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from core.e164 import E164
from masking.sessions import rules
from masking.sessions.sids import Prefix, outbound, sid
from masking.sessions.values import Interaction, Kind, Participant, Session, SessionState
from voice.states import State

Form = tuple[tuple[str, str], ...]
"""Names and values, to be posted and signed."""

API_VERSION = "2010-04-01"
_ANONYMOUS = "anonymous"
_NAMES = {Kind.VOICE: ("Voice", "call", Prefix.CALL), Kind.MESSAGE: ("Message", "message", Prefix.MESSAGE)}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a past session. number: theirs, open; None where it is erased."""

    participant: Participant
    number: E164 | None


def intercept_form(service: UUID, interaction: Interaction) -> Form:
    """Before a call or text goes on. interaction: as it is about to be kept."""
    return (*_inbound(interaction), *_about(service, interaction, interaction.at))


def callback_form(service: UUID, interaction: Interaction, at: datetime) -> Form:
    """A new call or text, or news of one. at: when the news came."""
    name = _NAMES[interaction.kind]
    theirs: Form = ()
    if interaction.to_participant is not None:
        _, status = _statuses(interaction)
        there = outbound(interaction.interaction_id)
        theirs = (
            ("outboundParticipantSid", sid(Prefix.PARTICIPANT, interaction.to_participant)),
            *_resource("outbound", name[2], there, status, name[1]),
        )
    return (*_inbound(interaction), *_about(service, interaction, at), *theirs)


def call_form(tenant: UUID, call: UUID, caller: E164 | None, ours: E164) -> Form:
    """The beginning of an out-of-session form: the call, as Twilio's own voice webhook tells it, on every carrier."""
    return (
        ("CallSid", sid(Prefix.CALL, call)),
        ("CallStatus", "ringing"),
        ("Direction", "inbound"),
        *(("Caller", _wire(caller)), ("Called", ours.value)),
        *_ends(tenant, caller, ours),
    )


def text_form(tenant: UUID, message: UUID, sender: E164 | None, ours: E164, body: str) -> Form:
    """The same of a text. What came with it is not passed on: its addresses are the carrier's."""
    name = sid(Prefix.MESSAGE, message)
    return (
        *(("MessageSid", name), ("SmsSid", name), ("SmsMessageSid", name)),
        ("SmsStatus", "received"),
        *(("Body", body), ("NumMedia", "0")),
        *_ends(tenant, sender, ours),
    )


def past_form(session: Session, people: Iterable[Person], caller: E164 | None, now: datetime) -> Form:
    """The rest of it, where the caller had a session on the number: that session, the caller in it and the other."""
    people = sorted(people, key=lambda each: (each.participant.side, each.participant.place))
    here = next((each for each in people if each.number is not None and each.number == caller), None)
    there = next((each for each in people if here and each.participant.side != here.participant.side), None)
    persons = (("inbound", here), ("outbound", there))
    told = [field for name, person in persons if person for field in _person(name, session, person)]
    closed = rules.state_at(session, now) is SessionState.CLOSED
    reason = session.closed_reason or ("expired" if closed else "")
    return (
        *told,
        ("sessionAccountSid", sid(Prefix.ACCOUNT, session.tenant)),
        ("sessionClosedReason", reason),
        ("sessionDateCreated", when(session.made_at)),
        ("sessionDateEnded", when(session.ended_at or (session.until if closed else None))),
        ("sessionDateUpdated", when(session.changed_at)),
        ("sessionMode", session.mode),
        ("sessionServiceSid", sid(Prefix.SERVICE, session.service_id)),
        ("sessionSid", sid(Prefix.SESSION, session.session_id)),
        ("sessionStatus", rules.state_at(session, now)),
        ("sessionUniqueName", session.unique_name or ""),
    )


def when(at: datetime | None) -> str:
    """A time as Twilio writes it, to the second; "" for none."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if at else ""


def _inbound(interaction: Interaction) -> Form:
    """The side that called or texted; nothing where the API sent the text."""
    _, kind, prefix = _NAMES[interaction.kind]
    if interaction.from_participant is None and interaction.kind is Kind.MESSAGE:
        return ()
    who: Form = ()
    if interaction.from_participant is not None:  # else a PIN from a phone that nobody knows
        who = (("inboundParticipantSid", sid(Prefix.PARTICIPANT, interaction.from_participant)),)
    status, _ = _statuses(interaction)
    return (*who, *_resource("inbound", prefix, interaction.interaction_id, status, kind))


def _resource(side: str, prefix: Prefix, id_: UUID, status: str, kind: str) -> Form:
    return (
        (f"{side}ResourceSid", sid(prefix, id_)),
        (f"{side}ResourceStatus", status),
        (f"{side}ResourceType", kind),
        (f"{side}ResourceUrl", ""),  # there is no such resource outside of sessions
    )


def _about(service: UUID, interaction: Interaction, at: datetime) -> Form:
    return (
        ("interactionAccountSid", sid(Prefix.ACCOUNT, interaction.tenant)),
        ("interactionData", rules.data_text(interaction) if rules.data(interaction) else ""),
        ("interactionDateCreated", when(interaction.at)),
        ("interactionDateUpdated", when(at)),
        ("interactionServiceSid", sid(Prefix.SERVICE, service)),
        ("interactionSessionSid", sid(Prefix.SESSION, interaction.session_id)),
        ("interactionSid", sid(Prefix.INTERACTION, interaction.interaction_id)),
        ("interactionType", _NAMES[interaction.kind][0]),
    )


def _statuses(interaction: Interaction) -> tuple[str, str]:
    if interaction.kind is Kind.VOICE:
        return rules.voice_statuses(interaction.call_state or State.RECEIVED, interaction.outcome)
    return rules.message_statuses(interaction.message_state or "accepted")


def _ends(tenant: UUID, caller: E164 | None, ours: E164) -> Form:
    region = (caller.region if caller else None) or ""
    return (
        ("AccountSid", sid(Prefix.ACCOUNT, tenant)),
        ("ApiVersion", API_VERSION),
        *(("From", _wire(caller)), ("FromCountry", region)),
        *(("To", ours.value), ("ToCountry", ours.region or "")),
    )


def _wire(caller: E164 | None) -> str:
    return caller.value if caller else _ANONYMOUS


def _person(name: str, session: Session, person: Person) -> Form:
    who = person.participant
    return tuple(
        (f"{name}Participant{field}", value)
        for field, value in (
            ("AccountSid", sid(Prefix.ACCOUNT, who.tenant)),
            ("DateCreated", when(who.made_at)),
            ("DateUpdated", when(who.changed_at)),
            ("FriendlyName", who.friendly_name or ""),
            ("Identifier", person.number.value if person.number else ""),
            ("ProxyIdentifier", who.proxy.value if who.proxy else ""),
            ("ProxyIdentifierSid", sid(Prefix.NUMBER, who.number_id) if who.number_id else ""),
            ("ServiceSid", sid(Prefix.SERVICE, session.service_id)),
            ("SessionSid", sid(Prefix.SESSION, who.session_id)),
            ("Sid", sid(Prefix.PARTICIPANT, who.participant_id)),
        )
    )
