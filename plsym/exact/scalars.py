"""The seam between the numbers a user sees and those the algorithms run on.

Outside: `Fraction` and `AlgebraicReal`.  Inside: gmpy2's ``mpq``, which has the
same values, equality and hashes as `Fraction` and is many times faster, and
`AlgebraicReal`.  `to_num` is the way in, `to_public` the way out.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Iterable
from fractions import Fraction
from typing import Any, TypeAlias

from gmpy2 import mpq

from plsym.errors import DomainError, FieldMismatchError
from plsym.exact.element import AlgebraicReal
from plsym.exact.numberfield import NumberField
from plsym.exact.polynomials import evaluate, real_root_intervals
from plsym.exact.rationals import brief, from_text, rational, to_text

__all__ = [
    "Num",
    "Scalar",
    "ScalarLike",
    "decode",
    "encode",
    "field_of",
    "mid_rad",
    "sign",
    "text",
    "to_float",
    "to_num",
    "to_public",
]

Num: TypeAlias = mpq | AlgebraicReal
Scalar: TypeAlias = Fraction | AlgebraicReal
ScalarLike: TypeAlias = int | Fraction | str | AlgebraicReal | mpq

_MPQ = type(mpq(0))
# a file of a few kilobytes must not ask for gigabytes: ten thousand digits an entry at most
_FAR = re.compile(r"[eE][-+]?0*[1-9]\d{4}")

_LONGEST_POLYNOMIAL = 1 << 15


def to_num(x: Any, /) -> Num:
    """Read an exact number for internal use; floats are refused (see `rational`)."""
    if type(x) is _MPQ:
        return x
    if type(x) is int:
        return mpq(x)
    if type(x) is Fraction:
        return mpq(*x.as_integer_ratio())
    if isinstance(x, AlgebraicReal):
        if x.is_rational:
            q = x.as_fraction()
            return mpq(q.numerator, q.denominator)
        return x
    q = rational(x)
    return mpq(q.numerator, q.denominator)


def to_public(x: Num, /) -> Scalar:
    """An internal number as a `Fraction`, or as an `AlgebraicReal` if it is irrational."""
    if isinstance(x, AlgebraicReal):
        return x.as_fraction() if x.is_rational else x
    return Fraction(int(x.numerator), int(x.denominator))


def field_of(numbers: Iterable[Num]) -> NumberField | None:
    """The one number field of the numbers; None if all are rational.

    Raises
    ------
    FieldMismatchError
        If irrational numbers of two fields occur.
    """
    found: NumberField | None = None
    for x in numbers:
        if isinstance(x, AlgebraicReal) and not x.is_rational:
            if found is None:
                found = x.field
            elif x.field is not found and x.field != found:
                raise FieldMismatchError(
                    f"numbers of two fields, {found} and {x.field}; work over one field at a time"
                )
    return found


def sign(x: Num, /) -> int:
    """-1, 0 or 1, exactly."""
    if isinstance(x, AlgebraicReal):
        return x.sign()
    return int(x > 0) - int(x < 0)


def to_float(x: Num | float, /) -> float:
    """The nearest double; infinite beyond the range of doubles."""
    try:
        return float(x)
    except OverflowError:
        return math.inf if x > 0 else -math.inf


def mid_rad(x: Num, /) -> tuple[float, float]:
    """A double and a bound of its distance to the number."""
    value = to_float(x)
    return value, abs(value) * 2.0**-53 + 5e-324


def text(x: Num | Scalar, /) -> str:
    """A short human form, such as "2/3" or "1/2 + 1/2*sqrt(5)"."""
    if isinstance(x, AlgebraicReal):
        return str(x)
    return to_text(Fraction(int(x.numerator), int(x.denominator)))


def encode(x: Num | Scalar, /) -> Any:
    """A JSON value: a string "p/q", or an object for an irrational number."""
    number = to_num(x)
    if isinstance(number, AlgebraicReal):
        low, high = number.field.isolating_interval
        return {
            "minpoly": [c if abs(c) < 2**53 else hex(c) for c in number.field.minimal_polynomial],
            "interval": [to_text(low), to_text(high)],
            "coefficients": [to_text(c) for c in number.coefficients],
        }
    return text(number)


def decode(value: Any, /) -> Num:
    """Read what `encode` wrote.

    Raises
    ------
    DomainError
        If the value is not of that form, or a decimal's exponent is beyond 9999.
    """
    if isinstance(value, str) and _FAR.search(value) and "x" not in value.lower():
        raise DomainError(
            f"{brief(value)} has an exponent beyond 9999, which is not read from files; "
            "write the number as 'p/q', in hexadecimal if it is meant"
        )
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        return to_num(value)
    if not isinstance(value, dict) or set(value) != {"minpoly", "interval", "coefficients"}:
        raise DomainError(
            f"{brief(value)} is no exact number; expected 'p/q' or an object with "
            "minpoly, interval and coefficients"
        )
    try:
        polynomial = tuple(
            int(c, 16) if isinstance(c, str) else operator.index(c) for c in value["minpoly"]
        )
        low, high = (from_text(s) for s in value["interval"])
        coefficients = [from_text(s) for s in value["coefficients"]]
    except (TypeError, ValueError) as error:
        raise DomainError(f"{brief(value)} is no algebraic number: {error}") from error
    if not 3 <= len(polynomial) <= 201:
        raise DomainError(f"a minimal polynomial of degree {len(polynomial) - 1}; 2 to 200 allowed")
    if len(polynomial) * max(c.bit_length() for c in polynomial) > _LONGEST_POLYNOMIAL:
        raise DomainError(
            "a minimal polynomial with coefficients that are too long: degree times bits may be "
            f"{_LONGEST_POLYNOMIAL}"
        )
    if polynomial[-1] == 0:
        raise DomainError("the leading coefficient of a minimal polynomial is zero")
    intervals = real_root_intervals(polynomial)
    meeting = [i for i, (a, b) in enumerate(intervals) if a < high and low < b]
    inside = [i for i in meeting if _root_within(polynomial, intervals[i], low, high)]
    if len(inside) != 1:
        raise DomainError(
            f"the interval {brief(value['interval'])} holds {len(inside)} roots; "
            "exactly one is needed"
        )
    field = NumberField(polynomial, inside[0])
    if len(coefficients) > field.degree:
        raise DomainError(f"{len(coefficients)} coefficients in a field of degree {field.degree}")
    return to_num(AlgebraicReal.of(field, coefficients))


def _root_within(
    polynomial: tuple[int, ...], interval: tuple[Fraction, Fraction], low: Fraction, high: Fraction
) -> bool:
    a, b = max(interval[0], low), min(interval[1], high)
    return a < b and (evaluate(polynomial, a) > 0) != (evaluate(polynomial, b) > 0)


def lower_end(x: Num, bits: int = 80) -> Fraction:
    """A rational that is not above a number, the number itself if it is rational."""
    value = to_public(x)
    return Fraction(value.enclosure(bits)[0]) if isinstance(value, AlgebraicReal) else value


def upper_end(x: Num, bits: int = 80) -> Fraction:
    """A rational that is not below a number, the number itself if it is rational."""
    return -lower_end(-x, bits)
