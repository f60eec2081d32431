"""Bounds of the least number of convex cells on which a network is affine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from plsym.regions.cones import Row
from plsym.regions.definitions import components
from plsym.regions.engine import FaceComplex
from plsym.regions.incidence import Incidence

__all__ = ["CountBounds", "convex_bounds"]

Indices = NDArray[np.intp]
_TRIALS = 400  # walls that are tried; each costs a pass over all facets


class CountBounds(NamedTuple):
    """A number known to lie between two others (both included)."""

    lower: int
    upper: int


class _Partition:
    """Unions of cells, and whether they make a polyhedral complex."""

    def __init__(self, complex_: FaceComplex, incidence: Incidence) -> None:
        d = complex_.d
        self.sides = complex_.lattice.sides.view.tolist()
        numbers = complex_.lattice.faces[d - 1].lines.view[:, 0].tolist()
        lines = complex_.exact_lines(sorted(set(numbers)))
        self.planes: list[Row] = [max(lines[n], tuple(-x for x in lines[n])) for n in numbers]
        self._vertices = complex_.exact_vertices(range(complex_.points.size))
        self._corners = [incidence.vertices(d, c) for c in range(complex_.num_cells)]
        self._range: dict[tuple[Row, int], tuple[int, int]] = {}

    def _extent(self, plane: Row, cell: int) -> tuple[int, int]:
        key = (plane, cell)
        if key not in self._range:
            at = [
                sum(a * b for a, b in zip(plane, self._vertices[v], strict=True))
                for v in self._corners[cell]
            ]
            self._range[key] = (min(at), max(at))
        return self._range[key]

    def outline(self, label: Sequence[int]) -> dict[tuple[int, Row], tuple[set[int], set[int]]]:
        """For each part and hyperplane: the facets of the part there, and what lies beyond."""
        out: dict[tuple[int, Row], tuple[set[int], set[int]]] = {}
        for facet, (a, b) in enumerate(self.sides):
            names = [label[c] if c >= 0 else -1 for c in (a, b)]
            if names[0] == names[1]:
                continue
            for mine, other in (names, names[::-1]):
                if mine >= 0:
                    facets, beyond = out.setdefault((mine, self.planes[facet]), (set(), set()))
                    facets.add(facet)
                    beyond.add(other)
        return out

    def not_convex(self, label: Sequence[int]) -> set[int]:
        """The parts that are not convex: some facet's hyperplane runs through them."""
        cells: dict[int, list[int]] = {}
        for cell, name in enumerate(label):
            cells.setdefault(name, []).append(cell)
        out = set()
        for name, plane in self.outline(label):
            if len(cells[name]) > 1 and name not in out:
                extents = [self._extent(plane, c) for c in cells[name]]
                if min(e[0] for e in extents) < 0 < max(e[1] for e in extents):
                    out.add(name)
        return out

    def is_complex(self, label: Sequence[int]) -> bool:
        """Whether the parts are convex and meet facet to facet, hence face to face."""
        outline = self.outline(label)
        for (_, plane), (facets, beyond) in outline.items():
            if len(beyond) > 1:
                return False
            other = next(iter(beyond))
            if other >= 0 and outline[other, plane][0] != facets:
                return False
        return not self.not_convex(label)


def convex_bounds(
    complex_: FaceComplex, incidence: Incidence, merging: Indices, label: Indices
) -> CountBounds:
    """Bound the least number of cells of a polyhedral complex on which the function is affine.

    Parameters
    ----------
    merging : int array
        The facets with one affine map on both sides.
    label : int array
        The connected region of each cell.

    Notes
    -----
    Below: a connected region that is not convex needs two cells at least.  Above: the
    subdivision, from which walls between equal maps are taken out, hyperplane by
    hyperplane and then one by one, as long as what is left is a complex.
    """
    parts = int(label.max()) + 1
    if len(merging) == 0:
        return CountBounds(parts, parts)
    partition = _Partition(complex_, incidence)
    lower = parts + len(partition.not_convex(label.tolist()))
    current = list(range(complex_.num_cells))
    walls: dict[Row, list[int]] = {}
    for facet in merging.tolist():
        walls.setdefault(partition.planes[facet], []).append(facet)
    trials = [*walls.values(), *([f] for w in walls.values() if len(w) > 1 for f in w)]
    taken: list[int] = []
    for wall in trials[:_TRIALS]:
        pairs = [partition.sides[f] for f in (*taken, *wall)]
        label_now = components(complex_.num_cells, pairs).tolist()
        if label_now != current and partition.is_complex(label_now):
            taken += wall
            current = label_now
    return CountBounds(lower, max(current) + 1)
