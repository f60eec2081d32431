"""Networks with as many regions as the constructions of the literature promise."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import count, takewhile

from plsym.errors import DomainError
from plsym.experiments.budgets.architectures import parameter_count
from plsym.networks.network import ReLUNetwork
from plsym.regions.examples import (
    arrangement_network,
    general_hyperplanes,
    montufar_network,
    most_pieces_network,
    zigzag_network,
    zonotope_network,
)
from plsym.regions.formulas import arora_zonotope, checked_widths

__all__ = ["best_zonotope", "build"]


def build(family: str, inputs: int, widths: Sequence[int]) -> ReLUNetwork:
    """The network of a construction with given hidden widths.

    Parameters
    ----------
    family : {"arrangement", "zigzags", "zonotope", "Montufar"}
        One layer of hyperplanes in general position; coordinates that are folded layer
        by layer, and cut by such hyperplanes in the last one; a zonotope norm and
        sawtooths; the network of widths 4 and 4 with weights written out.
    inputs : int
    widths : sequence of int
        For zigzags all but the last are multiples of the number of inputs; for a
        zonotope the first is even and the others are equal.

    Returns
    -------
    ReLUNetwork

    Raises
    ------
    DomainError
        If there is no such family, or no such network in it.

    Examples
    --------
    >>> from plsym.experiments.budgets.constructions import build
    >>> [pl.count_regions(build("zigzags", 1, w)) for w in ((3, 4), (2, 4))]
    [20, 10]
    """
    n0, chosen = checked_widths(inputs, widths)
    *folds, last = chosen or (0,)
    if family == "arrangement" and len(chosen) == 1:
        return arrangement_network(general_hyperplanes(n0, last))
    if family == "zigzags" and folds and not any(n % n0 for n in folds):
        if n0 == 1 and min(folds) >= 3 and last >= 2:
            return most_pieces_network(chosen)
        return zigzag_network(n0, [n // n0 for n in folds], general_hyperplanes(n0, last))
    if family == "zonotope" and folds and folds[0] % 2 == 0 and {*folds[1:]} <= {last}:
        # (1, t, t^2, ...) for different t: any d of them are independent
        directions = [[t**k for k in range(n0)] for t in range(folds[0] // 2)]
        return zonotope_network(directions, last, len(folds))
    if family == "Montufar" and (n0, chosen) == (2, (4, 4)):
        return montufar_network()
    raise DomainError(f"no network {family!r} with {n0} inputs and widths {chosen}")


def best_zonotope(inputs: int, depth: int, budget: int) -> tuple[int, ...] | None:
    """The widths of the zonotope network with the most linear regions for a budget.

    Parameters
    ----------
    inputs, depth : int
        The numbers of inputs, at least 2, and of hidden layers, at least 2.
    budget : int
        The largest number of parameters.

    Returns
    -------
    tuple of int, or None
        2 m neurons for m directions, m no fewer than the inputs, then layers of one
        width, at least 2; None if the least of them costs more.

    Examples
    --------
    >>> from plsym.experiments.budgets.constructions import best_zonotope
    >>> best_zonotope(2, 3, 110)  # 2 * 3 * 6^2 = 216 regions
    (6, 6, 6)
    """

    def shape(m: int, w: int) -> tuple[int, ...]:
        return (2 * m, *[w] * (depth - 1))

    def paid(m: int, w: int) -> bool:
        return parameter_count(inputs, shape(m, w)) <= budget

    found = [
        (arora_zonotope(inputs, m, w, depth - 1), shape(m, w))
        for m in takewhile(lambda m: paid(m, 2), count(inputs))
        for w in takewhile(partial(paid, m), count(2))
    ]
    return max(found)[1] if found else None
