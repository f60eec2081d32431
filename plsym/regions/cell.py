"""One cell of a subdivision, with everything about it in exact numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, Any

from plsym.errors import DomainError
from plsym.exact.rationals import rational
from plsym.networks.reading import flatten
from plsym.regions.cones import Row, primitive
from plsym.regions.simplices import cell_volume

if TYPE_CHECKING:
    from plsym.regions.subdivided import Subdivided

__all__ = ["Cell", "HalfSpace"]

Point = tuple[Fraction, ...]


@dataclass(frozen=True)
class HalfSpace:
    """All u with normal . u <= offset; integers without a common divisor.

    Attributes
    ----------
    normal : tuple of int
    offset : int
    layer, neuron : int or None
        The neuron whose zero the boundary is; None on the boundary of the domain.
    neighbour : int or None
        The cell beyond; None on the boundary of the domain.
    """

    normal: tuple[int, ...]
    offset: int
    layer: int | None
    neuron: int | None
    neighbour: int | None


@dataclass(frozen=True, eq=False)
class Cell:
    """A cell on which all neurons keep their signs; its closure is a polyhedron.

    Coordinates are those of the inputs, or (s, t) on a plane.  If no neuron sees some
    directions, vertices and rays stand for whole flats parallel to those.

    Attributes
    ----------
    index : int
        Its number among the cells of the regions it belongs to.
    """

    index: int
    _regions: Subdivided = field(repr=False)

    @property
    def vertices(self) -> tuple[Point, ...]:
        """The vertices; around the cell in two dimensions if it is bounded."""
        return tuple(self._regions._explored.point(ray) for ray in self._rays() if ray[-1])

    @property
    def rays(self) -> tuple[Point, ...]:
        """The directions of the edges that run to infinity, as primitive integer vectors."""
        far = (self._regions._explored.direction(ray) for ray in self._rays() if not ray[-1])
        return tuple(direction for direction in far if any(direction))

    def _rays(self) -> list[Row]:
        return self._regions._explored.rays(self.index)

    @property
    def is_bounded(self) -> bool:
        """Whether the cell is bounded (and the network sees all inputs)."""
        regions = self._regions
        unbounded = bool(regions._incidence.unbounded[regions.dimension][self.index])
        return not unbounded and not regions.chart.lineality

    @property
    def interior_point(self) -> Point:
        """A point inside."""
        explored = self._regions._explored
        return explored.point(explored.inner_ray(self.index))

    @property
    def half_spaces(self) -> tuple[HalfSpace, ...]:
        """The half-spaces whose intersection the closed cell is, none of them superfluous."""
        regions = self._regions
        d = regions.dimension
        facets = regions._incidence.facets(d, self.index)
        lines = regions._complex.lattice.faces[d - 1].lines.view[facets, 0].tolist()
        forms = regions._complex.exact_lines(lines)
        rays = self._rays()
        sides = regions._complex.lattice.sides.view[facets].tolist()
        out = []
        for line, pair in zip(lines, sides, strict=True):
            form = forms[line]
            at = [sum(a * b for a, b in zip(form, ray, strict=True)) for ray in rays]
            sign = -1 if max(at) > 0 else 1
            function = regions.chart.function([sign * v for v in form])
            if not any(function[:-1]):
                continue  # infinity
            scale = lcm(*(v.denominator for v in function))
            row = primitive([int(v * scale) for v in function])
            beyond = pair[0] if pair[1] == self.index else pair[1]
            owner = regions._owner(line)
            out.append(HalfSpace(row[:-1], -row[-1], *owner, beyond if beyond >= 0 else None))
        return tuple(out)

    @property
    def neighbours(self) -> tuple[int, ...]:
        """The cells that share a facet with this one."""
        regions = self._regions
        facets = regions._incidence.facets(regions.dimension, self.index)
        pairs = regions._complex.lattice.sides.view[facets].ravel().tolist()
        return tuple(sorted({c for c in pairs if c >= 0 and c != self.index}))

    @property
    def affine_map(self) -> tuple[tuple[Point, ...], Point]:
        """The network on the cell: a matrix (one row an output) and a vector."""
        rows = [
            self._regions._explored.output(self.index, i)
            for i in range(self._regions.net.n_outputs)
        ]
        return tuple(row[:-1] for row in rows), tuple(row[-1] for row in rows)

    @property
    def pattern(self) -> tuple[tuple[int, ...], ...]:
        """The branches of all neurons inside, as `ReLUNetwork.activation_pattern` has them."""
        regions = self._regions
        return regions.net.activation_pattern(list(regions._lifted(self.interior_point)))

    @property
    def volume(self) -> Fraction:
        """The volume (length, area); in the coordinates (s, t) on a plane.

        Raises
        ------
        DomainError
            If the cell is unbounded.
        """
        if not self.is_bounded:
            raise DomainError(f"cell {self.index} is unbounded; ask for its rays instead")
        return cell_volume(self._regions._explored, self.index)

    def contains(self, u: Any) -> bool:
        """Whether a point lies in the closed cell."""
        point = [rational(v) for v in flatten(u)]
        return all(_inner(h.normal, point) <= h.offset for h in self.half_spaces)


def _inner(a: Sequence[int], b: Sequence[Fraction]) -> Fraction:
    return sum((x * y for x, y in zip(a, b, strict=True)), Fraction(0))
