"""Nonsense in every field and every place of an address: always refused in Twilio's form, never a mistake of ours."""

import random
from typing import Any

import aiohttp
from yarl import URL

from masking.sessions.sids import Prefix
from tests.masking.sdk import OFFICIAL, Sdk
from tests.town import ALICE, BOB, SESSION, Town

NONSENSE = (
    "", " ", "\0", "null", "true", "-1", "0", "1e9", "9" * 30, "\u202e", "é" * 60, "x" * 800, "{", "[]",
    '{"Identifier":{}}', '{"Identifier":"+12025550152","FriendlyName":"\\ud83d"}', "+12025550152", "+12025550152２",
    "+999", "https://[", "https://x:99999/", "9999-12-31T23:59:59Z", "0000-00-00T00:00:00Z",
    "2030-01-01T00:00:00+23:59", "PA", "PB" + "A" * 32, "%00", "KS" + "g" * 32, "open", "closed", "in-progress",
    "voice-only", "'; DROP TABLE session; --", "<script>", "../../..", "\r\nX: y",
)  # fmt: skip
ROUNDS = 12
"""Requests to each address and method."""


async def real(sdk: Sdk) -> dict[str, str]:
    """Parameters of addresses that lead somewhere, by the letters of their SIDs."""

    def work(proxy: Any) -> dict[str, str]:
        service = proxy.services.create(unique_name="rides")
        number = service.phone_numbers.create(phone_number=SESSION["twilio"][0].value)
        who = [{"Identifier": ALICE.value}, {"Identifier": BOB.value}]
        session = service.sessions.create(participants=who)
        person = session.participants.list()[0]
        text = person.message_interactions.create(body="Hello")
        sids = (service.sid, number.sid, session.sid, person.sid, text.sid)
        return {sid[:2]: sid for sid in sids}

    return await sdk(work)


def address(path: str, sids: dict[str, str], chance: random.Random) -> str:
    """A path of the official description, with real SIDs, or now and then with nonsense."""
    kinds = {"Services": Prefix.SERVICE, "PhoneNumbers": Prefix.NUMBER, "Sessions": Prefix.SESSION,
             "Participants": Prefix.PARTICIPANT, "Interactions": Prefix.INTERACTION,
             "MessageInteractions": Prefix.INTERACTION}  # fmt: skip
    words = path.split("/")
    for place, word in enumerate(words):
        if word.startswith("{"):
            odd = chance.random() < 0.15
            words[place] = (
                URL.build(path="/" + chance.choice(NONSENSE[:12])).raw_path[1:]
                if odd
                else sids[kinds[words[place - 1]]]
            )
    return "/".join(words)


def fields(path: str, chance: random.Random) -> dict[str, str]:
    named = [name for name in OFFICIAL["fields"].get(path, []) if chance.random() < 0.6]
    return {name: chance.choice(NONSENSE) for name in named}


def page(chance: random.Random) -> dict[str, str]:
    return {name: chance.choice(NONSENSE) for name in ("PageSize", "Page", "PageToken") if chance.random() < 0.3}


async def test_nonsense_is_refused_in_twilios_form(sdk: Sdk, town: Town):
    chance, statuses = random.Random(7), set[int]()
    sids = await real(sdk)
    headers = {"Authorization": aiohttp.encode_basic_auth(sdk.account_sid, sdk.token)}
    async with aiohttp.ClientSession(headers=headers) as session:
        for path, methods in sorted(OFFICIAL["paths"].items()):
            for method in sorted({*methods, "post"} - {"delete"}):
                for _ in range(ROUNDS):
                    url = URL(sdk.base + address(path, sids, chance), encoded=True)
                    given = fields(path, chance) if method == "post" else page(chance)
                    how: dict[str, Any] = {"data": given} if method == "post" else {"params": given}
                    async with session.request(method, url, **how) as answer:
                        told = await answer.json()
                    statuses.add(answer.status)
                    assert answer.status < 500, (method, path, given)
                    assert answer.status < 400 or set(told) == {"code", "message", "more_info", "status"}

    assert {200, 400, 404, 405} <= statuses
