"""Real number fields Q(alpha): the generator's enclosures, powers and reduction rule."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from math import isqrt
from typing import Any

from plsym.errors import DomainError
from plsym.exact.decide import Statistics
from plsym.exact.polynomials import is_irreducible, primitive, real_root_intervals
from plsym.exact.rationals import to_text

__all__ = ["NumberField"]


def _at(polynomial: Sequence[int], numerator: int, bits: int) -> int:
    """The sign-carrying integer 2**(bits*degree) * p(numerator / 2**bits)."""
    value = 0
    scale = 1
    for c in reversed(polynomial):
        value = value * numerator + c * scale
        scale <<= bits
    return value


class NumberField:
    """The field Q(alpha) of one real algebraic number alpha of degree at least 2.

    Parameters
    ----------
    minimal_polynomial : sequence of int
        Coefficients from low to high degree; irreducible over Q.
    root : int
        Which real root alpha is, counted from 0 in increasing order.

    Attributes
    ----------
    minimal_polynomial : tuple of int
        Primitive, with positive leading coefficient.
    root : int
    degree : int
    statistics : Statistics
        How the signs of elements were decided so far.

    Notes
    -----
    Two fields are equal if they have the same minimal polynomial and root.

    Examples
    --------
    >>> K = pl.golden().field
    >>> K.degree, K.minimal_polynomial
    (2, (-5, 0, 1))
    """

    def __init__(self, minimal_polynomial: Sequence[int], root: int) -> None:
        polynomial = primitive(minimal_polynomial)
        if len(polynomial) < 3 or not is_irreducible(polynomial):
            raise DomainError(
                f"{tuple(minimal_polynomial)} is not irreducible of degree 2 or more; "
                "use algebraic(...), which picks the right factor"
            )
        intervals = real_root_intervals(polynomial)
        if not 0 <= root < len(intervals):
            raise DomainError(
                f"root {root} was asked for; the polynomial has {len(intervals)} real roots"
            )
        self.minimal_polynomial = polynomial
        self.root = root
        self.degree = len(polynomial) - 1
        self.statistics = Statistics()
        self._interval = intervals[root]
        self._low, self._bits = self._dyadic_start()
        self._powers: dict[int, list[tuple[int, int]]] = {}

    def __eq__(self, other: object) -> bool:
        """Whether both are the same subfield with the same generator."""
        if self is other:
            return True
        if not isinstance(other, NumberField):
            return NotImplemented
        return self.minimal_polynomial == other.minimal_polynomial and self.root == other.root

    def __hash__(self) -> int:
        return hash((self.minimal_polynomial, self.root))

    def __reduce__(self) -> tuple[Any, ...]:
        return (NumberField, (self.minimal_polynomial, self.root))

    def __repr__(self) -> str:
        listed = ", ".join(to_text(Fraction(c)) for c in self.minimal_polynomial)
        return f"NumberField(({listed}), root={self.root})"

    @property
    def isolating_interval(self) -> tuple[Fraction, Fraction]:
        """Rational ends around alpha and no other root."""
        return self._interval

    # enclosures of the generator ---------------------------------------------

    def _dyadic_start(self) -> tuple[int, int]:
        """A dyadic interval [m, m+1]/2**k around alpha, inside the isolating one."""
        low, high = self._interval
        bits = 8
        while Fraction(1, 1 << bits) * 4 > high - low:
            bits *= 2
        lo, hi = math.floor(low * (1 << bits)), math.ceil(high * (1 << bits))
        sign = self._sign_left
        while hi - lo > 1:
            middle = (lo + hi) // 2
            if Fraction(middle, 1 << bits) <= low or (
                Fraction(middle, 1 << bits) < high
                and (_at(self.minimal_polynomial, middle, bits) > 0) == sign
            ):
                lo = middle
            else:
                hi = middle
        return lo, bits

    @cached_property
    def _sign_left(self) -> bool:
        """Whether the minimal polynomial is positive just left of alpha."""
        low = self._interval[0]
        value = Fraction(0)
        for c in reversed(self.minimal_polynomial):
            value = value * low + c
        return value > 0

    def _generator(self, bits: int) -> int:
        """The floor of alpha * 2**bits."""
        if self.degree == 2 and self.minimal_polynomial[1:] == (0, 1) and self._low >= 0:
            return isqrt(-self.minimal_polynomial[0] << (2 * bits))
        while self._bits < bits:
            # one bisection gives one bit
            self._bits += 1
            middle = 2 * self._low + 1
            above = (_at(self.minimal_polynomial, middle, self._bits) > 0) == self._sign_left
            self._low = middle if above else middle - 1
        return self._low >> (self._bits - bits)

    def powers(self, bits: int) -> list[tuple[int, int]]:
        """Integers around 2**bits * alpha**i for i < degree."""
        if bits not in self._powers:
            work = bits + 8 * self.degree + 8
            low = self._generator(work)
            out = [(1 << work, 1 << work), (low, low + 1)]
            for _ in range(self.degree - 2):
                a, b = out[-1]
                products = (a * low, a * (low + 1), b * low, b * (low + 1))
                out.append((min(products) >> work, -(-max(products) >> work)))
            shift = work - bits
            self._powers[bits] = [(a >> shift, -(-b >> shift)) for a, b in out]
        return self._powers[bits]

    @cached_property
    def float_powers(self) -> tuple[float, ...]:
        """Doubles within one unit in the last place (relative 2**-52) of the powers.

        NaN stands for a power outside the range of normal doubles.
        """
        out = []
        for i in range(self.degree):
            bits = 128
            while True:
                a, b = self.powers(bits)[i]
                if a * b > 0 and abs(b - a) << 60 < min(abs(a), abs(b)):
                    break
                bits *= 2
            # read off the logarithm, since an underflow would raise nothing
            if abs(abs(a).bit_length() - bits) < 1000:
                out.append(float(Fraction(a, 1 << bits)))
            else:
                out.append(math.nan)
        return tuple(out)

    @cached_property
    def reduction(self) -> tuple[tuple[tuple[int, ...], ...], int]:
        """Powers alpha**degree .. alpha**(2 degree - 2) as integer rows over one denominator."""
        d, lead = self.degree, self.minimal_polynomial[-1]
        top = [Fraction(-c, lead) for c in self.minimal_polynomial[:-1]]
        rows = [top]
        for _ in range(d - 2):
            last = rows[-1]
            shifted = [Fraction(0), *last[:-1]]
            rows.append([s + last[-1] * t for s, t in zip(shifted, top, strict=True)])
        denominator = math.lcm(*(q.denominator for row in rows for q in row))
        return (
            tuple(tuple(int(q * denominator) for q in row) for row in rows),
            denominator,
        )
