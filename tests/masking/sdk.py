"""
Twilio's own SDK at a town's Proxy API, and the official description that each answer is held against.

`proxy_v1.json` has the schemas; here they are made strict: every field must be there, and none besides.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import jsonschema_rs
import pytest
from twilio.base.exceptions import TwilioException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from tests.masking.served import served
from tests.town import Town

T = TypeVar("T")
OFFICIAL: dict[str, Any] = json.loads((Path(__file__).parent / "proxy_v1.json").read_text())
_HEX = "[0-9a-fA-F]{32}"
_NO_STATUS_OF_THEIR_OWN = ("interaction_enum_resource_status", "message_interaction_enum_resource_status")
"""Described as one of many words; null in the description's own examples where there is no such leg."""
_MADE = {"/v1/Services", "/v1/Services/{ServiceSid}/PhoneNumbers", "/v1/Services/{ServiceSid}/Sessions",
         "/v1/Services/{ServiceSid}/Sessions/{SessionSid}/Participants"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Raw:
    """One request as it went over the wire, and what came back."""

    method: str
    path: str
    status: int
    text: str


class Wire(TwilioHttpClient):  # type: ignore[misc]
    """The SDK's HTTP client, which remembers what went by."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base, self.seen = base, list[Raw]()

    def request(self, method: str, url: str, *args: Any, **named: Any) -> Any:
        assert url.startswith(f"{self._base}/v1/"), url
        answer = super().request(method, url, *args, **named)
        self.seen.append(Raw(method, url.removeprefix(self._base).partition("?")[0], answer.status_code, answer.text))
        return answer


@dataclass
class Sdk:
    """A client of the SDK, asked in a thread because it blocks. seen: every request so far."""

    account_sid: str
    token: str
    base: str
    wire: Wire = field(init=False)
    client: Client = field(init=False)

    def __post_init__(self) -> None:
        self.wire = Wire(self.base)
        self.client = Client(self.account_sid, self.token, http_client=self.wire)
        self.client.proxy.base_url = self.base  # the one line that changes

    async def __call__(self, work: Callable[[Any], T]) -> T:
        """work: what to do with `client.proxy.v1`."""
        return await asyncio.to_thread(work, self.client.proxy.v1)

    async def refused(self, work: Callable[[Any], object]) -> tuple[int, int]:
        """The code and the status of what must go wrong."""
        with pytest.raises(TwilioException) as raised:
            await self(work)
        raw = self.wire.seen[-1]
        fits(raw)
        code = json.loads(raw.text)["code"]
        assert getattr(raised.value, "code", code) == code  # a list raises it without the code
        return code, raw.status


@asynccontextmanager
async def sdk_at(town: Town, *scopes: str) -> AsyncIterator[Sdk]:
    """The town's pages served, and the SDK of a new client of it."""
    issued = await town.house.clients.create(town.tenant, "sdk", scopes or ("proxy",))
    async with served(town) as base:
        sdk = Sdk(issued.account_sid, issued.token, base)
        try:
            yield sdk
            for raw in sdk.wire.seen:
                fits(raw)
        finally:
            sdk.wire.session.close()


def fits(raw: Raw) -> None:
    """Whether an answer is what the official description says."""
    if raw.status >= 400:
        told = json.loads(raw.text)
        assert set(told) == {"code", "message", "more_info", "status"}
        assert told["status"] == raw.status
        return
    path = described(raw.path)
    assert raw.method.lower() in OFFICIAL["paths"][path]
    if raw.method == "DELETE":
        assert (raw.status, raw.text) == (204, "")
        return
    assert raw.status == (201 if raw.method == "POST" and path in _MADE else 200)
    document = json.loads(raw.text)
    schema = OFFICIAL["lists"].get(path) if "meta" in document else {"$ref": f"#/components/schemas/{_name(path)}"}
    jsonschema_rs.validator_for(
        {**_strict(schema), "components": {"schemas": _strict(OFFICIAL["schemas"])}}, validate_formats=True
    ).validate(document)


def described(path: str) -> str:
    """The path of the description that an address is of."""
    for each in OFFICIAL["paths"]:
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", each), path):
            return str(each)
    raise AssertionError(f"no path of the description: {path}")


def _name(path: str) -> str:
    """The schema of what stands at a path."""
    words = [word for word in path.split("/")[2:] if not word.startswith("{")]
    names = {"Services": "service", "PhoneNumbers": "phone_number", "Sessions": "session",
             "Participants": "participant", "Interactions": "interaction",
             "MessageInteractions": "message_interaction"}  # fmt: skip
    return ".".join(["proxy.v1", *(names[word] for word in words)])


def _strict(schema: Any) -> Any:
    """OpenAPI 3.0's `nullable` in JSON Schema's words, and objects with all of their fields and no others."""
    if isinstance(schema, list):
        return [_strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _strict(value) for key, value in schema.items() if key != "nullable"}
    ref = str(schema.get("$ref", ""))
    if ref.endswith(_NO_STATUS_OF_THEIR_OWN):
        return {"anyOf": [made, {"type": "null"}]}
    if isinstance(schema.get("properties"), dict):
        made |= {"required": sorted(schema["properties"]), "additionalProperties": False}
    if schema.get("nullable"):
        return {"anyOf": [made, {"type": "null"}]}
    return made


async def a_session(sdk: Sdk, service: Any, *people: str, **given: Any) -> Any:
    """A session with people; the SDK's context of it."""
    who = [{"Identifier": person} for person in people]
    made = await sdk(lambda _: service.sessions.create(participants=who, **given))
    return service.sessions(made.sid)
