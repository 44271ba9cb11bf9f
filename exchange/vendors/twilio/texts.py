"""
Texts through the Twilio account: in from handsets, out over REST or as a reply, and their status callbacks.

Source: twilio.com/docs/messaging/twiml, /docs/messaging/guides/outbound-message-status-in-status-callbacks, and the
default opt-out words (help.twilio.com/articles/223134027).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from exchange.accounts import Hooks, Number, new_sid, plus
from exchange.alphabet import parts
from exchange.fetch import Answer, Hook
from exchange.markup import MarkupError, Page, read, words
from exchange.office import Office
from exchange.reporting import Reports
from exchange.texts import Picture, Text
from exchange.vendors.twilio.grammar import MESSAGING
from exchange.vendors.twilio.params import geography

_XML_TYPES = ("text/xml", "application/xml", "text/html")
_MOST_PAGES = 20
_UNREACHABLE, _NO_PICTURE = "30003", "11200"
_REPLIES = {
    "STOP": "You have successfully been unsubscribed. You will not receive any more messages from this number. "
    "Reply START to resubscribe.",
    "START": "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
    "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
    "HELP": "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}


@dataclass(slots=True)
class TwilioTexts:
    """Carries texts between handsets and the account's numbers."""

    office: Office

    def receive(self, number: Number, from_: str, body: str, pictures: tuple[Picture, ...] = ()) -> Text:
        """Somebody texts a number of the account."""
        office = self.office
        text = office.texts.keep(
            Text(
                new_sid("MM" if pictures else "SM"), "twilio", from_, number.number, body, office.timers.now(),
                "inbound", "received", pictures=pictures,
            )
        )  # fmt: skip
        word = office.texts.heed(from_, number.number, body)
        if word:
            self._auto_reply(text, _REPLIES[word])
        office.crew.spawn(self._inbound(text, office.registry.hooks(number)), "twilio text")
        return text

    def _auto_reply(self, text: Text, body: str) -> None:
        """Twilio's own answer to an opt-out word."""
        reply = Text(new_sid("SM"), "twilio", text.to, text.from_, body, text.at, "outbound-reply", "delivered")
        self.office.texts.deliver(self.office.texts.keep(reply))

    async def _inbound(self, text: Text, hooks: Hooks) -> None:
        if not hooks.text_url:
            return
        page = await self._ask(text, hooks.text_url, hooks.text_method, {})
        if page is None and hooks.text_fallback_url:
            page = await self._ask(text, hooks.text_fallback_url, hooks.text_fallback_method, {"ErrorCode": "11200"})
        for _ in range(_MOST_PAGES):
            if page is None:
                return
            page = await self._run(text, page)

    async def _ask(self, text: Text, url: str, method: str, more: Mapping[str, str]) -> Page | None:
        """The TwiML at a URL. None, with a complaint, if it cannot be had: a text's sender hears nothing of it."""
        params = self._params(text) | dict(more)
        outcome = await self.office.messenger.send(Hook("twilio", "text", method, url, params, text.sid))
        if not isinstance(outcome, Answer):
            self._complain("11205" if outcome.why == "ct" else "11200", f"{url}: {outcome.about}", text)
            return None
        return self._understand(text, url, outcome)

    def _understand(self, text: Text, url: str, answer: Answer) -> Page | None:
        kind = answer.content_type.partition(";")[0].strip().lower()
        if not answer.body.strip():
            return Page(url, ())
        if kind == "text/plain":
            message = Element("Message")
            message.text = answer.body.decode("utf-8", "replace")
            return Page(url, (message,))
        if kind not in _XML_TYPES:
            self._complain("12300", f"{url}: the content type {kind or '(none)'} is not XML", text)
            return None
        try:
            root, flaws = read(answer.body, MESSAGING)
        except MarkupError as problem:
            self._complain("12100", f"{url}: {problem}", text)
            return None
        for flaw in flaws:
            self._complain("12200", f"{url}: {flaw.about}", text)
        return Page(url, tuple(verb for verb in root if verb.tag in MESSAGING.verbs))

    async def _run(self, text: Text, page: Page) -> Page | None:
        for verb in page.verbs:
            if verb.tag == "Redirect":
                return await self._ask(text, page.absolute(words(verb)), verb.get("method", "POST"), {})
            sent = self._reply(text, page, verb)
            if sent is not None and verb.get("action"):
                told = {"MessageSid": sent.sid, "SmsSid": sent.sid, "MessageStatus": sent.status}
                return await self._ask(text, page.absolute(verb.get("action", "")), verb.get("method", "POST"), told)
        return None

    def _reply(self, text: Text, page: Page, verb: Element) -> Text | None:
        body = verb.find("Body")
        content = words(body) if body is not None else " ".join((verb.text or "").split())
        source, target = plus(verb.get("from", text.to)), plus(verb.get("to", text.from_))
        if self.office.registry.held("twilio", source) is None:
            self._complain("14102", "Message: from is no number of this account", text)
            return None
        if self.office.texts.opted_out(target, source):
            self._complain("21610", "Message to a person who has opted out", text)
            return None
        callback = verb.get("statusCallback", "")
        return self.send(source, target, content, page.absolute(callback) if callback else "", "outbound-reply")

    def send(
        self, source: str, target: str, body: str, status_url: str, direction: str = "outbound-api",
        media: Sequence[str] = (),
    ) -> Text:  # fmt: skip
        """
        Send a text from a number of the account; it moves on to sent and delivered by itself.

        media: where its pictures are fetched from.
        """
        office = self.office
        text = Text(
            new_sid("MM" if media else "SM"), "twilio", source, target, body, office.timers.now(), direction, "queued"
        )
        office.texts.keep(text)
        office.crew.spawn(self._outbound(text, status_url, media), "twilio text")
        return text

    async def _outbound(self, text: Text, status_url: str, media: Sequence[str]) -> None:
        reports, pictures = Reports(self.office), await self.office.messenger.pictures("twilio", media, text.sid)
        if pictures is None:
            fate, error = "failed", _NO_PICTURE
        elif self.office.texts.deliver(self.office.texts.keep(replace(text, pictures=pictures))):
            fate, error = "delivered", ""
        else:
            fate, error = "undelivered", _UNREACHABLE
        for status in ("queued", "sent", fate):
            code = error if status == fate else ""
            if self.office.texts.move(text.sid, status, code) is not None and status_url:
                params = self._status_params(text, status) | ({"ErrorCode": code} if code else {})
                hook = Hook("twilio", "text", "POST", status_url, params, text.sid)
                reports.send(hook, last=status == fate)
        reports.flush()

    def _status_params(self, text: Text, status: str) -> dict[str, str]:
        return {
            "MessageSid": text.sid,
            "SmsSid": text.sid,
            "MessageStatus": status,
            "SmsStatus": status,
            "To": text.to,
            "From": text.from_,
            "AccountSid": self.office.twilio.account_sid,
            "ApiVersion": "2010-04-01",
        }

    def _params(self, text: Text) -> dict[str, str]:
        return {
            "MessageSid": text.sid,
            "SmsSid": text.sid,
            "SmsMessageSid": text.sid,
            "AccountSid": self.office.twilio.account_sid,
            "From": text.from_,
            "To": text.to,
            "Body": text.body,
            "NumMedia": str(len(text.pictures)),
            "NumSegments": str(parts(text.body)),
            "SmsStatus": "received",
            "ApiVersion": "2010-04-01",
            **self._media(text),
            **geography("From", text.from_),
            **geography("To", text.to),
        }

    def _media(self, text: Text) -> dict[str, str]:
        base = (
            f"{self.office.texts.home}/2010-04-01/Accounts/{self.office.twilio.account_sid}/Messages/{text.sid}/Media"
        )
        told: dict[str, str] = {}
        for place, picture in enumerate(text.pictures):
            told |= {f"MediaUrl{place}": f"{base}/ME{place:032x}", f"MediaContentType{place}": picture.kind}
        return told

    def _complain(self, code: str, about: str, text: Text) -> None:
        self.office.log.complain("twilio", code, about, text.sid)
