"""Listing iterates exactly, as a ratio to float64 composition in the same run.

    pytest benchmarks/test_iterate.py --benchmark-columns=min,median

``extra_info`` carries nanoseconds per piece, the ratio and bytes per piece.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest
from gmpy2 import mpq

import plsym as pl
from benchmarks.float_composition import best_time, float_iterate
from benchmarks.maps import zigzag
from plsym.exact.algebraic import algebraic
from plsym.exact.scalars import to_float
from plsym.piecewise.iterate import IterateSource
from plsym.piecewise.knots import Knots


def tent() -> Knots:
    return Knots((mpq(0), mpq(1, 2), mpq(1)), (mpq(0), mpq(1), mpq(0)))


def golden() -> Knots:
    s = algebraic("x**2 - x - 1", near=1.6)
    return Knots((mpq(-1), mpq(0), mpq(1)), (s - 1, mpq(-1), s - 1))


CASES = {
    "tent^20": (tent, 20),
    "golden^28": (golden, 28),
    "ten pieces^7": (lambda: pl.PiecewiseLinear(*zigzag(10, 97, 3))._knots(), 7),
}


def bytes_per_piece(work: Callable[[], object], pieces: int) -> float:
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / pieces


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("what", ["ids", "floats", "exact abscissae"])
def test_iterate(benchmark, name, what):
    make, n = CASES[name]
    if benchmark.disabled:
        n -= 2  # nothing is timed: smaller lists will do
    knots = make()
    pieces = IterateSource(knots, n).num_pieces

    def listing():
        source = IterateSource(knots, n)
        if what == "ids":
            return source.value_ids
        return source.floats() if what == "floats" else source.abscissae()

    fx = np.array([to_float(x) for x in knots.xs])
    fy = np.array([to_float(y) for y in knots.ys])
    floats = best_time(lambda: float_iterate(fx, fy, n))
    exact = best_time(listing, 5)
    memory = bytes_per_piece(listing, pieces)
    benchmark.extra_info.update(
        pieces=pieces,
        float_pieces=len(float_iterate(fx, fy, n)[0]) - 1,
        ns_per_piece=round(exact / pieces * 1e9, 2),
        float_ns_per_piece=round(floats / pieces * 1e9, 2),
        ratio_to_float=round(exact / floats, 4),
        bytes_per_piece=round(memory, 1),
    )
    print(f"\n{name}, {what}: {benchmark.extra_info}")
    benchmark.pedantic(listing, rounds=3)
    if what != "exact abscissae":
        assert memory < 100
        assert benchmark.disabled or exact < floats


def test_one_exact_knot(benchmark):
    source = IterateSource(tent(), 20)
    source.abscissa(0)
    assert benchmark(source.abscissa, 123457) == mpq(123457, 1 << 20)
