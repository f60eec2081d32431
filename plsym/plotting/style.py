"""How pictures look: colours, line styles, the size of a paper's column, bytes of a file."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from plsym.errors import DomainError
from plsym.interop.extras import require

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "COLORS",
    "COLUMN",
    "FORMATS",
    "INK",
    "LINES",
    "MARKERS",
    "PALE",
    "axes",
    "detached",
    "figure",
    "figure_bytes",
    "from_zero",
    "legend_above",
    "name_axes",
    "panels",
    "style",
]

COLORS = (
    "#0072B2",  # blue
    "#D55E00",  # vermillion
    "#009E73",  # green
    "#E69F00",  # orange
    "#56B4E9",  # sky
    "#CC79A7",  # purple
    "#000000",
    "#F0E442",  # yellow: too light for thin lines on white, hence the last
)
"""Okabe and Ito's colours, which colour-blind readers tell apart, in the order of use."""

PALE = (
    "#C6DFF0",
    "#FBE3C2",
    "#CBE8DC",
    "#EFD9E8",
    "#E2E2E2",
    "#F9D3C3",
    "#FAF6CC",
    "#DCF0FA",
)
"""Tints of them for areas, on which black lines and text stay legible."""

MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
LINES: tuple[Any, ...] = (
    "-",
    "--",
    "-.",
    ":",
    (0, (5, 1)),
    (0, (3, 1, 1, 1)),
    (0, (8, 3)),
    (0, (1, 3)),
)
"""Markers and line styles, so that series differ in print without colour."""

INK = "#222222"
"""Of axes and text."""

COLUMN = (3.4, 2.5)
"""Width and height of a figure in a paper with two columns, in inches."""

_PAGE = 7.0  # the width of both columns
FORMATS = ("png", "svg", "pdf")
# Files of equal figures are equal: no date, no version of the program.
_METADATA: dict[str, dict[str, Any]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": "plsym"},
    "pdf": {"CreationDate": None, "Creator": "plsym", "Producer": None},
}
_TICKS: dict[str, Any] = {
    "labelsize": 8,
    "width": 0.6,
    "length": 3.0,
    "color": INK,
    "labelcolor": INK,
}

_DETACHED: ContextVar[bool] = ContextVar("detached", default=False)

_PARAMETERS: dict[str, Any] = {
    "font.family": "sans-serif",
    # shipped with matplotlib, so that the picture does not depend on the machine
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9,
    "mathtext.fontset": "dejavusans",
    "text.color": INK,
    "axes.titlesize": 9,
    "figure.titlesize": 10,
    "axes.labelsize": 9,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.formatter.use_mathtext": True,
    "axes.formatter.limits": [-3, 5],
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 3.0,
    "ytick.major.size": 3.0,
    "xtick.minor.width": 0.4,
    "ytick.minor.width": 0.4,
    "xtick.minor.size": 1.8,
    "ytick.minor.size": 1.8,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "legend.handlelength": 1.8,
    "lines.linewidth": 1.1,
    "lines.markersize": 3.5,
    "lines.solid_joinstyle": "round",
    "figure.dpi": 150,
    "savefig.dpi": 200,
    # outlines of letters: the same everywhere, on a phone without the font as well
    "svg.fonttype": "path",
    "svg.hashsalt": "plsym",
    "pdf.fonttype": 42,
}


@contextmanager
def style() -> Iterator[None]:
    """The parameters of a paper's figure, while the context lasts.

    Returns
    -------
    context manager
        Also a decorator: the functions of `plsym.plotting` run in it.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.

    Notes
    -----
    Starts from matplotlib's defaults, so that a picture does not depend on the reader's
    configuration, and puts back everything at the end.  Axes made by somebody else keep
    their own spines, ticks and sizes.

    Examples
    --------
    >>> import matplotlib
    >>> before = matplotlib.rcParams["font.size"]
    >>> with pl.plotting.style():
    ...     inside = matplotlib.rcParams["font.size"]
    >>> inside, matplotlib.rcParams["font.size"] == before
    (9.0, True)
    """
    library = require("matplotlib.style", "plot")
    colours = require("cycler", "plot").cycler(color=COLORS)
    with library.context({**_PARAMETERS, "axes.prop_cycle": colours}, after_reset=True):
        yield


def axes(ax: Axes | None = None, size: tuple[float, float] = COLUMN) -> Axes:
    """The given axes, or those of a new figure.

    Parameters
    ----------
    ax : matplotlib Axes, optional
        Given back as they are.
    size : pair of float
        Width and height of a new figure, in inches.

    Returns
    -------
    matplotlib Axes

    Notes
    -----
    A new figure is one of pyplot's: a notebook shows it, a script shows it with
    ``plt.show()``, and pyplot keeps it until it is closed.  Programs that write many
    files take `figure`, whose figures nobody keeps.

    Examples
    --------
    >>> _, ax = pl.plotting.figure()
    >>> pl.plotting.axes(ax) is ax
    True
    """
    if ax is not None:
        return ax
    with style():
        new = _fresh(size).add_subplot()
        _settle(new)
    return new


def panels(count: int) -> list[Axes]:
    """Axes for small multiples, up to three in a row, in a new figure as `axes` makes it."""
    cols = 2 if count == 4 else min(3, max(count, 1))
    rows = -(-count // cols)
    size = (max(COLUMN[0], _PAGE / 3 * cols), 2.2 * rows)
    with style():
        fig = _fresh(size)
        new = [fig.add_subplot(rows, cols, k + 1) for k in range(count)]
        for ax in new:
            _settle(ax)
    return new


def _fresh(size: tuple[float, float]) -> Figure:
    if _DETACHED.get():
        make = require("matplotlib.figure", "plot").Figure
    else:
        make = require("matplotlib.pyplot", "plot").figure
    new: Figure = make(figsize=size, layout="constrained")
    return new


@contextmanager
def detached() -> Iterator[None]:
    """Let new axes be in figures that nobody keeps, as those of `figure`, for a while.

    For programs that write files: pyplot would keep each figure, and ask for a display.
    """
    token = _DETACHED.set(True)
    try:
        yield
    finally:
        _DETACHED.reset(token)


def figure(
    rows: int = 1, cols: int = 1, size: tuple[float, float] | None = None, **subplots: Any
) -> tuple[Figure, Any]:
    """A figure that nobody else keeps, with its axes.

    Parameters
    ----------
    rows, cols : int
        The grid of axes.
    size : pair of float, optional
        Width and height in inches: one column of a paper for one column of axes, its
        page for more.
    **subplots
        Passed to ``Figure.subplots``, such as ``sharey=True`` or ``squeeze=False``.

    Returns
    -------
    (matplotlib Figure, Axes or array of them)
        As ``matplotlib.pyplot.subplots``: one Axes, an array of shape (n,) if there is
        one row or column, else of shape (rows, cols).

    Notes
    -----
    pyplot does not know the figure: it is collected as other objects are, and needs no
    display.

    Examples
    --------
    >>> fig, (left, right) = pl.plotting.figure(1, 2)
    >>> lines = pl.plotting.plot(pl.tent(), left)
    >>> pl.plotting.figure_bytes(fig, "svg")[:5]
    b'<?xml'
    """
    if size is None:
        size = (COLUMN[0] if cols == 1 else _PAGE, COLUMN[1] * rows)
    make = require("matplotlib.figure", "plot").Figure
    with style():
        fig = make(figsize=size, layout="constrained")
        grid = fig.subplots(rows, cols, **subplots)
        for ax in fig.axes:
            _settle(ax)
    return fig, grid


def figure_bytes(
    fig: Figure, form: str = "png", *, dpi: float | None = None, close: bool = False
) -> bytes:
    """A figure as the bytes of a file; figures made alike give equal bytes.

    Parameters
    ----------
    fig : matplotlib Figure
    form : {"png", "svg", "pdf"}
    dpi : float, optional
        Dots per inch of a PNG; 200 by default.
    close : bool
        Whether pyplot is to forget the figure afterwards.

    Returns
    -------
    bytes

    Raises
    ------
    DomainError
        If the format is none of these.

    Notes
    -----
    Without date and version, and with fixed names inside an SVG, whose letters are
    outlines: the picture is the same where the font is missing.

    Examples
    --------
    >>> one, other = (pl.plotting.figure()[0] for _ in range(2))
    >>> pl.plotting.figure_bytes(one, "svg") == pl.plotting.figure_bytes(other, "svg")
    True
    """
    if form not in FORMATS:
        raise DomainError(f"a picture is written as {', '.join(FORMATS)}, not as {form!r}")
    stream = io.BytesIO()
    try:
        with style():
            fig.savefig(stream, format=form, dpi=dpi, metadata=_METADATA[form])
    finally:
        pyplot = sys.modules.get("matplotlib.pyplot")
        if close and pyplot is not None:
            pyplot.close(fig)
    return stream.getvalue()


def legend_above(ax: Axes, handles: list[Any] | None = None) -> Any:
    """A legend over the axes, where no curve can be, not wider than they are.

    Returns
    -------
    matplotlib Legend or None
        None if nothing has a label.
    """
    shown = ax.get_legend_handles_labels()[0] if handles is None else handles
    if not shown:
        return None
    room = ax.get_position().width * ax.figure.bbox.width
    for columns in range(min(4, len(shown)), 0, -1):
        legend = ax.legend(
            handles=shown,
            loc="lower left",
            bbox_to_anchor=(0.0, 1.0),
            ncols=columns,
            borderaxespad=0.2,
            borderpad=0.2,
            columnspacing=1.2,
            handletextpad=0.5,
            labelspacing=0.3,
        )
        if columns == 1 or legend.get_window_extent().width <= room:
            return legend
    return None


def name_axes(ax: Axes, x: str, y: str) -> None:
    """Name axes that have no name yet: what the caller has written stays."""
    if not ax.get_xlabel():
        ax.set_xlabel(x)
    if not ax.get_ylabel():
        ax.set_ylabel(y)


def from_zero(ax: Axes) -> None:
    """Let a linear vertical axis begin at 0 and reach over all that was drawn so far."""
    ax.autoscale(axis="y")
    ax.set_ylim(0.0, ax.get_ylim()[1])


def _settle(ax: Axes) -> None:
    """Give new axes the ticks of the style for good: matplotlib makes ticks when it draws."""
    ax.tick_params(which="major", **_TICKS)
    ax.tick_params(which="minor", width=0.4, length=1.8, color=INK)
