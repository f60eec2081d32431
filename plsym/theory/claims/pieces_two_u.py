"""Claim: depth l and width u can have (2 u)^l pieces."""

from __future__ import annotations

from typing import Any

from plsym.depth.budgets import piece_budget
from plsym.theory.case import Case
from plsym.theory.constants import no_subject, positive
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]


def _rule(case: Case, subject: Any = None, u: int = 20, l: int = 5) -> None:
    no_subject(subject, "pieces-two-u", "u and l")
    width, depth = positive(u, "u"), positive(l, "l")
    most, claimed = piece_budget([width] * depth), (2 * width) ** depth
    case.numbers |= {"most": most, "claimed": claimed}
    case.conclude(
        f"some network of depth {depth} and width {width} has (2 u)^l = {claimed} pieces",
        most >= claimed,
        f"none has more than {most}; (u + 1)^l can always replace (2 u)^l",
    )


THEOREM = Theorem(
    "pieces-two-u",
    "The bound (2 u)^l on the pieces of a network with one input cannot be improved.",
    "M. Telgarsky, arXiv:1509.08101, Lemma 2.1, gives it as an upper bound",
    _rule,
    (
        Instance("u = 20, l = 5", lambda: None),
        Instance("u = 3, l = 2", lambda: None, {"u": 3, "l": 2}),
        Instance("u = 1, l = 1", lambda: None, {"u": 1, "l": 1}),
    ),
)
