"""Families of piecewise-linear functions that the literature keeps coming back to."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from gmpy2 import mpq

from plsym.errors import DomainError
from plsym.exact.scalars import Num, ScalarLike, to_num, to_public
from plsym.piecewise import algebra
from plsym.piecewise.function import PiecewiseLinear
from plsym.piecewise.operations import minimum

__all__ = [
    "abs_map",
    "connect_the_dots",
    "constant",
    "identity",
    "rectangle_pulse",
    "relu",
    "sawtooth",
    "skew_tent",
    "stefan_map",
    "tent",
    "truncated_tent",
]


def tent() -> PiecewiseLinear:
    """The tent map 1 - |2x - 1| on [0, 1].

    References
    ----------
    .. [1] M. Telgarsky, "Representation benefits of deep feedforward networks", 2015.

    Examples
    --------
    >>> pl.tent().iterate(3).num_pieces
    8
    """
    return PiecewiseLinear([0, Fraction(1, 2), 1], [0, 1, 0])


def sawtooth(laps: int) -> PiecewiseLinear:
    """Alternating full laps of equal length on [0, 1], the first one upwards.

    Parameters
    ----------
    laps : int
        At least 1; ``sawtooth(2**k)`` is the k-fold tent map.

    Examples
    --------
    >>> pl.sawtooth(8) == pl.tent().iterate(3)
    True
    """
    n = _count(laps, "laps", 1)
    return PiecewiseLinear([Fraction(i, n) for i in range(n + 1)], [i % 2 for i in range(n + 1)])


def _count(value: Any, name: str, least: int) -> int:
    number = to_public(to_num(value))
    if not isinstance(number, Fraction) or number.denominator != 1 or number < least:
        raise DomainError(f"{name} is {value}; an integer of at least {least} is needed")
    return int(number)


def skew_tent(peak: ScalarLike) -> PiecewiseLinear:
    """Up from (0, 0) to (peak, 1) and down to (1, 0), 0 < peak < 1.

    Examples
    --------
    >>> pl.skew_tent("1/3").slopes
    (Fraction(3, 1), Fraction(-3, 2))
    """
    return PiecewiseLinear([0, peak, 1], [0, 1, 0])


def truncated_tent(height: ScalarLike) -> PiecewiseLinear:
    """The tent map cut off at a height: min(tent, height) on [0, 1].

    Examples
    --------
    >>> pl.lap_numbers(pl.truncated_tent("6/7"), 8)
    [2, 4, 8, 14, 24, 40, 66, 108]
    """
    return minimum(tent(), height)


def abs_map(
    slope: ScalarLike, domain: tuple[ScalarLike, ScalarLike] | None = (-1, 1)
) -> PiecewiseLinear:
    """slope * |x| - 1, by default on [-1, 1]; on the line for ``domain=None``.

    Notes
    -----
    With the slope rho_p, the largest root of x**p - 2 x**(p-2) - 1 for an odd p, the
    point 0 has period p: the tight family of the depth-width bounds.

    References
    ----------
    .. [1] V. Chatziafratis, S. G. Nagarajan, I. Panageas, "Better depth-width
       trade-offs for neural networks through the lens of dynamical systems", ICML 2020.

    Examples
    --------
    >>> f = pl.abs_map(pl.golden())
    >>> f.iterate(3)(0)
    Fraction(0, 1)
    """
    s = to_num(slope)
    f = PiecewiseLinear([0], [-1], left_slope=-s, right_slope=s)
    return f if domain is None else f.restrict(*domain)


def rectangle_pulse(
    a: ScalarLike, b: ScalarLike, eps: ScalarLike, height: ScalarLike = 1
) -> PiecewiseLinear:
    """A pulse on the line: 0 up to a, ``height`` on [a + eps, b], 0 from b + eps on.

    Parameters
    ----------
    a, b, eps, height : exact numbers
        a + eps <= b and eps > 0.

    Notes
    -----
    A difference of four ReLUs.  In doubles the two flanks round apart and the tails
    are not zero; here they are.

    Examples
    --------
    >>> f = pl.rectangle_pulse(0, 1, "1/10")
    >>> f(-5), f("1/2"), f(7), f.num_pieces
    (Fraction(0, 1), Fraction(1, 1), Fraction(0, 1), 5)
    """
    low, high, width, top = to_num(a), to_num(b), to_num(eps), to_num(height)
    if not width > 0 or low + width > high:
        raise DomainError("a pulse needs eps > 0 and a + eps <= b")
    xs = [low, low + width, high, high + width]
    ys: list[Num] = [mpq(0), top, top, mpq(0)]
    if xs[1] == xs[2]:
        del xs[1], ys[1]
    return PiecewiseLinear._made(algebra.canonical(xs, ys, mpq(0), mpq(0)))


def connect_the_dots(*cycle: Any) -> PiecewiseLinear:
    """The map on [1, n] that joins the points (i, cycle[i]) of a permutation.

    Parameters
    ----------
    *cycle : int
        The permutation in one-line notation, as arguments or one sequence.

    Examples
    --------
    >>> pl.connect_the_dots(2, 3, 1)(2)
    Fraction(3, 1)
    """
    items: Sequence[Any] = cycle
    if len(cycle) == 1 and isinstance(cycle[0], (list, tuple)):
        items = cycle[0]
    values = [_count(v, "an entry of the permutation", 1) for v in items]
    n = len(values)
    if n < 2 or sorted(values) != list(range(1, n + 1)):
        raise DomainError(f"{tuple(values)} is no permutation of 1..n with n >= 2")
    return PiecewiseLinear(list(range(1, n + 1)), values)


def stefan_map(p: int) -> PiecewiseLinear:
    """The connect-the-dots map of the Stefan cycle of odd length p >= 3.

    Notes
    -----
    Its point 1 has period p, and no odd period between 1 and p occurs.

    Examples
    --------
    >>> pl.stefan_map(5).values
    (Fraction(5, 1), Fraction(4, 1), Fraction(2, 1), Fraction(1, 1), Fraction(3, 1))
    """
    n = _count(p, "p", 3)
    if n % 2 == 0:
        raise DomainError(f"p is {n}; the Stefan cycle has odd length")
    middle = (n + 1) // 2
    order = [*range(n, middle, -1), *range(middle - 1, 0, -1), middle]
    return PiecewiseLinear(list(range(1, n + 1)), order)


def identity(domain: tuple[ScalarLike, ScalarLike] | None = (0, 1)) -> PiecewiseLinear:
    """The function x, by default on [0, 1]; on the line for ``domain=None``.

    Examples
    --------
    >>> pl.identity(None)(7)
    Fraction(7, 1)
    """
    f = PiecewiseLinear([0], [0], left_slope=1, right_slope=1)
    return f if domain is None else f.restrict(*domain)


def constant(
    c: ScalarLike, domain: tuple[ScalarLike, ScalarLike] | None = (0, 1)
) -> PiecewiseLinear:
    """A constant, by default on [0, 1]; on the line for ``domain=None``.

    Examples
    --------
    >>> pl.constant("1/2").integral()
    Fraction(1, 2)
    """
    f = PiecewiseLinear([0], [c], left_slope=0, right_slope=0)
    return f if domain is None else f.restrict(*domain)


def relu() -> PiecewiseLinear:
    """max(0, x) on the line.

    Examples
    --------
    >>> pl.relu()(-3), pl.relu()(3)
    (Fraction(0, 1), Fraction(3, 1))
    """
    return PiecewiseLinear([0], [0], left_slope=0, right_slope=1)
