"""A finished complex with what is derived from it: tables, maps, coordinates of the user."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from math import lcm

import numpy as np

from plsym.regions.chart import Chart
from plsym.regions.cones import Row, primitive
from plsym.regions.engine import FaceComplex
from plsym.regions.incidence import Incidence
from plsym.regions.maps import OutputMaps

__all__ = ["Explored"]

Point = tuple[Fraction, ...]


class Explored:
    """A finished `FaceComplex`, to be asked."""

    def __init__(self, complex_: FaceComplex) -> None:
        self.complex = complex_

    @property
    def chart(self) -> Chart:
        """The coordinates."""
        return self.complex.chart

    @cached_property
    def incidence(self) -> Incidence:
        """Who contains whom, and what lies at infinity."""
        points = self.complex.points.view
        maybe = np.flatnonzero(np.abs(points[:, -1]) <= self.complex.radii.view)
        infinite = np.zeros(len(points), dtype=bool)
        known = self.complex.exact_vertices(maybe.tolist())
        infinite[[v for v in maybe.tolist() if known[v][-1] == 0]] = True
        return Incidence(self.complex.lattice, infinite)

    @cached_property
    def maps(self) -> OutputMaps:
        """The affine maps on the cells."""
        return OutputMaps(self.complex)

    @property
    def is_bounded(self) -> bool:
        """Whether the domain is bounded."""
        return not self.incidence.infinite.any() and not self.chart.lineality

    def point(self, ray: Row) -> Point:
        """A finite vertex in the coordinates of the user."""
        return self.chart.point([Fraction(v, ray[-1]) for v in ray[:-1]])

    def direction(self, ray: Row) -> Point:
        """A vertex at infinity as a primitive direction in the coordinates of the user.

        Zero if no neuron sees anything.
        """
        out = self.chart.direction([Fraction(v) for v in ray[:-1]])
        if not any(out):
            return out
        scale = lcm(1, *(v.denominator for v in out))
        return tuple(Fraction(v) for v in primitive([int(v * scale) for v in out]))

    def rays(self, cell: int) -> list[Row]:
        """The vertices of a cell, those at infinity included; in cyclic order in the plane."""
        d = self.complex.d
        around = self.incidence
        numbers = around.polygon(cell) if d == 2 else around.vertices(d, cell)
        known = self.complex.exact_vertices(numbers)
        return [known[v] for v in numbers]

    def inner_ray(self, cell: int) -> Row:
        """A point inside a cell."""
        return primitive([sum(column) for column in zip(*self.rays(cell), strict=True)])

    def output(self, cell: int, output: int) -> Point:
        """An output on a cell as an affine function of the user's coordinates."""
        row = self.maps.exact(np.array([cell]))[cell][output]
        return self.chart.function([Fraction(v, self.maps.factor) for v in row])

    def value(self, cell: int, output: int, ray: Sequence[int]) -> Fraction:
        """An output at a finite vertex of a cell; its growth along one at infinity."""
        row = self.maps.exact(np.array([cell]))[cell][output]
        total = sum(a * b for a, b in zip(row, ray, strict=True))
        return Fraction(total, self.maps.factor * (ray[-1] or 1))
