"""What we tell a carrier to do, in our words. A dialect renders a Plan; it adds nothing and leaves nothing out."""

from dataclasses import dataclass

from core.e164 import E164


@dataclass(frozen=True, slots=True)
class Say:
    """Speak `text` in `language` (BCP 47: "en", "hi")."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Silence of `seconds` (1-60)."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Gather:
    """
    Say `prompt`, take up to `digits` keys, and post them to `step` (an absolute URL), also when none came.

    timeout: seconds without a key before it posts (1-60). secret: keep the digits out of the carrier's own logs where
    it can.
    """

    prompt: tuple[Say, ...]
    digits: int
    timeout: int
    step: str
    secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial:
    """
    Ring `to`, showing `show` (always ours), and bridge once the callee accepts.

    whisper: URL of what the callee hears before accepting; None bridges at once. accept_key: the key that accepts,
    where the carrier itself waits for it (Plivo); None: the two are joined when the whisper ends. block_key: keys that
    the callee may press during the talk to block, where the carrier can listen for them. done: URL told when the dial
    is over. leg: URL told of the leg's states. ring and talk: seconds. As the first verb of an answer, the caller keeps
    hearing ringing until bridged.
    """

    to: E164
    show: E164
    whisper: str | None
    accept_key: str | None
    done: str
    leg: str
    ring: int
    talk: int
    block_key: str | None = None


@dataclass(frozen=True, slots=True)
class Redirect:
    """Ask `step` (an absolute URL) what to do next."""

    step: str


@dataclass(frozen=True, slots=True)
class Hangup:
    """End this leg."""


@dataclass(frozen=True, slots=True)
class Reject:
    """Refuse the call without answering it, so that nobody is billed. busy: sound busy, else "not in service"."""

    busy: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer an inbound text with `body`. to: who texted. show: our number that they texted."""

    body: str
    to: E164
    show: E164


Verb = Say | Pause | Gather | Dial | Redirect | Hangup | Reject | Reply
Plan = tuple[Verb, ...]
"""Verbs in order. The empty plan means "go on": bridge after a whisper, or nothing to say to a status event."""
