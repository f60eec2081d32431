"""Claim: the ReLU rate of trajectory growth in ICML 2017 is a lower bound as it stands."""

from __future__ import annotations

import math
from typing import Any

from plsym.theory.case import Case
from plsym.theory.constants import no_subject, positive
from plsym.theory.laws import length_factor, sampled_lengths
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]


def _rule(
    case: Case, subject: Any = None, width: int = 8, depth: int = 3, variance: Any = 2
) -> None:
    no_subject(subject, "trajectory-rate", "width, depth and variance")
    k, d = positive(width, "width"), positive(depth, "depth")
    case.require("the variance is positive", variance > 0, str(variance))
    sw = math.sqrt(variance)
    claimed = (sw * math.sqrt(k) / math.sqrt(k + 1)) ** d
    exact = (sw * length_factor(k)) ** d
    sample = sampled_lengths(k, d, sw, 0.0, 400)
    case.numbers |= {"claimed": claimed, "exact": exact, "sampled": sample.mean}
    case.conclude(
        "the expected length is at least (sigma_w sqrt(k)/sqrt(k + 1))^d times the length",
        exact >= claimed,
        f"it is {exact:.6f}, less than {claimed:.6f}; a sample has {sample.mean:.4f} +- "
        f"{sample.error:.4f}",
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
