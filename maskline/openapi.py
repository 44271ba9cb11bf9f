"""
The description of our HTTP addresses: OpenAPI 3.1, made from the table in `openapi_table.py`.

Served at /api/openapi.json, and for reading at /api. A test compares the table with the application's routes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from maskline import openapi_api, openapi_lookups, openapi_names, openapi_owners, openapi_people, openapi_proxy
from maskline.openapi_operation import Operation
from maskline.openapi_table import OPERATIONS, PARAMETERS, TAGS

VERSION = "0.1.0"
"""Of the description, which follows the addresses: its middle figure moves when one is added."""
_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_ASKED_BY: Mapping[str, list[dict[str, list[str]]]] = {
    openapi_proxy.TAG: [{"client": []}],
    openapi_api.TAG: [{"client": []}, {"token": []}],
    openapi_lookups.TAG: [{"device": []}, {"client": []}],
    openapi_owners.TAG: [{"device": []}],
    openapi_names.TAG: [{"device": []}],
}
_PROBLEMS_ONLY = (openapi_api.TAG, openapi_lookups.TAG, openapi_names.TAG, openapi_people.TAG, openapi_owners.TAG,
                  openapi_owners.OPEN)  # fmt: skip
"""Tags whose addresses no browser opens: what goes wrong there is never told as a page."""
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "Your own name of this request; a new one for each.",
}  # fmt: skip
_PROXY_ERROR = {"$ref": "#/components/schemas/ProxyError"}


def document(public_url: str) -> dict[str, Any]:
    """The whole description. public_url: where the world reaches us."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Maskline",
            "version": VERSION,
            "summary": "Two people talk by phone without either seeing the other's number.",
            "description": "Carriers are answered under /hooks, strangers under /q, owners under /me. "
            "What goes wrong is told as problem+json (RFC 9457), to browsers as a page, to a caller in words.",
        },
        "servers": [{"url": public_url}],
        "tags": [{"name": name, "description": told} for name, told in TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": {"Problem": _problem(), "ProxyError": _proxy_error()},
            "securitySchemes": _signatures(),
        },
    }


def sections() -> list[dict[str, Any]]:
    """The table as the page /api shows it: each tag with its operations."""
    return [
        {"name": name, "told": told, "operations": [each for each in OPERATIONS if each.tag == name]}
        for name, told in TAGS.items()
    ]


def parameters() -> Mapping[str, str]:
    """Each parameter in a path, and what it is."""
    return {name: told for name, (told, _) in PARAMETERS.items()}


@dataclass(frozen=True, slots=True)
class Address:
    """A path of the application as OpenAPI writes it, and its parameters."""

    path: str
    parameters: tuple[str, ...]

    @classmethod
    def of(cls, canonical: str) -> "Address":
        """From aiohttp's spelling, where a parameter may carry a pattern: `{name:.+}`."""
        path = re.sub(r"\{(\w+):[^}]*\}", r"{\1}", canonical)
        return cls(path, tuple(re.findall(r"\{(\w+)\}", path)))


def _operation(operation: Operation) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": operation.summary,
        "parameters": [_path_parameter(name) for name in Address.of(operation.path).parameters]
        + [
            {"name": name, "in": "query", "description": about, "schema": {"type": "string"}}
            for name, about in operation.query.items()
        ]
        + ([_IDEMPOTENCY_KEY] if operation.once else []),
        "responses": {str(status): _response(status, about, operation) for status, about in operation.answers.items()},
    }
    if operation.about:
        told["description"] = operation.about
    if operation.form is not None:
        told["requestBody"] = {
            "required": True,
            "content": {"application/x-www-form-urlencoded": {"schema": _form(operation)}},
        }
    if operation.tag == "carriers" and operation.signed:
        told["security"] = [{"twilio": []}, {"plivo": []}]
    if operation.json is not None:
        kinds = ("application/json", *(["application/merge-patch+json"] if operation.merges else []))
        content = {kind: {"schema": _json(operation)} for kind in kinds}
        told["requestBody"] = {"required": bool(operation.needs), "content": content}
    if operation.tag in _ASKED_BY:
        told["security"] = _ASKED_BY[operation.tag]
    if operation.tag == openapi_people.TAG and "sign-ups" not in operation.path:
        told["security"] = [{"device": []}]
    return told


def _path_parameter(name: str) -> dict[str, Any]:
    about, schema = PARAMETERS[name]
    return {"name": name, "in": "path", "required": True, "description": about, "schema": schema}


def _form(operation: Operation) -> dict[str, Any]:
    fields = operation.form or {}
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {name: {"type": "string", "description": about} for name, about in fields.items()},
        "additionalProperties": operation.tag in ("carriers", openapi_proxy.TAG),
    }
    if operation.needs:
        schema["required"] = list(operation.needs)
    return schema


def _json(operation: Operation) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "type": "object", "properties": dict(operation.json or {}), "additionalProperties": False,
    }  # fmt: skip
    if operation.needs:
        schema["required"] = list(operation.needs)
    return schema


def _response(status: int, about: str, operation: Operation) -> dict[str, Any]:
    if status in (301, 302, 303):
        header = {"description": "Where to go on.", "schema": {"type": "string"}}
        return {"description": about, "headers": {"Location": header}}
    if status == 204:
        return {"description": about}
    return {"description": about, "content": _error(operation.tag) if status >= 400 else {operation.content: {}}}


def _error(tag: str) -> dict[str, Any]:
    """In which forms an address tells what went wrong."""
    if tag == "carriers":
        return {"text/plain": {}}
    if tag == openapi_proxy.TAG:
        return {"application/json": {"schema": _PROXY_ERROR}}
    problem = {"application/problem+json": {"schema": _PROBLEM}}
    return problem if tag in _PROBLEMS_ONLY else {**problem, "text/html": {}}


def _problem() -> dict[str, Any]:
    return {
        "type": "object",
        "description": "RFC 9457. Every kind is explained in docs/problems.md; its slug never changes.",
        "required": ["type", "title", "status"],
        "properties": {
            "type": {"type": "string", "pattern": "^/problems/[a-z-]+$"},
            "title": {"type": "string"},
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {"type": "string", "description": "What to do next."},
        },
        "additionalProperties": True,
    }


def _proxy_error() -> dict[str, Any]:
    return {
        "type": "object",
        "description": "An error in the form of Twilio's APIs.",
        "required": ["code", "message", "more_info", "status"],
        "properties": {
            "code": {"type": "integer", "description": "Twilio's number of the error."},
            "message": {"type": "string", "description": "What to do next."},
            "more_info": {"type": "string"},
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
        },
        "additionalProperties": False,
    }


def _signatures() -> dict[str, Any]:
    return {
        "twilio": {
            "type": "apiKey", "in": "header", "name": "X-Twilio-Signature",
            "description": "HMAC-SHA1 over the address and the form, with the account's auth token.",
        },
        "plivo": {
            "type": "apiKey", "in": "header", "name": "X-Plivo-Signature-V3",
            "description": "HMAC-SHA256 over address, form and nonce, with the auth token; texts are signed with V2.",
        },
        "client": {
            "type": "http", "scheme": "basic",
            "description": "An Account SID, and a token of `./run clients create`.",
        },
        "token": {
            "type": "http", "scheme": "bearer",
            "description": "The token alone. Not for the API of Twilio Proxy, which knows Basic only.",
        },
        "device": {"type": "http", "scheme": "bearer", "description": "The token of a device that a person signed in."},
    }  # fmt: skip
