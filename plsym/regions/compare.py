"""Equality of two networks with proof or counterexample, and their exact distances."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import cycle, islice
from typing import Any, Literal

import numpy as np

from plsym.config import Budget
from plsym.errors import BudgetExceeded, DomainError
from plsym.exact.algebraic import sqrt_of
from plsym.exact.dyadics import ExactArray
from plsym.exact.scalars import Scalar
from plsym.networks.combine import difference, output_units
from plsym.networks.network import ReLUNetwork
from plsym.regions.chart import Chart, make_chart
from plsym.regions.domains import Box, Domain, checked_domain
from plsym.regions.engine import MOST_DIMENSIONS, FaceComplex
from plsym.regions.explored import Explored
from plsym.regions.optima import extremum
from plsym.regions.simplices import cell_integral, cell_square_integral
from plsym.verdict import Outcome, Verdict

__all__ = ["Difference", "equivalent", "network_distance"]

Point = tuple[Fraction, ...]
_SAMPLES = 8


@dataclass(frozen=True)
class Difference:
    """A point of the domain at which two networks differ.

    Attributes
    ----------
    point : tuple of Fraction
        In the input space.
    first, second : tuple of Fraction
        What the networks are there.
    """

    point: Point
    first: tuple[Any, ...]
    second: tuple[Any, ...]


def equivalent(
    first: ReLUNetwork,
    second: ReLUNetwork,
    domain: Any = None,
    *,
    budget: Budget | None = None,
) -> Verdict:
    """Decide whether two networks are the same function on a domain.

    Parameters
    ----------
    first, second : ReLUNetwork
        With equally many inputs and outputs; layers may be of any kinds.
    domain : optional
        As for `plsym.linear_regions`; the whole space by default.
    budget : Budget, optional
        Limits on cells and seconds.

    Returns
    -------
    Verdict
        Proved with the number of cells that were compared as evidence, or refuted with
        a `Difference`.  Undecided if the budget does not suffice, or above 10 dimensions.

    Raises
    ------
    DomainError
        If the networks do not fit together or the domain does not fit them.

    Notes
    -----
    Exact.  A few points are tried first; then the affine maps are compared on every
    cell of the common refinement of both subdivisions.

    Examples
    --------
    >>> one = pl.from_weights([([[1, -1], [0, 1], [0, -1]], None), ([[1, 1, -1]], None)])
    >>> two = pl.from_weights([([[-1, 1], [1, 0], [-1, 0]], None), ([[1, 1, -1]], None)])
    >>> bool(pl.equivalent(one, two))  # max(x, y) in two ways
    True
    >>> three = pl.from_weights([([[-1, 1], [1, 0]], None), ([[1, 1]], None)])
    >>> pl.equivalent(one, three).evidence
    Difference(point=(...), first=(...), second=(...))
    """
    claim = "the two networks are the same function on the domain"
    stages = difference(first.stages, second.stages)
    checked = checked_domain(domain, first.n_inputs)
    chart = make_chart(stages, checked)
    for y in _samples(chart, checked):
        found = _difference(first, second, chart, y)
        if found is not None:
            return Verdict(Outcome.REFUTED, claim, "they differ at a point", found)
    if chart.dimension > MOST_DIMENSIONS:
        reason = f"no difference found; {chart.dimension} dimensions are too many for a proof"
        return Verdict(Outcome.UNDECIDED, claim, reason)
    try:
        complex_ = FaceComplex(chart).run(budget)
    except BudgetExceeded as error:
        return Verdict(Outcome.UNDECIDED, claim, str(error), error.partial)
    explored = Explored(complex_)
    forms = complex_.output_forms
    with np.errstate(all="ignore"):
        size = np.sqrt((forms.values**2).sum(axis=(1, 2)))
        certain = np.flatnonzero(size > 1.01 * forms.every)
    candidates = certain[:1] if certain.size else np.arange(complex_.num_cells)
    cell = explored.maps.first_nonzero(candidates)
    if cell is None:
        count = complex_.num_cells
        reason = f"their affine maps agree on all {count} cells of the common subdivision"
        return Verdict(Outcome.PROVED, claim, reason, count)
    ray = explored.inner_ray(cell)
    inner = [Fraction(v, ray[-1]) for v in ray[:-1]]
    # an affine map that is not zero can vanish at one inner point, not around it
    corners = [r for r in explored.rays(cell) if r[-1]]
    for corner in [None, *corners]:
        y = inner
        if corner is not None:
            y = [(a + Fraction(b, corner[-1])) / 2 for a, b in zip(inner, corner, strict=False)]
        found = _difference(first, second, chart, y)
        if found is not None:
            return Verdict(Outcome.REFUTED, claim, "their affine maps differ on a cell", found)
    for direction in (r for r in explored.rays(cell) if not r[-1]):
        y = [a + b for a, b in zip(inner, direction, strict=False)]
        found = _difference(first, second, chart, y)
        if found is not None:
            return Verdict(Outcome.REFUTED, claim, "their affine maps differ on a cell", found)
    raise AssertionError("a nonzero affine map vanishes on a cell")  # pragma: no cover


def _samples(chart: Chart, domain: Domain | None) -> Iterator[list[Fraction]]:
    """Points of the domain in the coordinates of the chart."""
    source = random.Random(0)

    def share() -> Fraction:
        return Fraction(source.randint(1, 63), 64)

    if domain is None:
        for _ in range(_SAMPLES):
            yield [8 * share() - 4 for _ in range(chart.dimension)]
        return
    if isinstance(domain, Box):
        for _ in range(_SAMPLES):
            yield [low + (high - low) * share() for low, high in domain.sides]
        return
    for cone in islice(cycle(chart.cones), _SAMPLES):
        weights = [source.randint(1, 64) for _ in cone.rays]
        total = [
            sum(w * r[k] for w, r in zip(weights, cone.rays, strict=True))
            for k in range(len(cone.rays[0]))
        ]
        yield [Fraction(v, total[-1]) for v in total[:-1]]


def _difference(
    first: ReLUNetwork, second: ReLUNetwork, chart: Chart, y: list[Fraction]
) -> Difference | None:
    u = chart.point(y)
    x = u if chart.plane is None else chart.plane.at(u[0], u[1])
    one, two = first(list(x)), second(list(x))
    one = one if isinstance(one, tuple) else (one,)
    two = two if isinstance(two, tuple) else (two,)
    return None if one == two else Difference(tuple(x), one, two)


def network_distance(
    first: ReLUNetwork,
    second: ReLUNetwork,
    domain: Any,
    norm: Literal["L1", "L2", "Linf"] = "Linf",
    *,
    budget: Budget | None = None,
) -> Scalar:
    """The exact distance of two networks on a bounded domain.

    Parameters
    ----------
    first, second : ReLUNetwork
        With equally many inputs and outputs.
    domain : box, Polytope or Plane
        Bounded.
    norm : {"Linf", "L1", "L2"}
        The largest difference of an output; the integral of the sum of the differences
        of all outputs; the root of the integral of the sum of their squares.  On a plane
        integrals are taken in its coordinates (s, t).

    Returns
    -------
    Fraction, or AlgebraicReal for an L2 distance that is irrational

    Raises
    ------
    DomainError
        If the domain is unbounded or does not fit, or the norm is not known.
    BudgetExceeded
        If the common subdivision has more cells than the budget allows.

    Examples
    --------
    >>> relu = pl.from_weights([([[1, 0]], None), ([[1]], None)])
    >>> zero = pl.from_weights([([[0, 0]], None), ([[1]], None)])
    >>> box = [(-1, 1), (-1, 1)]
    >>> [str(pl.network_distance(relu, zero, box, n)) for n in ("Linf", "L1", "L2")]
    ['1', '1', '1/3*sqrt(6)']
    """
    if norm not in ("L1", "L2", "Linf"):
        raise DomainError(f"norm={norm!r} is not known; use 'L1', 'L2' or 'Linf'")
    stages = difference(first.stages, second.stages)
    checked: Domain | None = checked_domain(domain, first.n_inputs)
    n = stages[-1].n_out
    if norm == "L1":  # cut where an output changes its sign
        stages = output_units(stages, ExactArray(np.eye(n)), ExactArray(np.zeros(n)))
    explored = Explored(FaceComplex(make_chart(stages, checked)).run(budget))
    if not explored.is_bounded:
        raise DomainError("the domain is not bounded; a distance needs a bounded one")
    if norm == "Linf":
        ends = [extremum(explored, i, sign).value for i in range(n) for sign in (1, -1)]
        return max(abs(v) for v in ends)
    cells = range(explored.complex.num_cells)
    explored.maps.exact(np.arange(len(cells)))
    total = Fraction(0)
    for cell in cells:
        for i in range(n):
            if norm == "L1":
                total += abs(cell_integral(explored, cell, i))
            else:
                total += cell_square_integral(explored, cell, i)
    return total if norm == "L1" else sqrt_of(total)
