"""The edge of HTTP: what a body and a query are, how long they may take, and what carriers are to send again."""

import asyncio
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from aiohttp.test_utils import make_mocked_request
from hypothesis import example, given
from hypothesis import strategies as st

from carriers import DIALECTS
from tests.town import ALICE, SHARED, Carrier, Town
from voice import edge
from voice.edge import Hooks
from voice.links import Links
from voice.plan import Plan


@pytest.fixture(params=["twilio", "plivo"])
def carrier(request: pytest.FixtureRequest, town: Town) -> Carrier:
    return town.twilio if request.param == "twilio" else town.plivo


async def test_a_query_is_decoded_once():
    unused: Any = None
    hooks = Hooks(unused, unused, DIALECTS, unused, Links("https://m.example", b"x" * 32), (), unused)

    envelope = await hooks._envelope(
        make_mocked_request("GET", "/hooks/twilio/text?Body=100%2525+%26+2%252B2&From=a%20b")
    )

    assert envelope.form == (("Body", "100%25 & 2%2B2"), ("From", "a b"))


FORMS = st.text(alphabet="ab =&%+;é日0123456789ABCDEFabcdef\x00", max_size=60) | st.lists(
    st.tuples(st.text(max_size=8), st.text(max_size=12)), max_size=8
).map(urlencode)


@given(FORMS)
@example("a=1&&=2&b&%=&%zz=%4&c=%e9+%F0%9F&d=%2B1")
@example("&".join(["a="] * 500))
@example("&" * 500)
def test_a_form_is_read_as_the_standard_library_reads_it(text: str):
    try:
        expected = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=500)
    except ValueError:  # UnicodeDecodeError among them
        with pytest.raises(ValueError, match=r"too many fields|codec can't decode"):
            edge.read_form(text)
    else:
        assert list(edge.read_form(text)) == expected


@pytest.mark.parametrize("path", ["/hooks/twilio/text", "/hooks/plivo/ended", "/hooks/twilio/voice"])
async def test_a_body_that_does_not_come_is_not_waited_for(town: Town, monkeypatch: pytest.MonkeyPatch, path: str):
    """An event must be sent again (503); whoever listens hears an apology (200)."""
    monkeypatch.setattr(edge, "BODY_WITHIN", 0.05)
    where = urlsplit(town.base)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100"
    writer.write(f"POST {path} HTTP/1.1\r\nHost: {where.netloc}\r\n{form}\r\n\r\nFrom=".encode())

    line = await asyncio.wait_for(reader.readline(), 20)
    writer.close()

    assert line.split()[1] == (b"200" if path.endswith("voice") else b"503")


async def test_a_carrier_sends_the_events_of_a_leg_again_until_they_are_kept(town: Town, carrier: Carrier):
    way = await town.scan(await town.sticker(carrier=carrier.name))
    assert way.number is not None

    answer = await carrier.calls(ALICE, way.number)

    name = "Dial/Number" if carrier.name == "twilio" else "Dial"
    leg = answer.get(name, "statusCallback" if carrier.name == "twilio" else "callbackUrl")
    assert leg.endswith("/leg-1" + DIALECTS[carrier.name].event_suffix)
    assert "#" not in answer.action


async def test_a_carrier_sends_the_end_of_a_call_that_we_placed_again(town: Town):
    links = town.house.hooks._links

    for step, again in (("ended-1", True), ("leg-2", True), ("consent-1", False), ("dialled-1", False)):
        assert links.step("plivo", town.tenant, step).endswith(DIALECTS["plivo"].event_suffix) is again


async def test_an_answer_that_cannot_be_written_is_an_apology_and_an_event_is_sent_again(
    town: Town, carrier: Carrier, monkeypatch: pytest.MonkeyPatch
):
    """Rendering fails where the answer's is, and not where the apology's is."""
    dialect, apology = type(DIALECTS[carrier.name]), town.house.hooks._apology
    render = dialect.render

    def breaks(self: Any, plan: Plan) -> bytes:
        assert plan == apology, "this plan cannot be written"
        return render(self, plan)

    monkeypatch.setattr(dialect, "render", breaks)
    called = await carrier.calls(ALICE, SHARED[carrier.name], call := carrier.new_call())
    ended = await carrier.ends(call)

    assert (called.status, ended.status) == (200, 503)
    assert "something went wrong" in called.said


@pytest.mark.parametrize(("name", "verbs"), [("twilio", {"Say", "Hangup"}), ("plivo", {"Speak"})])
async def test_a_whisper_that_fails_says_sorry_in_verbs_that_its_carrier_allows_there(
    town: Town, monkeypatch: pytest.MonkeyPatch, name: str, verbs: set[str]
):
    """Plivo plays what `confirmSound` answers to a callee who has not accepted: words, and nothing else."""
    carrier, hooks = (town.twilio if name == "twilio" else town.plivo), town.house.hooks

    async def breaks(*_: Any) -> Plan:
        raise RuntimeError("no whisper today")

    monkeypatch.setattr(hooks, "_answer", breaks)
    heard = await carrier.step(hooks._links.step(name, town.tenant, "whisper-1"), carrier.new_call())

    assert (heard.status, set(heard.verbs)) == (200, verbs)
