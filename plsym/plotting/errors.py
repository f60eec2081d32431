"""Errors of trained networks against their depth, beside what no network can go below."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from plsym.errors import DomainError
from plsym.plotting.style import (
    COLORS,
    INK,
    LINES,
    MARKERS,
    PALE,
    axes,
    from_zero,
    legend_above,
    name_axes,
    style,
)

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

__all__ = ["error_by_depth"]

_WIDE = 20.0  # a ratio of errors that calls for a logarithmic axis


@style()
def error_by_depth(
    depths: Sequence[int],
    errors: Sequence[Any],
    ax: Axes | None = None,
    *,
    bounds: Sequence[Any] | None = None,
    best: Any = None,
    label: str | None = None,
    series: int = 0,
    **kwargs: Any,
) -> list[Artist]:
    """Errors against depth, certified lower bounds, and the error of the best constant.

    Parameters
    ----------
    depths : sequence of int
        Numbers of hidden layers, increasing.
    errors : sequence of numbers, or of sequences of numbers
        One error for each depth, or one for each of several runs: then the median is
        drawn with a bar from the least to the largest.
    ax : matplotlib Axes, optional
    bounds : sequence of numbers, optional
        For each depth what every network errs at least; the area below is shaded.  None
        where there is no bound.
    best : number, optional
        The error of the best constant: a horizontal line.
    label : str, optional
        Of the errors in the legend.
    series : int
        Call again with 1, 2, ... for further errors on the same axes: colours, markers
        and line styles differ, and bars stand beside each other.
    **kwargs
        For the line through the medians.

    Returns
    -------
    list of matplotlib artists
        The line, the bars if there are several runs, the area of the bounds and the line
        of the best constant if they are given.

    Raises
    ------
    DomainError
        If lengths do not match or an error is negative or not finite.

    Notes
    -----
    The axis of errors is logarithmic if they are positive and spread over a factor of 20.

    Examples
    --------
    >>> fig, ax = pl.plotting.figure()
    >>> line, bars, area, constant = pl.plotting.error_by_depth(
    ...     [1, 2], [[0.7, 0.6, 0.8], [0.5, 0.5, 0.6]], ax, bounds=[0.4, 0.1], best=0.75
    ... )
    >>> line.get_ydata().tolist()
    [0.7, 0.5]
    """
    runs = [np.atleast_1d(np.array(_numbers(e), dtype=float)) for e in errors]
    floors = [None] * len(runs) if bounds is None else list(bounds)
    if not len(depths) == len(runs) == len(floors) or not runs:
        raise DomainError(
            f"{len(depths)} depths, {len(runs)} errors and {len(floors)} bounds; "
            "as many of each are needed, and at least one"
        )
    lowest = np.array([math.nan if b is None else float(b) for b in floors])
    constant = None if best is None else float(best)
    given = np.concatenate([*runs, lowest[~np.isnan(lowest)], [] if best is None else [constant]])
    if not all(len(r) for r in runs) or not (np.isfinite(given).all() and (given >= 0).all()):
        raise DomainError("errors and bounds are finite numbers >= 0, at least one for each depth")
    ax = axes(ax)
    at = np.array(depths, dtype=float)
    middle = np.array([np.median(r) for r in runs])
    k = series
    look = {
        "color": COLORS[k % 6],
        "marker": MARKERS[k % len(MARKERS)],
        "linestyle": LINES[k % len(LINES)],
        "zorder": 3 + 0.1 * k,
    }
    (line,) = ax.plot(at, middle, **{**look, "label": label, **kwargs})
    artists: list[Artist] = [line]
    several = any(len(r) > 1 for r in runs)
    if several:
        low, high = (np.array([end(r) for r in runs]) for end in (np.min, np.max))
        bars: Any = ax.errorbar(
            at,
            middle,
            yerr=[middle - low, high - middle],
            fmt="none",
            ecolor=line.get_color(),
            elinewidth=0.8,
            capsize=2.0,
            capthick=0.8,
            zorder=line.get_zorder(),
        )
        artists.append(bars)
    drawn = np.concatenate([*runs, [] if constant is None else [constant]])
    if drawn.min() > 0 and drawn.max() > _WIDE * drawn.min():
        ax.set_yscale("log")
    if bounds is not None:
        artists.append(_forbidden(ax, at, lowest, float(drawn[drawn > 0].min(initial=1.0))))
    if constant is not None:
        name = "best constant"
        artists.append(
            ax.axhline(constant, color=INK, linewidth=0.9, linestyle=LINES[3], label=name, zorder=2)
        )
    if ax.get_yscale() == "linear":
        from_zero(ax)
    ax.set_xticks(at, [str(d) for d in depths])
    name_axes(ax, "hidden layers", "error")
    legend_above(ax)
    return artists


def _numbers(entry: Any) -> Any:
    if isinstance(entry, (str, bytes)):
        raise DomainError(f"an error is a number or a sequence of numbers, not {entry!r}")
    try:
        return [float(e) for e in entry]
    except TypeError:
        return float(entry)


def _forbidden(ax: Axes, at: Any, lowest: Any, least: float) -> Any:
    """The area below certified bounds, a step around each depth."""
    known = ~np.isnan(lowest)
    floor = 0.0
    if ax.get_yscale() == "log":  # down to the bounds, but not for ever
        positive = lowest[known & (lowest > 0)]
        floor = max(min(least, float(positive.min(initial=least))), least / 1000) / 2
    edges = np.concatenate([[at[0] - 0.5], (at[1:] + at[:-1]) / 2, [at[-1] + 0.5]])
    area = ax.fill_between(
        np.repeat(edges, 2)[1:-1],
        floor,
        np.repeat(np.where(known, lowest, floor), 2),
        where=np.repeat(known & (lowest > floor), 2),
        facecolor=PALE[4],
        edgecolor="#777777",
        linewidth=0.8,
        label="no network below",
        zorder=1,
    )
    area.sticky_edges.y.append(floor)  # the axis begins there
    return area
