"""Files that commands draw: asked for before the work begins, written whole at its end."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from plsym.atomic import write_atomically
from plsym.errors import DomainError
from plsym.interop.extras import require

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["check_picture", "plain", "save_picture"]

FORMATS = ("png", "svg", "pdf")


def check_picture(path: str) -> str:
    """Tell the format of a picture from its name, if it can be drawn and written.

    Raises
    ------
    DomainError
        If the name ends otherwise, or there is no such folder.
    MissingExtraError
        If matplotlib is not installed.

    Examples
    --------
    >>> check_picture("map.png")
    'png'
    """
    suffix = Path(path).suffix.lower().removeprefix(".")
    if suffix not in FORMATS:
        raise DomainError(f"{path}: a picture is written as .png, .svg or .pdf")
    folder = Path(path).parent
    if not folder.is_dir():
        raise DomainError(f"{folder}: there is no such folder for {path}")
    require("matplotlib", "plot")
    return suffix


def plain(words: str) -> str:
    """Words in which matplotlib sees no formula."""
    return words.replace("$", r"\$")


def save_picture(figure: Figure, path: str, dpi: float | None = None) -> int:
    """Write a picture, say so, and return its size in bytes.

    Raises
    ------
    DomainError
        If there is no room for the axes.
    """
    from plsym.plotting import figure_bytes

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        content = figure_bytes(figure, check_picture(path), dpi=dpi)
    for words in dict.fromkeys(str(warning.message) for warning in caught):
        if "collapsed" in words:
            width, height = figure.get_size_inches()
            raise DomainError(
                f"{width:g} by {height:g} inches have no room for axes and their words; give a "
                "larger size"
            )
        print(f"plsym: {' '.join(words.split())}", file=sys.stderr)  # such as a missing letter
    write_atomically(path, content)
    print(f"plsym: wrote {path}, {len(content)} bytes", file=sys.stderr)
    return len(content)
