"""Listing the pieces of iterates."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
from gmpy2 import mpq

import plsym as pl
from benchmarks.exact import iterate_pieces
from benchmarks.maps import zigzag
from benchmarks.rivals import (
    float_pieces_of_iterate,
    fraction_pieces_of_iterate,
    sampled_laps,
    sympy_pieces,
)
from benchmarks.table import Work
from plsym.piecewise.iterate import IterateSource

__all__ = ["fibonacci", "float_tent", "works"]


def works(quick: bool) -> Iterator[Work]:
    """Tent, golden and a map with ten pieces."""
    tent = pl.tent()
    x, y = tent.to_numpy()
    known = "f^n has 2^n pieces"
    yield Work(
        "tent^20, values",
        "2^20 pieces",
        2**20,
        lambda: _values(tent, 20),
        (float_pieces_of_iterate(x, y, 20), sampled_laps(float_tent, 0, 1, 20)),
        known,
    )
    yield Work(
        "tent^20, values and floats for a plot",
        "2^20 pieces",
        2**20,
        lambda: len(tent.iterate(20).to_numpy()[0]) - 1,
        (float_pieces_of_iterate(x, y, 20),),
        known,
    )
    halves = [Fraction(0), Fraction(1, 2), Fraction(1)], [Fraction(0), Fraction(1), Fraction(0)]
    n = 10 if quick else 14
    yield Work(
        f"tent^{n}, exact knots",
        f"2^{n} pieces",
        2**n,
        lambda: _abscissae(tent, n),
        (fraction_pieces_of_iterate(*halves, n),),
        known,
    )
    few = 2 if quick else 3
    yield Work(
        f"tent^{few}, exact knots",
        f"2^{few} pieces",
        2**few,
        lambda: _abscissae(tent, few),
        (sympy_pieces(lambda sympy, x: _tents(sympy, x, few), 0, 1),),
        known,
    )
    golden = pl.abs_map(pl.golden())
    gx, gy = golden.to_numpy()
    yield Work(
        "golden^28, values",
        "1,028,458 pieces",
        2 * fibonacci(29),
        lambda: _values(golden, 28),
        (float_pieces_of_iterate(gx, gy, 28),),
        "f^n has 2 F(n + 1) pieces",
    )
    xs, ys = zigzag(10, 97, 3)
    m = 5 if quick else 7
    yield Work(
        f"map with 10 pieces, ^{m}, values",
        f"f^{m}",
        lambda: iterate_pieces([mpq(v) for v in xs], [mpq(v) for v in ys], m),
        lambda: _values(pl.PiecewiseLinear(xs, ys), m),
        (
            float_pieces_of_iterate(np.array(xs, float), np.array(ys, float), m),
            *([fraction_pieces_of_iterate(xs, ys, m)] if quick else []),
        ),
        "composed in rationals, knot by knot",
    )


def _values(f: pl.PiecewiseLinear, n: int) -> int:
    return len(IterateSource(f._knots(), n).value_ids) - 1


def _abscissae(f: pl.PiecewiseLinear, n: int) -> int:
    return len(IterateSource(f._knots(), n).abscissae()) - 1


def _tents(sympy: Any, x: Any, n: int) -> Any:
    """The tent map n times, folded after each."""
    tent = sympy.Piecewise((2 * x, x <= sympy.Rational(1, 2)), (2 - 2 * x, True))
    found = tent
    for _ in range(n - 1):
        found = sympy.piecewise_fold(tent.subs(x, found))
    return found


def fibonacci(n: int) -> int:
    """F(1) = F(2) = 1."""
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


def float_tent(x: Any) -> Any:
    """The tent map as floats compute it."""
    return 2 * np.minimum(x, 1 - x)
