"""What went wrong, as a type: a status, a slug that never changes, and facts a client can use (RFC 9457)."""

from typing import Any, ClassVar


class Problem(Exception):
    """
    Base of every error that a person or a client is told about.

    Subclasses set `status` (HTTP), `slug` (lower-case, hyphens, never changed; docs/problems.md explains each) and
    `title` (a sentence). Facts are keyword arguments: JSON values, never a phone number. `detail`, where given, says
    what to do next.
    """

    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong on our side"

    def __init__(self, detail: str | None = None, **facts: Any) -> None:
        self.detail = detail or facts.pop("reason", None)
        self.facts = facts
        super().__init__(f"{self.title}: {self.detail}" if self.detail else self.title)

    def document(self) -> dict[str, Any]:
        """The problem+json body."""
        body: dict[str, Any] = {"type": f"/problems/{self.slug}", "title": self.title, "status": self.status}
        if self.detail:
            body["detail"] = self.detail
        return {**body, **self.facts}


def all_problems() -> list[type[Problem]]:
    """Every kind that the imported rooms define, sorted by slug, the base included."""
    found: list[type[Problem]] = [Problem]
    for kind in found:
        found.extend(kind.__subclasses__())
    return sorted(set(found), key=lambda kind: kind.slug)
