"""Log lines: readable by people and machines, without anybody's number."""

import io
import json
import logging
import subprocess
import sys

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from core.e164 import E164
from core.ids import new_incident
from maskline import logs
from maskline.settings import HOME

NUMBER = "+447700900123"


@pytest.fixture
def stream():
    """Where this test's log goes; logging is put back as pytest has it afterwards."""
    root, hook = logging.getLogger(), sys.excepthook
    handlers, level = root.handlers[:], root.level
    yield io.StringIO()
    logging.captureWarnings(False)
    structlog.reset_defaults()
    root.handlers[:], root.level, sys.excepthook = handlers, level, hook


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_a_number_shows_masked_wherever_it_was_put(stream, log_format):
    logs.configure(log_format, stream)

    logging.getLogger("room").info(
        "from %s", NUMBER, extra={"to": NUMBER[1:], "given": {"legs": [NUMBER, 447700900123]}}
    )
    structlog.get_logger("room").warning("asked", url="/x?From=%2B447700900123", person=E164(NUMBER))
    try:
        raise ValueError(f"cannot dial +44 7700 900123, {NUMBER}")
    except ValueError:
        logging.getLogger("room").exception("failed")

    written = stream.getvalue()
    assert "7700900" not in written.replace(" ", "")
    assert written.count("+44*******123") >= 8


def test_a_machine_reads_one_object_a_line(stream):
    logs.configure("json", stream)

    logging.getLogger("maskline.voice").info("call ended", extra={"seconds": 61, "outcome": "talked"})

    line = json.loads(stream.getvalue())
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "call ended",
        "level": "info",
        "logger": "maskline.voice",
        "seconds": 61,
        "outcome": "talked",
    }


def test_what_is_bound_to_a_request_stands_on_each_of_its_lines(stream):
    logs.configure("json", stream)

    with structlog.contextvars.bound_contextvars(call="c1"):
        logging.getLogger("room").info("one")
    logging.getLogger("room").info("two")

    one, two = map(json.loads, stream.getvalue().splitlines())
    assert one["call"] == "c1"
    assert "call" not in two


def test_a_traceback_shows_no_values_of_variables(stream):
    logs.configure("json", stream)
    secret = "opens-sesame"

    try:
        raise RuntimeError(str(len(secret)))
    except RuntimeError:
        structlog.get_logger("room").exception("failed")

    assert '"exception"' in stream.getvalue()
    assert stream.getvalue().count("opens-sesame") == 0


@pytest.mark.parametrize("name", ["twilio.http_client", "aiohttp.access", "asyncpg.pool", "urllib3.connectionpool"])
def test_vendors_do_not_tell_what_they_send(stream, name):
    logs.configure("json", stream)

    logging.getLogger(name).info("POST Body: To=someone")

    assert stream.getvalue() == ""


@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True), st.sampled_from(["", "From=", "<", '"', "(", " "]))
def test_no_number_of_any_length_passes(number, before):
    masked = logs.mask(f"{before}{number} and more")

    assert masked == f"{before}{number[:3]}{'*' * (len(number) - 6)}{number[-3:]} and more"


@pytest.mark.parametrize("written", ["12025550101.", "x_12025550101", "id-12025550101", "a=.12025550101-x"])
def test_a_bare_number_is_masked_whatever_it_touches(written):
    assert logs.mask(written) == written.replace("12025550101", "+12******101")


@pytest.mark.parametrize("written", ["07700900123", "tel:07700900123,", "0033639980012", "0639980012"])
def test_a_number_as_it_is_dialled_at_home_is_masked(written):
    assert "*****" in logs.mask(written)
    assert written[-8:-3] not in logs.mask(written)


@pytest.mark.parametrize(
    "text",
    [
        "call 0b6f3f2e-8f6e-4a53-9d1c-447700900123",
        "200 in 0.004123456789 s",
        "call 01234567-1234-7123-8123-123456789012.",
        "scan 0123456789012345678901234567890a",
        "2030-01-01T12:00:00.123456Z",
        "port 8080",
    ],
)
def test_ids_times_and_small_figures_stay_readable(text):
    assert logs.mask(text) == text


def test_what_nobody_caught_is_logged_masked_and_leaves_no_core_file():
    code = (
        "import resource; from maskline import logs; logs.configure('json');"
        f"assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0; raise KeyError('{NUMBER}')"
    )

    done = subprocess.run([sys.executable, "-c", code], cwd=HOME, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert json.loads(done.stderr)["event"] == "uncaught"
    assert NUMBER not in done.stderr


def test_a_failure_can_be_found_by_the_name_that_was_told():
    names = [new_incident() for _ in range(200)]

    assert [logs.mask(f'"incident": "{name}"') for name in names] == [f'"incident": "{name}"' for name in names]
