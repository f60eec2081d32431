"""The exact distance of a piecewise-linear function to a polynomial.

On each piece the difference is a polynomial.  Its sign changes and extremes lie
at algebraic numbers; where they are rational or lie in one number field, so
does the distance, and otherwise it is enclosed between rationals.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import Literal

from gmpy2 import mpq

from plsym.errors import FieldMismatchError
from plsym.exact.algebraic import algebraic, sqrt_of
from plsym.exact.element import AlgebraicReal
from plsym.exact.enclosure import Enclosure
from plsym.exact.polynomials import evaluate, irreducible_factors, primitive, real_root_intervals
from plsym.exact.scalars import Num, Scalar, to_num, to_public
from plsym.piecewise.knots import Knots
from plsym.piecewise.polynomial import Polynomial

__all__ = ["polynomial_distance"]

WIDTH = Fraction(1, 10**12)


def _pieces(f: Knots) -> Iterator[tuple[Num, Num, Num, Num]]:
    """Pieces as (low, high, slope, intercept)."""
    for i in range(len(f.xs) - 1):
        slope = (f.ys[i + 1] - f.ys[i]) / (f.xs[i + 1] - f.xs[i])
        yield f.xs[i], f.xs[i + 1], slope, f.ys[i] - slope * f.xs[i]


def _is_rational(*numbers: Num) -> bool:
    return not any(isinstance(x, AlgebraicReal) and not x.is_rational for x in numbers)


def _roots_between(p: Polynomial, low: Num, high: Num) -> list[Num]:
    """The real roots of a rational polynomial strictly between two numbers, sorted."""
    if p.degree == 0:
        return []
    denominator = lcm(*(c.denominator for c in p.coefficients))
    whole = primitive([int(c * denominator) for c in p.coefficients])
    found: list[Num] = []
    for factor in irreducible_factors(whole):
        for a, b in real_root_intervals(factor):
            root = to_num(algebraic(factor, near=_certain_hint(factor, a, b)))
            if low < root < high:
                found.append(root)
    found.sort()
    return found


def _certain_hint(factor: tuple[int, ...], low: Fraction, high: Fraction) -> Fraction:
    """A rational nearer to the root in low..high than to any other root."""
    if len(factor) == 2:
        return Fraction(-factor[0], factor[1])
    others = [i for i in real_root_intervals(factor) if i != (low, high)]
    sign = evaluate(factor, low) > 0
    while True:
        middle = (low + high) / 2
        gap = high - low
        if all(min(abs(a - middle), abs(b - middle)) > gap for a, b in others):
            return middle
        # the ends of the other intervals are fixed; shrinking this one suffices
        # unless another root sits next to it, and then its interval shrinks too
        if (evaluate(factor, middle) > 0) == sign:
            low = middle
        else:
            high = middle
        others = [_halved(factor, a, b) for a, b in others]


def _halved(factor: tuple[int, ...], a: Fraction, b: Fraction) -> tuple[Fraction, Fraction]:
    middle = (a + b) / 2
    if (evaluate(factor, middle) > 0) == (evaluate(factor, a) > 0):
        return middle, b
    return a, middle


def polynomial_distance(
    f: Knots,
    p: Polynomial,
    norm: Literal["L1", "L2", "Linf"],
    width: Fraction = WIDTH,
) -> Scalar | Enclosure:
    """The distance of f on a bounded interval to a polynomial of degree at least 2."""
    if norm == "L2":
        return sqrt_of(to_public(_square_integral(f, p)))
    if norm == "Linf":
        return _supremum(f, p)
    return _absolute_integral(f, p, width)


def _square_integral(f: Knots, p: Polynomial) -> Num:
    """The integral of (f - p)**2, term by term: exact in the field of f."""
    total: Num = mpq(0)
    square = (p * p).antiderivative()
    first = p.antiderivative()
    moment = (Polynomial([0, 1]) * p).antiderivative()
    for low, high, m, c in _pieces(f):
        total += square.value(high) - square.value(low)
        total -= 2 * m * (moment.value(high) - moment.value(low))
        total -= 2 * c * (first.value(high) - first.value(low))
        u, v = m * low + c, m * high + c
        total += (high - low) * (u * u + u * v + v * v) / 3
    return total


def _supremum(f: Knots, p: Polynomial) -> Scalar:
    """The largest |f - p|: at a knot, or where p' equals the slope."""
    best: Num = mpq(0)
    for low, high, m, c in _pieces(f):
        points: list[Num] = [low, high]
        if _is_rational(m):
            slope = to_public(m)
            assert isinstance(slope, Fraction)
            points += _roots_between(p.derivative() - slope, low, high)
        else:
            points += _roots_in_field(p, m, low, high)
        for x in points:
            value = _gap(p, m, c, x)
            if value > best:
                best = value
    return to_public(best)


def _gap(p: Polynomial, m: Num, c: Num, x: Num) -> Num:
    """|p(x) - m x - c|, exactly."""
    return abs(p.value(x) - m * x - c)


def _roots_in_field(p: Polynomial, m: Num, low: Num, high: Num) -> list[Num]:
    """Where p' = m for an irrational slope m: solved for degree 2, where x stays in the field."""
    if p.degree > 2:
        raise FieldMismatchError(
            "the supremum of the distance to a polynomial of degree above 2 is offered for "
            "functions with rational slopes; this one has an irrational slope"
        )
    x = (m - to_num(p.coefficients[1])) / (2 * to_num(p.coefficients[2]))
    return [x] if low < x < high else []


def _absolute_integral(f: Knots, p: Polynomial, width: Fraction) -> Scalar | Enclosure:
    """The integral of |f - p|, split where the sign changes."""
    terms: list[Num] = []
    for low, high, m, c in _pieces(f):
        if not _is_rational(m, c):
            raise FieldMismatchError(
                "the L1 distance to a polynomial is offered for functions with rational "
                "slopes and values; this one has irrational ones"
            )
        slope, intercept = to_public(m), to_public(c)
        assert isinstance(slope, Fraction) and isinstance(intercept, Fraction)
        difference = p - Polynomial([intercept, slope])
        area = difference.antiderivative()
        cuts = [low, *_roots_between(difference, low, high), high]
        for a, b in pairwise(cuts):
            if _one_field(a, b):
                terms.append(abs(area.value(b) - area.value(a)))
            else:
                terms += _split(area, a, b)
    try:
        total: Num = mpq(0)
        for term in terms:
            total = total + term
        return to_public(total)
    except FieldMismatchError:
        return _sum_enclosure(terms, width)


def _one_field(a: Num, b: Num) -> bool:
    return (
        _is_rational(a)
        or _is_rational(b)
        or (isinstance(a, AlgebraicReal) and isinstance(b, AlgebraicReal) and a.field == b.field)
    )


def _split(area: Polynomial, a: Num, b: Num) -> list[Num]:
    """|area(b) - area(a)| for ends of two fields, as two terms of certain sign."""
    u, v = area.value(a), area.value(b)
    return [v, -u] if v > u else [u, -v]


def _sum_enclosure(terms: list[Num], width: Fraction) -> Enclosure:
    """A rational enclosure of a sum over several fields."""
    each = width / len(terms)
    bits = 1
    while Fraction(1, 1 << bits) > each:
        bits += 1
    low = high = Fraction(0)
    for term in terms:
        if isinstance(term, AlgebraicReal):
            a, b = term.enclosure(bits)
        else:
            a = b = Fraction(int(term.numerator), int(term.denominator))
        low += a
        high += b
    return Enclosure(low, high)
