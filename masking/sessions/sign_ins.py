"""
Who signs in to our APIs, and how many wrong sign-ins one network may send before it hears that they are too many.

Only what is wrong is counted: whoever has the right token is let in at once, also beside somebody who guesses. That
guessing leads nowhere is the tokens' doing, which are long and random; this keeps a program with an old token, or a
scanner, from being answered at length for ever.
"""

from dataclasses import dataclass

from masking.sessions.errors import WrongTooOften
from masking.sessions.ports import Access, Principal
from privacy.doors import WRONG, Networks, bearer, signed_in


@dataclass(frozen=True, slots=True)
class SignIns:
    """Asked by the doors of both APIs."""

    access: Access
    networks: Networks

    async def principal(self, authorization: str, address: str, *, by_token: bool = False) -> Principal | None:
        """
        Who signs in; None where nobody does, or wrongly. Raises WrongTooOften, DatabaseAway.

        authorization: the header as it came. Without one nothing is counted: some programs sign in only once they are
        asked to. address: IP as text, counted only as a prefix under the day's key. by_token: a Bearer token alone will
        do, as well as an account SID with its token.
        """
        if not authorization:
            return None
        given, token = signed_in(authorization), bearer(authorization) if by_token else None
        if token is not None:
            principal = await self.access.bearer(token)
        else:
            principal = await self.access.principal(*given) if given else None
        if principal is None and await self.networks.over(WRONG, address):
            raise WrongTooOften("Look at the token.", retry_after=int(WRONG.per.total_seconds()))
        return principal
