"""A network's subdivision as cells and faces, before anybody asks which belong together."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from operator import mul
from typing import Any

import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray

from plsym.errors import DomainError
from plsym.exact.decide import Statistics
from plsym.exact.rationals import rational
from plsym.networks.network import ReLUNetwork
from plsym.networks.reading import flatten
from plsym.regions.cell import Cell
from plsym.regions.chart import Chart
from plsym.regions.domains import Domain
from plsym.regions.engine import FaceComplex
from plsym.regions.explored import Explored
from plsym.regions.incidence import Incidence
from plsym.regions.maps import OutputMaps

__all__ = ["Subdivided"]

Point = tuple[Fraction, ...]


@dataclass(frozen=True, eq=False)
class Subdivided:
    """The cells of a network on a domain, and their faces.

    Attributes
    ----------
    net : ReLUNetwork
    domain : Box, Polytope, Plane or None
        None for the whole space.
    """

    net: ReLUNetwork
    domain: Domain | None
    _explored: Explored = field(repr=False)

    # the complex -----------------------------------------------------------------------

    @property
    def chart(self) -> Chart:
        """The coordinates in which the cells were found."""
        return self._complex.chart

    @property
    def dimension(self) -> int:
        """The dimension of the cells: that of the domain, less what no neuron sees."""
        return self._complex.d

    @property
    def num_cells(self) -> int:
        """The number of cells.

        Each is an activation region, except that cells may be parts of one where a
        maximum also compares losers, or where the first layer passes inputs on without
        a neuron and there is no domain.
        """
        return self._complex.num_cells

    @property
    def statistics(self) -> Statistics:
        """How many signs floats and integers decided."""
        return self._complex.statistics

    def __len__(self) -> int:
        return self.num_cells

    def __iter__(self) -> Iterator[Cell]:
        return (Cell(i, self) for i in range(self.num_cells))

    def __getitem__(self, index: int) -> Cell:
        """One cell; negative numbers count from the end."""
        if not -self.num_cells <= index < self.num_cells:
            raise IndexError(f"cell {index} of {self.num_cells}")
        return Cell(int(index) % self.num_cells, self)

    @property
    def _incidence(self) -> Incidence:
        return self._explored.incidence

    @property
    def _maps(self) -> OutputMaps:
        return self._explored.maps

    @property
    def _complex(self) -> FaceComplex:
        return self._explored.complex

    @cached_property
    def f_vector(self) -> tuple[int, ...]:
        """The numbers of faces of dimension 0, 1, ...; faces at infinity do not count."""
        return tuple(int((~flags).sum()) for flags in self._incidence.at_infinity)

    @property
    def euler_characteristic(self) -> int:
        """The alternating sum of the f-vector: 1 on a polytope, (-1)^d on R^d."""
        return sum((-1) ** k * n for k, n in enumerate(self.f_vector))

    @property
    def num_bounded(self) -> int:
        """The number of bounded cells."""
        if self.chart.lineality:
            return 0
        return int((~self._incidence.unbounded[self.dimension]).sum())

    def sign_sequences(self, k: int) -> NDArray[np.int8]:
        """The signs of all neurons on the faces of dimension k.

        Parameters
        ----------
        k : int
            From 0 to the dimension.

        Returns
        -------
        int8 array, shape (faces of dimension k, neurons)
            -1, 0 or 1 in the relative interior; faces at infinity are left out.  The
            neurons are the one-sided units of the network's stages, in order.
        """
        if not 0 <= k <= self.dimension:
            raise DomainError(f"there are faces of dimension 0..{self.dimension}, not {k}")
        complex_ = self._complex
        levels = []
        for bits in (complex_.positive.view, complex_.negative.view):
            spread = complex_.lattice.spread(bits)[: self.dimension]
            rows = spread[k] if k < self.dimension else complex_.lattice.cell_bits(spread[-1])
            finite = rows[~self._incidence.at_infinity[k]]
            parts = [
                np.unpackbits(
                    finite[:, complex_.offsets[i] : complex_.offsets[i + 1]],
                    axis=1,
                    count=len(stage.bending),
                )
                for i, stage in enumerate(self.chart.stages)
            ]
            levels.append(np.concatenate(parts, axis=1).astype(np.int8))
        return np.asarray(levels[0] - levels[1], dtype=np.int8)

    # finding cells ---------------------------------------------------------------------

    def locate(self, u: Any) -> Cell:
        """Find a cell whose closure contains a point.

        Parameters
        ----------
        u : point
            In the coordinates of the cells.

        Raises
        ------
        DomainError
            If the point has the wrong size or lies outside the domain.
        """
        point = tuple(rational(v) for v in flatten(u))
        width = len(self.chart.embedding)
        if len(point) != width:
            raise DomainError(f"the point has {len(point)} coordinates, the cells have {width}")
        y = self.chart.inside(point)
        for number in self.chart.ends:
            wall = self.chart.walls[number]
            at = sum((a * b for a, b in zip(wall, (*y, Fraction(1)), strict=True)), Fraction(0))
            if at < 0:
                raise DomainError(f"the point {u!r} lies outside the domain")
        start = [mpq(v.numerator, v.denominator) for v in y]
        # just off the point, towards a point inside the domain in no special position
        source = random.Random(0)
        while True:
            rays = self._explored.rays(source.randrange(self.num_cells))
            weights = [source.randint(1, 10**6) for _ in rays]
            *end, w = (sum(map(mul, weights, column)) for column in zip(*rays, strict=True))
            direction = [mpq(v, w) - u for v, u in zip(end, start, strict=True)]
            for index in self._patterns.get(self._complex.pattern_at(start, direction), ()):
                cell = Cell(index, self)
                if cell.contains(point):
                    return cell

    @cached_property
    def _patterns(self) -> dict[bytes, list[int]]:
        """The cells of each pattern: one, or the parts of one where walls are artificial."""
        found: dict[bytes, list[int]] = {}
        for i, row in enumerate(self._complex.patterns[-1]):
            found.setdefault(row.tobytes(), []).append(i)
        return found

    # what cells need -------------------------------------------------------------------

    def _lifted(self, u: Point) -> Point:
        """A point of the input space."""
        plane = self.chart.plane
        return u if plane is None else plane.at(u[0], u[1])

    def _owner(self, line: int) -> tuple[int | None, int | None]:
        """The layer and neuron of a line, if it has any."""
        stage, unit, _ = self._complex.line_source.view[line].tolist()
        if unit < 0:
            return None, None
        labels = self.chart.stages[max(stage, 0)].labels
        if labels is None:
            return None, None
        return labels[unit].layer, labels[unit].neuron
