"""Claim: a map has a period; the experiment's map 1.618 |x| - 1 has no 3-cycle."""

from __future__ import annotations

from typing import Any

from plsym.certify.periods import period
from plsym.certify.periods import periods as periods_certified
from plsym.dynamics.periodic import find_periodic
from plsym.piecewise import families
from plsym.theory.case import Case
from plsym.theory.constants import function, positive
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]


def _rule(case: Case, subject: Any, p: int = 3) -> None:
    f = function(subject, "has-period")
    length = positive(p, "p")
    found = find_periodic(f, length)
    if found:
        where = found.orbits[0].point if found.orbits else f"all of {found.families[0].interval}"
        case.conclude(f"f has a point of least period {length}", True, f"{where}")
        case.certificate = period(f, length)
        return
    x: Any = 0
    witness = "no itinerary of that length closes up, by exhaustive search"
    low, high = f.domain
    if low <= 0 <= high:
        for _ in range(length):
            x = f(x)
        witness += f"; f^{length}(0) = {x}"
    case.conclude(f"f has a point of least period {length}", False, witness)
    case.certificate = periods_certified(f, up_to=length)


THEOREM = Theorem(
    "has-period",
    "f has a point of least period p.",
    "claimed for f(x) = 1.618 |x| - 1 and p = 3 where the slope stands for the golden mean",
    _rule,
    (
        Instance("1.618 |x| - 1, p = 3", lambda: families.abs_map("809/500")),
        Instance("slope 8/5, p = 3", lambda: families.abs_map("8/5")),
        Instance("slope 13/8, p = 3", lambda: families.abs_map("13/8")),
        Instance("the golden slope, p = 3", lambda: families.abs_map(_golden())),
        Instance("1.618 |x| - 1, p = 5", lambda: families.abs_map("809/500"), {"p": 5}),
    ),
)


def _golden() -> Any:
    from plsym.exact.algebraic import golden

    return golden()
