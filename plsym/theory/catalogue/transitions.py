"""How many neurons of a random layer change along a segment: the exact expectation."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from plsym.networks.network import from_weights
from plsym.theory.case import Case
from plsym.theory.constants import no_subject, positive
from plsym.theory.laws import angle_of_segment, sampled
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]


def _rule(case: Case, subject: Any = None, width: int = 16, samples: int = 400) -> None:
    no_subject(subject, "transitions", "width and samples")
    n, size = positive(width, "width"), positive(samples, "samples")
    case.require("there are at least 30 samples", size >= 30, str(size))
    # weights and biases of one size, inputs from -2 to 3
    law = n / math.pi * angle_of_segment(-2.0, 3.0, 1.0)

    def measure(seed: int) -> float:
        rng = np.random.default_rng(seed)
        net = from_weights([(rng.normal(size=(n, 1)), rng.normal(size=n)), (np.ones((1, n)), None)])
        return float(net.along([-2], [3]).num_transitions)

    sample = sampled(measure, law, size)
    case.numbers |= {"law": law, "mean": sample.mean, "error": sample.error}
    case.conclude(
        f"the mean number of transitions of {n} neurons on [-2, 3] agrees with "
        "(n/pi)(arctan 3 + arctan 2)",
        sample.agrees,
        str(sample),
    )
    # a segment in the plane, seen under a right angle from (0, 0, -1/sigma): no biases
    flat = n / math.pi * math.pi / 2

    def turned(seed: int) -> float:
        rng = np.random.default_rng(seed)
        net = from_weights([(rng.normal(size=(n, 2)), None), (np.ones((1, n)), None)])
        return float(net.along([1, 0], [0, 1]).num_transitions)

    sample = sampled(turned, flat, size)
    case.conclude(
        f"from (1, 0) to (0, 1), without biases, it agrees with n/2 = {n}/2",
        sample.agrees,
        str(sample),
    )


THEOREM = Theorem(
    "transitions",
    "A layer of n neurons with normal weights and biases changes n theta/pi signs along a path in "
    "expectation, theta the angular length of the path (h, sigma_b/sigma_w) of its inputs. "
    "Counted exactly on seeded networks, compared with a stated confidence.",
    "M. Raghu et al., ICML 2017, Theorem 2 (transitions against length); B. Hanin, D. Rolnick, "
    "Complexity of linear regions in deep networks, ICML 2019 (lines); the exact angle by rotation "
    "invariance",
    _rule,
    (
        Instance("16 neurons", lambda: None),
        Instance("64 neurons", lambda: None, {"width": 64}),
    ),
)
