"""The filtered sweep against the naive sweep in fractions, on generic and degenerate networks."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from itertools import pairwise, product
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from naive_sweep import naive, naive_breaks, naive_transitions, random_layers

from plsym.config import Budget
from plsym.errors import BudgetExceeded, DomainError
from plsym.exact.dyadics import ExactArray
from plsym.networks.sweeping import kernels
from plsym.networks.sweeping.insertion import insert_rows, unit_error
from plsym.networks.sweeping.ordering import (
    Crossings,
    _backward_clear,
    _running_reach,
    _runs,
    order_crossings,
)
from plsym.networks.sweeping.prepared import prepare
from plsym.networks.sweeping.rowstate import Rows
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
            integral=p.integral if factor == 1 else None,
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


class Noisy:
    """A float map whose images are as wrong as the bounds of its stage say that they may be."""

    def __init__(self, stage, rng):
        self._stage, self._map, self._rng = stage, stage.linear, rng

    def __getattr__(self, name):
        return getattr(self._map, name)

    def apply(self, h):
        z, p = self._map.apply(h), self._stage
        size = np.sqrt((h**2).sum(axis=1)) + p.beta
        most = 0.99 * min(p.gamma, p.phi / np.sqrt(z.shape[1]))
        return z + most * size[:, None] * self._rng.choice([-1.0, 1.0, 1.0], z.shape)


@given(st.integers(0, 10**6), st.sampled_from(KINDS), st.sampled_from([1e6, 1e9, 1e12, 1e14]))
@settings(deadline=None, max_examples=100)
def test_errors_as_large_as_the_bounds_change_no_decision(seed, kind, factor):
    stages, corners = case(seed, kind)
    rng = np.random.default_rng(seed)
    prepared = [dataclasses.replace(p, integral=None) for p in inflated(stages, factor)]
    noisy = [dataclasses.replace(p, linear=Noisy(p, rng)) for p in prepared]
    s = sweep(stages, corners, prepared=noisy)
    found = same_decisions(s, stages, corners)
    if stages[-1].n_out == 1:
        bounds_hold(s, *found)


def same_decisions(s, stages, corners):
    ts, values = naive(stages, corners)
    assert s.num_rows == len(ts)
    got = sorted(zip(*(a.tolist() for a in s.transitions()), strict=True))
    assert got == naive_transitions(stages, values)
    assert s.output_breaks().tolist() == naive_breaks(ts, values)
    return ts, values


def bounds_hold(s, ts, values):
    """At every row, from both sides: the float is the exact form at a position within rho."""
    rows = s._rows
    t_error = Fraction(rows.t_error)
    for r, t in enumerate(ts):
        y, error = Fraction(float(rows.h[r, 0])), Fraction(float(rows.error[r]))
        if not np.isfinite(rows.rho[r]):
            continue
        rho = Fraction(float(rows.rho[r]))
        for a, b in ((r - 1, r), (r, r + 1)):
            if a < 0 or b == len(ts):
                continue
            slope = (values[b][-1][1][0] - values[a][-1][1][0]) / (ts[b] - ts[a])
            assert abs(y - values[r][-1][1][0]) - abs(slope) * rho <= error
        assert abs(Fraction(float(rows.t[r])) - t) <= t_error + rho


def close_crossings(rng):
    """Units x + m y - c and multiples of these, whose c are equal, or a little or much apart.

    On paths with y = 0 a large m changes nothing but how far errors reach.
    """
    n = int(rng.integers(2, 9))
    c = rng.choice([0.25, 0.5, 1.5], n) + rng.choice([0, 1, -1, 5], n) * 2.0 ** -rng.integers(4, 40)
    w = np.stack([np.ones(n), rng.choice([0, 0, 8, 512], n)], axis=1)
    factor = rng.choice([1.0, -1.0, 2.0, -3.0, 5.0], n)
    last = rng.choice([1.0, -1.0, 0.5, 3.0], (2, n))
    return [
        (factor[:, None] * w, -factor * c),
        (last, rng.normal(size=2)),
        (np.array([[1.0, 2.0]]), np.zeros(1)),
    ]


@given(st.integers(0, 10**6), st.sampled_from([1e3, 1e6, 1e9, 1e12, 1e14]))
@settings(deadline=None, max_examples=100)
def test_close_crossings_keep_their_order_whatever_the_errors(seed, factor):
    rng = np.random.default_rng(seed)
    stages = build(close_crossings(rng))
    corners = ExactArray.of([[-1, 0], [2, 0], [-2, 0]][: int(rng.integers(2, 4))])
    prepared = [dataclasses.replace(p, integral=None) for p in inflated(stages, factor)]
    noisy = [dataclasses.replace(p, linear=Noisy(p, rng)) for p in prepared]
    s = sweep(stages, corners, prepared=noisy)
    bounds_hold(s, *same_decisions(s, stages, corners))


@pytest.mark.parametrize("alone", [[], [0.25]])
@pytest.mark.parametrize("gap", [2.0**-30, 2.0**-12])
def test_multiples_are_joined_with_nothing_else(gap, alone):
    """Units that vanish at x = 1/2 or close by, and perhaps one far away; there and back."""
    w = np.array([[1, 0]] * len(alone) + [[1, 512], [2, 1024], [1, 512], [-3, -1536]])
    b = -w[:, 0] * np.array([*alone, 0.5, 0.5, 0.5 + gap, 0.5])
    last = np.array([[1.0, 2.0, -1.0, 0.5, 3.0][: len(b)]])
    stages = build([(w, b), (last, np.zeros(1))])
    # between the two on the way, so that they part; then both at once
    corners = ExactArray.of(np.array([[-1, 0], [0.5 + gap / 2, 0], [2, 0], [-2, 0]]))
    for seed in range(20):
        rng = np.random.default_rng(seed)
        for factor in (1e6, 3e8, 6e8, 1e9, 1e12):
            prepared = [dataclasses.replace(p, integral=None) for p in inflated(stages, factor)]
            noisy = [dataclasses.replace(p, linear=Noisy(p, rng)) for p in prepared]
            same_decisions(sweep(stages, corners, prepared=noisy), stages, corners)


@given(st.integers(0, 10**6), st.sampled_from([1e3, 1e9, 1e12, 1e14]))
def test_positions_of_crossings_are_within_their_errors(seed, factor):
    """Of a second stage, whose pieces are short; only its own errors are large."""
    rng = np.random.default_rng(seed)
    cuts = np.sort(rng.uniform(-0.9, 0.9, 4))
    first = (np.ones((4, 2)) * [1, 0], -cuts)
    layers = close_crossings(rng)
    # the second stage sees x, from units that are not cut, and y as it is
    w = np.concatenate([first[0], [[1, 0], [0, 1]]]), np.append(first[1], [5.0, 5.0])
    inner = layers[0][0]
    second = (
        np.concatenate([np.zeros((len(inner), 4)), inner], axis=1),
        layers[0][1] - inner.sum(axis=1) * 5.0,
    )
    stages = build([w, second, (np.ones((1, len(inner))), np.zeros(1))])
    corners = ExactArray.of([[-1, 0], [2, 0]])
    prepared = [dataclasses.replace(p, integral=None) for p in prepare(stages)]
    loud = inflated(stages, factor)[1]
    prepared[1] = dataclasses.replace(loud, integral=None)
    prepared[1] = dataclasses.replace(prepared[1], linear=Noisy(prepared[1], rng))
    seen = []

    def watched(history, forms, statistics, rows, *rest):
        found = order_crossings(history, forms, statistics, rows, *rest)
        if history.resolution == 1:
            seen.append((found, rows.t.copy(), float(rows.rho.max()) + rows.t_error))
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("plsym.networks.sweeping.sweep.order_crossings", watched)
        patch.setattr("plsym.networks.sweeping.sweep.plain_step", lambda *_: (False,))
        same_decisions(sweep(stages, corners, prepared=prepared), stages, corners)
    for found, t, away in seen:
        c = -stages[1].bias.mid[found.unit] - second[0].sum(axis=1)[found.unit] * 5.0
        root = c / second[0][found.unit, 4] + 1.0  # t = x + 1
        width = t[found.row + 1] - t[found.row]
        at = (root / 3 - t[found.row]) / width
        assert ((found.at > 0) & (found.at < 1)).all()
        assert (np.abs(found.at - at) <= found.error + 4 * away / width + 1e-12).all()


def test_positions_that_changed_places_bound_no_error_below_zero():
    """Where errors reach over whole pieces, the positions of neighbours may be out of order."""
    state = np.array([[1.0, 0.5, 0.75], [2.0, 0.25, 0.5]])
    for error, rho in ((0.5, 0.125), (np.inf, 1.25)):
        (row,) = kernels.fresh_state(
            state, np.array([0]), np.array([0.5]), np.array([error]), 0.0
        ).tolist()
        assert row == [2.0, rho, 0.625]
    # such bounds once said that every sign was certain
    stages, corners = case(124, "ternary")
    rng = np.random.default_rng(124)
    prepared = [dataclasses.replace(p, integral=None) for p in inflated(stages, 1e14)]
    noisy = [dataclasses.replace(p, linear=Noisy(p, rng)) for p in prepared]
    same_decisions(sweep(stages, corners, prepared=noisy), stages, corners)


@given(st.integers(0, 10**6), st.booleans())
def test_what_is_written_into_new_rows_is_counted_as_an_error(seed, relu):
    """Three new rows between two, the second with two units: signs as decided, and paid for."""
    rng = np.random.default_rng(seed)
    z = rng.normal(size=(3, 6))
    z[1, :4] = -np.sign(z[0, :4]) * np.abs(z[1, :4])
    at = np.sort(rng.random(3))
    units = rng.permutation(4)
    settled = np.arange(3)
    crossings = Crossings(
        np.zeros(3, dtype=np.intp), units[:3], at, np.full(3, 1e-3), [(1, int(units[3]))], settled
    )
    state = np.stack([rng.random(3), np.zeros(3), np.arange(3.0)], axis=1)
    before = state.copy()
    written = []
    history = SimpleNamespace(corners=np.zeros((3, 1)), append=lambda *a: written.append(a))
    stage = SimpleNamespace(
        kappa=1.0, unit_rounding=0.0, is_relu=relu, units=lambda z: np.where(z > 0, z, -z)
    )
    rows = Rows(z, state, 1e-3, False)
    out = insert_rows(history, stage, rows, z.copy(), before[:, 0].copy(), crossings)
    ((positive, place, new_rows, unit),) = written
    assert (place.tolist(), new_rows.tolist()) == ([0, 4, 5], [1, 2, 3])
    assert unit.tolist() == units[:3].tolist()
    zero = {int(units[0]): 0, int(units[1]): 1, int(units[2]): 2, int(units[3]): 1}
    for i in range(3):
        plain = (1 - at[i]) * z[0] + at[i] * z[1]
        for j, k in zero.items():
            assert positive[1 + i, j] == ((z[0, j] if i < k else z[1, j]) > 0 and i != k)
            assert (out.h[1 + i, j] == 0) == (i == k or (relu and not positive[1 + i, j]))
        units_of_plain = np.maximum(plain, 0.0) if relu else np.abs(plain)
        changed = np.sqrt(((out.h[1 + i] - units_of_plain) ** 2).sum())
        assert changed <= out.error[1 + i] - max(before[0, 0], before[1, 0]) + 1e-12
        assert out.t[1 + i] == pytest.approx(at[i])
    assert out.t_error > rows.t_error
    assert out.moved


@given(st.integers(0, 10**6))
def test_links_are_clear_where_no_enclosure_reaches_over(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 9))
    group = np.sort(rng.integers(0, 3, n))
    lower = rng.integers(0, 12, n).astype(float)
    upper = lower + rng.choice([0, 1, 2, 9], n)
    same = group[1:] == group[:-1]
    reach, clear = _running_reach(upper, same), _backward_clear(lower, upper, same)
    for i in range(n):
        assert reach[i] == max(upper[j] for j in range(i + 1) if group[j] == group[i])
    for i in np.flatnonzero(same).tolist():
        assert clear[i] == all(lower[j] > upper[i] for j in range(i + 1, n) if group[j] == group[i])
    assert len(clear) == n - 1
    runs = _runs(same)
    assert [j for low, high in runs for j in range(low, high)] == np.flatnonzero(same).tolist()
    assert all(high + 1 < low for (_, high), (low, _) in pairwise(runs)) or all(
        group[high] != group[low] for (_, high), (low, _) in pairwise(runs)
    )


@pytest.mark.parametrize("kappa", [1.0, 3.0])
@pytest.mark.parametrize("rounding", [0.0, 0.25])
def test_units_of_old_and_new_rows_add_their_errors(kappa, rounding):
    z = np.array([[3.0, -1.0], [-3.0, 4.0]])
    state = np.array([[1.0, 0.0, 0.0], [2.0, 0.0, 1.0]])
    history = SimpleNamespace(corners=np.zeros((7, 1)), append=lambda *_: None)
    stage = SimpleNamespace(
        kappa=kappa, unit_rounding=rounding, is_relu=False, units=lambda z: np.where(z > 0, z, -z)
    )
    zero, none = np.zeros(1, dtype=np.intp), np.zeros(0, dtype=np.intp)
    crossing = Crossings(zero, zero, np.array([0.5]), np.array([0.0]), [], none)
    error = np.array([1.0, 2.0])
    rows = Rows(z, state, 0.0, False)
    out = insert_rows(history, stage, rows, z.copy(), error, crossing)
    norms = np.sqrt([10.0, 2.25, 25.0])
    expected = kappa * (np.array([1.0, 2.0, 2.0]) + rounding * norms)
    assert out.error.tolist() == pytest.approx(expected.tolist(), rel=1e-12)
    assert out.h.tolist() == [[3.0, 1.0], [0.0, 1.5], [3.0, 4.0]]
    assert out.t_error == 4 * 7 * 2.0**-53


def test_every_decision_is_counted():
    k = 5
    w, b = np.ones((k, 1)), -(0.5 + 2.0**-30 * np.arange(k))
    out = (np.arange(1.0, k + 1)[None], np.zeros(1))
    corners = ExactArray.of([[0], [1]])
    for factor, order in ((1.0, "filtered"), (1e10, "exact")):
        stages = build([(w, b), out])
        prepared = [dataclasses.replace(p, integral=None) for p in inflated(stages, factor)]
        counts = dataclasses.asdict(sweep(stages, corners, prepared=prepared).statistics)
        expected = dict.fromkeys(counts, 0)
        expected["filtered"] += 2 * k  # the signs at both ends
        expected[order] += k - 1  # and who comes after whom
        assert counts == expected
    for seed in range(20):
        stages, corners = case(seed, "random")
        for factor in (1.0, 1e9, 1e12):
            before = None
            for depth in range(1, len(stages)):
                some = [*stages[:depth], Stage.affine(*_sum_of(stages[depth - 1].n_out))]
                now = dataclasses.astuple(
                    sweep(some, corners, prepared=inflated(some, factor)).statistics
                )
                assert min(now) >= 0
                assert before is None or all(a <= b for a, b in zip(before, now, strict=True))
                before = now


def _sum_of(n):
    return Dense(ExactArray.of(np.ones((1, n)))), ExactArray.of([0])


@given(st.integers(0, 10**6), st.sampled_from([0.0, 1e-17, 1e-3, 2.0]))
def test_the_error_after_units_covers_their_slopes_and_rounding(seed, error):
    rng = np.random.default_rng(seed)
    slopes = [
        [Fraction(0), Fraction(1)],
        [Fraction(1, 3), Fraction(-7, 3)],
        [Fraction(1, 10)] * 2,
        [Fraction(-2), Fraction(4)],
    ]
    for pair in slopes:
        alpha = ExactArray.of(np.array([str(a) for a in pair]))
        eye, zero = ExactArray.of(np.eye(2)), ExactArray.of([0, 0])
        stage = Stage(Dense(eye), zero, alpha)
        p = prepare([stage, Stage.affine(Dense(eye), zero)])[0]
        z = rng.normal(size=(3, 2)) * 10.0 ** rng.integers(-3, 4, (3, 2))
        bounds = unit_error(p, np.full(3, error), z)
        out = p.units(z.copy())
        for row, found, bound in zip(z.tolist(), out.tolist(), bounds.tolist(), strict=True):
            for j, sign in product((0, 1), (1, -1)):  # the whole error in one unit
                true = [Fraction(x) for x in row]
                true[j] += sign * Fraction(error)
                exact = [x if x > 0 else a * x for x, a in zip(true, pair, strict=True)]
                square = sum((Fraction(x) - y) ** 2 for x, y in zip(found, exact, strict=True))
                # the rounding of bounds is covered where they begin
                assert square <= (Fraction(bound) * (1 + Fraction(1, 2**50))) ** 2


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
