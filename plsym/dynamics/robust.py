"""Periods that survive a change of the map: loops of intervals that cover with a margin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from plsym.config import Budget
from plsym.dynamics.chaos import odd_chaos
from plsym.dynamics.domains import bounded_domain
from plsym.dynamics.periodic import periodic_orbits
from plsym.dynamics.sharkovsky import checked_period
from plsym.errors import BudgetExceeded, DomainError
from plsym.exact.scalars import Scalar
from plsym.piecewise.equations import Interval
from plsym.piecewise.function import PiecewiseLinear

__all__ = ["RobustPeriod", "loop_margin", "robust_period"]


@dataclass(frozen=True)
class RobustPeriod:
    """A proof of a period that all maps near to f share.

    Attributes
    ----------
    period : int
    radius : exact number
        Each continuous map of the domain into itself that differs from f by less than
        this everywhere has the period.
    intervals : tuple of Interval
        A loop, each interval covered by the image of the one before with that margin;
        empty if the proof is odd chaos.
    orbit : tuple of exact numbers
        x, f(x), ..., f^n(x) of the odd chaos; empty if the proof is a loop.
    """

    period: int
    radius: Scalar
    intervals: tuple[Interval, ...] = ()
    orbit: tuple[Scalar, ...] = ()


def loop_margin(f: PiecewiseLinear, loop: Sequence[Interval]) -> Scalar:
    """By how much the images of the intervals of a loop reach beyond the next interval.

    Parameters
    ----------
    f : PiecewiseLinear
    loop : sequence of Interval
        Bounded intervals of the domain.

    Returns
    -------
    Fraction or AlgebraicReal
        Every map that differs from f by at most this has the same covers; negative if
        an interval does not cover the next one.

    Examples
    --------
    >>> left, right = pl.Interval(0, pl.rational("2/5")), pl.Interval(pl.rational("3/5"), 1)
    >>> pl.loop_margin(pl.sawtooth(4), [left, right])
    Fraction(0, 1)
    >>> inner = pl.Interval(pl.rational("1/8"), pl.rational("7/8"))
    >>> pl.loop_margin(pl.sawtooth(4), [inner])
    Fraction(1, 8)
    """
    if not loop:
        raise DomainError("a loop has at least one interval")
    margins: list[Any] = []
    for i, part in enumerate(loop):
        target = loop[(i + 1) % len(loop)]
        low, high = f.restrict(part.lower, part.upper).image
        margins += [target.lower - low, high - target.upper]
    best: Scalar = min(margins)
    return best


def robust_period(
    f: PiecewiseLinear, n: int, *, budget: Budget | None = None
) -> RobustPeriod | None:
    """Find the widest margin with which f has period n.

    Parameters
    ----------
    f : PiecewiseLinear
        A map of a bounded interval into itself.
    n : int
        The period.
    budget : Budget, optional
        Limits the search for cycles and, for odd n, the pieces of f^n.

    Returns
    -------
    RobustPeriod or None
        None if no cycle away from knots expands and there is no odd chaos.

    Raises
    ------
    DomainError
        If f leaves its domain or the domain is unbounded.
    BudgetExceeded
        If the search for cycles is over the budget.

    Notes
    -----
    Exact.  Around each cycle x_0, x_1, ... with slopes m_i whose product is greater
    than 1 in size, intervals of half lengths r c_i with c_i |m_i| = 1 + c_(i+1) cover each
    other with margin r and no less room will do.  The radius is the greatest r for
    which they stay inside pieces and are disjoint enough to exclude shorter periods
    (where that last limit is never reached, 4095/4096 of it).  For odd n the radius of
    `plsym.odd_chaos` competes.

    Examples
    --------
    >>> found = pl.robust_period(pl.tent(), 3)
    >>> found.radius, len(found.intervals)
    (Fraction(1, 14), 3)
    """
    period = checked_period(n)
    bounded_domain(f, "margins are found on")
    best: RobustPeriod | None = None
    for orbit in periodic_orbits(f, period, budget=budget):
        size: Any = None if orbit.multiplier is None else abs(orbit.multiplier)
        if size is None or size <= 1:
            continue
        radius, loop = _around(f, orbit.points)
        if best is None or radius > best.radius:
            best = RobustPeriod(period, radius, loop)
    if period >= 3 and period % 2:
        try:
            chaos = odd_chaos(f, period, budget=budget)
        except BudgetExceeded:
            chaos = None
        if chaos is not None and (best is None or chaos.radius > best.radius):
            best = RobustPeriod(period, chaos.radius, (), chaos.orbit)
    return best


def _around(f: PiecewiseLinear, points: Sequence[Any]) -> tuple[Scalar, tuple[Interval, ...]]:
    """The radius and the loop around one expanding cycle."""
    n = len(points)
    marks: Sequence[Any] = f.breakpoints
    slopes = f.slopes
    rooms, sizes = [], []
    for x in points:
        k = max(i for i, mark in enumerate(marks) if mark < x)
        rooms.append(min(x - marks[k], marks[k + 1] - x))
        sizes.append(abs(slopes[k]))
    # c_i = (1 + c_(i+1)) / |m_i| round the loop: c_0 (1 - 1/product) = sum of 1/(m_0 ... m_k)
    product: Any = Fraction(1)
    total: Any = Fraction(0)
    for m in sizes:
        product = product / m
        total = total + product
    widths: list[Any] = [total / (1 - product)]
    for m in reversed(sizes[1:]):
        widths.insert(0, (1 + widths[0]) / m)
    widths = [widths[-1], *widths[:-1]]
    radius: Any = min(room / c for room, c in zip(rooms, widths, strict=True))

    def apart(d: int) -> Any:
        gaps: list[Any] = [
            abs(points[i] - points[(i + d) % n]) / (widths[i] + widths[(i + d) % n])
            for i in range(n)
        ]
        return max(gaps)

    strict = [
        apart(n // p) for p in range(2, n + 1) if n % p == 0 and all(p % q for q in range(2, p))
    ]
    if strict and min(strict) <= radius:
        radius = min(strict) * Fraction(4095, 4096)
    loop = tuple(
        Interval(x - radius * c, x + radius * c) for x, c in zip(points, widths, strict=True)
    )
    return radius, loop
