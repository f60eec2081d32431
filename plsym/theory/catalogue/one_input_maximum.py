"""The most pieces of a network with one input, attained."""

from __future__ import annotations

from math import prod
from typing import Any

from plsym.depth.budgets import piece_budget
from plsym.regions.counting import count_regions
from plsym.regions.examples import most_pieces_network
from plsym.regions.formulas import checked_widths
from plsym.theory.case import Case
from plsym.theory.constants import no_subject, on_all_breakpoints, widths_of
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]


def _rule(case: Case, subject: Any = None, widths: Any = (3, 3)) -> None:
    no_subject(subject, "one-input-maximum", "widths")
    _, chosen = checked_widths(1, widths_of(widths))
    most = prod(n + 1 for n in chosen)
    factors = " ".join(f"({n} + 1)" for n in chosen)
    case.numbers |= {"bound": most}
    for i, n in enumerate(chosen[:-1], start=1):
        witness = ""
        if n < 3 and len(chosen) == 2:
            less = piece_budget(chosen)
            witness = f"networks of widths {chosen} have at most {less} pieces, not {most}"
        elif n < 3:
            witness = f"n_{i} = {n}: a layer of {n} neurons folds a line fewer than {n + 1} times"
        case.require(f"hidden layer {i} has at least 3 neurons", n >= 3, witness)
    case.require(
        "the last hidden layer has at least 2 neurons",
        chosen[-1] >= 2,
        "" if chosen[-1] >= 2 else "with one neuron, pieces are joined by its flat side",
    )
    net = most_pieces_network(chosen)
    found = net.to_piecewise().num_pieces
    affine = count_regions(net, definition="affine")
    case.numbers |= {"pieces": found}
    case.conclude(f"a network has {factors} = {most} pieces", found == most, f"it has {found}")
    case.conclude(
        "no two of its pieces are parts of one affine map",
        affine == most,
        f"it has {affine} different affine maps",
    )
    case.certificate = on_all_breakpoints(net)


THEOREM = Theorem(
    "one-input-maximum",
    "For hidden widths n_1, ..., n_l, all but the last at least 3 and the last at least 2, some "
    "ReLU network with one input has exactly (n_1 + 1) ... (n_l + 1) pieces.",
    "T. Serra, C. Tjandraatmadja, S. Ramalingam, Bounding and counting linear regions of deep "
    "neural networks, ICML 2018 (Theorem 5 of the ICLR 2018 submission); the explicit rational "
    "network is our own",
    _rule,
    (
        Instance("widths 3, 3, 3", lambda: None, {"widths": (3, 3, 3)}),
        Instance("widths 6, 5, 2", lambda: None, {"widths": (6, 5, 2)}),
        Instance("widths 3, 3, 3, 3", lambda: None, {"widths": (3, 3, 3, 3)}),
        Instance("widths 2, 3, which are too narrow", lambda: None, {"widths": (2, 3)}),
    ),
)
