"""
What people do at their handsets, for the page and for tests alike: dial, answer, press keys, hang up, text.

Digits after a comma are pressed once the call is answered: in the demo each comma is two seconds, as on a phone; in
tests, where time stands still, the keys wait until somebody listens.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from exchange.accounts import is_e164, plus
from exchange.legs import Leg, LegState, Line
from exchange.office import Office
from exchange.texts import MOST_PICTURES, Picture, Text, kind_of
from exchange.timers import wait
from exchange.vendors.plivo import params as plivo_params
from exchange.vendors.plivo.calls import PlivoCalls
from exchange.vendors.plivo.texts import PlivoTexts
from exchange.vendors.twilio import params as twilio_params
from exchange.vendors.twilio.calls import TwilioCalls
from exchange.vendors.twilio.texts import TwilioTexts

WITHHELD = {"twilio": twilio_params.WITHHELD, "plivo": plivo_params.WITHHELD}
"""How each vendor spells a caller who hides their number; the first is what `withheld=True` means."""

_DIALLED = re.compile(r"(\+?[0-9][0-9 ().-]*)((?:,+[0-9*#]*)*)")


@dataclass(slots=True)
class Operator:
    """pause: seconds a comma waits; None = until somebody listens."""

    office: Office
    twilio_calls: TwilioCalls
    plivo_calls: PlivoCalls
    twilio_texts: TwilioTexts
    plivo_texts: PlivoTexts
    pause: float | None = None

    def dial(
        self, line: Line, to: str, withheld: bool | str = False, forwarded_from: str = "", showing: str | None = None
    ) -> Leg:
        """Dial; ValueError for what is no number, LookupError for one that nobody at this desk holds or a busy line."""
        dialled = _DIALLED.fullmatch(to.strip())
        if dialled is None:
            raise ValueError("dial a number, then commas and digits if there is an extension")
        number = self.office.registry.numbers.get(plus(dialled[1]))
        if number is None:
            raise LookupError("no account at this desk holds that number")
        if line.leg is not None:
            raise LookupError(f"{line.number} is in a call already")
        hidden = WITHHELD[number.carrier][0] if withheld is True else withheld
        from_ = hidden or showing or line.number
        calls = self.twilio_calls if number.carrier == "twilio" else self.plivo_calls
        leg = calls.dialled(line, number, from_, forwarded_from)
        leg.own = showing or line.number
        if dialled[2]:
            line.shown = number.number + dialled[2]  # as a phone shows what it will send
            self.office.crew.spawn(self._send_digits(leg, dialled[2]), "post-dial digits")
        return leg

    async def _send_digits(self, leg: Leg, digits: str) -> None:
        """Press what follows the commas, from when the call is answered."""
        bus = self.office.bus
        await bus.until(lambda: leg.state is not LegState.RINGING, None)
        for char in digits:
            if char == "," and self.pause is not None:
                await wait(self.office.timers, self.pause)
            elif char != ",":
                if self.pause is None:
                    await bus.until(lambda: leg.listening or leg.peer is not None or leg.over, None)
                if leg.over:
                    return
                self.office.switch.press(leg.line, char)

    def answer(self, line: Line) -> None:
        """Pick up. Raises LookupError if it does not ring."""
        self.office.switch.answer(self._ringing(line))

    def decline(self, line: Line) -> None:
        """Refuse. Raises LookupError if it does not ring."""
        self.office.switch.end(self._ringing(line), "busy", "person", "rejected")

    def _ringing(self, line: Line) -> Leg:
        if line.leg is None or line.state != "ringing":
            raise LookupError(f"{line.number} does not ring")
        return line.leg

    def press(self, line: Line, char: str) -> None:
        self.office.switch.press(line, char)

    def hang_up(self, line: Line) -> None:
        """End the line's call. Raises LookupError if it is in none."""
        if line.leg is None:
            raise LookupError(f"{line.number} is in no call")
        # A caller who gives up before an answer leaves a call that nobody answered.
        self.office.switch.end(line.leg, "no-answer" if line.state == "dialling" else "busy", "person")

    def text(self, line: Line, to: str, body: str, media: Sequence[bytes] = ()) -> Text:
        """Text a number of the desk. Raises LookupError if nobody at this desk holds it, ValueError for no text."""
        if not body and not media:
            raise ValueError("a text needs words")
        if len(media) > MOST_PICTURES:
            raise ValueError(f"a text takes {MOST_PICTURES} pictures")
        number = self.office.registry.numbers.get(plus(to))
        if number is None:
            raise LookupError("no account at this desk holds that number")
        texts = self.twilio_texts if number.carrier == "twilio" else self.plivo_texts
        sent = texts.receive(number, line.number, body, tuple(Picture(kind_of(each), each) for each in media))
        self.office.bus.publish("text", sent.as_json())
        return sent

    def line(self, number: str, label: str = "") -> Line:
        """A handset with that number. Raises ValueError if it is no number, or one that an account holds."""
        wanted = plus(number)
        if not is_e164(wanted):
            raise ValueError("a handset's number is E.164: a plus sign and 7 to 15 digits")
        if wanted in self.office.registry.numbers:
            raise ValueError("an account at this desk holds that number")
        return self.office.switch.line(wanted, label)
