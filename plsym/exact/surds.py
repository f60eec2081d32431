"""Roots of quadratics with integer coefficients: compared and separated exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, total_ordering
from math import gcd, isqrt

from plsym.exact.algebraic import sqrt
from plsym.exact.scalars import Scalar

__all__ = ["Surd", "between", "sign_at", "simple_roots"]

_BITS = 64


@total_ordering
@dataclass(frozen=True)
class Surd:
    """A rational number, or an irrational root of an integer quadratic.

    Attributes
    ----------
    polynomial : tuple of int
        The minimal polynomial, primitive with positive leading coefficient, from the
        constant term: two entries for a rational number, three else.
    upper : bool
        Whether it is the larger of two roots.

    Examples
    --------
    >>> from plsym.exact.surds import Surd
    >>> Surd((-2, 0, 1), True) > Surd((-7, 5), False)
    True
    """

    polynomial: tuple[int, ...]
    upper: bool = False

    @classmethod
    def rational(cls, p: int, q: int = 1) -> Surd:
        """The rational number p / q, q > 0."""
        divisor = gcd(p, q)
        return cls((-p // divisor, q // divisor))

    def scaled(self, bits: int) -> int:
        """The integer part of the number times 2**bits, rounded down."""
        if len(self.polynomial) == 2:
            b, a = self.polynomial
            return (-b << bits) // a
        c, b, a = self.polynomial
        # (-b +- sqrt(D)) / 2a with an irrational root: its integer part is never exact
        root = isqrt((b * b - 4 * a * c) << (2 * bits))
        top = (-b << bits) + (root if self.upper else -root - 1)
        return top // (2 * a)

    @cached_property
    def _first(self) -> int:
        return self.scaled(_BITS)

    def __float__(self) -> float:
        """A double within 2**-52 of the relative size, and 2**-64."""
        return self._first / (1 << _BITS)

    def __lt__(self, other: Surd) -> bool:
        """Exact order; refined until the two are apart."""
        a, b = self._first, other._first
        bits = _BITS
        if abs(a - b) <= 1 and self == other:
            return False
        while abs(a - b) <= 1:
            bits *= 2
            a, b = self.scaled(bits), other.scaled(bits)
        return a < b

    def value(self) -> Scalar:
        """The number as a Fraction or an `AlgebraicReal`."""
        if len(self.polynomial) == 2:
            b, a = self.polynomial
            return Fraction(-b, a)
        c, b, a = self.polynomial
        root = sqrt(b * b - 4 * a * c)
        return (-b + root if self.upper else -b - root) / (2 * a)


def simple_roots(a: int, b: int, c: int) -> list[Surd]:
    """The real roots at which a s^2 + b s + c changes its sign, in increasing order."""
    if a == 0:
        if b == 0:
            return []
        return [Surd.rational(-c, b) if b > 0 else Surd.rational(c, -b)]
    if a < 0:
        a, b, c = -a, -b, -c
    d = b * b - 4 * a * c
    if d <= 0:
        return []
    root = isqrt(d)
    if root * root == d:
        return [Surd.rational(-b - root, 2 * a), Surd.rational(-b + root, 2 * a)]
    divisor = gcd(a, b, c)
    polynomial = (c // divisor, b // divisor, a // divisor)
    return [Surd(polynomial, False), Surd(polynomial, True)]


def between(low: Surd, high: Surd) -> Fraction:
    """A rational number strictly between two different ones, low < high."""
    bits = 4
    while True:
        a, b = low.scaled(bits) + 1, high.scaled(bits)
        if b > a:  # low < a / 2**bits < high, and both gaps are open
            return Fraction(a + b, 2 << bits)
        bits *= 2


def sign_at(coefficients: Sequence[int], x: Fraction) -> int:
    """The sign of a polynomial (constant term first) at a rational number."""
    total = Fraction(0)
    for c in reversed(coefficients):
        total = total * x + c
    return (total > 0) - (total < 0)
