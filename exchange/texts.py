"""Text messages as the desk keeps them, and which people have opted out of which number."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from exchange.bus import Bus

STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
"""Twilio's default list (help.twilio.com/articles/223134027); START, YES and UNSTOP take it back."""
_START_WORDS = frozenset({"START", "YES", "UNSTOP"})


MOST_PICTURES = 10
"""With one message, at both vendors."""
_MAGIC = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"GIF8", "image/gif"))


@dataclass(frozen=True, slots=True)
class Picture:
    """What goes with a message. kind: its media type."""

    kind: str
    content: bytes = field(repr=False)


def kind_of(content: bytes) -> str:
    """The media type, by how the content begins."""
    return next((kind for magic, kind in _MAGIC if content.startswith(magic)), "application/octet-stream")


@dataclass(frozen=True, slots=True)
class Text:
    """
    One message. status: received, queued, sent, delivered, undelivered or failed. direction: inbound,
    outbound-api or outbound-reply. from_ and to are E.164.
    """

    sid: str
    carrier: str
    from_: str
    to: str
    body: str
    at: datetime
    direction: str
    status: str
    error_code: str = ""
    pictures: tuple[Picture, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {"from": self.from_, "to": self.to, "body": self.body, "at": self.at.isoformat(timespec="seconds")}


@dataclass(slots=True)
class TextStore:
    """
    Every text of this run by its id, oldest first. home: where both vendors' REST listens. words_only: numbers of ours
    that can send no pictures.
    """

    bus: Bus
    texts: dict[str, Text] = field(default_factory=dict)
    inboxes: dict[str, list[Text]] = field(default_factory=dict)
    out_of_reach: set[str] = field(default_factory=set)
    words_only: set[str] = field(default_factory=set)
    home: str = ""
    _opted_out: set[tuple[str, str]] = field(default_factory=set)

    def keep(self, text: Text) -> Text:
        self.texts[text.sid] = text
        self.bus.stir()
        return text

    def move(self, sid: str, status: str, error_code: str = "") -> Text | None:
        """The text in its new status; None if it was deleted meanwhile."""
        text = self.texts.get(sid)
        return None if text is None else self.keep(replace(text, status=status, error_code=error_code))

    def deliver(self, text: Text) -> bool:
        """The text appears at its handset, unless that is out of reach. Returns whether it did."""
        if text.to in self.out_of_reach:
            return False
        self.inboxes.setdefault(text.to, []).append(text)
        self.bus.publish("text", text.as_json())
        return True

    def picture(self, carrier: str, sid: str, place: str) -> Picture | None:
        """One picture of a message that came in. place: counted from 0, in hexadecimal."""
        text = self.texts.get(sid)
        try:
            at = int(place, 16)
        except ValueError:
            return None
        if text is None or text.carrier != carrier or not 0 <= at < len(text.pictures):
            return None
        return text.pictures[at]

    def heed(self, person: str, number: str, body: str) -> str:
        """Note an opt-out keyword; "STOP", "START", "HELP" or ""."""
        word = body.strip().upper()
        if word in STOP_WORDS:
            self._opted_out.add((person, number))
            return "STOP"
        if word in _START_WORDS:
            self._opted_out.discard((person, number))
            return "START"
        return "HELP" if word in ("HELP", "INFO") else ""

    def opted_out(self, person: str, number: str) -> bool:
        return (person, number) in self._opted_out
