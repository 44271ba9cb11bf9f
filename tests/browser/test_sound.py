"""What is heard: prompts are spoken by the browser, once."""

from tests.browser.street import TOGETHER, Street, phones

pytestmark = TOGETHER

# Stands for the browser's voice, of which a test machine has none.
VOICE = "window.spoken = []; speechSynthesis.speak = (said) => { spoken.push([said.text, said.lang]); said.onend(); };"
BEHIND = "() => Object.defineProperty(document, 'hidden', { get: () => true })"
REASON = "They say that its lights are on."


async def test_only_the_window_in_front_speaks(street: Street):
    """Whoever opened the exchange first and came back to it through "Call now" has it open twice."""
    await street.person.add_init_script(VOICE)
    behind = await street.handsets()
    await phones(behind)[0].part("dial").click()
    await behind.evaluate(BEHIND)

    _, owner = await street.called(await street.scanned(await street.parked()))
    await owner.part("answer").click()
    await owner.hears(REASON)
    await phones(behind)[1].hears(REASON)

    assert [REASON, "en-GB"] in await owner.root.page.evaluate("spoken")
    assert await behind.evaluate("spoken") == []
