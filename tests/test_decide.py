"""Signs from floats with bounds: filter, refine, decide exactly, and the counts."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plsym.exact.decide import Statistics, certify, decide_sign

BAD = [math.nan, math.inf, -math.inf]


def sign_of(x):
    return (x > 0) - (x < 0)


def never(*_):
    raise AssertionError("this step must not be reached")


class Hidden:
    """Exact values that certify does not see, and a record of which were asked for."""

    def __init__(self, values, sharper=None):
        self.values, self.sharper = [Fraction(v) for v in values], sharper
        self.refined: list[int] = []
        self.asked: list[int] = []

    def refine(self, indices):
        self.refined += indices.tolist()
        pairs = [self.sharper[i] for i in indices.tolist()]
        return np.array([m for m, _ in pairs]), np.array([r for _, r in pairs])

    def exact(self, indices):
        self.asked += indices.tolist()
        return np.array([sign_of(self.values[i]) for i in indices.tolist()], dtype=np.int8)

    def signs(self):
        return [sign_of(v) for v in self.values]


@st.composite
def enclosed(draw):
    """An exact value with two valid float enclosures, the second often sharper."""
    value = draw(
        st.one_of(
            st.just(Fraction(0)),
            st.fractions(-1, 1, max_denominator=50),
            st.builds(Fraction, st.integers(-9, 9), st.just(2**200)),
            st.builds(Fraction, st.integers(-(2**90), 2**90), st.just(3)),
        )
    )
    return value, draw(enclosures(value)), draw(enclosures(value))


def enclosures(value):
    """Pairs mid, rad with |value - mid| <= rad, or pairs which say nothing."""
    shift = st.one_of(st.just(0.0), st.floats(-2, 2), st.floats(-1e-9, 1e-9))

    def valid(shift, slack):
        mid = float(value) + shift
        error = abs(Fraction(mid) - value)
        rad = float(error)
        if Fraction(rad) < error:
            rad = math.nextafter(rad, math.inf)
        assert Fraction(rad) >= error
        return mid, rad + slack

    bad = st.sampled_from(BAD)
    number = st.floats(-3, 3)
    return st.one_of(
        st.builds(valid, shift, st.sampled_from([0.0, 0.0, 1e-12, 0.5])),
        st.tuples(bad, number.map(abs)),
        st.tuples(number, st.sampled_from([math.nan, math.inf])),
        st.tuples(bad, st.sampled_from([math.nan, math.inf])),
    )


@given(st.lists(enclosed(), max_size=12), st.booleans())
def test_certify_is_exact_for_valid_enclosures(entries, with_refine):
    mid = np.array([m for _, (m, _), _ in entries])
    rad = np.array([r for _, (_, r), _ in entries])
    hidden = Hidden([v for v, _, _ in entries], [second for _, _, second in entries])
    statistics = Statistics()
    signs = certify(mid, rad, hidden.refine if with_refine else None, hidden.exact, statistics)
    assert signs.dtype == np.int8
    assert signs.tolist() == hidden.signs()
    assert statistics.filtered + statistics.refined + statistics.exact == len(entries)
    assert statistics.exact == len(hidden.asked) == len(set(hidden.asked))
    assert set(hidden.asked) <= set(hidden.refined) or not with_refine
    # zeros are never settled by a float, and neither is what is not finite
    for i, (value, (m, r), _) in enumerate(entries):
        if value == 0:
            assert i in hidden.asked
        if not (math.isfinite(m) and math.isfinite(r)):
            assert i in (hidden.refined if with_refine else hidden.asked)


@given(enclosed(), st.booleans())
def test_decide_sign_agrees_with_certify(entry, with_refine):
    value, (mid, rad), (mid2, rad2) = entry
    one = Hidden([value], [(mid2, rad2)])
    many = Statistics()
    certify(np.array([mid]), np.array([rad]), one.refine if with_refine else None, one.exact, many)

    def refine():
        return sign_of(mid2) if math.isfinite(mid2) and abs(mid2) > rad2 else 0

    single = Statistics()
    got = decide_sign(mid, rad, refine if with_refine else None, lambda: sign_of(value), single)
    assert got == sign_of(value)
    assert single == many


def test_a_wrong_radius_gives_a_wrong_sign():
    """The routine believes the bound: this is what the tests of the bounds protect."""
    hidden = Hidden([Fraction(-1, 1000)])
    wrong = certify(np.array([0.001]), np.array([0.0005]), None, hidden.exact, Statistics())
    assert wrong.tolist() == [1] != hidden.signs()
    right = certify(np.array([0.001]), np.array([0.0021]), None, hidden.exact, Statistics())
    assert right.tolist() == [-1]
    assert decide_sign(0.001, 0.0005, None, lambda: -1, Statistics()) == 1
    assert decide_sign(0.001, 0.0021, None, lambda: -1, Statistics()) == -1


def test_each_means_is_counted_once():
    hidden = Hidden([2, -3, 0, 5], [(0.0, 0.0), (-3.0, 0.5), (0.0, 0.5), (4.0, 9.0)])
    statistics = Statistics(10, 20, 30)
    mid, rad = np.array([2.0, -1.0, 0.0, 1.0]), np.array([1.0, 9.0, 1.0, 9.0])
    signs = certify(mid, rad, hidden.refine, hidden.exact, statistics)
    assert signs.tolist() == [1, -1, 0, 1]
    assert statistics == Statistics(11, 21, 32)
    assert (hidden.refined, hidden.asked) == ([1, 2, 3], [2, 3])


def test_one_radius_for_all_and_no_entries():
    statistics = Statistics()
    signs = certify(np.array([1.0, -1.0]), 0.5, never, never, statistics)
    assert signs.tolist() == [1, -1]
    assert certify(np.empty(0), np.empty(0), never, never, statistics).tolist() == []
    assert statistics == Statistics(2, 0, 0)


def test_a_bound_that_reaches_zero_is_not_sure():
    """With mid == rad the number may be zero."""
    hidden = Hidden([0, 0, 0])
    statistics = Statistics()
    values = np.array([0.5, -0.5, 0.0])
    assert certify(values, np.abs(values), None, hidden.exact, statistics).tolist() == [0, 0, 0]
    assert statistics == Statistics(0, 0, 3)
    for v in values.tolist():
        assert decide_sign(v, abs(v), None, lambda: 0, statistics) == 0


@pytest.mark.parametrize(
    ("mid", "rad"),
    [
        (mid, rad)
        for mid in [*BAD, 1.0, -1.0]
        for rad in (math.nan, math.inf, 0.5)
        if not (math.isfinite(mid) and math.isfinite(rad))
    ],
)
def test_nan_and_infinity_never_filter(mid, rad):
    hidden = Hidden([0], [(mid, rad)])
    statistics = Statistics()
    signs = certify(np.array([mid]), np.array([rad]), hidden.refine, hidden.exact, statistics)
    assert signs.tolist() == [0]
    assert decide_sign(mid, rad, lambda: 0, lambda: 0, statistics) == 0
    assert statistics == Statistics(0, 0, 2)


def test_statistics_add():
    assert Statistics(1, 2, 3) + Statistics(10, 20, 30) == Statistics(11, 22, 33)
