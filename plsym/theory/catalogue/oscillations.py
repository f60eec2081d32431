"""A cycle of odd length makes the iterates oscillate, at a sharp exponential rate."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from plsym.certify.counts import crossings
from plsym.certify.periods import period
from plsym.certify.writing import all_of
from plsym.dynamics.periodic import periodic_orbits
from plsym.piecewise import families
from plsym.piecewise.counting import crossing_numbers
from plsym.theory.case import Case
from plsym.theory.constants import at_least_power, function, odd_part, positive, rho
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]


def _rule(case: Case, subject: Any, p: int = 3, t: int = 20) -> None:
    f = function(subject, "oscillations")
    length, steps = positive(p, "p"), positive(t, "t")
    d, q = odd_part(length)
    case.require("p is not a power of 2", q > 1, f"p = {length}")
    found = periodic_orbits(f, length)
    case.require(
        f"f has a cycle of length {length}",
        bool(found.orbits),
        "the points " + ", ".join(map(str, sorted(found.orbits[0].points)))
        if found.orbits
        else "no point of that period exists, by exhaustive search",
    )
    rate = rho(q)
    points: list[Any] = sorted(found.orbits[0].points)
    good = None
    for x, y in pairwise(points):
        counts = crossing_numbers(f, x, y, steps)
        if all(at_least_power(c, rate, n >> d) for n, c in enumerate(counts, start=1)):
            good = x, y, counts
            break
    power = "t" if d == 0 else f"floor(t / {1 << d})"
    statement = f"f^t crosses [x, y] at least rho_{q}^{power} times for t = 1..{steps}, "
    statement += "for two neighbours x < y on the cycle"
    if good is None:
        case.conclude(statement, False, "no two neighbours do")
        return
    x, y, counts = good
    case.numbers |= {"rho": rate, "x": x, "y": y, "crossings": list(counts)}
    case.conclude(statement, True, f"x = {x}, y = {y}; f^{steps} does so {counts[-1]} times")
    case.certificate = all_of(period(f, length), crossings(f, x, y, steps))


THEOREM = Theorem(
    "oscillations",
    "If f has a cycle of length p = 2^d q, q > 1 odd, then for two neighbours x < y on it f^t "
    "crosses [x, y] at least rho_q^floor(t / 2^d) times, rho_q the largest root of "
    "x^q - 2 x^(q-2) - 1.",
    "V. Chatziafratis, S. G. Nagarajan, I. Panageas, Better depth-width trade-offs for neural "
    "networks through the lens of dynamical systems, ICML 2020, arXiv:2003.00777, main lemma",
    _rule,
    (
        Instance("golden slope, p = 3", lambda: families.abs_map(rho(3)), {"p": 3, "t": 40}),
        Instance("the Stefan map, p = 5", lambda: families.stefan_map(5), {"p": 5, "t": 40}),
        Instance("the Stefan map, p = 7", lambda: families.stefan_map(7), {"p": 7, "t": 30}),
        Instance("slope 1.618, p = 5", lambda: families.abs_map("809/500"), {"p": 5, "t": 40}),
        Instance("slope 7/5, p = 6", lambda: families.abs_map("7/5"), {"p": 6, "t": 30}),
        Instance("slope 1.618, p = 3, which has none", lambda: families.abs_map("809/500")),
    ),
)
