"""What neither vendor lets an application do for ever, or at all."""

from aiohttp import web

from tests.exchange.site import response


async def test_a_call_that_is_redirected_for_ever_is_stopped(desk, site, twilio_number, alice):
    site.answers |= {"/voice": response("<Redirect>/voice</Redirect>"), "/fallback": web.Response(status=500)}

    call = await alice.dials(twilio_number)
    await alice.hears("application error")
    await call.ended()

    assert desk.complaints[0].about == "more than 250 documents in one call"
    assert len(site.told("/voice")) == 250


async def test_a_plivo_call_that_is_redirected_for_ever_is_stopped(desk, site, plivo_number, alice):
    site.answers["/voice"] = response(f"<Redirect>{site.url('/voice')}</Redirect>")

    call = await alice.dials(plivo_number)
    await call.ended()

    assert site.told("/status")[0]["HangupCauseName"] == "Error Reaching Redirect URL"


async def test_an_answer_without_end_is_not_read_to_the_end(desk, site, plivo_number, alice):
    site.answers["/voice"] = web.Response(body=b"<Response>" + b" " * 200_000, content_type="application/xml")

    call = await alice.dials(plivo_number)
    await call.ended()

    assert desk.wire[0].note == "the answer is too large"


async def test_only_ten_numbers_ring_together(desk, site, twilio_number, alice):
    people = [f"+12125550{last}" for last in range(100, 112)]
    numbers = "".join(f"<Number>{person}</Number>" for person in people)
    site.answers["/voice"] = response(f'<Dial callerId="{twilio_number}">{numbers}</Dial>')

    await alice.dials(twilio_number)

    assert [desk.handset(person).state for person in people] == ["ringing"] * 10 + ["idle"] * 2
    assert desk.complaints[0].about == "Dial: more than 10 numbers"


async def test_a_number_of_the_desk_is_not_dialled_from_another(desk, site, twilio_number, alice):
    desk.number("+12025550150", carrier="twilio")
    dial = f'<Dial callerId="{twilio_number}" action="/end">+12025550150</Dial>'
    site.answers |= {"/voice": response(dial), "/end": response()}

    call = await alice.dials(twilio_number)
    await call.ended()

    assert site.told("/end")[0]["DialCallStatus"] == "busy"
    assert "a number of this desk" in desk.complaints[0].about


async def test_verbs_that_the_desk_does_not_run_are_named(desk, site, twilio_number, alice):
    site.answers |= {"/voice": response("<Record/>"), "/fallback": response("<Record/>")}

    await alice.dials(twilio_number)
    await alice.hears("application error")

    assert "Record is TwiML, but this exchange does not run it" in desk.complaints[0].about


async def test_digits_are_sent_to_whoever_answers(desk, site, twilio_number, alice, owner):
    dial = f'<Dial callerId="{twilio_number}"><Number sendDigits="ww12">{owner.number}</Number></Dial>'
    site.answers["/voice"] = response(dial)
    call = await alice.dials(twilio_number)

    await owner.answers()
    await call.bridged()

    assert owner.heard == ["ww12"]


async def test_a_plivo_call_may_send_a_text(desk, site, plivo_number, alice, owner):
    message = f'<Message src="{plivo_number}" dst="{owner.number}">Somebody called.</Message>'
    site.answers["/voice"] = response(message, "<Speak>Told.</Speak>")

    await alice.dials(plivo_number)
    await alice.hears("told")

    assert (await owner.receives("somebody")).from_ == plivo_number


async def test_music_is_played_to_the_waiting_caller(desk, site, plivo_number, alice, owner):
    dial = f'<Dial callerId="{plivo_number}" dialMusic="{site.url("/music")}"><Number>{owner.number}</Number></Dial>'
    site.answers |= {"/voice": response(dial), "/music": response("<Speak>Please wait.</Speak>")}

    await alice.dials(plivo_number)

    await alice.hears("please wait")


async def test_a_plain_text_answer_is_the_reply(desk, site, twilio_number, alice):
    site.answers["/text"] = web.Response(text="Thanks!", content_type="text/plain")

    await alice.texts(twilio_number, "Hello")

    assert (await alice.receives()).body == "Thanks!"


async def test_wrong_answers_to_texts_are_noted_and_silent(desk, site, twilio_number, alice):
    codes = []
    for answer in (
        web.Response(text="{}", content_type="application/json"), "<Response>", response("<Say>Hello</Say>"),
        response('<Message from="+12025550199">Hello</Message>'),
    ):  # fmt: skip
        site.answers["/text"] = answer
        await alice.texts(twilio_number, "Hello")
        codes.append(desk.complaints[-1].code)

    assert codes == ["12300", "12100", "12200", "14102"]
    assert alice.inbox == []


async def test_a_text_may_be_redirected_and_followed_up(desk, site, twilio_number, alice):
    site.answers |= {
        "/text": response("<Redirect>/next</Redirect>"),
        "/next": response('<Message action="/done">Reply.</Message>'),
        "/done": response(),
    }

    await alice.texts(twilio_number, "Hello")

    assert site.told("/done")[0]["MessageSid"] == (await alice.receives()).sid
