"""Random networks at initialisation: enclosed expectations, and seeded samples of networks."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from flint import arb, ctx

from plsym.exact.enclosure import Enclosure
from plsym.exact.scalars import lower_end, to_num, upper_end
from plsym.networks.network import from_weights

__all__ = [
    "Sample",
    "arctan_law",
    "claimed_rate",
    "claimed_tanh_rate",
    "half_turn",
    "length_factor",
    "length_law",
    "sampled",
    "sampled_lengths",
    "stretch_limit",
]

_BITS = 200
_SIGMAS = 5
_SHORT = 80  # bits behind the point that measurements keep, rounded outwards
CONFIDENCE = "5 standard errors; a true law fails this about once in 1.7 million samples"


def _enclosed(make: Callable[[], Any]) -> Enclosure:
    """Ball arithmetic with 200 bits, as an enclosure with rational ends."""
    with ctx.workprec(_BITS):
        ball = make()
        ends = []
        for end in (ball.lower(), ball.upper()):
            mantissa, exponent = end.man_exp()
            ends.append(Fraction(int(mantissa)) * Fraction(2) ** int(exponent))
    return Enclosure(*ends)


def _factor(width: int) -> Any:
    total = arb(0)
    for j in range(1, width + 1):
        chi = arb(2).sqrt() * (arb(j + 1) / 2).gamma() / (arb(j) / 2).gamma()
        total += chi * math.comb(width, j)
    return total / arb(2) ** width / arb(width).sqrt()


def length_factor(width: int) -> Enclosure:
    """c_k: the factor by which a random ReLU layer of width k and variance 1/k scales lengths.

    E sqrt(chi^2_B / k) for B ~ Bin(k, 1/2): each neuron passes a short segment on with
    probability 1/2, times a normal factor.

    Examples
    --------
    >>> from plsym.theory.laws import length_factor
    >>> [round(float(length_factor(k)), 9) for k in (1, 2, 4, 8, 16)]
    [0.39894228, 0.503651523, 0.592952211, 0.649867247, 0.678972687]
    """
    return _enclosed(lambda: _factor(width))


def length_law(width: int, depth: int, variance: Fraction) -> Enclosure:
    """(sigma_w c_k)^depth: the expected length of the image of a path of length 1."""
    return _enclosed(lambda: (_root(variance) * _factor(width)) ** depth)


def claimed_rate(width: int, depth: int, variance: Fraction) -> Enclosure:
    """(sigma_w sqrt(k) / sqrt(k + 1))^depth."""
    return _enclosed(lambda: (_root(variance) * (arb(width) / (width + 1)).sqrt()) ** depth)


def claimed_tanh_rate(width: int, variance: Fraction, bias_variance: Fraction) -> Enclosure:
    """sigma_w sqrt(k) / sqrt(s^2 + k s), s^2 = sigma_w^2 + sigma_b^2: a hard tanh layer's growth.

    The rate of the lower bound of Raghu et al., ICML 2017, Theorem 1, which holds up to a
    constant.
    """

    def rate() -> Any:
        total = _root(variance + bias_variance)
        return _root(variance) * (arb(width) / (total**2 + width * total)).sqrt()

    return _enclosed(rate)


def stretch_limit(width: int, variance: Fraction) -> Enclosure:
    """sigma_w E sqrt(chi^2_k / k): how a random linear map of width k stretches in expectation.

    No layer whose activation has slopes of at most 1 does more.

    Examples
    --------
    >>> from plsym.theory.laws import stretch_limit
    >>> round(float(stretch_limit(1, pl.rational(1))) ** 2 * np.pi, 12)  # E |N(0, 1)|
    2.0
    """

    def stretch() -> Any:
        chi = arb(2).sqrt() * (arb(width + 1) / 2).gamma() / (arb(width) / 2).gamma()
        return _root(variance) * chi / arb(width).sqrt()

    return _enclosed(stretch)


def half_turn() -> Enclosure:
    """Pi."""
    return _enclosed(arb.pi)


def arctan_law(neurons: int, low: int, high: int) -> Enclosure:
    """(n / pi)(arctan high - arctan low): the expected sign changes of n random neurons."""
    return _enclosed(lambda: (arb(high).atan() - arb(low).atan()) * neurons / arb.pi())


def _root(x: Fraction) -> Any:
    return (arb(x.numerator) / arb(x.denominator)).sqrt()


@dataclass(frozen=True)
class Sample:
    """Measurements on seeded networks beside a law.

    Attributes
    ----------
    law : Enclosure
    mean : Enclosure
        Of the measurements.
    variance : Fraction
        Of the midpoints of the measurements, with n - 1.
    radius : Fraction
        How far a measurement may be from its midpoint.
    size : int
    """

    law: Enclosure
    mean: Enclosure
    variance: Fraction
    radius: Fraction
    size: int

    @property
    def agrees(self) -> bool | None:
        """Whether the law lies within 5 standard errors of the mean; None if too near to tell."""
        far = max(self.law.upper - self.mean.lower, self.mean.upper - self.law.lower)
        near = max(self.law.lower - self.mean.upper, self.mean.lower - self.law.upper, Fraction(0))
        # moving each value by at most r moves the standard deviation by at most 2 r
        slack = 4 * self.radius * (1 + self.variance) + 4 * self.radius**2
        if far * far * self.size <= _SIGMAS**2 * (self.variance - slack):
            return True
        return False if near * near * self.size > _SIGMAS**2 * (self.variance + slack) else None

    @property
    def error(self) -> float:
        """The standard error, rounded."""
        return math.sqrt(self.variance / self.size)

    def __str__(self) -> str:
        return (
            f"law {float(self.law):.6f}, mean of {self.size} networks {float(self.mean):.6f} +- "
            f"{self.error:.6f} ({CONFIDENCE})"
        )


def sampled(measure: Callable[[int], Enclosure], law: Enclosure, size: int) -> Sample:
    """Measure seeds 0, 1, ..., and set their mean beside a law."""
    # many long denominators would make their sum longer than all of them together
    values = [measure(seed).rounded(_SHORT) for seed in range(size)]
    middles = [(v.lower + v.upper) / 2 for v in values]
    mean = sum(middles, Fraction(0)) / size
    variance = sum(((m - mean) ** 2 for m in middles), Fraction(0)) / (size - 1)
    radius = max(v.width for v in values) / 2
    return Sample(law, Enclosure(mean - radius, mean + radius), variance, radius, size)


def sampled_lengths(width: int, depth: int, variance: Fraction, sb: float, size: int) -> Sample:
    """The length of the image of a segment under random layers, against (sigma_w c_k)^depth.

    The images are polygons with exact corners, and their lengths are enclosed.
    """

    def measure(seed: int) -> Enclosure:
        rng = np.random.default_rng(seed)
        layers: list[Any] = []
        for before, after in pairwise([2, *[width] * depth]):
            scale = math.sqrt(variance / after)
            layers.append((rng.normal(0, scale, (after, before)), rng.normal(0, sb, after)))
        net = from_weights([*layers, (np.ones((1, width)), None)])
        found: Any = net.along(["1/2", 1], ["3/2", 1]).curve(-1).length()
        if isinstance(found, Enclosure):
            return found
        exact = to_num(found)
        return Enclosure(lower_end(exact), upper_end(exact))

    return sampled(measure, length_law(width, depth, variance), size)
