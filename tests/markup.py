"""Holds HTML to what a browser would have to guess about, and to what a person with a screen reader needs."""

from html.parser import HTMLParser

_VOID = frozenset({"meta", "link", "input", "br", "hr", "img"})
_NAMED = frozenset({"button", "a", "summary", "h1", "h2", "label", "title", "dt", "dd", "li", "blockquote"})


class Markup(HTMLParser):
    """Reads a page. faults: what is wrong with it; tags: every start tag with its attributes; text: what is seen."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self._open: list[tuple[str, dict[str, str], list[str]]] = []
        self.feed(page)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag, _, _ in self._open]
        self._whole()

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of each such tag, in order."""
        return [attributes for name, attributes in self.tags if name == tag]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.tags.append((tag, attributes))
        if len(attributes) < len(attrs):
            self.faults.append(f"<{tag}> has an attribute twice")
        for name in attributes:
            if name == "style" or name.startswith("on"):
                self.faults.append(f"<{tag}> has {name}, which the policy forbids")
        if tag not in _VOID:
            self._open.append((tag, attributes, []))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not any(name == "svg" for name, _, _ in self._open):
            self.faults.append(f"<{tag}/> outside a picture")

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1][0] != tag:
            self.faults.append(f"</{tag}> closes nothing")
            return
        _, attributes, words = self._open.pop()
        said = "".join(words).strip()
        if tag in _NAMED and not (said or attributes.get("aria-label")):
            self.faults.append(f"<{tag}> says nothing")
        if tag == "script" and said:
            self.faults.append("a script stands in the page, which the policy forbids")

    def handle_data(self, data: str) -> None:
        for _, _, words in self._open:
            words.append(data)
        if not any(name in ("style", "head") for name, _, _ in self._open):
            self.text += data

    def _whole(self) -> None:
        ids = [attributes["id"] for _, attributes in self.tags if "id" in attributes]
        self.faults += [f"the id {name} stands twice" for name in set(ids) if ids.count(name) > 1]
        labels = {attributes.get("for") for attributes in self.all("label")}
        self.faults += [
            f"the field {field.get('name')} has no label"
            for field in self.all("input")
            if field.get("type") != "hidden" and field.get("id") not in labels
        ]
        for tag in ("html", "head", "body", "main", "title", "h1"):
            if len(self.all(tag)) != 1:
                self.faults.append(f"{len(self.all(tag))} <{tag}>")
        if not self.all("html")[0].get("lang"):
            self.faults.append("no language")
