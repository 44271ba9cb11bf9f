"""What people are told is what is done."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from privacy.keys import ROOTS, KeyRing
from privacy.retention import KEPT_FOR_GOOD, RULES

DOCS = Path(__file__).resolve().parents[2] / "docs"
DATA = (DOCS / "data.md").read_text()
BACKUP = (DOCS / "backup.md").read_text()


def spoken(keep: timedelta) -> str:
    """As docs/data.md writes a time."""
    return "48 hours" if keep == timedelta(hours=48) else f"{keep.days} days"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.statement)
def test_every_rule_is_told_to_people(rule):
    (row,) = [line for line in DATA.splitlines() if line.startswith(f"| `{rule.table}` |") and rule.why in line]

    assert not rule.keep or spoken(rule.keep) in row


def test_what_is_kept_for_good_is_told_to_people():
    for table, reason in KEPT_FOR_GOOD.items():
        assert f"| `{table}` | {reason} |" in DATA


def test_every_root_is_explained():
    assert all(f"| `{root}` |" in BACKUP for root in ROOTS)


def test_the_commands_for_keys_do_what_the_page_says(tmp_path, monkeypatch):
    create = re.search(r"-c '(.*KeyRing\.create.*)'", BACKUP)
    add = re.search(r"<<'EOF'\n(.*?)\n    EOF", BACKUP, re.DOTALL)
    assert create
    assert add
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["-", "maskline.keys", "seal"])

    exec(create[1], {})
    exec(re.sub("^    ", "", add[1], flags=re.MULTILINE), {})

    assert KeyRing.load(tmp_path / "maskline.keys").ids("seal") == (1, 2)
