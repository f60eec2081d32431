"""Solutions of f(x) = y, f(x) in an interval, f(x) = x; the inverse of a monotone function.

A solution set is a tuple of points and maximal closed intervals in increasing
order.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from gmpy2 import mpq

from plsym.errors import DomainError
from plsym.exact.scalars import Num, Scalar, sign, text, to_public
from plsym.piecewise.algebra import add, affine, ends, piece_slopes
from plsym.piecewise.knots import Knots

__all__ = [
    "Interval",
    "Part",
    "fixed_points",
    "inverse",
    "level_set",
    "parts",
    "preimage_of_interval",
]

Extended: TypeAlias = "Num | float"


@dataclass(frozen=True)
class Interval:
    """A closed interval of positive length; an infinite end is the float ``inf``.

    Parameters
    ----------
    lower, upper : Fraction, AlgebraicReal or infinite float

    Examples
    --------
    >>> pl.truncated_tent("1/2").turning_points
    (Interval(lower=Fraction(1, 4), upper=Fraction(3, 4)),)
    """

    lower: Scalar | float
    upper: Scalar | float

    def __post_init__(self) -> None:
        if not self.lower < self.upper:
            raise DomainError(f"[{self.lower}, {self.upper}] is no interval of positive length")

    def __contains__(self, x: object) -> bool:
        """Whether a number lies between the ends."""
        return bool(self.lower <= x <= self.upper)  # type: ignore[operator]


Part: TypeAlias = Scalar | Interval


def parts(runs: list[tuple[Extended, Extended]]) -> tuple[Part, ...]:
    """Join closed runs that are sorted by their lower ends, and make them public."""
    joined: list[tuple[Extended, Extended]] = []
    for low, high in runs:
        if joined and low <= joined[-1][1]:
            if high > joined[-1][1]:
                joined[-1] = (joined[-1][0], high)
        else:
            joined.append((low, high))
    out: list[Part] = []
    for low, high in joined:
        a = low if isinstance(low, float) else to_public(low)
        b = high if isinstance(high, float) else to_public(high)
        out.append(a if not isinstance(a, float) and a == b else Interval(a, b))
    return tuple(out)


def _segments(f: Knots) -> Iterator[tuple[Extended, Extended, Num, Num, Num]]:
    """Pieces as (low, high, anchor x, anchor y, slope); infinite ends are floats."""
    xs, ys = f.xs, f.ys
    if f.left is not None:
        yield -math.inf, xs[0], xs[0], ys[0], f.left
    for i in range(len(xs) - 1):
        slope = (ys[i + 1] - ys[i]) / (xs[i + 1] - xs[i])
        yield xs[i], xs[i + 1], xs[i], ys[i], slope
    if f.right is not None:
        yield xs[-1], math.inf, xs[-1], ys[-1], f.right


def level_set(f: Knots, y: Num) -> tuple[Part, ...]:
    """All x with f(x) = y.

    Notes
    -----
    Exact; O(N) field operations for N pieces.
    """
    return preimage_of_interval(f, y, y)


def preimage_of_interval(f: Knots, low: Num, high: Num) -> tuple[Part, ...]:
    """All x with low <= f(x) <= high; O(N) field operations."""
    runs: list[tuple[Extended, Extended]] = []
    for a, b, x0, y0, slope in _segments(f):
        s = sign(slope)
        if s == 0:
            if low <= y0 <= high:
                runs.append((a, b))
            continue
        at_low, at_high = x0 + (low - y0) / slope, x0 + (high - y0) / slope
        if s < 0:
            at_low, at_high = at_high, at_low
        start = a if a > at_low else at_low
        stop = b if b < at_high else at_high
        if start <= stop:
            runs.append((start, stop))
    return parts(runs)


def fixed_points(f: Knots) -> tuple[Part, ...]:
    """All x with f(x) = x."""
    low, high = ends(f)
    return level_set(add(f, affine(mpq(-1), mpq(0), low, high)), mpq(0))


def inverse(f: Knots) -> Knots:
    """The inverse of a strictly monotone function.

    Raises
    ------
    DomainError
        If the function is not strictly monotone.
    """
    slopes = piece_slopes(f)
    signs = [sign(s) for s in slopes]
    for i, s in enumerate(signs):
        if s == 0 or s != signs[0]:
            shift = 1 if f.left is not None else 0
            x = f.xs[max(i - shift, 0)]
            what = "is constant" if s == 0 else "changes direction"
            raise DomainError(
                f"the function {what} next to x = {text(x)}; only a strictly monotone "
                "function has an inverse"
            )
    first = None if f.left is None else 1 / f.left
    last = None if f.right is None else 1 / f.right
    xs, ys = f.ys, f.xs
    if signs[0] < 0:
        xs, ys, first, last = xs[::-1], ys[::-1], last, first
    if first is not None and last is not None and len(xs) == 1 and first == last:
        # affine on the line: back to the canonical knot 0
        return affine(first, ys[0] - first * xs[0])
    return Knots(xs, ys, first, last)
