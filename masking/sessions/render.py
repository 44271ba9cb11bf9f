"""Services, sessions, people and interactions as our own API writes them. Pure."""

from datetime import datetime
from typing import Any

from core.e164 import E164
from masking.sessions import rules
from masking.sessions.blocks import Block
from masking.sessions.pool import Usage
from masking.sessions.values import Interaction, Kind, Participant, Service, ServiceNumber, Session

Json = dict[str, Any]


def service(of: Service) -> Json:
    """default_ttl: null where it was not said, which is 90 days."""
    quiet = of.quiet
    return {
        "id": str(of.service_id),
        "unique_name": of.unique_name,
        "default_ttl": of.default_ttl,
        "cool_off": of.cool_off,
        "numbering": of.numbering,
        "selection": of.selection,
        "geo": of.geo,
        "fallback_countries": list(of.fallback_countries),
        "countries": list(of.countries),
        "most_live": of.most_live,
        "pin_length": of.pin_length,
        "ring": of.ring,
        "talk": of.talk,
        "language": of.language,
        "quiet": quiet and {"from": f"{quiet.starts:%H:%M}", "to": f"{quiet.ends:%H:%M}", "timezone": quiet.timezone},
        "calls_a_day": of.calls_a_day,
        "texts_a_day": of.texts_a_day,
        "minutes_a_day": of.minutes_a_day,
        "person_calls_a_day": of.person_calls_a_day,
        "person_texts_a_day": of.person_texts_a_day,
        "person_minutes_a_day": of.person_minutes_a_day,
        "session_calls_a_day": of.session_calls_a_day,
        "session_texts_a_day": of.session_texts_a_day,
        "session_minutes_a_day": of.session_minutes_a_day,
        "needs_attestation": of.needs_attestation,
        "needs_full_attestation": of.needs_full_attestation,
        "screens": of.screens,
        "blocks": of.blocks,
        "redacts": of.redacts,
        "holds_texts": of.holds_texts,
        "stop_words": list(of.stop_words),
        "shows_numbers": of.shows_numbers,
        "intercept_open": of.intercept_open,
        "urls": {
            "callback": of.callback_url,
            "intercept": of.intercept_url,
            "outside": of.outside_url,
            "events": of.events_url,
        },
        "made_at": _at(of.made_at),
        "changed_at": _at(of.changed_at),
    }


def usage(of: Usage) -> Json:
    """share: 0 to 1, how much of what the numbers can hold is held."""
    return {"numbers": of.numbers, "live": of.live, "busiest": of.busiest, "share": round(of.share, 4)}


def number(of: ServiceNumber) -> Json:
    """A number of ours."""
    return {
        "id": str(of.number_id), "number": of.number.value, "country": of.country, "voice": of.voice, "texts": of.texts,
        "reserved": of.reserved, "in_use": of.in_use, "made_at": _at(of.made_at), "changed_at": _at(of.changed_at),
    }  # fmt: skip


def session(of: Session, now: datetime) -> Json:
    """state: as it is now, also where nobody has noticed its end yet."""
    return {
        "id": str(of.session_id),
        "unique_name": of.unique_name,
        "state": rules.state_at(of, now),
        "closed_reason": of.closed_reason,
        "mode": of.mode,
        "direction": of.direction,
        "ttl": of.ttl,
        "ttl_counts": of.slides,
        "expires_at": _at(of.expires_at),
        "until": _at(of.until),
        "cool_off": of.cool_off,
        "force_pin": of.force_pin,
        "named": of.named,
        "ring": of.ring,
        "talk": of.talk,
        "people": of.people,
        "made_at": _at(of.made_at),
        "changed_at": _at(of.changed_at),
        "started_at": _at(of.started_at),
        "last_at": _at(of.last_at),
        "ended_at": _at(of.ended_at),
    }


def participant(of: Participant, their_number: E164 | None, pin: str | None = None) -> Json:
    """their_number: for the client that supplied it. pin: where it was generated in this very request."""
    return {
        "id": str(of.participant_id),
        "side": of.side,
        "place": of.place,
        "number": their_number and their_number.value,
        "sees": of.proxy and of.proxy.value,
        "number_id": of.number_id and str(of.number_id),
        "friendly_name": of.friendly_name,
        "called_as": of.called_as,
        "announcement": of.announcement,
        "has_pin": of.has_pin,
        **({"pin": pin} if pin is not None else {}),
        "made_at": _at(of.made_at),
        "changed_at": _at(of.changed_at),
        "left_at": _at(of.deleted_at),
    }


def block(of: Block) -> Json:
    """participant: who is blocked."""
    return {"participant": str(of.participant), "made_at": _at(of.made_at), "until": _at(of.until)}


def interaction(of: Interaction) -> Json:
    """from, to: participants; from is null where the API sent it. status: of the second leg, in Twilio's words."""
    if of.kind is Kind.VOICE:
        known = of.call_state is not None
        status = rules.voice_statuses(of.call_state or 0, of.outcome)[1] if known else None
    else:
        status = rules.message_statuses(of.message_state)[1] if of.message_state else None
    return {
        "id": str(of.interaction_id),
        "kind": of.kind,
        "from": of.from_participant and str(of.from_participant),
        "to": of.to_participant and str(of.to_participant),
        "status": status,
        "refused": of.refused,
        "error": of.error,
        "talk_seconds": of.talk_seconds,
        "attestation": of.attestation,
        "body": of.body,
        "at": _at(of.at),
    }


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
