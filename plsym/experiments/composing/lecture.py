"""The constructions of a lecture: triangles composed, rectangles added, in doubles and as meant."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from flint import arb, ctx

import plsym as pl
from plsym.errors import DomainError
from plsym.exact.enclosure import Enclosure
from plsym.exact.rationals import dyadic
from plsym.networks.network import ReLUNetwork, from_weights
from plsym.piecewise.algebra import piece_slopes
from plsym.piecewise.function import PiecewiseLinear

__all__ = [
    "END",
    "double_network",
    "double_program",
    "exact_network",
    "grid",
    "nearest_sine",
    "sine_distance",
    "tail_bound",
    "triangle_network",
    "weight_variation",
]

END = 5  # sin is wanted on [0, 5]
_BITS = 192


def triangle_network(k: int) -> ReLUNetwork:
    """relu(relu(2x) - relu(4x - 2)), composed k times: 2 k hidden layers, 3 k neurons.

    Examples
    --------
    >>> from plsym.experiments.composing.lecture import triangle_network
    >>> net = triangle_network(3)
    >>> net.widths, net.to_piecewise(0, 1) == pl.tent().iterate(3)
    ((2, 1, 2, 1, 2, 1), True)
    """
    one: tuple[Any, Any] = ([[2], [4]], [0, -2])
    two: tuple[Any, Any] = ([[1, -1]], [0])
    return from_weights([*[one, two] * k, ([[1]], [0])])


def grid(count: int) -> tuple[Fraction, ...]:
    """The points x_2, ..., x_(count + 1) of the grid 0, 5/(count + 3), ... under the rectangles.

    A grid of m points on [0, 5) gets m - 3 rectangles: none for its first two points and
    the last one.

    Examples
    --------
    >>> from plsym.experiments.composing.lecture import grid
    >>> points = grid(17)
    >>> len(points), points[0], points[-1]
    (17, Fraction(1, 2), Fraction(9, 2))
    """
    if count < 1:
        raise DomainError(f"{count} rectangles: at least one is needed")
    return tuple(Fraction(END * i, count + 3) for i in range(2, count + 2))


def nearest_sine(x: float) -> float:
    """The double nearest to sin x: what the best library would return, on every machine.

    Examples
    --------
    >>> import math
    >>> from plsym.experiments.composing.lecture import nearest_sine
    >>> abs(nearest_sine(1.5) - math.sin(1.5)) <= math.ulp(1.0)
    True
    """
    bits = _BITS
    while True:
        with ctx.workprec(bits):
            low, high = _ends(_arb(dyadic(x)).sin())
        if float(low) == float(high):  # both round to the same double
            return float(low)
        bits *= 2


def _arb(x: Any) -> Any:
    return arb(int(x.numerator)) / arb(int(x.denominator))


def _ends(ball: Any) -> tuple[Fraction, Fraction]:
    ends = []
    for end in (ball.lower(), ball.upper()):
        mantissa, exponent = end.man_exp()
        ends.append(Fraction(int(mantissa)) * Fraction(2) ** int(exponent))
    return ends[0], ends[1]


def _corners(count: int, ramp: float) -> list[tuple[float, float, float, float, float]]:
    """For each rectangle a, a + ramp, b, b + ramp and height / ramp, computed in doubles."""
    step = float(Fraction(END, count + 3))
    x = [i * step for i in range(count + 3)]
    found = []
    for i in range(2, count + 2):
        a, b = (x[i] + x[i - 1]) / 2, (x[i] + x[i + 1]) / 2
        found.append((a, a + ramp, b, b + ramp, nearest_sine(x[i]) / ramp))
    return found


def double_network(count: int, ramp: float = 1e-7) -> ReLUNetwork:
    """A sum of rectangles with the weights that a program in doubles computes.

    Parameters
    ----------
    count : int
        The number of rectangles, centred at the points of `grid`.
    ramp : float
        The width of their sides.

    Returns
    -------
    ReLUNetwork
        4 * count neurons in one hidden layer, its weights read exactly.

    Examples
    --------
    >>> from plsym.experiments.composing.lecture import double_network, exact_network
    >>> f, g = (make(17).to_piecewise() for make in (double_network, exact_network))
    >>> f.num_pieces, g.num_pieces, float(f(7)), g(7)
    (37, 37, 4.711838274415216e-09, Fraction(0, 1))
    """
    corners = _corners(count, ramp)
    bias = [-edge for a, a1, b, b1, _ in corners for edge in (a, a1, b, b1)]
    out = [sign * w for *_, w in corners for sign in (1, -1, -1, 1)]
    return from_weights([(np.ones((len(bias), 1)), np.array(bias)), (np.array([out]), None)])


def double_program(count: int, ramp: float = 1e-7) -> Callable[[float], float]:
    """The same sum, evaluated in doubles, too.

    Examples
    --------
    >>> from plsym.experiments.composing.lecture import double_program
    >>> f = double_program(47)
    >>> abs(f(7.0)) < 1e-7, f(1e9) > 0.25  # where the sum should be 0
    (True, True)
    """
    corners = _corners(count, ramp)

    def program(x: float) -> float:
        total = 0.0
        for a, a1, b, b1, w in corners:
            p, q, r, s = (max(x - edge, 0.0) for edge in (a, a1, b, b1))
            total += w * (p - q - r + s)
        return total

    return program


def exact_network(count: int, ramp: float = 1e-7) -> ReLUNetwork:
    """The sum of rectangles that is meant: edges and sides as their decimals say.

    The heights are the same doubles as in `double_network`.
    """
    half = Fraction(END, 2 * (count + 3))
    step = float(2 * half)
    heights = [dyadic(nearest_sine(i * step)) for i in range(2, count + 2)]
    pulses = [(x - half, x + half, h) for x, h in zip(grid(count), heights, strict=True)]
    return pl.pulse_network(pulses, Fraction(repr(ramp)))


def weight_variation(count: int, ramp: float = 1e-7) -> Fraction:
    """|w_1| + |w_2 - w_1| + ... + |w_n|, of the weights of `double_network`."""
    weights = [Fraction(0), *(dyadic(w) for *_, w in _corners(count, ramp)), Fraction(0)]
    return sum((abs(v - u) for u, v in pairwise(weights)), Fraction(0))


def tail_bound(count: int, ramp: float = 1e-7) -> Fraction:
    """What rounding can leave at most of `double_network` to the right of all rectangles.

    Notes
    -----
    The exact value there is the sum of w_i (d_i - d_(i+1)), with d_i the rounding error of
    the sum edge + ramp, since the right edge of a rectangle is the left edge of the next.
    Summed by parts, that is at most the variation of the w_i times the largest |d_i|,
    which is at most 2^-51 for sums below 8.

    Examples
    --------
    >>> from plsym.experiments.composing.lecture import double_network, tail_bound
    >>> f = double_network(17).to_piecewise()
    >>> 0 < f(7) <= tail_bound(17) < pl.rational("1/10000000")
    True
    """
    return weight_variation(count, ramp) / 2**51


def sine_distance(f: PiecewiseLinear, low: Any, high: Any) -> Enclosure:
    """The largest |f(x) - sin x| for low <= x <= high.

    Parameters
    ----------
    f : PiecewiseLinear
        With rational data.
    low, high : exact numbers
        Inside its domain.

    Returns
    -------
    Enclosure

    Notes
    -----
    On a piece of slope m the largest values are at its ends or where cos x = m.  All
    numbers are balls of 192 bits; a point that may lie outside its piece counts for the
    upper end alone.

    Examples
    --------
    >>> from plsym.experiments.composing.lecture import sine_distance
    >>> found = sine_distance(pl.constant(0, domain=(0, 2)), 0, 2)
    >>> found.contains(1), float(found.width) < 1e-50
    (True, True)
    """
    knots = f.restrict(low, high)._knots()
    with ctx.workprec(_BITS):
        least = most = arb(0)

        def note(x: Any, value: Any, certain: bool) -> None:
            nonlocal least, most
            error = abs(x.sin() - value)
            # the ends of a ball are numbers, so these comparisons are exact
            if error.upper() > most:
                most = error.upper()
            if certain and error.lower() > least:
                least = error.lower()

        xs, ys = ([_arb(v) for v in part] for part in (knots.xs, knots.ys))
        for x, y in zip(xs, ys, strict=True):
            note(x, y, True)
        for i, slope in enumerate(piece_slopes(knots)):
            if abs(slope) <= 1:
                m, (u, v) = _arb(slope), xs[i : i + 2]
                for x in _critical(slope, float(u), float(v)):
                    if not (x < u or x > v):
                        note(x, ys[i] + m * (x - u), bool(x > u and x < v))
        return Enclosure(_ends(least)[0], _ends(most)[1])


def _critical(m: Any, low: float, high: float) -> list[Any]:
    """Solutions of cos x = m: all between low and high, and some more."""
    # the arc cosine, also where a ball around m would reach beyond 1
    angle = arb.atan2(_arb(1 - m * m).sqrt(), _arb(m))
    first, last = int(low // 6) - 2, int(high // 6) + 2  # a period is longer than 6
    return [sign * angle + 2 * k * arb.pi() for k in range(first, last + 1) for sign in (1, -1)]
