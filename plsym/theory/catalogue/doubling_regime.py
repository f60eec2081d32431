"""Only powers of 2 as periods: laps grow like a polynomial."""

from __future__ import annotations

from typing import Any

from plsym.certify.counts import laps
from plsym.certify.periods import period_set_certificate
from plsym.certify.writing import all_of
from plsym.dynamics.degree import lap_degree
from plsym.dynamics.periodset import period_set
from plsym.piecewise import families
from plsym.piecewise.counting import lap_numbers
from plsym.theory.case import Case
from plsym.theory.constants import function, odd_part, positive
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]


def _rule(case: Case, subject: Any, n: int = 24) -> None:
    f = function(subject, "doubling-regime")
    steps = positive(n, "n")
    periods = period_set(f)
    q, odd = odd_part(periods.strongest)
    case.require(
        "all periods of f are powers of 2",
        odd == 1 and periods.complete,
        f"period {periods.strongest} occurs" if odd > 1 else f"the largest is {periods.strongest}",
    )
    degree = lap_degree(f)
    counts = lap_numbers(f, steps)
    case.numbers |= {"largest period": periods.strongest, "degree": degree, "laps": counts}
    case.conclude(
        f"the laps of f^n grow like n^d with d <= q + 1 = {q + 1}",
        degree is not None and degree <= q + 1,
        f"d = {degree}; laps {', '.join(map(str, counts[:8]))}, ...",
    )
    k = counts[0]
    case.conclude(
        f"they are at most (4 k n)^(q + 1) for the {k} laps of f, n = 1..{steps}",
        all(c <= (4 * k * i) ** (q + 1) for i, c in enumerate(counts, start=1)),
        f"{counts[-1]} for n = {steps}",
    )
    case.certificate = all_of(laps(f, steps), period_set_certificate(f, periods))


THEOREM = Theorem(
    "doubling-regime",
    "If 2^q is the largest period of f, the laps of f^n grow like a polynomial of degree at most "
    "q + 1.",
    "C. Sanford, V. Chatziafratis, AISTATS 2022, arXiv:2110.10295 (degree as recalled)",
    _rule,
    (
        Instance("min(tent, 4/5)", lambda: families.truncated_tent("4/5")),
        Instance("min(tent, 14/17)", lambda: families.truncated_tent("14/17")),
        Instance("min(tent, 212/257)", lambda: families.truncated_tent("212/257")),
        Instance("the tent map, which has none", families.tent),
    ),
)
