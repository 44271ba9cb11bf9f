"""
Plivo XML at work on one leg of a call.

Source: plivo.com/docs/voice/xml. Plivo speaks no apology: an answer that cannot be had or read ends the call with a
hang-up cause (7011 the answer URL cannot be reached, 8011 its XML is invalid, 7012 and 8012 for an action URL).
"""

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from exchange.accounts import plus
from exchange.fetch import Answer, Hook, Outcome
from exchange.legs import Leg, LegState, Steer
from exchange.markup import Grammar, MarkupError, Page, flag, number, read, words
from exchange.office import Office
from exchange.script import ApplicationError, Collected, Collecting, LegOver, Prompt, Script, Steered
from exchange.vendors.plivo.dial import dial
from exchange.vendors.plivo.grammar import NOT_RUN, VOICE
from exchange.vendors.plivo.params import call_params
from exchange.vendors.plivo.texts import PlivoTexts

_XML_TYPES = ("text/xml", "application/xml")
_MOST_PAGES = 250


class PlivoScript(Script):
    """Runs documents on a leg until they end, the person hangs up, or one cannot be had."""

    def __init__(
        self, office: Office, leg: Leg, *, fallback: tuple[str, str] = ("", "POST"), texts: PlivoTexts | None = None
    ) -> None:
        super().__init__(office, leg)
        self.fallback = fallback
        self.texts = texts
        self._pages = 0

    async def run(self, first: Steer) -> bool:
        """Run from the answer URL; True if the XML came to its end with the person still on the line."""
        try:
            await self._run_all(first)
        except LegOver:
            return False
        except ApplicationError as problem:
            self.office.switch.hear(self.leg, f"The call ends: {problem}", "system")
            self.office.switch.end(self.leg, "failed", "carrier", str(problem))
            return False
        return True

    async def _run_all(self, first: Steer) -> None:
        steer: Steer | None = first
        what = "Answer"
        while steer is not None:
            try:
                page: Page | None = await self._first(steer, what)
                while page is not None:
                    page = await self._run_page(page)
                steer = None
            except Steered as steered:
                steer, what = steered.to, "Redirect"

    async def _first(self, steer: Steer, what: str) -> Page:
        event = "StartApp" if what == "Answer" else "Redirect"
        try:
            return await self.fetch(steer.url, steer.method, {}, what, event)
        except ApplicationError:
            url, method = self.fallback
            if what != "Answer" or not url:
                raise
            return await self.fetch(url, method, {}, what, event)

    async def fetch(
        self, url: str, method: str, more: Mapping[str, str], what: str = "Action", event: str = "Redirect"
    ) -> Page:
        """Ask a URL for XML. what: Answer, Action or Redirect. Raises ApplicationError, LegOver."""
        self._pages += 1
        if self._pages > _MOST_PAGES:
            self.complain("", f"more than {_MOST_PAGES} documents in one call")
            raise ApplicationError(f"Error Reaching {what} URL")
        outcome = await self.ask(url, method, more, event)
        if self.leg.over:
            raise LegOver
        if not isinstance(outcome, Answer):
            self.complain("", f"{url}: {outcome.about}")
            raise ApplicationError(f"Error Reaching {what} URL")
        try:
            return self.understand(url, outcome, VOICE)
        except MarkupError as problem:
            self.complain("", f"{url}: {problem}")
            raise ApplicationError(f"Invalid {what} XML") from problem

    async def ask(self, url: str, method: str, more: Mapping[str, str], event: str) -> Outcome:
        """Call a URL with this call's parameters."""
        params = call_params(self.office, self.leg, event) | dict(more)
        return await self.office.messenger.send(Hook("plivo", "voice", method, url, params, self.leg.call_id))

    def understand(self, url: str, answer: Answer, grammar: Grammar) -> Page:
        """The document in an answer. Raises MarkupError, also for an element that the grammar does not have."""
        kind = answer.content_type.partition(";")[0].strip().lower()
        if kind not in _XML_TYPES:
            raise MarkupError(f"the content type {kind or '(none)'} is not XML", content_type=True)
        root, flaws = read(answer.body, grammar)
        for flaw in flaws:
            self.complain("", f"{url}: {flaw.about}")
            if flaw.unknown_element and grammar is VOICE:
                raise MarkupError(flaw.about)
        return Page(url, tuple(verb for verb in root if verb.tag in grammar.verbs))

    def complain(self, code: str, about: str) -> None:
        self.office.log.complain("plivo", code, about, self.leg.call_id)

    def absolute(self, url: str, what: str = "Action") -> str:
        """Plivo asks for fully qualified URLs and does not resolve others. Raises ApplicationError."""
        if not url.startswith(("http://", "https://")):
            self.complain("", f"{url!r} is not a fully qualified URL")
            raise ApplicationError(f"Error Reaching {what} URL")
        return url

    async def _run_page(self, page: Page) -> Page | None:
        for verb in page.verbs:
            if self.leg.over:
                raise LegOver
            following = await self._run_verb(verb, early=False)
            if following is not None:
                return following
        return None

    async def _run_verb(self, verb: Element, early: bool) -> Page | None:
        """Run one element; early: inside PreAnswer, where the call is not answered and not billed."""
        if verb.tag in NOT_RUN:
            self.complain("", f"{verb.tag} is Plivo XML, but this exchange does not run it")
            raise ApplicationError("Invalid Answer XML")
        if verb.tag == "PreAnswer":
            return await self._pre_answer(verb)
        if not early and verb.tag not in ("Hangup", "Redirect", "Message") and self.leg.direction == "inbound":
            self.office.switch.answer(self.leg)
        if verb.tag == "Dial":
            return await dial(self, verb)
        if verb.tag in ("GetDigits", "GetInput"):
            return await self._get_digits(verb)
        if verb.tag == "Redirect":
            url = self.absolute(words(verb), "Redirect")
            return await self.fetch(url, verb.get("method", "POST"), {}, "Redirect")
        if verb.tag == "Hangup":
            self._hang_up(verb)
        elif verb.tag == "Message":
            self._message(verb)
        else:
            for prompt in self.prompts(verb):
                await self.play(prompt)
        return None

    async def _pre_answer(self, verb: Element) -> Page | None:
        for child in verb:
            following = await self._run_verb(child, early=True)
            if following is not None:
                return following
        return None

    def _hang_up(self, verb: Element) -> None:
        """Raises LegOver, unless the hang-up is scheduled for later."""
        switch, later = self.office.switch, number(verb, "schedule", 0)
        if later > 0:
            self.office.timers.after(later, lambda: switch.end(self.leg, "completed", "carrier", "scheduled"))
            return
        reason = verb.get("reason", "")
        if self.leg.state is LegState.RINGING and reason in ("rejected", "busy"):
            switch.hear(self.leg, "busy tone" if reason == "busy" else "call rejected", "tone")
            switch.end(self.leg, "busy", "carrier", "refused busy" if reason == "busy" else "refused")
        else:
            switch.end(self.leg, "failed", "carrier", "Hangup")
        raise LegOver

    def _message(self, verb: Element) -> None:
        if self.texts is not None:
            source, target = plus(verb.get("src", "")), plus(verb.get("dst", ""))
            self.texts.send(source, target, words(verb), verb.get("callbackUrl", ""), "outbound-reply")

    def prompts(self, verb: Element) -> list[Prompt]:
        """What a Speak, Play, Wait or DTMF lets the person hear; a loop of 0 (for ever) is held at 100."""
        if verb.tag == "Wait":
            return [Prompt("pause", seconds=number(verb, "length", 1))]
        if verb.tag == "DTMF":
            return [Prompt("tone", words(verb))]
        times = int(number(verb, "loop", 1, 0, 100)) or 100
        kind = "say" if verb.tag == "Speak" else "play"
        return [Prompt(kind, words(verb), verb.get("language", "en-US"))] * times

    async def _get_digits(self, verb: Element) -> Page | None:
        """GetDigits, and GetInput as far as keys go."""
        got = await self._tries(verb)
        action = verb.get("action")
        if got is None or not action:
            return None
        told = {"Digits": got.digits} | ({"InputType": "dtmf"} if verb.tag == "GetInput" else {})
        url, method = self.absolute(action), verb.get("method", "POST")
        if flag(verb, "redirect", True):
            return await self.fetch(url, method, told)
        await self.ask(url, method, told, "GetDigits")
        return None

    async def _tries(self, verb: Element) -> Collected | None:
        prompts = [prompt for child in verb for prompt in self.prompts(child)]
        finish = verb.get("finishOnKey", "#").replace("none", "")
        if verb.tag == "GetInput":
            first, between = number(verb, "executionTimeout", 15, 5, 60), number(verb, "digitEndTimeout", 2, 2, 10)
            most, tries = int(number(verb, "numDigits", 32, 1, 32)), 1
        else:
            first, between = number(verb, "timeout", 5, 1), number(verb, "digitTimeout", 2, 1)
            most, tries = int(number(verb, "numDigits", 99, 1, 99)), int(number(verb, "retries", 1, 1, 20))
        valid = verb.get("validDigits", "0123456789*#")
        for _ in range(tries):
            got = await self.collect(prompts, Collecting(first, between, most, finish))
            if got.digits and set(got.digits) <= set(valid):
                return got
            if got.digits and verb.get("invalidDigitsSound"):
                await self.play(Prompt("play", verb.get("invalidDigitsSound", "")))
        return None
