"""Claim: every network of given widths has at least a given L1 error on f^t."""

from __future__ import annotations

from typing import Any

from plsym.certify.distances import distance
from plsym.depth.calculator import separation
from plsym.exact.enclosure import Enclosure
from plsym.exact.rationals import rational
from plsym.piecewise import families
from plsym.theory.case import Case
from plsym.theory.constants import function, positive, widths_of
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]


def _rule(
    case: Case, subject: Any, t: int = 40, widths: Any = (20, 20), error: Any = "1/4"
) -> None:
    f = function(subject, "error-at-least")
    steps, goal = positive(t, "t"), rational(error)
    found = separation(f, steps, widths_of(widths))
    bound, constant = found.l1, found.constant.l1
    reached = constant.upper if isinstance(constant, Enclosure) else constant
    case.numbers |= {"bound": bound.value, "constant": reached}
    holds: bool | None = None
    witness = f"at least {bound}; the best constant reaches {float(reached):.6g}"
    if bound.value >= goal:
        holds = True
        case.certificate = distance(f, steps, found.rows[-1].pieces)
    elif reached < goal:
        holds, witness = (
            False,
            f"the constant {found.constant.median} has error {float(reached):.6g}",
        )
    elif found.representations[-1].at_most <= min(found.widths):
        holds, witness = False, "a network of these widths is f^t"
    case.conclude(
        f"every network of widths {found.widths} has L1 error at least {goal} on f^{steps}",
        holds,
        witness,
    )


THEOREM = Theorem(
    "error-at-least",
    "Every network of the given widths is at L1 distance at least ``error`` from f^t.",
    "any claimed constant of depth separation",
    _rule,
    (
        Instance(
            "1.618 |x| - 1, t = 40, widths 20, 20, at least 3/4",
            lambda: families.abs_map("809/500"),
            {"error": "3/4"},
        ),
        Instance("the same, at least 4/5", lambda: families.abs_map("809/500"), {"error": "4/5"}),
        Instance(
            "1.618 |x| - 1, t = 8, widths 10, 10, at least 1/100",
            lambda: families.abs_map("809/500"),
            {"t": 8, "widths": (10, 10), "error": "1/100"},
        ),
    ),
)
