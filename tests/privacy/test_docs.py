"""What people are told is what is done."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from maskline.commands.keys import keys
from privacy.keys import ROOTS
from privacy.retention import KEPT_FOR_GOOD, RULES

DOCS = Path(__file__).resolve().parents[2] / "docs"
DATA = (DOCS / "data.md").read_text()
BACKUP = (DOCS / "backup.md").read_text()


def spoken(keep: timedelta) -> str:
    """As docs/data.md writes a time."""
    return f"{keep.total_seconds() / 3600:.0f} hours" if keep <= timedelta(hours=48) else f"{keep.days} days"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.statement)
def test_every_rule_is_told_to_people(rule):
    (row,) = [line for line in DATA.splitlines() if line.startswith(f"| `{rule.table}` |") and rule.why in line]

    assert not rule.keep or spoken(rule.keep) in row


def test_what_is_kept_for_good_is_told_to_people():
    for table, reason in KEPT_FOR_GOOD.items():
        assert f"| `{table}` | {reason} |" in DATA


def test_every_root_is_explained():
    assert all(f"| `{root}` |" in BACKUP for root in ROOTS)


def test_the_commands_for_keys_that_the_page_names_exist():
    named = set(re.findall(r"\./run keys ([a-z]+)", BACKUP))

    assert {"add", "list", "retire"} <= named
    assert named <= set(keys.commands)
