"""Laps, pieces, crossings and preimages of f, f^2, ..., f^n, without listing a piece.

Iterates have exponentially many pieces, but the values at their breakpoints lie on a
few orbits, so everything counted here takes time polynomial in n (see `tower`).
The functions accept any piecewise-linear self-map: plateaus, knots that land on knots,
kinks that cancel, unbounded domains, rational or number-field data.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from plsym.config import Budget
from plsym.errors import DomainError
from plsym.exact.scalars import Num, ScalarLike, to_num
from plsym.piecewise.function import PiecewiseLinear
from plsym.piecewise.knots import Knots
from plsym.piecewise.orbits import OrbitTable, checked_power
from plsym.piecewise.tower import Tower
from plsym.piecewise.transducers import (
    alternation_counts,
    disjoint_counts,
    lap_counts,
    piece_counts,
    preimage_counts,
    threshold_counts,
)

__all__ = ["crossing_numbers", "lap_numbers", "piece_numbers", "preimage_numbers"]


def _tower(knots: Knots) -> Tower:
    return Tower(OrbitTable(knots))


def _collect(counts: Iterator[int], what: str, budget: Budget | None) -> list[int]:
    watch = None if budget is None else budget.start()
    result: list[int] = []
    for count in counts:
        result.append(count)
        if watch is not None:
            watch.check(what, partial=list(result))
    return result


def _interval(x: ScalarLike, y: ScalarLike) -> tuple[Num, Num]:
    low, high = to_num(x), to_num(y)
    if not low < high:
        raise DomainError(f"crossings need an interval [x, y] with x < y, not [{x}, {y}]")
    return low, high


def lap_numbers(f: PiecewiseLinear, n: int, *, budget: Budget | None = None) -> list[int]:
    """Count the laps of f, f^2, ..., f^n.

    A lap is a maximal interval of weak monotonicity; a plateau makes no lap.

    Parameters
    ----------
    f : PiecewiseLinear
        A map of its domain into itself.
    n : int
        The largest power, at least 0.
    budget : Budget, optional
        Its ``seconds`` are checked between two powers.

    Returns
    -------
    list of int
        ``[laps of f, ..., laps of f^n]``; empty for n = 0.

    Raises
    ------
    DomainError
        If f leaves its domain, or n is not an integer >= 0.
    BudgetExceeded
        When the time is over; its ``partial`` is the list so far.

    Notes
    -----
    Exact.  O(K n^2) additions of integers of at most n log2 K bits for a map with K
    pieces, and O(K n) exact evaluations of f; the growth rate of the result is the
    topological entropy [1]_, and the recursion over images of laps is the idea behind
    kneading theory [2]_.

    References
    ----------
    .. [1] M. Misiurewicz, W. Szlenk, "Entropy of piecewise monotone mappings",
       Studia Mathematica 67 (1980), 45-63.
    .. [2] J. Milnor, W. Thurston, "On iterated maps of the interval", Lecture Notes in
       Mathematics 1342 (1988), 465-563.

    Examples
    --------
    >>> pl.lap_numbers(pl.tent(), 5)
    [2, 4, 8, 16, 32]
    >>> pl.lap_numbers(pl.truncated_tent("6/7"), 8)
    [2, 4, 8, 14, 24, 40, 66, 108]
    """
    count = checked_power(n)
    return _collect(lap_counts(_tower(f._knots()), count), "lap_numbers", budget)


def piece_numbers(f: PiecewiseLinear, n: int, *, budget: Budget | None = None) -> list[int]:
    """Count the pieces of f, f^2, ..., f^n.

    A piece is a maximal interval on which the function is affine; breakpoints at which
    the slopes of an iterate agree are not counted.

    Parameters
    ----------
    f : PiecewiseLinear
        A map of its domain into itself.
    n : int
        The largest power, at least 0.
    budget : Budget, optional
        Its ``seconds`` are checked between two powers.

    Returns
    -------
    list of int
        ``[pieces of f, ..., pieces of f^n]``; empty for n = 0.

    Raises
    ------
    DomainError
        If f leaves its domain, or n is not an integer >= 0.
    BudgetExceeded
        When the time is over; its ``partial`` is the list so far.

    Notes
    -----
    Exact; cost as for `lap_numbers`.

    Examples
    --------
    >>> pl.piece_numbers(pl.truncated_tent("6/7"), 8)
    [3, 7, 15, 27, 47, 79, 131, 215]
    """
    count = checked_power(n)
    return _collect(piece_counts(OrbitTable(f._knots()), count), "piece_numbers", budget)


def crossing_numbers(
    f: PiecewiseLinear,
    x: ScalarLike,
    y: ScalarLike | None,
    n: int,
    *,
    kind: Literal["alternation", "disjoint", "threshold"] = "alternation",
    budget: Budget | None = None,
) -> list[int]:
    """Count the crossings of [x, y] by f, f^2, ..., f^n.

    Parameters
    ----------
    f : PiecewiseLinear
        A map of its domain into itself.
    x, y : exact numbers
        The ends of the interval that is crossed, x < y; for a threshold, x is the
        threshold and y is None.
    n : int
        The largest power, at least 0.
    kind : {"alternation", "disjoint", "threshold"}
        *alternation*: the largest m with points p_0 < ... < p_m at which the function is
        alternately <= x and >= y.  *disjoint*: the largest m with pairs a_i, b_i, all of
        one pair before all of the next, and values x and y (in either order within a
        pair).  *threshold*: the number of maximal intervals, single points included, on
        which [f^m >= x] is constant.  They differ if x or y is an extreme value.
    budget : Budget, optional
        Its ``seconds`` are checked between two powers.

    Returns
    -------
    list of int
        One count for each power; empty for n = 0.

    Raises
    ------
    DomainError
        If f leaves its domain, x >= y, y is given for a threshold or missing otherwise,
        n is not an integer >= 0, or ``kind`` is unknown.
    BudgetExceeded
        When the time is over; its ``partial`` is the list so far.

    Notes
    -----
    Exact; O(K n^2) steps for a map with K pieces.  Oscillation counts of this kind bound
    from below the size of networks that approximate f^n [1]_, [2]_; the theorems of [2]_
    hold for alternation crossings.

    References
    ----------
    .. [1] M. Telgarsky, "Benefits of depth in neural networks", COLT 2016.
    .. [2] V. Chatziafratis, S. G. Nagarajan, I. Panageas, X. Wang, "Depth-width
       trade-offs for ReLU networks via Sharkovsky's theorem", ICLR 2020.

    Examples
    --------
    >>> f = pl.abs_map(pl.algebraic("x**2 - x - 1", near=1.6))
    >>> pl.crossing_numbers(f, -1, 0, 6)
    [2, 4, 6, 10, 16, 26]
    >>> pl.crossing_numbers(f, -1, 0, 6, kind="disjoint")
    [1, 2, 4, 5, 8, 14]
    >>> pl.crossing_numbers(pl.tent(), "1/2", None, 4, kind="threshold")
    [3, 5, 9, 17]
    """
    if kind not in ("alternation", "disjoint", "threshold"):
        raise DomainError(f"kind must be 'alternation', 'disjoint' or 'threshold', not {kind!r}")
    count, tower = checked_power(n), _tower(f._knots())
    if kind == "threshold":
        if y is not None:
            raise DomainError(
                "a threshold is one number: give it as x, and y=None; "
                "kind='alternation' counts the crossings of an interval"
            )
        return _collect(threshold_counts(tower, count, to_num(x)), "crossing_numbers", budget)
    if y is None:
        raise DomainError(
            f"{kind} crossings need both ends of an interval [x, y]; y=None goes with "
            f"kind='threshold'"
        )
    low, high = _interval(x, y)
    counts = alternation_counts if kind == "alternation" else disjoint_counts
    return _collect(counts(tower, count, low, high), "crossing_numbers", budget)


def preimage_numbers(
    f: PiecewiseLinear, z: ScalarLike, n: int, *, budget: Budget | None = None
) -> list[int]:
    """Count the solutions of f(x) = z, f^2(x) = z, ..., f^n(x) = z.

    Parameters
    ----------
    f : PiecewiseLinear
        A map of its domain into itself.
    z : exact number
        The value.
    n : int
        The largest power, at least 0.
    budget : Budget, optional
        Its ``seconds`` are checked between two powers.

    Returns
    -------
    list of int
        For each power the number of connected components of the solution set: isolated
        points and whole intervals (plateaus at height z) count one each.

    Raises
    ------
    DomainError
        If f leaves its domain, or n is not an integer >= 0.
    BudgetExceeded
        When the time is over; its ``partial`` is the list so far.

    Notes
    -----
    Exact; O(K n^2) steps for a map with K pieces.

    Examples
    --------
    >>> pl.preimage_numbers(pl.tent(), 1, 4)
    [1, 2, 4, 8]
    >>> pl.preimage_numbers(pl.tent(), 0, 4)
    [2, 3, 5, 9]
    """
    level, count = to_num(z), checked_power(n)
    return _collect(preimage_counts(_tower(f._knots()), count, level), "preimage_numbers", budget)
