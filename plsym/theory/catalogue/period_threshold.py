"""Which width a period demands of a depth."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from plsym.certify.counts import crossings
from plsym.certify.periods import period
from plsym.certify.writing import all_of
from plsym.depth.alternation import crossings_of
from plsym.depth.budgets import piece_budget, width_for
from plsym.dynamics.periodic import periodic_orbits
from plsym.exact.scalars import to_num, to_public
from plsym.piecewise import families
from plsym.theory.case import Case
from plsym.theory.constants import at_least_power, function, odd_part, positive, rho
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]


def _rule(case: Case, subject: Any, p: int = 3, t: int = 40, depth: int = 5) -> None:
    f = function(subject, "period-threshold")
    length, steps, l = positive(p, "p"), positive(t, "t"), positive(depth, "depth")
    d, q = odd_part(length)
    case.require("p is not a power of 2", q > 1, f"p = {length}")
    found = periodic_orbits(f, length)
    case.require(
        f"f has a cycle of length {length}",
        bool(found.orbits),
        "" if found.orbits else "no point of that period exists, by exhaustive search",
    )
    rate = rho(q)
    points = sorted(to_num(x) for x in found.orbits[0].points)
    best = max((crossings_of(f, steps, x, y) for x, y in pairwise(points)), key=lambda c: c.count)
    needed = width_for(best.count, l)
    case.numbers |= {"crossings": best.count, "width": needed, "rho": rate}
    power = steps >> d
    case.conclude(
        f"f^{steps} has at least rho_{q}^{power} crossings of an interval of the cycle",
        at_least_power(best.count, rate, power),
        f"{best.count} of [{to_public(best.x)}, {to_public(best.y)}]",
    )
    narrow = needed - 1
    case.conclude(
        f"networks of depth {l} and width {narrow} are off by (y - x)/2 somewhere",
        narrow < 1 or piece_budget([narrow] * l) < best.count,
        f"width {needed} is the first that allows {best.count} pieces",
    )
    case.certificate = all_of(
        period(f, length), crossings(f, to_public(best.x), to_public(best.y), steps)
    )


THEOREM = Theorem(
    "period-threshold",
    "If f has period p = 2^d q, q > 1 odd, a network of depth l that represents f^t has width at "
    "least rho_q^(floor(t/2^d)/l) - 1: each period has a threshold of its own.",
    "V. Chatziafratis, S. G. Nagarajan, I. Panageas, ICML 2020, arXiv:2003.00777 (as recalled), "
    "with (u + 1)^l in place of (2 u)^l",
    _rule,
    (
        Instance("golden slope, t = 40, l = 5", lambda: families.abs_map(rho(3))),
        Instance(
            "slope 1.618, period 5, t = 40, l = 3",
            lambda: families.abs_map("809/500"),
            {"p": 5, "t": 40, "depth": 3},
        ),
        Instance(
            "slope 7/5, period 6, t = 60, l = 2",
            lambda: families.abs_map("7/5"),
            {"p": 6, "t": 60, "depth": 2},
        ),
    ),
)
