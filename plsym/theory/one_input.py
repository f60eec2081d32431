"""How many pieces a network with one input can have."""

from __future__ import annotations

from math import prod
from typing import Any

from plsym.errors import DomainError
from plsym.networks import layers as ops
from plsym.networks.families import random_network, sawtooth_network
from plsym.networks.network import ReLUNetwork
from plsym.theory.case import Case
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]


def _rule(case: Case, subject: Any) -> None:
    if not isinstance(subject, ReLUNetwork):
        raise DomainError(f"one-input is about networks, not about a {type(subject).__name__}")
    case.require("the network has one input", subject.n_inputs == 1, f"it has {subject.n_inputs}")
    case.require("it has one output", subject.n_outputs == 1, f"it has {subject.n_outputs}")
    kinds = [type(node.op).__name__ for node in subject.nodes]
    chain = all(
        len(node.inputs) == 1 and isinstance(node.op, (ops.Affine, ops.ReLU))
        for node in subject.nodes
    )
    case.require("it is a chain of affine and ReLU layers", chain, ", ".join(kinds))
    widths = subject.widths
    found = subject.to_piecewise().num_pieces
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
