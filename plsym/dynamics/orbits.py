"""Orbits of points: exact values, least periods, and when a point becomes periodic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from plsym.errors import DomainError
from plsym.exact.scalars import Num, Scalar, ScalarLike, to_num, to_public
from plsym.piecewise.function import PiecewiseLinear
from plsym.piecewise.orbits import checked_power

__all__ = ["EventualPeriod", "eventual_period", "least_period", "orbit"]


def orbit(f: PiecewiseLinear, x: ScalarLike, n: int) -> tuple[Scalar, ...]:
    """The points x, f(x), ..., f^n(x), exactly.

    Parameters
    ----------
    f : PiecewiseLinear
    x : exact number
        A point of the domain.
    n : int
        The number of steps, at least 0.

    Returns
    -------
    tuple of n + 1 exact numbers

    Raises
    ------
    DomainError
        If a point lies outside the domain; the step is named.

    Notes
    -----
    Exact.  n evaluations; for rational data the size of the numbers grows by the size
    of the slopes in each step, so O(n^2) bits in all.

    Examples
    --------
    >>> [str(x) for x in pl.orbit(pl.tent(), "1/7", 4)]
    ['1/7', '2/7', '4/7', '6/7', '2/7']
    """
    return tuple(to_public(v) for v in _orbit(f, to_num(x), checked_power(n)))


def _orbit(f: PiecewiseLinear, x: Num, n: int) -> list[Num]:
    points = [x]
    for k in range(n):
        try:
            points.append(f._value(points[-1]))
        except DomainError as error:
            raise DomainError(f"after {k} steps: {error}") from None
    return points


def least_period(f: PiecewiseLinear, x: ScalarLike, up_to: int) -> int | None:
    """The least n from 1 to ``up_to`` with f^n(x) = x, None if there is none.

    Examples
    --------
    >>> pl.least_period(pl.tent(), "2/9", 10)
    3
    """
    start = to_num(x)
    point: Any = start
    for n in range(1, checked_power(up_to, "the bound") + 1):
        point = f._value(point)
        if point == start:
            return n
    return None


@dataclass(frozen=True)
class EventualPeriod:
    """How a point falls into a cycle.

    Attributes
    ----------
    preperiod : int
        The least k such that f^k(x) is periodic.
    period : int
        The least period of that cycle.
    cycle : tuple of exact numbers
        f^k(x), f^(k+1)(x), ...
    """

    preperiod: int
    period: int
    cycle: tuple[Scalar, ...]


def eventual_period(
    f: PiecewiseLinear, x: ScalarLike, up_to: int = 10_000
) -> EventualPeriod | None:
    """The cycle into which a point falls within a number of steps, None if it does not.

    Parameters
    ----------
    f : PiecewiseLinear
    x : exact number
    up_to : int
        The largest number of steps that are followed.

    Returns
    -------
    EventualPeriod or None

    Notes
    -----
    Exact, by equality of numbers; None says nothing about later steps.

    Examples
    --------
    >>> pl.eventual_period(pl.tent(), "1/7")
    EventualPeriod(preperiod=1, period=3, cycle=(Fraction(2, 7), Fraction(4, 7), Fraction(6, 7)))
    >>> pl.eventual_period(pl.abs_map("3/2"), "1/3", up_to=50) is None
    True
    """
    seen: dict[Num, int] = {}
    points: list[Num] = []
    point = to_num(x)
    for k in range(checked_power(up_to, "the bound") + 1):
        if point in seen:
            start = seen[point]
            cycle = tuple(to_public(v) for v in points[start:])
            return EventualPeriod(start, k - start, cycle)
        seen[point] = k
        points.append(point)
        try:
            point = f._value(point)
        except DomainError as error:
            raise DomainError(f"after {k} steps: {error}") from None
    return None
