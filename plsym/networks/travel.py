"""`trajectory`: a network along a segment, a polyline, an arc, or a sweep of its weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any, overload

from plsym.config import Budget
from plsym.errors import DomainError
from plsym.exact.dyadics import ExactArray
from plsym.exact.rationals import rational
from plsym.networks.arcs import Arc, ArcTrajectory, arc, follow_arc
from plsym.networks.layers import Affine, Node
from plsym.networks.network import ReLUNetwork
from plsym.networks.paths import run
from plsym.networks.reading import flatten
from plsym.networks.trajectory import Trajectory
from plsym.networks.weights import FieldArray, as_integers, read_array

__all__ = ["trajectory", "weight_trajectory"]


@overload
def trajectory(net: ReLUNetwork, path: Arc, *, budget: Budget | None = None) -> ArcTrajectory: ...


@overload
def trajectory(
    net: ReLUNetwork, path: Sequence[Any], *, budget: Budget | None = None
) -> Trajectory: ...


def trajectory(
    net: ReLUNetwork, path: Arc | Sequence[Any], *, budget: Budget | None = None
) -> Trajectory | ArcTrajectory:
    """Follow a network along a path through its input space.

    Parameters
    ----------
    net : ReLUNetwork
        Of any input dimension and any layer kinds.
    path : sequence of points, or Arc
        The corners of a polyline, at least two (a segment), or what `plsym.arc` makes.
    budget : Budget, optional
        Limits on breakpoints and seconds.

    Returns
    -------
    Trajectory or ArcTrajectory
        With the exact transitions of all neurons, the patterns that are met, and the
        image curves of all layers.  Along a polyline corner i has the parameter t = i.

    Raises
    ------
    DomainError
        If there are fewer than two corners, two in a row are equal, sizes do not fit, or
        an arc is asked of a network over a number field.
    InexactInputError
        If a coordinate is a float.
    BudgetExceeded
        If the budget does not suffice.

    Notes
    -----
    Exact.  R breakpoints cost O(R * parameters) float operations and little more.

    References
    ----------
    M. Raghu, B. Poole, J. Kleinberg, S. Ganguli, J. Sohl-Dickstein, On the expressive power
    of deep neural networks, ICML 2017.

    Examples
    --------
    >>> net = pl.from_weights([([[1, 0], [0, 1]], ["-1/2", "-1/2"]), ([[1, 1]], None)])
    >>> path = pl.trajectory(net, [[0, 0], [1, 0], [1, 1]])
    >>> [str(t.t) for t in path.transitions], path.num_pieces
    (['1/2', '3/2'], 4)
    """
    if isinstance(path, Arc):
        return follow_arc(net.stages, net._lowered.layers, path, budget)
    corners = [net._point(x) for x in path]
    if len(corners) < 2:
        raise DomainError(f"a path needs at least two corners, got {len(corners)}")
    for i, (a, b) in enumerate(pairwise(corners)):
        if all(u == v for u, v in zip(a, b, strict=True)):
            raise DomainError(f"corners {i} and {i + 1} of the path are equal; leave one out")
    prepared = net._prepared if net._is_rational else None
    sweep = run(net.stages, corners, budget=budget, prepared=prepared)
    return Trajectory(tuple(corners[0]), tuple(corners[-1]), sweep, _layers=net._lowered.layers)


def weight_trajectory(
    net: ReLUNetwork,
    other: Any,
    x: Any,
    *,
    quarters: int = 4,
    budget: Budget | None = None,
) -> ArcTrajectory:
    """Turn the first layer's weights from W to W': a sweep W cos(a) + W' sin(a) at one input.

    Parameters
    ----------
    net : ReLUNetwork
        Whose first node is a fully connected layer, with weights W.
    other : array, shape of W
        W', read as weights are.
    x : point
        The input; exact numbers.
    quarters : int
        How far to turn, in quarters.
    budget : Budget, optional

    Returns
    -------
    ArcTrajectory
        Along the arc (cos a, sin a), for the network with first-layer weights
        (W x, W' x) and two inputs.

    Raises
    ------
    DomainError
        If the first node is no fully connected layer, or shapes do not fit.

    References
    ----------
    M. Raghu et al., ICML 2017, section 2.3 ("dichotomies").

    Examples
    --------
    >>> net = pl.from_weights([([[1, 0], [0, 1]], None), ([[1, 1]], None)])
    >>> turn = pl.weight_trajectory(net, [[0, 1], [1, 0]], [1, 2])
    >>> turn.num_transitions, turn.path.quarters
    (4, 4)
    """
    first = net.nodes[0]
    if not isinstance(first.op, Affine) or any("input" in n.inputs for n in net.nodes[1:]):
        raise DomainError(
            f"the first node {first.name!r} is no fully connected layer that alone takes the input"
        )
    weights, second = first.op.weights, read_array(other, "the other weights")
    if isinstance(second, FieldArray) or not net._is_rational:
        raise DomainError("weights are turned in networks with rational weights")
    if weights.shape != second.shape:
        raise DomainError(
            f"the other weights have shape {second.shape}, the first layer's {weights.shape}"
        )
    point = [rational(v) for v in flatten(x)]
    if len(point) != weights.shape[1]:
        raise DomainError(
            f"the point has {len(point)} coordinates, the network {weights.shape[1]} inputs"
        )
    columns = [_times(weights, point), _times(second, point)]
    flat = [column[i] for i in range(weights.shape[0]) for column in columns]
    matrix = ExactArray.from_fractions(flat, (weights.shape[0], 2))
    node = Node(first.name, replace(first.op, weights=matrix), ("input",))
    turned = ReLUNetwork((node, *net.nodes[1:]), (2,), net.output)
    return trajectory(turned, arc([1, 0], [0, 1], quarters=quarters), budget=budget)


def _times(weights: ExactArray, point: list[Fraction]) -> list[Fraction]:
    numbers, scale = as_integers(weights)
    return [
        sum((int(w) * v for w, v in zip(row, point, strict=True)), Fraction(0)) / scale
        for row in numbers.tolist()
    ]
