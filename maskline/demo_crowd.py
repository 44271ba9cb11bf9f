"""
Puts a crowd into the demo: fictional people sign up and share what their address books call the handsets.

All goes the way of real books: a code proves each number, each agrees, the books wait sealed and are merged together.
Only the code is not read from a handset but made again, as the worker makes it: these people are not on the desk.
"""

import json
from collections.abc import AsyncIterator, Mapping

from admin.people.values import Arrival
from callerid.books.json_lines import JsonLines
from callerid.books.ports import SHARE_BOOK
from callerid.ports import Member
from core.e164 import E164
from ivr.consents import VERSIONS
from maskline import demo
from maskline.wiring import House
from privacy.numbers import address_prefix
from privacy.proof_codes import Codes

_STRANGER, _RIDER, _DRIVER = (each.number.value for each in (demo.STRANGER, demo.RIDER, demo.DRIVER))
CROWD: Mapping[str, Mapping[str, str]] = {
    "+12025550180": {_STRANGER: "Riya Stone", _RIDER: "Tom Baker", _DRIVER: "Lena Fox Taxi"},
    "+12025550181": {_STRANGER: "Riya", _RIDER: "Tom Baker Work", _DRIVER: "Lena Fox"},
    "+12025550182": {_STRANGER: "Stone Riya", _RIDER: "T Baker", _DRIVER: "Driver"},
    "+12025550183": {_STRANGER: "Riya Stone", _RIDER: "Baker, Tom", _DRIVER: "Fox Lena"},
    "+12025550184": {_STRANGER: "Riya S Neighbour", _RIDER: "Tom Baker", _DRIVER: "Lena"},
    "+12025550185": {_STRANGER: "Do not pick", _RIDER: "Tommy", _DRIVER: "Lena Fox"},
}
"""Whose number -> what their book calls the handsets."""


async def seed_crowd(house: House) -> None:
    """Makes the people, merges their books and publishes. Once, for a new demo. Raises as the rooms do."""
    for at, (number, book) in enumerate(CROWD.items(), 1):
        await _share(house, E164(number), book, network=f"2001:db8:{at}::1")
    await house.names.merge.run()
    await house.names.publication.tick()


async def _share(house: House, number: E164, book: Mapping[str, str], network: str) -> None:
    people, codes = house.people, Codes(house.ring.derive_each("token", "proof codes"))
    started = await people.people.start(number, "text", "en", network=network)
    arrival = Arrival(device="Phone", language="en")
    welcome = await people.people.finish(started.proof_id, codes.code(started.proof_id), arrival, network=network)
    async with house.database.transaction() as conn:
        await people.consents.give(conn, welcome.person.person_id, SHARE_BOOK, VERSIONS[SHARE_BOOK], "en")
    person, device = welcome.person, welcome.device
    member = Member(person.person_id, device.device_id, person.region, person.made_at, device.attested,
                    address_prefix(network))  # fmt: skip
    await house.books.intake.book(member, JsonLines(), _lines(book))


async def _lines(book: Mapping[str, str]) -> AsyncIterator[bytes]:
    for number, name in book.items():
        yield json.dumps({"number": number, "name": name}).encode() + b"\n"
