"""Numbers that several theorems share."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Any

from plsym.dynamics.sharkovsky import checked_period
from plsym.errors import DomainError
from plsym.exact.algebraic import algebraic
from plsym.exact.scalars import Scalar
from plsym.piecewise.function import PiecewiseLinear

__all__ = ["at_least_power", "function", "odd_part", "positive", "reaches", "rho"]


@cache
def rho(q: int) -> Scalar:
    """The largest root of x^q - 2 x^(q-2) - 1, the growth number of a Stefan cycle; q odd.

    Examples
    --------
    >>> from plsym.theory.constants import rho
    >>> rho(3), rho(7).minimal_polynomial
    (AlgebraicReal(1/2 + 1/2*sqrt(5)), (-1, 0, -1, 1))
    """
    if checked_period(q) < 3 or q % 2 == 0:
        raise DomainError(f"rho_q is defined for odd q from 3 on, not for {q}")
    return algebraic([-1, *[0] * (q - 3), -2, 0, 1], near=2)


def odd_part(n: int) -> tuple[int, int]:
    """n = 2**d * q with q odd."""
    d = (n & -n).bit_length() - 1
    return d, n >> d


def reaches(rate: Any, n: int) -> bool:
    """Whether a number is at least rho_q^(1/2^d), for n = 2^d q; any field will do.

    Examples
    --------
    >>> from plsym.theory.constants import reaches
    >>> reaches(pl.golden(), 3), reaches(pl.rational("1.618"), 3)
    (True, False)
    """
    d, q = odd_part(n)
    # the polynomial of rho_q is negative below it and not above, from sqrt(2) on
    t = rate ** (1 << d)
    return bool(t ** (q - 2) * (t * t - 2) >= 1)


def at_least_power(count: Any, rate: Scalar, exponent: int) -> bool:
    """Whether a number is at least a power, exactly."""
    return bool(Fraction(count) >= rate**exponent)


def positive(value: Any, name: str) -> int:
    """A parameter that is an integer from 1 on."""
    return checked_period(value, f"the parameter {name}")


def function(subject: Any, what: str) -> PiecewiseLinear:
    """Insist on a function of one variable."""
    if not isinstance(subject, PiecewiseLinear):
        raise DomainError(
            f"{what} is about a map of an interval, not about a {type(subject).__name__}; "
            "take net.to_piecewise(a, b) of a network with one input"
        )
    return subject
