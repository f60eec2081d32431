"""What one network does to planes, segments and points: exact numbers, ready for a table."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm, sqrt
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

import plsym as pl
from plsym.errors import DomainError
from plsym.exact.enclosure import Enclosure
from plsym.exact.linear import rank
from plsym.experiments.running import enclosed
from plsym.networks.network import ReLUNetwork
from plsym.networks.trajectory import Trajectory
from plsym.regions.nearest import nearest_boundaries
from plsym.theory.crossing_laws import turning_law
from plsym.theory.laws import Sample, sampled

__all__ = [
    "boundary_distances",
    "exact_rows",
    "line_laws",
    "mean",
    "paired",
    "plane_counts",
    "spread",
    "three_of",
]

Rows = list[list[Fraction]]


def exact_rows(x: NDArray[np.float64]) -> Rows:
    """The rows of a float array as the exact numbers that they are.

    Examples
    --------
    >>> from plsym.experiments.regions.probing import exact_rows
    >>> exact_rows(np.array([[0.5, 0.1]]))[0] == [pl.rational("1/2"), pl.dyadic(0.1)]
    True
    """
    return [[Fraction(float(v)) for v in row] for row in x]


def three_of(x: NDArray[np.float64], source: np.random.Generator) -> Rows:
    """Three rows of an array, drawn at random, that do not lie on one line.

    Raises
    ------
    DomainError
        If a hundred draws find none.

    Examples
    --------
    >>> from plsym.experiments.regions.probing import three_of
    >>> len(three_of(np.eye(4), np.random.default_rng(0)))
    3
    """
    if len(x) >= 3:
        for _ in range(100):
            base, *others = exact_rows(x[source.choice(len(x), 3, replace=False)])
            steps = [[a - b for a, b in zip(p, base, strict=True)] for p in others]
            common = [lcm(*(v.denominator for v in step)) for step in steps]
            whole = [[int(v * c) for v in s] for s, c in zip(steps, common, strict=True)]
            if rank(whole) == 2:
                return [base, *others]
    raise DomainError(f"among {len(x)} samples no three were found that span a plane")


def plane_counts(net: ReLUNetwork, three: Rows) -> dict[str, int]:
    """Activation regions in the plane through three inputs, and in the triangle between them.

    Returns
    -------
    dict
        ``plane`` and ``triangle``.

    Examples
    --------
    >>> from plsym.experiments.regions.probing import plane_counts
    >>> net = pl.random_network([3, 6, 1], seed=0)
    >>> found = plane_counts(net, [[0, 0, 0], [1, 0, 0], [0, 1, 0]])
    >>> found["plane"] == pl.zaslavsky(6, 2), found["triangle"] <= found["plane"]
    (True, True)
    """
    p, q, r = three
    return {
        "plane": pl.count_regions(net, pl.plane(p, q, r, "all"), definition="activation"),
        "triangle": pl.count_regions(net, pl.plane(p, q, r), definition="activation"),
    }


def line_laws(path: Trajectory) -> list[Enclosure]:
    """The expected transitions in each layer of a random network, given the layers before it.

    For weights and biases that are normal with one deviation in each layer; see
    `plsym.theory.crossing_laws.turning_law`.

    Parameters
    ----------
    path : Trajectory
        Of a fully connected network along a segment.

    Returns
    -------
    list of Enclosure
        One a layer.  The difference to the transitions has mean 0 over random networks.

    Examples
    --------
    >>> from plsym.experiments.regions.probing import line_laws
    >>> path = pl.random_network([1, 16, 16, 1], seed=3).along([-2], [5])
    >>> path.transitions_per_layer, [round(float(law), 2) for law in line_laws(path)]
    ((12, 11), [12.63, 12.66])
    """
    curves: list[Any] = [[path.start, path.end]]
    sizes = [len(counts) for counts in path.transitions_per_neuron]
    curves += [path.curve(layer).points for layer in range(len(sizes) - 1)]
    return [
        enclosed(turning_law(size, corners)) for size, corners in zip(sizes, curves, strict=True)
    ]


def boundary_distances(net: ReLUNetwork, points: Rows) -> list[Enclosure]:
    """The distances of inputs to the nearest boundary of an activation region, to 2^-60."""
    found = nearest_boundaries(net, points)
    return [enclosed(near.distance) for near in found if near is not None]


@overload
def mean(values: Sequence[Enclosure]) -> Enclosure: ...


@overload
def mean(values: Sequence[int] | Sequence[Fraction]) -> Fraction: ...


def mean(values: Any) -> Any:
    """The exact mean of rational numbers, or an enclosure of that of enclosures.

    Examples
    --------
    >>> from plsym.experiments.regions.probing import mean
    >>> mean([1, 2])
    Fraction(3, 2)
    """
    if isinstance(values[0], Enclosure):
        total = sum(values[1:], values[0])
        return Enclosure(total.lower / len(values), total.upper / len(values))
    return Fraction(sum(values)) / len(values)


def spread(values: Sequence[int | Fraction | Enclosure]) -> float | None:
    """The standard deviation of a sample (n - 1), rounded; None of one value.

    Examples
    --------
    >>> from plsym.experiments.regions.probing import spread
    >>> spread([1, 3]), spread([1])
    (1.4142135623730951, None)
    """
    if len(values) < 2:
        return None
    middle = [float(v) for v in values]
    center = sum(middle) / len(middle)
    return sqrt(sum((v - center) ** 2 for v in middle) / (len(middle) - 1))


def paired(counts: Sequence[int], laws: Sequence[Enclosure]) -> Sample:
    """Measurements beside expectations that differ from network to network.

    Parameters
    ----------
    counts : sequence of int
    laws : sequence of Enclosure
        The expectation of each, given what came before it.

    Returns
    -------
    Sample
        Of the differences, whose law is 0.
    """
    gaps = [Enclosure(n - law.upper, n - law.lower) for n, law in zip(counts, laws, strict=True)]
    return sampled(gaps.__getitem__, Enclosure(Fraction(0), Fraction(0)), len(gaps))
