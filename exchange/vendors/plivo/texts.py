"""
Texts through the Plivo account: in from handsets, out over REST or as a reply, and their delivery reports.

Source: plivo.com/docs/messaging/xml/request/messages and /docs/messaging/concepts. Plivo sends a messaging webhook
again 60, 120 and 240 s later until it is answered with 200.
"""

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from exchange.accounts import Hooks, Number, plus
from exchange.alphabet import parts
from exchange.fetch import Answer, Hook
from exchange.markup import MarkupError, read, words
from exchange.office import Office
from exchange.texts import Picture, Text
from exchange.timers import wait
from exchange.vendors.plivo.grammar import MESSAGING
from exchange.vendors.plivo.params import spelled

_AGAIN = (60, 120, 240)  # seconds
_RATE = 0.0055
_NO_ERROR, _UNREACHABLE, _NO_PICTURE = "000", "80", "110"  # plivo.com/docs/messaging/troubleshooting/error-codes


@dataclass(slots=True)
class PlivoTexts:
    """Carries texts between handsets and the account's numbers."""

    office: Office

    def receive(self, number: Number, from_: str, body: str, pictures: tuple[Picture, ...] = ()) -> Text:
        """Somebody texts a number of the account."""
        office = self.office
        text = Text(
            str(uuid.uuid4()), "plivo", from_, number.number, body, office.timers.now(), "inbound", "received",
            pictures=pictures,
        )  # fmt: skip
        office.texts.keep(text)
        office.crew.spawn(self._inbound(text, office.registry.hooks(number)), "plivo text")
        return text

    async def _inbound(self, text: Text, hooks: Hooks) -> None:
        if not hooks.text_url:
            return
        params = self._common(text) | {"Text": text.body, "Type": "sms", "MessageIntent": ""} | self._media(text)
        hook = Hook("plivo", "text", hooks.text_method, hooks.text_url, params, text.sid)
        answer = await self._insist(hook, asyncio.Lock())
        if answer is not None and answer.body.strip():
            self._reply(text, answer)

    async def _insist(self, hook: Hook, turn: asyncio.Lock) -> Answer | None:
        """Send until it is answered with 200; None once Plivo gives up. turn: held during each attempt."""
        for pause in (0, *_AGAIN):
            await wait(self.office.timers, pause)
            async with turn:
                outcome = await self.office.messenger.send(hook)
            if isinstance(outcome, Answer) and outcome.status == 200:
                return outcome
            about = outcome.about if not isinstance(outcome, Answer) else f"HTTP {outcome.status} is not 200"
            self._complain(f"{hook.url}: {about}", hook.call_id)
        return None

    def _reply(self, text: Text, answer: Answer) -> None:
        """Send what the answer asks for; an answer that is not XML asks for nothing."""
        if "xml" not in answer.content_type:
            return
        try:
            root, flaws = read(answer.body, MESSAGING)
        except MarkupError as problem:
            self._complain(str(problem), text.sid)
            return
        for flaw in flaws:
            self._complain(flaw.about, text.sid)
        for verb in root:
            if verb.tag != "Message":
                continue
            source, target = plus(verb.get("src", text.to)), plus(verb.get("dst", text.from_))
            if self.office.registry.held("plivo", source) is None:
                self._complain("Message: src is no number of this account", text.sid)
                continue
            self.send(source, target, words(verb), verb.get("callbackUrl", ""), "outbound-reply")

    def send(
        self, source: str, target: str, body: str, status_url: str, direction: str = "outbound-api",
        media: Sequence[str] = (),
    ) -> Text:  # fmt: skip
        """
        Send a text from a number of the account; it moves on to sent and delivered by itself.

        media: where its pictures are fetched from.
        """
        office = self.office
        text = Text(str(uuid.uuid4()), "plivo", source, target, body, office.timers.now(), direction, "queued")
        office.texts.keep(text)
        office.crew.spawn(self._outbound(text, status_url, media), "plivo text")
        return text

    async def _outbound(self, text: Text, status_url: str, media: Sequence[str]) -> None:
        office = self.office
        pictures = await office.messenger.pictures("plivo", media, text.sid)
        if pictures is None:
            fate, error = "failed", _NO_PICTURE
        elif office.texts.deliver(office.texts.keep(replace(text, pictures=pictures))):
            fate, error = "delivered", _NO_ERROR
        else:
            fate, error = "undelivered", _UNREACHABLE
        way = (("queued", _NO_ERROR), ("sent", _NO_ERROR), (fate, error))
        hooks = [
            Hook("plivo", "text", "POST", status_url, self._status_params(text, status, code), text.sid)
            for status, code in way
            if office.texts.move(text.sid, status, code if code != _NO_ERROR else "") is not None and status_url
        ]
        if office.faults["plivo"].reorder:
            hooks.reverse()
        turn = asyncio.Lock()
        for hook in hooks:
            office.crew.spawn(self._report(hook, turn), "plivo delivery report")

    async def _report(self, hook: Hook, turn: asyncio.Lock) -> None:
        await self._insist(hook, turn)

    def _status_params(self, text: Text, status: str, error: str) -> dict[str, str]:
        known = {"Status": status, "ErrorCode": error, "MCC": "310", "MNC": "004", "PartInfo": "1 of 1"}
        return self._common(text) | known

    def _common(self, text: Text) -> dict[str, str]:
        units = parts(text.body)
        return {
            "From": spelled(self.office, text.from_),
            "To": spelled(self.office, text.to),
            "MessageUUID": text.sid,
            "Units": str(units),
            "TotalRate": f"{_RATE:.5f}",
            "TotalAmount": f"{_RATE * units:.5f}",
        }

    def _media(self, text: Text) -> dict[str, str]:
        """What an MMS has beside a text. Plivo itself keeps pictures at media.plivo.com."""
        if not text.pictures:
            return {}
        base = f"{self.office.texts.home}/v1/Account/{self.office.plivo.auth_id}/Media/{text.sid}"
        at = {f"Media{place}": f"{base}/{place:x}/" for place in range(len(text.pictures))}
        return {"Type": "mms", "MediaCount": str(len(text.pictures)), **at}

    def _complain(self, about: str, sid: str) -> None:
        self.office.log.complain("plivo", "", about, sid)
