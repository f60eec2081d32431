"""Graphs of functions of one variable and of their iterates, and cobwebs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from plsym.dynamics.orbits import eventual_period, orbit
from plsym.errors import DomainError
from plsym.exact.rationals import dyadic
from plsym.exact.scalars import Num, ScalarLike, text, to_float, to_num, to_public
from plsym.networks.network import ReLUNetwork
from plsym.piecewise.function import PiecewiseLinear
from plsym.piecewise.iterate import IterateSource
from plsym.plotting.envelope import Columns, envelope
from plsym.plotting.style import COLORS, INK, axes, legend_above, name_axes, style
from plsym.shown import as_text

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

__all__ = ["cobweb", "plot"]

Floats = NDArray[np.float64]
Window = tuple[Any, Any]

_COLUMNS = 1000  # of pixels: a column of print at 350 dots an inch
_COUNTED = 1000  # of later iterates the pieces are not counted: that takes O(n^2) steps
_GREY = "#9A9A9A"
_OF_AREAS = ("alpha", "zorder", "clip_on", "rasterized", "linewidth")


@style()
def plot(
    f: PiecewiseLinear | ReLUNetwork,
    ax: Axes | None = None,
    *,
    columns: int | None = None,
    domain: Window | None = None,
    **kwargs: Any,
) -> list[Artist]:
    """The graph of a function, right with any number of pieces.

    Parameters
    ----------
    f : PiecewiseLinear or ReLUNetwork
        Such as an iterate ``g.iterate(n)``, lazy as it is; a network has one input and
        one output.
    ax : matplotlib Axes, optional
    columns : int, optional
        Into how many columns of pixels the picture is divided (1000).
    domain : pair of numbers, optional
        The part to be drawn; floats are taken as they are.  By default the domain of f,
        and around the breakpoints where it is infinite.
    **kwargs
        For the line, such as ``color`` and ``label``; what suits areas goes to the area.

    Returns
    -------
    list of matplotlib artists
        The line, and the area if there is one.

    Raises
    ------
    DomainError
        If the window is empty, leaves the domain or is too narrow for doubles, or the
        network has several inputs or outputs.

    Notes
    -----
    With no more pieces than columns the line goes through all knots.  With more, the image
    of each column of pixels under f^n is computed, by taking the column through f, n times:
    an area from the least to the greatest value of f^n on the column, or a line where f^n
    is affine there.  That takes O(n * columns) steps, lists no piece, and has no aliasing.
    Floats only draw: ends are rounded outwards, so no value is outside the area.

    Examples
    --------
    >>> fig, ax = pl.plotting.figure()
    >>> (line,) = pl.plotting.plot(pl.tent(), ax)
    >>> line.get_xydata().tolist()
    [[0.0, 0.0], [0.5, 1.0], [1.0, 0.0]]
    >>> line, area = pl.plotting.plot(pl.tent().iterate(300), ax)  # 2^300 pieces
    >>> area.get_datalim(ax.transData).extents.round(6).tolist()
    [0.0, 0.0, 1.0, 1.0]
    """
    count = _COLUMNS if columns is None else columns
    if count < 1:
        raise DomainError(f"columns={columns}: at least one column of pixels is needed")
    function, low, high = _windowed(f, domain)
    source = _iterate(function)
    power = source.power if source else 1
    listed = _knots_between(function, low, high, count)
    if listed is not None:
        ax = axes(ax)
        artists: list[Artist] = [ax.plot(*listed, **kwargs)[0]]
    else:
        edges = np.linspace(to_float(low), to_float(high), count + 1)
        found = envelope(source.base if source else function._knots(), power, edges)
        ax = axes(ax)
        artists = _draw_columns(ax, found, kwargs)
    name_axes(ax, "$x$", "$f(x)$" if power == 1 else f"$f^{{{power}}}(x)$")
    ax.margins(x=0.02)
    return artists


def _iterate(f: PiecewiseLinear) -> IterateSource | None:
    """The lazy iterate behind a function, if it is one."""
    source = f._source if f._listed is None else None
    return source if isinstance(source, IterateSource) else None


def _windowed(
    f: PiecewiseLinear | ReLUNetwork, domain: Window | None
) -> tuple[PiecewiseLinear, Num, Num]:
    """A function of one variable and the ends of what is drawn of it."""
    ends = None if domain is None else [_exact(end) for end in domain]
    if ends is not None and (len(ends) != 2 or not ends[0] < ends[1]):
        shown = ", ".join(text(end) for end in ends)
        raise DomainError(f"domain=({shown}) is no interval; give (a, b) with a < b")
    if isinstance(f, ReLUNetwork):
        f = f.to_piecewise(*(ends or (None, None)))
    a, b = f._ends()
    if ends is not None:
        low, high = ends
        if (a is not None and low < a) or (b is not None and high > b):
            raise DomainError(
                f"domain=({text(low)}, {text(high)}) is not inside the domain of f, from "
                f"{as_text(f.domain[0])} to {as_text(f.domain[1])}"
            )
        return f, low, high
    if a is not None and b is not None:
        return f, a, b
    # around the breakpoints: those of f where those of f^n are too many
    source = _iterate(f)
    knots = source.base if source else f._knots()
    first: Any = knots.xs[0]
    last: Any = knots.xs[-1]
    pad = (last - first) / 2 if last > first else to_num(1)
    return f, first - pad if a is None else a, last + pad if b is None else b


def _exact(end: Any) -> Num:
    return to_num(dyadic(end) if isinstance(end, (float, np.floating)) else end)


def _knots_between(
    f: PiecewiseLinear, low: Num, high: Num, most: int
) -> tuple[Floats, Floats] | None:
    """The ends of an interval and the knots inside, as doubles; None if they are too many."""
    source = _iterate(f)
    if source is not None and source.power > _COUNTED:
        return None
    many = f.num_pieces > most
    if many and (low, high) == f._ends():
        return None
    if source is None or not many:
        x, y = f.to_numpy()
        inside = (to_float(low) < x) & (x < to_float(high))
        x, y = x[inside], y[inside]
        if len(x) >= most:
            return None
    else:
        first, last = _rank(source, low), _rank(source, high)
        if last - first > most:
            return None
        first += first < last and source.abscissa(first) == low
        # one knot at a time: the list may have 2^1000
        x = np.array([to_float(source.abscissa(j)) for j in range(first, last)])
        y = np.array([to_float(source.ordinate(j)) for j in range(first, last)])
    ends = [to_float(f._value(low)), to_float(f._value(high))]
    return (
        np.concatenate([[to_float(low)], x, [to_float(high)]]),
        np.concatenate([ends[:1], y, ends[1:]]),
    )


def _rank(source: IterateSource, x: Num) -> int:
    """How many knots of an iterate are to the left of a point: there may be 2^1000."""
    low, high = 0, source.num_knots
    while low < high:
        middle = (low + high) // 2
        if source.abscissa(middle) < x:
            low = middle + 1
        else:
            high = middle
    return low


def _draw_columns(ax: Axes, found: Columns, kwargs: dict[str, Any]) -> list[Artist]:
    """A line where the function is affine on columns, and an area elsewhere."""
    bent = found.direction == 2
    alone = np.zeros_like(bent)
    alone[1:-1] = bent[1:-1] & ~bent[:-2] & ~bent[2:]
    line = ax.plot(*_polyline(found, bent, alone), **kwargs)[0]
    # runs of columns with the same values are one step
    dense = bent & ~alone
    rows = np.stack([found.low, found.high, dense])
    starts = np.flatnonzero(np.append(True, (rows[:, 1:] != rows[:, :-1]).any(axis=0)))
    steps = np.append(found.edges[starts], found.edges[-1])
    area = ax.fill_between(
        np.repeat(steps, 2)[1:-1],
        np.repeat(found.low[starts], 2),
        np.repeat(found.high[starts], 2),
        where=np.repeat(dense[starts], 2),
        **{"linewidth": line.get_linewidth()}
        | {name: kwargs[name] for name in _OF_AREAS if name in kwargs},
        facecolor=line.get_color(),
        edgecolor=line.get_color(),
        joinstyle="round",
    )
    return [line, area]


def _polyline(
    found: Columns, bent: NDArray[np.bool_], alone: NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """Through the columns on which the function is affine, and the bends alone between them.

    Four points a column: a bend goes from its left neighbour's end to the least and the
    greatest value and on to the right neighbour; NaN where the area takes over.
    """
    share = np.array([0.0, 1.0, 2.0, 3.0]) / 3.0
    x = found.edges[:-1, None] + np.diff(found.edges)[:, None] * share
    down = found.direction == -1
    first, last = np.where(down, found.high, found.low), np.where(down, found.low, found.high)
    y = first[:, None] + (last - first)[:, None] * share
    k = np.flatnonzero(alone)
    before, after = last[k - 1], first[k + 1]
    # the nearer extreme first
    near_low = before - found.low[k] <= found.high[k] - before
    y[k] = np.stack(
        [
            before,
            np.where(near_low, found.low[k], found.high[k]),
            np.where(near_low, found.high[k], found.low[k]),
            after,
        ],
        axis=1,
    )
    y[bent & ~alone] = np.nan
    # inner points of affine columns say nothing; one gap stands for an area
    keep = np.ones(y.shape, dtype=bool)
    keep[~bent, 1:3] = False
    keep[bent & ~alone, 1:] = False
    return x[keep], y[keep]


@style()
def cobweb(
    f: PiecewiseLinear,
    start: ScalarLike,
    steps: int = 50,
    ax: Axes | None = None,
    *,
    columns: int | None = None,
    **kwargs: Any,
) -> list[Artist]:
    """The orbit of a point as stairs between the graph and the diagonal.

    Parameters
    ----------
    f : PiecewiseLinear
    start : exact number
    steps : int
        How many points of the orbit follow it.
    ax : matplotlib Axes, optional
    columns : int, optional
        For the graph, as in `plot`.
    **kwargs
        For the stairs.

    Returns
    -------
    list of matplotlib artists
        The graph (one or two), the diagonal, the stairs, the stairs of the cycle if the
        orbit falls into one within the steps, and the start.

    Raises
    ------
    DomainError
        If the orbit leaves the domain.

    Notes
    -----
    The orbit is exact, so a cycle is one; floats only draw.  Where rational orbits grow
    long, n steps cost O(n^2) bits.

    References
    ----------
    .. [1] R. L. Devaney, "An Introduction to Chaotic Dynamical Systems", 2nd ed.,
       Addison-Wesley 1989, section 1.4 (graphical analysis).

    Examples
    --------
    >>> fig, ax = pl.plotting.figure()
    >>> graph, diagonal, stairs, cycle, first = pl.plotting.cobweb(pl.tent(), "1/7", 20, ax)
    >>> cycle.get_label(), len(stairs.get_xydata())
    ('cycle of period 3', 9)
    """
    fallen = eventual_period(f, start, up_to=steps)
    length = steps if fallen is None else fallen.preperiod + fallen.period
    points = [to_float(to_num(x)) for x in orbit(f, start, length)]
    ax = axes(ax, (3.2, 3.2))
    low, high = _square(f, points)
    inside = _part(f, low, high)
    graph = plot(f, ax, columns=columns, domain=inside, color=INK, zorder=2)
    (diagonal,) = ax.plot([low, high], [low, high], color=_GREY, linewidth=0.7, zorder=1)
    look = {"color": COLORS[0], "linewidth": 0.8, "zorder": 3}
    look["label"] = f"orbit of {as_text(to_public(to_num(start)))}"
    x, y = _stairs(points)
    artists = [*graph, diagonal, *ax.plot(x, y, **{**look, **kwargs})]
    if fallen is not None:
        x, y = _stairs(points[fallen.preperiod :])
        artists += ax.plot(
            x,
            y,
            color=COLORS[1],
            linewidth=1.4,
            zorder=4,
            label=f"cycle of period {fallen.period}",
        )
    artists += ax.plot(
        points[:1], points[:1], "o", color=COLORS[0], markersize=4, zorder=5, clip_on=False
    )
    pad = 0.02 * (high - low)
    ax.set_xlim(low - pad, high + pad)
    ax.set_ylim(low - pad, high + pad)
    ax.set_aspect("equal")
    legend_above(ax)
    return artists


def _stairs(points: list[float]) -> tuple[Floats, Floats]:
    """From the diagonal to the graph, to the diagonal, ...; along the orbit."""
    path = np.repeat(points, 2)
    return path[:-1], np.concatenate([path[:1], path[2:]])


def _square(f: PiecewiseLinear, points: list[float]) -> tuple[float, float]:
    """The side of the square that is shown: the domain, or what the orbit needs of it."""
    low, high = (to_float(end) if end is not None else math.nan for end in f._ends())
    if math.isfinite(low) and math.isfinite(high):
        top = max(high, *(v for v in map(float, f.image)))
        return min(low, float(f.image[0])), top
    _, first, last = _windowed(f, None)
    return min(to_float(first), *points), max(to_float(last), *points)


def _part(f: PiecewiseLinear, low: float, high: float) -> tuple[Any, Any]:
    """The part of the domain between two doubles."""
    a, b = f._ends()
    return (dyadic(low) if a is None else a, dyadic(high) if b is None else b)
