"""Counts of one function against their definitions on dense exact samples."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import piecewise_oracle as oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pl_models import GOLDEN, functions, samples, value

import plsym as pl
from plsym import Interval
from plsym.testing import piecewise_linear_functions, scalars


def hits(f, *levels):
    """Points where f takes a level; several for a plateau."""
    out = []
    for level in levels:
        for part in f.preimage(level):
            if not isinstance(part, Interval):
                out.append(part)
                continue
            low = part.lower if part.lower != -math.inf else part.upper - 7
            high = part.upper if part.upper != math.inf else part.lower + 7
            if math.inf not in (-low, high):
                out += [low + (high - low) * Fraction(k, 4) for k in range(5)]
    return out


def dense(f, *levels):
    return [(x, value(f, x)) for x in samples(f, extra=hits(f, *levels))]


def changes(items):
    return sum(a != b for a, b in pairwise(items))


def disjoint_pairs(marks):
    """The most disjoint pairs of different marks, by dynamic programming over all pairs."""
    best = [0]
    for j in range(len(marks)):
        with_j = [best[i] + 1 for i in range(j) if marks[i] != marks[j]]
        best.append(max([best[-1], *with_j]))
    return best[-1]


@given(functions())
def test_pieces_and_laps(f):
    points = dense(f)
    slopes = [(v - u) / (b - a) for (a, u), (b, v) in pairwise(points)]
    assert f.num_pieces == 1 + changes(slopes)
    signs = [s > 0 for s in slopes if s != 0]
    assert f.lap_number == 1 + changes(signs)


@given(functions())
def test_turning_points(f):
    turns = f.turning_points
    assert len(turns) == f.lap_number - 1
    for part in turns:
        low, high = (part.lower, part.upper) if isinstance(part, Interval) else (part, part)
        around = [x for x in samples(f, extra=(low, high)) if x < low or x > high]
        before, after = max(x for x in around if x < low), min(x for x in around if x > high)
        assert value(f, low) == value(f, high)
        assert (value(f, before) - value(f, low)) * (value(f, after) - value(f, high)) > 0


@given(st.data(), functions())
def test_crossings(data, f):
    levels = scalars(min_value=-3, max_value=3) | st.sampled_from(list(f.values))
    x, y = data.draw(levels), data.draw(levels)
    if x == y:
        with pytest.raises(pl.DomainError, match="x < y"):
            f.crossings(x, y)
        return
    x, y = min(x, y), max(x, y)
    points = dense(f, x, y)
    low_high = [-1 if v <= x else 1 for _, v in points if v <= x or v >= y]
    assert f.crossings(x, y) == changes(low_high)
    exact = [-1 if v == x else 1 for _, v in points if v in (x, y)]
    assert f.crossings(x, y, kind="disjoint") == disjoint_pairs(exact)
    assert f.crossings(x, kind="threshold") == 1 + changes([v >= x for _, v in points])


@given(st.data())
def test_crossings_of_functions_with_many_coincidences(data):
    grid = st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(1)])
    ys = data.draw(st.lists(grid, min_size=2, max_size=9))
    ends = [data.draw(st.sampled_from([None, 0, 1, -1])) for _ in range(2)]
    f = pl.PiecewiseLinear(range(len(ys)), ys, left_slope=ends[0], right_slope=ends[1])
    for x, y in ((0, 1), (0, "1/2"), ("1/2", 1), ("1/4", "1/2")):
        low, high = Fraction(x), Fraction(y)
        points = dense(f, low, high)
        exact = [-1 if v == low else 1 for _, v in points if v in (low, high)]
        assert f.crossings(x, y, kind="disjoint") == disjoint_pairs(exact)
        marks = [-1 if v <= low else 1 for _, v in points if v <= low or v >= high]
        assert f.crossings(x, y) == changes(marks)
        states = [v >= low for _, v in points]
        assert f.crossings(x, kind="threshold") == 1 + changes(states)


@given(piecewise_linear_functions(domain=(0, 1), field=GOLDEN))
def test_reflections_count_alike(f):
    turned = f @ pl.PiecewiseLinear([0, 1], [1, 0])
    assert (turned.num_pieces, turned.lap_number) == (f.num_pieces, f.lap_number)
    assert (-f).lap_number == f.lap_number
    assert turned.crossings(-1, 1) == f.crossings(-1, 1) == (-f).crossings(-1, 1)


def test_the_three_kinds_differ_at_extreme_values():
    # theory: for a tent and [0, 1] the peak serves two alternations but one pair only
    f = pl.tent()
    assert f.crossings(0, 1) == 2
    assert f.crossings(0, 1, kind="disjoint") == 1
    assert f.crossings(1, kind="threshold") == 3
    assert f.crossings(0, kind="threshold") == 1
    g = pl.truncated_tent("1/2")
    assert g.crossings(0, "1/2", kind="disjoint") == 2


@given(st.data(), oracle.any_graph() | functions().map(oracle.graph))
def test_counts_by_definition(data, g):
    """Levels at values of breakpoints, extreme ones among them; samples know nothing of plsym."""
    f = g.function()
    assert (f.num_pieces, f.lap_number) == (oracle.pieces(g), oracle.laps(g))
    x, y = sorted(data.draw(st.tuples(oracle.levels(g), oracle.levels(g))))
    assert f.crossings(x, kind="threshold") == oracle.threshold(g, x)
    if x < y:
        assert f.crossings(x, y) == oracle.alternation(g, x, y)
        assert f.crossings(x, y, kind="disjoint") == oracle.disjoint(g, x, y)


@given(oracle.any_graph())
def test_turning_points_by_definition(g):
    moving = [(a, b, v > u) for (a, u), (b, v) in pairwise(oracle.sample(g)) if u != v]
    turns = [(b, c) for (_, b, up), (c, _, on) in pairwise(moving) if up != on]
    assert oracle.ends(g.function().turning_points) == turns


@pytest.mark.parametrize("kind", ["alternation", "disjoint"])
@pytest.mark.parametrize(("x", "y"), [(1, 1), (1, 0), (1, None)])
def test_crossings_need_an_interval(kind, x, y):
    with pytest.raises(pl.DomainError, match=r"x < y is needed|both ends"):
        pl.tent().crossings(x, y, kind=kind)
