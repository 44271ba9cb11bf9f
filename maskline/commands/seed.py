"""`./run seed`: takes in what the settings name."""

import click

from maskline.commands.opening import Opened, with_house
from maskline.commands.shown import Shown, json_option
from maskline.refusal import Refusal


@click.command()
@json_option
def seed(shown: Shown) -> None:
    """Take in the carrier accounts that the settings name (MASKLINE_TWILIO_…, MASKLINE_PLIVO_…).

    `./run serve` does so at each start. A new token is added beside the former one, which may sign webhooks for as long
    as the carrier still uses it.
    """
    from maskline import seed as seeding

    async def work(opened: Opened) -> list[seeding.Seeded]:
        if opened.demo:
            raise seeding.DemoFolder(opened.house.settings)
        return await seeding.seed_accounts(opened.house, opened.tenant)

    seeded = with_house(shown, work)
    if not seeded:
        raise Refusal(
            "The settings name no carrier account. Set MASKLINE_TWILIO_ACCOUNT_SID and _AUTH_TOKEN, or "
            "MASKLINE_PLIVO_AUTH_ID and _AUTH_TOKEN; or type them in: ./run accounts add."
        )
    shown.result(
        {"accounts": [{"carrier": each.carrier, "id": each.vendor_id, "new": each.new} for each in seeded]},
        *(f"{each.carrier} {each.vendor_id}: {'taken in' if each.new else 'known already'}." for each in seeded),
    )
