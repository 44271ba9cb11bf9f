"""
What people agreed to: for what, to which text, in which language, since when; and when they took it back.

The texts themselves stand in `ivr/consents.py`, each with a version; a new version asks anew. What was given is never
overwritten, so that it can be shown what somebody agreed to and when.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from core.clock import Clock
from core.problem import Problem
from sql.database import Connection
from sql.statements import statements

_Q = statements("consent")


class NoSuchConsent(Problem):
    """Nobody is asked for consent to this. Fact: `purposes`, what they are asked for."""

    status, slug, title = 404, "no-such-consent", "There is no such consent"


class ConsentOutdated(Problem):
    """The text that they saw was replaced since. Fact: `version`, the one to show and to agree to."""

    status, slug, title = 409, "consent-outdated", "The text has changed"


@dataclass(frozen=True, slots=True)
class Consent:
    """One consent. version, language: of the text that was seen. withdrawn_at: None while it stands."""

    purpose: str
    version: int
    language: str
    given_at: datetime
    withdrawn_at: datetime | None


class Consents:
    """
    Keeps consents; every method works in its caller's transaction.

    versions: purpose -> the version of its text that is shown now.
    """

    def __init__(self, clock: Clock, versions: Mapping[str, int]) -> None:
        self._clock, self._versions = clock, dict(versions)

    def version(self, purpose: str) -> int:
        """Of the text that is shown now. Raises NoSuchConsent."""
        if purpose not in self._versions:
            raise NoSuchConsent(purposes=list(self._versions))
        return self._versions[purpose]

    async def live(self, conn: Connection, person: UUID, purpose: str) -> bool:
        """Whether a person agrees, to the text as it is now. Raises NoSuchConsent."""
        return bool(await _Q.consent_lives(conn, person=person, purpose=purpose, version=self.version(purpose)))

    async def give(self, conn: Connection, person: UUID, purpose: str, version: int, language: str) -> None:
        """
        A person agrees. version, language: of the text that they saw. Agreeing twice changes nothing.

        Raises NoSuchConsent, ConsentOutdated.
        """
        now = self.version(purpose)
        if version != now:
            raise ConsentOutdated("Show the text again, and ask.", version=now)
        await _Q.lock_consents(conn, person=person)
        if not await self.live(conn, person, purpose):
            await self.withdraw(conn, person, purpose)
            await _Q.give_consent(conn, person=person, purpose=purpose, version=version, language=language,
                                  t=self._clock.now())  # fmt: skip

    async def withdraw(self, conn: Connection, person: UUID, purpose: str) -> bool:
        """A person takes it back, whichever version it was. Returns whether there was one. Raises NoSuchConsent."""
        self.version(purpose)
        return bool(await _Q.withdraw_consent(conn, person=person, purpose=purpose, t=self._clock.now()))

    async def every(self, conn: Connection, person: UUID) -> list[Consent]:
        """All that a person ever gave, the newest first."""
        return [_consent(row) async for row in _Q.consents(conn, person=person)]


def _consent(row: Any) -> Consent:
    return Consent(row["purpose"], row["version"], row["language"], row["given_at"], row["withdrawn_at"])
