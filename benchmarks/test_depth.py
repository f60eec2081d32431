"""Bounds, distances to iterates and cells, each beside a plainer way where there is one.

pytest benchmarks/test_depth.py --benchmark-columns=median --benchmark-group-by=group
"""

from __future__ import annotations

import pytest

import plsym as pl
from benchmarks.timing import paired_ratio
from plsym.piecewise import measures
from plsym.piecewise.against import Against

GOLDEN = pl.abs_map(pl.golden())
SLOPE = pl.abs_map("809/500")
FOUR = pl.PiecewiseLinear([0, "1/3", "2/3", "9/10", 1], ["1/7", "13/14", "1/9", "19/20", 0])
NET = pl.random_network([1, 20, 20, 1], seed=1).to_piecewise(-1, 1)


@pytest.mark.parametrize("t", [40, 1000])
@pytest.mark.parametrize("name", ["golden", "1.618", "four slopes"])
def test_calculator(benchmark, name, t):
    f = {"golden": GOLDEN, "1.618": SLOPE, "four slopes": FOUR}[name]
    benchmark.group = f"separation at t = {t}, depths 1 to 5"
    benchmark.pedantic(pl.separation, (f, t, (20,) * 5), rounds=3 if t < 100 else 1)


def test_distance_to_an_iterate(benchmark):
    """Against listing the pieces: f^20 has 21,892 of them."""
    target = GOLDEN.iterate(20)
    knots, other = target._knots(), NET._knots()

    def classes() -> object:
        return Against(GOLDEN._knots(), 20).distance(other, "L1")

    def listed() -> object:
        return measures.distance(knots, other, "L1")

    assert classes() == listed()
    benchmark.group = "L1 distance of a network to f^20"
    benchmark.extra_info["over listing"] = paired_ratio(classes, listed, 3)
    benchmark(classes)


def test_distance_to_a_long_iterate(benchmark):
    benchmark.group = "L1 distance of a network to f^40, 331,160,282 pieces"
    benchmark.pedantic(lambda: Against(GOLDEN._knots(), 40).distance(NET._knots(), "L1"), rounds=3)
