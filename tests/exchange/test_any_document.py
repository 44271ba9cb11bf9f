"""Whatever an application answers and people do, the desk does not break and every call comes to an end."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange import Exchange
from tests.exchange.site import response

PEOPLE = ("+12025550101", "+12025550102", "+12025550103")
PROXY = "+12025550123"
CONFIRMED = (
    f"<Dial callerId='{PROXY}' action='BASE/next' timeout='9' confirmSound='BASE/next' confirmKey='1' "
    f"confirmTimeout='9' callbackUrl='BASE/next' timeLimit='30'><Number>{PEOPLE[1]}</Number></Dial>"
)
TWIML = (
    "<Say>Hello.</Say>", "<Pause length='3'/>", "<Play>http://127.0.0.1/a.mp3</Play>", "<Redirect>/next</Redirect>",
    "<Gather numDigits='1' action='/next'><Say>Press.</Say></Gather>", "<Hangup/>", "<Reject/>", "<Shout/>",
    f"<Dial callerId='{PROXY}' action='/next' timeout='9'><Number url='/next'>{PEOPLE[1]}</Number></Dial>",
    f"<Dial answerOnBridge='true' timeLimit='30'>{PEOPLE[2]}</Dial>", "<Dial callerId='x'>1</Dial>",
)  # fmt: skip
PLIVO = (
    "<Speak>Hello.</Speak>", "<Wait length='3'/>", "<Redirect>BASE/next</Redirect>", "<Hangup schedule='5'/>",
    "<GetDigits numDigits='1' action='BASE/next'><Speak>Press.</Speak></GetDigits>", "<Hangup reason='busy'/>",
    f"<Dial timeout='9' timeLimit='30'><Number>{PEOPLE[2]}</Number><Number>1</Number></Dial>", "<Shout/>", CONFIRMED,
    "<PreAnswer><Speak>Soon.</Speak></PreAnswer>",
)  # fmt: skip
DEEDS = ("answers", "declines", "hangs up", "presses", "time passes")


def documents(verbs: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    one = st.lists(st.sampled_from(verbs), max_size=3).map(lambda some: response(*some))
    return st.lists(one, min_size=1, max_size=4)


def deeds() -> st.SearchStrategy[list[tuple[str, str]]]:
    return st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(DEEDS)), max_size=8)


async def _do(desk: Exchange, person: str, deed: str) -> None:
    operator, line = desk.operator, desk.handset(person).line
    acts: dict[str, Callable[[], object]] = {
        "answers": lambda: operator.answer(line),
        "declines": lambda: operator.decline(line),
        "hangs up": lambda: operator.hang_up(line),
        "presses": lambda: operator.press(line, "1"),
    }
    try:
        acts.get(deed, lambda: None)()
    except LookupError:
        return  # they cannot do that now, and were told so
    await desk.passes(4)


async def _play(desk: Exchange, site, carrier: str, pages: list[str], history: list[tuple[str, str]]) -> None:
    site.tokens = {"twilio": desk.twilio.auth_token, "plivo": desk.plivo.auth_token}
    following = iter(pages[1:])
    site.answers = {"/voice": pages[0], "/next": lambda _: next(following, "<Response/>"), "/status": response()}
    desk.number(PROXY, carrier=carrier, voice_url=site.url("/voice"), status_url=site.url("/status"))
    caller = desk.handset(PEOPLE[0])
    desk.operator.dial(caller.line, PROXY)
    await desk.settles()
    for person, deed in history:
        await _do(desk, person, deed)
    await desk.passes(400)
    for person in PEOPLE:
        if desk.handset(person).state != "idle":  # a Dial without a timeout rings for ever
            desk.operator.hang_up(desk.handset(person).line)
    await desk.passes(400)


@pytest.mark.parametrize("carrier", ["twilio", "plivo"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_every_call_ends_and_nothing_breaks(site, carrier, data):
    verbs = TWIML if carrier == "twilio" else tuple(verb.replace("BASE", site.base) for verb in PLIVO)
    pages, history = data.draw(documents(verbs)), data.draw(deeds())
    before = len(site.told("/status"))

    async with Exchange() as desk:
        await _play(desk, site, carrier, pages, history)
        legs = list(desk.office.switch.legs.values())

    assert all(leg.over for leg in legs)
    assert len(site.told("/status")) == before + 1, "the end is told exactly once"
