"""Positive entropy, a period that is no power of 2, exponential laps: one and the same."""

from __future__ import annotations

from typing import Any

from plsym.certify.periods import period_set_certificate
from plsym.certify.rates import growth_certificate
from plsym.certify.writing import all_of
from plsym.dynamics.degree import lap_degree
from plsym.dynamics.growth import growth
from plsym.dynamics.periodset import period_set
from plsym.piecewise import families
from plsym.theory.case import Case
from plsym.theory.constants import function, odd_part, positive
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]


def _rule(case: Case, subject: Any, up_to: int = 40) -> None:
    f = function(subject, "phase-transition")
    found = growth(f)
    periods = period_set(f, up_to=positive(up_to, "up_to"))
    odd = odd_part(periods.strongest)[1] > 1
    degree = lap_degree(f)
    chaotic: bool | None = None
    if found.lower > 1:
        chaotic = True
    elif found.upper == 1 or (found.exact is not None and found.exact == 1):
        chaotic = False
    case.numbers |= {"growth": found.exact, "lower": found.lower, "strongest": periods.strongest}
    case.conclude(
        "the growth number is above 1 if and only if a period is no power of 2",
        None if chaotic is None or not (odd or periods.complete) else chaotic == odd,
        f"growth number {'above' if chaotic else 'equal to'} 1, strongest period "
        f"{periods.strongest}",
    )
    case.conclude(
        "laps grow like a polynomial if and only if it is 1",
        None if chaotic is None else (degree is None) == chaotic,
        "exponentially" if degree is None else f"degree {degree}",
    )
    parts = [growth_certificate(f, found)]
    if periods.complete:
        parts.append(period_set_certificate(f, periods))
    case.certificate = all_of(*parts)


THEOREM = Theorem(
    "phase-transition",
    "For a piecewise monotone map these are equivalent: the growth number is above 1; some period "
    "is no power of 2; laps grow exponentially.",
    "M. Misiurewicz, Horseshoes for mappings of the interval, Bull. Acad. Polon. Sci. 27 (1979), "
    "167-169; used by C. Sanford, V. Chatziafratis, AISTATS 2022",
    _rule,
    (
        Instance("min(tent, 14/17)", lambda: families.truncated_tent("14/17")),
        Instance("min(tent, 52/63)", lambda: families.truncated_tent("52/63")),
        Instance("slope 11/10", lambda: families.abs_map("11/10")),
        Instance("slope 1", lambda: families.abs_map(1)),
        Instance("the Stefan map of period 5", lambda: families.stefan_map(5)),
    ),
)
