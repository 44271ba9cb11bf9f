"""Looks at a page as people do who see little, or nothing: contrast, names, order, width."""

import re
from pathlib import Path

from playwright.async_api import Page

SCREENS = ((390, 844, "light"), (1280, 800, "dark"))
"""Width and height in CSS pixels, and whether it is day: a phone in the street, a laptop at night."""
NAMELESS = re.compile(r"- (button|link|textbox|searchbox|checkbox|combobox|spinbutton|tab)( \[\w+\])*:?$")
"""A line of the accessibility tree about something to use that says nothing of itself."""

# Text whose colour stands out too little from what it is written on (WCAG 2.2, 1.4.3). Colours are read off a canvas,
# whatever notation the style has; backgrounds are those of the nearest ancestors, blended where they let light through.
FAINT = """() => {
    const brush = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
    const rgba = (colour) => {
        brush.clearRect(0, 0, 1, 1);
        brush.fillStyle = colour;
        brush.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = brush.getImageData(0, 0, 1, 1).data;
        return { rgb: [r, g, b], a: a / 255 };
    };
    const over = (top, below) => top.rgb.map((part, at) => part * top.a + below[at] * (1 - top.a));
    const ground = (one) => {
        if (!one) return [255, 255, 255];
        const own = rgba(getComputedStyle(one).backgroundColor);
        return own.a === 1 ? own.rgb : over(own, ground(one.parentElement));
    };
    const light = (rgb) => {
        const [r, g, b] = rgb.map((part) => part / 255)
            .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const written = (one) => [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    const faint = [];
    for (const one of document.body.querySelectorAll('*')) {
        if (!written(one) || !one.checkVisibility() || one.closest('[disabled], template')) continue;
        const style = getComputedStyle(one);
        const below = ground(one);
        const [low, high] = [light(below), light(over(rgba(style.color), below))].sort((a, b) => a - b);
        const size = parseFloat(style.fontSize);
        const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
        const ratio = (high + 0.05) / (low + 0.05);
        if (ratio < (large ? 3 : 4.5)) faint.push(`${one.textContent.trim().slice(0, 40)}: ${ratio.toFixed(2)}`);
    }
    return faint;
}"""
TWICE = """() => {
    const ids = [...document.querySelectorAll('[id]')].map((one) => one.id);
    return [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))];
}"""
GROW = "() => { document.documentElement.style.fontSize = '200%'; }"
SHRINK = "() => { document.documentElement.style.fontSize = ''; }"
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


async def faults(page: Page) -> list[str]:
    """What keeps somebody from reading or using the page as it stands."""
    found = [f"faint {text}" for text in await page.evaluate(FAINT)]
    if await page.locator("h1").count() != 1:
        found.append(f"{await page.locator('h1').count()} h1")
    if not await page.evaluate("() => document.documentElement.lang && document.title"):
        found.append("no language or no title")
    tree = await page.locator("body").aria_snapshot()
    found += [f"nameless {line.strip()}" for line in tree.splitlines() if NAMELESS.search(line.strip())]
    found += [f"twice the id {one}" for one in await page.evaluate(TWICE)]
    if await page.evaluate(TOO_WIDE) > 0:
        found.append("wider than the screen")
    return found


async def grown(page: Page) -> list[str]:
    """What is lost by somebody who has their phone write twice as large (WCAG 2.2, 1.4.4), which changes no width."""
    await page.evaluate(GROW)
    found = [f"wider by {wide} with large text"] if (wide := await page.evaluate(TOO_WIDE)) > 0 else []
    await page.evaluate(SHRINK)
    return found


async def look(page: Page, name: str, album: Path) -> list[str]:
    """The faults of a page on both screens, and a picture of it on each in `album`."""
    found = []
    for width, height, scheme in SCREENS:
        await page.set_viewport_size({"width": width, "height": height})
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        await page.screenshot(path=album / f"{name}-{width}.png")
        seen = await faults(page) + await grown(page)
        found += [f"{name}, {width}, {scheme}: {fault}" for fault in seen]
    return found
