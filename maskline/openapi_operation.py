"""What one row of the tables of addresses holds: `openapi_table.py`, `openapi_proxy.py`."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """
    One method of one address. name: its operationId. answers: status -> what it means. form: fields of the body, None
    where it has none; needs: those that must be there. query: parameters after the question mark. content: the type of
    a good answer. signed: whether a carrier must sign it.
    """

    name: str
    method: str
    path: str
    tag: str
    summary: str
    answers: Mapping[int, str]
    about: str = ""
    form: Mapping[str, str] | None = None
    needs: tuple[str, ...] = ()
    query: Mapping[str, str] = field(default_factory=dict)
    content: str = "text/html"
    signed: bool = True
