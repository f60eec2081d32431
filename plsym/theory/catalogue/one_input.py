"""How many pieces a network with one input can have."""

from __future__ import annotations

from math import prod
from typing import Any

from plsym.networks.families import random_network, sawtooth_network
from plsym.theory.case import Case
from plsym.theory.constants import chain, on_all_breakpoints
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]


def _rule(case: Case, subject: Any) -> None:
    net = chain(case, subject, "one-input", inputs=1)
    widths = net.widths
    found = net.to_piecewise().num_pieces
    bound, older = prod(n + 1 for n in widths), (2 * max(widths, default=0)) ** len(widths)
    case.numbers |= {"pieces": found, "bound": bound, "telgarsky": older}
    factors = " ".join(f"({n} + 1)" for n in widths) or "1"
    case.conclude(
        f"it has at most {factors} = {bound} pieces on the line", found <= bound, f"it has {found}"
    )
    if widths:
        case.conclude(
            f"that is at most (2 u)^l = {older} for l layers of width up to u",
            bound <= older,
            f"widths {', '.join(map(str, widths))}",
        )
    case.certificate = on_all_breakpoints(net)


THEOREM = Theorem(
    "one-input",
    "A ReLU network with one input and hidden widths n_1, ..., n_l has at most "
    "(n_1 + 1) ... (n_l + 1) pieces; this replaces Telgarsky's (2 u)^l.",
    "M. Telgarsky, Representation benefits of deep feedforward networks, arXiv:1509.08101 (2015), "
    "Lemma 2.1 (as recalled, with (2 u)^l); the product by adding at most n kinks to each piece",
    _rule,
    (
        Instance("the sawtooth network of depth 5", lambda: sawtooth_network(5, 2)),
        Instance("a random 1-20-20-1 network", lambda: random_network([1, 20, 20, 1], seed=1)),
        Instance("a random network, 4 layers", lambda: random_network([1, 8, 8, 8, 8, 1], seed=2)),
    ),
)
