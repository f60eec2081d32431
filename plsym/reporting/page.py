"""Markup as values: elements whose text is escaped unless it is markup already."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files
from typing import TypeAlias

__all__ = [
    "Content",
    "Html",
    "anchor",
    "badge",
    "cards",
    "document",
    "facts",
    "join",
    "listed",
    "markup",
    "paragraph",
    "section",
    "table",
    "tag",
]


class Html(str):
    """Text that is markup already, and is not escaped again."""

    __slots__ = ()


Content: TypeAlias = str | int | None
"""What may stand inside an element: markup, text, a count, or nothing."""

_VOID = frozenset(("br", "img", "meta"))


def markup(content: Content) -> Html:
    """Markup as it is, anything else escaped; counts with separators.

    Examples
    --------
    >>> from plsym.reporting.page import markup
    >>> markup("a < b"), markup(1024), markup(None)
    ('a &lt; b', '1,024', '')
    """
    if isinstance(content, Html):
        return content
    if content is None:
        return Html("")
    if isinstance(content, int):
        return Html(f"{content:,}")
    # control characters are no part of HTML
    return Html(escape(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "\ufffd", content)))


def join(parts: Iterable[Content], between: str = "") -> Html:
    """Parts one after the other."""
    return Html(between.join(markup(part) for part in parts))


def tag(name: str, /, *content: Content, **attributes: str | bool | None) -> Html:
    """An element.

    Parameters
    ----------
    name : str
    *content
        Text is escaped, markup is not.
    **attributes
        ``class_`` and ``aria_label`` stand for ``class`` and ``aria-label``; True is an
        attribute without value, False and None are left out.

    Examples
    --------
    >>> from plsym.reporting.page import tag
    >>> tag("p", "x < ", tag("b", "1"), class_="note")
    '<p class="note">x &lt; <b>1</b></p>'
    """
    words = [name]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        key = key.rstrip("_").replace("_", "-")
        words.append(key if value is True else f'{key}="{markup(value)}"')
    start = f"<{' '.join(words)}>"
    if name in _VOID:
        return Html(start)
    return Html(f"{start}{join(content)}</{name}>")


def paragraph(*content: Content, class_: str | None = None) -> Html:
    """A paragraph."""
    return tag("p", *content, class_=class_)


def anchor(text: str) -> str:
    """A name for an element, of small letters, digits and hyphens.

    Examples
    --------
    >>> from plsym.reporting.page import anchor
    >>> anchor("Counts and growth")
    'counts-and-growth'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "part"


def section(title: str, content: Iterable[Content]) -> Html:
    """A section with its heading."""
    name = anchor(title)
    head = tag("h2", title, id=f"{name}-title")
    return tag("section", head, *content, id=name, aria_labelledby=f"{name}-title")


def badge(word: str, kind: str) -> Html:
    """A short verdict in a colour; the word alone says it."""
    return tag("span", word, class_=f"badge {kind}")


def facts(rows: Iterable[tuple[Content, Content]], caption: str) -> Html:
    """A table of two columns: names and values."""
    body = [
        tag("tr", tag("th", name, scope="row"), tag("td", value, class_="value"))
        for name, value in rows
    ]
    return _scrolling(
        tag("table", tag("caption", tag("span", caption)), tag("tbody", *body), class_="facts"),
        caption,
    )


def table(
    caption: str,
    head: Sequence[Content],
    rows: Iterable[Sequence[Content]],
    kinds: str = "",
    note: Content = None,
) -> Html:
    """A table that scrolls inside its box where it is too wide.

    Parameters
    ----------
    caption : str
    head : sequence
        The names of the columns.
    rows : iterable of sequences
        The first cell of each is its heading.
    kinds : str
        One letter a column: "n" for numbers, which stand to the right, "t" for text.
    note : optional
        A line below.
    """
    kinds = kinds or "n" * len(head)
    classes = ["number" if kind == "n" else None for kind in kinds]
    top = [
        tag("th", name, scope="col", class_=look) for name, look in zip(head, classes, strict=True)
    ]
    body = []
    for row in rows:
        first, *others = row
        cells = [tag("th", first, scope="row", class_=classes[0])]
        cells += [
            tag("td", cell, class_=look) for cell, look in zip(others, classes[1:], strict=True)
        ]
        body.append(tag("tr", *cells))
    grid = tag(
        "table",
        tag("caption", tag("span", caption)),
        tag("thead", tag("tr", *top)),
        tag("tbody", *body),
    )
    below = paragraph(note, class_="note") if note else None
    return join([_scrolling(grid, caption), below])


def _scrolling(grid: Html, caption: str) -> Html:
    # with a tab stop, so that the keyboard scrolls it as well
    return tag("div", grid, class_="scroll", tabindex="0", role="group", aria_label=caption)


def listed(items: Iterable[Content], class_: str | None = None) -> Html:
    """A list."""
    return tag("ul", *(tag("li", item) for item in items), class_=class_)


def cards(items: Iterable[tuple[str, Content]]) -> Html:
    """The few facts one looks for first."""
    return tag(
        "dl",
        *(tag("div", tag("dt", name), tag("dd", value)) for name, value in items),
        class_="cards",
    )


def document(
    title: str, lead: Content, heads: Iterable[tuple[str, Content]], body: Html, footer: Html
) -> str:
    """The page: no script, no reference to anything outside of it."""
    names = re.findall(r'<section id="([^"]+)"[^>]*><h2[^>]*>(.*?)</h2>', body)
    links = [tag("li", tag("a", Html(name), href=f"#{key}")) for key, name in names]
    style = files("plsym.reporting").joinpath("style.css").read_text(encoding="utf-8")
    head = [
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="generator", content="plsym"),
        tag("meta", name="color-scheme", content="light dark"),
        # browsers then ask for nothing, wherever the page came from
        tag(
            "meta",
            http_equiv="Content-Security-Policy",
            content="default-src 'none'; style-src 'unsafe-inline'; img-src data:",
        ),
        tag("title", title),
        tag("style", Html(style)),
    ]
    heads = list(heads)
    top = tag(
        "header",
        tag("h1", title),
        paragraph(lead, class_="lead"),
        cards(heads) if heads else None,
    )
    contents = tag("nav", tag("ul", *links), aria_label="Contents") if len(links) > 1 else None
    page = tag(
        "html",
        "\n",
        tag("head", "\n", join(head, "\n"), "\n"),
        "\n",
        tag("body", top, "\n", contents, "\n", tag("main", "\n", body), "\n", footer, "\n"),
        "\n",
        lang="en",
    )
    return f"<!DOCTYPE html>\n{page}\n"
