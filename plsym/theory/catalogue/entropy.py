"""Periods bound the growth number from below."""

from __future__ import annotations

from typing import Any

from plsym.certify.periods import period
from plsym.certify.rates import growth_certificate
from plsym.certify.writing import all_of
from plsym.dynamics.growth import growth
from plsym.dynamics.periodic import find_periodic
from plsym.piecewise import families
from plsym.theory.case import Case
from plsym.theory.constants import function, odd_part, positive, reaches, rho
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]


def _rule(case: Case, subject: Any, p: int = 3) -> None:
    f = function(subject, "entropy")
    length = positive(p, "p")
    d, q = odd_part(length)
    case.require("p is not a power of 2", q > 1, f"p = {length}")
    there = find_periodic(f, length)
    case.require(f"f has a point of least period {length}", bool(there))
    found = growth(f)
    rate = rho(q)
    if found.exact is not None:
        holds: bool | None = reaches(found.exact, length)
    else:
        holds = True if reaches(found.lower, length) else None
        if not reaches(found.upper, length):
            holds = False
    root = f"rho_{q}" if d == 0 else f"rho_{q}^(1/{1 << d})"
    case.numbers |= {"lower": found.lower, "upper": found.upper, "exact": found.exact, "rho": rate}
    case.conclude(
        f"the growth number of f is at least {root}",
        holds,
        f"it is {found.exact}"
        if found.exact is not None
        else f"it lies between {float(found.lower):.9f} and {float(found.upper):.9f}",
    )
    case.certificate = all_of(period(f, length), growth_certificate(f, found))


THEOREM = Theorem(
    "entropy",
    "A map with period 2^d q, q > 1 odd, has growth number at least rho_q^(1/2^d), where rho_q is "
    "the largest root of x^q - 2 x^(q-2) - 1.",
    "L. Block, J. Guckenheimer, M. Misiurewicz, L.-S. Young, Periodic points and topological "
    "entropy of one dimensional maps, Lecture Notes in Mathematics 819 (1980), 18-34",
    _rule,
    (
        Instance("the Stefan map of period 5", lambda: families.stefan_map(5), {"p": 5}),
        Instance("the Stefan map of period 7", lambda: families.stefan_map(7), {"p": 7}),
        Instance("slope 7/5, p = 6", lambda: families.abs_map("7/5"), {"p": 6}),
        Instance(
            "a bimodal map",
            lambda: families.connect_the_dots(2, 4, 1, 3),
            {"p": 3},
        ),
    ),
)
