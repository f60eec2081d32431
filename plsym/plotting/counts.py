"""How counts of iterates grow: laps and pieces beside the growth number, crossings."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from plsym.dynamics import growth as growths
from plsym.errors import DomainError
from plsym.exact.element import AlgebraicReal
from plsym.exact.scalars import Num, ScalarLike, text, to_float, to_num, to_public
from plsym.piecewise.counting import crossing_numbers, lap_numbers, piece_numbers
from plsym.piecewise.function import PiecewiseLinear
from plsym.plotting.style import (
    COLORS,
    LINES,
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

    from plsym.dynamics.growth import Growth

__all__ = ["crossings", "growth"]

Floats = NDArray[np.float64]
_LARGEST = 300.0  # decimal digits of the largest double, roughly
_DECADES = 1.3  # a logarithmic axis shows more than these
_COUNTED = {"laps": lap_numbers, "pieces": piece_numbers}


@style()
def growth(
    f: PiecewiseLinear,
    n: int = 40,
    ax: Axes | None = None,
    *,
    what: Literal["laps", "pieces"] = "laps",
    kind: Literal["count", "rate"] = "count",
    bracket: Growth | None = None,
    **kwargs: Any,
) -> list[Artist]:
    """Counts of f, ..., f^n beside the growth number s: s^n, or s beside their n-th roots.

    Parameters
    ----------
    f : PiecewiseLinear
        A map of its domain into itself.
    n : int
    ax : matplotlib Axes, optional
    what : {"laps", "pieces"}
    kind : {"count", "rate"}
        The counts with the line s^n, or their n-th roots with s.
    bracket : Growth, optional
        What `plsym.growth` has found; computed if it is not given.
    **kwargs
        For the points.

    Returns
    -------
    list of matplotlib artists
        The points, and the line, or the band if s is only known to lie in a bracket that
        the eye can see.

    Raises
    ------
    DomainError
        If f leaves its domain or a word is not known.

    Notes
    -----
    Counts are exact, and s is exact or has proved bounds.  There are at least s^n laps.
    Counts from 20 on make the axis logarithmic; beyond 10^300 it shows the decimal
    logarithm.

    References
    ----------
    .. [1] M. Misiurewicz, W. Szlenk, "Entropy of piecewise monotone mappings",
       Studia Mathematica 67 (1980), 45-63.

    Examples
    --------
    >>> fig, ax = pl.plotting.figure()
    >>> points, line = pl.plotting.growth(pl.abs_map(pl.golden()), 10, ax)
    >>> points.get_ydata()[:5].tolist(), line.get_label()
    ([2.0, 4.0, 6.0, 10.0, 16.0], '$s^n$, $s = 1.61803…$')
    """
    if what not in _COUNTED:
        raise DomainError(f"what={what!r} is not known; use 'laps' or 'pieces'")
    if kind not in ("count", "rate"):
        raise DomainError(f"kind={kind!r} is not known; use 'count' or 'rate'")
    if n < 1:
        raise DomainError(f"n={n}: at least one iterate is needed")
    counts = _COUNTED[what](f, n)
    found = growths.growth(f) if bracket is None else bracket
    ax = axes(ax)
    steps = np.arange(1.0, n + 1.0)
    logs = np.array([math.log10(c) for c in counts])
    low, high = (math.log10(end) for end in (found.lower, found.upper))
    if kind == "rate":
        values = 10 ** (logs / steps)
        lines = [np.full(n, 10**low), np.full(n, 10**high)]
        name, guide = rf"({what} of $f^n)^{{1/n}}$", _named("s", found)
    else:
        values, lines, name = _scaled(
            ax, logs, [steps * low, steps * high], f"{what} of $f^n$", counts
        )
        guide = f"$s^n$, {_named('s', found)}"
    artists = [_points(ax, steps, values, what, kwargs)]
    # wider than a line is thick
    if (high - low) * (10 if kind == "rate" else n) > 0.02:
        light: dict[str, Any] = {"facecolor": PALE[5], "edgecolor": COLORS[1], "linewidth": 0.6}
        artists.append(ax.fill_between(steps, lines[0], lines[1], label=guide, zorder=1, **light))
    else:
        artists.append(_guide(ax, steps, lines[0], guide))
    if kind == "count" and ax.get_yscale() == "linear":
        from_zero(ax)
    name_axes(ax, "$n$", name)
    legend_above(ax)
    return artists


@style()
def crossings(
    f: PiecewiseLinear,
    x: ScalarLike,
    y: ScalarLike,
    n: int = 40,
    ax: Axes | None = None,
    *,
    rate: Any = None,
    kind: Literal["alternation", "disjoint"] = "alternation",
    **kwargs: Any,
) -> list[Artist]:
    r"""Crossings of [x, y] by f, ..., f^n, beside the powers of a rate.

    Parameters
    ----------
    f : PiecewiseLinear
        A map of its domain into itself.
    x, y : exact numbers, x < y
    n : int
    ax : matplotlib Axes, optional
    rate : number, optional
        Draws rate^n: such as rho_p, the rate that the theorems promise for a map with an
        odd period p.
    kind : {"alternation", "disjoint"}
        As in `plsym.crossing_numbers`.
    **kwargs
        For the points.

    Returns
    -------
    list of matplotlib artists
        The points, and the line if there is one.

    Raises
    ------
    DomainError
        If f leaves its domain, or x < y fails.

    Notes
    -----
    Counts are exact.  The axis is as in `growth`; where some are zero, linear below 1.

    References
    ----------
    .. [1] V. Chatziafratis, S. G. Nagarajan, I. Panageas, X. Wang, "Depth-width trade-offs
       for ReLU networks via Sharkovsky's theorem", ICLR 2020, arXiv:1912.04378.

    Examples
    --------
    >>> fig, ax = pl.plotting.figure()
    >>> points, line = pl.plotting.crossings(
    ...     pl.abs_map(pl.golden()), -1, 0, 6, ax, rate=pl.golden()
    ... )
    >>> points.get_ydata().tolist(), line.get_label()
    ([2.0, 4.0, 6.0, 10.0, 16.0, 26.0], '$\\rho^n$, $\\rho = 1.61803…$')
    """
    if n < 1:
        raise DomainError(f"n={n}: at least one iterate is needed")
    counts = crossing_numbers(f, x, y, n, kind=kind)
    speed = None if rate is None else _positive(rate)
    ax = axes(ax)
    steps = np.arange(1.0, n + 1.0)
    ends = ", ".join(_short(to_num(end)) for end in (x, y))
    logs = np.array([math.log10(c) if c else -math.inf for c in counts])
    guides = [] if speed is None else [steps * math.log10(speed[0])]
    values, lines, name = _scaled(ax, logs, guides, f"crossings of [{ends}] by $f^n$", counts)
    artists = [_points(ax, steps, values, "crossings", kwargs)]
    for line in lines:
        assert speed is not None
        artists.append(_guide(ax, steps, line, rf"$\rho^n$, {speed[1]}"))
    if ax.get_yscale() == "linear":
        from_zero(ax)
    name_axes(ax, "$n$", name)
    legend_above(ax)
    return artists


def _whole(axis: Any) -> None:
    """Only whole numbers at ticks."""
    axis.get_major_locator().set_params(integer=True)


def _points(ax: Axes, steps: Any, values: Floats, name: str, kwargs: dict[str, Any]) -> Any:
    look = {"color": COLORS[0], "markersize": 3.0 if len(steps) <= 60 else 1.5, "zorder": 2}
    _whole(ax.xaxis)
    return ax.plot(steps, values, "o", **{**look, "label": name, **kwargs})[0]


def _guide(ax: Axes, steps: Any, values: Floats, name: str) -> Any:
    look: dict[str, Any] = {"color": COLORS[1], "linewidth": 1.0, "zorder": 3}
    return ax.plot(steps, values, linestyle=LINES[1], label=name, **look)[0]


def _scaled(
    ax: Axes, logs: Floats, guides: Sequence[Floats], name: str, counts: Sequence[int]
) -> tuple[Floats, list[Floats], str]:
    """Counts and lines on the axis that suits them, and what the axis shows."""
    top = max([float(logs.max(initial=0.0)), *(float(g.max()) for g in guides)])
    if top > _LARGEST:  # no double holds the counts themselves
        return logs, list(guides), rf"$\log_{{10}}$ of the {name}"
    if top < _DECADES:
        _whole(ax.yaxis)
    elif 0 in counts:
        ax.set_yscale("symlog", linthresh=1.0)
    else:
        ax.set_yscale("log")
    return np.array([float(c) for c in counts]), [10.0**g for g in guides], name


def _short(x: Num) -> str:
    exact = text(x)
    shown = exact if len(exact) <= 8 else f"{to_float(x):.4g}"
    return shown.replace("-", "\N{MINUS SIGN}")


def _positive(rate: Any) -> tuple[float, str]:
    if isinstance(rate, (float, np.floating)):
        value, name = float(rate), f"${_TOKEN} \\approx {float(rate):.6g}$"
    else:
        exact = to_public(to_num(rate))
        value, name = to_float(to_num(rate)), _equation(_TOKEN, exact)
    if not 0 < value < math.inf:
        raise DomainError(f"rate={rate!r}: a positive number is needed")
    return value, name


_TOKEN = r"\rho"


def _named(letter: str, found: Growth) -> str:
    """What is known of a growth number, in a line."""
    if found.exact is not None:
        return _equation(letter, found.exact)
    low, high = found.lower, found.upper
    for digits in range(5, 1, -1):
        if math.floor(low * 10**digits) == math.floor(high * 10**digits):
            return f"${letter} = {_decimal(low, digits)}…$"
    below, above = _decimal(low, 3), _decimal(high + Fraction(999, 10**6), 3)
    return rf"${below} \leq {letter} \leq {above}$"


def _equation(letter: str, exact: Fraction | AlgebraicReal) -> str:
    if isinstance(exact, Fraction) and len(str(exact)) <= 9:
        return f"${letter} = {exact}$"
    low = exact if isinstance(exact, Fraction) else exact.enclosure(80)[0]
    return f"${letter} = {_decimal(low, 5)}…$"


def _decimal(x: Fraction, digits: int) -> str:
    """The decimals of a number >= 0, cut off."""
    units = math.floor(x * 10**digits)
    return f"{units // 10**digits}.{units % 10**digits:0{digits}d}"
