"""The growth number of a map: how fast the laps of its iterates grow."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from gmpy2 import iroot

from plsym.config import Budget, Stopwatch
from plsym.dynamics.renormalize import Renormalization, renormalize
from plsym.dynamics.spectral import Component, components, perron_bracket, perron_root
from plsym.errors import BudgetExceeded, DomainError
from plsym.exact.algebraic import algebraic
from plsym.exact.element import AlgebraicReal
from plsym.exact.rationals import rational
from plsym.exact.scalars import Scalar, to_public
from plsym.piecewise.function import PiecewiseLinear
from plsym.piecewise.orbits import OrbitTable
from plsym.piecewise.tower import Tower

__all__ = ["Growth", "growth"]

WIDTH = Fraction(1, 10**12)
_FIRST_DEPTH = 8
_LARGEST_DEGREE = 200

Weighted = tuple[Component, list[int]]
"""A component of a graph and the positive vector that bounds its radius."""


@dataclass(frozen=True)
class Proof:
    """The graphs behind a bracket: what a certificate of it is written from.

    Attributes
    ----------
    tower : Tower
    lower : tuple or None
        The component whose radius is the lower bound; None if that is 1.
    kept : int
        The upper bound is that of the graph of the intervals before this one.
    stand_in : dict
        For later intervals the earlier one that contains it.
    upper : list of tuples
        All components of that graph.
    """

    tower: Tower
    lower: Weighted | None
    kept: int
    stand_in: dict[int, int]
    upper: list[Weighted]

    def targets(self, node: int) -> list[int]:
        """The intervals onto which f maps the parts of one, from left to right."""
        return _targets(self.tower, node)


@dataclass(frozen=True)
class Renormalized:
    """The growth number is a root of that of an iterate on a smaller interval."""

    half: Renormalization
    inner: Growth


@dataclass(frozen=True)
class Growth:
    """The growth number s = lim (laps of f^n)^(1/n) of a map; log s is its entropy.

    Attributes
    ----------
    lower, upper : Fraction
        Proved bounds of s.
    exact : Fraction, AlgebraicReal or None
        s itself, where the orbits of the knots are finite and few, or all slopes have
        one size.
    depth : int
        How many steps of those orbits were looked at.
    intervals : int
        The number of intervals in the graphs that prove the bounds.
    doublings : int
        How often the map was replaced by its second iterate on a half of its domain
        before these graphs were made.
    """

    lower: Fraction
    upper: Fraction
    exact: Scalar | None
    depth: int
    intervals: int
    doublings: int = 0
    _proof: Proof | Renormalized | None = field(default=None, repr=False, compare=False)

    @property
    def minimal_polynomial(self) -> tuple[int, ...] | None:
        """Of the exact growth number, from low to high degree."""
        if self.exact is None:
            return None
        if isinstance(self.exact, AlgebraicReal):
            return self.exact.minimal_polynomial
        return (-self.exact.numerator, self.exact.denominator)

    @property
    def entropy(self) -> float:
        """The topological entropy log s, to the accuracy of the bracket, for display."""
        return math.log((self.lower + self.upper) / 2)


def growth(
    f: PiecewiseLinear,
    width: Fraction | str = WIDTH,
    *,
    budget: Budget | None = None,
) -> Growth:
    """The growth number of the laps of f^n: exact, or in a bracket with proved ends.

    Parameters
    ----------
    f : PiecewiseLinear
        A map of its domain into itself.
    width : exact rational
        The greatest width of the bracket.
    budget : Budget, optional
        ``pieces`` limits the intervals of the graphs, ``seconds`` the time.

    Returns
    -------
    Growth

    Raises
    ------
    DomainError
        If f leaves its domain or the width is not positive.
    BudgetExceeded
        With the best bracket so far as ``partial``.

    Notes
    -----
    The intervals onto which f, f^2, ... map pieces make a graph (the Hofbauer tower)
    whose paths count the laps up to a polynomial.  Cut off at a depth, it is a lower
    model; with each edge that leaves it led to a kept interval that contains the lost
    one, an upper model.  Both radii are enclosed with integer vectors, so the bounds
    are theorems.  If the tower is finite, both models agree and s is algebraic.

    With growth number s the bracket narrows like s^-depth; a map with K pieces has
    O(K depth) intervals.  Near s = 1 that is slow, but there the map often exchanges two
    halves, and then its second iterate on one of them is looked at (`renormalize`).

    References
    ----------
    .. [1] M. Misiurewicz, W. Szlenk, "Entropy of piecewise monotone mappings",
       Studia Mathematica 67 (1980), 45-63.
    .. [2] F. Hofbauer, "On intrinsic ergodicity of piecewise monotonic transformations
       with positive entropy", Israel Journal of Mathematics 34 (1979), 213-237.

    Examples
    --------
    >>> pl.growth(pl.tent()).exact
    Fraction(2, 1)
    >>> pl.growth(pl.stefan_map(5)).minimal_polynomial
    (-1, 1, -1, -1, 1)
    >>> f = pl.PiecewiseLinear([0, "3/10", "7/10", 1], ["1/10", "9/10", "1/5", "19/20"])
    >>> bracket = pl.growth(f, width="1e-30")
    >>> f"{float(bracket.lower):.12f}", bracket.upper - bracket.lower < pl.rational("1e-30")
    ('2.109041262916', True)
    """
    wanted = rational(width)
    if wanted <= 0:
        raise DomainError(f"the width of a bracket is positive, not {width}")
    return _growth(f, wanted, (budget or Budget()).start())


def _growth(f: PiecewiseLinear, wanted: Fraction, clock: Stopwatch) -> Growth:
    table = OrbitTable(f._knots())
    constant = _constant_slope(table)
    if constant is not None:
        low, high = _enclose(constant, wanted)
        return Growth(low, high, constant, 0, 0)
    tower = Tower(table)
    depth, best, fine = _FIRST_DEPTH, None, max(wanted, Fraction(1, 1000))
    while True:
        try:
            clock.check("the growth number", pieces=len(tower.nodes))
            tower.ensure(depth)
            best = _bracket(tower, depth, fine, best, lambda: clock.check("the growth number"))
        except BudgetExceeded as error:
            error.partial = best or _without_search(table)
            raise
        if best.exact is not None:
            low, high = _enclose(best.exact, wanted)
            return replace(best, lower=low, upper=high)
        if best.upper - best.lower <= wanted:
            return best
        if depth == _FIRST_DEPTH and table.bounded:
            half = renormalize(f)
            if half.level:
                return _lifted(half, wanted, clock)
        depth, fine = _next(best, depth, wanted)


def _without_search(table: OrbitTable) -> Growth:
    """What is known at once: K^n laps at most, and the steepest slope [1]_."""
    upper = Fraction(table.pieces)
    if table.bounded:
        steepest = to_public(max(abs(s) for s in table.slopes))
        bound = steepest if isinstance(steepest, Fraction) else steepest.enclosure(32)[1]
        upper = max(Fraction(1), bound)
    return Growth(Fraction(1), upper, None, 0, 0)


def _next(best: Growth, depth: int, wanted: Fraction) -> tuple[int, Fraction]:
    """The next depth, and the width to aim at there: the gap closes like s^-depth."""
    gap = best.upper - best.lower
    # logarithms of integers do not overflow
    excess = math.log(gap.numerator) - math.log(gap.denominator)
    excess -= math.log(wanted.numerator) - math.log(wanted.denominator)
    rate = math.log(best.lower)
    steps = math.ceil(excess / rate) + 4 if rate > 1e-3 else depth
    steps = max(4, min(steps, 2 * depth))
    fewer = Fraction(best.lower).limit_denominator(1000) ** -steps
    return depth + steps, max(wanted, gap * fewer / 4)


def _lifted(half: Renormalization, width: Fraction, clock: Stopwatch) -> Growth:
    """From the growth number of f^(2^k) on a half to that of f."""
    try:
        return _rooted(half, _growth(half.map, width, clock), width)
    except BudgetExceeded as error:
        error.partial = _rooted(half, error.partial, width)
        raise


def _rooted(half: Renormalization, inner: Growth, width: Fraction) -> Growth:
    """The 2^k-th root of a growth number that is known or bounded."""
    power = 1 << half.level
    low, high = root_bounds(inner, power, width)
    exact = Fraction(1) if inner.exact == 1 else _exact_root(inner, power, low, high)
    if isinstance(exact, Fraction):
        low = high = exact
    return Growth(
        low,
        high,
        exact,
        inner.depth,
        inner.intervals,
        half.level + inner.doublings,
        Renormalized(half, inner),
    )


def root_bounds(inner: Growth, power: int, width: Fraction) -> tuple[Fraction, Fraction]:
    """Bounds of a root of a growth number, little wider than they must be."""
    if inner.lower == inner.upper == 1:
        return Fraction(1), Fraction(1)
    bits = 16 if width == 0 else (32 / width).__ceil__().bit_length()
    scale = 1 << (power * bits)
    low = int(iroot(math.floor(inner.lower * scale), power)[0])
    high = int(iroot(math.ceil(inner.upper * scale), power)[0]) + 1
    return max(Fraction(1), Fraction(low, 1 << bits)), Fraction(high, 1 << bits)


def _exact_root(inner: Growth, power: int, low: Fraction, high: Fraction) -> Scalar | None:
    """The root as an algebraic number, if the bounds hold one root of its polynomial only."""
    polynomial = inner.minimal_polynomial
    if polynomial is None or (len(polynomial) - 1) * power > _LARGEST_DEGREE:
        return None
    spread = [0] * ((len(polynomial) - 1) * power + 1)
    spread[::power] = polynomial
    one, other = algebraic(spread, near=low), algebraic(spread, near=high)
    return one if one == other and low <= one <= high else None


def _constant_slope(table: OrbitTable) -> Scalar | None:
    """The growth number of a map of a bounded interval whose slopes have one size [1]_."""
    sizes = set(table.sizes)
    if not table.bounded or len(sizes) > 1:
        return None
    size = to_public(sizes.pop())
    return size if size > 1 else Fraction(1)


def _bracket(
    tower: Tower, depth: int, width: Fraction, before: Growth | None, pause: Callable[[], None]
) -> Growth:
    kept = len(tower.left)  # intervals whose images are known
    targets = [_targets(tower, node) for node in range(kept)]
    closed = kept == len(tower.nodes)
    lower = components([_counted(row, lambda j: j if j < kept else None) for row in targets])
    exact = _largest_root(lower) if closed else None
    fine = width / 8
    if exact is not None and exact != 1:
        low, high = _enclose(exact, width)  # narrowed later
        return Growth(low, high, exact, depth, kept, 0, Proof(tower, None, kept, {}, []))
    low, best = Fraction(1), None
    for part in lower:
        least, _, vector = perron_bracket(part, fine, pause)
        if least >= low:
            low, best = least, (part, vector)
    stand_in = {} if closed else _stand_ins(tower, targets, kept)
    upper = lower
    if not closed:
        upper = components([_counted(row, lambda j: stand_in.get(j, j)) for row in targets])
    high, vectors = Fraction(1), []
    for part in upper:
        _, most, vector = perron_bracket(part, fine, pause)
        high = max(high, most)
        vectors.append((part, vector))
    proof = Proof(tower, best, kept, stand_in, vectors)
    low, high = rounded(low, high, width)
    if before is not None and isinstance(before._proof, Proof):
        old = before._proof
        if before.lower >= low:
            low, proof = before.lower, replace(proof, lower=old.lower)
        if before.upper <= high:
            high, proof = before.upper, replace(old, lower=proof.lower)
    one = Fraction(1) if low == high == 1 else None
    return Growth(low, high, one, depth, kept, 0, proof)


def _targets(tower: Tower, node: int) -> list[int]:
    """The intervals onto which f maps the parts of one from left to right, plateaus dropped."""
    parts = [tower.left[node]]
    block = tower.block[node]
    if block:
        start, stop = tower.blocks[block]
        parts += [tower.whole[piece] for piece in range((start + 1) >> 1, (stop >> 1) + 1)]
    parts.append(tower.right[node])
    first = tower.first_node
    return [part.target - first for part in parts if part is not None and part.target >= first]


def _counted(row: list[int], place: Callable[[int], int | None]) -> dict[int, int]:
    """How often each interval is a target, after some are led elsewhere or dropped."""
    out: dict[int, int] = {}
    for j in row:
        target = place(j)
        if target is not None:
            out[target] = out.get(target, 0) + 1
    return out


def _stand_ins(tower: Tower, targets: list[list[int]], kept: int) -> dict[int, int]:
    """For each interval beyond the known ones the shortest known one that contains it."""
    values: list[Any] = tower.table.values
    order = sorted(range(len(values)), key=lambda i: values[i])
    rank = [0] * len(values)
    for place, i in enumerate(order):
        rank[i] = place
    spans = [(rank[a], rank[b]) for a, b in tower.nodes]
    shortest = sorted(range(kept), key=lambda k: spans[k][1] - spans[k][0])
    stand_in: dict[int, int] = {}
    for node in {j for row in targets for j in row if j >= kept}:
        low, high = spans[node]
        stand_in[node] = next(k for k in shortest if spans[k][0] <= low and high <= spans[k][1])
    return stand_in


def _largest_root(parts: list[Component]) -> Scalar | None:
    best: Scalar = Fraction(1)
    for part in parts:
        root = perron_root(part)
        if root is None:
            return None
        if root > best:
            best = root
    return best


def _enclose(exact: Scalar, width: Fraction) -> tuple[Fraction, Fraction]:
    if isinstance(exact, Fraction):
        return exact, exact
    return exact.enclosure((1 / width).__ceil__().bit_length())


def rounded(low: Fraction, high: Fraction, width: Fraction) -> tuple[Fraction, Fraction]:
    """Ends with short denominators, moved outwards by a small part of the width."""
    scale = 1 << ((32 / width).__ceil__().bit_length())
    return Fraction(math.floor(low * scale), scale), Fraction(math.ceil(high * scale), scale)
