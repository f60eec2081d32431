"""Where neurons vanish: bent hyperplanes, level sets and decision boundaries as geometry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from plsym.networks.units import LayerUnits
from plsym.regions.branches import winners
from plsym.regions.definitions import components
from plsym.regions.explored import Explored, Point

__all__ = ["Patch", "Surface", "winner_changes", "zero_faces"]

Indices = NDArray[np.intp]


@dataclass(frozen=True)
class Patch:
    """A polyhedron in a surface: the convex hull of vertices, plus the cone of rays.

    Attributes
    ----------
    dimension : int
    vertices, rays : tuples of points
        In the coordinates of the cells.
    cells : tuple of int
        The cells beside it (one on the boundary of the domain, none if the patch has a
        lower dimension; a patch of full dimension is a cell itself).
    """

    dimension: int
    vertices: tuple[Point, ...]
    rays: tuple[Point, ...]
    cells: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Surface:
    """The zeros of a piecewise-linear function on a domain: a union of polyhedra.

    Made by the methods of `LinearRegions`.

    Attributes
    ----------
    faces : tuple of (dimension, number)
        The maximal faces of the subdivision on which the function vanishes.

    Notes
    -----
    A bent hyperplane need not be connected, may be bounded, may have parts of full
    dimension (a neuron that is zero on a cell) and isolated parts of low dimension
    (where a neuron touches zero); all are kept.
    """

    faces: tuple[tuple[int, int], ...]
    _explored: Explored = field(repr=False)

    def __repr__(self) -> str:
        return f"<Surface: {len(self.faces)} patches, {self.num_components} components>"

    def __len__(self) -> int:
        return len(self.faces)

    @cached_property
    def _vertices(self) -> list[list[int]]:
        return [self._explored.incidence.vertices(k, f) for k, f in self.faces]

    @cached_property
    def patches(self) -> tuple[Patch, ...]:
        """The patches with exact coordinates."""
        explored = self._explored
        lattice = explored.complex.lattice
        out = []
        for (k, face), numbers in zip(self.faces, self._vertices, strict=True):
            known = explored.complex.exact_vertices(numbers)
            rays = [known[v] for v in numbers]
            cells: tuple[int, ...] = ()
            if k == lattice.d - 1:
                cells = tuple(int(c) for c in lattice.sides.view[face] if c >= 0)
            elif k == lattice.d:
                cells = (face,)
            out.append(
                Patch(
                    k,
                    tuple(explored.point(r) for r in rays if r[-1]),
                    tuple(explored.direction(r) for r in rays if not r[-1]),
                    cells,
                )
            )
        return tuple(out)

    @cached_property
    def _labels(self) -> Indices:
        """The component of each patch; patches are joined at finite vertices."""
        infinite = self._explored.incidence.infinite
        first: dict[int, int] = {}
        pairs = [
            (first.setdefault(v, i), i)
            for i, numbers in enumerate(self._vertices)
            for v in numbers
            if not infinite[v]
        ]
        return components(len(self.faces), pairs)

    @property
    def num_components(self) -> int:
        """The number of connected components."""
        return int(self._labels.max(initial=-1)) + 1

    @property
    def components(self) -> tuple[tuple[int, ...], ...]:
        """The patches of each component, by number."""
        return tuple(
            tuple(np.flatnonzero(self._labels == c).tolist()) for c in range(self.num_components)
        )

    @property
    def is_bounded(self) -> bool:
        """Whether no patch runs to infinity."""
        infinite = self._explored.incidence.infinite
        return not any(infinite[numbers].any() for numbers in self._vertices)


def zero_faces(explored: Explored, units: Sequence[tuple[int, int]]) -> Surface:
    """Collect the maximal faces on which one of the units (stage, position) vanishes."""
    complex_ = explored.complex
    lattice, d = complex_.lattice, complex_.d
    found: set[tuple[int, int]] = set()
    for stage, unit in units:
        position = int(np.searchsorted(complex_.chart.stages[stage].bending, unit))
        byte = complex_.offsets[stage] + position // 8
        mask = np.uint8(128 >> (position % 8))
        bits = (complex_.positive.view[:, byte] | complex_.negative.view[:, byte]) & mask
        levels = lattice.spread(np.minimum(bits, 1))[:d]
        levels.append(lattice.cell_bits(levels[-1]))
        zero = [
            (level == 0) & ~far
            for level, far in zip(levels, explored.incidence.at_infinity, strict=True)
        ]
        covered: set[int] = set()
        for k in range(d, -1, -1):
            here = set(np.flatnonzero(zero[k]).tolist())
            found.update((k, f) for f in here - covered)
            if k:
                covered = {g for f in here for g in explored.incidence.facets(k, f)}
    return Surface(tuple(sorted(found)), explored)


def winner_changes(explored: Explored, layer: LayerUnits, neuron: int) -> Surface:
    """Collect the facets on whose sides different candidates of a maximum win."""
    complex_ = explored.complex
    winner = winners(complex_.forms, layer, complex_.patterns[-1])[:, neuron]
    sides = complex_.lattice.sides.view
    inner = (sides >= 0).all(axis=1)
    differ = np.flatnonzero(inner & (winner[sides[:, 0]] != winner[sides[:, 1]]))
    return Surface(tuple((complex_.d - 1, int(f)) for f in differ), explored)
