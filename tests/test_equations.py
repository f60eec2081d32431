"""Solution sets: every solution satisfies the equation, and none is missing."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import piecewise_oracle as oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pl_models import functions, samples, value

import plsym as pl
from plsym import Interval
from plsym.testing import domain_points, scalars


def members(parts):
    """Points of the parts: ends and middles; infinite ends stand far out."""
    for part in parts:
        if isinstance(part, Interval):
            low = part.lower if part.lower != -math.inf else part.upper - 1000
            high = part.upper if part.upper != math.inf else part.lower + 1000
            if math.inf in (abs(low) if isinstance(low, float) else 0, high):
                continue
            yield from (low, (low + high) / 2, high)
        else:
            yield part


def inside(x, parts):
    return any(x in p if isinstance(p, Interval) else x == p for p in parts)


def check(f, parts, holds, extra=()):
    for x in members(parts):
        assert holds(value(f, x), x)
    for x in samples(f, extra=[*members(parts), *extra]):
        assert inside(x, parts) == holds(value(f, x), x)
    # parts are disjoint and increasing, and intervals are maximal
    ends = [(p.lower, p.upper) if isinstance(p, Interval) else (p, p) for p in parts]
    for (_, right), (left, _) in pairwise(ends):
        assert right < left


@given(st.data(), functions())
def test_level_sets(data, f):
    for y in {
        f(data.draw(domain_points(f))),
        data.draw(scalars(min_value=-3, max_value=3)),
        *f.values[:2],
    }:
        check(f, f.preimage(y), lambda v, x, y=y: v == y)
    check(f, f.zeros(), lambda v, x: v == 0)


@given(st.data(), functions())
def test_preimages_of_intervals(data, f):
    level = scalars(min_value=-3, max_value=3) | st.sampled_from(list(f.values))
    a, b = data.draw(level), data.draw(level)
    a, b = min(a, b), max(a, b)
    parts = f.preimage((a, b))
    check(f, parts, lambda v, x: a <= v <= b)
    if a < b:
        assert f.preimage(Interval(a, b)) == parts
    else:
        assert f.preimage(a) == parts


@given(functions(), scalars(min_value=-1, max_value=1))
def test_fixed_points(f, shift):
    check(f, f.fixed_points(), lambda v, x: v == x)
    # pieces of the diagonal
    low, high = f.domain
    diagonal = pl.identity((None if low == -math.inf else low, None if high == math.inf else high))
    g = pl.maximum(pl.minimum(f, diagonal + shift), diagonal)
    check(g, g.fixed_points(), lambda v, x: v == x)


@given(functions())
def test_extremes(f):
    low, high = f.image
    for bound, find, sign in ((high, f.maximum, 1), (low, f.minimum, -1)):
        if isinstance(bound, float):
            with pytest.raises(pl.DomainError, match="not bounded"):
                find()
            continue
        best, where = find()
        assert best == bound
        assert all(sign * value(f, x) <= sign * best for x in samples(f))
        check(f, where, lambda v, x, best=best: v == best)


@given(functions())
def test_unbounded_values_are_reached(f):
    low, high = f.image
    far = [x for x in samples(f) if abs(x) >= 900]
    if high == math.inf:
        assert max(value(f, x) for x in far) > max(f.values)
    if low == -math.inf:
        assert min(value(f, x) for x in far) < min(f.values)


def test_plateaus_and_touching_values():
    f = pl.truncated_tent("1/2")
    assert f.preimage("1/2") == (Interval(Fraction(1, 4), Fraction(3, 4)),)
    assert f.preimage(1) == ()
    assert pl.tent().preimage(1) == (Fraction(1, 2),)
    assert pl.tent().preimage((1, 2)) == (Fraction(1, 2),)
    assert pl.identity((0, 1)).fixed_points() == (Interval(Fraction(0), Fraction(1)),)
    assert pl.identity(None).fixed_points() == (Interval(-math.inf, math.inf),)
    assert pl.constant(0, None).zeros() == (Interval(-math.inf, math.inf),)


def test_an_interval_needs_a_length():
    with pytest.raises(pl.DomainError, match="positive length"):
        Interval(Fraction(1), Fraction(1))
    assert Fraction(1, 3) in Interval(Fraction(0), math.inf)
    assert Fraction(-1, 3) not in Interval(Fraction(0), math.inf)


@given(st.data(), oracle.any_graph() | functions().map(oracle.graph))
def test_no_solution_is_missing(data, g):
    f = g.function()
    low, high = sorted(data.draw(st.tuples(oracle.levels(g), oracle.levels(g))))
    assert oracle.ends(f.preimage(low)) == oracle.solutions(g, low)
    assert oracle.ends(f.preimage((low, high))) == oracle.solutions(g, low, high)
    assert oracle.ends(f.zeros()) == oracle.solutions(g, Fraction(0))


@given(oracle.any_graph() | functions().map(oracle.graph))
def test_no_fixed_point_is_missing(g):
    lift = oracle.Graph(
        [(x, y - x) for x, y in g.points],
        None if g.left is None else g.left - 1,
        None if g.right is None else g.right - 1,
    )
    assert oracle.ends(g.function().fixed_points()) == oracle.solutions(lift, Fraction(0))


@given(oracle.any_graph())
def test_extremes_and_where_they_are(g):
    f = g.function()
    rows = oracle.sample(g)
    rises = (g.left is not None and g.left < 0) or (g.right is not None and g.right > 0)
    falls = (g.left is not None and g.left > 0) or (g.right is not None and g.right < 0)
    low, high = min(y for _, y in rows), max(y for _, y in rows)
    assert f.image == (-math.inf if falls else low, math.inf if rises else high)
    for free, best, find in ((rises, high, f.maximum), (falls, low, f.minimum)):
        if free:
            with pytest.raises(pl.DomainError, match="not bounded"):
                find()
        else:
            found, where = find()
            assert (found, oracle.ends(where)) == (best, oracle.solutions(g, best))
