"""Periodic points and growth numbers, and how they scale.

pytest benchmarks/test_dynamics.py --benchmark-columns=min,median
"""

from __future__ import annotations

from fractions import Fraction

import pytest

import plsym as pl
from benchmarks.maps import BIMODAL


@pytest.mark.parametrize("n", [12, 16, 20])
def test_cycles_of_the_tent_map(benchmark, n):
    found = benchmark.pedantic(pl.periodic_orbits, (pl.tent(), n), rounds=2)
    benchmark.extra_info["cycles"] = len(found)
    assert len(found) == {12: 335, 16: 4080, 20: 52377}[n]


def test_all_cycles_of_the_tent_map_up_to_20(benchmark):
    def work() -> int:
        return sum(len(pl.periodic_orbits(pl.tent(), n)) for n in range(1, 21))

    assert benchmark.pedantic(work, rounds=2) == 111013


def test_periods_of_the_experiments_map(benchmark):
    found = benchmark(pl.periods, pl.abs_map("809/500"), 30)
    assert found == tuple(n for n in range(1, 31) if n != 3)


@pytest.mark.parametrize("digits", [10, 30, 100, 300, 1000])
def test_growth_bracket_of_a_bimodal_map(benchmark, digits):
    width = Fraction(1, 10**digits)
    found = benchmark.pedantic(pl.growth, (BIMODAL, width), rounds=2)
    benchmark.extra_info["intervals"] = found.intervals
    assert found.upper - found.lower <= width


def test_growth_of_all_cycles_of_length_6(benchmark):
    def work() -> float:
        return min(float(c.growth.exact) for c in pl.cycles(6))

    assert round(benchmark.pedantic(work, rounds=2), 6) == 1.27202
