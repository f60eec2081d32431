"""How a random network stretches a path: the exact expectation, beside samples."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from plsym.exact.rationals import rational
from plsym.theory.case import Case
from plsym.theory.constants import no_subject, positive
from plsym.theory.laws import length_factor, sampled_lengths
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]


def _rule(
    case: Case,
    subject: Any = None,
    width: int = 8,
    depth: int = 3,
    variance: Any = 2,
    biased: int = 0,
    samples: int = 200,
) -> None:
    no_subject(subject, "trajectory-length", "width, depth, variance, biased and samples")
    k, d, size = positive(width, "width"), positive(depth, "depth"), positive(samples, "samples")
    spread = rational(variance)
    case.require("the variance is positive", spread > 0, str(spread))
    case.require("there are at least 30 samples", size >= 30, str(size))
    factor = length_factor(k)
    sample = sampled_lengths(k, d, spread, 1.0 if biased else 0.0, size)
    case.numbers |= {"c_k": factor, "law": sample.law, "mean": sample.mean}
    case.conclude(
        f"the mean length after {d} layers of width {k} agrees with (sigma_w c_{k})^{d} times the "
        "length",
        sample.agrees,
        str(sample),
    )
    # sqrt(2) c_k is within 1/k^2 of 1 - 5/(8 k): compare squares
    target = 1 - Fraction(5, 8 * k)
    room = Fraction(1, k * k)
    case.conclude(
        f"sqrt(2) c_{k} lies within 1/{k}^2 of 1 - 5/(8 {k})",
        2 * factor.upper**2 < (target + room) ** 2
        and (target <= room or 2 * factor.lower**2 > (target - room) ** 2),
        f"c_{k} is about {float(factor):.9f}",
    )


THEOREM = Theorem(
    "trajectory-length",
    "With weights N(0, sigma_w^2/k) and symmetric biases, a ReLU layer of width k multiplies the "
    "expected length of every path by sigma_w c_k, c_k = E sqrt(chi^2_B/k) with B ~ Bin(k, 1/2). "
    "Checked on seeded samples, with a stated confidence.",
    "M. Raghu, B. Poole, J. Kleinberg, S. Ganguli, J. Sohl-Dickstein, ICML 2017 (growth); "
    "B. Hanin, R. Jeong, D. Rolnick, Deep ReLU networks preserve expected length, ICLR 2022; the "
    "exact factor by conditioning on which neurons are active",
    _rule,
    (
        Instance("width 8, depth 3, variance 2", lambda: None),
        Instance("the same with biases", lambda: None, {"biased": 1}),
        Instance(
            "width 16, depth 4, variance 4", lambda: None, {"width": 16, "depth": 4, "variance": 4}
        ),
    ),
)
