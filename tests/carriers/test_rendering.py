"""What both carriers are told, whatever the plan."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carriers import DIALECTS
from core.e164 import E164
from tests.carriers.plans import DIALS, PLANS, rendered
from voice.plan import Dial, Hangup, Pause, Redirect, Reply, Say

NUMBER = re.compile("[0-9]{7,}")


@pytest.mark.parametrize("carrier", DIALECTS)
def test_the_empty_plan_says_go_on(carrier):
    assert DIALECTS[carrier].render(()) == b"<Response/>"


@pytest.mark.parametrize("carrier", DIALECTS)
@given(plan=PLANS)
def test_no_number_stands_anywhere_but_as_dial_target_and_as_our_caller_id(carrier, plan):
    root = rendered(carrier, *plan)
    dials = [verb for verb in plan if isinstance(verb, Dial)]
    shown = [element.attrib.pop("callerId") for element in root.iter("Dial")]
    rung = [str(element.text) for element in root.iter("Number")]
    for element in root.iter("Number"):
        element.text = ""
    for element in root.iter("Message"):  # to whoever texted, from the number that they texted
        element.attrib.pop("src", "")
        element.attrib.pop("dst", "")

    assert [E164.wire(number) for number in shown] == [dial.show for dial in dials]
    assert [E164.wire(number) for number in rung] == [dial.to for dial in dials]
    for element in root.iter():
        everything = [element.text or "", element.tail or "", *element.attrib.values()]
        assert not any(NUMBER.search(told) for told in everything)


@pytest.mark.parametrize("carrier", DIALECTS)
@given(plan=PLANS)
def test_equal_plans_give_equal_bytes(carrier, plan):
    again = tuple(type(verb)(**{name: getattr(verb, name) for name in verb.__slots__}) for verb in plan)

    assert DIALECTS[carrier].render(plan) == DIALECTS[carrier].render(again)


@pytest.mark.parametrize("carrier", DIALECTS)
@given(words=st.text(max_size=40), dial=DIALS)
def test_any_text_survives_and_none_breaks_the_document(carrier, words, dial):
    """Characters that XML cannot hold are left out; everything else arrives as it was."""
    root = rendered(carrier, Say(words, "en"), Reply(words, dial.to, dial.show), Redirect(words), dial)
    legible = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", words)

    assert [element.text or "" for element in root][:3] == [legible] * 3
    assert root[3].get("action") == dial.done


@pytest.mark.parametrize("carrier", DIALECTS)
def test_attributes_keep_line_ends_and_quotes(carrier):
    step = "https://maskline.example/?a=\"1\"&b='2'\r\n\t<3>"
    dial = Dial(to=E164("+12025550120"), show=E164("+12025550101"), whisper=None, accept_key="1", done=step,
                leg=step, ring=22, talk=3600)  # fmt: skip

    assert rendered(carrier, dial)[0].get("action") == step


@pytest.mark.parametrize("carrier", DIALECTS)
def test_verbs_keep_their_order(carrier):
    root = rendered(carrier, Say("a", "en"), Pause(2), Say("b", "hi"), Hangup())
    speak, wait = ("Say", "Pause") if carrier == "twilio" else ("Speak", "Wait")

    assert [element.tag for element in root] == [speak, wait, speak, "Hangup"]
    assert root[1].attrib == {"length": "2"}


@pytest.mark.parametrize("carrier", DIALECTS)
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("en", "en-GB"), ("hi", "hi-IN"), ("en-IN", "en-IN"), ("hi-IN", "hi-IN"), ("fr-CA", "fr-FR"), ("tlh", None)],
)
def test_each_language_has_a_voice_that_the_carrier_has(carrier, ours, theirs):
    """A language that the carrier does not speak is left to its default voice."""
    assert rendered(carrier, Say("a", ours))[0].get("language") == theirs


@pytest.mark.parametrize("carrier", DIALECTS)
def test_the_answer_is_declared_as_what_it_is(carrier):
    assert DIALECTS[carrier].content_type == "application/xml"
    assert DIALECTS[carrier].name == carrier
