"""Figures inside the page: SVG whose names are its own, or a PNG where that is smaller."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal
from xml.etree import ElementTree

from plsym.reporting.page import Content, Html, tag

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["embedded", "pair", "picture"]

_LARGEST = 300_000  # bytes of an SVG inside the page
_SCALE = 8.6  # rem on the page for an inch
_SPACE = re.compile(r"^\{[^}]*\}")
_NAMED = re.compile(r"url\(#([^)]+)\)")


def picture(
    name: str,
    title: str,
    caption: Content,
    draw: Callable[[Any], Any],
    *,
    size: tuple[float, float] | Literal["own"] | None = None,
) -> Html:
    """A figure, drawn on new axes.

    Parameters
    ----------
    name : str
        Different for each figure of a page; names in the SVG begin with it.
    title : str
        What the picture shows, for those who do not see it.
    caption : str or markup
    draw : function of axes
        Gives back artists.
    size : pair of float or "own"
        In inches; "own" leaves it to the function, which is called with None.
    """
    from plsym.plotting import figure, style

    with style():
        if size == "own":
            fig = draw(None)[0].axes.figure
        else:
            fig, ax = figure(size=size)
            draw(ax)
    return embedded(name, title, caption, fig)


def pair(*figures: Html) -> Html:
    """Figures beside each other where there is room."""
    return tag("div", *figures, class_="pair")


def embedded(name: str, title: str, caption: Content, fig: Figure) -> Html:
    """A matplotlib figure as an element of the page."""
    from plsym.plotting import figure_bytes

    data = figure_bytes(fig, "svg", close=True)
    if len(data) <= _LARGEST:
        image = inline(data, name, title)
    else:
        pixels = base64.b64encode(figure_bytes(fig, "png", close=True)).decode()
        image = tag("img", src=f"data:image/png;base64,{pixels}", alt=title)
    # letters a little larger than those of the text around, and no larger
    width = f"max-width: {fig.get_figwidth() * _SCALE:.1f}rem"
    return tag("figure", image, tag("figcaption", caption), style=width)


def inline(data: bytes, name: str, title: str) -> Html:
    """An SVG file as an element: no namespaces, metadata or global style, names of its own."""
    root = ElementTree.fromstring(data)
    for parent in root.iter():
        for child in list(parent):
            if _SPACE.sub("", child.tag) in ("metadata", "style", "title"):
                parent.remove(child)
    for element in root.iter():
        element.tag = _SPACE.sub("", element.tag)
        attributes = dict(element.attrib)
        element.attrib.clear()
        for key, value in attributes.items():
            key = _SPACE.sub("", key)
            if key == "id":
                value = f"{name}-{value}"
            elif key == "href":
                value = f"#{name}-{value.removeprefix('#')}"
            else:
                value = _NAMED.sub(rf"url(#{name}-\1)", value)
            element.set(key, value)
        for text in (element.text, element.tail):
            if text is not None and not text.strip():
                element.text = None if text is element.text else element.text
                element.tail = None if text is element.tail else element.tail
    for key in ("width", "height", "version"):
        root.attrib.pop(key, None)
    # the style that matplotlib writes for every element of a document
    root.set("style", "stroke-linejoin: round; stroke-linecap: butt")
    root.set("role", "img")
    root.set("aria-labelledby", f"{name}-title")
    label = ElementTree.Element("title", {"id": f"{name}-title"})
    label.text = title
    root.insert(0, label)
    return Html(ElementTree.tostring(root, encoding="unicode"))
