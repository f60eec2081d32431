"""Square roots between rational bounds."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from plsym.exact.element import AlgebraicReal
from plsym.exact.scalars import Scalar

__all__ = ["exact_root", "root_bounds"]


def exact_root(q: Fraction) -> Fraction | None:
    """The square root of a rational number >= 0, if it is rational."""
    p, r = isqrt(q.numerator), isqrt(q.denominator)
    return Fraction(p, r) if p * p == q.numerator and r * r == q.denominator else None


def root_bounds(square: Scalar, bits: int) -> tuple[Fraction, Fraction]:
    """Rational bounds of a square root, at most 2**-bits apart."""
    work = bits + 2
    if isinstance(square, AlgebraicReal):
        low, high = square.enclosure(2 * work)
    else:
        low = high = square
    scale = 1 << (2 * work)
    a = isqrt(max(0, (low * scale).__floor__()))
    b = isqrt((high * scale).__ceil__()) + 1
    return Fraction(a, 1 << work), Fraction(b, 1 << work)
