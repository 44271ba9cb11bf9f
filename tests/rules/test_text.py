"""What may not be written anywhere in the tree: time inside SQL, registries' addresses, numbers in logs."""

import ast
import re

from tests.rules.tree import ROOT, committed, name, with_suffix

CLOCKS = re.compile(
    r"\b(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\(|"
    r"\b(current_(date|time|timestamp)|localtime(stamp)?)\b",
    re.IGNORECASE,
)
REGISTRIES = re.compile(r"https?://[^\s\"']*(pypi|pythonhosted|npmjs|yarnpkg|debian\.org|/simple/)", re.IGNORECASE)
LOG_METHODS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
CLEAR = {"value", "digits"}
NUMBERS = re.compile(r"(?<![\w.])\+[1-9](?:[ ().-]{0,2}[0-9]){9,14}(?![0-9{%\[(\\])")
# A few digits more make a number that is too long, on purpose.
FICTION = re.compile(r"\+(1[2-9][0-9]{2}55501[0-9]{2}|447700900[0-9]{3}|3363998[0-9]{4})[0-9]{0,3}")
NO_FICTION = {
    "tests/carriers/test_twilio_signature.py": "Twilio's published example of a signed request",
    "tests/exchange/test_signing.py": "Twilio's and Plivo's published examples of signed requests",
    "tests/carriers/test_plivo_signature.py": "Plivo's published example of a signed request",
    "tests/carriers/test_callers.py": "ANONYMOUS, RESTRICTED and their like in keypad digits, as carriers send them",
    "tests/masking/test_notices.py": "a landline in Ofcom's range for drama; our others are all mobiles",
    "exchange/vendors/twilio/params.py": "the same words, as Twilio sends them for a withheld caller",
}
"""Files with numbers outside the ranges for fiction -> whose they are. None is a person's."""


def test_no_statement_asks_the_database_for_the_time():
    """Each takes `$t` from core.Clock, so that all processes share one time and tests can move it."""
    statements = [path for path in with_suffix(".sql") if name(path).startswith("sql/")]
    asking = {
        f"{name(path)}:{number}"
        for path in statements
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if CLOCKS.search(line.partition("--")[0])
    }

    assert statements
    assert asking == set()


def test_locks_have_hashes_and_name_no_registry():
    locks = sorted(ROOT.glob("requirements*.lock"))

    assert [lock.name for lock in locks] == [
        "requirements-desk.lock",
        "requirements-dev.lock",
        "requirements-uv.lock",
        "requirements.lock",
    ]
    for lock in locks:
        text = lock.read_text()
        pinned = re.findall(r"^[a-z][\w.-]*(?:\[[\w,]+\])?==", text, re.MULTILINE)
        assert pinned
        assert len(re.findall(r"^[a-z][^\n]*\\\n    --hash=sha256:[0-9a-f]{64}", text, re.MULTILINE)) == len(pinned)
        assert "://" not in text


def test_no_registry_is_named_and_no_other_lock_is_committed():
    names = [name(path) for path in committed()]
    naming = {
        name(path)
        for path in committed()
        if path.suffix not in (".png", ".ttf", ".woff2", ".mo", ".pdf") and path != ROOT / "tests/rules/test_text.py"
        if REGISTRIES.search(path.read_text(errors="ignore"))
    }

    assert "run" in names
    assert [found for found in names if re.search(r"(^|/)(uv\.lock|pylock[^/]*\.toml|poetry\.lock)$", found)] == []
    assert naming == set()


def test_nothing_logs_a_number_in_the_clear():
    """`E164.value` and `.digits` are the number itself; a log line takes the E164, which prints masked."""
    clear = set()
    for path in with_suffix(".py"):
        if name(path).startswith(("tests/", "exchange/")):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LOG_METHODS:
                words = [child for given in (*node.args, *node.keywords) for child in ast.walk(given)]
                if any(isinstance(word, ast.Attribute) and word.attr in CLEAR for word in words):
                    clear.add(f"{name(path)}:{node.lineno}")

    assert clear == set()


def test_every_number_in_the_tree_is_reserved_for_fiction():
    real = set()
    for path in committed():
        if path.suffix in (".png", ".ttf", ".woff2", ".mo", ".pdf"):
            continue
        found = {re.sub(r"[^0-9+]", "", number) for number in NUMBERS.findall(path.read_text())}
        if any(not FICTION.fullmatch(number) for number in found):
            real.add(name(path))

    assert real == set(NO_FICTION)
