"""What a distance adds up over the pieces of an iterate, class by class.

A rule sees the tower through two methods of its owner: the classes of pieces on a node,
or the integrals of f^m, x f^m and (f^m)^2 over it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Protocol

from gmpy2 import mpq

from plsym.exact.scalars import Num

__all__ = [
    "Entry",
    "LargestRule",
    "LengthAbove",
    "MeanFromLevel",
    "MeanRule",
    "Rule",
    "SquareRule",
]

Entry = tuple[int, Num, Num, Num, Num]
"""How many pieces, the sums of p and of p^2, the least and the largest p."""


class Nodes(Protocol):
    """What a rule asks of the tower."""

    def by_classes(
        self, rule: Rule, m: int, node: int, u: Num, v: Num, alpha: Num, beta: Num
    ) -> Num | None:
        """Sum over the classes of a node, or None."""
        ...

    def moments(self, m: int, node: int) -> tuple[Num, Num, Num]:
        """The integrals of F = f^m, x F and F^2 over a node."""
        ...


class Rule:
    """What is added up over the pieces of f^n; ``resolved`` tells when classes suffice."""

    def resolved(self, values: Sequence[Num], u: Num, v: Num, alpha: Num, beta: Num) -> bool:
        """Tell whether the classes of a node suffice for this affine function."""
        return True

    def node(
        self, what: Nodes, m: int, node: int, u: Num, v: Num, alpha: Num, beta: Num
    ) -> Num | None:
        """What a whole node adds, or None if it must be split."""
        return what.by_classes(self, m, node, u, v, alpha, beta)

    def keep(self, m: int, node: int, value: Num) -> None:
        """Remember what a node added."""

    def add(self, total: Num, more: Num) -> Num:
        """Put two parts together."""
        return total + more

    def scaled(self, value: Num, factor: Num) -> Num:
        """What a part is worth when its abscissae are stretched."""
        return value * factor

    def piece(self, l: Num, r: Num, w: Num, entry: Entry, alpha: Num, beta: Num) -> Num:
        """All pieces of one class: from l to r over a width w, left ends as in ``entry``."""
        raise NotImplementedError  # pragma: no cover


class SquareRule(Rule):
    """The integral of (f^n - g)^2."""

    def node(
        self, what: Nodes, m: int, node: int, u: Num, v: Num, alpha: Num, beta: Num
    ) -> Num | None:
        """What a whole node adds, or None if it must be split."""
        zeroth, first, square = what.moments(m, node)
        own = alpha * alpha * (v**3 - u**3) / 3 + alpha * beta * (v * v - u * u)
        return square - 2 * (alpha * first + beta * zeroth) + own + beta * beta * (v - u)

    def piece(self, l: Num, r: Num, w: Num, entry: Entry, alpha: Num, beta: Num) -> Num:
        """All pieces of one class, from l to r over a width w."""
        count, s1, s2, _, _ = entry
        # the difference runs from c - alpha p to d - alpha p
        c, d = l - beta, r - beta - alpha * w
        square = count * (c * c + c * d + d * d) - 3 * alpha * (c + d) * s1 + 3 * alpha * alpha * s2
        return w * square / 3


class MeanRule(Rule):
    """The integral of |f^n - g|."""

    def resolved(self, values: Sequence[Num], u: Num, v: Num, alpha: Num, beta: Num) -> bool:
        """Tell whether the classes of a node suffice for this affine function."""
        y, z = alpha * u + beta, alpha * v + beta
        if z < y:
            y, z = z, y
        return bisect_right(values, y) == bisect_left(values, z) or y == z

    def piece(self, l: Num, r: Num, w: Num, entry: Entry, alpha: Num, beta: Num) -> Num:
        """All pieces of one class, from l to r over a width w."""
        count, s1, s2, least, most = entry
        c, d = l - beta, r - beta - alpha * w
        # signs at the ends of all pieces of the class; equal ones, or zero
        first = _sign(c - alpha * least, c - alpha * most)
        second = _sign(d - alpha * least, d - alpha * most)
        if first * second >= 0:
            area = (count * (c + d) - 2 * alpha * s1) * w / 2
            return area if area >= 0 else -area
        squares = count * (c * c + d * d) - 2 * alpha * (c + d) * s1 + 2 * alpha * alpha * s2
        return w * squares / (2 * abs(c - d))


def _sign(a: Num, b: Num) -> int:
    return int(a > 0 or b > 0) - int(a < 0 or b < 0)


class LargestRule(Rule):
    """The largest |f^n - g|."""

    def add(self, total: Num, more: Num) -> Num:
        """Put two parts together."""
        return more if more > total else total

    def scaled(self, value: Num, factor: Num) -> Num:
        """What a part is worth when its abscissae are stretched."""
        return value

    def piece(self, l: Num, r: Num, w: Num, entry: Entry, alpha: Num, beta: Num) -> Num:
        """All pieces of one class, from l to r over a width w."""
        _, _, _, least, most = entry
        c, d = l - beta, r - beta - alpha * w
        return max(abs(e - alpha * p) for e in (c, d) for p in (least, most))


class AtLevel(Rule):
    """What depends on f^n and a level alone is worked out once for each node."""

    def __init__(self, level: Num) -> None:
        self.level = level
        self._kept: dict[tuple[int, int], Num] = {}

    def node(
        self, what: Nodes, m: int, node: int, u: Num, v: Num, alpha: Num, beta: Num
    ) -> Num | None:
        """What a whole node adds, or None if it must be split."""
        return self._kept.get((m, node))

    def keep(self, m: int, node: int, value: Num) -> None:
        """Remember what a node added."""
        self._kept[m, node] = value


class LengthAbove(AtLevel):
    """The length on which f^n is at least a level."""

    def piece(self, l: Num, r: Num, w: Num, entry: Entry, alpha: Num, beta: Num) -> Num:
        """All pieces of one class, from l to r over a width w."""
        z, count = self.level, entry[0]
        low, high = (l, r) if l <= r else (r, l)
        if low >= z:
            return w * count
        if high <= z:  # isolated points have no length, and low < z
            return mpq(0)
        return w * count * ((high - z) / (high - low))


class MeanFromLevel(AtLevel):
    """The integral of |f^n - level|."""

    def piece(self, l: Num, r: Num, w: Num, entry: Entry, alpha: Num, beta: Num) -> Num:
        """All pieces of one class, from l to r over a width w."""
        u, v, count = l - self.level, r - self.level, entry[0]
        if (u > 0 and v < 0) or (u < 0 and v > 0):
            return count * w * (u * u + v * v) / (2 * abs(u - v))
        return count * w * abs(u + v) / 2
