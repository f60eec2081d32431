"""Regions of one hidden layer: Zaslavsky's formula, with equality in general position."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from plsym.exact.linear import rank
from plsym.networks.families import random_network
from plsym.networks.network import ReLUNetwork, from_weights
from plsym.regions.cells import integer_rows
from plsym.regions.counting import count_regions
from plsym.regions.formulas import zaslavsky
from plsym.theory.case import Case
from plsym.theory.constants import chain
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]

_SUBSETS = 20_000


def _generic(net: ReLUNetwork) -> str | None:
    """Why the first layer is not in general position, or None."""
    rows, bias = integer_rows(net.stages[0])
    n, d = len(rows), net.n_inputs
    for size in range(1, min(n, d) + 1):
        for some in combinations(range(n), size):
            if rank([rows[i] for i in some]) < size:
                return f"the normals of neurons {', '.join(map(str, some))} are dependent"
    for some in combinations(range(n), d + 1):
        full = [[*rows[i], bias[i]] for i in some]
        if rank(full) <= d:
            return f"the hyperplanes of neurons {', '.join(map(str, some))} meet in a point"
    return None


def _rule(case: Case, subject: Any) -> None:
    net = chain(case, subject, "hyperplanes")
    case.require("it has one hidden layer", len(net.widths) == 1, f"widths {net.widths}")
    n, d = net.widths[0], net.n_inputs
    most = zaslavsky(n, d)
    found = count_regions(net, definition="activation")
    case.numbers |= {"regions": found, "bound": most}
    case.conclude(
        f"{n} neurons cut R^{d} into at most C({n},0) + ... + C({n},{d}) = {most} regions",
        found <= most,
        f"{found} regions",
    )
    if sum(1 for k in range(1, d + 2) for _ in combinations(range(n), k)) <= _SUBSETS:
        reason = _generic(net)
        case.conclude(
            "with equality if and only if the hyperplanes are in general position",
            (found == most) == (reason is None),
            "they are" if reason is None else f"they are not: {reason}",
        )


THEOREM = Theorem(
    "hyperplanes",
    "n neurons of one hidden layer cut R^d into at most C(n,0) + ... + C(n,d) regions, and into "
    "as many if and only if their hyperplanes are in general position.",
    "T. Zaslavsky, Facing up to arrangements, Memoirs AMS 154 (1975); L. Schlaefli (1901), "
    "R. C. Buck (1943)",
    _rule,
    (
        Instance("8 random neurons in R^2", lambda: random_network([2, 8, 1], seed=1)),
        Instance("8 random neurons in R^3", lambda: random_network([3, 8, 1], seed=2)),
        Instance("8 random neurons in R^4", lambda: random_network([4, 8, 1], seed=3)),
        Instance(
            "three concurrent lines and a parallel one",
            lambda: from_weights(
                [([[1, 0], [0, 1], [1, 1], [1, 0]], [0, 0, 0, -1]), ([[1, 1, 1, 1]], [0])]
            ),
        ),
    ),
)
