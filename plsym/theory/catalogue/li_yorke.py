"""Period three, from three steps of one point."""

from __future__ import annotations

from typing import Any

from plsym.certify.periods import period
from plsym.dynamics.chaos import li_yorke
from plsym.dynamics.periods import periods
from plsym.piecewise import families
from plsym.theory.case import Case
from plsym.theory.constants import function, positive
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]


def _rule(case: Case, subject: Any, up_to: int = 12) -> None:
    f = function(subject, "li-yorke")
    bound = positive(up_to, "up_to")
    found = li_yorke(f)
    statement = "some x has f^3(x) < x < f(x) < f^2(x), or all reversed"
    if found is None:
        case.fail(statement, "the least of the three gaps is nowhere positive")
    case.require(statement, True, "x, f(x), f^2(x), f^3(x) = " + ", ".join(map(str, found.orbit)))
    case.numbers |= {"x": found.point, "margin": found.margin, "radius": found.radius}
    everything = periods(f, bound) == tuple(range(1, bound + 1))
    case.conclude(f"f has all periods from 1 to {bound}", everything)
    case.certificate = period(f, 3)


THEOREM = Theorem(
    "li-yorke",
    "If f^3(x) <= x < f(x) < f^2(x) for some x, then f has points of all periods.",
    "T.-Y. Li, J. A. Yorke, Period three implies chaos, American Mathematical Monthly 82 (1975), "
    "985-992, Theorem 1",
    _rule,
    (
        Instance("slope 17/10", lambda: families.abs_map("17/10")),
        Instance("the tent map", families.tent),
    ),
)
