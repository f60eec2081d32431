"""Elements of real number fields, with exact arithmetic, sign and order.

An element is a vector of integers over one denominator in the powers of alpha.
The minimal polynomial is irreducible, so an element is zero exactly when all its
coefficients are; every other sign comes from a float with a proved bound or, if
that is not enough, from integer enclosures of growing precision.
"""

from __future__ import annotations

import math
import numbers
import operator
from collections.abc import Sequence
from fractions import Fraction
from math import gcd
from typing import Any, cast

from plsym.errors import DomainError, FieldMismatchError, InexactInputError
from plsym.exact import printing
from plsym.exact.approximation import estimate, nearest_double, scaled
from plsym.exact.decide import decide_sign
from plsym.exact.numberfield import NumberField
from plsym.exact.polynomials import (
    minimal_polynomial_of_matrix,
    real_root_intervals,
    reciprocal_modulo,
)

__all__ = ["AlgebraicReal"]


def _ratio(x: Any) -> tuple[int, int] | None:
    """Numerator and denominator of an exact rational of any library, else None."""
    if type(x) is int:
        return x, 1
    if isinstance(x, bool):
        return None
    if isinstance(x, numbers.Rational):
        return operator.index(x.numerator), operator.index(x.denominator)
    if hasattr(x, "__index__") and getattr(x, "shape", ()) == ():
        return operator.index(x), 1
    return None


class AlgebraicReal:
    """An element of a real number field: exact arithmetic, sign and order.

    Made by `algebraic`, `sqrt`, `golden` and arithmetic, not by this constructor.

    Attributes
    ----------
    field : NumberField

    Notes
    -----
    ``+ - * /`` and integer powers are exact; operands are elements of the same
    field or rationals, and elements of two fields raise `FieldMismatchError`.
    Order and equality are exact between any two elements, of different fields
    too.  An element that is rational equals (and hashes like) that rational.
    Cost: a product takes degree**2 integer multiplications.

    Examples
    --------
    >>> phi = pl.golden()
    >>> phi * phi == phi + 1
    True
    >>> phi > pl.rational("809/500"), 1 / phi == phi - 1, phi.minimal_polynomial
    (True, True, (-1, -1, 1))
    """

    __slots__ = ("_coefficients", "_denominator", "_field", "_float", "_rough")
    __array_ufunc__ = None

    _field: NumberField
    _coefficients: tuple[int, ...]
    _denominator: int
    _rough: tuple[float, float] | None
    _float: float | None

    def __init__(self, field: NumberField, coefficients: tuple[int, ...], denominator: int) -> None:
        if denominator != 1:
            common = gcd(denominator, *coefficients)
            if common != 1:
                coefficients = tuple(c // common for c in coefficients)
                denominator //= common
        put = object.__setattr__
        put(self, "_field", field)
        put(self, "_coefficients", coefficients)
        put(self, "_denominator", denominator)
        put(self, "_rough", None)
        put(self, "_float", None)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"AlgebraicReal is immutable: {name} cannot be set")

    def __reduce__(self) -> tuple[Any, ...]:
        return (AlgebraicReal, (self._field, self._coefficients, self._denominator))

    @classmethod
    def of(cls, field: NumberField, coefficients: Sequence[int | Fraction]) -> AlgebraicReal:
        """The element with the given coefficients of 1, alpha, alpha**2, ..."""
        if len(coefficients) > field.degree:
            raise DomainError(
                f"{len(coefficients)} coefficients; the field has degree {field.degree}"
            )
        items = [Fraction(c) for c in coefficients]
        items += [Fraction(0)] * (field.degree - len(items))
        denominator = math.lcm(*(c.denominator for c in items))
        whole = tuple(c.numerator * (denominator // c.denominator) for c in items)
        return cls(field, whole, denominator)

    # what it is ----------------------------------------------------------------

    @property
    def field(self) -> NumberField:
        """The number field."""
        return self._field

    @property
    def coefficients(self) -> tuple[Fraction, ...]:
        """The coefficients of 1, alpha, alpha**2, ..."""
        return tuple(Fraction(c, self._denominator) for c in self._coefficients)

    @property
    def integer_coefficients(self) -> tuple[tuple[int, ...], int]:
        """The coefficients as integers over one positive denominator."""
        return self._coefficients, self._denominator

    @property
    def is_rational(self) -> bool:
        """Whether the number is rational."""
        return not any(self._coefficients[1:])

    def as_fraction(self) -> Fraction:
        """The value of a rational element.

        Raises
        ------
        DomainError
            If the element is irrational.
        """
        if not self.is_rational:
            raise DomainError(f"{self} is irrational")
        return Fraction(self._coefficients[0], self._denominator)

    @property
    def minimal_polynomial(self) -> tuple[int, ...]:
        """The primitive minimal polynomial of the number itself, from low to high degree."""
        if self.is_rational:
            q = self.as_fraction()
            return (-q.numerator, q.denominator)
        return minimal_polynomial_of_matrix(self._matrix())

    def _matrix(self) -> list[list[Fraction]]:
        """The matrix of multiplication by the element in the power basis."""
        rows, x = [], self
        gen = AlgebraicReal.of(self._field, (0, 1))
        for _ in range(self._field.degree):
            rows.append(list(x.coefficients))
            x = x * gen
        return rows

    def enclosure(self, bits: int) -> tuple[Fraction, Fraction]:
        """Rational ends around the number, at most 2**-bits apart.

        Parameters
        ----------
        bits : int

        Returns
        -------
        tuple of two Fraction
        """
        work = bits + 4
        while True:
            low, high = self._scaled(work)
            scale = self._denominator << work
            if (high - low) << bits <= scale:
                return Fraction(low, scale), Fraction(high, scale)
            work += max(16, (high - low).bit_length() + 4)

    def _scaled(self, bits: int) -> tuple[int, int]:
        """Integers around the numerator times 2**bits."""
        return scaled(self._coefficients, self._field.powers(bits))

    def mid_rad(self) -> tuple[float, float]:
        """A double and a proved bound of its error (infinite if out of range)."""
        if self._rough is None:
            rough = estimate(self._coefficients, self._field.float_powers, self._denominator)
            object.__setattr__(self, "_rough", rough)
        assert self._rough is not None
        return self._rough

    def sign(self) -> int:
        """-1, 0 or 1, exactly."""
        if not any(self._coefficients):
            return 0
        mid, rad = self.mid_rad()
        return decide_sign(mid, rad, self._refined_sign, self._certain_sign, self._field.statistics)

    def _refined_sign(self) -> int:
        low, high = self._scaled(192)
        return (low > 0) - (high < 0)

    def _certain_sign(self) -> int:
        bits = 384
        while True:
            low, high = self._scaled(bits)
            if low > 0 or high < 0:
                return 1 if low > 0 else -1
            bits *= 2

    # arithmetic ------------------------------------------------------------------

    def _other(self, other: Any) -> AlgebraicReal | None:
        """The operand as an element of this field; None if it is no exact number."""
        if isinstance(other, AlgebraicReal):
            if other._field is self._field or other._field == self._field:
                return other
            if other.is_rational:
                ratio: tuple[int, int] | None = (other._coefficients[0], other._denominator)
            elif self.is_rational:
                return None
            else:
                raise FieldMismatchError(
                    f"{self} and {other} lie in different number fields, "
                    f"{self._field} and {other._field}; work over one field at a time"
                )
        else:
            ratio = _ratio(other)
        if ratio is None:
            if isinstance(other, float) or type(other).__name__.startswith("float"):
                raise InexactInputError(
                    f"{other!r} is a float; use pl.dyadic(x) or a string through pl.rational"
                )
            return None
        p, q = ratio
        return AlgebraicReal(self._field, (p,) + (0,) * (self._field.degree - 1), q)

    def __add__(self, other: Any) -> AlgebraicReal:
        b = self._other(other)
        if b is None:
            return self._lifted(operator.add, other)
        p, q = self._denominator, b._denominator
        if p == q:
            return AlgebraicReal(
                self._field, tuple(map(operator.add, self._coefficients, b._coefficients)), p
            )
        return AlgebraicReal(
            self._field,
            tuple(x * q + y * p for x, y in zip(self._coefficients, b._coefficients, strict=True)),
            p * q,
        )

    def _lifted(self, operation: Any, other: Any) -> AlgebraicReal:
        """A rational element of this field meets an irrational one of another."""
        if isinstance(other, AlgebraicReal):
            return cast("AlgebraicReal", operation(self.as_fraction(), other))
        return cast("AlgebraicReal", NotImplemented)

    __radd__ = __add__

    def __neg__(self) -> AlgebraicReal:
        return AlgebraicReal(self._field, tuple(-c for c in self._coefficients), self._denominator)

    def __pos__(self) -> AlgebraicReal:
        return self

    def __abs__(self) -> AlgebraicReal:
        return -self if self.sign() < 0 else self

    def __sub__(self, other: Any) -> AlgebraicReal:
        b = self._other(other)
        if b is None:
            return self._lifted(operator.sub, other)
        p, q = self._denominator, b._denominator
        if p == q:
            return AlgebraicReal(
                self._field, tuple(map(operator.sub, self._coefficients, b._coefficients)), p
            )
        return AlgebraicReal(
            self._field,
            tuple(x * q - y * p for x, y in zip(self._coefficients, b._coefficients, strict=True)),
            p * q,
        )

    def __rsub__(self, other: Any) -> AlgebraicReal:
        return (-self).__add__(other)

    def __mul__(self, other: Any) -> AlgebraicReal:
        b = self._other(other)
        if b is None:
            return self._lifted(operator.mul, other)
        x, y = self._coefficients, b._coefficients
        denominator = self._denominator * b._denominator
        if not any(y[1:]):
            return AlgebraicReal(self._field, tuple(c * y[0] for c in x), denominator)
        rows, lead = self._field.reduction
        if len(x) == 2:
            top = x[1] * y[1]
            r0, r1 = rows[0]
            return AlgebraicReal(
                self._field,
                (
                    x[0] * y[0] * lead + top * r0,
                    (x[0] * y[1] + x[1] * y[0]) * lead + top * r1,
                ),
                denominator * lead,
            )
        d = len(x)
        full = [0] * (2 * d - 1)
        for i, a in enumerate(x):
            if a:
                for j, c in enumerate(y):
                    full[i + j] += a * c
        out = [c * lead for c in full[:d]]
        for c, row in zip(full[d:], rows, strict=True):
            if c:
                for k, r in enumerate(row):
                    out[k] += c * r
        return AlgebraicReal(self._field, tuple(out), denominator * lead)

    __rmul__ = __mul__

    def inverse(self) -> AlgebraicReal:
        """The reciprocal.

        Raises
        ------
        ZeroDivisionError
            If the number is zero.
        """
        if not any(self._coefficients):
            raise ZeroDivisionError("division by zero in a number field")
        polynomial = self._field.minimal_polynomial
        if len(polynomial) == 3 and polynomial[1] == 0:
            # 1 / (a + b r) = (a - b r) / (a^2 - b^2 r^2) with r^2 rational
            a, b = self._coefficients
            norm = a * a * polynomial[2] + b * b * polynomial[0]
            factor = self._denominator * polynomial[2] * (1 if norm > 0 else -1)
            return AlgebraicReal(self._field, (a * factor, -b * factor), abs(norm))
        numerators = reciprocal_modulo(self._coefficients, polynomial)
        return AlgebraicReal.of(self._field, [c * self._denominator for c in numerators])

    def __truediv__(self, other: Any) -> AlgebraicReal:
        b = self._other(other)
        if b is None:
            return self._lifted(operator.truediv, other)
        if not any(b._coefficients[1:]):
            p, q = b._coefficients[0], b._denominator
            if p == 0:
                raise ZeroDivisionError("division by zero in a number field")
            if p < 0:
                p, q = -p, -q
            return AlgebraicReal(
                self._field, tuple(c * q for c in self._coefficients), self._denominator * p
            )
        return self * b.inverse()

    def __rtruediv__(self, other: Any) -> AlgebraicReal:
        return self.inverse().__mul__(other)

    def __pow__(self, exponent: int) -> AlgebraicReal:
        n = operator.index(exponent)
        base = self if n >= 0 else self.inverse()
        result = AlgebraicReal(self._field, (1,) + (0,) * (self._field.degree - 1), 1)
        n = abs(n)
        while n:
            if n & 1:
                result = result * base
            base = base * base
            n >>= 1
        return result

    # order -------------------------------------------------------------------------

    def _compare(self, other: Any) -> int | None:
        """The sign of self - other; None if other is no number."""
        if isinstance(other, AlgebraicReal) and other._field != self._field:
            if self.is_rational:
                return -(other._compare(self.as_fraction()) or 0)
            if other.is_rational:
                return self._compare(other.as_fraction())
            return self._compare_across(other)
        if isinstance(other, float):
            if other == math.inf:
                return -1
            if other == -math.inf:
                return 1
        b = self._other(other)
        if b is None:
            return None
        if self._coefficients == b._coefficients and self._denominator == b._denominator:
            return 0
        mid, rad = self.mid_rad()
        mid2, rad2 = b.mid_rad()
        if abs(mid - mid2) > (rad + rad2) * (1 + 2**-40):
            self._field.statistics.filtered += 1
            return 1 if mid > mid2 else -1
        return (self - b).sign()

    def _compare_across(self, other: AlgebraicReal) -> int:
        """Order of irrationals of two fields: equal only if conjugate and never separated."""
        conjugate = self.minimal_polynomial == other.minimal_polynomial
        bits = 64
        while True:
            a, b = self.enclosure(bits)
            c, d = other.enclosure(bits)
            if b < c:
                return -1
            if a > d:
                return 1
            if conjugate:
                roots = real_root_intervals(self.minimal_polynomial)
                low, high = min(a, c), max(b, d)
                if sum(1 for r in roots if r[0] <= high and low <= r[1]) == 1:
                    return 0
            bits *= 2

    def __eq__(self, other: object) -> bool:
        if isinstance(other, float):
            return False if math.isinf(other) or math.isnan(other) else self == Fraction(other)
        try:
            result = self._compare(other)
        except InexactInputError:
            return NotImplemented
        return NotImplemented if result is None else result == 0

    def __lt__(self, other: Any) -> bool:
        result = self._compare(other)
        return NotImplemented if result is None else result < 0

    def __le__(self, other: Any) -> bool:
        result = self._compare(other)
        return NotImplemented if result is None else result <= 0

    def __gt__(self, other: Any) -> bool:
        result = self._compare(other)
        return NotImplemented if result is None else result > 0

    def __ge__(self, other: Any) -> bool:
        result = self._compare(other)
        return NotImplemented if result is None else result >= 0

    def __hash__(self) -> int:
        if self.is_rational:
            return hash(Fraction(self._coefficients[0], self._denominator))
        # the nearest double does not depend on how the number is written
        try:
            return hash(float(self))
        except OverflowError:
            return hash(math.inf if self.sign() > 0 else -math.inf)

    def __bool__(self) -> bool:
        return any(self._coefficients)

    def __float__(self) -> float:
        """The nearest double."""
        if self._float is None:
            object.__setattr__(self, "_float", self._nearest())
        assert self._float is not None
        return self._float

    def _nearest(self) -> float:
        if self.is_rational:
            return float(Fraction(self._coefficients[0], self._denominator))
        return nearest_double(self._scaled, self._denominator)

    def __floor__(self) -> int:
        """The largest integer that is not above the number."""
        if self.is_rational:
            return math.floor(self.as_fraction())
        bits = 64
        while True:
            low, high = self.enclosure(bits)
            if math.floor(low) == math.floor(high):
                return math.floor(low)
            bits *= 2

    def __ceil__(self) -> int:
        """The smallest integer that is not below the number."""
        return -math.floor(-self)

    # text ---------------------------------------------------------------------------

    def __str__(self) -> str:
        return printing.plain(self._field, self.coefficients)

    def __repr__(self) -> str:
        return f"AlgebraicReal({self})"

    def _repr_latex_(self) -> str:
        return printing.latex(self._field, self.coefficients)

    def _sympy_(self) -> Any:
        return printing.symbolic(self._field, self.coefficients)
