"""Orbits of the knots of a self-map, and where the pieces of its iterates lie.

Every value that f^n takes at one of its breakpoints lies on the orbit of a knot
of f or of an end of the domain.  `OrbitTable` interns these exact values once:
from then on a value is a small integer, and its image and its place among the
knots are table look-ups.

The breakpoints of f^m inside a piece of f are the breakpoints of f^(m-1) between
the images of the ends of that piece, in the same or in the opposite order.  So the
list of f^m is made of at most as many contiguous runs of the list of f^(m-1) as f
has pieces, and between two runs stands a knot of f.  `cut_levels` finds where the
runs begin and end, for all m up to n, by counting: no list is built and no floating
point number is compared.
"""

from __future__ import annotations

import operator
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray

from plsym.errors import DomainError
from plsym.exact.scalars import Num
from plsym.piecewise.knots import Knots

__all__ = ["SMALL", "Level", "OrbitTable", "checked_power", "cut_levels"]

INF = float("inf")
SMALL = 1 << 61
"""Counts below this are kept in int64; sums of a few of them cannot overflow."""


def checked_power(n: Any, what: str = "the number of iterations", least: int = 0) -> int:
    """Return n as an int >= ``least``, or raise `DomainError`."""
    if isinstance(n, bool):
        raise DomainError(f"{what} must be an integer, not a bool")
    try:
        count = operator.index(n)
    except TypeError:
        raise DomainError(f"{what} must be an integer, not {type(n).__name__}") from None
    if count < least:
        raise DomainError(f"{what} must be at least {least}, not {count}")
    return count


class OrbitTable:
    """The values on the orbits of the knots and domain ends of a self-map.

    Parameters
    ----------
    knots : Knots
        A canonical map of its domain (a closed interval, a half-line or the line)
        into itself.

    Raises
    ------
    DomainError
        If the map leaves its domain.

    Notes
    -----
    Write c_0 < c_1 < ... < c_K for the ends of the K pieces; c_0 and c_K are the ends
    of the domain, possibly infinite (then stored as float infinities, which are only
    ever compared).  The id of c_i is i.  ``locs[id]`` is 2 i if the value is c_i and
    2 p + 1 if it lies strictly inside piece p = (c_p, c_(p+1)).
    All comparisons are exact; an orbit value costs one evaluation and one hash.
    """

    def __init__(self, knots: Knots) -> None:
        self.knots = knots
        xs, ys, left, right = knots
        slopes = [(ys[i + 1] - ys[i]) / (xs[i + 1] - xs[i]) for i in range(len(xs) - 1)]
        anchors = list(range(len(xs) - 1))
        cuts: list[Num | float] = list(xs)
        if left is not None:
            slopes.insert(0, left)
            anchors.insert(0, 0)
            cuts.insert(0, -INF)
        if right is not None:
            slopes.append(right)
            anchors.append(len(xs) - 1)
            cuts.append(INF)
        if left is not None and right is not None and len(xs) == 1 and left == right:
            # An affine map of the line: its only knot is a label, not a kink.
            slopes, anchors, cuts = [left], [0], [-INF, INF]
        self.slopes: list[Num] = slopes
        self.shifts: list[Num] = [ys[a] - s * xs[a] for a, s in zip(anchors, slopes, strict=True)]
        self.signs: list[int] = [(s > 0) - (s < 0) for s in slopes]
        self.cuts: list[Num | float] = cuts
        self._check_self_map()
        self.values: list[Num | float] = []
        self.locs: list[int] = []
        self.nexts: list[int] = []
        self.reached: list[int] = []
        self._ids: dict[Num | float, int] = {}
        for i, cut in enumerate(cuts):
            self._ids[cut] = i
            self.values.append(cut)
            self.locs.append(2 * i)
        self.reached.append(len(cuts))

    @property
    def pieces(self) -> int:
        """The number of pieces of f."""
        return len(self.slopes)

    @cached_property
    def sizes(self) -> list[Num]:
        """The sizes of the slopes of f."""
        return [abs(s) for s in self.slopes]

    @cached_property
    def slope_size(self) -> Num | None:
        """The size of all slopes, if they have one and it is not 0."""
        first = self.sizes[0]
        return first if first != 0 and all(s == first for s in self.sizes) else None

    @property
    def bounded(self) -> bool:
        """Whether the domain is a closed bounded interval."""
        return self.knots.left is None and self.knots.right is None

    def _check_self_map(self) -> None:
        low, high = self.cuts[0], self.cuts[-1]
        knots = self.knots
        inside = all(not (y < low) and not (y > high) for y in knots.ys)
        if knots.left is not None and high != INF:
            inside = inside and self.signs[0] >= 0
        if knots.right is not None and low != -INF:
            inside = inside and self.signs[-1] >= 0
        if not inside:
            raise DomainError(
                "the map leaves its domain, so it cannot be iterated; give a map whose values "
                "stay in its domain (restrict it, or enlarge the domain)"
            )

    def image(self, value: Num | float) -> Num | float:
        """Return f of a point of the domain or of an infinite end."""
        if isinstance(value, float):
            piece = 0 if value < 0 else -1
            sign = self.signs[piece]
            return sign * value if sign else self.shifts[piece]
        index = bisect_left(self.cuts, value, 1, len(self.cuts) - 1)
        return self.slopes[index - 1] * value + self.shifts[index - 1]

    def _intern(self, value: Num | float) -> int:
        known = self._ids.get(value)
        if known is not None:
            return known
        new = len(self.values)
        self._ids[value] = new
        self.values.append(value)
        # Infinite values are ends of the domain and known from the start.
        self.locs.append(2 * bisect_left(self.cuts, value, 1, self.pieces) - 1)
        return new

    def find(self, value: Num) -> int | None:
        """Return the id of a value, None if no orbit has met it."""
        return self._ids.get(value)

    def ensure(self, depth: int) -> None:
        """Extend the table to all values reached within ``depth`` steps.

        The images of the values reached within ``depth - 1`` steps are then known.
        """
        while len(self.reached) <= depth:
            first = len(self.nexts)
            for i in range(first, self.reached[-1]):
                loc = self.locs[i]
                value = self.values[i]
                if isinstance(value, float):
                    image = self.image(value)
                else:
                    piece = min(loc >> 1, len(self.slopes) - 1)
                    image = self.slopes[piece] * value + self.shifts[piece]
                self.nexts.append(self._intern(image))
            self.reached.append(len(self.values))

    def count(self, depth: int) -> int:
        """Return how many ids are reached within ``depth`` steps (ids are in that order)."""
        self.ensure(depth)
        return self.reached[depth]

    def kept(self, i: int, n: int) -> list[bool]:
        """Tell for m = 1..n whether the interior knot c_i is a breakpoint of f^m.

        Notes
        -----
        The two germs at c_i are followed along the orbit.  Once they lie on the same
        side of the same point they share all further slopes, so their slopes stay
        different until both meet a plateau.  While they lie on different sides, the
        ratio of their slopes changes only where the orbit hits a knot.
        """
        self.ensure(n)
        result: list[bool] = []
        point, left, right = i, -1, 1
        ratio: Num = mpq(1)
        left_alive = right_alive = True
        for _ in range(n):
            loc = self.locs[point]
            piece = loc >> 1
            on_knot = not loc & 1
            left_piece = piece - 1 if on_knot and left < 0 else piece
            right_piece = piece - 1 if on_knot and right < 0 else piece
            if left_alive:
                left_alive = self.signs[left_piece] != 0
                left *= self.signs[left_piece]
            if right_alive:
                right_alive = self.signs[right_piece] != 0
                right *= self.signs[right_piece]
            if left_alive and right_alive:
                if left_piece != right_piece:
                    ratio = ratio * (self.slopes[right_piece] / self.slopes[left_piece])
                result.append(bool(ratio != 1))
            elif left_alive or right_alive:
                result.append(True)
            else:
                result.extend([False] * (n - len(result)))
                break
            point = self.nexts[point]
        return result


@dataclass(frozen=True, slots=True)
class Level:
    """How the breakpoints of f^m are cut out of those of f^(m-1).

    ``low[p]`` and ``count[p]`` give the run that lies in piece p (reversed if f
    decreases there), ``start[p]`` the place in the new list where it goes, and
    ``kept[p]`` whether the knot c_(p+1) follows it.  ``total`` is the number of
    breakpoints of f^m inside the domain.
    """

    low: tuple[int, ...]
    count: tuple[int, ...]
    start: tuple[int, ...]
    kept: tuple[bool, ...]
    total: int


def cut_levels(table: OrbitTable, n: int) -> Iterator[Level]:
    """Yield the `Level` of f^1, f^2, ..., f^n.

    Notes
    -----
    The work is a count, for each interned value z, of the breakpoints of f^m below z:
    exact integers, in int64 while they are below `SMALL` and as Python integers
    beyond.  With K pieces there are at most (K + 1) n values, so O(K n^2) additions.
    """
    pieces = table.pieces
    table.ensure(n)
    flags = [table.kept(i, n) for i in range(1, pieces)]
    nexts = np.array(table.nexts, dtype=np.intp)
    inner = np.array(table.locs[pieces + 1 :], dtype=np.intp) >> 1
    signs = np.array(table.signs, dtype=np.int8)[inner] if len(inner) else np.zeros(0, np.int8)
    groups = {s: np.flatnonzero(signs == s) for s in (-1, 0, 1)}
    size = table.count(n)
    rank: NDArray[np.generic] = np.zeros(size, dtype=np.int64)
    breaks = np.zeros(size, dtype=bool)
    for m in range(1, n + 1):
        low, high = [0] * pieces, [0] * pieces
        for p, sign in enumerate(table.signs):
            if sign:
                a, b = table.nexts[p], table.nexts[p + 1]
                if sign < 0:
                    a, b = b, a
                low[p] = int(rank[a]) + int(breaks[a])
                high[p] = int(rank[b])
        count = [h - k for h, k in zip(high, low, strict=True)]
        kept = [row[m - 1] for row in flags]
        start = [0] * pieces
        for p in range(1, pieces):
            start[p] = start[p - 1] + count[p - 1] + kept[p - 1]
        total = start[-1] + count[-1]
        yield Level(tuple(low), tuple(count), tuple(start), tuple(kept), total)
        if total >= SMALL and rank.dtype != object:
            rank = rank.astype(object)
        size = table.count(n - m)
        fresh: NDArray[np.generic] = np.zeros(size, dtype=rank.dtype)
        fresh_breaks = np.zeros(size, dtype=bool)
        fresh[0] = 0
        for p in range(pieces):
            fresh[p + 1] = start[p] + count[p]
        fresh_breaks[1:pieces] = kept
        for sign, members in groups.items():
            chosen = members[: int(np.searchsorted(members, size - pieces - 1))]
            where = chosen + pieces + 1
            base = start
            if sign > 0:
                base = [s - k for s, k in zip(start, low, strict=True)]
            elif sign < 0:
                base = [s + h for s, h in zip(start, high, strict=True)]
            offsets = np.array(base, dtype=rank.dtype)[inner[chosen]]
            if sign:
                image = nexts[where]
                hit = breaks[image]
                fresh_breaks[where] = hit
                if sign > 0:
                    offsets = offsets + rank[image]
                else:
                    offsets = offsets - rank[image]
                    offsets[hit] -= 1
            fresh[where] = offsets
        rank, breaks = fresh, fresh_breaks
