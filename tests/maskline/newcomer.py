"""Somebody who tries the demo: a browser, and the handsets on the exchange's page, by what they send."""

import http.cookiejar
import json
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

from maskline import demo


class Browser:
    """Somebody with cookies, who follows links and presses buttons."""

    def __init__(self) -> None:
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def get(self, url: str) -> str:
        with self._opener.open(url, timeout=20) as answer:
            return str(answer.read().decode())

    def post(self, url: str, form: dict[str, str]) -> str:
        return self._send(url, urllib.parse.urlencode(form).encode(), "application/x-www-form-urlencoded")

    def post_json(self, url: str, said: dict[str, Any]) -> str:
        return self._send(url, json.dumps(said).encode(), "application/json")

    def events(self, url: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Server-sent events from now on, as they come. Ends where nothing has happened for a minute."""
        answer = self._opener.open(url, timeout=60)
        answer.readline()  # the greeting: it listens now
        return self._events(answer)

    def _events(self, answer: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        kind, heartbeats = "", 0
        with answer:
            for raw in answer:
                line = raw.decode().rstrip("\n")
                heartbeats = heartbeats + 1 if line.startswith(":") else heartbeats * (line == "")
                if line.startswith("event: "):
                    kind = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    yield kind, json.loads(line.removeprefix("data: "))
                elif heartbeats > 4:
                    return

    def _send(self, url: str, body: bytes, content_type: str) -> str:
        parts = urllib.parse.urlsplit(url)
        headers = {"Content-Type": content_type, "Origin": f"{parts.scheme}://{parts.netloc}"}
        with self._opener.open(urllib.request.Request(url, body, headers), timeout=20) as answer:
            return str(answer.read().decode())


class Handsets:
    """The exchange's page, by what it sends and receives."""

    def __init__(self, pages: dict[str, Any]) -> None:
        self._browser, self._url = Browser(), pages["exchange"]
        self._browser.get(pages["exchange_page"])
        self.listen()

    def listen(self) -> None:
        """Hears of what happens from now on."""
        self.news = self._browser.events(f"{self._url}/ui/events")

    def state(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self._browser.get(f"{self._url}/ui/state"))
        return told

    def act(self, number: str, act: str, **said: str) -> None:
        self._browser.post_json(f"{self._url}/ui/handsets/{urllib.parse.quote(number)}/{act}", said)

    def joined(self, carrier: str) -> None:
        """Returns once both hear each other: Twilio answers the caller then, Plivo tells the service."""
        if carrier == "twilio":
            self.until("handset", number=demo.STRANGER.number.value, state="talking")
        else:
            while self.until("wire", carrier="plivo")["request"]["params"].get("DialAction") != "connected":
                continue

    def until(self, kind: str, **like: object) -> dict[str, Any]:
        """The next event of a kind that looks so."""
        for found, told in self.news:
            if found == kind and all(told.get(name) == value for name, value in like.items()):
                return told
        raise AssertionError(f"no {kind} like {like} for a minute: {self.state()['handsets']}")
