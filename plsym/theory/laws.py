"""Random networks at initialisation: the exact expectations, and seeded samples."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Sample", "angle_of_segment", "length_factor", "sampled", "sampled_lengths"]

_SIGMAS = 5.0
CONFIDENCE = "5 standard errors; a true law fails this about once in 1.7 million samples"


@dataclass(frozen=True)
class Sample:
    """The mean of a seeded sample beside the law."""

    law: float
    mean: float
    error: float
    size: int

    @property
    def agrees(self) -> bool:
        """Whether the law lies within 5 standard errors of the mean."""
        return abs(self.mean - self.law) <= _SIGMAS * self.error

    def __str__(self) -> str:
        return (
            f"law {self.law:.6f}, mean of {self.size} networks {self.mean:.6f} +- "
            f"{self.error:.6f} ({CONFIDENCE})"
        )


def length_factor(width: int) -> float:
    """c_k: the factor by which a random ReLU layer of width k and variance 1/k scales lengths.

    E sqrt(chi^2_B / k) for B ~ Bin(k, 1/2): each neuron passes a short segment on with
    probability 1/2, times a normal factor.

    Examples
    --------
    >>> from plsym.theory.laws import length_factor
    >>> [round(length_factor(k), 9) for k in (1, 2, 4, 8, 16)]
    [0.39894228, 0.503651523, 0.592952211, 0.649867247, 0.678972687]
    """
    total = 0.0
    for j in range(1, width + 1):
        chance = math.comb(width, j) / 2**width
        total += chance * math.sqrt(2) * math.exp(math.lgamma((j + 1) / 2) - math.lgamma(j / 2))
    return total / math.sqrt(width)


def sampled(measure: Callable[[int], float], law: float, size: int) -> Sample:
    """Measure seeds 0, 1, ..., and compare their mean with a law."""
    values = np.array([measure(seed) for seed in range(size)])
    return Sample(law, float(values.mean()), float(values.std(ddof=1) / math.sqrt(size)), size)


def _layers(seed: int, widths: list[int], sw: float, sb: float) -> list[Any]:
    rng = np.random.default_rng(seed)
    out = []
    for before, after in pairwise(widths):
        scale = sw / math.sqrt(after)
        out.append((rng.normal(0, scale, (after, before)), rng.normal(0, sb, after)))
    return out


def sampled_lengths(
    width: int, depth: int, sw: float, sb: float, size: int, points: int = 4000
) -> Sample:
    """The length of the image of a segment under random layers, against (sw c_k)^depth.

    The images are polygons through many points: their lengths are below the true ones by
    far less than a standard error.
    """
    law = (sw * length_factor(width)) ** depth
    line: NDArray[np.float64] = np.zeros((points, 2))
    line[:, 0] = np.linspace(0.5, 1.5, points)
    line[:, 1] = 1.0

    def measure(seed: int) -> float:
        h = line
        for weights, bias in _layers(seed, [2, *[width] * depth], sw, sb):
            h = np.maximum(h @ weights.T + bias, 0.0)
        return float(np.sqrt((np.diff(h, axis=0) ** 2).sum(axis=1)).sum())

    return sampled(measure, law, size)


def angle_of_segment(a: float, b: float, ratio: float) -> float:
    """The angle under which (x ratio, 1), x in [a, b], is seen from the origin."""
    return math.atan(b * ratio) - math.atan(a * ratio)
