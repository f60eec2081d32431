"""Numbers of a real field, exactly: polynomials in a root that an interval isolates.

Nothing is assumed about the polynomial but one root in the interval, and that is
counted.  If an element with nonzero coefficients should vanish at the root, then the
polynomial has a factor; that is found, and the certificate fails.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor, gcd, lcm
from typing import Union

from plsym.certificates.codec import Data, StepFailed, Work

__all__ = [
    "Element",
    "Field",
    "Number",
    "read_field",
    "read_long_integer",
    "read_number",
    "read_numbers",
    "sign",
    "size",
]

Number = Union[Fraction, "Element"]
"""An exact real number: rational, or of the field of the certificate."""

_LARGEST_DEGREE = 64


def read_field(data: Data, work: Work) -> Field:
    """Read a polynomial and an interval that holds exactly one root of it."""
    data.only("minimal_polynomial", "interval")
    polynomial = [read_long_integer(item, 250_000) for item in data["minimal_polynomial"]]
    if not 2 <= len(polynomial) <= _LARGEST_DEGREE + 1 or polynomial[-1] == 0:
        data["minimal_polynomial"].fail(
            f"coefficients of degree 0 to n, the last not 0, n from 1 to {_LARGEST_DEGREE},"
        )
    ends = [item.rational() for item in data["interval"]]
    if len(ends) != 2 or not ends[0] < ends[1]:
        data["interval"].fail("a pair of rationals, the lower first,")
    return Field(polynomial, ends[0], ends[1], work)


def read_long_integer(data: Data, digits: int) -> int:
    """Read an integer of either sign that has at most that many hexadecimal digits."""
    # told by its text: a bound of that length would be too long to be printed
    if isinstance(data.value, str) and len(data.value) > digits + len("-0x"):
        data.fail(f"an integer of at most {digits} hexadecimal digits")
    return data.integer(-(1 << 4 * digits))


def read_number(data: Data, field: Field | None) -> Number:
    """Read a rational, or the coefficients of an element of the field."""
    if isinstance(data.value, str) or field is None:
        return data.rational()
    coefficients = [item.rational() for item in data]
    if len(coefficients) > field.degree:
        data.fail(f"at most {field.degree} coefficients")
    return field.element(coefficients)


def read_numbers(data: Data, field: Field | None) -> list[Number]:
    """Read a list of numbers."""
    return [read_number(item, field) for item in data]


class Field:
    """Q(a) for the only root a of a polynomial in an open interval.

    Raises
    ------
    StepFailed
        If the interval does not hold exactly one root.
    """

    def __init__(
        self, polynomial: Sequence[int], low: Fraction, high: Fraction, work: Work
    ) -> None:
        self.polynomial = [Fraction(c) for c in polynomial]
        self.degree = len(polynomial) - 1
        self.work = work
        chain = _sturm(self.polynomial, work)
        if not _at(self.polynomial, low) or not _at(self.polynomial, high):
            raise StepFailed("an end of the field's interval is a root of its polynomial")
        roots = _changes(chain, low) - _changes(chain, high)
        if roots != 1 or len(chain[-1]) > 1:
            raise StepFailed(f"the field's interval holds {roots} roots of its polynomial, not one")
        self.low, self.high = low, high
        self.rising = _at(self.polynomial, high) > 0
        self._reductions()
        self.bits = 0
        self.refine()

    def _reductions(self) -> None:
        """a^degree and the powers above it in terms of lower ones: integers over one number."""
        top = self.polynomial[-1]
        rows = [[-c / top for c in self.polynomial[:-1]]]
        for _ in range(self.degree - 2):
            last = rows[-1]
            rows.append([last[-1] * t for t in rows[0]])
            for i in range(1, self.degree):
                rows[-1][i] += last[i - 1]
        self.common = lcm(*(c.denominator for row in rows for c in row))
        self.powers = [[int(c * self.common) for c in row] for row in rows]

    def element(self, coefficients: Sequence[Fraction]) -> Number:
        """The number with these coefficients; a Fraction if it is rational on its face."""
        common = lcm(*(c.denominator for c in coefficients)) if coefficients else 1
        whole = [int(c * common) for c in coefficients]
        return self.over(whole + [0] * (self.degree - len(whole)), common)

    def over(self, numerators: Sequence[int], denominator: int) -> Number:
        """The number with integer coefficients over a positive integer."""
        if not any(numerators[1:]):
            return Fraction(numerators[0], denominator)
        divisor = gcd(denominator, *numerators)
        if divisor > 1:
            denominator //= divisor
            return Element(self, tuple(c // divisor for c in numerators), denominator)
        return Element(self, tuple(numerators), denominator)

    @property
    def generator(self) -> Number:
        """The root itself."""
        if self.degree == 1:
            return -self.polynomial[0] / self.polynomial[1]
        return self.element([Fraction(0), Fraction(1)])

    def refine(self) -> None:
        """Double the number of bits to which the powers of the root are known."""
        self.bits = max(64, 2 * self.bits)
        while self.high - self.low > Fraction(1, 1 << self.bits):
            middle = (self.low + self.high) / 2
            self.work.spend(self.degree * (1 + size(middle)))
            value = _at(self.polynomial, middle)
            if value == 0:
                if self.degree == 1:
                    self.low = self.high = middle
                    break
                raise StepFailed("the polynomial of the field has a rational root")
            if (value > 0) == self.rising:
                self.high = middle
            else:
                self.low = middle
        self.bounds = [(1 << self.bits, 1 << self.bits)]
        for i in range(1, self.degree):
            low, high = _range([Fraction(0)] * i + [Fraction(1)], self.low, self.high)
            self.bounds.append((floor(low * (1 << self.bits)), ceil(high * (1 << self.bits))))


class Element:
    """A number of a field that is not rational on its face: integers over an integer."""

    __slots__ = ("denominator", "field", "numerators")

    def __init__(self, field: Field, numerators: tuple[int, ...], denominator: int) -> None:
        self.field, self.numerators, self.denominator = field, numerators, denominator

    @property
    def coefficients(self) -> tuple[Fraction, ...]:
        """The coefficients of 1, a, a^2, ..."""
        return tuple(Fraction(c, self.denominator) for c in self.numerators)

    def _other(self, other: object) -> tuple[Sequence[int], int] | None:
        if isinstance(other, Element):
            if other.field is not self.field:
                raise StepFailed("numbers of two fields meet")
            return other.numerators, other.denominator
        if isinstance(other, int):
            return (other, *[0] * (self.field.degree - 1)), 1
        if isinstance(other, Fraction):
            return (other.numerator, *[0] * (self.field.degree - 1)), other.denominator
        return None

    def __add__(self, other: object) -> Number:
        pair = self._other(other)
        if pair is None:
            return NotImplemented
        c, d = pair
        own = self.denominator
        if d == own:
            return self.field.over([a + b for a, b in zip(self.numerators, c, strict=True)], d)
        return self.field.over(
            [a * d + b * own for a, b in zip(self.numerators, c, strict=True)], d * own
        )

    __radd__ = __add__

    def __neg__(self) -> Element:
        return Element(self.field, tuple(-c for c in self.numerators), self.denominator)

    def __sub__(self, other: object) -> Number:
        if isinstance(other, (int, Fraction, Element)):
            return self + -other
        return NotImplemented

    def __rsub__(self, other: object) -> Number:
        return -self + other

    def __mul__(self, other: object) -> Number:
        field = self.field
        if isinstance(other, (int, Fraction)):
            p, q = other.numerator, other.denominator
            return field.over([c * p for c in self.numerators], self.denominator * q)
        pair = self._other(other)
        if pair is None:
            return NotImplemented
        n = field.degree
        field.work.spend(n * n * (1 + size(self)))
        product = [0] * (2 * n - 1)
        for i, a in enumerate(self.numerators):
            if a:
                for j, b in enumerate(pair[0]):
                    product[i + j] += a * b
        common = field.common
        out = [c * common for c in product[:n]]
        for row, extra in zip(field.powers, product[n:], strict=False):
            if extra:
                out = [c + extra * t for c, t in zip(out, row, strict=True)]
        return field.over(out, self.denominator * pair[1] * common)

    __rmul__ = __mul__

    def inverse(self) -> Number:
        """1 / x, by the extended Euclidean algorithm."""
        field = self.field
        old, new = field.polynomial, _trimmed(self.coefficients)
        s, t = [Fraction(0)], [Fraction(1)]
        while len(new) > 1:
            field.work.spend(field.degree * (2 + size(new[-1])))
            quotient, rest = _divide(old, new)
            old, new = new, rest
            if not new:
                raise StepFailed("the polynomial of the field has a factor")
            s, t = t, _minus_product(s, quotient, t)
        return field.element([c / new[0] for c in t])

    def __truediv__(self, other: object) -> Number:
        if isinstance(other, Element):
            return self * other.inverse()
        if isinstance(other, (int, Fraction)):
            return self * (1 / Fraction(other))
        return NotImplemented

    def __rtruediv__(self, other: object) -> Number:
        if isinstance(other, (int, Fraction)):
            return self.inverse() * Fraction(other)
        return NotImplemented

    def __abs__(self) -> Number:
        return -self if sign(self) < 0 else self

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (int, Fraction, Element)):
            return NotImplemented
        return sign(self - other) == 0

    __hash__ = None  # type: ignore[assignment]

    def __lt__(self, other: object) -> bool:
        return sign(self - other) < 0

    def __le__(self, other: object) -> bool:
        return sign(self - other) <= 0

    def __gt__(self, other: object) -> bool:
        return sign(self - other) > 0

    def __ge__(self, other: object) -> bool:
        return sign(self - other) >= 0


def sign(x: Number) -> int:
    """-1, 0 or 1."""
    if isinstance(x, Fraction):
        return (x > 0) - (x < 0)
    field = x.field
    while True:
        low = high = 0
        for c, (a, b) in zip(x.numerators, field.bounds, strict=True):
            if c > 0:
                low, high = low + c * a, high + c * b
            else:
                low, high = low + c * b, high + c * a
        field.work.spend(field.degree * (1 + size(x) * (field.bits >> 6)))
        if low > 0 or high < 0:
            return 1 if low > 0 else -1
        # close to zero: make sure that it is not zero, then go on until the sign shows
        if field.bits >= 256:
            x.inverse()
        field.refine()


def size(x: Number) -> int:
    """The length of a number in machine words, roughly."""
    if isinstance(x, Fraction):
        return (x.numerator.bit_length() + x.denominator.bit_length()) >> 6
    return sum(c.bit_length() for c in x.numerators) + x.denominator.bit_length() >> 6


# ---------------------------------------------------------------------------- polynomials


def _trimmed(c: Sequence[Fraction]) -> list[Fraction]:
    out = list(c)
    while out and out[-1] == 0:
        out.pop()
    return out


def _at(c: Sequence[Fraction], x: Fraction) -> Fraction:
    value = Fraction(0)
    for a in reversed(c):
        value = value * x + a
    return value


def _range(c: Sequence[Fraction], low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
    """Bounds of a polynomial on an interval, by Horner's rule."""
    a = b = c[-1]
    for term in reversed(c[:-1]):
        ends = (a * low, a * high, b * low, b * high)
        a, b = min(ends) + term, max(ends) + term
    return a, b


def _divide(a: Sequence[Fraction], b: Sequence[Fraction]) -> tuple[list[Fraction], list[Fraction]]:
    rest = list(a)
    quotient = [Fraction(0)] * max(1, len(a) - len(b) + 1)
    for k in range(len(a) - len(b), -1, -1):
        factor = rest[k + len(b) - 1] / b[-1]
        quotient[k] = factor
        for i, c in enumerate(b):
            rest[k + i] -= factor * c
    return quotient, _trimmed(rest[: len(b) - 1] if len(a) >= len(b) else rest)


def _minus_product(
    s: Sequence[Fraction], q: Sequence[Fraction], t: Sequence[Fraction]
) -> list[Fraction]:
    out = list(s) + [Fraction(0)] * max(0, len(q) + len(t) - 1 - len(s))
    for i, a in enumerate(q):
        for j, b in enumerate(t):
            out[i + j] -= a * b
    return out


def _primitive(c: Sequence[Fraction]) -> list[Fraction]:
    """A positive multiple with small integer coefficients."""
    common = 1
    for a in c:
        common = common * a.denominator // gcd(common, a.denominator)
    whole = [int(a * common) for a in c]
    divisor = gcd(*whole)
    return [Fraction(a // divisor) for a in whole]


def _sturm(c: Sequence[Fraction], work: Work) -> list[list[Fraction]]:
    """The Sturm chain: its sign changes at two points count the roots between them."""
    chain = [list(c), [k * a for k, a in enumerate(c)][1:]]
    while len(chain[-1]) > 1:
        work.spend(len(c) ** 2 * (1 + max(size(a) for a in chain[-1])))
        rest = _divide(chain[-2], chain[-1])[1]
        if not rest:
            break
        chain.append([-a for a in _primitive(rest)])
    return chain


def _changes(chain: Sequence[Sequence[Fraction]], x: Fraction) -> int:
    signs = [sign(_at(c, x)) for c in chain]
    signs = [s for s in signs if s]
    return sum(a != b for a, b in pairwise(signs))
