"""Our accounts with carriers: rows with sealed tokens, held open in memory, because every webhook needs them."""

from collections.abc import Sequence
from uuid import UUID

from core.clock import Clock
from core.ids import new_id
from core.problem import Problem
from privacy.sealing import Sealer, Where
from sql.database import Database
from sql.statements import statements
from voice.events import CarrierAccount

_Q = statements("numbers")


class AccountElsewhere(Problem):
    """Another tenant has this carrier account."""

    status, slug, title = 409, "account-elsewhere", "Another tenant uses this carrier account"


class CarrierAccounts:
    """`voice.ports.Accounts` over the table. Call `refresh` at start and once a minute, so that new tokens count."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database, self._sealer = database, sealer
        self._known: dict[UUID, CarrierAccount] = {}
        self._by_carrier: dict[str, tuple[CarrierAccount, ...]] = {}

    def of(self, carrier: str) -> Sequence[CarrierAccount]:
        """Every account with a carrier."""
        return self._by_carrier.get(carrier, ())

    def by_id(self, account_id: UUID) -> CarrierAccount | None:
        """The account with our own id."""
        return self._known.get(account_id)

    async def refresh(self) -> None:
        """Reads the rows anew. Raises DatabaseAway, Unsealable."""
        async with self._database.work() as conn:
            rows = [row async for row in _Q.accounts(conn)]
        known = [
            CarrierAccount(
                account_id=row["account_id"],
                tenant=row["tenant"],
                carrier=row["carrier"],
                vendor_id=row["vendor_id"],
                tokens=tuple(self._sealer.open(box, Where.tokens(row["account_id"])) for box in row["tokens"]),
            )
            for row in rows
        ]
        self._known = {account.account_id: account for account in known}
        self._by_carrier = {
            carrier: tuple(account for account in known if account.carrier == carrier)
            for carrier in {account.carrier for account in known}
        }

    async def keep(self, clock: Clock, tenant: UUID, carrier: str, vendor_id: str, tokens: Sequence[str]) -> UUID:
        """
        Adds an account, or gives a known one these tokens: the first signs in to the REST API, all may sign webhooks.

        Returns our id. Raises AccountElsewhere.
        """
        async with self._database.transaction() as conn:
            account: UUID = await _Q.add_account(conn, account=new_id(), tenant=tenant, carrier=carrier,
                                                 vendor_id=vendor_id, tokens=[], t=clock.now())  # fmt: skip
            rows = {row["account_id"]: row async for row in _Q.accounts(conn)}
            if rows[account]["tenant"] != tenant:
                raise AccountElsewhere
            boxes = [self._sealer.seal(token, Where.tokens(account)) for token in tokens]
            await _Q.set_tokens(conn, account=account, tokens=boxes)
        await self.refresh()
        return account
