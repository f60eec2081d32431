"""Zeros and lost kinks that follow from decisions alone, against fractions."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
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
from plsym.networks.sweeping.zeros import only_bias, vanishes


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


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("chunk", [1, 1 << 22])
def test_carried_zeros_are_found_at_the_very_rows(sparse, chunk, monkeypatch):
    """relu(x - 1/2) and y, carried through units that bend at other places."""
    monkeypatch.setattr("plsym.networks.sweeping.zeros._CHUNK", chunk)

    def stage(rows, bias, alpha):
        linear = Dense(ExactArray.of(np.array(rows, dtype=float)))
        if sparse:
            n = len(rows[0])
            linear = Sparse(n, np.tile(np.arange(n), (len(rows), 1)), linear.weights)
        return Stage(linear, ExactArray.of(bias), ExactArray.of(alpha))

    stages = [
        # relu(x - 1/2), relu(x + 5), y, relu(x)
        stage([[1, 0], [1, 0], [0, 1], [1, 0]], [-0.5, 5, 0, 0], [0, 0, 1, 0]),
        # the first and the third as they are; a bend at x = 3/4
        stage([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]], [0, -5.75, 0], [1, 0, 1]),
        stage([[1, 0, 0], [0, 0, 1], [0, 0, 0]], [3, 4, 5], [1, 1, 1]),
    ]
    corners = ExactArray.of([[-1, 0], [1, 1], [-1, 1], [-1, 0], [1, 0]])
    s = sweep(stages, corners)
    ts, values = naive(stages, corners)
    history = s._history
    full = dict(zip(ts, values, strict=True))
    for k in range(3):
        rows = naive(stages[:k], corners)[0] if k else [Fraction(i) for i in range(5)]
        n = stages[k].n_out
        piece, unit = np.divmod(np.arange((len(rows) - 1) * n), n)
        zero = [
            full[rows[i]][k][0][j] == 0 == full[rows[i + 1]][k][0][j]
            for i, j in zip(piece.tolist(), unit.tolist(), strict=True)
        ]
        assert vanishes(history, k, piece, unit).tolist() == zero
        assert any(zero) == (k < 2)
    history.active.pop()  # as before the last stage
    at, unit = np.divmod(np.arange(len(ts) * 3), 3)
    found = only_bias(history, at, unit)
    equal = [values[r][2][0][j] == 3 + j for r, j in zip(at.tolist(), unit.tolist(), strict=True)]
    assert found.tolist() == equal
    assert 0 < sum(equal[::3]) < len(ts) and 0 < sum(equal[1::3]) < len(ts)
    # and before the first one, where the inputs are what they are
    history.active.clear()
    at, unit = np.divmod(np.arange(5 * 4), 4)
    found = only_bias(history, at, unit)
    assert found.tolist() == [j == 2 and r in (0, 3, 4) for r, j in zip(at, unit, strict=True)]


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


def followed(second, alpha, third):
    """Whether relu(x) is known to leave no kink at 0, through units and a sum of them."""
    first = Stage(Dense(ExactArray.of([[1], [0]])), ExactArray.of([0, 1]), ExactArray.of([0, 0]))
    rows, bias = zip(*second, strict=True)
    middle = Stage(
        Dense(ExactArray.of([[r, 0] for r in rows])), ExactArray.of(bias), ExactArray.of(alpha)
    )
    last = Stage.affine(Dense(ExactArray.of([third])), ExactArray.of([0]))
    stages, corners = [first, middle, last], ExactArray.of([[-1], [1], [-2]])
    s = sweep(stages, corners)
    events = s.transitions()
    at = events.stage == 0
    assert at.sum() == 2  # there and back
    found = without_kink(s._history, *(a[at] for a in events[:3]))
    breaks = naive_breaks(*naive(stages, corners))
    assert not found[np.isin(events.row[at], breaks)].any()
    assert s.output_breaks().tolist() == breaks
    return found.tolist()


def test_kinks_are_lost_where_all_jumps_cancel():
    off, on = (1, -9), (1, 9)  # never and always positive
    lost, kept = [True] * 2, [False] * 2
    assert followed([off], [0], [1]) == lost  # switched off
    assert followed([on], [0], [1]) == kept
    assert followed([on, on], [0, 0], [1, -1]) == lost
    assert followed([on, (2, 9)], [0, 0], [2, -1]) == lost
    assert followed([off, on], [0, 0], [1, -1]) == kept  # one is off: 0 - 1
    assert followed([off, on], [-1, 0], [1, 1]) == lost  # |x| turns the jump around
    assert followed([off, on], [-1, 0], [1, -1]) == kept
    assert followed([off, on], [1, 0], [1, -1]) == lost  # carried as it is
    assert followed([off, on], [1, 0], [1, 1]) == kept
    assert followed([on, on], [1, 1], [1, -1]) == lost
    # 1/2 - 1/2 = 0 is not followed: factors and weights must be whole
    assert followed([off, on], ["1/2", "0"], [2, -1]) == kept
    for factor, others in (("1/2", (2, -2)), ("2", (1, -1)), ("3", (2, -3)), ("-2", (1, 3))):
        for weight in others:  # no cancellation, whatever stands for the factor
            assert followed([off, on], [factor, "0"], [1, weight]) == kept
    assert followed([("3/10", 9), ("7/10", 9)], [0, 0], [1, -1]) == kept


def test_kinks_of_many_rows_are_followed_in_parts(monkeypatch):
    """relu(x - i), of which every other one is switched off later; and a kink of a later unit."""
    n = 7
    first = Stage(
        Dense(ExactArray.of(np.ones((n, 1)))), ExactArray.of(-np.arange(n)), ExactArray.of([0] * n)
    )
    eye = np.concatenate([np.eye(n), np.eye(n)[1:2]])
    bias = np.append(np.where(np.arange(n) % 2, 99.0, -99.0), -0.25)
    middle = Stage(Dense(ExactArray.of(eye)), ExactArray.of(bias), ExactArray.of([0] * (n + 1)))
    last = Stage.affine(Dense(ExactArray.of(np.arange(1.0, n + 2)[None])), ExactArray.of([0]))
    s = sweep([first, middle, last], ExactArray.of([[-1], [n], [-1]]))
    events = s.transitions()
    asked = list(events[:3])
    expected = [stage == 0 and unit % 2 == 0 for _, stage, unit in zip(*asked, strict=True)]
    assert sum(expected) == 8 and len(expected) == 16
    backwards = [a[::-1] for a in asked]
    for chunk in (1, 20, 1 << 22):
        monkeypatch.setattr("plsym.networks.sweeping.kinks._CHUNK", chunk)
        assert without_kink(s._history, *asked).tolist() == expected
        assert without_kink(s._history, *backwards).tolist() == expected[::-1]


def test_identical_units_are_no_lost_kink():
    """Two units that change at one row are never taken for one."""
    w = np.array([[1.0], [1.0]])
    stages = build([(w, np.zeros(2)), (np.array([[1.0, 1.0]]), np.zeros(1))])
    s = sweep(stages, ExactArray.of([[-1], [2]]))
    assert s.output_breaks().tolist() == [1]
    cancelling = build([(w, np.zeros(2)), (np.array([[1.0, -1.0]]), np.zeros(1))])
    assert sweep(cancelling, ExactArray.of([[-1], [2]])).output_breaks().tolist() == []
