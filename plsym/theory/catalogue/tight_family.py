"""For every odd p a map with the least slope that period p allows."""

from __future__ import annotations

from typing import Any

from plsym.certify.points import eventual_period
from plsym.dynamics.cycles import Cycle
from plsym.dynamics.orbits import least_period, orbit
from plsym.piecewise.families import abs_map
from plsym.theory.case import Case
from plsym.theory.constants import no_subject, positive, rho
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]


def _rule(case: Case, subject: Any = None, p: int = 3) -> None:
    no_subject(subject, "tight-family", "p")
    length = positive(p, "p")
    case.require("p is odd and at least 3", length >= 3 and length % 2 == 1, f"p = {length}")
    rate = rho(length)
    f = abs_map(rate)
    found = least_period(f, 0, length)
    case.numbers |= {"rho": rate}
    case.conclude(f"0 has least period {length} under rho_{length} |x| - 1", found == length)
    if found == length:
        cycle = Cycle.from_points(orbit(f, 0, length - 1))
        case.conclude("its cycle is a Stefan cycle", cycle.is_stefan, str(cycle.one_line))
        case.certificate = eventual_period(f, 0)
    case.conclude(f"the Lipschitz constant is rho_{length}", f.lipschitz == rate, str(rate))


THEOREM = Theorem(
    "tight-family",
    "For every odd p >= 3 the map rho_p |x| - 1 has 0 as a point of least period p, and its "
    "Lipschitz constant rho_p is the least possible.",
    "V. Chatziafratis, S. G. Nagarajan, I. Panageas, Better depth-width trade-offs for neural "
    "networks through the lens of dynamical systems, ICML 2020, arXiv:2003.00777 (as recalled)",
    _rule,
    tuple(Instance(f"p = {p}", lambda: None, {"p": p}) for p in (3, 5, 7, 9, 11)),
)
