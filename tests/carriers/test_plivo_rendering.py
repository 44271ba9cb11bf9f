"""Plivo XML, against Plivo's own builder and its documentation."""

from xml.etree.ElementTree import canonicalize

from hypothesis import given
from plivo import plivoxml

from carriers.plivo import PlivoDialect
from core.e164 import E164
from tests.carriers.plans import DIALS, rendered
from tests.carriers.webhooks import OWNER, PROXY
from voice.plan import Dial, Gather, Hangup, Pause, Redirect, Reject, Reply, Say

RENDER = PlivoDialect().render
AT = "https://maskline.example/hooks/plivo/c/token"


def by_the_sdk(dial: Dial) -> str:
    """The same Dial made by Plivo's builder."""
    asks = {"confirm_sound": dial.whisper, "confirm_key": dial.accept_key, "confirm_timeout": 20}
    built = plivoxml.DialElement(
        caller_id=dial.show.digits,
        action=dial.done,
        timeout=dial.ring,
        time_limit=dial.talk,
        callback_url=dial.leg,
        digits_match_b_leg=dial.block_key,
        dial_music="real",
        **(asks if dial.whisper is not None else {}),
    )
    built.add(plivoxml.NumberElement(dial.to.digits))
    return canonicalize(plivoxml.ResponseElement().add(built).to_string(False))


@given(DIALS)
def test_a_dial_is_what_plivos_builder_makes(dial):
    assert canonicalize(RENDER((dial,)).decode()) == by_the_sdk(dial)


def test_the_other_verbs_are_what_plivos_builder_makes():
    digits = plivoxml.GetDigitsElement(action=f"{AT}/enter", num_digits=6, timeout=7, digit_timeout=7,
                                       finish_on_key="none", retries=1, redirect=True, log=False)  # fmt: skip
    digits.add(plivoxml.SpeakElement("Enter the six digits", language="en-GB"))
    digits.add(plivoxml.SpeakElement("छह अंक", language="hi-IN"))
    response = plivoxml.ResponseElement()
    for verb in (
        digits,
        plivoxml.RedirectElement(f"{AT}/enter"),
        plivoxml.SpeakElement("Nobody <&> answered", language="en-GB"),
        plivoxml.WaitElement(length=2),
        plivoxml.RedirectElement(f"{AT}/again?a=1&b=2"),
        plivoxml.HangupElement(),
        plivoxml.HangupElement(reason="busy"),
        plivoxml.MessageElement("Nobody reads <this> number 🚗", src=PROXY[1:], dst=OWNER[1:]),
    ):
        response.add(verb)
    ours = RENDER(
        (
            Gather((Say("Enter the six digits", "en"), Say("छह अंक", "hi")), 6, 7, f"{AT}/enter", secret=True),
            Say("Nobody <&> answered", "en"),
            Pause(2),
            Redirect(f"{AT}/again?a=1&b=2"),
            Hangup(),
            Reject(busy=True),
            Reply("Nobody reads <this> number 🚗", E164(OWNER), E164(PROXY)),
        )
    )

    assert canonicalize(ours.decode()) == canonicalize(response.to_string(False))


def test_silence_reaches_the_step_too():
    """After a GetDigits without keys Plivo goes on with the next element."""
    asked = rendered("plivo", Gather((), 1, 5, f"{AT}/enter"))

    assert [element.tag for element in asked] == ["GetDigits", "Redirect"]
    assert asked[0].get("action") == asked[1].text == f"{AT}/enter"


def test_secret_keys_stay_out_of_plivos_logs():
    assert rendered("plivo", Gather((), 4, 5, AT, secret=True))[0].get("log") == "false"
    assert rendered("plivo", Gather((), 4, 5, AT))[0].get("log") is None


def test_the_callee_accepts_with_one_key_only_where_there_is_a_whisper():
    dial = Dial(to=E164(OWNER), show=E164(PROXY), whisper=None, accept_key="1", done=AT, leg=AT, ring=22, talk=60)

    assert not {"confirmSound", "confirmKey", "confirmTimeout"} & set(rendered("plivo", dial)[0].attrib)


def test_a_refused_call_is_hung_up_before_it_is_answered():
    assert RENDER((Reject(),)) == b'<Response><Hangup reason="rejected"/></Response>'
    assert RENDER((Reject(busy=True),)) == b'<Response><Hangup reason="busy"/></Response>'
