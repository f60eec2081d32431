"""The best affine approximation of a piecewise-linear function on an interval.

The least L1 error is found twice: an affine function proposed in floating point gives an
upper bound, and a sign function orthogonal to all affine functions a lower one, both
with exact numbers.  Duality says that the two meet.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from gmpy2 import mpq

from plsym.depth.lines import float_error, l1_line, nearest_pieces
from plsym.exact.element import AlgebraicReal
from plsym.exact.scalars import Num, lower_end, to_float, to_num, upper_end
from plsym.piecewise.algebra import affine
from plsym.piecewise.knots import Knots
from plsym.piecewise.measures import distance

__all__ = [
    "class_error",
    "l1_lower",
    "l1_upper",
    "rounded",
    "sup_error",
]

_FEW = 40  # knots of functions for which lines along their pieces are tried
_FINE = 1 << 128
_ROUND = 10**6  # denominators of proposed numbers: small ones are met exactly


def rounded(g: Knots, bits: int = 64) -> tuple[Knots, Fraction]:
    """A function with short rational knots near g inside its domain, and how near it is.

    Returns
    -------
    (Knots, Fraction)
        g itself and 0 if its numbers are short and rational.
    """
    numbers = (*g.xs, *g.ys)
    if all(not isinstance(v, AlgebraicReal) and v.denominator.bit_length() <= 128 for v in numbers):
        return g, Fraction(0)
    width = abs(to_float(g.xs[-1] - g.xs[0]))
    unit = bits + max(0, -int(np.floor(np.log2(width)))) if width > 0 else bits

    def near(v: Num, up: bool = False) -> Num:
        if isinstance(v, AlgebraicReal):
            v = mpq(upper_end(v, unit + 8) if up else lower_end(v, unit + 8))
        shifted = v * (1 << unit)
        whole = shifted.numerator // shifted.denominator
        return mpq(whole + (up and whole != shifted), 1 << unit)

    xs = [near(g.xs[0], up=True), *(near(x) for x in g.xs[1:])]
    kept = [i for i in range(len(xs)) if i == 0 or xs[i] > xs[i - 1]]
    if len(kept) < len(xs) or len(xs) < 2:
        return Knots((xs[0], xs[0] + 1), (mpq(0), mpq(0))), Fraction(0)  # too narrow to matter
    ys = [near(y) for y in g.ys]
    slope = max(abs((q - p) / (b - a)) for (a, p), (b, q) in pairwise([*zip(xs, ys, strict=True)]))
    # knots move by at most two units, where the function is at most a little steeper
    return Knots(tuple(xs), tuple(ys)), lower_end(16 * (1 + slope)) / (1 << unit)


def _moments(g: Knots, points: Sequence[Num], middle: Num) -> list[tuple[Num, Num]]:
    """The integrals of g and of g (x - middle) between neighbouring points."""
    out = []
    xs, ys = g.xs, g.ys

    def value(x: Num, i: int) -> Num:
        if x == xs[i]:
            return ys[i]
        return ys[i - 1] + (ys[i] - ys[i - 1]) * ((x - xs[i - 1]) / (xs[i] - xs[i - 1]))

    index = max(1, bisect_left(xs, points[0]))
    for low, high in pairwise(points):
        zeroth: Num = mpq(0)
        first: Num = mpq(0)
        x = low
        while x < high:
            while xs[index] <= x:
                index += 1
            y = xs[index] if xs[index] < high else high
            p, q = value(x, index), value(y, index)
            width, s, t = y - x, x - middle, y - middle
            zeroth = zeroth + width * (p + q) / 2
            first = first + width * (s * (2 * p + q) + t * (p + 2 * q)) / 6
            x = y
        out.append((zeroth, first))
    return out


def l1_lower(g: Knots, *, quick: bool = False) -> Fraction:
    """A proved lower bound on the L1 distance of g to all affine functions.

    Parameters
    ----------
    g : Knots
        On a bounded interval.
    quick : bool
        Be content with the first proposal, which is seldom not the best.

    Notes
    -----
    If |s| <= 1 and s is orthogonal to 1 and x, then the integral of g s is at most that
    of |g - a - b x|, for all a and b.  The proposed signs are made orthogonal by
    subtracting their projection, and divided by the largest size that then occurs.

    Examples
    --------
    >>> from plsym.depth.affine import l1_lower
    >>> l1_lower(pl.tent()._knots())
    Fraction(1, 4)
    """
    g, slack = rounded(g)
    a, b, proposed = l1_line(g)
    found = _lower(g, slack, proposed)
    if quick or len(g.xs) > _FEW:
        return found
    # is a second, slower proposal worth while?  The bound is proved with either
    if to_float(mpq(found)) < (1 - 1e-7) * float_error(g, a, b):
        found = max(found, _lower(g, slack, l1_line(g, surely=True)[2]))
    return found


def _lower(g: Knots, slack: Fraction, cuts: Sequence[float]) -> Fraction:
    """The bound from proposed changes of sign, and from lines along pieces of g."""
    low, high = g.xs[0], g.xs[-1]
    inner = sorted({mpq(Fraction(c).limit_denominator(_ROUND)) for c in cuts})
    points = [low, *(c for c in inner if low < c < high), high]
    found = _dual(g, points, [1 - 2 * (i & 1) for i in range(len(points) - 1)])
    if len(g.xs) <= _FEW:
        # the best line may run along a piece of g, where the signs are free
        for piece in _along(g)[0]:
            along = _dual(g, *_filled(*_signs_along(g, piece)))
            found = along if along > found else found
    return max(lower_end(found - slack * (high - low)), Fraction(0))


def l1_upper(g: Knots, at_least: Fraction | None = None) -> tuple[Fraction, tuple[Num, Num]]:
    """The L1 distance of g to a good affine function a + b x, and (a, b).

    Parameters
    ----------
    g : Knots
    at_least : Fraction, optional
        A lower bound: a better line is looked for if the first one is not near it.

    Examples
    --------
    >>> from plsym.depth.affine import l1_upper
    >>> l1_upper(pl.tent()._knots())
    (Fraction(1, 4), (mpq(1,2), mpq(0,1)))
    """
    near = rounded(g)[0]
    if at_least is None:
        at_least = l1_lower(g)
    proposed = [l1_line(near)[:2]]
    few = len(near.xs) <= _FEW
    # a second proposal where the first is not near the bound; the errors below are exact
    if few and float_error(near, *proposed[0]) > (1 + 1e-7) * to_float(mpq(at_least)):
        proposed.append(l1_line(near, surely=True)[:2])
    lines = [tuple(mpq(Fraction(v).limit_denominator(_ROUND)) for v in ab) for ab in proposed]
    if len(near.xs) <= _FEW:
        lines += _along(near)[1]
    best: tuple[Fraction, tuple[Num, Num]] | None = None
    for c, m in lines:
        error: Any = distance(g, affine(m, c, g.xs[0], g.xs[-1]), "L1")
        value = upper_end(to_num(error))
        if best is None or value < best[0]:
            best = value, (c, m)
    assert best is not None
    return best


def _along(g: Knots) -> tuple[list[int], list[tuple[Num, Num]]]:
    """The pieces of g, at most four, whose lines are nearest to g, and these lines."""
    order = nearest_pieces(g)
    exact = []
    for i in order:
        slope = (g.ys[i + 1] - g.ys[i]) / (g.xs[i + 1] - g.xs[i])
        exact.append((g.ys[i] - slope * g.xs[i], slope))
    return order, exact


def _signs_along(g: Knots, piece: int) -> tuple[list[Num], list[Any]]:
    """Where the signs of g less the line of a piece change, and the signs: 0 on the piece."""
    xs = g.xs
    x0, y0 = xs[piece], g.ys[piece]
    slope = (g.ys[piece + 1] - y0) / (xs[piece + 1] - x0)
    at = [y - y0 - slope * (x - x0) for x, y in zip(xs, g.ys, strict=True)]
    points: list[Num] = [xs[0]]
    signs: list[Any] = []

    def extend(x: Num, value: int) -> None:
        if signs and signs[-1] == value:
            points[-1] = x
        else:
            points.append(x)
            signs.append(value)

    for i in range(len(xs) - 1):
        u, v = at[i], at[i + 1]
        if (u > 0 and v < 0) or (u < 0 and v > 0):
            extend(xs[i] + (xs[i + 1] - xs[i]) * (u / (u - v)), 1 if u > 0 else -1)
            extend(xs[i + 1], 1 if v > 0 else -1)
        else:
            extend(xs[i + 1], int(u + v > 0) - int(u + v < 0))
    return points, signs


def _filled(points: list[Num], signs: list[Any]) -> tuple[list[Num], list[Any]]:
    """Propose values where several signs are free.

    What functions of size at most 1 there can have as integrals of s and s x is a convex
    set, on whose boundary s changes from 1 to -1 at one point: the wanted integrals are a
    multiple of those of such a function.
    """
    if signs.count(0) < 2:
        return points, signs
    xs = np.array([to_float(x) for x in points])
    middle = (xs[0] + xs[-1]) / 2
    a, b, s = xs[:-1] - middle, xs[1:] - middle, np.array(signs, dtype=float)
    goal = -np.array([np.sum(s * (b - a)), np.sum(s * (b * b - a * a)) / 2])
    if not goal.any():
        return points, signs
    free = s == 0

    def moments(c: float) -> Any:
        cut = np.clip(c, a[free], b[free])
        left, right = a[free], b[free]
        zeroth = np.sum((cut - left) - (right - cut))
        first = np.sum((cut**2 - left**2) - (right**2 - cut**2)) / 2
        return np.array([zeroth, first])

    # turn the direction of the integrals until it is that of the goal
    low, high = float(a[0]), float(b[-1])
    side = 1.0 if goal[0] * moments(high)[1] - goal[1] * moments(high)[0] >= 0 else -1.0
    for _ in range(60):
        c = (low + high) / 2
        m = moments(c)
        if (goal[0] * m[1] - goal[1] * m[0]) * side > 0:
            high = c
        else:
            low = c
    m = moments((low + high) / 2)
    factor = float(goal @ m / max(float(m @ m), 1e-300))
    if not abs(factor) <= 1:
        return points, signs
    turn = mpq(Fraction((low + high) / 2 + middle).limit_denominator(_ROUND))
    value = mpq(Fraction(factor).limit_denominator(_ROUND))
    ends, out = points[:1], []
    for i, sign in enumerate(signs):
        if sign == 0 and ends[-1] < turn < points[i + 1]:
            ends.append(turn)
            out.append(value)
        ends.append(points[i + 1])
        out.append(sign if sign else value if points[i + 1] <= turn else -value)
    return ends, out


def _dual(g: Knots, points: list[Num], signs: Sequence[Any]) -> Num:
    """The integral of g s for the proposed signs, made orthogonal to affine functions.

    Where a sign is 0 the function s is free, and takes the correction if it can; else all
    of it is corrected and divided by its largest size.
    """
    low, high = points[0], points[-1]
    middle, length = (low + high) / 2, high - low
    parts = _moments(g, points, middle)
    s0: Num = mpq(0)
    s1: Num = mpq(0)
    zeroth: Num = mpq(0)
    first: Num = mpq(0)
    signed: Num = mpq(0)
    free: list[tuple[Num, Num, Num, Num]] = []
    for (a, b), (m0, m1), sign in zip(pairwise(points), parts, signs, strict=True):
        s0 = s0 + sign * (b - a)
        s1 = s1 + sign * ((b - middle) ** 2 - (a - middle) ** 2) / 2
        zeroth, first, signed = zeroth + m0, first + m1, signed + sign * m0
        if sign == 0:
            free.append((a, b, m0, m1))
    if len(free) == 1 and (s0 != 0 or s1 != 0):
        a, b, m0, m1 = free[0]
        w, c = b - a, (a + b) / 2 - middle
        t = s1 - s0 * c
        # some s of size at most 1 there has these moments; g is affine there, so its
        # integral is that against the affine function p + q (x - centre) with the same
        if 4 * abs(t) + s0 * s0 <= w * w:
            p, q = -s0 / w, -12 * t / w**3
            return signed + (p - q * c) * m0 + q * m1
    p, q = s0 / length, 12 * s1 / length**3
    size = 1 + abs(p) + abs(q) * length / 2 if p != 0 or q != 0 else mpq(1)
    return abs(signed - p * zeroth - q * first) / size


def sup_error(g: Knots) -> Num:
    """The least sup distance of g to an affine function: half the height of its hull.

    Examples
    --------
    >>> from plsym.depth.affine import sup_error
    >>> sup_error(pl.tent()._knots())
    mpq(1,2)
    """
    upper, lower = _hull(g, 1), _hull(g, -1)
    best: Num = mpq(0)
    for chain, other in ((upper, lower), (lower, upper)):
        edge = 0
        for x, y in chain:
            while other[edge + 1][0] < x:
                edge += 1
            (x0, y0), (x1, y1) = other[edge], other[edge + 1]
            gap = abs(y - (y0 + (y1 - y0) * ((x - x0) / (x1 - x0))))
            if gap > best:
                best = gap
    return best / 2


def _hull(g: Knots, side: int) -> list[tuple[Num, Num]]:
    chain: list[tuple[Num, Num]] = []
    for x, y in zip(g.xs, g.ys, strict=True):
        while len(chain) > 1:
            (x0, y0), (x1, y1) = chain[-2:]
            if ((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)) * side < 0:
                break
            chain.pop()
        chain.append((x, y))
    return chain


def class_error(g: Knots, z: Num) -> Num:
    """The least length on which [g >= z] differs from a sign pattern with one change.

    Such are the patterns of affine functions, so no affine function does better.

    Examples
    --------
    >>> from gmpy2 import mpq
    >>> from plsym.depth.affine import class_error
    >>> class_error(pl.tent()._knots(), mpq(1, 2))
    mpq(1,4)
    """
    # sums of long rationals get ever longer: rounded down, with a slack for it
    short = all(
        isinstance(v, AlgebraicReal) or v.denominator.bit_length() <= 64 for v in (*g.xs, *g.ys)
    )
    start = g.xs[0]
    parts: list[tuple[bool, Num]] = []
    for (x, p), (y, q) in pairwise(zip(g.xs, g.ys, strict=True)):
        if (p < z < q) or (q < z < p):
            cut = (y - x) * ((z - p) / (q - p))
            parts += [(p >= z, cut), (q >= z, y - x - cut)]
        else:
            parts.append((p >= z and q >= z, y - x))
    slack: Num = mpq(0)
    if not short:
        parts = [
            (high, mpq(lower_end(length * _FINE).__floor__(), _FINE)) for high, length in parts
        ]
        slack = mpq(len(parts), _FINE)
    # the balance is the length above the level less that below, up to a point
    balance: Num = mpq(0)
    most: Num = mpq(0)
    least: Num = mpq(0)
    for high, length in parts:
        balance = balance + length if high else balance - length
        most = balance if balance > most else most
        least = balance if balance < least else least
    whole = g.xs[-1] - start
    above = (whole + balance) / 2
    # high up to the cut and low after it, or the other way round
    down, up = above - most, whole - above + least
    best = (down if down < up else up) - slack
    return best if best > 0 else mpq(0)
