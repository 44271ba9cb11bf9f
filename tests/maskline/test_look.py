"""The look can be read: enough contrast in light and in dark (WCAG 2.2, 1.4.3 and 1.4.11), and nothing too heavy."""

import re
from pathlib import Path

import pytest

import maskline
from maskline.web_templates import compact

CSS = (Path(maskline.__file__).parent / "templates" / "page.css").read_text()
WORDS = [
    ("ink", "ground"), ("ink", "card"), ("ink", "tint"), ("soft", "ground"), ("soft", "card"), ("calm", "ground"),
    ("on-calm", "calm"), ("on-tint", "tint"), ("alarm", "alarm-tint"), ("alarm", "card"), ("card", "alarm"),
    ("on-plate", "plate"),
]  # fmt: skip


def colours(scheme: str) -> dict[str, str]:
    light, dark = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})\b", light))
    return found if scheme == "light" else found | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})\b", dark))


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back"), WORDS)
def test_words_stand_out_from_what_they_stand_on(scheme, front, back):
    palette = colours(scheme)
    dark, bright = sorted((luminance(palette[front]), luminance(palette[back])))

    assert (bright + 0.05) / (dark + 0.05) >= 4.5


def test_css_made_compact_means_the_same():
    assert compact("/* x */ a > b,\n c { d: e  f; /* y */ g: h(i, j) }\n") == "a>b,c{d: e f;g: h(i,j)}"
    assert compact("a :is(b) { c: 'd' }") == "a :is(b){c: 'd'}"


def test_the_style_every_page_carries_is_light():
    assert len(compact(CSS)) < 7_000
