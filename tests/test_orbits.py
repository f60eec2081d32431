"""Interned orbits, and where the runs of breakpoints begin and end."""

from __future__ import annotations

from fractions import Fraction as Fr

import brute_iterates as brute
import numpy as np
import pytest
import selfmaps
from gmpy2 import mpq
from hypothesis import given, settings

from plsym.errors import DomainError
from plsym.piecewise.knots import Knots
from plsym.piecewise.orbits import OrbitTable, checked_power, cut_levels


@settings(max_examples=80, deadline=None)
@given(selfmaps.self_maps())
def test_table_follows_the_map(f):
    table = OrbitTable(selfmaps.knots(f))
    table.ensure(5)
    assert len(set(table.values)) == len(table.values)
    assert len(table.nexts) == table.reached[4]
    for i, image in enumerate(table.nexts):
        value = table.values[i]
        if not isinstance(value, float):
            exact = Fr(int(value.numerator), int(value.denominator))
            assert table.values[image] == brute.value(f, exact)
        assert table.values[image] == table.image(value)
    for value, loc in zip(table.values, table.locs, strict=True):
        below = table.cuts[loc >> 1]
        assert value == below if loc % 2 == 0 else below < value < table.cuts[(loc >> 1) + 1]


@settings(max_examples=120, deadline=None)
@given(selfmaps.self_maps())
def test_kept_knots_are_the_breakpoints_that_are_knots(f):
    n = selfmaps.depth(f)
    table = OrbitTable(selfmaps.knots(f))
    its = brute.iterates(f, n)
    for i in range(1, table.pieces):
        cut = table.cuts[i]
        expected = [cut in g[0] and brute.pieces(g) > 1 for g in its]
        assert table.kept(i, n) == expected


@settings(max_examples=80, deadline=None)
@given(selfmaps.self_maps())
def test_levels_place_every_breakpoint(f):
    n = selfmaps.depth(f)
    table = OrbitTable(selfmaps.knots(f))
    for level, g in zip(cut_levels(table, n), brute.iterates(f, n), strict=True):
        inner = [x for x in g[0] if table.cuts[0] < x < table.cuts[-1]]
        if brute.pieces(g) == 1:
            inner = []
        assert level.total == len(inner)
        for p in range(table.pieces):
            low, high = table.cuts[p], table.cuts[p + 1]
            assert level.count[p] == sum(low < x < high for x in inner)
            assert level.start[p] == sum(x <= low for x in inner)


def test_a_fixed_kink_grows_and_a_reflected_one_cancels():
    zero, one = (mpq(0),), mpq(1)
    grows = OrbitTable(Knots(zero, zero, 2 * one, one / 2))
    assert grows.kept(1, 6) == [True] * 6
    cancels = OrbitTable(Knots(zero, zero, -2 * one, -one / 2))
    assert cancels.kept(1, 6) == [True, False] * 3


def test_ranks_beyond_64_bits():
    third = [mpq(k, 3) for k in range(4)]
    table = OrbitTable(Knots(tuple(third), (mpq(0), mpq(1), mpq(0), mpq(1))))
    totals = [level.total + 1 for level in cut_levels(table, 100)]
    assert totals == [3**m for m in range(1, 101)]


@pytest.mark.parametrize(
    ("xs", "ys", "left", "right"),
    [
        ((0, 1), (0, 2), None, None),
        ((0, 1), (-1, 0), None, None),
        ((0, 1), (0, 1), None, -1),
        ((0, 1), (-1, 0), None, 1),
        ((0, 1), (0, 1), -1, None),
    ],
)
def test_maps_that_leave_their_domain(xs, ys, left, right):
    def num(x):
        return None if x is None else mpq(x)

    knots = Knots(tuple(map(mpq, xs)), tuple(map(mpq, ys)), num(left), num(right))
    with pytest.raises(DomainError, match="leaves its domain"):
        OrbitTable(knots)


def test_powers():
    assert checked_power(np.int64(3)) == 3
    with pytest.raises(DomainError, match="at least 0"):
        checked_power(-1)
    with pytest.raises(DomainError, match="not a bool"):
        checked_power(True)
    with pytest.raises(DomainError, match="not float"):
        checked_power(1.0)
