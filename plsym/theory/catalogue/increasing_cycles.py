"""Increasing cycles: the largest growth that a unimodal cycle of its length can force."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import Any

from plsym.certify.periods import period
from plsym.certify.rates import growth_certificate
from plsym.certify.writing import all_of
from plsym.dynamics.cycles import Cycle
from plsym.dynamics.growth import growth
from plsym.dynamics.orbits import orbit
from plsym.dynamics.periodic import periodic_orbits
from plsym.exact.algebraic import algebraic, golden
from plsym.piecewise import families
from plsym.theory.case import Case
from plsym.theory.constants import at_least, function, positive
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]


def _rule(case: Case, subject: Any, p: int = 4) -> None:
    f = function(subject, "increasing-cycles")
    length = positive(p, "p")
    case.require("p >= 3", length >= 3, f"p = {length}")
    rising = None
    for found in periodic_orbits(f, length).orbits:
        cycle = Cycle.from_points(orbit(f, found.point, length - 1))
        if cycle.is_increasing:
            rising = found
            break
    case.require(
        f"f has an increasing cycle of length {length}: x_1 < ... < x_p, each mapped to the next",
        rising is not None,
        "" if rising is None else f"x_1 = {min(rising.points)}",
    )
    rate = algebraic([-1] * (length - 1) + [1], near=2)
    found_growth = growth(f)
    case.numbers |= {"rate": rate, "growth": found_growth.exact, "lower": found_growth.lower}
    case.conclude(
        f"the growth number is at least the root r of x^{length - 1} = x^{length - 2} + ... + 1",
        at_least(found_growth, rate),
        f"r is about {float(rate):.9f}, the growth number about {float(found_growth.lower):.9f}",
    )
    floor: Any = Fraction(2) - Fraction(4, 2**length)
    case.conclude(
        "r lies in [max(2 - 4/2^p, golden mean), 2)",
        bool(floor <= rate < 2 and rate >= golden()),
        f"2 - 4/2^{length} = {floor}",
    )
    case.certificate = all_of(period(f, length), growth_certificate(f, found_growth))


THEOREM = Theorem(
    "increasing-cycles",
    "A map with an increasing cycle of length p, x_1 -> x_2 -> ... -> x_p -> x_1, has growth "
    "number at least r_p, the root of x^(p-1) = x^(p-2) + ... + 1 in [2 - 4/2^p, 2).",
    "C. Sanford, V. Chatziafratis, Expressivity of neural networks via chaotic itineraries beyond "
    "Sharkovsky's theorem, AISTATS 2022, arXiv:2110.10295 (bounds as recalled)",
    _rule,
    (
        *(
            Instance(
                f"the dots of the cycle of length {p}",
                partial(families.connect_the_dots, *range(2, p + 1), 1),
                {"p": p},
            )
            for p in (3, 4, 5, 8, 12)
        ),
        Instance("the tent map, p = 6", families.tent, {"p": 6}),
    ),
)
