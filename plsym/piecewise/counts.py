"""Counts of one function: pieces, laps, turning points, and three kinds of crossings.

The three crossing counts agree for x and y strictly between extreme values and
differ otherwise; see the word table in the README.  Iterates have their own
path (`plsym.piecewise.counting`), which never lists pieces.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Literal

from plsym.errors import DomainError
from plsym.exact.scalars import Num, sign, text
from plsym.piecewise.algebra import piece_slopes
from plsym.piecewise.equations import Part, parts
from plsym.piecewise.knots import Knots

__all__ = [
    "crossings",
    "lap_number",
    "num_pieces",
    "threshold_crossings",
    "turning_points",
]


def num_pieces(f: Knots) -> int:
    """The number of maximal intervals on which the function is affine."""
    n = len(f.xs) - 1 + (f.left is not None) + (f.right is not None)
    # an affine function on the line carries one knot that is no break
    if n == 2 and len(f.xs) == 1 and f.left == f.right:
        return 1
    return n


def lap_number(f: Knots) -> int:
    """The number of maximal intervals of weak monotonicity; 1 for a constant."""
    directions = [s for s in (sign(m) for m in piece_slopes(f)) if s]
    return 1 + sum(a != b for a, b in pairwise(directions))


def turning_points(f: Knots) -> tuple[Part, ...]:
    """Points and plateaus inside the domain at which the direction changes."""
    moving = [(i, s) for i, s in enumerate(map(sign, piece_slopes(f))) if s]
    shift = 0 if f.left is None else 1
    # from the end of one piece that is not constant to the start of the next one
    turns: list[tuple[Num | float, Num | float]] = [
        (f.xs[i + 1 - shift], f.xs[j - shift])
        for (i, before), (j, after) in pairwise(moving)
        if before != after
    ]
    return parts(turns)


def _values(f: Knots, low: Num, high: Num) -> list[Num]:
    """The values at the knots, and one for each unbounded end.

    Between neighbours the function is monotone.  Beyond the first and the last it meets
    neither of the levels again, unless it is constant there.
    """

    def end(value: Num, direction: int) -> Num:
        if not direction:
            return value
        return max(value, high) + 1 if direction > 0 else min(value, low) - 1

    left = [] if f.left is None else [end(f.ys[0], -sign(f.left))]
    right = [] if f.right is None else [end(f.ys[-1], sign(f.right))]
    return [*left, *f.ys, *right]


def crossings(f: Knots, x: Num, y: Num, kind: Literal["alternation", "disjoint"]) -> int:
    """The number of crossings of [x, y].

    Raises
    ------
    DomainError
        If x < y does not hold, or the kind is not known.
    """
    if not x < y:
        raise DomainError(f"crossings of [{text(x)}, {text(y)}]: x < y is needed")
    if kind == "alternation":
        # extremes lie at knots or far out, so the visits there are all that count
        high = [v >= y for v in _values(f, x, y) if v <= x or v >= y]
        return sum(a != b for a, b in pairwise(high))
    if kind == "disjoint":
        return _disjoint(f, x, y)
    raise DomainError(
        f"crossings of kind {kind!r} are not known; use 'alternation' or 'disjoint', or "
        "threshold_crossings(z)"
    )


def _disjoint(f: Knots, x: Num, y: Num) -> int:
    """Greedy pairs: a visit of x and one of y, strictly right of the pair before."""
    count, pending = 0, 0
    for mark in _visits(f, x, y):
        if pending == -mark:
            count, pending = count + 1, 0
        else:
            pending = mark
    return count


def _visits(f: Knots, x: Num, y: Num) -> Iterator[int]:
    """-1 for a visit of x, 1 for one of y, in order.

    A plateau is visited twice, at its ends: once to complete a pair, and once to begin
    the next one.
    """
    values = _values(f, x, y)
    for value, target in zip(values, [*values[1:], values[-1]], strict=True):
        if value == x:
            yield -1
        elif value == y:
            yield 1
        if value < target:
            yield from (mark for v, mark in ((x, -1), (y, 1)) if value < v < target)
        else:
            yield from (mark for v, mark in ((y, 1), (x, -1)) if target < v < value)


def threshold_crossings(f: Knots, z: Num) -> int:
    """The number of maximal intervals or points on which [f >= z] is constant."""
    states: list[bool] = [v >= z for v in _values(f, z, z)]
    return 1 + sum(a != b for a, b in pairwise(states))
