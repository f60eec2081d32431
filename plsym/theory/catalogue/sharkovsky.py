"""Sharkovsky's theorem: one period forces others."""

from __future__ import annotations

from typing import Any

from plsym.certify.periods import period
from plsym.certify.writing import all_of
from plsym.dynamics.periodic import find_periodic
from plsym.dynamics.sharkovsky import sharkovsky_precedes
from plsym.piecewise import families
from plsym.theory.case import Case
from plsym.theory.constants import function, positive
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]


def _rule(case: Case, subject: Any, m: int = 3, up_to: int = 12) -> None:
    f = function(subject, "sharkovsky")
    first, bound = positive(m, "m"), positive(up_to, "up_to")
    found = find_periodic(f, first)
    case.require(
        f"f has a point of least period {first}",
        bool(found),
        f"around {found.orbits[0].point}"
        if found.orbits
        else "none, by exhaustive search"
        if not found
        else f"all points of {found.families[0].interval}",
    )
    parts = [period(f, first)]
    for n in range(1, bound + 1):
        if n != first and sharkovsky_precedes(first, n):
            # found by search, not by the theorem
            there = bool(find_periodic(f, n))
            case.conclude(f"f has a point of least period {n}", there)
            parts.append(period(f, n))
    case.numbers["forced"] = [n for n in range(1, bound + 1) if sharkovsky_precedes(first, n)]
    case.certificate = all_of(*parts)


THEOREM = Theorem(
    "sharkovsky",
    "In the order 3, 5, 7, ..., 2 3, 2 5, ..., 4 3, ..., 8, 4, 2, 1 each period of a continuous "
    "map of an interval forces all later ones.",
    "A. N. Sharkovsky, Coexistence of cycles of a continuous map of the line into itself, "
    "Ukrainian Mathematical Journal 16 (1964), 61-71",
    _rule,
    (
        Instance("the Stefan map of period 3", lambda: families.stefan_map(3), {"m": 3}),
        Instance("slope 1.618, period 5", lambda: families.abs_map("809/500"), {"m": 5}),
        Instance("slope 7/5, period 6", lambda: families.abs_map("7/5"), {"m": 6}),
    ),
)
