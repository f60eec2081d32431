"""Pointed polyhedral cones by their extreme rays: integers only.

A polyhedron {x} of R^d is the part w = 1 of a cone in R^(d+1): a vertex x is a ray
(x, 1), a direction at infinity a ray (x, 0).  Rays are primitive integer vectors.  Which
facets a ray lies on is known from how it came about, so zeros are never looked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import gcd, lcm
from operator import mul

from flint import fmpq_mat, fmpz_mat

from plsym.exact.linear import rank

__all__ = [
    "Cone",
    "Row",
    "box_cone",
    "inner_point",
    "orthants",
    "primitive",
    "simplicial_cone",
    "values",
]

Row = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cone:
    """A pointed cone of full dimension.

    Attributes
    ----------
    rays : tuple of Row
        The extreme rays, each primitive.
    tight : tuple of int
        For each ray the facets that it lies on, as bits of an integer.
    """

    rays: tuple[Row, ...]
    tight: tuple[int, ...]

    def split(self, at: Sequence[int], bit: int) -> tuple[Cone, Cone]:
        """Cut where a linear function vanishes; ``at`` are its values at the rays.

        Parameters
        ----------
        at : sequence of int
            Of both signs.
        bit : int
            The number of the new facet.

        Returns
        -------
        (Cone, Cone)
            Where the function is >= 0, and where it is <= 0.

        Notes
        -----
        A new ray for each pair of neighbours on different sides.  Two rays are
        neighbours if no third one lies on all the facets that they share, which is right
        for all cones (double description, Motzkin et al. 1953).
        """
        mark = 1 << bit
        room = len(self.rays[0]) - 2
        plus = [i for i, v in enumerate(at) if v > 0]
        minus = [i for i, v in enumerate(at) if v < 0]
        zero = [i for i, v in enumerate(at) if v == 0]
        born: list[tuple[Row, int]] = [(self.rays[i], self.tight[i] | mark) for i in zero]
        tight = self.tight
        for p in plus:
            for m in minus:
                common = tight[p] & tight[m]
                if common.bit_count() < room:
                    continue
                if any(common & t == common for k, t in enumerate(tight) if k != p and k != m):
                    continue
                u, v = at[p], -at[m]
                ray = [u * b + v * a for a, b in zip(self.rays[p], self.rays[m], strict=True)]
                born.append((primitive(ray), common | mark))
        sides = []
        for kept in (plus, minus):
            old = [(self.rays[i], tight[i]) for i in kept]
            rays, marks = zip(*old, *born, strict=True)
            sides.append(Cone(rays, marks))
        return sides[0], sides[1]

    def facets(self) -> Iterator[tuple[int, tuple[Row, ...]]]:
        """Yield (bit, rays) for every facet."""
        need = len(self.rays[0]) - 1
        union = 0
        for t in self.tight:
            union |= t
        while union:
            mark = union & -union
            union ^= mark
            rays = [r for r, t in zip(self.rays, self.tight, strict=True) if t & mark]
            if len(rays) >= need and rank(rays) == need:
                yield mark.bit_length() - 1, tuple(sorted(rays))

    def faces(self) -> Iterator[tuple[Row, ...]]:
        """Yield the rays of every face that is not at infinity, the cone itself first.

        Faces are intersections of facets; O(faces times facets) set operations.
        """
        every = frozenset(range(len(self.rays)))
        walls = []
        union = 0
        for t in self.tight:
            union |= t
        while union:
            mark = union & -union
            union ^= mark
            walls.append(frozenset(i for i in every if self.tight[i] & mark))
        known = {every}
        todo = [every]
        while todo:
            face = todo.pop()
            if any(self.rays[i][-1] for i in face):
                yield tuple(self.rays[i] for i in sorted(face))
            for wall in walls:
                smaller = face & wall
                if smaller and smaller not in known:
                    known.add(smaller)
                    todo.append(smaller)

    def interior(self) -> tuple[Fraction, ...]:
        """A point inside."""
        return inner_point(self.rays)

    @property
    def is_bounded(self) -> bool:
        """Whether no ray lies at infinity."""
        return all(ray[-1] > 0 for ray in self.rays)


def inner_point(rays: Sequence[Row]) -> tuple[Fraction, ...]:
    """A point in the relative interior of what rays span, if not all are at infinity."""
    total = [sum(column) for column in zip(*rays, strict=True)]
    return tuple(Fraction(x, total[-1]) for x in total[:-1])


def values(row: Row, rays: Sequence[Row]) -> list[int]:
    """The values of a linear function at rays."""
    return [sum(map(mul, row, ray)) for ray in rays]


def primitive(ray: Sequence[int]) -> Row:
    """The integer vector divided by the greatest common divisor of its entries."""
    divisor = gcd(*ray)
    return tuple(ray) if divisor == 1 else tuple([x // divisor for x in ray])


def simplicial_cone(walls: Sequence[Row], names: Sequence[int]) -> Cone:
    """The cone on which independent linear functions are >= 0, with facets so named."""
    # the rays are the columns of the inverse: on ray i only function i is positive
    n = len(walls)
    inverse = fmpq_mat(fmpz_mat([list(w) for w in walls])).inv()
    rays, tight = [], []
    every = sum(1 << k for k in names)
    for i in range(n):
        column = [inverse[j, i] for j in range(n)]
        scale = lcm(*(int(v.q) for v in column))
        rays.append(primitive([int(v.p) * (scale // int(v.q)) for v in column]))
        tight.append(every ^ (1 << names[i]))
    return Cone(tuple(rays), tuple(tight))


def orthants(d: int) -> Iterator[Cone]:
    """Yield the orthants of R^d; facet i is x_i = 0, facet d is infinity."""
    apex: Row = (*[0] * d, 1)
    for signs in product((1, -1), repeat=d):
        rays = [apex]
        tight = [(1 << d) - 1]
        for i, s in enumerate(signs):
            rays.append(tuple(s if j == i else 0 for j in range(d + 1)))
            tight.append(((1 << (d + 1)) - 1) ^ (1 << i))
        yield Cone(tuple(rays), tuple(tight))


def box_cone(box: Sequence[tuple[Fraction, Fraction]]) -> Cone:
    """The cone of a box; facets 2 i and 2 i + 1 are the lower and the upper side i."""
    rays, tight = [], []
    for choice in product((0, 1), repeat=len(box)):
        corner = [box[i][c] for i, c in enumerate(choice)]
        scale = lcm(*(x.denominator for x in corner))
        rays.append(primitive([*(int(x * scale) for x in corner), scale]))
        tight.append(sum(1 << (2 * i + c) for i, c in enumerate(choice)))
    return Cone(tuple(rays), tuple(tight))
