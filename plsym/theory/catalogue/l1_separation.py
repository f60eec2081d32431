"""Periods separate depths in L1, with explicit constants."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

from plsym.certify.counts import crossings
from plsym.certify.distances import distance
from plsym.certify.periods import period
from plsym.certify.writing import all_of
from plsym.depth.alternation import crossings_of
from plsym.depth.budgets import piece_budget
from plsym.depth.calculator import rounded_down
from plsym.dynamics.periodic import periodic_orbits
from plsym.exact.scalars import lower_end, to_num, to_public
from plsym.piecewise import families
from plsym.theory.case import Case
from plsym.theory.constants import function, odd_part, positive, rho
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]


def _rule(
    case: Case, subject: Any, p: int = 3, t: int = 40, width: int = 20, depth: int = 2
) -> None:
    f = function(subject, "l1-separation")
    length, steps = positive(p, "p"), positive(t, "t")
    u, l = positive(width, "width"), positive(depth, "depth")
    d, q = odd_part(length)
    case.require("p is odd and at least 3", d == 0 and q > 1, f"p = {length}")
    found = periodic_orbits(f, length)
    case.require(
        f"f has a cycle of length {length}",
        bool(found.orbits),
        "" if found.orbits else "no point of that period exists, by exhaustive search",
    )
    rate = rho(q)
    case.require(
        "the Lipschitz constant of f is rho_p: f is tight",
        f.lipschitz == rate,
        f"it is {f.lipschitz}, and rho_{q} is about {float(rate):.9f}",
    )
    pieces = piece_budget([u] * l)
    # u <= rho^(t/l) / 8
    power: Any = rate**steps
    case.require(
        f"u <= rho_{q}^(t/l) / 8 for u = {u}, t = {steps}, l = {l}",
        bool(power >= (8 * u) ** l),
        f"(8 u)^l = {(8 * u) ** l}, rho_{q}^{steps} is about {float(power):.6g}",
    )
    points = sorted(to_num(x) for x in found.orbits[0].points)
    best = max(
        (crossings_of(f, steps, x, y) for x, y in pairwise(points)), key=lambda c: c.l1(pieces)
    )
    bound = best.l1(pieces)
    gap = best.y - best.x
    promise = lower_end(Fraction(3, 32) * gap * gap - gap * gap / (4 * to_num(power)))
    case.numbers |= {"bound": bound, "promise": promise, "crossings": best.count, "N": pieces}
    case.conclude(
        "the integral of |f^t - g| is at least (3/32)(y - x)^2 - (y - x)^2 / (4 rho^t) "
        "for every network g of that width and depth",
        bound >= promise > 0,
        f"at least {rounded_down(bound, 9)}, and {rounded_down(promise, 9)} is promised",
    )
    case.certificate = all_of(
        period(f, length),
        crossings(f, to_public(best.x), to_public(best.y), steps),
        distance(f, steps, pieces),
    )


THEOREM = Theorem(
    "l1-separation",
    "Let f have an odd period p and Lipschitz constant rho_p, and u <= rho_p^(t/l)/8. Every "
    "network g of width u and depth l is at L1 distance at least (m - N)(y - x)^2/(8 rho_p^t) from "
    "f^t, which crosses [x, y] m times; that is a constant that does not depend on t.",
    "V. Chatziafratis, S. G. Nagarajan, I. Panageas, ICML 2020, arXiv:2003.00777 (with a constant "
    "that depends on f, as recalled); the explicit constant by counting sides of lobes",
    _rule,
    (
        Instance(
            "golden slope, t = 40, depth 2",
            lambda: families.abs_map(rho(3)),
            {"p": 3, "t": 40, "width": 20, "depth": 2},
        ),
        Instance(
            "slope rho_5, t = 60, depth 3",
            lambda: families.abs_map(rho(5)),
            {"p": 5, "t": 60, "width": 20, "depth": 3},
        ),
        Instance(
            "slope 1.618, p = 3, which has none",
            lambda: families.abs_map("809/500"),
            {"p": 3},
        ),
    ),
)
