"""Layers of rank one: errors become shifts of position, and the bounds stay true and useful."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from naive_sweep import naive
from test_sweep import build, check

from plsym.exact.dyadics import ExactArray
from plsym.networks.sweeping.prepared import prepare
from plsym.networks.sweeping.swept import sweep
from plsym.networks.sweeping.thin import Thin, shift_rows, thin


def zigzag_layers(rng, teeth, depth, width, rest=0.0):
    """A zigzag composed with itself, its knots and heights off all grids."""
    inner = rng.uniform(-0.3, 0.3, teeth - 1)
    knots = (np.arange(teeth + 1) + np.concatenate([[0], inner, [0]])) / teeth
    heights = np.arange(teeth + 1) % 2 * rng.uniform(0.85, 0.99, teeth + 1)
    heights += 0.03 * rng.uniform(0, 1, teeth + 1) * (heights == 0)
    slopes = np.diff(heights) / np.diff(knots)
    u = rng.uniform(0.5, 2, width)
    u[teeth:] *= -1
    b = np.abs(u) * np.concatenate([-knots[:-1], rng.uniform(0.2, 0.8, width - teeth)])
    v = np.concatenate([np.diff(slopes, prepend=0) / u[:teeth], rng.normal(0, 0.05, width - teeth)])
    middle = []
    for _ in range(depth - 1):
        w = np.outer(u, v)
        w += rest * np.abs(w).max() * rng.normal(size=w.shape)
        middle.append((w, b + u * heights[0]))
    return [(u[:, None], b), *middle, (v[None], np.zeros(1))]


def thin_layers(rng, widths, kind):
    """Rank-one layers of several sorts between full ones."""
    layers = []
    for i, (n_in, n_out) in enumerate(pairwise(widths)):
        u, v = rng.normal(size=n_out), rng.normal(size=n_in)
        if kind == "integers":
            u, v = rng.integers(-2, 3, n_out).astype(float), rng.integers(-2, 3, n_in).astype(float)
        elif kind == "sparse":
            u, v = u * (rng.random(n_out) < 0.5), v * (rng.random(n_in) < 0.5)
        w = np.outer(u, v)
        if kind == "nearly":
            w *= 1 + 1e-13 * rng.normal(size=w.shape)
        elif kind == "mixed" and i % 2:
            w = rng.normal(size=w.shape)
        b = rng.integers(-2, 3, n_out) / 2 if kind == "integers" else rng.normal(0, 0.3, n_out)
        layers.append((w, b))
    return layers


@given(
    st.integers(0, 10**6),
    st.sampled_from(["integers", "sparse", "nearly", "mixed", "plain"]),
    st.sampled_from([1.0, 1e6, 1e12]),
)
@settings(max_examples=100)
def test_thin_networks_against_the_naive_sweep(seed, kind, factor):
    rng = np.random.default_rng(seed)
    n_in = int(rng.integers(1, 3))
    widths = [n_in, *rng.integers(2, 6, int(rng.integers(2, 4))).tolist(), 1]
    stages = build(thin_layers(rng, widths, kind), rng.choice([0.0, 0.0, -1.0, 0.25]))
    low = rng.integers(-4, 0, n_in)
    corners = ExactArray.of(np.array([low, low + 5, low + 3][: int(rng.integers(2, 4))]))
    check(stages, corners, factor)


def bounds_hold(stages, corners):
    """At every row, from both sides: the float is the exact form at a position within rho."""
    s = sweep(stages, corners)
    rows = s._rows
    ts, values = naive(stages, corners)
    assert s.num_rows == len(ts)
    t_error = Fraction(rows.t_error)
    shifted = 0
    for r, t in enumerate(ts):
        y, error = Fraction(float(rows.h[r, 0])), Fraction(float(rows.error[r]))
        rho = rows.rho[r]
        shifted += rho > 1e-12
        for a, b in ((r - 1, r), (r, r + 1)):
            if a < 0 or b == len(ts) or not np.isfinite(rho):
                continue
            slope = (values[b][-1][1][0] - values[a][-1][1][0]) / (ts[b] - ts[a])
            away = abs(y - values[r][-1][1][0]) - abs(slope) * Fraction(float(rho))
            assert away <= error
            assert abs(Fraction(float(rows.t[r])) - t) <= t_error + Fraction(float(rho))
    return s


@given(st.integers(0, 10**6), st.sampled_from([0.0, 1e-15, 1e-12]))
@settings(max_examples=15)
def test_bounds_of_zigzags_hold(seed, rest):
    rng = np.random.default_rng(seed)
    layers = zigzag_layers(rng, 3, int(rng.integers(2, 5)), 5, rest)
    bounds_hold(build(layers), ExactArray.of([[0], [1]]))


def test_deep_zigzags_stay_certain():
    """Without shifts the bounds compound until nine of ten decisions need more than floats."""
    layers = zigzag_layers(np.random.default_rng(0), 3, 8, 20)
    s = sweep(build(layers), ExactArray.of([[0], [1]]))
    assert s.num_rows > 25_000
    assert s.statistics.refined + s.statistics.exact < s.statistics.filtered / 1000


def test_what_counts_as_thin():
    rng = np.random.default_rng(1)
    u, v = rng.normal(size=7), rng.normal(size=4)
    w = np.outer(u, v)
    line = thin(w)
    assert line is not None
    exact = [[Fraction(float(x)) for x in row] for row in w]
    # |W - u v'| in the Frobenius norm, with u as the line implies it, is below the rest
    i, j = np.unravel_index(np.abs(w).argmax(), w.shape)
    column = [row[j] / exact[i][j] for row in exact]
    square = sum(
        (x - c * Fraction(float(y))) ** 2
        for row, c in zip(exact, column, strict=True)
        for x, y in zip(row, line.v, strict=True)
    )
    assert square <= Fraction(line.rest) ** 2
    assert line.rest < 1e-14 * line.norm * line.top * 10
    assert thin(rng.normal(size=(7, 4))) is None
    assert thin(np.zeros((3, 3))) is None
    assert thin(w[:1]) is None
    bent = w.copy()
    bent[2, 1] += 1e-6
    assert thin(bent) is None


def test_flat_pieces_keep_their_errors():
    """Where the one number does not move no shift stands for an error of it."""
    line = thin(np.ones((3, 2)))
    assert line is not None
    h = np.array([[0.0, 0.0], [1.0, 1.0], [1.0, 1.0], [2.0, 3.0]])
    found = shift_rows(
        line, h, np.full(4, 4.0), np.full(4, 1e-15), np.array([0.0, 0.3, 0.6, 1.0]), 1e-16
    )
    assert found is not None
    assert found.which.tolist() == [True, False, False, True]
    assert shift_rows(line, h, np.full(4, 4.0), np.zeros(4), np.arange(4.0), 0.0) is None


def norm_above(vector):
    """A double that is at least the length of an exact vector, and hardly more."""
    square = sum(Fraction(x) ** 2 for x in vector)
    bound = math.sqrt(square)
    while Fraction(bound) ** 2 < square:
        bound = math.nextafter(bound, math.inf)
    return bound


def off_by(x, y):
    return [Fraction(a) - Fraction(b) for a, b in zip(x, y, strict=True)]


def dot(a, b):
    return sum((Fraction(x) * Fraction(y) for x, y in zip(a, b, strict=True)), Fraction(0))


@given(
    st.integers(0, 10**6),
    st.sampled_from([0.0, 1e-12, 1e-9, 1e-6, 1e-4]),
    st.sampled_from([0.0, 1e-12, 1e-5, 1e-3]),
    st.sampled_from([0.0, 1e-9, 1e-2]),
    st.sampled_from([0.0, 0.0, 2.0**43, 2.0**47]),
)
def test_shifts_cover_errors_that_all_add_up(seed, off, t_error, left, far):
    """Rows off along the line, back and forth, at positions that are off back and forth."""
    rng = np.random.default_rng(seed)
    n, k, m = 6, 3, 4
    v, u = rng.normal(size=k) * 10.0 ** rng.integers(-3, 4), rng.normal(size=m)
    t = np.cumsum(rng.uniform(0.5, 1.5, n))
    back = (-1) ** np.arange(n) * int(rng.choice([1, -1]))
    p = [Fraction(x) + int(s) * Fraction(t_error) for x, s in zip(t, back, strict=True)]
    form = rng.normal(size=(n, k)) + 3 * np.arange(n)[:, None] * np.sign(v)
    # far out where the line does not look, so that its one number is lost in rounding
    form += far * np.array([v[1], -v[0], 0.0]) / np.linalg.norm(v)
    h = form + off * (back * int(rng.choice([1, -1])))[:, None] * v / np.linalg.norm(v)
    if off == 0:
        h[0] += 1.0  # one row, for there to be an error
    e = [off_by(*rows) for rows in zip(h, form, strict=True)]
    error, size = (np.array([norm_above(x) for x in rows]) for rows in (e, h))
    other = left * rng.normal(size=(m, k)) * np.linalg.norm(v)  # what is not in the line
    line = Thin(v, norm_above(v), float(np.abs(u).max()), norm_above(other.ravel()))
    with np.errstate(all="ignore"):  # as in the sweep
        found = shift_rows(line, h, size, error, t, t_error)
    speeds = np.diff(form, axis=0) / np.diff(t)[:, None]
    even = np.abs(speeds @ v).max() < 8 * np.abs(speeds @ v).min()
    if even and 0 < off <= 1e-6 and t_error <= 1e-5 and far == 0:
        assert found is not None and found.which.all()
        assert found.shift.max() < 10 * off
        # not far above the errors of what is left, and of speeds along the path
        tilt = (size.max() * 4 * line.norm) / np.abs(speeds @ v).min()
        assert found.rest.max() <= 10 * line.rest * off * (1 + tilt)
        assert found.drift.max() < 100 * (line.top + line.rest / line.norm) * line.norm
    if found is None:
        return
    for r, (a, b) in ((r, (i, i + 1)) for i in range(n - 1) for r in (i, i + 1)):
        if not found.which[r]:
            assert (found.shift[r], found.rest[r], found.drift[r]) == (0, 0, math.inf)
            continue
        width = p[b] - p[a]
        moving = [x / width for x in off_by(form[b], form[a])]
        c = dot(v, moving)
        d = dot(v, e[r]) / c
        assert abs(d) <= Fraction(found.shift[r])
        stays = [dot(row, e[r]) - d * dot(row, moving) for row in other]
        assert sum(x * x for x in stays) <= Fraction(found.rest[r]) ** 2
        for x, row in zip(u, other, strict=True):
            assert abs(Fraction(x) * c + dot(row, moving)) <= Fraction(found.drift[r])


@pytest.mark.parametrize(
    "sizes", [(2.0,) * 5, (2.0, 2.5, 3.0, 3.5, 4.0), (4.0, 3.5, 3.0, 2.5, 2.0)]
)
@pytest.mark.parametrize(
    "wrong", [(0, 1, 1, 1, 1), (1, 0, 1, 0, 1), (0, 1, 0, 1, 0), (0, 0, 0, 1, 0), (1, 1, 1, 1, 0)]
)
@pytest.mark.parametrize("units", [1, 3])
def test_speeds_are_those_of_rows_that_point_apart(wrong, sizes, units):
    """Rows on both sides of 0, too short by their errors; the rest looks where the line looks."""
    v = np.array([3.0, 4.0])
    sign = (-1.0) ** np.arange(5)[:, None]
    form, u = sign * np.array(sizes)[:, None] * v / 5.0, np.ones(units)
    h = form * (1.0 - 1e-4 * np.array(wrong)[:, None])
    error = np.array([norm_above(off_by(*rows)) for rows in zip(h, form, strict=True)])
    size = np.array([norm_above(x) for x in h])
    other = 0.5 * np.outer(u, v)
    line = Thin(v, norm_above(v), 1.0, norm_above(other.ravel()))
    t = np.arange(5.0)
    found = shift_rows(line, h, size, error, t, 0.0)
    assert found is not None and found.which.any()
    for r, a in ((r, i) for i in range(4) for r in (i, i + 1)):
        moving = off_by(form[a + 1], form[a])
        for x, row in zip(u, other, strict=True):
            assert abs(Fraction(x) * dot(v, moving) + dot(row, moving)) <= found.drift[r]


@given(st.integers(0, 10**6), st.sampled_from([1e-6, 1.0, 1e6]), st.sampled_from([0.0, 1e-12]))
def test_what_is_left_of_an_outer_product_is_bounded(seed, scale, rest):
    rng = np.random.default_rng(seed)
    w = scale * np.outer(rng.normal(size=4), rng.normal(size=3))
    w *= 1 + rest * rng.normal(size=w.shape)
    line = thin(w)
    assert line is not None
    i, j = np.unravel_index(np.abs(w).argmax(), w.shape)
    left = []
    for row in w.tolist():
        factor = Fraction(row[j]) / Fraction(w[i, j])
        assert abs(factor) <= Fraction(line.top)
        left += [Fraction(x) - factor * Fraction(y) for x, y in zip(row, line.v, strict=True)]
    assert line.rest > 0
    assert sum(x * x for x in left) <= Fraction(line.rest) ** 2
    assert dot(line.v, line.v) <= Fraction(line.norm) ** 2


def test_prepared_stages_know_their_line():
    ready = prepare(build(zigzag_layers(np.random.default_rng(2), 3, 3, 5)))
    assert [p.line is not None for p in ready] == [False, True, True, False]
