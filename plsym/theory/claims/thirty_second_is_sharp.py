"""Claim: 1/32 is the best constant of the L1 separation by sawtooths."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from plsym.depth.calculator import rounded_down
from plsym.depth.windows import Windows
from plsym.piecewise.families import tent
from plsym.theory.case import Case
from plsym.theory.constants import no_subject, positive
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]


def _rule(case: Case, subject: Any = None, L: int = 3) -> None:
    no_subject(subject, "thirty-second-is-sharp", "L")
    layers = positive(L, "L")
    case.require("L >= 2", layers >= 2, f"L = {layers}")
    t = layers**2 + 2
    bound = next(iter(Windows(tent(), t).tables())).bound(2 ** (layers**2))
    case.numbers["bound"] = bound
    case.conclude(
        f"some network with 2^{layers} nodes and {layers} layers is within 1/32 of T^{t} in L1",
        bound <= Fraction(1, 32),
        f"all are at least {rounded_down(bound, 9)} > 1/8 away",
    )


THEOREM = Theorem(
    "thirty-second-is-sharp",
    "The constant 1/32 in the L1 separation of sawtooths is the best.",
    "M. Telgarsky, Deep learning theory lecture notes, Theorem 5.1, states at least 1/32",
    _rule,
    (Instance("L = 2", lambda: None, {"L": 2}), Instance("L = 3", lambda: None)),
)
