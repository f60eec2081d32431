"""How many neurons of a random layer change along a segment: the exact expectation."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from plsym.exact.enclosure import Enclosure
from plsym.networks.network import ReLUNetwork, from_weights
from plsym.theory.case import Case
from plsym.theory.constants import no_subject, positive
from plsym.theory.laws import arctan_law, sampled
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]


def _rule(case: Case, subject: Any = None, width: int = 16, samples: int = 400) -> None:
    no_subject(subject, "transitions", "width and samples")
    n, size = positive(width, "width"), positive(samples, "samples")
    case.require("there are at least 30 samples", size >= 30, str(size))

    def turned(net: ReLUNetwork, start: Any, stop: Any) -> Enclosure:
        count = Fraction(net.along(start, stop).num_transitions)
        return Enclosure(count, count)

    def line(seed: int) -> Enclosure:
        # weights and biases of one size, inputs from -2 to 3
        rng = np.random.default_rng(seed)
        hidden = rng.normal(size=(n, 1)), rng.normal(size=n)
        return turned(from_weights([hidden, (np.ones((1, n)), None)]), [-2], [3])

    def plane(seed: int) -> Enclosure:
        # without biases a segment counts by the angle under which 0 sees it
        rng = np.random.default_rng(seed)
        hidden = rng.normal(size=(n, 2)), None
        return turned(from_weights([hidden, (np.ones((1, n)), None)]), [1, 0], [0, 1])

    sample = sampled(line, arctan_law(n, -2, 3), size)
    case.numbers |= {"law": sample.law, "mean": sample.mean.lower}
    case.conclude(
        f"the mean number of transitions of {n} neurons on [-2, 3] agrees with "
        "(n/pi)(arctan 3 + arctan 2)",
        sample.agrees,
        str(sample),
    )
    half = Fraction(n, 2)
    sample = sampled(plane, Enclosure(half, half), size)
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
