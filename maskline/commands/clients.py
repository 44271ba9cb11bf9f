"""`./run clients`: programs that use our APIs. A token is printed once, when it is made, and by no other command."""

from collections.abc import Sequence
from typing import Any

import click

from admin.clients.values import SCOPES, Client, Issued
from maskline.commands import asked
from maskline.commands.opening import Opened, with_house
from maskline.commands.shown import Shown, json_option

_COLUMNS = (
    ("name", "Name"), ("scopes", "Scopes"), ("made_at", "Made (UTC)"), ("revoked_at", "Revoked (UTC)"),
)  # fmt: skip
_SIGNS = "Callbacks of its services are signed with the account's newest client from now on."


@click.group()
def clients() -> None:
    """Programs that use our APIs: the one that Twilio Proxy's SDKs speak, and our own.

    Each has the account's SID as its user name, and a token of its own as its password.
    """


@clients.command()
@click.option("--name", required=True, help="What you call it: letters, digits, spaces, . - _")
@click.option("--scopes", default="proxy,api", show_default=True, help=f"Of {', '.join(SCOPES)}, with commas between.")
@json_option
def create(shown: Shown, name: str, scopes: str) -> None:
    """Make a client, and print its Account SID and token.

    We keep the token sealed and cannot show it again.
    """

    async def work(opened: Opened) -> tuple[Issued, str]:
        issued = await opened.house.clients.create(opened.tenant, name, _words(scopes))
        return issued, opened.house.public_url

    issued, url = with_house(shown, work)
    _tell(shown, issued, f"Made. In the SDK: Client(account_sid, token), then client.proxy.base_url = {url!r}")


@clients.command("list")
@json_option
def list_(shown: Shown) -> None:
    """List the clients, revoked ones too. Tokens are not shown."""

    async def work(opened: Opened) -> list[Client]:
        return await opened.house.clients.every(opened.tenant)

    found = with_house(shown, work)
    rows = [_row(client) if shown.as_json else _row(client) | {"scopes": ",".join(client.scopes)} for client in found]
    shown.table("clients", rows, _COLUMNS, empty="No client yet: ./run clients create --name …")


@clients.command()
@click.argument("name")
@click.argument("a_day", type=int)
@json_option
def lookups(shown: Shown, name: str, a_day: int) -> None:
    """Set how many distinct numbers a client may look up in a day. It needs the scope names as well."""

    async def work(opened: Opened) -> Client:
        client = await opened.house.clients.allow_lookups(opened.tenant, name, a_day)
        await opened.tell_changed()
        return client

    shown.result(_row(with_house(shown, work)), f"{name} may look up {a_day} numbers a day.")


@clients.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def rotate(shown: Shown, name: str, yes: bool) -> None:
    """Give a client a new token. The old one counts no more, so have its program ready for the change."""
    asked.yes(f"Replace the token of {name}?", given=yes)

    async def work(opened: Opened) -> Issued:
        issued = await opened.house.clients.rotate(opened.tenant, name)
        await opened.tell_changed()
        return issued

    _tell(shown, with_house(shown, work), "The former token counts no more.")


@clients.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def revoke(shown: Shown, name: str, yes: bool) -> None:
    """Switch a client's token off, at once and in every process. What it made stays."""
    asked.yes(f"Revoke {name}?", given=yes)

    async def work(opened: Opened) -> Client:
        client = await opened.house.clients.revoke(opened.tenant, name)
        await opened.tell_changed()
        return client

    shown.result(_row(with_house(shown, work)), f"{name} is revoked. {_SIGNS}")


def _tell(shown: Shown, issued: Issued, said: str) -> None:
    """The one time that a token is shown."""
    told = _row(issued.client) | {"account_sid": issued.account_sid, "token": issued.token}
    shown.result(told, f"Account SID  {issued.account_sid}", f"Token        {issued.token}", said)


def _words(scopes: str) -> Sequence[str]:
    return [word.strip() for word in scopes.split(",") if word.strip()]


def _row(client: Client) -> dict[str, Any]:
    return {
        "client": str(client.client_id), "name": client.name, "scopes": list(client.scopes),
        "made_at": client.made_at, "revoked_at": client.revoked_at, "lookups_a_day": client.lookups_a_day,
    }  # fmt: skip
