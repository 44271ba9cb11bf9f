"""Ten thousand random webhooks: no answer tells a number but as what is to be dialled, and every Dial shows ours."""

import os
from collections import Counter
from datetime import timedelta
from random import Random
from xml.etree import ElementTree

import pytest
import redis.asyncio as redis

from core.e164 import E164
from core.route import Reason
from masking.stickers.errors import OwnerUnavailable
from masking.stickers.values import Visitor
from tests.proofs.inside import answered, application
from tests.proofs.storm import OURS, OWNERS, STRANGERS, Storm, Webhook
from tests.town import Town

WEBHOOKS = int(os.environ.get("PROOF_WEBHOOKS", "10000"))
SHARDS = 4
OVER_HTTP = 400
MESSAGE_TARGETS = ("to", "dst", "from", "src")


class Sky:
    """A town with many owners under a storm; counts what was answered."""

    def __init__(self, town: Town, valkey: redis.Redis, seed: int) -> None:
        self.town, self.valkey, self.codes = town, valkey, dict[str, list[str]]()
        self.storm = Storm(Random(seed), town.base, self._scan)
        self.seen: Counter[str] = Counter()

    async def furnish(self) -> None:
        for carrier in ("twilio", "plivo"):
            self.codes[carrier] = [
                await self.town.sticker(owner, carrier=carrier, second=STRANGERS[n]) for n, owner in enumerate(OWNERS)
            ]

    async def _scan(self, carrier: str) -> tuple[E164, str | None]:
        rng = self.storm.rng
        await self.valkey.flushdb()  # quotas have tests of their own
        for _ in range(5):
            self.town.clock.advance(timedelta(seconds=rng.choice([0, 3, 40])))
            try:
                visitor = Visitor(f"198.18.{rng.randrange(256)}.1", "", "en")
                way = await self.town.house.scans.start(
                    rng.choice(self.codes[carrier]), rng.choice(list(Reason)), visitor, None
                )
            except OwnerUnavailable:
                continue
            assert way.number is not None
            return way.number, way.extension
        raise AssertionError("every owner is unavailable")

    def judge(self, webhook: Webhook, status: int, text: str) -> None:
        """What must hold of every answer."""
        assert status in ((200,) if webhook.honest and webhook.listened else (200, 403, 404, 503)), (webhook, status)
        assert not webhook.honest or "something went wrong" not in text, webhook
        self.seen[str(status)] += 1
        rest = text
        if status == 200:
            xml = ElementTree.fromstring(text)
            assert xml.tag == "Response"
            for dial in xml.iter("Dial"):
                self.seen["Dial"] += 1
                assert "+" + (dial.get("callerId") or "").lstrip("+") in {number.value for number in OURS}
                (number,) = dial.findall("Number")
                assert "+" + (number.text or "").lstrip("+") in {number.value for number in (*OWNERS, *STRANGERS)}
                number.text = ""
            for message in xml.iter("Message"):
                self.seen["Message"] += 1
                for name in MESSAGE_TARGETS:
                    message.attrib.pop(name, None)
            self.seen.update(verb.tag for verb in xml if verb.tag in ("Gather", "GetDigits", "Reject"))
            self.storm.heard(webhook, _call_of(webhook), _addresses(xml))
            rest = ElementTree.tostring(xml, encoding="unicode")
        ours = {number.digits for number in OURS}
        people = {number.digits for number in (*OWNERS, *STRANGERS)} | (webhook.numbers - ours)
        for digits in people:
            assert digits[-10:] not in rest, "a number stands in an answer"


def _call_of(webhook: Webhook) -> str:
    form = dict(pair.split("=", 1) for pair in webhook.body.decode(errors="replace").split("&") if "=" in pair)
    return form.get("CallSid") or form.get("CallUUID") or "CA0"


def _addresses(xml: ElementTree.Element) -> list[str]:
    texts = [value for verb in xml.iter() for value in verb.attrib.values()]
    return [text for text in texts if text.startswith("http")]


@pytest.mark.parametrize("shard", range(SHARDS))
async def test_no_answer_tells_a_number_and_every_dial_shows_ours(town: Town, redis_url: str, shard: int):
    app = application(town)
    async with redis.Redis.from_url(redis_url) as valkey:
        sky = Sky(town, valkey, shard)
        await sky.furnish()
        for _ in range(WEBHOOKS // SHARDS):
            webhook = await sky.storm.next()
            asked = (webhook.method, webhook.url, webhook.headers, webhook.body)
            sky.judge(webhook, *await answered(app, *asked))

    least = WEBHOOKS // SHARDS // 50
    assert all(sky.seen[kind] > least for kind in ("Dial", "403", "Message", "200")), sky.seen
    assert sky.seen["Gather"] + sky.seen["GetDigits"] > least


async def test_nor_does_an_answer_over_the_wire(town: Town, redis_url: str):
    async with redis.Redis.from_url(redis_url) as valkey:
        sky = Sky(town, valkey, SHARDS)
        await sky.furnish()
        for _ in range(OVER_HTTP):
            webhook = await sky.storm.next()
            async with town.twilio.session.request(
                webhook.method, webhook.url, data=webhook.body, headers=webhook.headers
            ) as answer:
                text = await answer.text()
            sky.judge(
                webhook, answer.status, text if webhook.method != "HEAD" or answer.status != 200 else "<Response/>"
            )

    assert sky.seen["Dial"] > 10
