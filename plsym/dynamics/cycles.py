"""Cycles as permutations: their names, their shapes, and what one forces."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from plsym.dynamics.growth import Growth, growth
from plsym.dynamics.periodic import periodic_orbits
from plsym.dynamics.sharkovsky import checked_period
from plsym.errors import DomainError
from plsym.exact.scalars import ScalarLike, to_num
from plsym.piecewise.families import connect_the_dots
from plsym.piecewise.function import PiecewiseLinear

__all__ = ["Cycle", "cycles"]


@dataclass(frozen=True)
class Cycle:
    """A cycle of n points on a line, up to where the points lie.

    Parameters
    ----------
    one_line : sequence of int
        The point in position i (from 1, left to right) goes to position ``one_line[i - 1]``.

    Raises
    ------
    DomainError
        If this is no permutation of 1..n that runs through all points.

    Notes
    -----
    Other names are converted by `from_time_order`, `from_points` and `from_word`.

    Examples
    --------
    >>> c = pl.Cycle([3, 4, 2, 1])
    >>> c.time_order, c.reflection.one_line
    ((1, 3, 2, 4), (4, 3, 1, 2))
    """

    one_line: tuple[int, ...]

    def __post_init__(self) -> None:
        try:
            values = tuple(operator.index(v) for v in self.one_line)
        except TypeError:
            raise DomainError(f"{self.one_line!r} is no sequence of integers") from None
        n = len(values)
        if n < 1 or sorted(values) != list(range(1, n + 1)):
            raise DomainError(f"{values} is no permutation of 1..n")
        object.__setattr__(self, "one_line", values)
        if len(self.time_order) != n:
            raise DomainError(f"{values} falls into several cycles; one cycle is needed")

    # names ---------------------------------------------------------------------------

    @classmethod
    def from_time_order(cls, order: Sequence[int]) -> Cycle:
        """From the positions in the order in which they are visited, such as (1, 3, 2, 4)."""
        n = len(order)
        if sorted(order) != list(range(1, n + 1)):
            raise DomainError(f"{tuple(order)} does not visit each of the positions 1..n once")
        image = {order[k]: order[(k + 1) % n] for k in range(n)}
        return cls(tuple(image[i] for i in range(1, n + 1)))

    @classmethod
    def from_points(cls, points: Iterable[ScalarLike]) -> Cycle:
        """From the points of a cycle in the order of time, such as `PeriodicOrbit.points`."""
        values = [to_num(x) for x in points]
        rank = {x: k for k, x in enumerate(sorted(values), start=1)}
        if len(rank) < len(values):
            raise DomainError("a point occurs twice; the points of one cycle are different")
        return cls.from_time_order([rank[x] for x in values])

    @classmethod
    def from_word(cls, word: str) -> Cycle:
        """From the kneading word of a unimodal cycle, such as "RLC".

        Examples
        --------
        >>> pl.Cycle.from_word("RLC").one_line
        (2, 3, 1)
        """
        n = len(word)
        if n < 1 or set(word[:-1]) - {"L", "R"} or word[-1] != "C":
            raise DomainError(f"{word!r} is no kneading word: letters L and R, then one C")

        def key(start: int) -> tuple[int, ...]:
            # the order of the line: turned round after each R, where the map decreases
            out, sign = [], 1
            for k in range(n):
                letter = word[(start + k) % n]
                out.append(sign * "LCR".index(letter) - sign)
                if letter == "C":
                    break
                sign = -sign if letter == "R" else sign
            return tuple(out)

        keys = [key(k) for k in range(n)]
        order = sorted(range(n), key=lambda k: keys[k])
        rank = {k: place for place, k in enumerate(order, start=1)}
        cycle = cls.from_time_order([rank[k] for k in range(n)])
        if cycle.word != word:
            raise DomainError(f"{word!r} is the kneading word of no cycle")
        return cycle

    @cached_property
    def time_order(self) -> tuple[int, ...]:
        """The positions as they are visited from position 1 on."""
        order, at = [1], self.one_line[0]
        while at != 1:
            order.append(at)
            at = self.one_line[at - 1]
        return tuple(order)

    @property
    def period(self) -> int:
        """The number of points."""
        return len(self.one_line)

    @property
    def is_unimodal(self) -> bool:
        """Whether the map that joins the dots rises up to one point and then falls."""
        top = self.one_line.index(self.period)
        rise, fall = self.one_line[: top + 1], self.one_line[top:]
        return list(rise) == sorted(rise) and list(fall) == sorted(fall, reverse=True)

    @property
    def word(self) -> str | None:
        """The kneading word of a unimodal cycle: sides of the turning point, C at the end."""
        if not self.is_unimodal:
            return None
        top = self.one_line.index(self.period) + 1
        at, letters = self.period, []
        while True:
            letters.append("C" if at == top else "L" if at < top else "R")
            if at == top:
                return "".join(letters)
            at = self.one_line[at - 1]

    # shapes --------------------------------------------------------------------------

    @property
    def reflection(self) -> Cycle:
        """The cycle seen in a mirror."""
        n = self.period
        return Cycle(tuple(n + 1 - v for v in reversed(self.one_line)))

    @property
    def doubling(self) -> Cycle:
        """Each point becomes two, which keep their order except at the last position."""
        out: list[int] = []
        for i, v in enumerate(self.one_line, start=1):
            pair = [2 * v - 1, 2 * v]
            out += pair if i < self.period else pair[::-1]
        return Cycle(tuple(out))

    def has_block_structure(self, blocks: int) -> bool:
        """Whether the points fall into this many runs of neighbours that are permuted."""
        n = self.period
        if checked_period(blocks, "the number of blocks") > n or n % blocks:
            return False
        size = n // blocks
        images = [self.one_line[k : k + size] for k in range(0, n, size)]
        return all(max(part) - min(part) < size and max(part) % size == 0 for part in images)

    @property
    def block_structures(self) -> tuple[int, ...]:
        """The numbers of blocks, apart from 1 and n, over which the cycle is made of blocks."""
        n = self.period
        return tuple(m for m in range(2, n) if self.has_block_structure(m))

    @property
    def is_stefan(self) -> bool:
        """Whether the cycle spirals outwards, as a cycle of least odd length must."""
        n = self.period
        if n < 3 or n % 2 == 0:
            return False
        middle = (n + 1) // 2
        spiral = (*range(n, middle, -1), *range(middle - 1, 0, -1), middle)
        return self.one_line in (spiral, tuple(n + 1 - v for v in reversed(spiral)))

    @property
    def is_increasing(self) -> bool:
        """Whether each point goes to its right neighbour and the last one to the first."""
        n = self.period
        step = (*range(2, n + 1), 1)
        return self.one_line in (step, tuple(n + 1 - v for v in reversed(step)))

    # dynamics --------------------------------------------------------------------------

    @property
    def map(self) -> PiecewiseLinear:
        """The map that joins the dots (i, one_line[i]): it has no more than the cycle forces."""
        if self.period < 2:
            raise DomainError("one point has no dots to join")
        return connect_the_dots(*self.one_line)

    @cached_property
    def growth(self) -> Growth:
        """The growth number of that map: the least of all maps with this cycle."""
        return growth(self.map)

    def forced(self, n: int) -> frozenset[Cycle]:
        """The cycles of length n that every map with this cycle has.

        References
        ----------
        .. [1] S. Baldwin, "Generalizations of a theorem of Sarkovskii on orbits of
           continuous real-valued functions", Discrete Mathematics 67 (1987), 111-127.

        Examples
        --------
        >>> sorted(c.one_line for c in pl.Cycle([2, 3, 1]).forced(4))
        [(3, 4, 2, 1)]
        """
        f = self.map
        found = periodic_orbits(f, n)
        out = {Cycle.from_points(orbit.points) for orbit in found}
        for family in found.families:
            low, high = family.interval.lower, family.interval.upper
            for x in (low, (low + high) / 2, high):
                points: list[Any] = [x]
                for _ in range(n - 1):
                    points.append(f(points[-1]))
                if len(set(points)) == n and f(points[-1]) == x:
                    out.add(Cycle.from_points(points))
        return frozenset(out)

    def forces(self, other: Cycle) -> bool:
        """Whether every continuous map of an interval with this cycle has the other."""
        if self.period == 1:
            return other.period == 1
        return other in self.forced(other.period)


def cycles(n: int) -> Iterator[Cycle]:
    """Yield all (n - 1)! cycles of n points, in the order of their time orders.

    Examples
    --------
    >>> [c.one_line for c in pl.cycles(3)]
    [(2, 3, 1), (3, 1, 2)]
    """
    for rest in itertools.permutations(range(2, checked_period(n) + 1)):
        yield Cycle.from_time_order((1, *rest))
