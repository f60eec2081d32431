"""An odd period makes oscillations grow: the rate of ICLR 2020 beside the sharp one."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from plsym.certify.counts import crossings
from plsym.certify.periods import period
from plsym.certify.writing import all_of
from plsym.dynamics.periodic import periodic_orbits
from plsym.exact.algebraic import algebraic
from plsym.piecewise import families
from plsym.piecewise.counting import crossing_numbers
from plsym.theory.case import Case
from plsym.theory.constants import at_least_power, function, positive, rho
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]


def _rule(case: Case, subject: Any, p: int = 5, t: int = 20) -> None:
    f = function(subject, "period-growth")
    length, steps = positive(p, "p"), positive(t, "t")
    case.require("p is odd and at least 3", length >= 3 and length % 2 == 1, f"p = {length}")
    found = periodic_orbits(f, length)
    case.require(
        f"f has a cycle of length {length}",
        bool(found.orbits),
        "" if found.orbits else "no point of that period exists, by exhaustive search",
    )
    # x^(p-1) - x^(p-2) - 1: a cycle of p - 1 intervals, one of which covers itself
    rate = algebraic([-1, *[0] * (length - 3), -1, 1], near=2)
    case.numbers |= {"rate": rate, "sharp rate": rho(length)}
    points: list[Any] = sorted(found.orbits[0].points)
    good = None
    for x, y in pairwise(points):
        counts = crossing_numbers(f, x, y, steps)
        if all(at_least_power(c, rate, n) for n, c in enumerate(counts, start=1)):
            good = x, y, counts
            break
    case.conclude(
        f"f^t crosses an interval between neighbours at least rate^t times, t = 1..{steps}",
        good is not None,
        "" if good is None else f"x = {good[0]}, y = {good[1]}; f^{steps} does {good[2][-1]} times",
    )
    sharp: Any = rho(length)
    case.conclude(
        f"rho_{length} of ICML 2020 is at least as large, larger for p > 3",
        bool(sharp > rate) if length > 3 else sharp == rate,
        f"{float(sharp):.6f} and {float(rate):.6f}",
    )
    if good is not None:
        x, y, _ = good
        case.certificate = all_of(period(f, length), crossings(f, x, y, steps))


THEOREM = Theorem(
    "period-growth",
    "If f has a cycle of odd length p, f^t crosses an interval between two of its points at least "
    "r^t times, r the largest root of x^(p-1) - x^(p-2) - 1; ICML 2020 improves r to rho_p.",
    "V. Chatziafratis, S. G. Nagarajan, I. Panageas, X. Wang, Depth-width trade-offs for ReLU "
    "networks via Sharkovsky's theorem, ICLR 2020, arXiv:1912.04378 (exponent as recalled)",
    _rule,
    (
        Instance("golden slope, p = 3", lambda: families.abs_map(rho(3)), {"p": 3, "t": 30}),
        Instance("the Stefan map, p = 5", lambda: families.stefan_map(5), {"p": 5, "t": 30}),
        Instance("slope 3/2, p = 7", lambda: families.abs_map("3/2"), {"p": 7, "t": 30}),
        Instance("slope 8/5, p = 3, which has none", lambda: families.abs_map("8/5"), {"p": 3}),
    ),
)
