"""The distribution of the values of f^t, and what the best constant achieves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from gmpy2 import mpq

from plsym.depth.windows import Sums
from plsym.exact.enclosure import Enclosure
from plsym.exact.scalars import Num, Scalar, lower_end, to_public, upper_end
from plsym.piecewise.function import PiecewiseLinear
from plsym.piecewise.orbits import OrbitTable
from plsym.piecewise.pushforward import push
from plsym.piecewise.tower import Tower

__all__ = ["BestConstant", "best_constant"]

_EXACT = 64  # iterations up to which sums over long orbits are exact
_VALUES = 200  # orbits with fewer points are short: sums stay exact for any t


@dataclass(frozen=True)
class BestConstant:
    """How well constants approximate f^t on its domain.

    Attributes
    ----------
    l1 : Scalar or Enclosure
        The least integral of |f^t - c|.
    median : Scalar or Fraction
        A constant that attains it, or nearly so where ``l1`` is an enclosure.
    square : Scalar or Enclosure
        The least integral of (f^t - c)^2.
    mean : Scalar or Fraction
        The constant that attains it.
    classification : Scalar or Enclosure
        The lesser of the lengths of [f^t >= threshold] and its complement.
    length : Scalar
        Of the domain: divide by it for errors per point.
    """

    l1: Scalar | Enclosure
    median: Scalar
    square: Scalar | Enclosure
    mean: Scalar
    classification: Scalar | Enclosure
    length: Scalar


@dataclass(frozen=True)
class _Part:
    """Values between two ends with a density, or at one point with a mass."""

    low: Num
    high: Num
    weight: Num

    @property
    def mass(self) -> Num:
        return self.weight if self.low == self.high else self.weight * (self.high - self.low)

    def below(self, c: Num) -> Num:
        if c >= self.high:
            return self.mass
        return mpq(0) if c <= self.low else self.weight * (c - self.low)

    def l1(self, c: Num) -> Num:
        if self.low == self.high:
            return self.weight * abs(self.low - c)
        u, v = self.low - c, self.high - c
        if u >= 0 or v <= 0:
            return self.mass * abs(u + v) / 2
        return self.weight * (u * u + v * v) / 2

    def moment(self, power: int) -> Num:
        if self.low == self.high:
            return self.weight * self.low**power
        k = power + 1
        return self.weight * (self.high**k - self.low**k) / k


def best_constant(f: PiecewiseLinear, t: int, threshold: Num) -> BestConstant:
    """Find how well constants do.

    Notes
    -----
    Exact for t up to 64, and for all t if the orbits of the kinks are finite (at most 200
    points); otherwise sums are rounded down and what is lost bounds the error.

    Examples
    --------
    >>> from gmpy2 import mpq
    >>> from plsym.depth.constants import best_constant
    >>> found = best_constant(pl.tent(), 10, mpq(1, 2))
    >>> [str(x) for x in (found.l1, found.median, found.square, found.classification)]
    ['1/4', '1/2', '1/12', '1/2']
    """
    knots = f._knots()
    table = OrbitTable(knots)
    tower = Tower(table)
    depth = min(t, _VALUES) + 1
    table.ensure(depth)
    length: Num = knots.xs[-1] - knots.xs[0]
    finite = table.reached[depth] == table.reached[depth - 1] <= _VALUES
    exact = t <= _EXACT or finite
    sizes = table.sizes
    parts: list[_Part] = []
    if exact:
        factors = [1 / s if s != 0 else s for s in sizes]
        weights, masses = push(tower, t, factors)
        for node, weight in weights.items():
            low, high = _ends(tower, node)
            parts.append(_Part(low, high, weight))
        for point, mass in masses.items():
            value = table.values[point]
            assert not isinstance(value, float)
            parts.append(_Part(value, value, mass))
    else:
        sums = Sums(tower, t, sizes, 1)
        for node in sums.steps[t][1]:
            low, high = _ends(tower, node)
            parts.append(_Part(mpq(upper_end(low)), mpq(lower_end(high)), mpq(sums.value(t, node))))
        parts = [p for p in parts if p.low < p.high]
    found: Num = mpq(0)
    for p in parts:
        found = found + p.mass
    lost = length - found
    median = _median(parts, found)
    mean = _total([p.moment(1) for p in parts]) / found
    l1 = _total([p.l1(median) for p in parts])
    square = _total([p.moment(2) for p in parts]) - mean * mean * found
    above = found - _total([p.below(threshold) for p in parts])
    if any(p.low == p.high == threshold for p in parts):
        above = above + _total([p.weight for p in parts if p.low == p.high == threshold])
    below = found - above
    less = above if above < below else below
    if exact:
        return BestConstant(*map(to_public, (l1, median, square, mean, less, length)))
    reach = length * length  # values and constants lie in the domain
    return BestConstant(
        _enclosure(l1, lost * length),
        to_public(median),
        _enclosure(square, lost * reach),
        to_public(mean),
        _enclosure(less, lost),
        to_public(length),
    )


def _ends(tower: Tower, node: int) -> tuple[Num, Num]:
    lower, upper = tower.nodes[node]
    low, high = tower.table.values[lower], tower.table.values[upper]
    assert not isinstance(low, float) and not isinstance(high, float)
    return low, high


def _total(items: Sequence[Num]) -> Num:
    total: Num = mpq(0)
    for item in items:
        total = total + item
    return total


def _enclosure(value: Num, slack: Num) -> Enclosure:
    low = max(lower_end(value), Fraction(0))
    return Enclosure(low, upper_end(value + slack))


def _median(parts: Sequence[_Part], mass: Num) -> Num:
    """A value with at most half of the mass on either side."""
    points = sorted({p.low for p in parts} | {p.high for p in parts})
    before: Num = mpq(0)
    for low, high in pairwise(points):
        density: Num = mpq(0)
        for p in parts:
            if p.low == p.high == low:
                before = before + p.weight
            if p.low <= low and p.high >= high:
                density = density + p.weight
        if 2 * before >= mass:
            return low
        after = before + density * (high - low)
        if 2 * after >= mass and density > 0:
            return low + (mass / 2 - before) / density
        before = after
    return points[-1]
