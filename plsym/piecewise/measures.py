"""Extremes, variation, integrals, distances and classification error, exactly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from gmpy2 import mpq

from plsym.errors import DomainError
from plsym.exact.algebraic import sqrt_of
from plsym.exact.enclosure import Enclosure
from plsym.exact.scalars import Num, Scalar, sign, to_num, to_public
from plsym.piecewise.algebra import (
    add,
    affine,
    aligned,
    domain_text,
    ends,
    evaluate,
    piece_slopes,
    restrict,
)
from plsym.piecewise.algebra import scale as scaled
from plsym.piecewise.equations import Part, level_set
from plsym.piecewise.knots import Knots
from plsym.piecewise.polynomial import Polynomial
from plsym.piecewise.smooth import polynomial_distance

__all__ = [
    "classification_error",
    "distance",
    "image",
    "integral",
    "lipschitz",
    "maximum",
    "minimum",
    "variation",
]

Norm = Literal["L1", "L2", "Linf"]


def image(f: Knots) -> tuple[Scalar | float, Scalar | float]:
    """The least and the largest value; infinite ones are floats."""
    outward = [s for s in (None if f.left is None else -f.left, f.right) if s is not None]
    low = -math.inf if any(sign(s) < 0 for s in outward) else to_public(min(f.ys))
    high = math.inf if any(sign(s) > 0 for s in outward) else to_public(max(f.ys))
    return low, high


def maximum(f: Knots) -> tuple[Scalar, tuple[Part, ...]]:
    """The largest value and where it is attained."""
    high = image(f)[1]
    if isinstance(high, float):
        raise DomainError(f"the function is not bounded above on {domain_text(f)}; restrict it")
    return high, level_set(f, to_num(high))


def minimum(f: Knots) -> tuple[Scalar, tuple[Part, ...]]:
    """The least value and where it is attained."""
    low = image(f)[0]
    if isinstance(low, float):
        raise DomainError(f"the function is not bounded below on {domain_text(f)}; restrict it")
    return low, level_set(f, to_num(low))


def lipschitz(f: Knots) -> Scalar:
    """The largest size of a slope."""
    return to_public(max(abs(s) for s in piece_slopes(f)))


def variation(f: Knots) -> Scalar:
    """The total variation."""
    if any(s is not None and sign(s) for s in (f.left, f.right)):
        raise DomainError(f"the variation on {domain_text(f)} is infinite; restrict the function")
    total: Num = mpq(0)
    for a, b in zip(f.ys, f.ys[1:], strict=False):
        total += abs(b - a)
    return to_public(total)


def _bounded(f: Knots, what: str) -> None:
    if f.left is not None or f.right is not None:
        raise DomainError(
            f"{what} needs a bounded domain, this one is {domain_text(f)}; restrict the function"
        )


def integral(f: Knots, a: Num | None = None, b: Num | None = None) -> Scalar:
    """The integral over [a, b], by default over the domain; a > b changes the sign."""
    if a is not None and b is not None and a > b:
        return -integral(f, b, a)
    low, high = ends(f)
    for x in (a, b):
        if x is not None:
            evaluate(f, x)  # refuses a point outside the domain
    start, stop = low if a is None else a, high if b is None else b
    if start is not None and start == stop:
        return Fraction(0)
    if a is not None or b is not None:
        f = restrict(f, a, b)
    if all(s is None or sign(s) == 0 for s in (f.left, f.right)) and (
        (f.left is None or f.ys[0] == 0) and (f.right is None or f.ys[-1] == 0)
    ):
        # tails that vanish do no harm
        return to_public(_area(f.xs, f.ys))
    _bounded(f, "an integral")
    raise AssertionError  # pragma: no cover - _bounded has raised


def _area(xs: Sequence[Num], ys: Sequence[Num]) -> Num:
    total: Num = mpq(0)
    for i in range(len(xs) - 1):
        total += (xs[i + 1] - xs[i]) * (ys[i] + ys[i + 1])
    return total / 2


def distance(f: Knots, g: Knots | Polynomial | Num, norm: Norm = "Linf") -> Scalar | Enclosure:
    """The distance of f and g in L1, L2 or Linf."""
    if norm not in ("L1", "L2", "Linf"):
        raise DomainError(f"norm {norm!r} is not known; use 'L1', 'L2' or 'Linf'")
    if isinstance(g, Polynomial):
        if g.degree > 1:
            _bounded(f, "a distance to a polynomial")
            return polynomial_distance(f, g, norm)
        low, high = ends(f)
        coefficients = [to_num(c) for c in g.coefficients] + [mpq(0)]
        g = affine(coefficients[1], coefficients[0], low, high)
    elif not isinstance(g, Knots):
        low, high = ends(f)
        g = affine(mpq(0), g, low, high)
    difference = add(f, scaled(g, mpq(-1)))
    if norm == "Linf":
        least, most = image(difference)
        if isinstance(least, float) or isinstance(most, float):
            raise DomainError(
                f"the distance on {domain_text(f)} is infinite; restrict both functions"
            )
        return most if most > -least else -least
    tails = [
        y
        for s, y in ((difference.left, difference.ys[0]), (difference.right, difference.ys[-1]))
        if s is not None and (sign(s) or sign(y))
    ]
    if tails:
        raise DomainError(f"the distance on {domain_text(f)} is infinite; restrict both functions")
    total: Num = mpq(0)
    xs, ys = difference.xs, difference.ys
    for i in range(len(xs) - 1):
        width, u, v = xs[i + 1] - xs[i], ys[i], ys[i + 1]
        if norm == "L2":
            total += width * (u * u + u * v + v * v) / 3
        elif sign(u) * sign(v) < 0:
            total += width * (u * u + v * v) / (2 * abs(u - v))
        else:
            total += width * abs(u + v) / 2
    return sqrt_of(total) if norm == "L2" else to_public(total)


def classification_error(f: Knots, g: Knots, z: Num) -> Scalar:
    """The length of {x: [f >= z] != [g >= z]}; O(N_f + N_g) field operations."""
    _bounded(f, "a classification error")
    points, u, v = aligned(f, g, "a classification error")
    total: Num = mpq(0)
    for i in range(len(points) - 1):
        width = points[i + 1] - points[i]
        cuts = [mpq(0), mpq(1)]
        for p, q in ((u[i], u[i + 1]), (v[i], v[i + 1])):
            if sign(p - z) * sign(q - z) < 0:
                cuts.append((z - p) / (q - p))
        cuts.sort()
        for s, t in pairwise(cuts):
            if s == t:
                continue
            middle = (s + t) / 2
            left = u[i] + middle * (u[i + 1] - u[i]) >= z
            right = v[i] + middle * (v[i + 1] - v[i]) >= z
            if left != right:
                total += width * (t - s)
    return to_public(total)
