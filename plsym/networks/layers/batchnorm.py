"""Trained batch normalisation as a scaling and a shift."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from plsym.errors import DomainError
from plsym.networks.layers.linear import Scale, Shift
from plsym.networks.weights import read_array

__all__ = ["batch_norm"]


def batch_norm(
    scale: Any, bias: Any, mean: Any, variance: Any, epsilon: Any, axes: int = 0
) -> tuple[Scale, Shift]:
    """Fold a trained batch normalisation into a scaling and a shift.

    Parameters
    ----------
    scale, bias, mean, variance : array_like, shape (channels,)
        Exact numbers or floats; variances are not negative.
    epsilon : exact number or float
        Added to the variances.
    axes : int
        The number of axes after the channels.

    Returns
    -------
    Scale, Shift
        x -> m * x, then x -> x + (bias - m * mean).

    Raises
    ------
    DomainError
        If shapes differ or ``variance + epsilon`` is not positive.

    Notes
    -----
    The multiplier ``scale / sqrt(variance + epsilon)`` is irrational in general.
    m is the double nearest to it (ties to even); the shift is exact for that m.

    Examples
    --------
    >>> from plsym.networks.layers import batch_norm
    >>> s, t = batch_norm([3], [1], [2], [4], 0)
    >>> s.factor.scalar(0), t.offset.scalar(0)
    (mpq(3,2), mpq(-2,1))
    """
    arrays = [
        read_array(v, f"batch normalisation {n}")
        for n, v in (("scale", scale), ("bias", bias), ("mean", mean), ("variance", variance))
    ]
    shape = arrays[0].shape
    if len(shape) != 1 or any(a.shape != shape for a in arrays):
        raise DomainError(
            "batch normalisation needs four vectors of one length, got shapes "
            + ", ".join(str(a.shape) for a in arrays)
        )
    s, b, m, v = (a.scalars() for a in arrays)
    eps = read_array(epsilon, "batch normalisation epsilon").scalar(())
    factors, offsets = [], []
    for i in range(shape[0]):
        u = v[i] + eps
        if u <= 0:
            raise DomainError(
                f"batch normalisation: variance + epsilon is {u} for channel {i}; "
                "it must be positive"
            )
        ratio = Fraction(int(s[i].numerator), int(s[i].denominator))
        q = Fraction(int(u.numerator), int(u.denominator))
        factor = _nearest_quotient(ratio, q)
        factors.append(factor)
        offsets.append(b[i] - Fraction(factor) * m[i])
    full = (*shape, *(1,) * axes)
    offset = np.empty(len(offsets), dtype=object)
    offset[:] = offsets
    return Scale(np.array(factors).reshape(full)), Shift(offset.reshape(full))  # type: ignore[arg-type]


def _nearest_quotient(s: Fraction, u: Fraction) -> float:
    """Return the double nearest to s / sqrt(u), ties to even."""
    if s == 0:
        return 0.0
    square = s * s / u
    c: float = abs(float(s) / float(u) ** 0.5)
    # the guess is within a few units of the last place; walk to the nearest double
    while True:
        low, high = float(np.nextafter(c, 0.0)), float(np.nextafter(c, np.inf))
        below = (Fraction(low) + Fraction(c)) / 2
        above = (Fraction(c) + Fraction(high)) / 2
        odd = int(np.float64(c).view(np.int64)) & 1
        if square < below**2 or (odd and square == below**2):
            c = low
        elif square > above**2 or (odd and square == above**2):
            c = high
        else:
            return c if s > 0 else -c
