"""Curves against their components."""

from __future__ import annotations

import pickle
from fractions import Fraction
from itertools import pairwise
from math import dist

import pytest
from hypothesis import given
from hypothesis import strategies as st

import plsym as pl
from plsym import DomainError, Enclosure, PLCurve
from plsym.testing import scalars


@st.composite
def curves(draw, field=None):
    ts = sorted(draw(st.lists(st.fractions(0, 3, max_denominator=8), min_size=2, unique=True)))
    m = draw(st.integers(1, 3))
    number = scalars(min_value=-1, max_value=1, max_denominator=3, field=field)
    points = [[draw(number) for _ in range(m)] for _ in ts]
    return ts, points


def at(ts, points, t):
    for (a, p), (b, q) in pairwise(zip(ts, points, strict=True)):
        if a <= t <= b:
            return tuple(u + (t - a) / (b - a) * (v - u) for u, v in zip(p, q, strict=True))
    raise AssertionError(t)


@given(st.data(), st.sampled_from([None, pl.golden()]))
def test_values_and_components(data, field):
    ts, points = data.draw(curves(field=field))
    c = PLCurve(ts, points)
    marks = [*ts, *((a + 2 * b) / 3 for a, b in pairwise(ts))]
    for t in marks:
        assert c(t) == at(ts, points, t)
    components = [c.component(i) for i in range(c.dimension)]
    for t in marks:
        assert tuple(f(t) for f in components) == c(t)
    # the curve bends where a component does
    inner = {x for f in components for x in f.breakpoints}
    assert set(c.parameters) == inner and c.num_pieces == len(inner) - 1
    assert c.lipschitz == max(f.lipschitz for f in components)
    assert c.domain == (ts[0], ts[-1])


@given(curves())
def test_equality(given_curve):
    ts, points = given_curve
    c = PLCurve(ts, points)
    middle = [(a + b) / 2 for a, b in pairwise(ts)]
    finer = sorted([*ts, *middle])
    assert PLCurve(finer, [c(t) for t in finer]) == c
    assert hash(PLCurve(finer, [c(t) for t in finer])) == hash(c)
    assert pickle.loads(pickle.dumps(c)) == c
    assert c != PLCurve(ts, [[v + 1 for v in p] for p in points])


@given(curves(), st.fractions(0, 1), st.fractions(0, 1))
def test_restriction(given_curve, u, v):
    ts, points = given_curve
    c = PLCurve(ts, points)
    a, b = sorted(ts[0] + s * (ts[-1] - ts[0]) for s in (u, v))
    if a == b:
        with pytest.raises(DomainError, match="positive length"):
            c.restrict(a, b)
        return
    d = c.restrict(a, b)
    assert d.domain == (a, b)
    for t in d.parameters:
        assert d(t) == c(t)
    assert d.component(0) == c.component(0).restrict(a, b)


@given(curves())
def test_length(given_curve):
    c = PLCurve(*given_curve)
    length = c.length()
    floats = sum(dist([float(v) for v in p], [float(v) for v in q]) for p, q in pairwise(c.points))
    if isinstance(length, Enclosure):
        assert length.width <= Fraction(1, 10**12)
        length = length.lower
    assert abs(float(length) - floats) < 1e-9


def test_lengths_in_closed_form():
    assert PLCurve([0, 1, 2], [(0, 0), (3, 4), (3, 5)]).length() == 6
    assert PLCurve([0, 1], [(0, 0), (1, 1)]).length() == pl.sqrt(2)


@pytest.mark.parametrize(
    ("ts", "points", "match"),
    [
        ([0], [(1, 2)], "at least two"),
        ([0, 1], [(1, 2)], "2 parameters and 1 points"),
        ([0, 0], [(1, 2), (3, 4)], "must increase"),
        ([0, 1], [(1, 2), (3,)], "same number of coordinates"),
        ([0, 1], [(), ()], "at least one"),
    ],
)
def test_bad_input(ts, points, match):
    with pytest.raises(DomainError, match=match):
        PLCurve(ts, points)


def test_bad_questions():
    c = PLCurve([0, 1], [(0, 0), (1, 1)])
    with pytest.raises(DomainError, match="component 2"):
        c.component(2)
    with pytest.raises(DomainError, match="outside the domain"):
        c(2)
    with pytest.raises(pl.InexactInputError):
        PLCurve([0, 1], [(0.5,), (1,)])
    with pytest.raises(pl.FieldMismatchError):
        PLCurve([0, 1], [(pl.golden(),), (pl.sqrt(2),)])
    with pytest.raises(AttributeError, match="immutable"):
        c.points = ()  # type: ignore[misc]


def test_a_restriction_stays_in_one_field():
    c = PLCurve([0, 3], [(0,), (3,)])
    assert c.restrict(pl.sqrt(2), 3).domain == (pl.sqrt(2), 3)
    with pytest.raises(pl.FieldMismatchError, match="one field"):
        c.restrict(pl.sqrt(2), pl.sqrt(5))


@pytest.mark.parametrize(
    ("points", "length"),
    [
        ([(0, 0), (1, 1), (3, -1)], 3 * pl.sqrt(2)),
        ([(0, 0), (1, 1), (1, 2)], 1 + pl.sqrt(2)),
        ([(1, 1), (1, 1), (1, 1)], 0),
    ],
)
def test_lengths_in_one_field_are_exact(points, length):
    assert PLCurve([0, 1, 2], points).length() == length


def test_a_length_over_two_fields_is_enclosed():
    # (sqrt 2 + sqrt 29)/3, whose square is (31 + 2 sqrt 58)/9
    found = PLCurve([0, 1, 2], [(0, 0), ("1/3", "1/3"), (1, 2)]).length(Fraction(1, 10**30))
    square = (31 + 2 * pl.sqrt(58)) / 9
    assert isinstance(found, Enclosure) and found.width <= Fraction(1, 10**30)
    assert found.lower**2 <= square <= found.upper**2


def test_speed_and_dimension():
    c = PLCurve([0, "1/2", 2], [(0, 0, 0), (1, -2, 0), (1, 1, 0)])
    assert (c.dimension, c.num_pieces, c.lipschitz) == (3, 2, 4)
    assert c.points[1] == c("1/2") == (1, -2, 0)
    for t in ("-1/9", "19/9"):
        with pytest.raises(DomainError, match="outside the domain"):
            c(t)
    with pytest.raises(DomainError, match="outside the domain"):
        c.restrict(1, 3)
