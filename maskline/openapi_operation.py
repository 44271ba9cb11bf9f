"""What one row of the tables of addresses holds: `openapi_table.py`, `openapi_proxy.py`, `openapi_api.py`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """
    One method of one address. name: its operationId. answers: status -> what it means. form: fields of the body, None
    where it has none; json: the same with schemas, where the body is a JSON object; needs: those that must be there.
    query: parameters after the question mark. content: the type of a good answer. signed: whether a carrier must sign
    it. once: whether it heeds an Idempotency-Key. merges: whether the JSON is a merge patch.
    """

    name: str
    method: str
    path: str
    tag: str
    summary: str
    answers: Mapping[int, str]
    about: str = ""
    form: Mapping[str, str] | None = None
    json: Mapping[str, dict[str, Any]] | None = None
    needs: tuple[str, ...] = ()
    query: Mapping[str, str] = field(default_factory=dict)
    content: str = "text/html"
    signed: bool = True
    once: bool = False
    merges: bool = False

    @property
    def fields(self) -> Mapping[str, str]:
        """What may stand in the body, and what it is."""
        return {**(self.form or {}), **{name: schema["description"] for name, schema in (self.json or {}).items()}}
