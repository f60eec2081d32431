"""Crossings and lobes: what a function with few pieces does on the wrong side of a level.

If F alternates m times between <= x and >= y, a function g with N pieces changes its side
of a level z in [x, y] at most N times.  Each lobe of F on all of which g is on the other
side takes at most two changes away, one if it stands at an end: the lobes of that kind
have at least m - N sides in all.  On such a lobe |F - g| >= |F - z|.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from gmpy2 import mpq

from plsym.exact.scalars import Num, lower_end, to_float, to_public
from plsym.piecewise.counting import crossing_numbers
from plsym.piecewise.function import PiecewiseLinear
from plsym.piecewise.orbits import OrbitTable
from plsym.piecewise.pushforward import lipschitz
from plsym.piecewise.tower import Part, Tower

__all__ = ["Crossings", "Lobes", "best_intervals", "crossings_of", "levels", "lobes"]

_VALUES = 14  # values tried as ends of an interval
_CLASSES = 500  # different lobes
_SHORT = 24  # an iterate by which intervals are ranked


@dataclass(frozen=True)
class Crossings:
    """The alternation crossings of [x, y] by f^t.

    Attributes
    ----------
    x, y : Num
    count : int
    lipschitz : Num
        Of f^t.
    """

    x: Num
    y: Num
    count: int
    lipschitz: Num

    def l1(self, pieces: int) -> Fraction:
        """The integral of |f^t - g| is at least this, if g has so many pieces.

        (m - N) (y - x)^2 / (8 K): each side of a lobe beyond the middle level holds half
        a triangle of height (y - x) / 2 and slope at most K.
        """
        excess = self.count - pieces
        if excess <= 0:
            return Fraction(0)
        return lower_end(excess * (self.y - self.x) ** 2 / (8 * self.lipschitz))

    def classification(self, pieces: int, z: Num) -> Fraction:
        """The length where [f^t >= z] and [g >= z] differ is at least this."""
        excess = self.count - pieces
        if excess <= 0 or not self.x < z < self.y:
            return Fraction(0)
        side = min(self.y - z, z - self.x)
        return lower_end(excess * side / self.lipschitz)


def crossings_of(f: PiecewiseLinear, t: int, x: Num, y: Num, size: Num | None = None) -> Crossings:
    """Count the crossings of one interval."""
    if size is None:
        size = _size(f, t)
    return Crossings(x, y, crossing_numbers(f, to_public(x), to_public(y), t)[-1], size)


def _size(f: PiecewiseLinear, t: int) -> Num:
    table = OrbitTable(f._knots())
    if table.slope_size is not None:
        power: Num = table.slope_size**t
        return power
    return lipschitz(Tower(table), t)


def best_intervals(f: PiecewiseLinear, t: int, most: int = 6) -> list[Crossings]:
    """Crossings of promising intervals between values that f^t takes at its kinks.

    Notes
    -----
    Every interval gives a true bound; which ones are counted for large t is decided by a
    smaller iterate.
    """
    table = OrbitTable(f._knots())
    table.ensure(t)
    # in the order in which they are met: early values are short numbers, and shared by all t
    met = sorted({v for v in table.values[:_VALUES] if not isinstance(v, float)})
    short = min(t, _SHORT)
    ranked = []
    for x, y in combinations(met, 2):
        count = crossing_numbers(f, to_public(x), to_public(y), short)[-1]
        width = to_float(y - x)
        # by area, and by the number alone: that decides when pieces are many
        ranked.append((count * width * width, count, width, x, y, count))
    chosen: list[tuple[Num, Num, int]] = []
    for key in (0, 1, 2):
        for item in sorted(ranked, key=lambda r: (r[key], r[0]), reverse=True)[: most // 2]:
            pair = item[3], item[4], item[5]
            if pair not in chosen:
                chosen.append(pair)
    size = _size(f, t)
    if short == t:
        return [Crossings(x, y, count, size) for x, y, count in chosen]
    return [crossings_of(f, t, x, y, size) for x, y, _ in chosen]


@dataclass(frozen=True)
class Lobes:
    """The maximal intervals on which f^t - z has one sign.

    Attributes
    ----------
    z : Num
    inner : tuple of (Fraction, int)
        Size of lobes that are not at an end (rounded down) and how many have it, the
        smallest first.
    ends : tuple of Fraction
        The sizes of the first and the last lobe.
    """

    z: Num
    inner: tuple[tuple[Fraction, int], ...]
    ends: tuple[Fraction, ...]

    @property
    def changes(self) -> int:
        """How often f^t changes its side of z."""
        return sum(n for _, n in self.inner) + len(self.ends) - 1

    def bound(self, pieces: int) -> Fraction:
        """The least that a function with so many pieces pays on lobes."""
        need = self.changes - pieces
        if need <= 0:
            return Fraction(0)
        # an inner lobe takes two changes away, half its size each; an end lobe one
        sides = sorted([(a / 2, 2 * n) for a, n in self.inner] + [(a, 1) for a in self.ends])
        total = Fraction(0)
        for side, n in sides:
            taken = min(n, need)
            total += taken * side
            need -= taken
            if not need:
                break
        return total


@dataclass(slots=True)
class _Row:
    """Signed lobes along an interval: first, those between, last (None if only one)."""

    first: tuple[int, Num]
    last: tuple[int, Num] | None
    inner: Counter[int]

    def flip(self) -> _Row:
        return self if self.last is None else _Row(self.last, self.first, self.inner)


class _Reader:
    def __init__(self, f: PiecewiseLinear, t: int, z: Num, lengths: bool) -> None:
        self.table = OrbitTable(f._knots())
        self.tower = Tower(self.table)
        self.tower.ensure(t)
        self.table.ensure(t + 1)
        self.t, self.z, self.lengths = t, z, lengths
        # with one size of slopes lobes are measured in units of its powers
        self.slope = self.table.slope_size
        self.inverse = [1 / s if s != 0 else s for s in self.table.sizes]
        self.areas: list[Num] = []
        self.ids: dict[Num, int] = {}

    def _name(self, area: Num) -> int:
        known = self.ids.get(area)
        if known is None:
            known = self.ids[area] = len(self.areas)
            self.areas.append(area)
            if known > _CLASSES:
                raise OverflowError
        return known

    def _base(self, u: Num, v: Num) -> _Row | None:
        """The identity on [u, v]."""
        z = self.z
        lobes: list[tuple[int, Num]] = []
        if u < z:
            top = v if v < z else z
            below = top - u
            lobes.append((-1, below if self.lengths else below * ((z - u) + (z - top)) / 2))
        if v > z:
            low = u if u > z else z
            above = v - low
            lobes.append((1, above if self.lengths else above * ((v - z) + (low - z)) / 2))
        return _Row(lobes[0], lobes[1] if len(lobes) > 1 else None, Counter())

    def _flat(self, part: Part, left: int) -> _Row | None:
        """A plateau: f^m is the value ``left`` steps after the plateau's image."""
        table = self.table
        low, high = table.values[part.lower], table.values[part.upper]
        point = table.nexts[part.lower]
        for _ in range(left):
            point = table.nexts[point]
        value = table.values[point]
        assert not isinstance(low, float) and not isinstance(high, float)
        assert not isinstance(value, float)
        gap = value - self.z
        if gap == 0 and not self.lengths:
            return None
        width = high - low
        return _Row(
            (1 if gap >= 0 else -1, width if self.lengths else width * abs(gap)), None, Counter()
        )

    def _scaled(self, row: _Row, factor: Num) -> _Row:
        last = None if row.last is None else (row.last[0], row.last[1] * factor)
        inner: Counter[int] = Counter()
        for name, n in row.inner.items():
            inner[self._name(self.areas[name] * factor)] += n
        return _Row((row.first[0], row.first[1] * factor), last, inner)

    def _join(self, rows: Sequence[_Row]) -> _Row | None:
        result: _Row | None = None
        for row in rows:
            if result is None:
                result = _Row(row.first, row.last, Counter(row.inner))
                continue
            inner = result.inner
            end = result.first if result.last is None else result.last
            if end[0] == row.first[0]:
                merged = (end[0], end[1] + row.first[1])
                if result.last is None:
                    if row.last is None:
                        result = _Row(merged, None, inner)
                    else:
                        inner.update(row.inner)
                        result = _Row(merged, row.last, inner)
                elif row.last is None:
                    result = _Row(result.first, merged, inner)
                else:
                    inner[self._name(merged[1])] += 1
                    inner.update(row.inner)
                    result = _Row(result.first, row.last, inner)
            else:
                if result.last is not None:
                    inner[self._name(end[1])] += 1
                if row.last is not None:
                    inner[self._name(row.first[1])] += 1
                inner.update(row.inner)
                result = _Row(result.first, row.first if row.last is None else row.last, inner)
        return result

    def run(self) -> _Row | None:
        """The lobes of f^t on the domain."""
        tower, table = self.tower, self.table
        values = table.values
        rows: list[_Row | None] = []
        for lower, upper in tower.nodes[: tower.count(self.t)]:
            low, high = values[lower], values[upper]
            assert not isinstance(low, float) and not isinstance(high, float)
            rows.append(self._base(low, high))
        for m in range(1, self.t + 1):
            before, rows = rows, []

            def read(part: Part, m: int = m, before: list[_Row | None] = before) -> _Row | None:
                if not table.signs[part.piece]:
                    return self._flat(part, m - 1)
                row = before[part.target - tower.first_node]
                if row is not None and self.slope is None:
                    row = self._scaled(row, self.inverse[part.piece])
                return None if row is None else row.flip() if part.flipped else row

            whole = [read(part) for part in tower.whole]
            for node in range(tower.count(self.t - m)):
                start, stop = tower.blocks[tower.block[node]] if tower.block[node] else (0, -1)
                middle = [whole[p] for p in range((start + 1) >> 1, (stop >> 1) + 1)]
                left, right = tower.left[node], tower.right[node]
                parts = [
                    None if left is None else read(left),
                    *middle,
                    None if right is None else read(right),
                ]
                rows.append(self._join([row for row in parts if row is not None]))
        return rows[0]


def lobes(f: PiecewiseLinear, t: int, z: Num, *, lengths: bool = False) -> Lobes | None:
    """Measure the lobes of f^t at a level.

    Parameters
    ----------
    f : PiecewiseLinear
        A map of a bounded interval into itself.
    t : int
        At least 1.
    z : Num
        The level.
    lengths : bool
        Measure lengths, for the classification error, instead of the integral of |f^t - z|.

    Returns
    -------
    Lobes or None
        None if there are too many different lobes.

    Notes
    -----
    Exact; O(K t^2) joins of multisets.  Maps whose slopes have one size have few
    different lobes, others may have many.

    Examples
    --------
    >>> from gmpy2 import mpq
    >>> from plsym.depth.alternation import lobes
    >>> found = lobes(pl.tent(), 5, mpq(1, 2))
    >>> found.inner, found.bound(4), found.changes
    (((Fraction(1, 128), 31),), Fraction(7, 64), 32)
    """
    reader = _Reader(f, t, z, lengths)
    try:
        row = reader.run()
    except OverflowError:
        return None
    if row is None:
        return Lobes(z, (), ())
    scale = mpq(1) if reader.slope is None else reader.slope**t
    inner = Counter[Fraction]()
    for name, n in row.inner.items():
        inner[lower_end(reader.areas[name] / scale)] += n
    ends = [row.first[1]] if row.last is None else [row.first[1], row.last[1]]
    return Lobes(z, tuple(sorted(inner.items())), tuple(lower_end(a / scale) for a in ends))


def levels(intervals: Sequence[Crossings]) -> list[Num]:
    """Levels worth trying: the middles of promising intervals."""
    found: list[Num] = []
    for c in intervals:
        z = (c.x + c.y) / 2
        if z not in found:
            found.append(z)
    return found
