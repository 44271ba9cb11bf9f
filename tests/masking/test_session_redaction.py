"""What is hidden in texts between masked people, and what stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masking.sessions.redaction import HIDDEN, redact

HIDES = {
    "+1 202 555 0101": HIDDEN,
    "Call me on (202) 555-0101!": f"Call me on {HIDDEN}!",
    "2.0.2.5.5.5.0.1.0.1": HIDDEN,
    "07700900123, please": f"{HIDDEN}, please",
    "5️⃣5️⃣5️⃣0️⃣1️⃣0️⃣1️⃣": HIDDEN,
    "मेरा नंबर ५५५०१०१२३ है": f"मेरा नंबर {HIDDEN} है",
    "202\u200b555\u200b0101": HIDDEN,
    "tel2025550101": f"tel{HIDDEN}",
    "15/01/2030 2025550101": HIDDEN,
    "write to a.b+c@mail.example now": f"write to {HIDDEN} now",
    "me (at) mail (dot) example": HIDDEN,
    "me [AT] mail.example": HIDDEN,
    "see https://chat.example/x?y=1#z": f"see {HIDDEN}",
    "whatsapp://send?x": HIDDEN,
    "www.example.net": HIDDEN,
    "I am on Example.com.": f"I am on {HIDDEN}.",
    "t.me/someone": HIDDEN,
    "wa.me/15550101": HIDDEN,
}
STAYS = [
    "", "Gate 12, 3rd floor, in 10-15 min", "It is 1,000,000", "order 123456", "2030-01-15 10:30", "15.01.2030, 10.30",
    "10.30 - 11.45", "Wait.In a minute", "and/or", "e.g. the red car", "flight BA2490", "5/1/30", "ok...fine",
    "@driver",
]  # fmt: skip


@pytest.mark.parametrize(("body", "shown"), HIDES.items())
def test_numbers_mails_and_links_are_hidden(body, shown):
    assert redact(body) == shown


@pytest.mark.parametrize("body", STAYS)
def test_what_people_say_about_a_ride_stays(body):
    assert redact(body) == body


@given(st.text(alphabet="0123456789 +-.()abc@:/,*५\u200b", max_size=80))
def test_what_is_hidden_stays_hidden(body):
    once = redact(body)

    assert redact(once) == once


@given(st.text(max_size=30), st.text(alphabet="0123456789", min_size=7, max_size=15), st.text(max_size=30))
def test_a_number_is_found_wherever_it_stands(before, number, after):
    assert number not in redact(f"{before} {number} {after}")


@pytest.mark.parametrize("part", ["1", "1 ", "a.", "a@", "(", "[ at", "www.", "a:/", "1\u200b\u200b\u200b\u200b", "a-"])
def test_no_text_takes_long_to_read(part):
    """A pattern that tries everything would never come back from this."""
    redact(part * (20_000 // len(part)))
