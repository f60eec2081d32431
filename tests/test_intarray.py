"""Integers over one denominator, against one scalar at a time."""

from __future__ import annotations

from fractions import Fraction
from math import gcd

import numpy as np
import pytest
from gmpy2 import mpq
from hypothesis import given
from hypothesis import strategies as st

from plsym.errors import FieldMismatchError
from plsym.exact.algebraic import algebraic
from plsym.exact.intarray import IntArray
from plsym.exact.scalars import to_float

BIG = st.one_of(st.integers(-9, 9), st.integers(-(2**70), 2**70))
RATIONALS = st.builds(lambda p, q: mpq(p, q), BIG, st.one_of(st.integers(1, 12), st.just(2**40)))


def phi():
    return algebraic("x**2 - x - 1", near=1.6)


def cubic():
    return algebraic("x**3 - x - 1", near=1.3)


@given(st.lists(RATIONALS, max_size=6), st.lists(RATIONALS, max_size=6), RATIONALS, RATIONALS)
def test_rational_arrays(xs, ys, a, b):
    left, right = IntArray.from_nums(xs), IntArray.from_nums(ys)
    assert left.to_list() == xs
    assert left.affine(a, b).to_list() == [a * x + b for x in xs]
    joined = IntArray.combine([(left, a, b), (right.reverse(), b, a)])
    assert joined.to_list() == [a * x + b for x in xs] + [b * y + a for y in reversed(ys)]
    assert IntArray.concatenate([left, right]).to_list() == xs + ys
    assert left.part(1, 3).to_list() == xs[1:3]
    assert len(joined) == len(xs) + len(ys)
    assert all(abs(c) <= joined.bound for c in joined.integers.tolist())
    assert joined.integers.dtype == (np.int64 if joined.bound < 2**62 else object)
    expected = [Fraction(int(v.numerator), int(v.denominator)) for v in joined.to_list()]
    assert joined.floats().tolist() == [float(v) for v in expected]
    if xs:
        index = np.array([0, len(xs) - 1, 0])
        assert left.take(index).to_list() == [xs[0], xs[-1], xs[0]]


SMALL = st.builds(lambda p, q: mpq(p, q), st.integers(-30, 30), st.integers(1, 6))


@given(st.lists(st.lists(SMALL, min_size=3, max_size=3), min_size=1, max_size=5), st.data())
def test_number_field_arrays(rows, data):
    for gen, degree in ((phi(), 2), (cubic(), 3)):

        def element(row, gen=gen, degree=degree):
            return sum((row[k] * gen**k for k in range(1, degree)), row[0])

        xs = [element(row) for row in rows]
        a = element(data.draw(st.lists(SMALL, min_size=3, max_size=3)))
        b = element(data.draw(st.lists(SMALL, min_size=3, max_size=3)))
        array = IntArray.from_nums(xs)
        assert array.to_list() == xs
        mapped = IntArray.combine([(array, a, b), (array.reverse(), mpq(2, 3), gen)])
        expected = [a * x + b for x in xs] + [mpq(2, 3) * x + gen for x in reversed(xs)]
        assert mapped.to_list() == expected
        floats = [to_float(x) for x in expected]
        np.testing.assert_allclose(mapped.floats(), floats, rtol=2**-51, atol=2**-69)


def test_rationals_move_into_a_field():
    xs = IntArray.from_nums([mpq(1, 2), mpq(3)])
    moved = xs.affine(phi(), mpq(1))
    assert moved.to_list() == [phi() / 2 + 1, 3 * phi() + 1]
    assert moved.integers.shape == (2, 2)
    assert IntArray.concatenate([xs, moved]).to_list()[:2] == [mpq(1, 2), mpq(3)]


def test_promotion_follows_the_bound_and_is_exact():
    xs = IntArray.from_nums([mpq(1), mpq(-1)])
    for _ in range(100):
        xs = xs.affine(mpq(2), mpq(1))
    assert xs.integers.dtype == object
    assert xs.to_list() == [mpq(2**101 - 1), mpq(-1)]
    assert type(xs.integers[0]) is int


def test_the_int64_tier_reaches_its_bound():
    top = 2**62 - 1
    xs = IntArray.from_nums([mpq(top), mpq(-top)])
    assert xs.integers.dtype == np.int64
    assert xs.affine(mpq(1), mpq(0)).integers.dtype == np.int64
    assert xs.affine(mpq(1), mpq(1)).to_list() == [mpq(top + 1), mpq(1 - top)]


@given(st.lists(st.integers(-(2**20), 2**20), min_size=1, max_size=40), st.integers(1, 2**30))
def test_reduced(integers, factor):
    array = IntArray(np.array([[factor * c for c in integers]]), 6 * factor, 2**61)
    least = array.reduced()
    assert least.to_list() == array.to_list()
    if any(integers):
        common = gcd(6 * factor, *array.integers.tolist())
        assert least.denominator == 6 * factor // common
        assert least.bound == max(abs(c) for c in least.integers.tolist())


def test_long_chains_stay_in_int64_where_a_common_factor_goes_out():
    """Powers of 1/phi in the basis 1, sqrt 5: halves at every step, but only in one step."""
    xs = IntArray.from_nums([mpq(1), phi()])
    for _ in range(60):
        xs = xs.affine(1 / phi(), mpq(0))
    assert xs.integers.dtype == np.int64
    assert xs.to_list() == [phi() ** -60, phi() ** -59]


def test_cancellation_in_floats():
    """Fibonacci numbers: F(k+1) - F(k) phi is tiny."""
    a, b = 0, 1
    for _ in range(80):
        a, b = b, a + b
    tiny = b - a * phi()
    xs = IntArray.from_nums([tiny, mpq(0)])
    assert abs(xs.floats()[0] - to_float(tiny)) <= 2**-69
    assert xs.floats()[1] == 0


def test_empty():
    empty = IntArray.from_nums([])
    assert empty.to_list() == []
    assert len(empty.affine(mpq(1, 2), mpq(1))) == 0
    assert len(IntArray.combine([])) == 0
    assert empty.floats().shape == (0,)


def test_two_fields_do_not_mix():
    with pytest.raises(FieldMismatchError, match="two different fields"):
        IntArray.concatenate([IntArray.from_nums([phi()]), IntArray.from_nums([cubic()])])
    with pytest.raises(FieldMismatchError, match="two different fields"):
        IntArray.from_nums([phi(), cubic()])


def test_repr_names_the_tier():
    assert "int64 over 2" in repr(IntArray.from_nums([mpq(1, 2)]))
    assert "Python integers" in repr(IntArray.from_nums([mpq(2**80)]))
