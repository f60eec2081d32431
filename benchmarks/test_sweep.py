"""The certified sweep beside the float64 sweep that does the same without proof.

    pytest benchmarks/test_sweep.py --benchmark-columns=min,median

``extra_info`` carries the ratio of medians within the run, and how many signs
and orders were filtered, refined and decided exactly.
"""

from __future__ import annotations

import numpy as np
import pytest

import plsym as pl
from benchmarks.float_sweep import float_sweep
from benchmarks.networks import (
    he_layers,
    tent_layers,
    ternary_layers,
    transposed,
    zigzag_layers,
)
from benchmarks.timing import paired_ratio
from plsym.exact.dyadics import ExactArray
from plsym.exact.tiers import forced
from plsym.networks import layers as ops
from plsym.networks.layers import Node
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


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("depth", [12, 16, 20])
def test_tent_network(benchmark, depth, compiled):
    if compiled:
        pytest.importorskip("numba")
    with forced(compiled):
        measure(benchmark, tent_layers(depth), [0.0], [1.0])


@pytest.mark.parametrize("shape", [(3, 6), (3, 8), (6, 4), (20, 3)])
def test_zigzag(benchmark, shape):
    """Layers of rank one: a bound by norms alone would leave almost every sign open."""
    measure(benchmark, zigzag_layers(*shape), [0.0], [1.0])


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_ties(benchmark, seed):
    """Small and full of exact ties: swept in whole numbers."""
    measure(benchmark, ternary_layers([1, *[20] * 5, 1], seed), [-3.0], [3.0])


def test_padded_convolutions_before_pooling(benchmark):
    """Most comparisons are between units that are both off."""
    rng = np.random.default_rng(0)
    pool = ops.MaxPool((2, 2))
    nodes, source = [], "input"
    for i, (c_in, c_out) in enumerate([(1, 8), (8, 16)]):
        weights = rng.normal(0, (2 / 9 / c_in) ** 0.5, (c_out, c_in, 3, 3))
        convolution = ops.Convolution(weights, rng.normal(0, 0.1, c_out), pads=1)
        for name, op in (("conv", convolution), ("relu", ops.ReLU()), ("pool", pool)):
            nodes.append(Node(f"{name}{i}", op, (source,)))
            source = nodes[-1].name
    network = pl.ReLUNetwork(tuple(nodes), (1, 8, 8))
    p, q = rng.integers(0, 17, (2, 1, 8, 8)) * (rng.random((2, 1, 8, 8)) < 0.5)
    path = benchmark(lambda: network.along(p, q))
    benchmark.extra_info["transitions"] = path.num_transitions
    benchmark.extra_info["decisions"] = str(path.statistics)


@pytest.mark.parametrize("name", ["1-50x4", "1-200x4"])
def test_exact_breakpoints_in_bulk(benchmark, name):
    widths, low, high = CASES[name]
    stages = stages_of(he_layers(widths))
    corners = ExactArray.of(np.array([[low], [high]], dtype=float))

    def bulk():
        return sweep(stages, corners).exact_positions()

    positions = benchmark.pedantic(bulk, rounds=3)
    benchmark.extra_info["breakpoints"] = len(positions)
