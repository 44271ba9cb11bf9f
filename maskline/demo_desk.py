"""The demo's telephone exchange: a process of its own, told what it is on standard input, gone when that closes."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from maskline import demo
from maskline.demo import Credentials
from maskline.listening import LOOPBACK, bind
from maskline.refusal import Refusal
from maskline.settings import HOME, PREFIX

_ENDS_WITHIN = 5.0


class Desk:
    """The exchange. Nothing of it may be used before `wait_ready`."""

    def __init__(self, process: "subprocess.Popen[str]", credentials: Credentials) -> None:
        self._process, self._credentials = process, credentials
        self.url = ""

    def wait_ready(self) -> None:
        """Waits until it listens. Raises Refusal; the exchange itself has told why."""
        assert self._process.stdout is not None  # noqa: S101  (it was asked for)
        line = self._process.stdout.readline()
        if not line:
            raise Refusal(f"The exchange did not start (status {self._process.wait()}); see above.")
        self.url = f"http://{LOOPBACK}:{json.loads(line)['port']}"

    @property
    def page(self) -> str:
        """The address of its page, which opens it once."""
        return f"{self.url}/?token={self._credentials.page}"

    def check(self) -> None:
        """Raises Refusal where it has ended."""
        if (status := self._process.poll()) is not None:
            raise Refusal(f"The exchange ended (status {status}), so the demo stops.")


@contextmanager
def desk(port: int, credentials: Credentials) -> Iterator[Desk]:
    """
    Starts the exchange, which gets ready while others start. port: 0 takes a free one. Raises PortTaken.

    It has a session of its own, so that Ctrl-C does not hang up the calls that are being ended; and nothing of our
    environment that could hold a real carrier's credentials.
    """
    bind(LOOPBACK, port).close()
    clean = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    process = subprocess.Popen(
        [sys.executable, "-m", "exchange"], cwd=HOME, env={**clean, "PYTHONPATH": str(HOME)}, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    assert process.stdin is not None  # noqa: S101
    try:
        process.stdin.write(_configuration(port, credentials) + "\n")
        process.stdin.flush()
        yield Desk(process, credentials)
    finally:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        try:
            process.wait(_ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        assert process.stdout is not None  # noqa: S101
        process.stdout.close()


def _configuration(port: int, credentials: Credentials) -> str:
    """The exchange's one line (docs/exchange.md)."""
    return json.dumps(
        {
            "http_port": port,
            "ui_token": credentials.page,
            "twilio": {"account_sid": demo.VENDOR_IDS["twilio"], "auth_token": credentials.twilio},
            "plivo": {"auth_id": demo.VENDOR_IDS["plivo"], "auth_token": credentials.plivo},
            "handsets": [{"number": each.number.value, "label": each.label} for each in demo.HANDSETS],
        }
    )
