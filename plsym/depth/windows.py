"""f^t cut into windows, on most of which a function with few pieces is affine.

f^(t-k) maps each of its pieces affinely onto a node of the tower, so there f^t is a
squeezed copy of f^k on that node: a window.  Each of the N - 1 breakpoints of g spoils at
most one window, and on the others g is affine, at a distance that is known once for each
node.  So ||f^t - g|| is at least the sum over all windows less the N - 1 largest terms.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import log2
from typing import Any

from gmpy2 import iroot, mpq

from plsym.depth.affine import class_error, l1_lower
from plsym.exact.scalars import Num, lower_end, to_float, upper_end
from plsym.piecewise import algebra
from plsym.piecewise.function import PiecewiseLinear
from plsym.piecewise.knots import Knots
from plsym.piecewise.orbits import OrbitTable
from plsym.piecewise.pushforward import pushes
from plsym.piecewise.tower import Tower

__all__ = ["Sums", "Window", "WindowTable", "Windows", "shortened"]

_POWERS = (2, 4, 8)  # of Hoelder's inequality
_BITS = 128  # of sums that are rounded
_DEPTH = 80  # of the tower: deeper windows count as zero
_NODES = 60  # kinds of windows that are looked at; the others count as zero


@dataclass(frozen=True)
class Window:
    """All windows over one node.

    Attributes
    ----------
    ends : (number, number)
        The node.
    count : int
        How many windows there are.
    share : Fraction
        Their total length divided by that of the node, rounded down.
    error : Fraction
        A lower bound on the error of affine functions on the node.
    """

    ends: tuple[Num, Num]
    count: int
    share: Fraction
    error: Fraction


@dataclass(frozen=True)
class WindowTable:
    """The windows of f^t of one depth, ready for any number of pieces.

    Attributes
    ----------
    depth : int
        k: what a window shows is f^k.
    windows : tuple of Window
        By error, the largest first.
    scale : Num or None
        The slope of f^(t-k) if it has one size, so that windows of a kind are congruent.
    powers : dict
        For other maps: sums of q-th powers of the windows' errors, by q, rounded up.
    """

    depth: int
    windows: tuple[Window, ...]
    scale: Num | None
    powers: dict[int, Fraction] = field(default_factory=dict)

    @cached_property
    def total(self) -> Fraction:
        """The sum of the errors of all windows."""
        return sum((w.share * w.error for w in self.windows), Fraction(0))

    @cached_property
    def count(self) -> int:
        """The number of windows."""
        return sum(w.count for w in self.windows)

    def bound(self, pieces: int) -> Fraction:
        """A lower bound on the error of functions with so many pieces, at least 0."""
        spoilt = pieces - 1
        if spoilt >= self.count:
            return Fraction(0)
        if self.scale is not None:
            lost, left = Fraction(0), spoilt
            for w in self.windows:
                taken = min(left, w.count)
                lost += taken * w.error
                left -= taken
                if not left:
                    break
            value = self.total - upper_end(lost / self.scale if lost else mpq(0))
        elif spoilt == 0:
            value = self.total
        else:
            value = self.total - min(
                _root(spoilt ** (q - 1) * s, q) for q, s in self.powers.items()
            )
        return max(value, Fraction(0))


def _root(x: Fraction, q: int, bits: int = 64) -> Fraction:
    """A rational at least the q-th root of x."""
    if x <= 0:
        return Fraction(0)
    # scale so that the integer root keeps the wanted bits
    size = x.numerator.bit_length() - x.denominator.bit_length()
    shift = max(0, bits - size // q)
    whole = -((-x.numerator << (q * shift)) // x.denominator)
    root, exact = iroot(whole, q)
    return Fraction(int(root) + (not exact), 1 << shift)


class Windows:
    """The tables of windows of f^t, for the L1 or the classification error.

    Parameters
    ----------
    f : PiecewiseLinear
        A map of a bounded interval into itself.
    t : int
    threshold : number, optional
        For the classification error; without it the error is that of L1.
    """

    def __init__(self, f: PiecewiseLinear, t: int, threshold: Num | None = None) -> None:
        self.map = f._knots()
        self.t, self.threshold = t, threshold
        self._table = OrbitTable(self.map)
        self._tower = Tower(self._table)
        sizes = self._table.sizes
        self._slope = self._table.slope_size
        self._counts = [w for w, _ in pushes(self._tower, t, [1] * len(sizes), 1, _DEPTH)]
        self._sums: dict[int, Sums] = {}
        if self._slope is None:
            self._sums = {q: Sums(self._tower, t, sizes, q) for q in (1, *_POWERS)}

    def tables(self, deepest: int = 12, knots: int = 400) -> Iterator[WindowTable]:
        """Yield the tables for k = 1, 2, ... while f^k has few knots."""
        image = self.map
        for k in range(1, min(deepest, self.t) + 1):
            if k > 1:
                image = algebra.compose(self.map, image)
            if len(image.xs) > knots:
                return
            yield self._make(k, image)

    def _make(self, k: int, image: Knots) -> WindowTable:
        step = self.t - k
        counts: Any = self._counts[step]
        scale = None if self._slope is None else self._slope**step

        def share(node: int) -> Fraction:
            if scale is not None:
                return lower_end(counts[node] / scale)
            return self._sums[1].value(step, node)

        def length(node: int) -> int:
            low, high = self._ends(node)
            many = counts if scale is not None else self._sums[1].steps[step][1]
            return int(to_float(high - low) * (1 << 60)) * int(many[node])

        windows, kept = [], []
        for node in sorted(counts, key=length, reverse=True)[:_NODES]:
            low, high = self._ends(node)
            error = self._error(algebra.restrict(image, low, high))
            if error > 0:
                windows.append(Window((low, high), int(counts[node]), share(node), error))
                kept.append(node)
        powers = {}
        if scale is None:
            for q in _POWERS:
                sums = self._sums[q]
                powers[q] = sum(
                    (
                        sums.value(step, node) * w.error**q
                        for node, w in zip(kept, windows, strict=True)
                    ),
                    Fraction(0),
                )
        windows.sort(key=lambda w: w.error, reverse=True)
        return WindowTable(k, tuple(windows), scale, powers)

    def _ends(self, node: int) -> tuple[Any, Any]:
        lower, upper = self._tower.nodes[node]
        return self._table.values[lower], self._table.values[upper]

    def _error(self, part: Knots) -> Fraction:
        if len(part.xs) < 3:
            return Fraction(0)
        if self.threshold is None:
            return shortened(l1_lower(part, quick=True))
        return shortened(lower_end(class_error(part, self.threshold)))


def shortened(x: Fraction, bits: int = 96) -> Fraction:
    """A short rational that is not above x, x itself if it is short: sums stay fast."""
    if x.denominator.bit_length() <= bits:
        return x
    return Fraction((x.numerator << bits) // x.denominator, 1 << bits)


class Sums:
    """Sums of 1 / slope^q over the windows of each kind, after 0, 1, ..., n steps.

    Integers times a power of two for each step: rounded down for q = 1, where lengths
    are added up, and up for the sums of powers.
    """

    def __init__(self, tower: Tower, n: int, sizes: list[Num], q: int) -> None:
        factors = [_Rounding(s, q) for s in sizes]
        self.steps: list[tuple[int, dict[int, Any]]] = []
        exponent = _BITS
        for pushed, _ in pushes(tower, n, factors, 1 << _BITS, _DEPTH):
            weights: dict[int, Any] = pushed  # integers, all of them
            largest = max((w.bit_length() for w in weights.values()), default=0)
            shift = _BITS - largest
            if shift > 0:
                for node, w in weights.items():
                    weights[node] = w << shift
                exponent += shift
            self.steps.append((exponent, dict(weights)))

    def value(self, step: int, node: int) -> Fraction:
        """The sum for one node after so many steps."""
        exponent, weights = self.steps[step]
        return Fraction(int(weights[node]), 1 << exponent)


class _Rounding:
    """Multiplication of integers by 1 / size^q, rounded down for q = 1 and else up."""

    def __init__(self, size: Num, q: int) -> None:
        self.up = q > 1
        factor = mpq(1) if size == 0 else 1 / size**q
        # relative precision, and no long factors, which would make every product long
        self.bits = _BITS + max(0, -int(log2(max(to_float(factor), 1e-300))))
        scaled = (upper_end if self.up else lower_end)(factor, self.bits) * (1 << self.bits)
        self.numerator = scaled.__ceil__() if self.up else scaled.__floor__()

    def __rmul__(self, weight: int) -> int:
        product = weight * self.numerator
        return -(-product >> self.bits) if self.up else product >> self.bits
