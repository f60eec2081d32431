"""How many pieces an architecture can have, and which architectures represent f^t."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from gmpy2 import iroot

from plsym.errors import DomainError
from plsym.networks.network import ReLUNetwork
from plsym.piecewise.counting import piece_numbers
from plsym.piecewise.function import PiecewiseLinear
from plsym.piecewise.orbits import checked_power
from plsym.regions.formulas import checked_widths

__all__ = [
    "Representation",
    "network_budgets",
    "piece_budget",
    "representations",
    "width_for",
]


def piece_budget(widths: Sequence[int]) -> int:
    """The most pieces of a ReLU network with one input and these hidden widths.

    Parameters
    ----------
    widths : sequence of int
        Of the hidden layers; the output is affine.

    Returns
    -------
    int
        (n_1 + 1) ... (n_l + 1), and n + 2 or 2 n + 3 for widths (1, n) and (2, n).  It is
        attained if all widths but the last are at least 3 and the last at least 2.

    Notes
    -----
    On a common affine piece each of the n neurons of a layer adds at most one kink.
    With widths (1, n) the second layer sees two half-lines of one line, with (2, n) a
    convex path of at most three segments, which a line meets twice.

    References
    ----------
    .. [1] T. Serra, C. Tjandraatmadja, S. Ramalingam, ICML 2018, Theorem 5 of the ICLR
       2018 submission.

    Examples
    --------
    >>> from plsym.depth.budgets import piece_budget
    >>> piece_budget((20, 20, 20)), piece_budget((1, 1)), piece_budget(())
    (9261, 3, 1)
    """
    _, chosen = checked_widths(1, widths)
    if len(chosen) == 2 and chosen[0] <= 2:
        n = chosen[1]
        return n + 2 if chosen[0] == 1 else 2 * n + 3
    return prod(n + 1 for n in chosen)


_KINKS = {"ReLU": 1, "LeakyReLU": 1, "PReLU": 1, "Abs": 1, "Clip": 2}
_PLAIN = {"Affine", "Scale", "Shift", "Identity", "Reshape"}


def network_budgets(net: ReLUNetwork) -> list[int]:
    """The most pieces after each layer of a chain of affine maps and activations.

    Parameters
    ----------
    net : ReLUNetwork
        One input, one output, no branches.

    Returns
    -------
    list of int
        The products of n_l T_l + 1, T_l the number of kinks of the activation: 2 for
        clips such as the hard tanh, 1 for the others.

    Raises
    ------
    DomainError
        If the network is no such chain.

    Examples
    --------
    >>> from plsym.depth.budgets import network_budgets
    >>> network_budgets(pl.random_network([1, 20, 20, 1]))
    [21, 441]
    """
    if net.n_inputs != 1 or net.n_outputs != 1:
        raise DomainError(
            f"the network has {net.n_inputs} inputs and {net.n_outputs} outputs; one of each is "
            "needed"
        )
    kinds = [type(node.op).__name__ for node in net.nodes]
    strange = sorted(set(kinds) - set(_KINKS) - _PLAIN)
    if strange or any(len(node.inputs) != 1 for node in net.nodes):
        raise DomainError(
            "pieces are bounded for chains of affine maps and activations of one variable; this "
            f"network has {', '.join(strange) or 'branches'}: give widths of a chain that "
            "contains it"
        )
    layers = [
        (n, _KINKS[type(node.op).__name__]) for n, node in zip(net.widths, net.layers, strict=True)
    ]
    if all(kinks == 1 for _, kinks in layers) and {"ReLU"} >= set(kinds) - _PLAIN:
        return [piece_budget(net.widths[: i + 1]) for i in range(len(layers))]
    return [prod(n * kinks + 1 for n, kinks in layers[: i + 1]) for i in range(len(layers))]


def width_for(pieces: int, depth: int) -> int:
    """The least width u for which depth layers of width u may have so many pieces."""
    width = int(iroot(pieces - 1, depth)[0]) if pieces > 1 else 0
    while width > 0 and piece_budget([width] * depth) >= pieces:
        width -= 1
    while pieces > 1 and (width == 0 or piece_budget([width] * depth) < pieces):
        width += 1
    return width


@dataclass(frozen=True)
class Representation:
    """Which width represents f^t exactly with so many hidden layers.

    Attributes
    ----------
    depth : int
    at_least : int
        No narrower network has enough pieces.
    at_most : int
        A network of this width exists: blocks of iterates, one hidden layer each.
    powers : tuple of int
        The iterates that the layers of that network compute.
    """

    depth: int
    at_least: int
    at_most: int
    powers: tuple[int, ...]


def representations(f: PiecewiseLinear, t: Any, depth: Any) -> tuple[Representation, ...]:
    """For 1, ..., depth hidden layers: the widths that can represent f^t on its domain.

    Notes
    -----
    A function with p pieces on an interval is one hidden layer of p neurons (of p - 1 if
    jumps of its slope add up to the first slope with the opposite sign), and f^t is the
    composition of iterates with powers that add up to t.

    Examples
    --------
    >>> from plsym.depth.budgets import representations
    >>> f = pl.abs_map(pl.golden())
    >>> [(r.depth, r.at_least, r.at_most) for r in representations(f, 8, 2)]
    [(1, 67, 68), (2, 8, 10)]
    """
    power, layers = checked_power(t, "t", 1), checked_power(depth, "depth", 1)
    counts = piece_numbers(f, power)
    out = []
    for l in range(1, min(layers, power) + 1):
        share, extra = divmod(power, l)
        powers = (*[share + 1] * extra, *[share] * (l - extra))
        out.append(Representation(l, width_for(counts[-1], l), counts[max(powers) - 1], powers))
    return tuple(out)
