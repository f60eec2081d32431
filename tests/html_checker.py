"""An independent reader of HTML pages: is every element closed, what refers to what?"""

from __future__ import annotations

import re
from html.parser import HTMLParser

VOID = {"br", "img", "meta", "link", "hr", "input", "source", "col", "base", "embed", "wbr"}
# attributes from which a browser fetches or follows something
REFERENCES = {
    "action", "background", "cite", "data", "formaction", "href", "icon", "longdesc",
    "manifest", "ping", "poster", "profile", "src", "srcdoc", "srcset", "usemap", "xlink:href",
}  # fmt: skip


class Page(HTMLParser):
    """Reads a page strictly: an element that is not closed, or twice, is an error."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.ids: list[str] = []
        self.references: list[tuple[str, str, str]] = []
        self.urls: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(text)
        self.close()
        assert not self.stack, self.stack

    def _open(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), (tag, names)
        found = dict(attrs)
        self.tags.append((tag, found))
        if found.get("id"):
            self.ids.append(str(found["id"]))
        for name, value in attrs:
            assert not name.startswith("on"), (tag, name)
            if name in REFERENCES and not (tag == "meta" and name == "name"):
                self.references.append((tag, name, value or ""))
            self.urls += re.findall(r"url\(\s*['\"]?([^)'\"]*)", value or "")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open(tag, attrs)
        if tag not in VOID:
            self.stack.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # only elements of another vocabulary close themselves
        assert "svg" in self.stack, tag
        self._open(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert tag not in VOID, tag
        assert self.stack, f"</{tag}> closes nothing"
        assert self.stack[-1] == tag, f"</{tag}> inside <{self.stack[-1]}>"
        self.stack.pop()

    def handle_data(self, data: str) -> None:
        for tag in self.stack:
            self.texts[tag][-1] += data
        if self.stack and self.stack[-1] == "style":
            self.urls += re.findall(r"url\(\s*['\"]?([^)'\"]*)", data)
            assert "@import" not in data

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.tags)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]
