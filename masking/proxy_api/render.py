"""
Our values as the JSON of Twilio Proxy: every key of its resources, null where there is nothing to say (FIELD 1.3).

The one number of a person that is written is a participant's `identifier`, to the client that supplied it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from core.e164 import E164
from masking.sessions import rules
from masking.sessions.sids import Prefix, outbound, sid
from masking.sessions.values import Interaction, Kind, Participant, Service, ServiceNumber, Session, SessionState

_RESOURCE = {Kind.VOICE: ("Call", Prefix.CALL), Kind.MESSAGE: ("Message", Prefix.MESSAGE)}
_NO_RESOURCE = (None, None, None, None, None)
_SIDE = ("participant_sid", "resource_sid", "resource_status", "resource_type", "resource_url")


@dataclass(frozen=True, slots=True)
class Renderer:
    """Writes the resources of one account. base: where the world reaches us. tenant: the account."""

    base: str
    tenant: UUID

    @property
    def services_url(self) -> str:
        """Of the list of services."""
        return f"{self.base}/v1/Services"

    def service_url(self, service: UUID) -> str:
        """Of one service."""
        return f"{self.services_url}/{sid(Prefix.SERVICE, service)}"

    def numbers_url(self, service: UUID) -> str:
        """Of the list of a service's numbers."""
        return f"{self.service_url(service)}/PhoneNumbers"

    def sessions_url(self, service: UUID) -> str:
        """Of the list of a service's sessions."""
        return f"{self.service_url(service)}/Sessions"

    def session_url(self, service: UUID, session: UUID) -> str:
        """Of one session."""
        return f"{self.sessions_url(service)}/{sid(Prefix.SESSION, session)}"

    def participants_url(self, service: UUID, session: UUID) -> str:
        """Of the list of a session's participants."""
        return f"{self.session_url(service, session)}/Participants"

    def interactions_url(self, service: UUID, session: UUID) -> str:
        """Of the list of a session's calls and texts."""
        return f"{self.session_url(service, session)}/Interactions"

    def messages_url(self, service: UUID, session: UUID, participant: UUID) -> str:
        """Of the list of texts that the API sent to a participant."""
        return f"{self.participants_url(service, session)}/{sid(Prefix.PARTICIPANT, participant)}/MessageInteractions"

    def service(self, service: Service) -> dict[str, Any]:
        """A Service resource."""
        url = self.service_url(service.service_id)
        return {
            "sid": sid(Prefix.SERVICE, service.service_id),
            "unique_name": service.unique_name,
            "account_sid": self._account,
            "chat_instance_sid": service.chat_instance_sid,
            "callback_url": service.callback_url,
            "default_ttl": service.default_ttl or 0,
            "number_selection_behavior": service.selection,
            "geo_match_level": service.geo,
            "intercept_callback_url": service.intercept_url,
            "out_of_session_callback_url": service.outside_url,
            "date_created": _date(service.made_at),
            "date_updated": _date(service.changed_at),
            "url": url,
            "links": {"sessions": f"{url}/Sessions", "phone_numbers": f"{url}/PhoneNumbers"},
        }

    def number(self, number: ServiceNumber) -> dict[str, Any]:
        """A PhoneNumber resource: one of our own numbers, no person's."""
        named = sid(Prefix.NUMBER, number.number_id)
        return {
            "sid": named,
            "account_sid": self._account,
            "service_sid": sid(Prefix.SERVICE, number.service_id),
            "date_created": _date(number.made_at),
            "date_updated": _date(number.changed_at),
            "phone_number": number.number.value,
            "friendly_name": number.number.value,
            "iso_country": number.country,
            "capabilities": {"fax": False, "mms": number.texts, "sms": number.texts, "voice": number.voice},
            "url": f"{self.numbers_url(number.service_id)}/{named}",
            "is_reserved": number.reserved,
            "in_use": number.in_use,
        }

    def session(self, session: Session, at: datetime) -> dict[str, Any]:
        """A Session resource as it stands at a time; one that has run out is closed, whoever has noticed."""
        state = rules.state_at(session, at)
        over = state is SessionState.CLOSED
        url = self.session_url(session.service_id, session.session_id)
        return {
            "sid": sid(Prefix.SESSION, session.session_id),
            "service_sid": sid(Prefix.SERVICE, session.service_id),
            "account_sid": self._account,
            "date_started": _date(session.started_at),
            "date_ended": _date(session.ended_at or session.until) if over else None,
            "date_last_interaction": _date(session.last_at),
            "date_expiry": _date(session.expires_at),
            "unique_name": session.unique_name,
            "status": state,
            "closed_reason": (session.closed_reason or "expired") if over else "",
            "ttl": session.ttl,
            "mode": session.mode,
            "date_created": _date(session.made_at),
            "date_updated": _date(session.changed_at),
            "url": url,
            "links": {"interactions": f"{url}/Interactions", "participants": f"{url}/Participants"},
        }

    def participant(self, service: UUID, participant: Participant, identifier: E164 | None) -> dict[str, Any]:
        """A Participant resource. identifier: the person's number, None where they are awaited or erased."""
        named = sid(Prefix.PARTICIPANT, participant.participant_id)
        session = participant.session_id
        return {
            "sid": named,
            "session_sid": sid(Prefix.SESSION, session),
            "service_sid": sid(Prefix.SERVICE, service),
            "account_sid": self._account,
            "friendly_name": participant.friendly_name,
            "identifier": identifier.value if identifier else None,
            "proxy_identifier": participant.proxy.value if participant.proxy else None,
            "proxy_identifier_sid": sid(Prefix.NUMBER, participant.number_id) if participant.number_id else None,
            "date_deleted": _date(participant.deleted_at),
            "date_created": _date(participant.made_at),
            "date_updated": _date(participant.changed_at),
            "url": f"{self.participants_url(service, session)}/{named}",
            "links": {"message_interactions": self.messages_url(service, session, participant.participant_id)},
        }

    def interaction(self, service: UUID, interaction: Interaction) -> dict[str, Any]:
        """An Interaction resource."""
        named = sid(Prefix.INTERACTION, interaction.interaction_id)
        return {
            "sid": named,
            **self._shared(service, interaction),
            "url": f"{self.interactions_url(service, interaction.session_id)}/{named}",
        }

    def message(self, service: UUID, participant: UUID, interaction: Interaction) -> dict[str, Any]:
        """A MessageInteraction resource: a text that the API sent to a participant."""
        named = sid(Prefix.INTERACTION, interaction.interaction_id)
        return {
            "sid": named,
            **self._shared(service, interaction),
            "participant_sid": sid(Prefix.PARTICIPANT, participant),
            "url": f"{self.messages_url(service, interaction.session_id, participant)}/{named}",
        }

    @property
    def _account(self) -> str:
        return sid(Prefix.ACCOUNT, self.tenant)

    def _shared(self, service: UUID, interaction: Interaction) -> dict[str, Any]:
        inbound, outbound_ = _legs(interaction)
        return {
            "session_sid": sid(Prefix.SESSION, interaction.session_id),
            "service_sid": sid(Prefix.SERVICE, service),
            "account_sid": self._account,
            "data": rules.data_text(interaction),
            "type": interaction.kind,
            **_named("inbound", inbound),
            **_named("outbound", outbound_),
            "date_created": _date(interaction.at),
            "date_updated": _date(interaction.changed_at),
        }


def _legs(interaction: Interaction) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Both sides as (participant, resource, status, type, url); all null where a side has none."""
    word, prefix = _RESOURCE[interaction.kind]
    came, went = _statuses(interaction)
    inbound = (
        (_participant(interaction.from_participant), sid(prefix, interaction.interaction_id), came, word, None)
        if came
        else _NO_RESOURCE
    )
    reached = interaction.to_participant if went and interaction.refused is None else None
    out = (
        (_participant(reached), sid(prefix, outbound(interaction.interaction_id)), went, word, None)
        if reached
        else _NO_RESOURCE
    )
    return inbound, out


def _statuses(interaction: Interaction) -> tuple[str | None, str | None]:
    """What became of both legs, in Twilio's words; None where there was none."""
    if interaction.kind is Kind.MESSAGE:
        came = "received" if interaction.from_participant else None
        return came, rules.message_statuses(interaction.message_state or "unknown")[1]
    if interaction.call_state is None:  # the call's own row is forgotten
        return "unknown", "unknown"
    return rules.voice_statuses(interaction.call_state, interaction.outcome)


def _named(side: str, leg: tuple[Any, ...]) -> Mapping[str, Any]:
    return {f"{side}_{name}": value for name, value in zip(_SIDE, leg, strict=True)}


def _participant(id_: UUID | None) -> str | None:
    return sid(Prefix.PARTICIPANT, id_) if id_ else None


def _date(at: datetime | None) -> str | None:
    """As Twilio's SDKs read it: whole seconds, UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
