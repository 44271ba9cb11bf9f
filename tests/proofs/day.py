"""A day of a sticker over one carrier: everything that happens to people's numbers, with all of them in every place."""

import contextlib
import re
from dataclasses import dataclass, field
from datetime import timedelta
from xml.etree import ElementTree

import aiohttp

from core.e164 import E164
from core.route import Reason
from exchange.signing import plivo_message_headers, plivo_nonce
from maskline import worker
from tests.carriers.vendor import Asked, Vendor
from tests.proofs.breaking import Broken
from tests.proofs.leaks import OTHER, OWNER, SECOND, STRANGER
from tests.town import COUNTRY, SHARED, TOKENS, Carrier, Town

_LEFT = "block", "tally", "outbox", "sticker_contact", "opt_out", "text_seen"
"""What would make the next day another: blocks, budgets, jobs that failed, and who agreed (they are asked anew)."""


def targets(vendor: Vendor, what: str) -> list[Asked]:
    """Requests to a carrier's REST API for a `Call` or a `Message`."""
    return [asked for asked in vendor.asked if asked.method == "POST" and f"/{what}" in asked.path]


@dataclass
class Day:
    """
    told: every answer and page, without the number that is to be dialled. dialled: those numbers. base: where the pages
    are served.
    """

    town: Town
    carrier: Carrier
    browser: aiohttp.ClientSession
    base: str
    vendor: Vendor
    told: list[str] = field(default_factory=list)
    dialled: set[str] = field(default_factory=set)
    code: str = ""

    async def dawns(self) -> None:
        """A new day, on which nobody is blocked and nothing is used up."""
        self.town.clock.advance(timedelta(hours=1))
        await self.town.house.limiter._client.flushdb()
        async with self.town.house.database.work() as conn:
            await conn.execute("; ".join(f"DELETE FROM {table}" for table in _LEFT))

    async def go(self) -> None:
        """Two people agree and one does not; a scan, missed calls, a call back, a talk, a block, texts and pages."""
        with contextlib.suppress(Broken):
            await self._agree()
        number = await self._scan()
        await self._missed(number)
        await self._back()
        await self._talk(number)
        await self._lost(number)
        await self._works()
        await self._notices()
        await self._texts()
        await self._works()

    async def _agree(self) -> None:
        """Owner and second contact are asked by phone and agree; somebody else is asked for another sticker."""
        desk = self.town.house.desk
        self.code, other = await desk.issue(self.town.tenant, 2, COUNTRY[self.carrier.name])
        for code, place, person, key in (
            (self.code, 1, OWNER, "1"),
            (self.code, 2, SECOND, "1"),
            (other, 1, OTHER, "2"),
        ):
            await desk.ask(code, person, place)
            await self._works()
            said = targets(self.vendor, "Call")[-1].said
            form = {"From": self._shared, "To": self._written(person), "Direction": "outbound-api"}
            call = self.carrier.new_call()
            asked = await self._post(said.get("Url") or said["answer_url"], call, form)
            await self._post(_action(asked), call, form | {"Digits": key})
            await self._post(said.get("StatusCallback") or said["hangup_url"], call, form | {"CallStatus": "completed"})

    async def _scan(self) -> str:
        """What the page dials."""
        await self._page("GET", f"/q/{self.code}")
        way = await self._page("POST", f"/q/{self.code}", reason=Reason.ACCIDENT.value)
        token = re.search(rf"/q/{self.code}/(s[\w-]+)", way)
        if token:
            await self._page("POST", f"/q/{self.code}/{token[1]}/message", message="accident-hit")
        await self._page("POST", f"/q/{self.code}/misuse", kind="pestered")
        number = re.search(r"tel:(\+\d+)", way)
        return number[1] if number else SHARED[self.carrier.name].value

    async def _missed(self, number: str) -> None:
        """Neither the owner nor the second contact picks up."""
        call, form = self.carrier.new_call(), self._from(STRANGER, number)
        rung = await self._post(self._hook("voice"), call, form | {"ForwardedFrom": self._written(OTHER)})
        await self._leg(_named(rung, "leg"), call, OWNER, CallStatus="ringing", DialAction="ringing")
        second = await self._post(_named(rung, "dialled"), call, form | _RESULT)
        await self._post(_named(second, "dialled"), call, form | _RESULT)
        await self._post(self._hook("ended"), call, form | {"CallStatus": "completed"})

    async def _back(self) -> None:
        """The owner calls back and lets the question for digits pass."""
        call, form = self.carrier.new_call(), self._from(OWNER, SHARED[self.carrier.name].value)
        asked = await self._post(self._hook("voice"), call, form)
        rung = await self._post(_action(asked), call, form | {"Digits": ""})
        await self._leg(_named(rung, "whisper"), call, STRANGER)
        await self._post(_named(rung, "dialled"), call, form | _RESULT)

    async def _talk(self, number: str) -> None:
        """The owner picks up, and blocks in the end."""
        call, form = self.carrier.new_call(), self._from(STRANGER, number)
        rung = await self._post(self._hook("voice"), call, form)
        whisper = await self._leg(_named(rung, "whisper"), call, OWNER)
        await self._leg(_action(whisper), call, OWNER, Digits="9")
        for action in ("connected", "digits", "hangup"):
            more = {"CallStatus": "in-progress", "DialAction": action, "DialDigitsPressedBy": "BLeg"}
            await self._leg(_named(rung, "leg"), call, OWNER, **more)
        await self._post(
            _named(rung, "dialled"), call, form | {"DialCallStatus": "completed", "DialStatus": "completed"}
        )
        await self._post(self._hook("ended"), call, form | {"CallStatus": "completed", "Duration": "9"})

    async def _lost(self, number: str) -> None:
        """Somebody who scanned nothing calls, and enters digits that lead nowhere."""
        call, form = self.carrier.new_call(), self._from(OTHER, number)
        asked = await self._post(self._hook("voice"), call, form)
        await self._post(_action(asked), call, form | {"Digits": "123456"})

    async def _texts(self) -> None:
        for place, (person, body) in enumerate(((OTHER, f"ring {STRANGER.value}"), (OWNER, "STOP"), (SECOND, "HELP"))):
            form = self._from(person, SHARED[self.carrier.name].value) | {"Body": body, "Text": body}
            name = f"{self.carrier.new_call()}{place}"
            if self.carrier.name == "twilio":
                await self._post(self._hook("text"), name, form | {"MessageSid": name})
                continue
            headers = plivo_message_headers(self._hook("text"), TOKENS["plivo"], plivo_nonce())
            form |= {"MessageUUID": name}
            async with self.carrier.session.post(self._hook("text"), data=form, headers=headers) as answer:
                self._keep(await answer.text())

    async def _works(self) -> None:
        """The worker, once what waits is due."""
        self.town.clock.advance(timedelta(seconds=4))
        with contextlib.suppress(Broken):
            await worker.drain(self.town.house)

    async def _notices(self) -> None:
        """Pages behind the texts of this day; the owner reads, answers, pauses, resumes, blocks and leaves."""
        texts = [str(asked.said.get("Body") or asked.said["text"]) for asked in targets(self.vendor, "Message")]
        for link in dict.fromkeys(re.findall(r"/me/n/[\w-]+", " ".join(texts[-4:]))):
            await self._page("GET", link)
            for action, form in (
                ("reply", {"reply": "five"}),
                ("pause", {}),
                ("resume", {}),
                ("block", {}),
                ("leave", {}),
            ):
                await self._page("POST", f"{link}/{action}", **form)

    async def _leg(self, url: str, call: str, callee: E164, **form: str) -> str:
        """A webhook about the callee's leg."""
        leg = {
            "From": self._shared, "To": self._written(callee), "Direction": "outbound-dial", "CallSid": f"CA{'f' * 32}",
            "ParentCallSid": call, "DialALegUUID": call, "DialBLegUUID": "b" * 36, "DialBLegTo": self._written(callee),
        }  # fmt: skip
        return await self._post(url, call, leg | form)

    async def _post(self, url: str, call: str, form: dict[str, str]) -> str:
        """A signed webhook. Where a broken layer has named no address, there is none to ask."""
        if not url:
            return ""
        plain = self.carrier._call(None, SHARED[self.carrier.name], call)
        return self._keep((await self.carrier.post(url, plain | form)).text)

    def _keep(self, text: str) -> str:
        if not text.startswith("<"):
            self.told.append(text)
            return text
        xml = ElementTree.fromstring(text)
        for verb in xml.iter():
            if verb.tag == "Number":
                self.dialled.add(f"+{(verb.text or '').removeprefix('+')}")
                verb.text = ""
            elif verb.tag == "Message":
                verb.attrib.pop("dst", None)
        self.told.append(ElementTree.tostring(xml, encoding="unicode"))
        return text

    async def _page(self, method: str, path: str, **form: str) -> str:
        async with self.browser.request(method, self.base + path, data=form or None) as answer:
            text = await answer.text()
        self.told += [text, str(answer.headers), *(str(each.url) for each in (*answer.history, answer))]
        return text

    def _from(self, caller: E164, to: str) -> dict[str, str]:
        return {"From": self._written(caller), "To": self._written(E164(to))}

    def _written(self, number: E164) -> str:
        return number.value if self.carrier.name == "twilio" else number.digits

    def _hook(self, event: str) -> str:
        return f"{self.carrier.base}/hooks/{self.carrier.name}/{event}"

    @property
    def _shared(self) -> str:
        return self._written(SHARED[self.carrier.name])


_RESULT = {"DialCallStatus": "no-answer", "DialStatus": "no-answer"}


def _action(xml: str) -> str:
    url = re.search(r'action="([^"]+)"', xml)
    return url[1] if url else ""


def _named(xml: str, kind: str) -> str:
    url = re.search(rf'"(http[^"]+/{kind}-\d[^"]*)"', xml)
    return url[1].partition("#")[0] if url else ""
