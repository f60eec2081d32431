"""The growth number of a map: how fast the laps of its iterates grow."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from plsym.config import Budget
from plsym.dynamics.spectral import Component, components, perron_bracket, perron_root
from plsym.errors import BudgetExceeded, DomainError
from plsym.exact.element import AlgebraicReal
from plsym.exact.rationals import rational
from plsym.exact.scalars import Scalar, to_public
from plsym.piecewise.function import PiecewiseLinear
from plsym.piecewise.orbits import OrbitTable
from plsym.piecewise.tower import Part, Tower

__all__ = ["Growth", "growth"]

WIDTH = Fraction(1, 10**12)


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
    """

    lower: Fraction
    upper: Fraction
    exact: Scalar | None
    depth: int
    intervals: int

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
    O(K depth) intervals.  Near s = 1 it narrows slowly.

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
    clock = (budget or Budget()).start()
    table = OrbitTable(f._knots())
    constant = _constant_slope(table)
    if constant is not None:
        low, high = _enclose(constant, wanted)
        return Growth(low, high, constant, 0, 0)
    tower = Tower(table)
    depth, best = 8, None
    while True:
        tower.ensure(depth)
        best = _bracket(tower, depth, wanted, best)
        if best.exact is not None or best.upper - best.lower <= wanted:
            return best
        try:
            clock.check("the growth number", pieces=len(tower.nodes), partial=best)
        except BudgetExceeded as error:
            error.partial = best
            raise
        depth += max(4, depth // 2)


def _constant_slope(table: OrbitTable) -> Scalar | None:
    """The growth number of a map of a bounded interval whose slopes have one size [1]_."""
    sizes = {abs(s) for s in table.slopes}
    if not table.bounded or len(sizes) > 1:
        return None
    size = to_public(sizes.pop())
    return size if size > 1 else Fraction(1)


def _bracket(tower: Tower, depth: int, width: Fraction, before: Growth | None) -> Growth:
    kept = len(tower.left)  # intervals whose images are known
    children = [_children(tower, node) for node in range(kept)]
    closed = kept == len(tower.nodes)
    lower = components([{j: m for j, m in row.items() if j < kept} for row in children])
    if closed:
        exact = _largest_root(lower)
        if exact is not None:
            low, high = _enclose(exact, width)
            return Growth(low, high, exact, depth, kept)
    fine = width / 8
    low = max([Fraction(1), *(perron_bracket(part, fine)[0] for part in lower)])
    if closed:
        high = max([Fraction(1), *(perron_bracket(part, fine)[1] for part in lower)])
    else:
        upper = components(_redirected(tower, children, kept))
        high = max([Fraction(1), *(perron_bracket(part, fine)[1] for part in upper)])
    if before is not None:
        low, high = max(low, before.lower), min(high, before.upper)
    low, high = _rounded(low, high, width)
    return Growth(low, high, Fraction(1) if low == high == 1 else None, depth, kept)


def _children(tower: Tower, node: int) -> dict[int, int]:
    """The intervals onto which f maps the parts of one, plateaus dropped."""
    out: dict[int, int] = {}

    def add(part: Part | None) -> None:
        if part is not None and part.target >= tower.first_node:
            target = part.target - tower.first_node
            out[target] = out.get(target, 0) + 1

    add(tower.left[node])
    add(tower.right[node])
    block = tower.block[node]
    if block:
        start, stop = tower.blocks[block]
        for piece in range((start + 1) >> 1, (stop >> 1) + 1):
            add(tower.whole[piece])
    return out


def _redirected(tower: Tower, children: list[dict[int, int]], kept: int) -> list[dict[int, int]]:
    """Lead edges to unknown intervals to the shortest known one that contains it."""
    values = tower.table.values
    order = sorted(range(len(values)), key=lambda i: values[i])
    rank = [0] * len(values)
    for place, i in enumerate(order):
        rank[i] = place
    spans = [(rank[a], rank[b]) for a, b in tower.nodes]
    shortest = sorted(range(kept), key=lambda k: spans[k][1] - spans[k][0])
    stand_in: dict[int, int] = {}
    for node in {j for row in children for j in row if j >= kept}:
        low, high = spans[node]
        stand_in[node] = next(k for k in shortest if spans[k][0] <= low and high <= spans[k][1])
    out = []
    for row in children:
        fresh: dict[int, int] = {}
        for j, count in row.items():
            target = stand_in.get(j, j)
            fresh[target] = fresh.get(target, 0) + count
        out.append(fresh)
    return out


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


def _rounded(low: Fraction, high: Fraction, width: Fraction) -> tuple[Fraction, Fraction]:
    """Ends with short denominators, moved outwards by a small part of the width."""
    scale = 1 << ((32 / width).__ceil__().bit_length())
    return Fraction(math.floor(low * scale), scale), Fraction(math.ceil(high * scale), scale)
