"""Claim: the ReLU rate of trajectory growth in ICML 2017 is a lower bound as it stands."""

from __future__ import annotations

from typing import Any

from plsym.exact.rationals import rational
from plsym.theory.case import Case
from plsym.theory.constants import no_subject, positive
from plsym.theory.laws import claimed_rate, length_law
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]


def _rule(
    case: Case, subject: Any = None, width: int = 8, depth: int = 3, variance: Any = 2
) -> None:
    no_subject(subject, "trajectory-rate", "width, depth and variance")
    k, d = positive(width, "width"), positive(depth, "depth")
    spread = rational(variance)
    case.require("the variance is positive", spread > 0, str(spread))
    claimed, exact = claimed_rate(k, d, spread), length_law(k, d, spread)
    case.numbers |= {"claimed": claimed, "exact": exact}
    holds: bool | None = None
    if exact.lower >= claimed.upper:
        holds = True
    elif exact.upper < claimed.lower:
        holds = False
    case.conclude(
        "the expected length is at least (sigma_w sqrt(k)/sqrt(k + 1))^d times the length",
        holds,
        f"it is {float(exact):.6f}, and {float(claimed):.6f} is claimed",
    )


THEOREM = Theorem(
    "trajectory-rate",
    "With weights of variance sigma_w^2/k the expected length of a path after d ReLU layers of "
    "width k is at least (sigma_w sqrt(k)/sqrt(k + 1))^d times its length, without a constant.",
    "M. Raghu et al., ICML 2017, the ReLU rate as recalled, there with a constant",
    _rule,
    (
        Instance("k = 8, d = 3, variance 2", lambda: None),
        Instance("k = 64, d = 4, variance 2", lambda: None, {"width": 64, "depth": 4}),
    ),
)
