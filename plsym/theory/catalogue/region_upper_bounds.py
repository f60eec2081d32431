"""Upper bounds on the regions of deep networks, from the loosest to the best."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from plsym.exact.linear import rank
from plsym.networks.families import random_network
from plsym.networks.network import from_weights
from plsym.regions.bounds import stable_units
from plsym.regions.cells import integer_rows
from plsym.regions.formulas import (
    dimension_histogram,
    montufar_upper_bound,
    raghu_upper_bound,
    serra_upper_bound,
)
from plsym.regions.linear import linear_regions
from plsym.theory.case import Case
from plsym.theory.constants import chain
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]


def _rule(case: Case, subject: Any) -> None:
    net = chain(case, subject, "region-upper-bounds")
    inputs, widths = net.n_inputs, net.widths
    case.require("it has a hidden layer", bool(widths))
    cells = linear_regions(net)
    found = cells.count("activation")
    ranks = [rank(integer_rows(stage)[0]) for stage in net.stages[:-1]]
    stable = stable_units(cells)
    bounds = {
        "2^N": 2 ** sum(widths),
        "Raghu": raghu_upper_bound(inputs, widths),
        "Montufar 2017": montufar_upper_bound(inputs, widths),
        "Serra": serra_upper_bound(inputs, widths),
        "Serra with ranks": serra_upper_bound(inputs, widths, ranks=ranks),
        "Serra with stable neurons": serra_upper_bound(inputs, widths, ranks=ranks, stable=stable),
    }
    case.numbers |= {"regions": found, **bounds}
    for name, bound in bounds.items():
        case.conclude(f"at most {bound} activation regions ({name})", found <= bound, f"{found}")
    order = list(bounds.values())
    case.conclude(
        "the bounds improve in this order",
        all(b <= a for a, b in pairwise(order[1:])),
    )
    histogram = dimension_histogram(inputs, widths)
    case.conclude(
        "the histogram of Hinz and van de Geer adds up to the bound of Serra et al.",
        sum(histogram.values()) == bounds["Serra"],
        ", ".join(f"{count} of dimension {d}" for d, count in histogram.items()),
    )


THEOREM = Theorem(
    "region-upper-bounds",
    "A ReLU network has at most sum prod C(n_l, j_l) activation regions, j_l <= min(n_0, "
    "n_1 - j_1, ..., n_(l-1) - j_(l-1), n_l), fewer with known ranks and stable neurons; this is "
    "below the products of Montufar (2017) and Raghu et al. (2017), and sometimes attained.",
    "T. Serra, C. Tjandraatmadja, S. Ramalingam, ICML 2018, Theorem 1; G. Montufar (2017); "
    "M. Raghu et al., ICML 2017, Theorem 1; P. Hinz, S. van de Geer (2019)",
    _rule,
    (
        Instance(
            "the network of widths 2, 2 with 11 regions",
            lambda: from_weights(
                [([[11, 9], [-4, -3]], [9, 4]), ([[1, 4], [6, 2]], [-2, -3]), ([[2, 3]], [0])]
            ),
        ),
        Instance("a random 2-8-8-1 network", lambda: random_network([2, 8, 8, 1], seed=1)),
        Instance("a random 3-5-5-1 network", lambda: random_network([3, 5, 5, 1], seed=2)),
        Instance(
            "equal rows in the second layer",
            lambda: from_weights(
                [
                    ([[1, 0], [0, 1], [1, 1]], [0, 0, -1]),
                    ([[1, 2, 1]] * 3, [-1, -2, -3]),
                    ([[1, 1, 1]], [0]),
                ]
            ),
        ),
    ),
)
