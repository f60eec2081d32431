"""Variation and integrals of f^n without listing its pieces."""

from __future__ import annotations

from plsym.exact.scalars import Scalar, ScalarLike, to_num, to_public
from plsym.piecewise.function import PiecewiseLinear
from plsym.piecewise.orbits import OrbitTable, checked_power
from plsym.piecewise.pushforward import distance_to_level, integral_of_power, variation
from plsym.piecewise.tower import Tower

__all__ = ["iterate_distance", "iterate_integral", "iterate_variation"]


def _tower_of(f: PiecewiseLinear) -> Tower:
    return Tower(OrbitTable(f._knots()))


def iterate_variation(f: PiecewiseLinear, n: int) -> Scalar:
    """Return the total variation of f^n without listing its pieces.

    Parameters
    ----------
    f : PiecewiseLinear
        A map of its domain into itself.
    n : int
        The number of iterations, at least 0.

    Returns
    -------
    Fraction or AlgebraicReal
        The exact total variation.

    Raises
    ------
    DomainError
        If f leaves its domain, an unbounded end piece of f^n is not constant, or n is
        not an integer >= 0.

    Notes
    -----
    Exact.  O(K n^2) additions of integers for a map with K pieces.

    Examples
    --------
    >>> pl.iterate_variation(pl.tent(), 10)
    Fraction(1024, 1)
    """
    return to_public(variation(_tower_of(f), checked_power(n)))


def iterate_integral(f: PiecewiseLinear, n: int, power: int = 1) -> Scalar:
    """Return the integral of (f^n)^power over the domain without listing the pieces.

    Parameters
    ----------
    f : PiecewiseLinear
        A map of a bounded interval [a, b] into itself.
    n : int
        The number of iterations, at least 0.
    power : int, optional
        The power of the value, at least 0.

    Returns
    -------
    Fraction or AlgebraicReal
        The exact integral.

    Raises
    ------
    DomainError
        If f leaves its domain, the domain is unbounded, or n or ``power`` is not an
        integer >= 0.

    Notes
    -----
    Exact.  Lebesgue measure is pushed forward n times: O(K n^2) rational operations on
    numbers whose size grows linearly in n.

    Examples
    --------
    >>> pl.iterate_integral(pl.tent(), 10), pl.iterate_integral(pl.tent(), 10, power=2)
    (Fraction(1, 2), Fraction(1, 3))
    """
    exponent = checked_power(power, "the power")
    return to_public(integral_of_power(_tower_of(f), checked_power(n), exponent))


def iterate_distance(f: PiecewiseLinear, n: int, z: ScalarLike) -> Scalar:
    """Return the integral of abs(f^n - z) over the domain without listing the pieces.

    Parameters
    ----------
    f : PiecewiseLinear
        A map of a bounded interval [a, b] into itself.
    n : int
        The number of iterations, at least 0.
    z : exact number
        The constant that f^n is compared with.

    Returns
    -------
    Fraction or AlgebraicReal
        The exact L1 distance from f^n to the constant z.

    Raises
    ------
    DomainError
        If f leaves its domain, the domain is unbounded, or n is not an integer >= 0.

    Notes
    -----
    Exact; cost as for `iterate_integral`.

    Examples
    --------
    >>> pl.iterate_distance(pl.tent(), 10, "1/2")
    Fraction(1, 4)
    """
    return to_public(distance_to_level(_tower_of(f), checked_power(n), to_num(z)))
