"""How far a point is from the nearest boundary of an activation region."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from plsym.errors import DomainError
from plsym.exact.enclosure import Enclosure
from plsym.exact.rationals import rational
from plsym.exact.roots import root_bounds
from plsym.exact.scalars import to_num
from plsym.networks.exactpath import ExactStage
from plsym.networks.network import ReLUNetwork
from plsym.networks.paths import is_rational
from plsym.networks.reading import flatten
from plsym.networks.sweeping.patternforms import PatternForms
from plsym.regions.patterns import pattern_at

__all__ = ["NearestBoundary", "nearest_boundaries"]

_BITS = 64


@dataclass(frozen=True)
class NearestBoundary:
    """The neuron whose bent hyperplane is nearest to a point.

    Attributes
    ----------
    squared : Fraction
        The square of the Euclidean distance; 0 if the point is on a boundary.
    layer, neuron : int
        Of a nearest neuron, as in `Transition`.
    foot : tuple of Fraction
        The point at which its argument vanishes.
    """

    squared: Fraction
    layer: int
    neuron: int
    foot: tuple[Fraction, ...]

    @property
    def distance(self) -> Enclosure:
        """The distance, to 64 binary places."""
        return Enclosure(*root_bounds(self.squared, _BITS))


def nearest_boundaries(net: ReLUNetwork, points: Iterable[Any]) -> list[NearestBoundary | None]:
    """Find the distance of points to the nearest boundary of an activation region.

    Parameters
    ----------
    net : ReLUNetwork
        With rational weights, and no maximum or minimum among its layers.
    points : iterable of points
        Exact coordinates, one for each input.

    Returns
    -------
    list of NearestBoundary or None
        None for a network that has one activation region only.

    Raises
    ------
    DomainError
        If a point does not fit, weights are not rational, or a layer chooses a maximum.
    InexactInputError
        If a coordinate is a float.

    Notes
    -----
    Exact.  On the cell of x every neuron's argument is an affine function f_i, and the cell
    is where all f_i keep their signs.  A ball around x lies in the cell iff it lies in each
    of these half-spaces, so the distance is the least |f_i(x)| / |grad f_i|: no linear
    program is needed to find out which of them are facets.  Neurons that are constant on
    the cell have none.

    References
    ----------
    B. Hanin, D. Rolnick, Complexity of linear regions in deep networks, ICML 2019,
    Corollary 5 on these distances.

    Examples
    --------
    >>> from plsym.regions.nearest import nearest_boundaries
    >>> net = pl.from_weights([([[3, 4], [0, 1]], [0, 2]), ([[1, 1]], None)])
    >>> near, = nearest_boundaries(net, [[1, 1]])
    >>> near.squared, near.layer, near.neuron, [str(v) for v in near.foot]
    (Fraction(49, 25), 0, 0, ['4/25', '-3/25'])
    """
    if not is_rational(net.stages):
        raise DomainError("distances to boundaries are found for networks with rational weights")
    chosen = [layer.node for layer in net._lowered.layers if layer.kind == "choice"]
    if chosen:
        raise DomainError(
            f"layer {chosen[0]!r} chooses a maximum or minimum; distances to boundaries are found "
            "for activations of single neurons"
        )
    exact = [ExactStage(stage) for stage in net.stages]
    sizes = [(len(stage.bending) + 7) // 8 for stage in net.stages]
    forms = PatternForms(net.stages, [sum(sizes[:i]) for i in range(len(sizes) + 1)])
    return [_nearest(net, exact, forms, x) for x in points]


def _nearest(
    net: ReLUNetwork, exact: list[ExactStage], forms: PatternForms, x: Any
) -> NearestBoundary | None:
    point = [rational(v) for v in flatten(x)]
    if len(point) != net.n_inputs:
        raise DomainError(
            f"the point has {len(point)} coordinates, the network {net.n_inputs} inputs"
        )
    numbers = [to_num(v) for v in point]
    pattern = np.frombuffer(pattern_at(exact, numbers), dtype=np.uint8)
    best: tuple[Any, int, int, Any, tuple[int, ...]] | None = None
    for k, stage in enumerate(net.stages):
        bending = stage.bending
        rows = forms.integers(k, bending, np.tile(pattern, (len(bending), 1)))
        for unit, row in zip(bending.tolist(), rows, strict=True):
            *normal, constant = row
            length = sum(v * v for v in normal)
            if not length:
                continue
            at = sum((a * b for a, b in zip(normal, numbers, strict=True)), to_num(constant))
            squared = at * at / length
            if best is None or squared < best[0]:
                best = squared, k, unit, at / length, row
    if best is None:
        return None
    squared, k, unit, step, row = best
    labels = net.stages[k].labels
    assert labels is not None, "units that bend belong to a neuron"
    return NearestBoundary(
        _fraction(squared),
        labels[unit].layer,
        labels[unit].neuron,
        tuple(_fraction(v - step * a) for v, a in zip(numbers, row[:-1], strict=True)),
    )


def _fraction(x: Any) -> Fraction:
    return Fraction(int(x.numerator), int(x.denominator))
