"""Plans made at random, and the XML that they become."""

from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring
from hypothesis import strategies as st

from carriers import DIALECTS
from core.e164 import E164
from voice.plan import Dial, Gather, Hangup, Pause, Plan, Redirect, Reject, Reply, Say

_LETTERS = st.characters(min_codepoint=0x20, exclude_categories=["Cs"], exclude_characters="0123456789")
_WORDS = st.text(_LETTERS, max_size=40)
_KEYS = st.sampled_from("0123456789*#")
NUMBERS = st.integers(0, 99).map(lambda n: E164(f"+120255501{n:02}"))
STEPS = st.text("abcxyz-_&='\"<>", max_size=12).map(lambda step: f"https://maskline.example/hooks/c/{step}")
SAYS = st.builds(Say, _WORDS, st.sampled_from(["en", "hi", "fr", "en-IN", "fr-CA", "ta", ""]))
SECONDS = st.integers(1, 60)
DIALS = st.builds(
    Dial,
    to=NUMBERS,
    show=NUMBERS,
    whisper=st.none() | STEPS,
    accept_key=_KEYS,
    done=STEPS,
    leg=STEPS,
    ring=SECONDS,
    talk=st.integers(1, 9999),
    block_key=st.none() | st.just("99"),
)
GATHERS = st.builds(
    Gather, st.lists(SAYS, max_size=3).map(tuple), st.integers(1, 9), SECONDS, STEPS, secret=st.booleans()
)
PLANS: st.SearchStrategy[Plan] = st.lists(
    SAYS
    | DIALS
    | GATHERS
    | st.builds(Pause, SECONDS)
    | st.builds(Redirect, STEPS)
    | st.builds(Hangup)
    | st.builds(Reject, st.booleans())
    | st.builds(Reply, _WORDS, NUMBERS, NUMBERS),
    max_size=5,
).map(tuple)


def rendered(carrier: str, *verbs: object) -> Element:
    """The Response of a plan, parsed."""
    root = fromstring(DIALECTS[carrier].render(tuple(verbs)), forbid_dtd=True)  # type: ignore[arg-type]
    assert isinstance(root, Element)
    return root
