"""A Twilio API for the worker of a town: takes every call and text, and remembers whom it was asked for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

from maskline.listening import bind
from maskline.service import site
from tests.carriers.vendor import Asked, Vendor
from tests.town import VENDOR_IDS

_HOME = f"/2010-04-01/Accounts/{VENDOR_IDS['twilio']}"
CALLS, TEXTS = f"{_HOME}/Calls.json", f"{_HOME}/Messages.json"


@asynccontextmanager
async def served() -> AsyncIterator[tuple[Vendor, str]]:
    """A vendor that says yes, and the address of its API."""
    vendor, ids = Vendor(), count(1)
    vendor.answers["POST", CALLS] = lambda _: (201, {"sid": f"CA{next(ids) + 2**64:032x}"})
    vendor.answers["POST", TEXTS] = lambda _: (201, {"sid": f"SM{next(ids):032x}"})
    listener = bind("127.0.0.1", 0)
    try:
        async with site(vendor.app(), listener):
            yield vendor, f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


def placed(vendor: Vendor) -> list[Asked]:
    """The calls it was asked to place."""
    return [asked for asked in vendor.asked if asked.path == CALLS]


def texted(vendor: Vendor) -> list[Asked]:
    """The texts it was asked to send."""
    return [asked for asked in vendor.asked if asked.path == TEXTS]
