"""The growth rates of odd periods decrease to sqrt 2 and never reach it."""

from __future__ import annotations

from typing import Any

from plsym.theory.case import Case
from plsym.theory.constants import no_subject, positive, reaches, rho
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]


def _rule(case: Case, subject: Any = None, up_to: int = 15) -> None:
    no_subject(subject, "universal-constant", "up_to")
    bound = positive(up_to, "up_to")
    case.require("up_to >= 5", bound >= 5, f"up_to = {bound}")
    odd = list(range(3, bound + 1, 2))
    rates = [rho(p) for p in odd]
    case.numbers |= {f"rho_{p}": r for p, r in zip(odd, rates, strict=True)}
    for p, r in zip(odd, rates, strict=True):
        square: Any = r * r
        case.conclude(
            f"rho_{p}^2 - 2 = rho_{p}^-{p - 2} > 0, so rho_{p} > sqrt(2)",
            bool((square - 2) * r ** (p - 2) == 1 and square > 2),
            f"rho_{p} is about {float(r):.12f}",
        )
    falls = all(not reaches(b, p) for p, b in zip(odd, rates[1:], strict=False))
    case.conclude("the rates decrease strictly", falls)
    last = rates[-1]
    # rho_p^2 - 2 < sqrt(2)^-(p - 2), which tends to 0
    case.conclude(
        f"rho_{odd[-1]}^2 - 2 < 2^-({odd[-1]} - 2)/2, which tends to 0",
        bool((last * last - 2) ** 2 * 2 ** (odd[-1] - 2) < 1),
    )


THEOREM = Theorem(
    "universal-constant",
    "The numbers rho_p, p odd, decrease strictly to sqrt(2) and are all above it: any map with an "
    "odd period has oscillations growing at least like sqrt(2)^t.",
    "V. Chatziafratis, S. G. Nagarajan, I. Panageas, ICML 2020, arXiv:2003.00777; the identity "
    "rho_p^2 - 2 = rho_p^(2-p) restates the equation of rho_p",
    _rule,
    (Instance("p up to 15", lambda: None, {"up_to": 15}),),
)
