"""Cells with the proof of every wall: what a certificate in any dimension is made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from gmpy2 import mpq

from plsym.networks.sweeping.patternforms import PatternForms
from plsym.regions.chart import Chart
from plsym.regions.cones import Row, primitive
from plsym.regions.explored import Explored
from plsym.regions.walls import Numbers, Wall, combination, dot, settled

__all__ = ["Constraints", "FoundCell", "ends_of", "proved_cells"]


@dataclass(frozen=True)
class FoundCell:
    """A cell with what proves its neighbourhood.

    Attributes
    ----------
    pattern : bytes
        The signs of all units.
    point : tuple of mpq
        Inside, in the coordinates of the chart.
    walls : tuple of (form, Wall, neighbour)
        Each constraint ``form >= 0`` (integers, constant last) with its proof, and the
        pattern beyond a facet if it was looked for; None beyond the boundary.
    """

    pattern: bytes
    point: tuple[mpq, ...]
    walls: tuple[tuple[Row, Wall, bytes | None], ...]


def ends_of(chart: Chart) -> list[Row]:
    """The walls of a domain; infinity is none, and neither is what no neuron sees."""
    walls = [chart.walls[n] for n in sorted(chart.ends)]
    return [w for w in walls if any(chart.function(w)[:-1])]


class Constraints:
    """The half-spaces of cells; the arguments of a stage once for all that agree before it.

    Parameters
    ----------
    forms : PatternForms
    ends : sequence of Row
        The walls of the domain.
    """

    def __init__(self, forms: PatternForms, ends: Sequence[Row]) -> None:
        self._forms = forms
        self._ends = [primitive(wall) for wall in ends]
        self._known: dict[tuple[int, bytes], list[Row]] = {}

    def of(self, pattern: bytes) -> list[Row]:
        """The half-spaces (>= 0) of a cell, each once, those of the domain first."""
        bits = np.frombuffer(pattern, dtype=np.uint8)[None, :]
        found = dict.fromkeys(self._ends)
        for k, stage in enumerate(self._forms.stages):
            bending = stage.bending
            if not len(bending):
                continue
            key = (k, pattern[: self._forms.offsets[k]])
            if key not in self._known:
                repeated = np.repeat(bits, len(bending), axis=0)
                rows = self._forms.integers(k, bending, repeated)
                self._known[key] = [primitive(row) if any(row[:-1]) else () for row in rows]
            positive = self._forms.positive(k, bits)[0, bending].tolist()
            for row, on in zip(self._known[key], positive, strict=True):
                if row:
                    found[row if on else tuple(-v for v in row)] = None
        return list(found)


def proved_cells(explored: Explored) -> Iterator[FoundCell]:
    """Prove the walls of all cells of a finished subdivision, without linear programs.

    A facet is shown by its middle.  What is no facet is least at some vertex, and there a
    combination of the facets through it.
    """
    complex_, chart = explored.complex, explored.chart
    incidence, d = explored.incidence, complex_.d
    constraints = Constraints(complex_.forms, ends_of(chart))
    far = incidence.at_infinity[d - 1]
    for cell in range(complex_.num_cells):
        pattern = complex_.patterns[-1][cell].tobytes()
        rows = constraints.of(pattern)
        rays = explored.rays(cell)
        inside = _finite(primitive([sum(c) for c in zip(*rays, strict=True)]))
        at = [[sum(a * b for a, b in zip(row, ray, strict=True)) for ray in rays] for row in rows]
        walls: dict[int, Wall] = {}
        for facet in incidence.facets(d, cell):
            if far[facet]:
                continue
            known = complex_.exact_vertices(incidence.vertices(d - 1, facet))
            corners = [known[v] for v in incidence.vertices(d - 1, facet)]
            middle = primitive([sum(c) for c in zip(*corners, strict=True)])
            on = [
                i
                for i, row in enumerate(rows)
                if sum(a * b for a, b in zip(row, middle, strict=True)) == 0
            ]
            if len(on) == 1:  # else the facet is an artificial wall
                walls[on[0]] = Wall(_finite(middle), {})
        normals = [[mpq(-v) for v in row[:-1]] for row in rows]
        facets = list(walls)
        for i in range(len(rows)):
            if i not in walls:
                walls[i] = _superfluous(normals, rows, at, rays, facets, inside, i)
        yield FoundCell(
            pattern, tuple(inside), tuple((row, walls[i], None) for i, row in enumerate(rows))
        )


def _finite(ray: Row) -> Numbers:
    return [mpq(v, ray[-1]) for v in ray[:-1]]


def _superfluous(
    normals: Sequence[Numbers],
    rows: Sequence[Row],
    at: Sequence[Sequence[int]],
    rays: Sequence[Row],
    facets: Sequence[int],
    inside: Numbers,
    i: int,
) -> Wall:
    finite = [k for k, ray in enumerate(rays) if ray[-1]]
    lowest = min(finite, key=lambda k: mpq(at[i][k], rays[k][-1]))
    through = [j for j in facets if at[j][lowest] == 0]
    factors = combination(normals, i, through) if len(through) <= len(normals[i]) else None
    if factors is not None:
        return Wall(None, factors)
    ends = [mpq(row[-1]) for row in rows]
    rooms = [b - dot(n, inside) for n, b in zip(normals, ends, strict=True)]
    return settled(normals, ends, rooms, inside, i)
