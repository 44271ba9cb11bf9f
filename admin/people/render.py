"""People as JSON. A number is told to its proven holder alone."""

from datetime import datetime
from typing import Any

from admin.people.values import Device, Person, Welcome
from core.e164 import E164
from ivr import consents, words
from ivr.consents import Purpose
from privacy.consent import Consent
from privacy.holdings import Record
from privacy.proof import Started


def started(proof: Started) -> dict[str, Any]:
    """A code is on its way."""
    return {"sign_up": str(proof.proof_id), "until": _iso(proof.until)}


def welcome(to: Welcome) -> dict[str, Any]:
    """A sign-in. token: told this once."""
    return {"token": to.token, "person": str(to.person.person_id), "device": str(to.device.device_id), "new": to.fresh}


def person(one: Person, number: E164 | None) -> dict[str, Any]:
    """Somebody, for themselves. number: null since somebody else has proven it."""
    return {
        "person": str(one.person_id), "number": number.value if number else None, "region": one.region,
        "language": one.language, "made_at": _iso(one.made_at), "proven_at": _iso(one.proven_at),
        "left_at": _iso(one.left_at) if one.left_at else None,
    }  # fmt: skip


def device(one: Device, this: Device) -> dict[str, Any]:
    """Where somebody is signed in. this: the device that asks."""
    return {
        "device": str(one.device_id), "name": one.name, "made_at": _iso(one.made_at),
        "used_on": one.used_on.isoformat(), "attested": one.attested, "this": one.device_id == this.device_id,
    }  # fmt: skip


def consent(purpose: Purpose, language: str, given: Consent | None) -> dict[str, Any]:
    """What somebody is asked, and what they said. given: the one that stands, to whichever version."""
    version = consents.VERSIONS[purpose]
    return {
        "purpose": purpose.value, "version": version, "language": words.OURS.known(language),
        "title": consents.title(purpose, language), "text": consents.asks(purpose, language),
        "live": given is not None and given.version == version,
        "given": {"version": given.version, "language": given.language, "at": _iso(given.given_at)} if given else None,
    }  # fmt: skip


def record(one: Record) -> dict[str, Any]:
    """Something that is held about somebody."""
    return {"room": one.room, "kind": one.kind, "at": _iso(one.at), "facts": one.facts}


def _iso(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
