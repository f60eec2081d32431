"""Claim: 1/6 is the least error on alternating points."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from plsym.depth.budgets import piece_budget
from plsym.theory.case import Case
from plsym.theory.catalogue.classification import sharp_error
from plsym.theory.constants import no_subject, positive
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]


def _rule(case: Case, subject: Any = None, k: int = 5, l: int = 1, m: int = 2) -> None:
    no_subject(subject, "sixth-is-sharp", "k, l and m")
    k, l, m = positive(k, "k"), positive(l, "l"), positive(m, "m")
    n = 2**k
    case.require(
        "the theorem applies: m <= 2^((k - 3)/l - 1)",
        (2 * m) ** l <= Fraction(2) ** (k - 3),
        f"(2 m)^l = {(2 * m) ** l}",
    )
    sharp = sharp_error(n, piece_budget([m] * l) + 1)
    with_power = sharp_error(n, (2 * m) ** l + 1)
    case.numbers |= {"error": sharp, "with (2 m)^l": with_power}
    case.conclude(
        f"a network of width {m} and depth {l} errs on no more than 1/6 of {n} alternating points",
        sharp <= Fraction(1, 6),
        f"each errs on at least {sharp} of them ({with_power} with (2 m)^l pieces)",
    )


THEOREM = Theorem(
    "sixth-is-sharp",
    "The constant 1/6 in Telgarsky's theorem on alternating points is the best.",
    "M. Telgarsky, arXiv:1509.08101, Theorem 1.1, states at least 1/6",
    _rule,
    (
        Instance("k = 5, l = 1, m = 2", lambda: None),
        Instance("k = 10, l = 2, m = 5", lambda: None, {"k": 10, "l": 2, "m": 5}),
    ),
)
