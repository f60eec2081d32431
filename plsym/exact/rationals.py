"""The gate: what becomes an exact rational, and what is refused.

Floats are refused, because nobody can tell whether 0.1 means one tenth or the
double next to it.  `dyadic` takes a float as the rational that it is; a string
such as "0.1" is the decimal that it shows.
"""

from __future__ import annotations

import math
import numbers
import operator
import re
from decimal import Decimal
from fractions import Fraction
from typing import Any, overload

from plsym.errors import DomainError, InexactInputError

__all__ = ["brief", "dyadic", "from_text", "rational", "to_text"]

_NUMBER = re.compile(
    r"(?P<sign>[-+]?)\s*(?:"
    r"0[xX](?P<hex>[0-9a-fA-F]+)(?:\s*/\s*0[xX](?P<hexden>[0-9a-fA-F]+))?"
    r"|(?P<int>\d+)\s*/\s*(?P<den>\d+)"
    r"|(?P<whole>\d*)(?:\.(?P<part>\d*))?(?:[eE](?P<exp>[-+]?\d+))?"
    r")\Z",
    re.ASCII,
)
_CHUNK = 4000
_MAX_EXPONENT = 999_999


def brief(x: Any, /) -> str:
    """What was given, for a message: cut short, and whatever its number of digits."""
    try:
        shown = repr(x)
    except ValueError:
        return f"({type(x).__name__} with a number of more than 4300 digits)"
    return shown if len(shown) <= 80 else shown[:80] + "..."


def _digits(text: str) -> int:
    """A decimal integer of any length (Python itself stops at 4300 digits)."""
    if len(text) <= _CHUNK:
        return int(text or "0")
    middle = len(text) // 2
    power: int = 10 ** (len(text) - middle)
    return _digits(text[:middle]) * power + _digits(text[middle:])


def from_text(text: str, /) -> Fraction:
    """Read "p/q", "p", a decimal such as "0.125" or "1e-3", or hexadecimal "0x1f/0x20".

    Raises
    ------
    DomainError
        If the text is no number, the denominator is zero, or a decimal's
        exponent is beyond 999999.

    Examples
    --------
    >>> from_text("0.1"), from_text("-3/6")
    (Fraction(1, 10), Fraction(-1, 2))
    """
    if not isinstance(text, str):
        raise InexactInputError(f"{brief(text)} is no text; pass a string 'p/q'")
    match = _NUMBER.match(text.strip(" \t\r\n"))
    if match is None or not any(match[g] for g in ("hex", "int", "whole", "part")):
        raise DomainError(
            f"{brief(text)} is no rational number; "
            "write an integer, 'p/q' or a decimal such as '0.125'"
        )
    denominator = 1
    if match["hex"]:
        numerator = int(match["hex"], 16)
        if match["hexden"]:
            denominator = int(match["hexden"], 16)
    elif match["int"]:
        numerator, denominator = _digits(match["int"]), _digits(match["den"])
    else:
        part = match["part"] or ""
        numerator = _digits((match["whole"] or "") + part)
        power = match["exp"] or "0"
        if len(power.lstrip("+-0")) > 6:
            raise _exponent_error(text)
        exponent = int(power) - len(part)
        if exponent >= 0:
            numerator *= 10**exponent
        else:
            denominator = 10**-exponent
    if denominator == 0:
        raise DomainError(f"{brief(text)} has a zero denominator")
    return Fraction(-numerator if match["sign"] == "-" else numerator, denominator)


def _exponent_error(x: Any) -> DomainError:
    return DomainError(
        f"{brief(x)} has an exponent beyond {_MAX_EXPONENT}; "
        "write the number as an int or a Fraction if it is meant"
    )


def to_text(value: Fraction, /) -> str:
    """Write a rational as "p/q" or "p"; numbers of more than 4000 digits in hexadecimal.

    Examples
    --------
    >>> to_text(Fraction(1, 3)), to_text(Fraction(4))
    ('1/3', '4')
    """
    p, q = value.numerator, value.denominator
    # 4000 decimal digits are a little more than 13287 bits
    if max(p.bit_length(), q.bit_length()) > 13287:
        return f"{p:#x}" if q == 1 else f"{p:#x}/{q:#x}"
    return str(p) if q == 1 else f"{p}/{q}"


def _is_duration(x: Any) -> bool:
    """Whether x is a numpy time span, which numpy counts among the integers."""
    return type(x).__name__ == "timedelta64"


def rational(x: Any, /) -> Fraction:
    """Read an exact rational number.

    Parameters
    ----------
    x : int, Fraction, str, numpy integer, or any rational of gmpy2, flint or sympy
        Strings are "p/q", integers or decimals.

    Returns
    -------
    Fraction

    Raises
    ------
    InexactInputError
        If ``x`` is a float, a bool or something else that is no exact number.
    DomainError
        If a string is no number.

    Examples
    --------
    >>> rational("1/3"), rational("0.1"), rational(7)
    (Fraction(1, 3), Fraction(1, 10), Fraction(7, 1))
    """
    if type(x) is Fraction:
        return x
    if type(x) is int:
        return Fraction(x)
    if isinstance(x, str):
        return from_text(x)
    kind = type(x).__name__
    if isinstance(x, bool) or kind in ("bool_", "bool"):
        raise InexactInputError(f"{x!r} is a truth value, not a number; write 0 or 1")
    if isinstance(x, float) or kind.startswith(("float", "longdouble", "bfloat")):
        raise InexactInputError(
            f"{x!r} is a float; pass a string such as '0.1' for the decimal it shows, "
            f"or pl.dyadic(x) for the exact value of the float"
        )
    if isinstance(x, Decimal):
        if not x.is_finite():
            raise DomainError(f"{x} is not a finite number")
        if abs(int(x.as_tuple().exponent)) > _MAX_EXPONENT:
            raise _exponent_error(x)
        return Fraction(x)
    if isinstance(x, numbers.Rational) and not _is_duration(x):
        # foreign integers inside a Fraction overflow silently: go through index
        return Fraction(operator.index(x.numerator), operator.index(x.denominator))
    if getattr(x, "shape", None) == () and hasattr(x, "item") and not _is_duration(x):
        # an array or tensor of no dimensions: its entry decides
        entry = x.item()
        if type(entry) is not type(x):
            return rational(entry)
    elif hasattr(x, "__index__") and not hasattr(x, "shape"):
        return Fraction(operator.index(x))
    if getattr(x, "is_Rational", None) is True or kind == "fmpq":
        p, q = x.p, x.q
        if int(q) == 0:
            raise DomainError(f"{x} is not a finite number")
        return Fraction(int(p), int(q))
    raise InexactInputError(
        f"{brief(x)} of type {kind} is no exact number; pass an int, a Fraction or a string 'p/q'"
    )


@overload
def dyadic(x: float | str | Fraction, /) -> Fraction: ...
@overload
def dyadic(x: Any, /) -> Any: ...
def dyadic(x: Any, /) -> Any:
    """The rational number that a float is: m * 2**e, exactly.

    Parameters
    ----------
    x : float of any width, or an array of floats
        Also numpy and torch scalars and arrays; integers and fractions pass through.

    Returns
    -------
    Fraction, or ndarray of them with the shape of ``x``

    Raises
    ------
    DomainError
        If ``x`` is NaN or infinite.

    Examples
    --------
    >>> dyadic(0.1)
    Fraction(3602879701896397, 36028797018963968)
    >>> dyadic(np.array([0.5, -3.0]))
    array([Fraction(1, 2), Fraction(-3, 1)], dtype=object)
    """
    if getattr(x, "shape", ()) != () and hasattr(x, "tolist"):
        return _dyadic_array(x)
    if hasattr(x, "item") and getattr(x, "shape", ()) == () and not _is_duration(x):
        native = x.item()
        # a long double has no native counterpart and stays as it is
        x = native
    if isinstance(x, bool):
        raise InexactInputError(f"{x!r} is a truth value, not a number; write 0 or 1")
    if hasattr(x, "as_integer_ratio") and not isinstance(x, (int, Fraction, Decimal)):
        finite = math.isfinite(x)
        if not finite:
            raise DomainError(f"{x} is not a finite number")
        p, q = x.as_integer_ratio()
        return Fraction(int(p), int(q))
    if type(x).__name__.startswith(("bfloat", "float8")):
        return dyadic(float(x))
    return rational(x)


def _dyadic_array(x: Any) -> Any:
    import numpy as np

    flat = x.reshape(-1).tolist()
    out = np.empty(len(flat), dtype=object)
    for i, value in enumerate(flat):
        try:
            out[i] = dyadic(value)
        except DomainError as error:
            raise DomainError(f"entry {i} of the array: {error}") from None
    return out.reshape(tuple(x.shape))
