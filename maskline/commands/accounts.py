"""`./run accounts`: our accounts with carriers. Tokens are typed or piped in, kept sealed, and never shown."""

import re

import click

from carriers import DIALECTS
from maskline import seed
from maskline.commands import asked
from maskline.commands.opening import Opened, with_house
from maskline.commands.shown import Shown, json_option
from maskline.refusal import Refusal
from voice.events import CarrierAccount
from voice.ports import CarrierAway, CarrierRefused

_IDS = {
    "twilio": (re.compile(r"AC[0-9a-fA-F]{32}"), "an Account SID: AC and 32 hex digits, from the console"),
    "plivo": (re.compile(r"[A-Z0-9]{20}"), "an Auth ID: 20 capital letters and digits, from the console"),
}
_COLUMNS = (("carrier", "Carrier"), ("id", "Account"), ("tokens", "Tokens"), ("state", "Asked just now"))


@click.group()
def accounts() -> None:
    """Our accounts with carriers: whose webhooks are believed, and through whom we call and text."""


@accounts.command()
@click.option("--carrier", type=click.Choice(list(DIALECTS)), required=True)
@click.option("--id", "vendor_id", help="Twilio's Account SID or Plivo's Auth ID. Asked for where it is left out.")
@click.option("--only", is_flag=True, help="Forget every former token, once the carrier no longer signs with it.")
@json_option
def add(shown: Shown, carrier: str, vendor_id: str | None, only: bool) -> None:
    """Add an account, or a new token of a known one.

    The token is typed, or read from standard input. The carrier is asked whether it is right before it is kept. A
    former token may still sign webhooks, until `--only`.
    """
    pattern, hint = _IDS[carrier]
    vendor_id = vendor_id or asked.line(f"{carrier.capitalize()}'s account id")
    if not pattern.fullmatch(vendor_id):
        raise Refusal(f"That is no account id of {carrier.capitalize()}. Write {hint}.")
    token = asked.secret(f"Auth token of {vendor_id}")

    async def work(opened: Opened) -> tuple[bool, int]:
        house = opened.house
        if opened.demo:
            raise seed.DemoFolder(house.settings)
        trial = CarrierAccount(account_id=opened.tenant, tenant=opened.tenant, carrier=carrier, vendor_id=vendor_id,
                               tokens=(token,))  # fmt: skip
        held = await house.placer.numbers(trial)
        new = await seed.keep_account(house, opened.tenant, carrier, vendor_id, token, only=only)
        return new, len(held)

    new, held = with_house(shown, work)
    said = f"{carrier.capitalize()} accepts it. The account holds {held} numbers; ./run numbers add takes one in."
    shown.result({"carrier": carrier, "id": vendor_id, "new": new, "numbers": held}, said)


@accounts.command("list")
@json_option
def list_(shown: Shown) -> None:
    """List the accounts, and ask each carrier whether the token still works."""

    async def work(opened: Opened) -> list[dict[str, object]]:
        return [
            {"carrier": account.carrier, "id": account.vendor_id, "tokens": len(account.tokens),
             "state": await _state(opened, account)}
            for account in opened.accounts
        ]  # fmt: skip

    shown.table("accounts", with_house(shown, work), _COLUMNS, empty="No account yet: ./run accounts add.")


async def _state(opened: Opened, account: CarrierAccount) -> str:
    try:
        held = await opened.house.placer.numbers(account)
    except CarrierRefused as refused:
        return f"refused ({refused.facts.get('code')}): renew the token with ./run accounts add"
    except CarrierAway:
        return "the carrier's API is not answering"
    return f"works, holds {len(held)} numbers"
