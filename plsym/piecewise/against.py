"""f^n against another function: exact distances without listing the pieces of f^n.

On a node of the tower the pieces of f^m fall into few classes: the values at both ends
and the width.  Of each class only the number of pieces and the sums of their left ends p
and of p^2 are kept.  If no value that f^m takes at a kink lies within the range of an
affine g on the node, each class lies on one side of g or crosses it, and the sum of the
areas is a polynomial in these numbers.  If one does, the node is split; each value is met
by g in one point at most, so few nodes are.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, Literal

from gmpy2 import mpq

from plsym.config import Budget
from plsym.errors import BudgetExceeded
from plsym.exact.algebraic import sqrt_of
from plsym.exact.enclosure import Enclosure
from plsym.exact.scalars import Num, Scalar, lower_end, to_public, upper_end
from plsym.piecewise.knots import Knots
from plsym.piecewise.orbits import OrbitTable
from plsym.piecewise.rules import (
    Entry,
    LargestRule,
    LengthAbove,
    MeanFromLevel,
    MeanRule,
    Rule,
    SquareRule,
)
from plsym.piecewise.tower import Part, Tower

__all__ = ["Against"]

_CLASSES = 400  # on one node; beyond, the node is split instead
_STEPS = 300_000  # classes and nodes that are met before an enclosure is given instead
_LEVELS = 64  # of the staircase behind that enclosure

Key = tuple[int, int, Any]


@dataclass(frozen=True, slots=True)
class _Classes:
    """The pieces of f^m on a node, by the ids of the values at their ends and width."""

    entries: dict[Key, Entry]
    values: list[Num]  # that occur, sorted


class _TooMany(Exception):
    """There are too many classes."""


class Against:
    """Distances of f^n, on its bounded domain, to other functions.

    Parameters
    ----------
    f : Knots
        A map of a bounded interval into itself.
    n : int
    budget : Budget, optional
        Its ``seconds`` bound the work.

    Notes
    -----
    With slopes of one size there are O(n) classes on a node, O(K n) nodes for each of n
    powers, and each affine piece of g costs O(n) further splits for every value on the
    orbits of kinks.  Maps with many different slopes have more classes; what cannot be
    resolved then is split up to pieces, or enclosed.
    """

    def __init__(self, f: Knots, n: int, budget: Budget | None = None) -> None:
        self.f, self.n = f, n
        self.table = OrbitTable(f)
        self.tower = Tower(self.table)
        self.table.ensure(n + 1)
        self.tower.ensure(n)
        self.size = self.table.slope_size
        self.inverses = [
            (1 / s, -h / s) if s != 0 else (s, h)
            for s, h in zip(self.table.slopes, self.table.shifts, strict=True)
        ]
        self.cuts: list[Any] = self.table.cuts
        self._known: dict[tuple[int, int], _Classes | None] = {}
        self._moments: dict[tuple[int, int], tuple[Num, Num, Num]] = {}
        self._watch = (budget or Budget()).start()
        self._steps, self._limit = 0, _STEPS

    # classes ------------------------------------------------------------------------

    def _value(self, point: int) -> Num:
        value: Any = self.table.values[point]
        return value

    def _width(self, key: Key, m: int) -> Num:
        if self.size is None:
            width: Num = key[2]
            return width
        return abs(self._value(key[1]) - self._value(key[0])) / self.size**m

    def _classes(self, m: int, node: int) -> _Classes | None:
        """The classes of f^m on a node, None if there are too many."""
        if (m, node) in self._known:
            return self._known[m, node]
        try:
            entries = self._entries(m, node)
        except _TooMany:
            self._known[m, node] = None
            return None
        points = {point for key in entries for point in key[:2]}
        found = _Classes(entries, sorted(map(self._value, points)))
        self._known[m, node] = found
        return found

    def _entries(self, m: int, node: int) -> dict[Key, Entry]:
        lower, upper = self.tower.nodes[node]
        if m == 0:
            low, high = self._value(lower), self._value(upper)
            return {
                (lower, upper, None if self.size is not None else high - low): (
                    1,
                    low,
                    low * low,
                    low,
                    low,
                )
            }
        out: dict[Key, Entry] = {}
        for part in self._parts(node):
            if not self.table.signs[part.piece]:
                low, high = self._value(part.lower), self._value(part.upper)
                point = self.table.nexts[part.lower]
                for _ in range(m - 1):
                    point = self.table.nexts[point]
                self._add(out, (point, point, high - low), (1, low, low * low, low, low))
                continue
            child = self._classes(m - 1, part.target - self.tower.first_node)
            if child is None:
                raise _TooMany
            a, b = self.inverses[part.piece]
            for key, (count, s1, s2, least, most) in child.entries.items():
                l, r, w = key
                if a > 0:
                    new = (l, r, None if self.size is not None else w * a)
                else:
                    width = self._width(key, m - 1)
                    s1, s2 = s1 + count * width, s2 + 2 * width * s1 + count * width * width
                    least, most = least + width, most + width
                    new = (r, l, None if self.size is not None else -w * a)
                ends = (a * least + b, a * most + b)
                self._add(
                    out,
                    new,
                    (
                        count,
                        a * s1 + b * count,
                        a * a * s2 + 2 * a * b * s1 + b * b * count,
                        min(ends),
                        max(ends),
                    ),
                )
            self._steps += len(child.entries)
            if len(out) > (_CLASSES if self.size is not None else _CLASSES // 4):
                raise _TooMany
        return out

    @staticmethod
    def _add(out: dict[Key, Entry], key: Key, entry: Entry) -> None:
        known = out.get(key)
        if known is not None:
            entry = (
                known[0] + entry[0],
                known[1] + entry[1],
                known[2] + entry[2],
                min(known[3], entry[3]),
                max(known[4], entry[4]),
            )
        out[key] = entry

    def _parts(self, node: int) -> list[Part]:
        tower = self.tower
        parts: list[Part] = []
        left, right = tower.left[node], tower.right[node]
        if left is not None:
            parts.append(left)
        if tower.block[node]:
            start, stop = tower.blocks[tower.block[node]]
            parts += [tower.whole[p] for p in range((start + 1) >> 1, (stop >> 1) + 1)]
        if right is not None:
            parts.append(right)
        return parts

    # integrals over an interval on which g is affine -----------------------------------

    def _walk(self, rule: Rule, low: Num, high: Num, alpha: Num, beta: Num) -> Num:
        """Sum or maximise a rule over [low, high], where g(x) = alpha x + beta."""
        node = 0 if low == self.cuts[0] and high == self.cuts[-1] else None
        return self._go(rule, self.n, node, low, high, alpha, beta)

    def _go(
        self, rule: Rule, m: int, node: int | None, u: Num, v: Num, alpha: Num, beta: Num
    ) -> Num:
        self._steps += 1
        if self._steps > self._limit:
            raise _TooMany
        if not self._steps & 255:
            self._watch.check("the distance to an iterate")
        if m == 0:
            return rule.piece(u, v, v - u, (1, u, u * u, u, u), alpha, beta)
        if node is not None:
            known = rule.node(self, m, node, u, v, alpha, beta)
            if known is not None:
                return known
        total = self._split(rule, m, u, v, alpha, beta)
        if node is not None:
            rule.keep(m, node, total)
        return total

    def by_classes(
        self, rule: Rule, m: int, node: int, u: Num, v: Num, alpha: Num, beta: Num
    ) -> Num | None:
        """Sum over the classes of a node, if there are few and the rule can tell from them."""
        classes = self._classes(m, node)
        if classes is None or not rule.resolved(classes.values, u, v, alpha, beta):
            return None
        self._steps += len(classes.entries)
        total: Num = mpq(0)
        for key, entry in classes.entries.items():
            l, r, width = self._value(key[0]), self._value(key[1]), self._width(key, m)
            total = rule.add(total, rule.piece(l, r, width, entry, alpha, beta))
        return total

    def moments(self, m: int, node: int) -> tuple[Num, Num, Num]:
        """The integrals of F = f^m, x F and F^2 over a node."""
        known = self._moments.get((m, node))
        if known is not None:
            return known
        zeroth: Num = mpq(0)
        first: Num = mpq(0)
        square: Num = mpq(0)
        if m == 0:
            lower, upper = self.tower.nodes[node]
            u, v = self._value(lower), self._value(upper)
            zeroth, first = (v * v - u * u) / 2, (v**3 - u**3) / 3
            square = first
        else:
            for part in self._parts(node):
                if not self.table.signs[part.piece]:
                    u, v = self._value(part.lower), self._value(part.upper)
                    point = self.table.nexts[part.lower]
                    for _ in range(m - 1):
                        point = self.table.nexts[point]
                    c = self._value(point)
                    zeroth = zeroth + c * (v - u)
                    first = first + c * (v * v - u * u) / 2
                    square = square + c * c * (v - u)
                    continue
                e0, e1, e2 = self.moments(m - 1, part.target - self.tower.first_node)
                a, b = self.inverses[part.piece]
                size = abs(a)
                zeroth = zeroth + size * e0
                first = first + size * (a * e1 + b * e0)
                square = square + size * e2
        self._moments[m, node] = zeroth, first, square
        return zeroth, first, square

    def _split(self, rule: Rule, m: int, u: Num, v: Num, alpha: Num, beta: Num) -> Num:
        """Cut where f bends."""
        cuts = self.cuts
        first = bisect_right(cuts, u, 1, len(cuts) - 1)
        last = bisect_left(cuts, v, 1, len(cuts) - 1)
        ends = [u, *cuts[first:last], v]
        total: Num = mpq(0)
        for i in range(len(ends) - 1):
            low, high = ends[i], ends[i + 1]
            piece = first - 1 + i
            slope, shift = self.table.slopes[piece], self.table.shifts[piece]
            if not self.table.signs[piece]:
                value: Any = shift
                for _ in range(m - 1):
                    value = self.table.image(value)
                entry = (1, low, low * low, low, low)
                total = rule.add(total, rule.piece(value, value, high - low, entry, alpha, beta))
                continue
            a, b = self.inverses[piece]
            y, z = slope * low + shift, slope * high + shift
            if slope < 0:
                y, z = z, y
            child = self._node(y, z, m - 1)
            found = self._go(rule, m - 1, child, y, z, alpha * a, alpha * b + beta)
            total = rule.add(total, rule.scaled(found, abs(a)))
        return total

    def _node(self, low: Num, high: Num, m: int) -> int | None:
        """The node of an interval, if it is met early enough to read f^m on it."""
        a, b = self.table.find(low), self.table.find(high)
        if a is None or b is None:
            return None
        node = self.tower.find(a, b)
        return node if node is not None and node < self.tower.count(self.n - m) else None

    # what users ask for ------------------------------------------------------------------

    def distance(self, g: Knots, norm: Literal["L1", "L2", "Linf"]) -> Scalar | Enclosure:
        """The distance of f^n to a function on the same domain.

        Returns
        -------
        Fraction, AlgebraicReal or Enclosure
            An enclosure if f has so many different slopes that L1 needs the pieces
            themselves, and there are too many of them.
        """
        rule: Rule = {"L1": MeanRule, "L2": SquareRule, "Linf": LargestRule}[norm]()
        try:
            total = self._over(rule, g)
        except _TooMany:
            if norm != "L1":
                raise BudgetExceeded(
                    "f has so many different slopes that this needs every piece of f^n; ask for "
                    "the L1 or L2 distance, or for a smaller n"
                ) from None
            return self._staircase(g)
        return sqrt_of(total) if norm == "L2" else to_public(total)

    def classification_error(self, g: Knots, z: Num) -> Scalar:
        """The length of {[f^n >= z] != [g >= z]}."""
        total: Num = mpq(0)
        rule = LengthAbove(z)
        for low, high, alpha, beta in _lines(g):
            y, w = alpha * low + beta, alpha * high + beta
            cuts = [low, high]
            if (y < z < w) or (w < z < y):
                cuts.insert(1, (z - beta) / alpha)
            for i in range(len(cuts) - 1):
                u, v = cuts[i], cuts[i + 1]
                above = alpha * ((u + v) / 2) + beta >= z
                high_length = self._walk(rule, u, v, mpq(0), mpq(0))
                total = total + (v - u - high_length if above else high_length)
        return to_public(total)

    def _over(self, rule: Rule, g: Knots) -> Num:
        total: Num = mpq(0)
        for low, high, alpha, beta in _lines(g):
            total = rule.add(total, self._walk(rule, low, high, alpha, beta))
        return total

    def _staircase(self, g: Knots) -> Enclosure:
        """g within half a step of a staircase: the L1 distances differ by at most that."""
        self._steps, self._limit = 0, 100 * _STEPS
        low, high = min(g.ys), max(g.ys)
        step = (high - low) / _LEVELS
        rules: dict[int, MeanFromLevel] = {}
        total: Num = mpq(0)
        slack: Num = mpq(0)
        for u, v, alpha, beta in _lines(g):
            marks = [u, v]
            if alpha != 0:
                steps = [(low + k * step - beta) / alpha for k in range(1, _LEVELS)]
                marks += [x for x in steps if u < x < v]
            marks.sort()
            for a, b in pairwise(marks):
                middle = alpha * ((a + b) / 2) + beta
                index = int(lower_end((middle - low) / step)) if step > 0 else 0
                level = low + (2 * index + 1) * step / 2
                rule = rules.setdefault(index, MeanFromLevel(level))
                total = total + self._walk(rule, a, b, mpq(0), mpq(0))
                p, q = alpha * a + beta - level, alpha * b + beta - level
                slack = slack + (b - a) * max(abs(p), abs(q))
        return Enclosure(max(Fraction(0), lower_end(total - slack)), upper_end(total + slack))


def _lines(g: Knots) -> list[tuple[Num, Num, Num, Num]]:
    """(low, high, slope, value at 0) for the pieces of g on a bounded domain."""
    out = []
    for i in range(len(g.xs) - 1):
        slope = (g.ys[i + 1] - g.ys[i]) / (g.xs[i + 1] - g.xs[i])
        out.append((g.xs[i], g.xs[i + 1], slope, g.ys[i] - slope * g.xs[i]))
    return out
