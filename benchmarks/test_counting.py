"""Counting iterates without building them.

pytest benchmarks/test_counting.py --benchmark-columns=min,median
"""

from __future__ import annotations

import numpy as np
import pytest
from gmpy2 import mpq

from benchmarks.float_composition import best_time, float_iterate
from benchmarks.maps import FIVE
from plsym.exact.algebraic import algebraic
from plsym.piecewise.knots import Knots
from plsym.piecewise.orbits import OrbitTable
from plsym.piecewise.tower import Tower
from plsym.piecewise.transducers import disjoint_counts, lap_counts, piece_counts


def golden() -> Knots:
    s = algebraic("x**2 - x - 1", near=1.6)
    return Knots((mpq(-1), mpq(0), mpq(1)), (s - 1, mpq(-1), s - 1))


def laps(knots: Knots, n: int) -> list[int]:
    return list(lap_counts(Tower(OrbitTable(knots)), n))


def test_laps_of_the_golden_map_40(benchmark):
    assert benchmark(laps, golden(), 40)[-1] == 331160282


def test_laps_of_five_pieces_1000(benchmark):
    found = benchmark.pedantic(laps, (FIVE._knots(), 1000), rounds=3)
    assert found[-1].bit_length() > 1000


def test_pieces_of_five_pieces_1000(benchmark):
    found = benchmark.pedantic(
        lambda: list(piece_counts(OrbitTable(FIVE._knots()), 1000)), rounds=3
    )
    assert found[-1].bit_length() > 1000


def test_disjoint_crossings_of_five_pieces_200(benchmark):
    knots = FIVE._knots()

    def work() -> list[int]:
        return list(disjoint_counts(Tower(OrbitTable(knots)), 200, mpq(1, 3), mpq(2, 3)))

    assert benchmark.pedantic(work, rounds=3)[0] == 5


@pytest.mark.parametrize("n", [6, 10])
def test_counting_against_a_float_list(benchmark, n):
    knots = FIVE._knots()
    fx, fy = (np.array([float(v) for v in side]) for side in (knots.xs, knots.ys))
    listed = best_time(lambda: float_iterate(fx, fy, n))
    counted = best_time(lambda: laps(knots, n))
    benchmark.extra_info["ratio_to_float"] = round(counted / listed, 4)
    print(f"\nn = {n}: counting takes {counted / listed:.4f} of a float64 list")
    assert benchmark(laps, knots, n)[-1] == len(float_iterate(fx, fy, n)[0]) - 1
