"""Deep sawtooths are far from shallow networks in L1, with the sharp constant."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from plsym.certify.distances import distance
from plsym.depth.calculator import rounded_down
from plsym.depth.windows import Windows
from plsym.piecewise.families import tent
from plsym.theory.case import Case
from plsym.theory.constants import no_subject, positive
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]


def _rule(case: Case, subject: Any = None, L: int = 2) -> None:
    no_subject(subject, "sawtooth-l1", "L")
    layers = positive(L, "L")
    case.require("L >= 2", layers >= 2, f"L = {layers}")
    t = layers**2 + 2
    # 2^L nodes in at most L layers: the product of n_i + 1 is largest for equal widths
    nodes = 2**layers
    share, extra = divmod(nodes, layers)
    pieces = (share + 2) ** extra * (share + 1) ** (layers - extra)
    case.require(
        "networks with 2^L nodes in L layers have at most 2^(L^2) pieces",
        pieces <= 2 ** (layers**2),
        f"at most {pieces}",
    )
    table = next(iter(Windows(tent(), t).tables()))
    bound = table.bound(2 ** (layers**2))
    better = table.bound(pieces)
    case.numbers |= {"t": t, "bound": bound, "with the product": better}
    formula = Fraction(1, 4) * (1 - Fraction(2 ** (layers**2) - 1, 2 ** (t - 1)))
    case.conclude(
        f"the integral of |T^{t} - g| is at least 1/32 for all such g",
        bound >= Fraction(1, 32),
        f"it is at least {bound if t < 20 else float(bound)}",
    )
    case.certificate = distance(tent(), t, 2 ** (layers**2))
    case.conclude(
        "sharper: at least (1/4)(1 - (N - 1)/2^(t - 1)) for N pieces, which is above 1/8",
        bound == formula > Fraction(1, 8),
        f"with N = {pieces}, the most that the widths allow, {rounded_down(better, 9)}",
    )


THEOREM = Theorem(
    "sawtooth-l1",
    "For L >= 2 the (L^2 + 2)-fold tent map is at L1 distance at least 1/32 from all networks "
    "with at most 2^L nodes and L layers; sharper, (1/4)(1 - (N - 1)/2^(t - 1)) > 1/8.",
    "M. Telgarsky, Deep learning theory lecture notes, Theorem 5.1, after COLT 2016, Theorem 1.1; "
    "the sharper constant by counting full periods: each breakpoint of g spoils one",
    _rule,
    tuple(Instance(f"L = {n}", lambda: None, {"L": n}) for n in (2, 3, 5, 8)),
)
