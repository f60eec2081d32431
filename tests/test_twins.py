"""The compiled loops of the sweep against their numpy references: the same bits, everywhere."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from naive_sweep import random_layers
from test_sweep import KINDS, build, case, check, inflated, tent_layers

from plsym.exact import tiers
from plsym.exact.dyadics import ExactArray
from plsym.exact.tiers import Twin, compiles, forced
from plsym.networks.sweeping import kernels
from plsym.networks.sweeping.plainstep import plain_step
from plsym.networks.sweeping.swept import sweep

pytest.importorskip("numba")


def alike(twin, *args):
    """Run both twins on copies and compare every bit; return what they return."""
    results = []
    for run in (twin.reference, twin.compiled):
        copies = [a.copy() if isinstance(a, np.ndarray) else a for a in args]
        with np.errstate(all="ignore"):  # as in the sweep
            found = run(*copies)
        results.append(found if isinstance(found, tuple) else (found,))
    for ours, theirs in zip(*results, strict=True):
        assert ours.dtype == theirs.dtype
        assert ours.shape == theirs.shape
        assert np.array_equal(ours, theirs, equal_nan=ours.dtype.kind == "f")
    return results[0] if len(results[0]) > 1 else results[0][0]


ENTRIES = [0.0, -0.0, 1.0, -1.0, 0.5, -0.25, 3e-300, -3e-300, 1e200, -1e200, 0.1, -0.3, 2.0**-20]


@st.composite
def values(draw):
    """Rows of values: a few distinct ones, so that zeros and equal crossings abound."""
    n, w = draw(st.integers(1, 9)), draw(st.sampled_from([1, 2, 3, 8, 9, 50]))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    z = rng.choice(ENTRIES, (n, w))
    noisy = rng.random((n, w)) < draw(st.sampled_from([0.0, 0.5]))
    return np.where(noisy, rng.normal(size=(n, w)), z), rng


@given(values())
def test_kernels_return_the_same_bits(given_values):
    z, rng = given_values
    n, w = z.shape
    alike(kernels.least, z)
    if z.all():
        alike(kernels.changes, z, np.ones(w, dtype=bool), True)
    row, unit = alike(kernels.changes, z, rng.random(w) < 0.8, False)
    tau = rng.choice([0.0, 1e-15, 1e-3, 10.0, np.inf], n)
    row, unit, at, error, _ = alike(kernels.crossings, z, tau, row, unit)
    state = np.stack([tau, rng.choice([0.0, 1e-9, np.inf], n), np.sort(rng.random(n))], axis=1)
    new_state = alike(kernels.fresh_state, state, row, at, error, 1e-15)
    fresh = alike(kernels.interpolate, z, row, at)
    new_rows = row + 1 + np.arange(len(row))
    for relu in (False, True):
        alike(kernels.merge, z, fresh, state, new_state, new_rows, relu)


@st.composite
def plain_rows(draw):
    """Rows as the sweep has them between two stages, some of them strange."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    n, w = draw(st.sampled_from([2, 3, 9])), draw(st.sampled_from([1, 3, 9, 50]))
    z = rng.normal(size=(n, w)) + draw(st.sampled_from([0.0, 0.0, 5.0]))
    if draw(st.integers(0, 3)) == 0:
        z = rng.choice(ENTRIES, (n, w))
    t = np.cumsum(rng.choice([1.0, 0.25, 1e-9], n))
    bounds = rng.choice([1e-15, 1e-12, 0.0], (2, n))
    state = np.array([bounds[0], bounds[1] * draw(st.sampled_from([0.0, 1.0])), t]).T
    size = rng.uniform(0.5, 3.0, n)
    strange = draw(st.sampled_from([None, None, None, None, np.nan, np.inf, 2.0**950]))
    if strange is not None:
        # infinite values have infinite sizes
        part = draw(st.sampled_from(["state", "size", *(["z"] if np.isnan(strange) else [])]))
        array = {"z": z, "state": state, "size": size}[part]
        array.reshape(-1)[rng.integers(array.size)] = strange
    return z, np.ascontiguousarray(state), size


@given(plain_rows(), st.sampled_from([0.0, 1e-16, 0.2]), st.booleans())
@settings(max_examples=300)
def test_the_pass_over_a_whole_stage(rows, t_error, moved):
    found = []
    for run in (plain_step.reference, plain_step.compiled):
        z, state, size = (a.copy() for a in rows)
        with np.errstate(all="ignore"):
            done, *rest = run(z, state, size, 1.5, 1e-15, 1.0, 1e-15, t_error, moved)
        if not done:  # then nothing was changed
            assert np.array_equal(z, rows[0], equal_nan=True)
            assert np.array_equal(state, rows[1], equal_nan=True)
        found.append((done, rest))
    (done, ours), (other, theirs) = found
    assert done == other
    if done:
        for a, b in zip(ours, theirs, strict=True):
            assert a.dtype == b.dtype
            assert np.array_equal(a, b)
        assert (np.diff(ours[1][:, 2]) >= 0).all()


def test_undefined_values_stay_undefined():
    z = np.array([[np.nan, 1.0], [2.0, np.nan], [0.0, -3.0]])
    assert np.isnan(alike(kernels.least, z)).tolist() == [True, True, False]
    wide = np.concatenate([z, np.ones((3, 20))], axis=1)
    assert np.isnan(alike(kernels.least, wide)).tolist() == [True, True, False]
    state = np.array([[0.0, np.nan, 0.0], [1.0, 0.0, 1.0]])
    half = np.array([0.5])
    found = alike(kernels.fresh_state, state, np.array([0]), half, np.array([np.inf]), 0.0)
    assert np.isnan(found[0, 1])


def swept(stages, corners, factor, compiled):
    """Everything a sweep decided, and what it left uncertain."""
    with forced(compiled):
        s = sweep(stages, corners, prepared=inflated(stages, factor))
        s.output_breaks()
    history = s._history
    return s.statistics, history, s._rows


@given(st.integers(0, 10**6), st.sampled_from(KINDS), st.sampled_from([1.0, 1e9, 1e15]))
@settings(max_examples=60)
def test_sweeps_decide_and_doubt_alike(seed, kind, factor):
    stages, corners = case(seed, kind)
    (counts, ours, rows), (other_counts, theirs, other_rows) = (
        swept(stages, corners, factor, compiled) for compiled in (False, True)
    )
    assert counts == other_counts
    assert ours.sizes == theirs.sizes
    for a, b in zip(ours.active, theirs.active, strict=True):
        assert (a is None and b is None) or np.array_equal(a, b)
    for a, b in zip(ours.place, theirs.place, strict=True):
        assert (a is None and b is None) or np.array_equal(a, b)
    for a, b in zip(ours.origin(), theirs.origin(), strict=True):
        assert np.array_equal(a, b)
    assert np.array_equal(rows.h, other_rows.h)
    assert np.array_equal(rows.state, other_rows.state, equal_nan=True)


@given(st.integers(0, 10**6), st.sampled_from(KINDS), st.sampled_from([1.0, 1e12]))
@settings(max_examples=25)
def test_the_compiled_sweep_against_the_naive_one(seed, kind, factor):
    with forced(True):
        check(*case(seed, kind), factor)


def test_many_crossings_in_one_piece():
    """Groups long enough for the other way of sorting, with ties among them."""
    rng = np.random.default_rng(4)
    layers = random_layers(rng, [1, 400, 3, 1], "degenerate")
    found = [
        swept(build(layers), ExactArray.of([[-9], [9]]), 1.0, compiled)
        for compiled in (False, True)
    ]
    assert found[0][0] == found[1][0]
    assert np.array_equal(found[0][2].state, found[1][2].state)
    assert found[0][1].num_rows > 42


def test_exact_floats_are_known_to_both():
    for compiled in (False, True):
        counts, history, _ = swept(build(tent_layers(9)), ExactArray.of([[0], [1]]), 1.0, compiled)
        assert history.num_rows == 2**9 + 1
        assert counts.exact == counts.refined == 0


def test_which_twin_runs(monkeypatch):
    ran = []
    twin = Twin(lambda a: ran.append("reference"), lambda a: a.size)
    for compiled, name in ((False, "reference"), (True, 3)):
        with forced(compiled):
            assert compiles(1) is compiled
            result = twin(np.zeros(3))
            assert (ran == ["reference"] and result is None) if name == "reference" else result == 3
    monkeypatch.setattr(tiers, "_WANTED", False)
    assert not compiles(1 << 30)
    monkeypatch.setattr(tiers, "_WANTED", True)
    assert compiles(1)
    with forced(False):
        assert not compiles(1 << 30)
    monkeypatch.setattr(tiers, "_has_numba", lambda: False)
    assert not compiles(1 << 30)
