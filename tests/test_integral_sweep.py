"""The sweep in whole numbers: against the naive sweep, at its limits, and its two twins."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_sweep import build, check, tent_layers

from plsym.exact.dyadics import ExactArray
from plsym.exact.tiers import forced
from plsym.networks.sweeping import integral, integralkernels, integralrows
from plsym.networks.sweeping.integral import integral_stage
from plsym.networks.sweeping.prepared import prepare
from plsym.networks.sweeping.stages import Dense, Sparse, Stage

ALPHAS = [[0], [0], [-1], ["1/4"], ["-2/3"], [0, 1, -1, "1/3"]]


def texts(values, denominator):
    return np.vectorize(lambda v: str(Fraction(int(v), denominator)), otypes=[object])(values)


@st.composite
def small(draw):
    """Stages in small integers over a denominator; few distinct entries, so ties abound."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    top = draw(st.sampled_from([1, 2, 9, 200]))
    denominator = draw(st.sampled_from([1, 2, 3, 6, 8]))
    n_in = draw(st.sampled_from([1, 1, 2]))
    widths = [n_in, *draw(st.lists(st.integers(1, 6), min_size=1, max_size=3)), 2]
    alpha = draw(st.sampled_from(ALPHAS))
    stages = []
    for k in range(len(widths) - 1):
        weights = rng.integers(-top, top + 1, (widths[k + 1], widths[k]))
        bias = rng.integers(-top, top + 1, widths[k + 1]) * (rng.random(widths[k + 1]) < 0.7)
        copied = rng.random(widths[k + 1]) < 0.2  # duplicates and opposites
        weights[copied], bias[copied] = -weights[0], -bias[0]
        slopes = [1] if k == len(widths) - 2 else alpha
        stages.append(
            Stage(
                Dense(ExactArray.of(texts(weights, denominator))),
                ExactArray.of(texts(bias, denominator)),
                ExactArray.of(np.resize(np.array(slopes, dtype=object), widths[k + 1])),
            )
        )
    steps = rng.integers(1, 4, (draw(st.integers(2, 3)), n_in))
    corners = texts(np.cumsum(steps, axis=0) - 4, draw(st.sampled_from([1, 2, 3])))
    return stages, ExactArray.of(corners)


@given(small(), st.booleans())
@settings(deadline=None, max_examples=120)
def test_against_naive_sweep(case, compiled):
    with forced(compiled):
        s = check(*case)
    assert s._rows.whole is not None
    assert s.statistics.refined == s.statistics.exact == 0
    outputs = [[float(v) for v in row] for row in s.exact_values()]
    assert (np.abs(s.outputs - outputs).max(axis=1) <= s._rows.error + 1e-300).all()
    exact_t = np.array([float(t) for t in s.exact_positions()])
    assert np.abs(s.t - exact_t).max() <= s._rows.t_error


@given(small(), st.integers(1, 30))
@settings(deadline=None, max_examples=80)
def test_wherever_the_integers_grow_too_large(case, bits):
    """Any smaller limit is as right, and makes the floats take over at any stage."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(integralrows, "LIMIT", 2.0**bits)
        check(*case)


@given(st.integers(0, 10**6), st.integers(8, 27), st.booleans())
@settings(deadline=None, max_examples=80)
def test_just_under_and_over_the_limit(seed, bits, compiled):
    """Weights of some bits: values pass 2**53 before the forms do, and then these."""
    rng = np.random.default_rng(seed)
    layers = []
    for n_in, n_out in [(1, 3), (3, 3), (3, 1)]:
        w = rng.integers(2 ** (bits - 1), 2**bits, (n_out, n_in)) * rng.choice(
            [-1, 1], (n_out, n_in)
        )
        b = rng.integers(-(2**bits), 2**bits, n_out)
        if n_out > 1:  # a duplicate, and one that differs by the last bit
            w[1], b[1] = w[0], b[0]
            w[2], b[2] = w[0], b[0] + rng.integers(0, 2)
        layers.append((w.astype(float), b.astype(float)))
    with forced(compiled):
        check(build(layers), ExactArray.of([[-2], [2]]))


def test_the_last_integer_that_fits():
    """Forms up to 2**53 - 1 are taken, 2**53 is not; the answers do not change."""
    for top, fits in ((2**26 - 1, True), (2**26, False)):
        layers = [
            (np.array([[float(top)]]), np.array([-1.0])),
            (np.array([[2.0**26]]), np.array([-1.0])),
            (np.array([[1.0]]), np.array([0.0])),
        ]
        s = check(build(layers), ExactArray.of([[0], [2]]))
        # twice the largest integer: the segment is two long
        assert (s._rows.whole is not None) == fits


def close_roots(n):
    """Roots (n - 1) / n and n / (n + 1), which for n > 2**27 are one double."""
    w = np.array([[float(n)], [float(n + 1)], [float(2 * n)], [-float(n + 1)]])
    b = -np.array([n - 1.0, float(n), 2 * n - 2.0, -float(n)])
    return [(w, b), (np.array([[1.0, -1.0, 1.0, 1.0]]), np.array([0.0]))]


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("n", [3, 2**28 + 5, 2**29 - 3])
def test_roots_with_one_double(n, compiled):
    assert n < 10 or (n - 1) / n == n / (n + 1)
    with forced(compiled):
        s = check(build(close_roots(n)), ExactArray.of([[0], [1]]))
    assert s._rows.whole is not None
    assert s.num_rows == 4


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize(("n", "w"), [(3, 2), (2**20 + 3, 2**31 - 1)])
def test_a_root_beside_an_earlier_row(n, w, compiled):
    """At the row (n - 1) / n a later unit is -1 / n: the difference of two products of 71 bits."""
    layers = [
        (np.array([[1.0], [n], [n], [0.0]]), np.array([0.0, 1.0 - n, 0.0, n - 1.0])),
        (np.array([[1.0, 0.0, w, -w], [0.0, 1.0, 0.0, 0.0]]), np.array([-1.0, 0.0])),
        (np.array([[1.0, 1.0]]), np.array([0.0])),
    ]
    with forced(compiled):
        s = check(build(layers), ExactArray.of([[0], [1]]))
    assert s._rows.whole is not None
    assert s.num_rows == 4


@pytest.mark.parametrize(("bias", "fits"), [(0.5, True), (-2.0, False)])
def test_common_powers_of_two_are_taken_out(bias, fits):
    """A scale of 2**55 is no hindrance as long as the forms are multiples of most of it."""
    weight = 1.0 if fits else 2.0
    deep = [(np.array([[weight]]), np.array([bias]))] * 55 + [(np.ones((1, 1)), np.zeros(1))]
    s = check(build(deep), ExactArray.of([[-1], [3]]))
    assert (s._rows.whole is not None) == fits


def test_what_is_taken():
    rng = np.random.default_rng(0)

    def of(w, b):
        return integral_stage(Stage.affine(Dense(ExactArray.of(w)), ExactArray.of(b)))

    assert of(rng.normal(size=(3, 3)), np.zeros(3)) is None
    assert of(np.ones((3, 3)), rng.normal(size=3)) is None
    assert of(np.full((1, 1), 2.0**53), np.zeros(1)) is None
    assert of(np.full((1, 1), 2.0**-60), np.zeros(1)) is None
    assert of(np.full((1, 1), 1e300), np.zeros(1)) is None
    assert of([[f"1/{2**61 - 1}"]], ["1/3"]) is None
    assert of([[f"{2**60}/3"]], ["1/3"]) is None
    late = np.ones((9, 9))
    late[-1, -1] = 0.1  # beyond the entries that are looked at first
    assert of(late, np.zeros(9)) is None
    found = of([["1/3", "-1/2"]], [0.25])
    assert (found.factor, found.right.T.tolist(), found.bias.tolist()) == (24, [[8, -12]], [6])
    assert (found.row_sum, found.top_bias, found.is_affine) == (20, 6, True)


def test_stages_from_the_first_are_taken():
    """One alone, or two that are sure to be too much together, would gain nothing."""
    small, long = np.ones((2, 2)), np.full((2, 2), 2.0**27)
    odd = np.random.default_rng(0).normal(size=(2, 2))
    for kinds, expected in (
        ([small, small, odd, small], [True, True, False, False]),
        ([odd, small, small], [False, False, False]),
        ([small, odd], [False, False]),
        ([long, long], [False, True]),
        ([long, small], [True, True]),
        ([small], [True]),
    ):
        stages = build([(w, np.zeros(2)) for w in kinds])
        assert [p.integral is not None for p in prepare(stages)] == expected


def test_sparse_maps(monkeypatch):
    """Columns that occur twice add up; large maps are left to the floats."""
    index = np.array([[0, 1], [2, 2], [1, 1], [2, 0]])
    values = ExactArray.of(np.array([["1", "-1/3"], ["2", "1"], ["1", "-1"], ["-1", "1/2"]]))
    stages = [
        *build([(np.array([[1.0], [-2.0], [3.0]]), np.array([0.5, 1, 0]))] * 2)[:1],
        Stage(Sparse(3, index, values), ExactArray.of([0, 1, 0, "1/3"]), ExactArray.of([0] * 4)),
        Stage.affine(Dense(ExactArray.of([[1, 1, 1, -1]])), ExactArray.of([0])),
    ]
    assert check(stages, ExactArray.of([[-3], [3]]))._rows.whole is not None
    monkeypatch.setattr(integral, "_LARGEST_MATRIX", 11)
    assert check(stages, ExactArray.of([[-3], [3]]))._rows.whole is None


def test_corners_that_are_not_small():
    stages = build(tent_layers(3))
    for high in (0.1, 2.0**60, 2.0**-60, "1/9007199254740993"):
        s = check(stages, ExactArray.of([[0], [high]]))
        assert s._rows.whole is None
    assert check(stages, ExactArray.of([["-1/3"], ["4/3"]]))._rows.whole is not None


@st.composite
def arrays(draw):
    """Forms and rows as a path with corners has them."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    top = draw(st.sampled_from([1, 3, 2**20, 2**28, 2**51]))
    pieces, w = draw(st.integers(1, 5)), draw(st.sampled_from([1, 3, 12]))
    ends = rng.integers(-top, top + 1, (pieces + 1, w))
    ends[rng.random(ends.shape) < draw(st.sampled_from([0.0, 0.3]))] = 0
    if w > 2:  # equal and almost equal roots
        ends[:, 1] = ends[:, 0] // 2 if draw(st.booleans()) else -ends[:, 0]
    z = np.stack([ends[1:] - ends[:-1], ends[:-1]]).astype(float)
    where = np.zeros((3, pieces + 1))
    where[0, -1] = where[1] = 1.0
    where[2] = np.minimum(np.arange(pieces + 1), pieces - 1)
    return z, where, rng


def alike(twin, *args):
    """Run both twins, and compare what they return."""
    ours, theirs = twin.reference(*args), twin.compiled(*args)
    for a, b in zip(ours, theirs, strict=True):
        assert np.asarray(a).dtype == np.asarray(b).dtype
        assert np.array_equal(a, b)
    return ours


@given(arrays(), st.sampled_from([0.0, 1.0, 2.0**60]))
def test_twins_return_the_same(given_arrays, doubt):
    pytest.importorskip("numba")
    z, where, rng = given_arrays
    w = z.shape[2]
    bends = rng.random(w) < 0.9
    positive, row, unit, position, joined = alike(integralkernels.locate, z, where, bends, doubt)
    roots = [Fraction(-int(z[1, r, j]), int(z[0, r, j])) for r, j in zip(row, unit, strict=True)]
    assert [Fraction(int(p), int(q)) for q, p in position.T] == roots
    assert all(0 < t < 1 for t in roots)
    keys = list(zip(row.tolist(), roots, strict=True))
    assert keys == sorted(set(keys))
    crossing = (z[1] > 0) & (z[0] + z[1] < 0) | (z[1] < 0) & (z[0] + z[1] > 0)
    assert len(row) + joined == int((crossing & bends).sum())
    if row.size:
        large = max(doubt, 2.0**54 if np.abs(z).max() > 2.0**25 else 0.0)
        for on, off in ((1.0, np.zeros(w)), (3.0, rng.integers(-3, 4, w).astype(float))):
            alike(integralkernels.spread, z, where, positive, row, position, large, on, off)
