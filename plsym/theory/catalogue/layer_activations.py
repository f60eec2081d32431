"""The most regions of one layer with other activations: hard tanh and maxout."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from plsym.networks import layers as ops
from plsym.networks.layers import Node
from plsym.networks.network import ReLUNetwork
from plsym.networks.weights import read_array, zeros
from plsym.regions.counting import count_regions
from plsym.regions.formulas import maxout_layer, maxout_upper_bound, step_layer
from plsym.theory.case import Case
from plsym.theory.constants import network
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM", "hard_tanh_layer", "maxout_example"]


def hard_tanh_layer(rows: Any, biases: Any) -> ReLUNetwork:
    """One layer of hard tanh neurons, added up with different weights."""
    count = len(rows)
    nodes = (
        Node("a", ops.Affine(read_array(rows), read_array(biases)), ("input",)),
        Node("h", ops.Clip(read_array(-1), read_array(1)), ("a",)),
        Node("o", ops.Affine(read_array([[2**i for i in range(count)]]), zeros(1)), ("h",)),
    )
    return ReLUNetwork(nodes, (len(rows[0]),))


def maxout_example(groups: Any) -> ReLUNetwork:
    """Maxout neurons, each the largest of affine functions (a_1, ..., a_d, b)."""
    rows = [list(f[:-1]) for g in groups for f in g]
    bias = [f[-1] for g in groups for f in g]
    # output weights far apart, so that different choices give different affine maps
    weights = [[Fraction(101) ** i for i in range(len(groups))]]
    nodes = (
        Node("a", ops.Affine(read_array(rows), read_array(bias)), ("input",)),
        Node("h", ops.Maxout(len(groups[0])), ("a",)),
        Node("o", ops.Affine(read_array(weights), zeros(1)), ("h",)),
    )
    return ReLUNetwork(nodes, (len(rows[0]),))


def _rule(case: Case, subject: Any) -> None:
    net = network(subject, "layer-activations")
    kinds = [node.op for node in net.layers]
    case.require("it has one layer with activations", len(kinds) == 1, f"{len(kinds)}")
    (op,) = kinds
    d, n = net.n_inputs, net.widths[0]
    if isinstance(op, ops.Maxout):
        most, what = maxout_layer(n, d, op.k), f"maxout of rank {op.k}"
        deep = maxout_upper_bound(d, (n,), op.k)
        case.conclude(
            f"the bound for deep maxout networks, by pairs of functions, is at least {most}",
            most <= deep,
            f"it is {deep}",
        )
    else:
        both = isinstance(op, ops.Clip) and op.lower is not None and op.upper is not None
        case.require("it is a hard tanh or a maxout layer", both, type(op).__name__)
        most, what = step_layer(n, d, 2), "hard tanh"
    found = count_regions(net, definition="affine" if isinstance(op, ops.Maxout) else "activation")
    case.numbers |= {"regions": found, "bound": most}
    case.conclude(
        f"{n} neurons of {what} cut R^{d} into at most {most} regions",
        found <= most,
        f"this layer into {found}" + (": the bound is attained" if found == most else ""),
    )


# found by a random search with exact counts
_TWO = (((-4, -2, -1), (3, -1, -2), (0, 1, 1)), ((2, -3, 4), (0, 4, -1), (0, 3, 4)))
_THREE = (
    ((2, 1, 1), (4, 1, -2), (0, 2, -1)),
    ((-8, -2, -7), (1, 5, -7), (2, -1, -1)),
    ((4, -7, -3), (1, -4, 4), (-3, 1, 0)),
)

THEOREM = Theorem(
    "layer-activations",
    "One layer of n neurons with T breakpoints each cuts R^d into at most sum_j C(n, j) T^j "
    "regions, j <= d; one maxout layer of rank k into at most sum_j C(n, j)(k - 1)^j. Both are "
    "attained.",
    "M. Raghu et al., ICML 2017 (hard tanh); G. Montufar, Y. Ren, L. Zhang, Sharp bounds for the "
    "number of regions of maxout networks and vertices of Minkowski sums, SIAM J. Appl. Algebra "
    "Geom. 6 (2022) (as recalled)",
    _rule,
    (
        Instance(
            "3 hard tanh neurons in R^2",
            lambda: hard_tanh_layer([[1, 0], [0, 1], [1, 1]], [0, 0, "1/2"]),
        ),
        Instance(
            "3 hard tanh neurons in R^3",
            lambda: hard_tanh_layer([[1, 0, 0], [0, 1, 0], [0, 0, 1]], [0, 0, 0]),
        ),
        Instance("2 maxout neurons of rank 3 in R^2", lambda: maxout_example(_TWO)),
        Instance("3 maxout neurons of rank 3 in R^2", lambda: maxout_example(_THREE)),
    ),
)
