"""Doubles and integer enclosures of elements of a number field, with proved bounds.

An element is given by its integer coefficients, their denominator, and enclosures of the
powers of the generator.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

__all__ = ["estimate", "nearest_double", "scaled"]

_UNIT = 2.0**-53
_TINY = 2.0**-900


def scaled(coefficients: Sequence[int], powers: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Integers around the sum of coefficients times enclosed powers."""
    low = high = 0
    for c, (a, b) in zip(coefficients, powers, strict=True):
        if c >= 0:
            low += c * a
            high += c * b
        else:
            low += c * b
            high += c * a
    return low, high


def estimate(
    coefficients: Sequence[int], powers: Sequence[float], denominator: int
) -> tuple[float, float]:
    """A double and a proved bound of its error, infinite if out of range."""
    try:
        total = size = 0.0
        for c, p in zip(coefficients, powers, strict=True):
            term = c * p
            total += term
            size += abs(term)
        mid, size = total / denominator, size / denominator
    except OverflowError:
        return 0.0, math.inf
    # relative bounds hold for normal doubles only; a NaN is no answer either
    if _TINY < size < math.inf:
        # conversion, power, product and sum of each term, and the quotient
        return mid, size * ((len(coefficients) + 8) * _UNIT)
    return (0.0, math.inf) if any(coefficients) else (0.0, 0.0)


def nearest_double(enclosed: Callable[[int], tuple[int, int]], denominator: int) -> float:
    """The double nearest to an irrational number.

    ``enclosed(bits)`` gives integers around it times denominator * 2**bits.
    """
    bits = 128
    while True:
        low, high = enclosed(bits)
        scale = denominator << bits
        a, b = _double(low, scale), _double(high, scale)
        if a == b:
            if math.isinf(a):
                raise OverflowError("the number is beyond the range of a double")
            return a
        bits *= 2


def _double(numerator: int, denominator: int) -> float:
    """The nearest double, infinite beyond their range: an end of a wide enclosure may be."""
    try:
        return numerator / denominator
    except OverflowError:
        return math.inf if numerator > 0 else -math.inf
