"""TwiML, against Twilio's own builder and its documentation."""

from xml.etree.ElementTree import canonicalize

from hypothesis import given
from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import Dial as TwimlDial
from twilio.twiml.voice_response import Gather as TwimlGather
from twilio.twiml.voice_response import VoiceResponse

from carriers.twilio import TwilioDialect
from core.e164 import E164
from tests.carriers.plans import DIALS, rendered
from tests.carriers.webhooks import OWNER, PROXY
from voice.plan import Dial, Gather, Hangup, Pause, Redirect, Reject, Reply, Say

RENDER = TwilioDialect().render
AT = "https://maskline.example/hooks/twilio/c/token"
DIAL = Dial(to=E164(OWNER), show=E164(PROXY), whisper=f"{AT}/whisper", accept_key="1", done=f"{AT}/dialled",
            leg=f"{AT}/leg#rc=5&rp=ct,rt,5xx", ring=22, talk=3600, block_key="99")  # fmt: skip


def by_the_sdk(dial: Dial) -> str:
    """The same Dial made by Twilio's builder."""
    built = TwimlDial(caller_id=dial.show.value, answer_on_bridge=True, timeout=dial.ring, time_limit=dial.talk,
                      action=dial.done)  # fmt: skip
    built.number(dial.to.value, url=dial.whisper, status_callback=dial.leg,
                 status_callback_event="ringing answered completed")  # fmt: skip
    response = VoiceResponse()
    response.append(built)
    return canonicalize(response.to_xml(xml_declaration=False))


@given(DIALS)
def test_a_dial_is_what_twilios_builder_makes(dial):
    assert canonicalize(RENDER((dial,)).decode()) == by_the_sdk(dial)


def test_the_other_verbs_are_what_twilios_builder_makes():
    gather = TwimlGather(num_digits=6, timeout=7, action=f"{AT}/enter", finish_on_key="", action_on_empty_result=True)
    gather.say("Enter the six digits", language="en-GB", voice="Polly.Amy")
    gather.say("छह अंक", language="hi-IN", voice="Polly.Aditi")
    response = VoiceResponse()
    response.append(gather)
    response.say("Nobody <&> answered", language="en-GB", voice="Polly.Amy")
    response.pause(length=2)
    response.redirect(f"{AT}/again?a=1&b=2")
    response.hangup()
    response.reject(reason="busy")
    ours = RENDER(
        (
            Gather((Say("Enter the six digits", "en"), Say("छह अंक", "hi")), 6, 7, f"{AT}/enter", secret=True),
            Say("Nobody <&> answered", "en"),
            Pause(2),
            Redirect(f"{AT}/again?a=1&b=2"),
            Hangup(),
            Reject(busy=True),
        )
    )

    assert canonicalize(ours.decode()) == canonicalize(response.to_xml(xml_declaration=False))


def test_a_reply_is_what_twilios_builder_makes():
    response = MessagingResponse()
    response.message("Nobody reads <this> number 🚗")

    ours = RENDER((Reply("Nobody reads <this> number 🚗", E164(OWNER), E164(PROXY)),)).decode()

    assert canonicalize(ours) == canonicalize(response.to_xml(xml_declaration=False))


def test_the_caller_keeps_ringing_only_where_the_dial_comes_first():
    first, later = rendered("twilio", DIAL)[0], rendered("twilio", Say("One moment", "en"), DIAL)[1]

    assert first.get("answerOnBridge") == "true"
    assert later.get("answerOnBridge") is None
    assert later.get("callerId") == PROXY


def test_without_a_whisper_the_callee_is_joined_at_once():
    bare = Dial(to=E164(OWNER), show=E164(PROXY), whisper=None, accept_key="1", done=AT, leg=AT, ring=22, talk=60)

    assert rendered("twilio", bare)[0][0].get("url") is None


def test_a_refused_call_is_rejected_before_it_is_answered():
    assert RENDER((Reject(),)) == b'<Response><Reject reason="rejected"/></Response>'
    assert RENDER((Reject(busy=True),)) == b'<Response><Reject reason="busy"/></Response>'
