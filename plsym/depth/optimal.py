"""The least error over all functions with k pieces: how tight a lower bound is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from gmpy2 import mpq

from plsym.depth.affine import l1_lower, l1_upper
from plsym.depth.links import fewest_links
from plsym.dynamics.domains import bounded_domain
from plsym.errors import DomainError
from plsym.exact.enclosure import Enclosure
from plsym.exact.scalars import Num, Scalar, ScalarLike, lower_end, to_num, to_public, upper_end
from plsym.piecewise import algebra, measures
from plsym.piecewise.function import PiecewiseLinear
from plsym.piecewise.knots import Knots
from plsym.piecewise.orbits import checked_power

__all__ = ["Optimum", "best_approximation"]

_HALVINGS = 60


@dataclass(frozen=True)
class Optimum:
    """The least error of functions with k pieces.

    Attributes
    ----------
    norm : str
    pieces : int
    error : Scalar or Enclosure
        Of continuous functions with at most so many pieces.
    on_grid : Enclosure or None
        For L1: of functions with at most so many pieces between points of the grid, which
        may jump there; the ends differ by the rounding of proposed lines.
    """

    norm: str
    pieces: int
    error: Scalar | Enclosure
    on_grid: Enclosure | None = None


def best_approximation(
    f: PiecewiseLinear,
    pieces: int,
    norm: Literal["L1", "Linf", "classification"] = "L1",
    *,
    threshold: ScalarLike = "1/2",
    grid: Sequence[ScalarLike] | None = None,
) -> Optimum:
    """Find the least error of all continuous functions with at most so many pieces.

    Parameters
    ----------
    f : PiecewiseLinear
        On a bounded interval.
    pieces : int
        At least 1.
    norm : {"L1", "Linf", "classification"}
        "classification" is the length where [f >= threshold] and [g >= threshold] differ.
    threshold : exact number, optional
    grid : sequence of exact numbers, optional
        For L1: where pieces of g may end, together with the ends of the domain; the
        breakpoints of f by default.

    Returns
    -------
    Optimum
        Exact for "classification"; exact for "Linf" if the optimum is a rational that can
        be recognised, else an enclosure of relative width 2^-50 or so; an enclosure for L1,
        where the lower end holds for breakpoints anywhere.

    Raises
    ------
    DomainError
        If the domain is not bounded, or the norm is not known.

    Notes
    -----
    Classification: g changes its side of the threshold at most k times, and any k changes
    can be had; a dynamic program over the lobes of f, O(lobes k).  Linf: the fewest links
    of a path in the tube around f [1]_, and bisection.  L1: a dynamic program over the
    grid, with the best line on each interval; for the lower end, a breakpoint between two
    points of the grid pays nothing on the interval in which it lies.

    References
    ----------
    .. [1] H. Imai, M. Iri, "An optimal algorithm for approximating a piecewise linear
       function", Journal of Information Processing 9 (1986), 159-162.

    Examples
    --------
    >>> f = pl.tent().iterate(3)
    >>> [str(pl.best_approximation(f, k, "classification").error) for k in (1, 4, 8)]
    ['7/16', '1/4', '0']
    >>> [str(pl.best_approximation(f, k, "Linf").error) for k in (1, 7, 8)]
    ['1/2', '1/2', '0']
    """
    k = checked_power(pieces, "the number of pieces", 1)
    bounded_domain(f, "best_approximation needs")
    knots = f._knots()
    if norm == "classification":
        return Optimum(norm, k, to_public(_labels(knots, k, to_num(threshold))))
    if norm == "Linf":
        return Optimum(norm, k, _tube(knots, k))
    if norm != "L1":
        raise DomainError(f"norm={norm!r}: use 'L1', 'Linf' or 'classification'")
    points = sorted({knots.xs[0], knots.xs[-1], *map(to_num, grid if grid is not None else ())})
    if grid is None:
        points = list(knots.xs)
    if points[0] < knots.xs[0] or points[-1] > knots.xs[-1]:
        raise DomainError("the grid leaves the domain of f")
    return _mean(f, knots, k, points)


# classification ---------------------------------------------------------------------


def _labels(f: Knots, k: int, z: Num) -> Num:
    """The least length on which the labels of f differ from labels with k changes."""
    lengths: list[Num] = []
    labels: list[bool] = []
    for (x, p), (y, q) in pairwise(zip(f.xs, f.ys, strict=True)):
        runs = [(p >= z and q >= z, y - x)]
        if (p < z < q) or (q < z < p):
            cut = (y - x) * ((z - p) / (q - p))
            runs = [(p >= z, cut), (q >= z, y - x - cut)]
        for label, length in runs:
            if labels and labels[-1] == label:
                lengths[-1] = lengths[-1] + length
            else:
                labels.append(label)
                lengths.append(length)
    if len(labels) - 1 <= k:
        return mpq(0)
    # cost[c][j]: labels so far end with c after at most j changes
    zero: Num = mpq(0)
    never = f.xs[-1] - f.xs[0] + 1  # more than any cost: no change without a change
    cost = [np.full(k + 1, zero, dtype=object), np.full(k + 1, zero, dtype=object)]
    for label, length in zip(labels, lengths, strict=True):
        moved = [np.concatenate([[never], c[:-1]]) for c in cost]
        stay, change = cost[0], moved[1]
        low = np.where(stay <= change, stay, change)
        stay, change = cost[1], moved[0]
        high = np.where(stay <= change, stay, change)
        cost = [low + (length if label else zero), high + (zero if label else length)]
    a, b = cost[0][k], cost[1][k]
    best: Num = a if a < b else b
    return best


# the largest difference -----------------------------------------------------------------


def _tube(f: Knots, k: int) -> Scalar | Enclosure:
    if len(f.xs) - 1 <= k:
        return Fraction(0)
    low, high = mpq(0), mpq(upper_end(max(f.ys) - min(f.ys))) / 2
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if fewest_links(f, middle) <= k:
            high = middle
        else:
            low = middle
        guess = _simplest(low, high)
        if guess.denominator < 1 << 24 and high - low < mpq(1, 1 << 50):
            break
    if fewest_links(f, guess) <= k and fewest_links(f, guess, inside=True) > k:
        return to_public(guess)
    return Enclosure(lower_end(low), lower_end(high))


def _simplest(low: Num, high: Num) -> Any:
    """The rational with the least denominator in (low, high]."""
    a, b = mpq(low), mpq(high)
    terms = []
    while True:
        whole = a.__floor__()
        if whole + 1 <= b:
            terms.append(mpq(whole + 1))
            break
        terms.append(mpq(whole))
        a, b = 1 / (b - whole), (1 / (a - whole) if a != whole else None)
        if b is None:
            # (low, high] begins at an integer: the reciprocal is unbounded above
            terms.append(mpq(a.__floor__() if a == a.__floor__() else a.__ceil__()))
            break
        if a == a.__floor__():  # the end that belongs to the interval
            terms.append(mpq(a.__floor__()))
            break
    value = terms[-1]
    for t in reversed(terms[:-1]):
        value = t + 1 / value
    return value


# the mean difference ----------------------------------------------------------------------


def _mean(f: PiecewiseLinear, knots: Knots, k: int, points: list[Num]) -> Optimum:
    n = len(points) - 1
    lower = np.full((n + 1, n + 1), None, dtype=object)
    upper = np.full((n + 1, n + 1), None, dtype=object)
    lines: dict[tuple[int, int], tuple[Num, Num]] = {}
    for i in range(n):
        for j in range(i + 1, n + 1):
            part = algebra.restrict(knots, points[i], points[j])
            lower[i, j], upper[i, j], lines[i, j] = _fit(part)
    best, grid_low = _relaxed(lower, k), _paths(lower, k)[0]
    grid_high, cuts = _paths(upper, k)
    reach = _continuous(knots, [points[c] for c in cuts], [lines[c] for c in pairwise(cuts)])
    chords = _chords(knots, points, k)
    high = chords if reach is None or chords < reach else reach
    return Optimum("L1", k, Enclosure(best, high), Enclosure(grid_low, grid_high))


def _fit(part: Knots) -> tuple[Fraction, Fraction, tuple[Num, Num]]:
    """The least L1 error of a line: from below, from above, and the line."""
    if len(part.xs) == 2:
        slope = (part.ys[1] - part.ys[0]) / (part.xs[1] - part.xs[0])
        return Fraction(0), Fraction(0), (part.ys[0] - slope * part.xs[0], slope)
    least = l1_lower(part)
    error, line = l1_upper(part, least)
    return least, error, line


def _relaxed(cost: Any, k: int) -> Fraction:
    """A lower bound for k pieces with breakpoints anywhere.

    A breakpoint inside an interval of the grid pays nothing there; a piece between two
    such breakpoints may have no interval of its own.
    """
    n = len(cost) - 1
    begins: list[Any] = [Fraction(0), *[None] * n]  # the least cost before a piece begins
    best: Any = None
    for _ in range(min(k, n)):
        ends: list[Any] = list(begins)  # a piece without an interval
        for j in range(1, n + 1):
            for i in range(j):
                if begins[i] is not None:
                    total = begins[i] + cost[i, j]
                    if ends[j] is None or total < ends[j]:
                        ends[j] = total
        if ends[n] is not None and (best is None or ends[n] < best):
            best = ends[n]
        begins = [
            min((e for e in (ends[j], ends[j - 1] if j else None) if e is not None), default=None)
            for j in range(n + 1)
        ]
    result: Fraction = best
    return result


def _paths(cost: Any, k: int) -> tuple[Any, list[int]]:
    """The cheapest way through the grid with at most k intervals, and where they end."""
    n = len(cost) - 1
    current: list[Any] = [Fraction(0), *[None] * n]
    steps: list[list[int]] = []
    for _ in range(min(k, n)):
        following: list[Any] = [Fraction(0), *[None] * n]
        chosen = [0] * (n + 1)
        for j in range(1, n + 1):
            for i in range(j):
                if current[i] is not None:
                    total = current[i] + cost[i, j]
                    if following[j] is None or total < following[j]:
                        following[j], chosen[j] = total, i
            # fewer pieces will do as well
            if current[j] is not None and current[j] <= following[j]:
                following[j], chosen[j] = current[j], -1
        steps.append(chosen)
        current = following
    at, cuts = n, [n]
    for chosen in reversed(steps):
        if at == 0:
            break
        if chosen[at] >= 0:
            at = chosen[at]
            cuts.append(at)
    return current[n], cuts[::-1]


def _continuous(f: Knots, cuts: list[Num], lines: list[tuple[Num, Num]]) -> Fraction | None:
    """The error of the same lines, joined where they meet, if that is near enough."""
    corners = [cuts[0]]
    for i in range(1, len(lines)):
        (a, b), (c, d) = lines[i - 1], lines[i]
        if b == d:
            return None
        x = (c - a) / (b - d)
        if not corners[-1] < x < cuts[i + 1]:
            return None
        corners.append(x)
    corners.append(cuts[-1])
    used = [*lines, lines[-1]]
    ys = [a + b * x for x, (a, b) in zip(corners, used, strict=True)]
    g = algebra.canonical(corners, ys)
    error = measures.distance(f, g, "L1")
    assert not isinstance(error, Enclosure)
    return upper_end(to_num(error))


def _chords(f: Knots, points: list[Num], k: int) -> Fraction:
    """The least error of functions that agree with f at their breakpoints on the grid."""
    n = len(points) - 1
    values = [algebra.evaluate(f, x) for x in points]
    cost = np.full((n + 1, n + 1), None, dtype=object)
    for i in range(n):
        for j in range(i + 1, n + 1):
            part = algebra.restrict(f, points[i], points[j])
            g = Knots((points[i], points[j]), (values[i], values[j]))
            error = measures.distance(part, g, "L1")
            assert not isinstance(error, Enclosure)
            cost[i, j] = upper_end(to_num(error))
    best: Fraction = _paths(cost, k)[0]
    return best
