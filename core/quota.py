"""How often something may happen, and what to do when the counter cannot say."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Quota:
    """
    A burst limit, of an hour at most: longer budgets and tries that guard a secret are rows in Postgres.

    name: stands in counters and metrics. times: how many within `per`. when_blind: the answer while Valkey is away.
    """

    name: str
    times: int
    per: timedelta
    when_blind: Literal["allow", "refuse"]


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a quota by one subject. subject: an opaque key (hex of a keyed hash), never a number."""

    quota: Quota
    subject: str


class Limiter(Protocol):
    """Counts uses. One question is at most one call to Valkey, of 50 ms at most."""

    async def over(self, *uses: Use) -> Quota | None:
        """
        Counts the uses in order, up to the first whose quota is used up, and returns that; None if all may go on.

        Never raises.
        """
        ...
