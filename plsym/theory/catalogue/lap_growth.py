"""Laps grow like the exponential of the entropy, from above."""

from __future__ import annotations

from fractions import Fraction
from math import exp, log
from typing import Any

from plsym.certify.counts import laps
from plsym.certify.rates import growth_certificate
from plsym.certify.writing import all_of
from plsym.dynamics.growth import growth
from plsym.piecewise import families
from plsym.piecewise.counting import lap_numbers
from plsym.theory.case import Case
from plsym.theory.constants import function, positive
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]


def _rule(case: Case, subject: Any, n: int = 60) -> None:
    f = function(subject, "lap-growth")
    steps = positive(n, "n")
    found = growth(f)
    counts = lap_numbers(f, steps)
    case.numbers |= {"laps": counts[-1], "lower": found.lower, "upper": found.upper}
    case.conclude(
        f"s^n <= laps of f^n for the growth number s, n = 1..{steps}",
        # the lower end, a long rational, to the power costs little
        all(Fraction(found.lower) ** i <= c for i, c in enumerate(counts, start=1)),
        f"f^{steps} has {counts[-1]} laps: s is at most {_root(counts[-1], steps)}, and lies "
        f"between {float(found.lower):.9f} and {float(found.upper):.9f}",
    )
    case.conclude(
        "laps are submultiplicative: l(f^(m+n)) <= l(f^m) l(f^n)",
        all(
            counts[i + j + 1] <= counts[i] * counts[j]
            for i in range(steps)
            for j in range(i, steps - i - 1)
        ),
    )
    case.certificate = all_of(laps(f, steps), growth_certificate(f, found))


def _root(count: int, n: int) -> str:
    return f"about {exp(log(count) / n):.6f}"


THEOREM = Theorem(
    "lap-growth",
    "The entropy of a piecewise monotone map is lim (1/n) log l(f^n) = inf (1/n) log l(f^n), l the "
    "number of laps: each n bounds it from above.",
    "M. Misiurewicz, W. Szlenk, Entropy of piecewise monotone mappings, Studia Mathematica 67 "
    "(1980), 45-63",
    _rule,
    (
        Instance("slope 1.618", lambda: families.abs_map("809/500")),
        Instance("min(tent, 6/7)", lambda: families.truncated_tent("6/7")),
        Instance("the cycle (2, 4, 1, 3)", lambda: families.connect_the_dots(2, 4, 1, 3)),
        Instance("min(tent, 4/5), entropy 0", lambda: families.truncated_tent("4/5")),
    ),
)
