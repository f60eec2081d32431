"""Zeros and lost kinks that follow from decisions alone, against fractions."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from naive_sweep import naive, naive_breaks
from test_sweep import build, check

import plsym as pl
from plsym.exact.dyadics import ExactArray
from plsym.networks import layers as ops
from plsym.networks.layers import Node
from plsym.networks.sweeping.kinks import without_kink
from plsym.networks.sweeping.stages import Dense, Sparse, Stage
from plsym.networks.sweeping.swept import sweep
from plsym.networks.sweeping.zeros import only_bias


def pruned_stages(rng, sparse):
    """Layers in which most weights and biases are zero, with carried and leaky units."""
    widths = [2, *rng.integers(2, 6, int(rng.integers(2, 5))).tolist(), 1]
    stages = []
    for i in range(len(widths) - 1):
        n_in, n_out = widths[i], widths[i + 1]
        shape = (n_out, n_in)
        small = rng.integers(-1, 2, shape).astype(float)
        w = np.where(rng.random(shape) < 0.4, rng.normal(size=shape), small)
        w *= rng.random(shape) < 0.6
        b = rng.choice([0.0, 0.0, 0.0, 0.5, -0.25, 0.3], n_out)
        alpha = rng.choice([0.0, 0.0, 1.0, -1.0, 0.5], n_out)
        if i == len(widths) - 2:
            alpha[:] = 1.0
        linear = Dense(ExactArray.of(w))
        if sparse:
            linear = Sparse(n_in, np.tile(np.arange(n_in), (n_out, 1)), ExactArray.of(w))
        stages.append(Stage(linear, ExactArray.of(b), ExactArray.of(alpha)))
    return stages


@given(st.integers(0, 10**6), st.booleans(), st.sampled_from([1.0, 1e9, 1e15]))
@settings(max_examples=120)
def test_pruned_networks_against_the_naive_sweep(seed, sparse, factor):
    rng = np.random.default_rng(seed)
    corners = ExactArray.of(np.array([[-3, -2], [3, 5], [0, -7]]))
    check(pruned_stages(rng, sparse), corners, factor)


@given(st.integers(0, 10**6), st.booleans())
@settings(max_examples=80)
def test_what_is_said_is_true(seed, sparse):
    """Every unit that is said to equal its bias does, and no lost kink is a break."""
    rng = np.random.default_rng(seed)
    stages = pruned_stages(rng, sparse)
    corners = ExactArray.of(np.array([[-3, 1], [4, 1]]))
    s = sweep(stages, corners)
    ts, values = naive(stages, corners)
    breaks = set(naive_breaks(ts, values))
    events = s.transitions()
    rows, count = np.unique(events.row, return_counts=True)
    single = np.isin(events.row, rows[count == 1])
    lost = without_kink(s._history, *(a[single] for a in events[:3]))
    assert not breaks & set(events.row[single][lost].tolist())
    # before the last stage is recorded: its units at all rows of the present resolution
    history = s._history
    k = len(stages) - 1
    history.active.pop()
    n = stages[k].n_out
    at, unit = np.divmod(np.arange(len(ts) * n), n)
    found = only_bias(history, at, unit)
    bias = stages[k].bias.scalars()
    for r, j in zip(at[found].tolist(), unit[found].tolist(), strict=True):
        assert values[r][k][0][j] == bias[j]


def pooled(rng, biases=True):
    """A padded convolution before max-pooling, twice, on a 4x4 image with dark edges."""
    first = ops.Convolution(
        rng.normal(size=(2, 1, 3, 3)), rng.normal(0, 0.1, 2) * biases, pads=(1, 1, 1, 1)
    )
    second = ops.Convolution(
        rng.normal(size=(3, 2, 3, 3)), rng.normal(0, 0.1, 3) * biases, pads=(1, 1, 1, 1)
    )
    pool = ops.MaxPool((2, 2), strides=(2, 2))
    nodes = [
        Node("conv1", first, ("input",)),
        Node("relu1", ops.ReLU(), ("conv1",)),
        Node("pool1", pool, ("relu1",)),
        Node("conv2", second, ("pool1",)),
        Node("relu2", ops.ReLU(), ("conv2",)),
        Node("pool2", pool, ("relu2",)),
    ]
    return pl.ReLUNetwork(tuple(nodes), (1, 4, 4))


def image(rng):
    x = rng.integers(0, 17, (4, 4))
    x[0], x[:, 0] = 0, 0
    return [[[pl.rational(f"{v}/16") for v in row] for row in x.tolist()]]


def test_pooling_ties_are_decided_without_arithmetic():
    rng = np.random.default_rng(0)
    for biases in (True, False):
        net = pooled(rng, biases)
        p, q = image(rng), image(rng)
        path, exact = net.along(p, q), net.along(p, q, _engine="exact")
        assert path.num_pieces == exact.num_pieces
        assert path.transitions == exact.transitions
        assert path.output == exact.output
        assert path.statistics.exact <= path.statistics.filtered / 50


def test_identical_units_are_no_lost_kink():
    """Two units that change at one row are never taken for one."""
    w = np.array([[1.0], [1.0]])
    stages = build([(w, np.zeros(2)), (np.array([[1.0, 1.0]]), np.zeros(1))])
    s = sweep(stages, ExactArray.of([[-1], [2]]))
    assert s.output_breaks().tolist() == [1]
    cancelling = build([(w, np.zeros(2)), (np.array([[1.0, -1.0]]), np.zeros(1))])
    assert sweep(cancelling, ExactArray.of([[-1], [2]])).output_breaks().tolist() == []
