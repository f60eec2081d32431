"""A period needs steep slopes."""

from __future__ import annotations

from typing import Any

from plsym.certify.periods import period
from plsym.dynamics.periodic import find_periodic
from plsym.piecewise import families
from plsym.theory.case import Case
from plsym.theory.constants import function, odd_part, positive, reaches, rho
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]


def _rule(case: Case, subject: Any, p: int = 3) -> None:
    f = function(subject, "lipschitz")
    length = positive(p, "p")
    d, q = odd_part(length)
    case.require("p is not a power of 2", q > 1, f"p = {length}")
    case.require(f"f has a point of least period {length}", bool(find_periodic(f, length)))
    constant: Any = f.lipschitz
    holds = reaches(constant, length)
    case.numbers |= {"lipschitz": constant, "rho": rho(q)}
    root = f"rho_{q}" if d == 0 else f"rho_{q}^(1/{1 << d})"
    case.conclude(f"the Lipschitz constant of f is at least {root}", holds, f"it is {constant}")
    case.certificate = period(f, length)


THEOREM = Theorem(
    "lipschitz",
    "A map of a bounded interval with period 2^d q, q > 1 odd, has Lipschitz constant at least "
    "rho_q^(1/2^d); so a smaller constant excludes the period.",
    "V. Chatziafratis, S. G. Nagarajan, I. Panageas, Better depth-width trade-offs for neural "
    "networks through the lens of dynamical systems, ICML 2020, arXiv:2003.00777",
    _rule,
    (
        Instance("golden slope, p = 3", lambda: families.abs_map(rho(3)), {"p": 3}),
        Instance("slope 1.618, p = 5", lambda: families.abs_map("809/500"), {"p": 5}),
        Instance("slope 7/5, p = 6", lambda: families.abs_map("7/5"), {"p": 6}),
    ),
)
