"""The n-th iterate of a self-map as a source of knots that lists them only when asked.

`IterateSource` answers how many pieces and laps f^n has, its values, integral,
variation and Lipschitz constant, and its j-th knot, without listing.  When the knots
are wanted, they are copied, not computed: the list of f^m consists of runs of the list
of f^(m-1), see `orbits.cut_levels`.  Values are ids of a short table of exact numbers,
so a copy is a copy of small integers.  An abscissa is an exact formula of its address
(which pieces its orbit visits), worked out for one knot or for all.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray

from plsym.config import Budget
from plsym.errors import BudgetExceeded, DomainError
from plsym.exact.intarray import IntArray
from plsym.exact.scalars import Num, text, to_float
from plsym.piecewise import pushforward
from plsym.piecewise.algebra import domain_text
from plsym.piecewise.knots import Knots
from plsym.piecewise.orbits import Level, OrbitTable, checked_power, cut_levels
from plsym.piecewise.pullback import Component, pull_back
from plsym.piecewise.sequence import KnotSequence
from plsym.piecewise.tower import Tower
from plsym.piecewise.transducers import lap_counts, preimage_counts

__all__ = ["IterateSource"]


class IterateSource:
    """f^n as a `KnotSource`: counts first, lists on demand.

    Parameters
    ----------
    knots : Knots
        A canonical map of its domain into itself.
    n : int
        The number of iterations, at least 0.
    budget : Budget, optional
        How many pieces may be listed; the default budget if omitted.

    Raises
    ------
    DomainError
        If the map leaves its domain or n is not an integer >= 0.

    Notes
    -----
    Counting costs O(K n^2) for a map with K pieces.  One knot costs O(n log K) exact
    operations.  Listing copies each list once per level, in one, two or four bytes per
    value; exact abscissae in bulk are integers over one denominator.
    """

    def __init__(self, knots: Knots, n: int, budget: Budget | None = None) -> None:
        self.base = knots
        self.power = checked_power(n)
        self.budget = Budget() if budget is None else budget
        self._table = OrbitTable(knots)
        self._has_left = knots.left is None
        self._has_right = knots.right is None

    @cached_property
    def _levels(self) -> list[Level]:
        watch = self.budget.start()
        levels: list[Level] = []
        for level in cut_levels(self._table, self.power):
            levels.append(level)
            watch.check(f"counting the pieces of f^{self.power}")
        return levels

    @cached_property
    def _tower(self) -> Tower:
        return Tower(self._table)

    @cached_property
    def _inverses(self) -> list[tuple[Num, Num]]:
        """The inverse branches x = a y + b, one for each piece (zeros for plateaus)."""
        zero = mpq(0)
        return [
            (1 / slope, -shift / slope) if sign else (zero, zero)
            for slope, shift, sign in zip(
                self._table.slopes, self._table.shifts, self._table.signs, strict=True
            )
        ]

    @property
    def _total(self) -> int:
        """The number of breakpoints inside the domain."""
        return self._levels[-1].total if self._levels else 0

    @property
    def num_pieces(self) -> int:
        """The number of pieces of f^n, counted without listing them."""
        return self._total + 1

    @property
    def num_knots(self) -> int:
        """The number of knots: breakpoints and finite ends (at least the label 0)."""
        return max(1, self._total + self._has_left + self._has_right)

    @cached_property
    def lap_number(self) -> int:
        """The number of laps of f^n, counted without listing them."""
        last = 1
        for count in lap_counts(self._tower, self.power):
            last = count
        return last

    def ends(self) -> tuple[Num | None, Num | None]:
        """Return the ends of the domain, None for an infinite one."""
        xs = self.base.xs
        return (xs[0] if self._has_left else None, xs[-1] if self._has_right else None)

    def value(self, x: Num) -> Num:
        """Return f^n(x) by n evaluations of f.

        Raises
        ------
        DomainError
            If x is outside the domain.
        """
        if x < self._table.cuts[0] or x > self._table.cuts[-1]:
            raise DomainError(f"{text(x)} lies outside the domain {domain_text(self.base)}")
        result: Any = x
        for _ in range(self.power):
            result = self._table.image(result)
        value: Num = result
        return value

    def image(self) -> Component:
        """Return the ends of the image of f^n, float infinities for infinite ones."""
        table = self._table
        table.ensure(1)
        low, high = table.cuts[0], table.cuts[-1]
        for _ in range(self.power):
            met = [table.image(low), table.image(high)]
            for i, cut in enumerate(table.cuts):
                if low < cut < high:
                    met.append(table.values[table.nexts[i]])
            low = high = met[0]
            for value in met:
                low = value if value < low else low
                high = value if value > high else high
        return low, high

    def variation(self) -> Num:
        """Return the total variation of f^n, if it is finite."""
        return pushforward.variation(self._tower, self.power)

    def integral(self, power: int = 1) -> Num:
        """Return the integral of (f^n)^power (bounded domains)."""
        return pushforward.integral_of_power(self._tower, self.power, power)

    def lipschitz(self) -> Num:
        """Return the largest absolute slope of f^n."""
        return pushforward.lipschitz(self._tower, self.power)

    def preimage(self, z: Num) -> list[Component]:
        """Return the components of {f^n = z} as closed intervals, in increasing order.

        Points have equal ends; float infinities stand for infinite ends.

        Raises
        ------
        BudgetExceeded
            If there are more components, now or on the way, than the budget has pieces.
        """
        limit = self.budget.pieces
        for count in preimage_counts(self._tower, self.power, z):
            if limit is not None and count > limit:
                raise self._too_many(count, "solutions of f^m(x) = z on the way")
        low, high = self._table.cuts[0], self._table.cuts[-1]
        found: list[Component] = [] if z < low or z > high else [(z, z)]
        for _ in range(self.power):
            found = pull_back(self._table, found)
        return found

    # One knot at a time -------------------------------------------------------------

    def _address(self, j: int) -> tuple[int, int, list[int]]:
        """Return (i, m, path): the j-th inner breakpoint is c_i pulled back along path.

        f^len(path) maps the breakpoint to c_i through the pieces of ``path``, and m
        iterations are left.
        """
        path: list[int] = []
        for m in range(self.power, 0, -1):
            level = self._levels[m - 1]
            piece = bisect_right(level.start, j) - 1
            offset = j - level.start[piece]
            if offset >= level.count[piece]:
                return piece + 1, m, path
            path.append(piece)
            if self._table.signs[piece] < 0:
                offset = level.count[piece] - 1 - offset
            j = level.low[piece] + offset
        raise IndexError("no such breakpoint")  # pragma: no cover - excluded by the counts

    def _inner(self, j: int) -> int | None:
        """Return the number of the inner breakpoint that is knot j, None for an end."""
        if not 0 <= j < self.num_knots:
            raise IndexError(f"f^{self.power} has {self.num_knots} knots; there is no knot {j}")
        inner = j - self._has_left
        return inner if 0 <= inner < self._total else None

    def abscissa(self, j: int) -> Num:
        """Return the exact abscissa of knot j (0 is the leftmost), in O(n log K) steps."""
        inner = self._inner(j)
        if inner is None:
            return self._end(j)
        knot, _, path = self._address(inner)
        x: Any = self._table.values[knot]
        for piece in reversed(path):
            a, b = self._inverses[piece]
            x = a * x + b
        result: Num = x
        return result

    def _end(self, j: int) -> Num:
        if not self._has_left and not self._has_right:
            return mpq(0)
        return self.base.xs[0] if j == 0 and self._has_left else self.base.xs[-1]

    def ordinate(self, j: int) -> Num:
        """Return the exact value at knot j, in O(n log K) steps."""
        inner = self._inner(j)
        if inner is None:
            return self.value(self._end(j))
        knot, left, _ = self._address(inner)
        result: Any = self._table.values[self._after(knot, left)]
        value: Num = result
        return value

    def _after(self, point: int, steps: int) -> int:
        for _ in range(steps):
            point = self._table.nexts[point]
        return point

    # All knots at once --------------------------------------------------------------

    def check_budget(self) -> None:
        """Raise `BudgetExceeded`, with the count, if listing is over the budget."""
        limit = self.budget.pieces
        count = self.num_pieces
        if limit is not None and count > limit:
            raise self._too_many(count, "pieces")

    def _too_many(self, count: int, what: str) -> BudgetExceeded:
        size = str(count) if count.bit_length() <= 64 else f"about 2^{count.bit_length()}"
        return BudgetExceeded(
            f"f^{self.power} has {size} {what}, the budget allows listing "
            f"{self.budget.pieces}; counts, values and single knots need no list; "
            f"pass budget=Budget(pieces=...) to raise the limit",
            needed=count,
        )

    def _runs(self, level: Level) -> Iterator[tuple[int, slice, slice]]:
        """Yield (piece, place in the new list, place in the old one) with inner numbers.

        Lists carry one entry for each end, so inner breakpoint j stands at j + 1.
        """
        for piece, count in enumerate(level.count):
            if count:
                start, low = level.start[piece] + 1, level.low[piece] + 1
                old = slice(low, low + count)
                if self._table.signs[piece] < 0:
                    old = slice(low + count - 1, low - 1, -1)
                yield piece, slice(start, start + count), old

    def _knots_between(self, level: Level) -> Iterator[tuple[int, int]]:
        """Yield (place in the new list, i) for each knot c_i that stays a breakpoint."""
        for piece, kept in enumerate(level.kept):
            if kept:
                yield level.start[piece] + level.count[piece] + 1, piece + 1

    def _buffers(self, dtype: Any) -> tuple[NDArray[Any], NDArray[Any]]:
        size = max((level.total for level in self._levels), default=0) + 2
        return np.empty(size, dtype=dtype), np.empty(size, dtype=dtype)

    def _trim(self, full: NDArray[Any]) -> NDArray[Any]:
        last = self._total + (2 if self._has_right else 1)
        return full[0 if self._has_left else 1 : last]

    @cached_property
    def value_ids(self) -> NDArray[Any]:
        """The value at every knot as an index into `table`, in the smallest unsigned type.

        Empty for an affine iterate of the line, which has no true knot.
        """
        self.check_budget()
        table, pieces = self._table, self._table.pieces
        old, new = self._buffers(np.min_scalar_type(len(table.values)))
        ids = list(range(pieces + 1))
        old[0], old[1] = 0, pieces
        for level in self._levels:
            ids = [table.nexts[i] for i in ids]
            new[0], new[level.total + 1] = ids[0], ids[-1]
            for _, here, there in self._runs(level):
                new[here] = old[there]
            for place, knot in self._knots_between(level):
                new[place] = ids[knot]
            old, new = new, old
        return self._trim(old)

    @cached_property
    def table(self) -> list[Num | float]:
        """The exact values that `value_ids` point into (infinite ends as floats)."""
        return self._table.values

    @cached_property
    def _float_abscissae(self) -> NDArray[np.float64]:
        self.check_budget()
        cuts = [c if isinstance(c, float) else to_float(c) for c in self._table.cuts]
        branches = [(to_float(a), to_float(b)) for a, b in self._inverses]
        old, new = self._buffers(np.float64)
        old[0], old[1] = cuts[0], cuts[-1]
        for level in self._levels:
            new[0], new[level.total + 1] = cuts[0], cuts[-1]
            for piece, here, there in self._runs(level):
                a, b = branches[piece]
                target = new[here]
                np.multiply(old[there], a, out=target)
                target += b
            for place, knot in self._knots_between(level):
                new[place] = cuts[knot]
            old, new = new, old
        return self._trim(old)

    def floats(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return all knots as float64: a shadow for plotting that decides nothing.

        Returns
        -------
        (ndarray, ndarray)
            Abscissae (one multiply-add per level, so not correctly rounded; use
            ``abscissae().floats()`` for that) and values (correctly rounded), each of
            shape (number of knots,).
        """
        if not self._total and not self._has_left and not self._has_right:
            return np.zeros(1), np.array([to_float(self.value(mpq(0)))])
        values = np.array([v if isinstance(v, float) else to_float(v) for v in self.table])
        return self._float_abscissae.copy(), values[self.value_ids]

    def abscissae(self) -> IntArray:
        """Return all exact abscissae as integers over one common denominator."""
        self.check_budget()
        one, zero = mpq(1), mpq(0)
        cuts = [None if isinstance(c, float) else IntArray.from_nums([c]) for c in self._table.cuts]
        xs = IntArray.from_nums([])
        for level in self._levels:
            parts: list[tuple[IntArray, Num, Num]] = []
            for piece, count in enumerate(level.count):
                if count:
                    run = xs.part(level.low[piece], level.low[piece] + count)
                    a, b = self._inverses[piece]
                    parts.append((run.reverse() if self._table.signs[piece] < 0 else run, a, b))
                cut = cuts[piece + 1]
                if piece < len(level.kept) and level.kept[piece] and cut is not None:
                    parts.append((cut, one, zero))
            xs = IntArray.combine(parts)
        ends = [cuts[0], xs, cuts[-1]]
        if not len(xs) and cuts[0] is None and cuts[-1] is None:
            return IntArray.from_nums([zero])
        return IntArray.combine([(part, one, zero) for part in ends if part is not None])

    def _end_slope(self, piece: int, side: int) -> Num:
        """Return the slope of f^n near an infinite end."""
        slope: Num = mpq(1)
        for _ in range(self.power):
            sign = self._table.signs[piece]
            slope = slope * self._table.slopes[piece]
            if not sign:
                break
            side *= sign
            piece = 0 if side < 0 else self._table.pieces - 1
        return slope

    def knots(self) -> Knots:
        """List the knots of f^n.

        Raises
        ------
        BudgetExceeded
            If f^n has more pieces than the budget allows; nothing has been listed then,
            and ``needed`` is the exact number.
        """
        self.check_budget()
        left = None if self._has_left else self._end_slope(0, -1)
        right = None if self._has_right else self._end_slope(self._table.pieces - 1, 1)
        if not self._total and not self._has_left and not self._has_right:
            return Knots((mpq(0),), (self.value(mpq(0)),), left, right)
        table: Any = self.table
        ys: tuple[Num, ...] = tuple([table[i] for i in self.value_ids.tolist()])
        return Knots(tuple(self.abscissae().to_list()), ys, left, right)

    def breakpoints(self) -> KnotSequence:
        """Return the abscissae of all knots as a lazy sequence."""
        return KnotSequence(self, ordinates=False)

    def values(self) -> KnotSequence:
        """Return the values at all knots as a lazy sequence."""
        return KnotSequence(self, ordinates=True)
