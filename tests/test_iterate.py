"""Iterates as lazy sources of knots, against the oracle that composes."""

from __future__ import annotations

import brute_iterates as brute
import numpy as np
import pytest
import selfmaps
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st

from plsym.config import Budget
from plsym.errors import BudgetExceeded, DomainError
from plsym.exact.algebraic import algebraic
from plsym.exact.scalars import to_public
from plsym.piecewise.function import PiecewiseLinear
from plsym.piecewise.iterate import IterateSource
from plsym.piecewise.knots import Knots
from plsym.piecewise.orbits import OrbitTable
from plsym.piecewise.tower import Tower
from plsym.piecewise.transducers import alternation_counts

TENT = Knots((mpq(0), mpq(1, 2), mpq(1)), (mpq(0), mpq(1), mpq(0)))


def golden_vee():
    s = algebraic("x**2 - x - 1", near=1.6)
    return Knots((mpq(-1), mpq(0), mpq(1)), (s - 1, mpq(-1), s - 1))


def agree(f, m, g):
    """Compare f^m with the composition g in every way in which it can be asked."""
    source = IterateSource(selfmaps.knots(f), m)
    expected = selfmaps.knots(g)
    size = len(g[0])
    assert source.num_pieces == brute.pieces(g)
    assert source.lap_number == brute.laps(g)
    assert source.num_knots == size
    # One by one before anything is listed.
    assert [source.abscissa(j) for j in range(size)] == list(expected.xs)
    assert [source.ordinate(j) for j in range(size)] == list(expected.ys)
    assert source.knots() == expected
    breakpoints, values = source.breakpoints(), source.values()
    assert breakpoints == tuple(to_public(x) for x in expected.xs)
    assert values == tuple(to_public(y) for y in expected.ys)
    assert values != (*tuple(values), 0)
    assert hash(breakpoints) == hash(tuple(breakpoints))
    assert breakpoints[1:-1] == tuple(breakpoints)[1:-1]
    assert breakpoints[-1] == tuple(breakpoints)[-1]
    assert len(values) == size
    xs, ys = source.floats()
    np.testing.assert_allclose(xs, [float(x) for x in g[0]], rtol=0, atol=1e-13)
    assert ys.tolist() == [float(y) for y in g[1]]
    ends = (
        None if g[2] is not None else expected.xs[0],
        None if g[3] is not None else expected.xs[-1],
    )
    assert source.ends() == ends
    for x, y in zip(expected.xs, expected.ys, strict=True):
        assert source.value(x) == y
    low, high = source.image()
    assert low == (-np.inf if (g[2] or 0) > 0 or (g[3] or 0) < 0 else min(g[1]))
    assert high == (np.inf if (g[2] or 0) < 0 or (g[3] or 0) > 0 else max(g[1]))


@settings(max_examples=80, deadline=None)
@given(selfmaps.self_maps())
def test_iterates_equal_compositions(f):
    for m, g in enumerate(brute.iterates(f, selfmaps.depth(f)), 1):
        agree(f, m, g)


def test_iterates_over_a_number_field():
    r = 1 / algebraic("x**2 - x - 1", near=1.6)
    for ys in ([r, 1 - r, mpq(1), mpq(0)], [mpq(0), r, r, 1 - r], [mpq(1), mpq(0), r, mpq(1)]):
        f = brute.canonical(((mpq(0), 1 - r, r, mpq(1)), tuple(ys), None, None))
        for m, g in enumerate(brute.iterates(f, 3), 1):
            agree(f, m, g)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_counting_equals_listing(data):
    """Two independent ways to count: by folding the tower, and on the listed values."""
    f = data.draw(selfmaps.self_maps())
    knots = selfmaps.knots(f)
    n = 9
    while n > 1 and IterateSource(knots, n).num_pieces > 30_000:
        n -= 1
    source = IterateSource(knots, n)
    listed = source.knots()
    assert len(set(listed.xs)) == len(listed.xs)
    assert list(listed.xs) == sorted(listed.xs)
    plain = (listed.xs, listed.ys, listed.left, listed.right)
    tower = Tower(OrbitTable(knots))
    assert source.lap_number == brute.laps(plain)
    x, y = sorted(data.draw(st.tuples(*[st.sampled_from([*knots.xs, *knots.ys])] * 2)))
    if x < y and source._has_left and source._has_right:
        # On a bounded domain the knots show every alternation.
        marks = [True if v >= y else False if v <= x else None for v in listed.ys]
        assert list(alternation_counts(tower, n, x, y))[-1] == brute.changes(marks)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_preimages_without_listing(data):
    f = data.draw(selfmaps.self_maps())
    m = selfmaps.depth(f)
    g = brute.iterates(f, m)[-1]
    z = data.draw(selfmaps.levels(f, [g]))
    found = IterateSource(selfmaps.knots(f), m).preimage(mpq(z))
    points = {x for x, y in zip(*g[:2], strict=True) if y == z} | set(brute.solutions(g, z))
    assert len(found) == brute.preimages(g, z)
    for point in points:
        assert sum(lower <= point <= upper for lower, upper in found) == 1
    for (lower, upper), after in zip(found, [*found[1:], None], strict=False):
        finite = [e for e in (lower, upper) if not isinstance(e, float)]
        assert all(brute.value(g, e) == z for e in finite)
        if len(finite) == 2:
            assert brute.value(g, (lower + upper) / 2) == z
        assert after is None or upper < after[0]


def test_preimages_of_a_deep_iterate():
    f = Knots((mpq(0), mpq(1, 3), mpq(1)), (mpq(0), mpq(1), mpq(1, 2)))
    deep = IterateSource(f, 200)
    found = deep.preimage(mpq(0))
    assert found == [(0, 0)]
    tent = IterateSource(TENT, 300, Budget(pieces=1000))
    with pytest.raises(BudgetExceeded, match="solutions"):
        tent.preimage(mpq(1, 3))
    assert IterateSource(TENT, 5).preimage(mpq(2)) == []


@settings(max_examples=40, deadline=None)
@given(selfmaps.self_maps())
def test_iterate_is_repeated_composition(plain_map):
    f = PiecewiseLinear._from_knots(selfmaps.knots(plain_map))
    composed = f @ f @ f
    lazy = f.iterate(3)
    assert lazy.lipschitz == composed.lipschitz
    assert lazy.image == composed.image
    assert lazy.breakpoints == composed.breakpoints
    assert lazy == composed
    assert f.iterate(1) == f


def test_a_function_answers_without_listing():
    f = PiecewiseLinear._from_knots(TENT).iterate(60)
    assert f.num_pieces == f.lap_number == f.variation == 2**60
    assert f.breakpoints[12345] == to_public(mpq(12345, 2**60))
    assert f.values[12345] == 1
    assert f.integral() * 2 == 1
    assert f("1/3") * 3 == 2
    with pytest.raises(BudgetExceeded, match="budget"):
        f.restrict(0, 1)


def test_identity():
    source = IterateSource(TENT, 0)
    assert source.knots() == Knots((mpq(0), mpq(1)), (mpq(0), mpq(1)))
    assert (source.num_pieces, source.lap_number) == (1, 1)
    assert source.value(mpq(1, 3)) == mpq(1, 3)
    line = IterateSource(Knots((mpq(0),), (mpq(-1),), mpq(-2), mpq(2)), 0)
    assert line.knots() == Knots((mpq(0),), (mpq(0),), mpq(1), mpq(1))


def test_tent_twenty():
    source = IterateSource(TENT, 20)
    assert source.num_pieces == source.lap_number == 1 << 20
    assert source.abscissa(12345) == mpq(12345, 1 << 20)
    assert source.ordinate(12345) == 1
    assert source.value_ids.dtype == np.uint8
    xs, ys = source.floats()
    # Dyadic abscissae are exact in floats too, and alternate between 0 and 1.
    assert np.array_equal(xs, np.arange((1 << 20) + 1) / (1 << 20))
    assert np.array_equal(ys, np.arange((1 << 20) + 1) % 2)
    exact = source.abscissae()
    assert exact.integers.dtype == np.int64
    scale = exact.denominator >> 20
    assert np.array_equal(exact.integers, np.arange((1 << 20) + 1) * scale)


def test_golden_twenty_eight():
    source = IterateSource(golden_vee(), 28)
    assert source.num_pieces == 1028458
    assert len(source.table) == len(set(source.table)) <= 8
    exact = source.abscissae()
    assert exact.integers.dtype == np.int64
    assert len(exact) == 1028459
    # Samples of the bulk list are the numbers found one by one, and solve the equation.
    picked = np.array([0, 1, 17, 514229, 1028457, 1028458])
    for j, x in zip(picked, exact.take(picked).to_list(), strict=True):
        assert x == source.abscissa(int(j))
        assert source.value(x) == source.ordinate(int(j))
    floats = exact.floats()
    assert np.all(np.diff(floats) > 0)
    np.testing.assert_allclose(floats, source.floats()[0], rtol=0, atol=1e-12)


def test_astronomical_iterates_still_answer():
    source = IterateSource(TENT, 300)
    assert source.num_pieces == 2**300
    assert source.abscissa(3**100) == mpq(3**100, 2**300)
    assert source.breakpoints()[-2] == 1 - to_public(mpq(1, 2**300))
    assert source.variation() == 2**300
    assert source.lipschitz() == 2**300
    assert source.integral() == mpq(1, 2)
    with pytest.raises(BudgetExceeded, match=r"about 2\^301 pieces") as caught:
        source.knots()
    assert caught.value.needed == 2**300


def test_budget_is_checked_before_any_listing():
    source = IterateSource(TENT, 10, Budget(pieces=1000))
    for listing in (source.knots, source.abscissae, source.floats, lambda: source.value_ids):
        with pytest.raises(BudgetExceeded, match="1024 pieces, the budget allows listing 1000"):
            listing()
    assert IterateSource(TENT, 10, Budget(pieces=1024)).knots().xs[1] == mpq(1, 1024)
    assert len(IterateSource(TENT, 10, Budget(pieces=None)).knots().xs) == 1025


def test_time_budget():
    source = IterateSource(TENT, 50, Budget(seconds=0.0))
    with pytest.raises(BudgetExceeded, match=r"out of its 0\.0 seconds"):
        _ = source.num_pieces
    # Evaluation counts nothing.
    assert source.value(mpq(1, 3)) == mpq(2, 3)


def test_indices_out_of_range():
    source = IterateSource(TENT, 3)
    for j in (-10, 9, 10**30):
        with pytest.raises(IndexError, match="9 knots"):
            source.breakpoints()[j]
    with pytest.raises(IndexError, match="there is no knot 9"):
        source.abscissa(9)
    assert source.breakpoints()[-9] == 0
    assert repr(source.values()).startswith("(Fraction(0, 1), ")
    assert "17 items" in repr(IterateSource(TENT, 4).values())


def test_bad_input():
    with pytest.raises(DomainError, match="leaves its domain"):
        IterateSource(Knots((mpq(0), mpq(1)), (mpq(0), mpq(2))), 3)
    with pytest.raises(DomainError, match="number of iterations"):
        IterateSource(TENT, 2.5)
    with pytest.raises(DomainError, match="outside the domain"):
        IterateSource(TENT, 2).value(mpq(-1, 2))
    with pytest.raises(DomainError, match="outside the domain"):
        IterateSource(TENT, 0).value(mpq(2))
