"""
Layers that break with numbers in what they raise, and what our code logs of it before anything is masked.

heard   what was logged so far
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.proofs.leaks import OWNER, STRANGER, in_memory


class Broken(RuntimeError):
    """What a broken layer raises. Its text names numbers, as a library's error may."""


class Unmasked(logging.Handler):
    """What our code logs before the last line of defence masks it: messages, extras, and errors that are not ours."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        extras = {name: value for name, value in vars(record).items() if name not in ("exc_info", "exc_text", "args")}
        self.heard.append(f"{record.getMessage()} {extras}")
        error = record.exc_info[1] if record.exc_info else None
        while error is not None:
            if not isinstance(error, Broken):
                self.heard.append(f"{error!r} {error}")
            error = error.__cause__ or error.__context__


@pytest.fixture
def heard() -> Iterator[list[str]]:
    """What our code logs before the last line of defence masks it."""
    root, unmasked = logging.getLogger(), Unmasked()
    root.addHandler(unmasked)
    yield unmasked.heard
    root.removeHandler(unmasked)


@contextmanager
def broken(patch: pytest.MonkeyPatch, owner: Any, name: str, leaks: dict[str, object]) -> Iterator[None]:
    """A layer that raises what names numbers, once it has looked at what lives when it is first asked."""
    asked = False

    def breaks(*args: object, **more: object) -> None:
        nonlocal asked
        if not asked:
            asked, leaks[f"memory at {name}"] = True, in_memory()
        caller, digits = STRANGER.value, STRANGER.digits
        raise Broken(f"{name} broke on {caller} and {digits} of {OWNER.value}: {len(args)} {len(more)}")

    with patch.context() as within:
        within.setattr(owner, name, breaks)
        yield
    assert asked, f"{name} was never asked, so its breaking proves nothing"
