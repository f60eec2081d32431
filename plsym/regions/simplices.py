"""Cells as unions of simplices: exact volumes and integrals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import factorial

from flint import fmpz_mat

from plsym.regions.cones import Row
from plsym.regions.explored import Explored
from plsym.regions.incidence import Incidence

__all__ = ["cell_integral", "cell_square_integral", "cell_volume", "simplices"]


def simplices(incidence: Incidence, k: int, face: int) -> Iterator[tuple[int, ...]]:
    """Cut a bounded k-face into simplices, as tuples of vertices.

    The first vertex is joined to the simplices of all facets that do not contain it
    (the pulling triangulation).
    """
    if k == 0:
        yield (face,)
        return
    if k == 1:
        yield tuple(incidence.facets(1, face))
        return
    apex = incidence.vertices(k, face)[0]
    for facet in incidence.facets(k, face):
        if apex not in incidence.vertices(k - 1, facet):
            for rest in simplices(incidence, k - 1, facet):
                yield (apex, *rest)


def _simplex_volume(rays: Sequence[Row]) -> Fraction:
    """The volume of a simplex with vertices (y, w): |det| / (d! product of the w)."""
    d = len(rays) - 1
    determinant = abs(int(fmpz_mat([list(r) for r in rays]).det()))
    weights = 1
    for ray in rays:
        weights *= ray[-1]
    return Fraction(determinant, weights * factorial(d))


def cell_volume(explored: Explored, cell: int) -> Fraction:
    """The volume of a bounded cell in the user's coordinates."""
    total = sum((volume for volume, _ in _measured(explored, cell)), Fraction(0))
    return total * explored.chart.scale


def cell_integral(explored: Explored, cell: int, output: int) -> Fraction:
    """The integral of an output over a bounded cell."""
    total = Fraction(0)
    for volume, rays in _measured(explored, cell):
        # the mean of an affine function on a simplex is that of its values at the vertices
        values = [explored.value(cell, output, ray) for ray in rays]
        total += volume * sum(values, Fraction(0)) / len(rays)
    return total * explored.chart.scale


def cell_square_integral(explored: Explored, cell: int, output: int) -> Fraction:
    """The integral of the square of an output over a bounded cell."""
    total = Fraction(0)
    for volume, rays in _measured(explored, cell):
        values = [explored.value(cell, output, ray) for ray in rays]
        n = len(values)
        whole = sum(values, Fraction(0)) ** 2 + sum((v * v for v in values), Fraction(0))
        total += volume * whole / (n * (n + 1))
    return total * explored.chart.scale


def _measured(explored: Explored, cell: int) -> Iterator[tuple[Fraction, list[Row]]]:
    incidence = explored.incidence
    d = incidence.d
    known = explored.complex.exact_vertices(incidence.vertices(d, cell))
    for simplex in simplices(incidence, d, cell):
        rays = [known[v] for v in simplex]
        yield _simplex_volume(rays), rays
