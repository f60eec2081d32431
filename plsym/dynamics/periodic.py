"""All points of a given least period, by search over the itineraries that occur.

A point whose orbit avoids the knots visits the insides of pieces in a fixed cyclic
order, and in a small interval around it (a cylinder) f^n is one affine map: the point
solves one linear equation.  Cyclic orders are enumerated once each, as Lyndon words,
and a prefix is given up as soon as no interval follows it.  Orbits through knots and
plateaus are found by following those finitely many points.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from gmpy2 import mpq

from plsym.config import Budget, Stopwatch
from plsym.dynamics.sharkovsky import checked_period
from plsym.errors import BudgetExceeded
from plsym.exact.scalars import Num, Scalar, to_public
from plsym.piecewise.equations import Interval
from plsym.piecewise.function import PiecewiseLinear
from plsym.piecewise.orbits import OrbitTable

__all__ = [
    "PeriodicFamily",
    "PeriodicOrbit",
    "PeriodicPoints",
    "find_periodic",
    "periodic_orbits",
]


@dataclass(frozen=True)
class PeriodicOrbit:
    """One cycle of isolated or knot points.

    Attributes
    ----------
    period : int
        The least period.
    point : exact number
        One point of the cycle.
    multiplier : exact number or None
        The slope of f^period there; None if a knot lies on the cycle, where the two
        one-sided slopes may differ.
    """

    period: int
    point: Scalar
    multiplier: Scalar | None
    _map: PiecewiseLinear = field(repr=False, compare=False)

    @cached_property
    def points(self) -> tuple[Scalar, ...]:
        """The cycle in the order of time, from its least point on."""
        points = [self.point]
        for _ in range(self.period - 1):
            points.append(self._map(points[-1]))
        start = points.index(min(points))
        return tuple(points[start:] + points[:start])


@dataclass(frozen=True)
class PeriodicFamily:
    """An interval of points of one least period: f^period is the identity on it.

    Attributes
    ----------
    period : int
    interval : Interval
        Its inside holds one point of each cycle of the family; an end belongs to the
        family too if it has the same least period.
    multiplier : int
        1, or -1 if half the period already maps the interval onto its mirror image.
    """

    period: int
    interval: Interval
    multiplier: int


@dataclass(frozen=True)
class PeriodicPoints:
    """All points of one least period.

    Attributes
    ----------
    period : int
    orbits : tuple of PeriodicOrbit
        Cycles that belong to no family, sorted by the point that stands for them.
    families : tuple of PeriodicFamily
        Intervals of cycles.
    """

    period: int
    orbits: tuple[PeriodicOrbit, ...]
    families: tuple[PeriodicFamily, ...]

    def __bool__(self) -> bool:
        return bool(self.orbits or self.families)

    def __len__(self) -> int:
        """The number of isolated cycles; families count by themselves."""
        return len(self.orbits)

    def __iter__(self) -> Iterator[PeriodicOrbit]:
        return iter(self.orbits)


def periodic_orbits(f: PiecewiseLinear, n: int, *, budget: Budget | None = None) -> PeriodicPoints:
    """Find all points of least period n.

    Parameters
    ----------
    f : PiecewiseLinear
        A map of its domain into itself.
    n : int
        The least period, at least 1.
    budget : Budget, optional
        ``pieces`` limits the itineraries that are visited, ``seconds`` the time.

    Returns
    -------
    PeriodicPoints
        Isolated cycles, and whole intervals of cycles where f^n is the identity.

    Raises
    ------
    DomainError
        If f leaves its domain or n is not an integer >= 1.
    BudgetExceeded
        With the cycles found so far as ``partial``.

    Notes
    -----
    Exact and complete.  The work follows the number of admissible prefixes of Lyndon
    words of length n over the pieces: for growth number s about s^n / n cycles and a
    small multiple of that in steps, each a few operations on numbers of O(n) bits.

    References
    ----------
    .. [1] H. Fredricksen, J. Maiorana, "Necklaces of beads in k colors and k-ary de
       Bruijn sequences", Discrete Mathematics 23 (1978), 207-210.

    Examples
    --------
    >>> [len(pl.periodic_orbits(pl.tent(), n)) for n in range(1, 8)]
    [2, 1, 2, 3, 6, 9, 18]
    >>> pl.periodic_orbits(pl.tent(), 3).orbits[0].points
    (Fraction(2, 9), Fraction(4, 9), Fraction(8, 9))
    >>> flip = pl.PiecewiseLinear([0, 1], [1, 0])
    >>> pl.periodic_orbits(flip, 2).families
    (PeriodicFamily(period=2, interval=Interval(lower=Fraction(1, 2), upper=Fraction(1, 1)),
     multiplier=-1),)
    """
    period = checked_period(n)
    search = Search(f, period, (budget or Budget()).start())
    return search.run()


def find_periodic(f: PiecewiseLinear, n: int, *, budget: Budget | None = None) -> PeriodicPoints:
    """Find one cycle or family of least period n, if there is any; see `periodic_orbits`.

    Examples
    --------
    >>> from plsym.dynamics.periodic import find_periodic
    >>> len(find_periodic(pl.tent(), 30))
    1
    """
    search = Search(f, checked_period(n), (budget or Budget()).start())
    return search.run(first=True)


class Search:
    """The search for points of one least period."""

    def __init__(self, f: PiecewiseLinear, period: int, clock: Stopwatch) -> None:
        self.f, self.period, self.clock = f, period, clock
        self.table = OrbitTable(f._knots())
        self.isolated: list[tuple[Num, Num]] = []
        self.families: list[PeriodicFamily] = []
        self.on_knots: dict[Num, list[Num]] = {}  # every point of a cycle through a knot

    def run(self, first: bool = False) -> PeriodicPoints:
        """Search everything, or only up to the first find."""
        n = self.period
        self._follow_knots()
        if first and self._found:
            return self._result()
        for start, stop, slope, shift in self._cylinders(n):
            if slope == 1:
                if shift == 0:
                    self._family(start, stop, 1)
                continue
            x = shift / (1 - slope)
            if start < x < stop:
                self.isolated.append((x, slope))
            elif x in (start, stop):
                self._on_edge(x)
            if first and self._found:
                return self._result()
        if n % 2 == 0:
            for start, stop, slope, shift in self._cylinders(n // 2):
                if slope == -1:
                    # f^(n/2) is the reflection at shift / 2 on the part it maps to itself
                    low, high = max(start, shift - stop), min(stop, shift - start)
                    if low < high:
                        self._family(shift / 2, high, -1)
        return self._result()

    def _result(self) -> PeriodicPoints:
        found = [
            PeriodicOrbit(self.period, to_public(x), to_public(slope), self.f)
            for x, slope in self.isolated
        ]
        inside = [f.interval for f in self.families]
        for x, cycle in self.on_knots.items():
            if x == min(cycle):
                public = [to_public(v) for v in cycle]
                if not any(v in part for part in inside for v in public):
                    found.append(PeriodicOrbit(self.period, to_public(x), None, self.f))
        found.sort(key=lambda orbit: orbit.point)
        families = sorted(self.families, key=lambda family: family.interval.lower)
        return PeriodicPoints(self.period, tuple(found), tuple(families))

    @property
    def _found(self) -> bool:
        return bool(self.isolated or self.families or self.on_knots)

    def _family(self, low: Num, high: Num, multiplier: int) -> None:
        # a cylinder may be unbounded, and its end an infinite float
        ends = (x if isinstance(x, float) else to_public(x) for x in (low, high))
        interval = Interval(*ends)
        self.families.append(PeriodicFamily(self.period, interval, multiplier))

    def _cycle(self, x: Num) -> list[Num] | None:
        """The cycle of x if its least period is the wanted one."""
        points = [x]
        for _ in range(self.period - 1):
            points.append(self.f._value(points[-1]))
            if points[-1] == x:
                return None
        return points if self.f._value(points[-1]) == x else None

    def _follow_knots(self) -> None:
        """Cycles through knots and through the values of plateaus."""
        table = self.table
        seeds = [c for c in table.cuts if not isinstance(c, float)]
        seeds += [v for v, sign in zip(table.shifts, table.signs, strict=True) if sign == 0]
        for x in seeds:
            if x not in self.on_knots:
                for point in (cycle := self._cycle(x) or []):
                    self.on_knots[point] = cycle

    def _on_edge(self, x: Num) -> None:
        """A solution at the edge of a cylinder: on a knot's cycle or at an end of the domain."""
        if x not in self.on_knots and (cycle := self._cycle(x)):
            for point in cycle:
                self.on_knots[point] = cycle

    def _check(self, visited: int) -> None:
        try:
            self.clock.check(f"the search for points of period {self.period}", pieces=visited)
        except BudgetExceeded as error:
            error.partial = self._result()
            raise

    def words(self, n: int) -> list[list[int]]:
        """All prefixes that the search over itineraries of length n visits and cannot prolong."""
        leaves: list[list[int]] = []
        for _ in self._cylinders(n, leaves):
            pass
        return leaves

    def _cylinders(
        self, n: int, leaves: list[list[int]] | None = None
    ) -> Iterator[tuple[Num, Num, Num, Num]]:
        """Cylinders of the Lyndon words of length n: (image of f^n from, to, slope, shift).

        f^n maps the cylinder onto that image, so a solution of f^n(x) = x lies in the
        cylinder exactly if it lies in the image.
        """
        table = self.table
        cuts, signs, slopes, shifts = table.cuts, table.signs, table.slopes, table.shifts
        word: list[int] = []
        # (depth, piece, length of the longest Lyndon prefix, image of the cylinder, map)
        todo: list[tuple[int, int, int, Any, Any, Num, Num]] = []

        def grow(p: int, u: Any, v: Any, slope: Num, shift: Num) -> None:
            depth = len(word)
            least = word[depth - p] if depth else 0
            first = max(bisect_right(cuts, u) - 1, least)
            last = bisect_left(cuts, v) - 1
            for piece in range(min(last, len(signs) - 1), first - 1, -1):
                if not signs[piece]:
                    continue
                low = u if u > cuts[piece] else cuts[piece]
                high = v if v < cuts[piece + 1] else cuts[piece + 1]
                if not low < high:
                    continue
                m, c = slopes[piece], shifts[piece]
                ends = [
                    x * signs[piece] if isinstance(x, float) else m * x + c for x in (low, high)
                ]
                if signs[piece] < 0:
                    ends.reverse()
                longest = p if depth and piece == least else depth + 1
                todo.append((depth, piece, longest, ends[0], ends[1], m * slope, m * shift + c))

        visited = 0
        grow(1, cuts[0], cuts[-1], mpq(1), mpq(0))
        while todo:
            depth, piece, p, u, v, slope, shift = todo.pop()
            del word[depth:]
            word.append(piece)
            visited += 1
            if visited % 1024 == 0:
                self._check(visited)
            before = len(todo)
            if depth + 1 < n:
                grow(p, u, v, slope, shift)
            elif p == n:
                yield u, v, slope, shift
            if leaves is not None and len(todo) == before:
                leaves.append(word.copy())
