"""Pieces against size: what depth saves."""

from __future__ import annotations

from typing import Any

from plsym.networks.families import random_network, sawtooth_network
from plsym.regions.examples import most_pieces_network
from plsym.theory.case import Case
from plsym.theory.constants import chain, on_all_breakpoints
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]


def _rule(case: Case, subject: Any) -> None:
    net = chain(case, subject, "size-for-pieces", inputs=1)
    layers, size = len(net.widths), sum(net.widths)
    case.require("it has a hidden layer", layers > 0)
    pieces = net.to_piecewise().num_pieces
    case.numbers |= {"pieces": pieces, "size": size, "layers": layers}
    # p <= (2 s / L)^L, without roots
    case.conclude(
        f"it has at most (2 s / L)^L pieces, s = {size} neurons in L = {layers} layers",
        pieces * layers**layers <= (2 * size) ** layers,
        f"it has {pieces}",
    )
    # s >= L p^(1/L) / 2 - 1  <=>  (2 (s + 1) / L)^L >= p
    case.conclude(
        f"so {pieces} pieces need s >= (L / 2) p^(1/L) - 1",
        (2 * (size + 1)) ** layers >= pieces * layers**layers,
        f"s = {size}",
    )
    case.certificate = on_all_breakpoints(net)


THEOREM = Theorem(
    "size-for-pieces",
    "A ReLU network with one input, L hidden layers and s neurons has at most (2 s / L)^L pieces; "
    "p pieces need at least (L / 2) p^(1/L) - 1 neurons.",
    "R. Arora, A. Basu, P. Mianjy, A. Mukherjee, Understanding deep neural networks with rectified "
    "linear units, ICLR 2018, Lemma D.6 and Theorem 3.1 (as recalled)",
    _rule,
    (
        Instance("the sawtooth network of depth 8", lambda: sawtooth_network(8)),
        Instance("the most pieces of widths 4, 4, 4", lambda: most_pieces_network((4, 4, 4))),
        Instance("a random 1-30-30-1 network", lambda: random_network([1, 30, 30, 1], seed=3)),
    ),
)
