"""Odd chaos: one point that goes up once and comes back after an odd number of steps."""

from __future__ import annotations

from typing import Any

from plsym.certify.periods import period
from plsym.dynamics.chaos import odd_chaos
from plsym.dynamics.periodic import find_periodic
from plsym.piecewise import families
from plsym.theory.case import Case
from plsym.theory.constants import function, positive
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]


def _rule(case: Case, subject: Any, n: int = 3) -> None:
    f = function(subject, "odd-chaos")
    steps = positive(n, "n")
    case.require("n is odd and at least 3", steps >= 3 and steps % 2 == 1, f"n = {steps}")
    found = odd_chaos(f, steps)
    if found is None:
        case.fail(
            f"some x has f^{steps}(x) < x < f(x), or f^{steps}(x) > x > f(x)",
            "no breakpoint of the margin does, where it is greatest",
        )
    case.require(
        f"some x has f^{steps}(x) < x < f(x), or f^{steps}(x) > x > f(x)",
        True,
        f"x = {found.point}, f(x) = {found.orbit[1]}, f^{steps}(x) = {found.orbit[-1]}",
    )
    case.numbers |= {"x": found.point, "margin": found.margin, "radius": found.radius}
    case.conclude(f"f has a point of least period {steps}", bool(find_periodic(f, steps)))
    case.certificate = period(f, steps)


THEOREM = Theorem(
    "odd-chaos",
    "If f^n(x) <= x < f(x) for some x and an odd n >= 3 (or both reversed), then f has period n.",
    "T.-Y. Li, M. Misiurewicz, G. Pianigiani, J. A. Yorke, Odd chaos, Physics Letters A 87 (1982), "
    "271-273 (as recalled)",
    _rule,
    (
        Instance("slope 17/10, n = 3", lambda: families.abs_map("17/10"), {"n": 3}),
        Instance("slope 1.618, n = 5", lambda: families.abs_map("809/500"), {"n": 5}),
    ),
)
