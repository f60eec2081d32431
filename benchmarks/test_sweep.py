"""The certified sweep beside the float64 sweep that does the same without proof.

    pytest benchmarks/test_sweep.py --benchmark-columns=min,median

``extra_info`` carries the ratio of medians within the run, and how many signs
and orders were filtered, refined and decided exactly.
"""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.float_sweep import float_sweep
from benchmarks.networks import he_layers, tent_layers, transposed
from benchmarks.timing import paired_ratio
from plsym.exact.dyadics import ExactArray
from plsym.networks.sweeping.prepared import prepare
from plsym.networks.sweeping.stages import Dense, Stage
from plsym.networks.sweeping.swept import sweep

CASES = {
    **{f"1-{w}x{d}": ([1, *[w] * d, 1], -3, 3) for w in (20, 50, 100, 200) for d in (2, 4, 6)},
    "784-256x4-10": ([784, *[256] * 4, 10], 0, 1),
}


def stages_of(layers):
    stages = []
    for i, (w, b) in enumerate(layers):
        last = i == len(layers) - 1
        alpha = np.ones(len(b)) if last else np.zeros(len(b))
        stages.append(Stage(Dense(ExactArray.of(w)), ExactArray.of(b), ExactArray.of(alpha)))
    return stages


def measure(benchmark, layers, low, high):
    stages, prepared = stages_of(layers), None
    corners = ExactArray.of(np.array([low, high]))
    prepared = prepare(stages)
    float_layers = transposed(layers)

    def exact():
        result = sweep(stages, corners, prepared=prepared)
        result.output_breaks()
        return result

    with np.errstate(all="ignore"):
        ratio = paired_ratio(exact, lambda: float_sweep(float_layers, *corners.mid))
    result = benchmark(exact)
    benchmark.extra_info["ratio to float64"] = round(ratio, 2)
    benchmark.extra_info["pieces"] = result.num_rows - 1
    benchmark.extra_info["decisions"] = str(result.statistics)


@pytest.mark.parametrize("name", CASES)
def test_sweep(benchmark, name):
    widths, low, high = CASES[name]
    rng = np.random.default_rng(7)
    if widths[0] == 1:
        ends = np.array([[low], [high]], dtype=float)
    else:
        ends = rng.uniform(low, high, (2, widths[0]))
    measure(benchmark, he_layers(widths), ends[0], ends[1])


@pytest.mark.parametrize("depth", [12, 16])
def test_tent_network(benchmark, depth):
    measure(benchmark, tent_layers(depth), [0.0], [1.0])


@pytest.mark.parametrize("name", ["1-50x4", "1-200x4"])
def test_exact_breakpoints_in_bulk(benchmark, name):
    widths, low, high = CASES[name]
    stages = stages_of(he_layers(widths))
    corners = ExactArray.of(np.array([[low], [high]], dtype=float))

    def bulk():
        return sweep(stages, corners).exact_positions()

    positions = benchmark.pedantic(bulk, rounds=3)
    benchmark.extra_info["breakpoints"] = len(positions)
