"""The filtered sweep against the naive sweep in fractions, on generic and degenerate networks."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from naive_sweep import naive, naive_breaks, naive_transitions, random_layers

from plsym.config import Budget
from plsym.errors import BudgetExceeded, DomainError
from plsym.exact.dyadics import ExactArray
from plsym.networks.sweeping.prepared import prepare
from plsym.networks.sweeping.stages import Dense, Sparse, Stage
from plsym.networks.sweeping.swept import sweep

KINDS = ["random", "ternary", "degenerate", "near"]


def build(layers, alpha=0.0):
    stages = []
    for i, (w, b) in enumerate(layers):
        a = np.ones(len(b)) if i == len(layers) - 1 else np.full(len(b), alpha)
        stages.append(Stage(Dense(ExactArray.of(w)), ExactArray.of(b), ExactArray.of(a)))
    return stages


def inflated(stages, factor):
    """The same stages with error bounds that are ``factor`` times too large."""
    return [
        dataclasses.replace(
            p,
            gamma=p.gamma * factor,
            phi=p.phi * factor,
            gamma_pull=p.gamma_pull * min(factor, 1e6),
        )
        for p in prepare(stages)
    ]


def fraction(v):
    return Fraction(int(v.numerator), int(v.denominator))


def check(stages, corners, factor=1.0):
    s = sweep(stages, corners, prepared=inflated(stages, factor) if factor != 1 else None)
    ts, values = naive(stages, corners)
    assert s.num_rows == len(ts)
    assert [fraction(v) for v in s.exact_positions()] == ts
    assert np.abs(s.t - np.array([float(t) for t in ts])).max() < 1e-6
    got = sorted(zip(*(a.tolist() for a in s.transitions()), strict=True))
    assert got == naive_transitions(stages, values)
    assert s.output_breaks().tolist() == naive_breaks(ts, values)
    for i in range(stages[-1].n_out):
        assert s.output_breaks(i).tolist() == naive_breaks(ts, values, i)
        ys = [v[-1][1][i] for v in values]
        rising = [(b > a) - (b < a) for a, b in pairwise(ys)]
        assert s.output_directions(i).tolist() == rising
    for k in {0, len(stages) // 2, len(stages) - 1}:
        exact = [[fraction(v) for v in row] for row in s.exact_values(k)]
        assert exact == [v[k][1] for v in values]
    for k, stage in enumerate(stages):
        if stage.bending.size:
            activity = s.activity(k)[:, stage.bending]
            middle = [
                [max(values[r][k][0][j], values[r + 1][k][0][j]) > 0 for j in stage.bending]
                for r in range(len(ts) - 1)
            ]
            assert activity.tolist() == middle
    return s


def case(seed, kind):
    rng = np.random.default_rng(seed)
    n_in = int(rng.choice([1, 1, 2, 3]))
    depth = int(rng.integers(1, 4))
    widths = [n_in] + [int(rng.integers(1, 6)) for _ in range(depth)] + [int(rng.integers(1, 3))]
    stages = build(random_layers(rng, widths, kind), rng.choice([0.0, 0.0, -1.0, 0.01, 0.25]))
    if rng.random() < 0.5:
        steps = rng.integers(1, 5, (int(rng.integers(2, 4)), n_in))
        corners = ExactArray.of(np.cumsum(steps, axis=0) - 4)
    else:
        text = [
            [str(Fraction(int(rng.integers(-9, 9)) + 30 * i - 15, 7)) for _ in range(n_in)]
            for i in range(2)
        ]
        corners = ExactArray.of(np.array(text))
    return stages, corners


@given(st.integers(0, 10**6), st.sampled_from(KINDS))
@settings(deadline=None, max_examples=150)
def test_against_naive_sweep(seed, kind):
    check(*case(seed, kind))


@given(st.integers(0, 10**6), st.sampled_from(KINDS), st.sampled_from([1e6, 1e9, 1e12, 1e15]))
@settings(deadline=None, max_examples=150)
def test_every_level_decides_alike(seed, kind, factor):
    """Bounds that are far too large push the decisions to refinement and to integers."""
    check(*case(seed, kind), factor)


def test_inflation_reaches_the_exact_level():
    stages, corners = case(5, "random")
    s = check(stages, corners, 1e18)
    assert s.statistics.exact > 0


@given(st.integers(0, 10**6))
@settings(deadline=None, max_examples=40)
def test_rational_weights(seed):
    rng = np.random.default_rng(seed)
    layers = []
    for n_in, n_out in [(1, 3), (3, 3), (3, 2)]:
        w = [
            [str(Fraction(int(rng.integers(-6, 7)), 3)) for _ in range(n_in)] for _ in range(n_out)
        ]
        b = [str(Fraction(int(rng.integers(-6, 7)), 7)) for _ in range(n_out)]
        layers.append((np.array(w), np.array(b)))
    corners = ExactArray.of([["-5/3"], [2]])
    stages = build(layers, 0.0)
    check(stages, corners)
    check(stages, corners, 1e12)


def tent_layers(depth):
    layers = [(np.array([[1.0], [1.0]]), np.array([0, -0.5]))]
    layers += [(np.array([[2.0, -4.0], [2.0, -4.0]]), np.array([0, -0.5]))] * (depth - 1)
    return [*layers, (np.array([[2.0, -4.0]]), np.array([0.0]))]


def test_tent_network_is_decided_by_exact_floats():
    s = sweep(build(tent_layers(12)), ExactArray.of([[0], [1]]))
    assert s.num_rows == 2**12 + 1
    assert s.exact_positions(np.array([0, 1, 4095]))[1:] == [
        Fraction(1, 4096),
        Fraction(4095, 4096),
    ]
    assert s.statistics.exact == 0
    check(build(tent_layers(4)), ExactArray.of([[0], [1]]))


def test_mixed_units_and_sparse_maps():
    """Carried units never make rows, and sparse maps agree with dense ones."""
    rng = np.random.default_rng(3)
    w1, b1 = rng.normal(size=(6, 2)), rng.normal(size=6)
    alpha = ExactArray.of(np.array([0.0, 1.0, -1.0, 0.5, 0.0, 1.0]))
    index = np.array([[0, 1], [1, 2], [3, 3], [4, 5]])
    values = ExactArray.of(rng.normal(size=(4, 2)))
    sparse = Sparse(6, index, values)
    dense = Dense(ExactArray(sparse.dense()))
    for linear in (sparse, dense):
        stages = [
            Stage(Dense(ExactArray.of(w1)), ExactArray.of(b1), alpha),
            Stage(linear, ExactArray.of(rng.normal(size=4)), ExactArray.of([0, 0, 0, 0])),
            Stage.affine(Dense(ExactArray.of(np.ones((1, 4)))), ExactArray.of([0])),
        ]
        if linear is sparse:  # a column that occurs twice in a row adds up exactly
            stages[1] = Stage(
                Sparse(6, index, ExactArray.of(np.array([[1, 2], [3, -4], [1, 1], [2, 1]]) / 4)),
                stages[1].bias,
                stages[1].alpha,
            )
        check(stages, ExactArray.of([[-3, -2], [3, 5], [4, -4]]))


def test_large_sparse_maps_take_the_padded_form(monkeypatch):
    monkeypatch.setattr("plsym.networks.sweeping.prepared._DENSE_LIMIT", 0)
    rng = np.random.default_rng(8)
    index = np.array([[0, 1], [1, 2], [3, 2], [1, 0]])
    stages = [
        Stage(
            Dense(ExactArray.of(rng.normal(size=(4, 1)))),
            ExactArray.of(rng.normal(size=4)),
            ExactArray.of([0, 0, 0, 0]),
        ),
        Stage(
            Sparse(4, index, ExactArray.of(rng.normal(size=(4, 2)))),
            ExactArray.of(rng.normal(size=4)),
            ExactArray.of([0, 0, 0, 0]),
        ),
        Stage.affine(Dense(ExactArray.of(rng.normal(size=(2, 4)))), ExactArray.of([0, 0])),
    ]
    for factor in (1.0, 1e9, 1e15):
        check(stages, ExactArray.of([[-4], [4]]), factor)


def test_bad_corners():
    stages = build(tent_layers(2))
    with pytest.raises(DomainError, match="at least two points"):
        sweep(stages, ExactArray.of([[0]]))
    with pytest.raises(DomainError, match="at least two points"):
        sweep(stages, ExactArray.of([[0, 1], [1, 1]]))


def test_budget_stops_between_stages():
    with pytest.raises(BudgetExceeded) as caught:
        sweep(build(tent_layers(12)), ExactArray.of([[0], [1]]), budget=Budget(pieces=100))
    assert caught.value.partial.num_rows > 100
    assert caught.value.needed == caught.value.partial.num_rows


def test_a_stage_shape_mismatch_is_refused():
    with pytest.raises(DomainError, match="alpha"):
        Stage(Dense(ExactArray.of([[1]])), ExactArray.of([0]), ExactArray.of([0, 0]))
