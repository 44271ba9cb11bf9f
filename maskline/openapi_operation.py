"""What one row of the tables of addresses holds, and what several of those tables write alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Schema = dict[str, Any]
"""A JSON Schema."""

TOO_FAST = "Too often; Retry-After says when to ask again."


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


def text(told: str, most: int) -> Schema:
    """A text of at most so many characters."""
    return {"type": "string", "maxLength": most, "description": told}


def page(
    tag: str, name: str, method: str, path: str, summary: str, answers: Mapping[int, str], **more: Any
) -> Operation:
    """An address of a page without scripts. Every POST may meet a broken form, and one that another site sent."""
    cross = {400: "The form cannot be read.", 403: "The form was not sent from one of our pages."}
    every = {**answers, **(cross if method == "POST" else {})}
    return Operation(name=name, method=method, path=path, tag=tag, summary=summary,
                     answers=dict(sorted(every.items())), **more)  # fmt: skip
