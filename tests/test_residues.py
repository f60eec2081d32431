"""Residue arithmetic against Python integers."""

from __future__ import annotations

from fractions import Fraction
from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plsym.errors import DomainError, InexactInputError
from plsym.exact.dyadics import ExactArray
from plsym.exact.residues import Residues, integer_scale, primes

floats = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9)


def scaled(array, shift, denominator):
    exact = [Fraction(int(v.numerator), int(v.denominator)) for v in array.scalars().ravel()]
    out = [q * denominator * 2**shift for q in exact]
    assert all(q.denominator == 1 for q in out)
    return [int(q) for q in out]


@pytest.mark.parametrize("bits", [1, 60, 500, 3000])
def test_primes_cover_the_bits(bits):
    table = primes(bits)
    assert prod(table) > 2 ** (bits + 1)
    assert all(p < 2**22 for p in table)
    assert len(set(table)) == len(table)
    assert all(pow(2, p - 1, p) == 1 and all(p % d for d in range(2, 2100)) for p in table[:50])


@given(st.lists(st.integers(-(2**300), 2**300), min_size=1, max_size=8))
def test_integers_round_trip(values):
    ring = Residues(301)
    coded = np.stack([ring.of_int(v) for v in values], axis=1)
    assert ring.to_ints(coded) == values
    assert ring.is_zero(coded).tolist() == [v == 0 for v in values]


@given(st.lists(floats, min_size=1, max_size=20))
def test_float_arrays_become_exact_integers(values):
    array = ExactArray.of(np.array(values))
    shift, denominator = integer_scale(array)
    ring = Residues(2300)
    assert ring.to_ints(ring.of_array(array, shift, denominator)) == scaled(
        array, shift, denominator
    )


@given(st.lists(st.fractions(max_denominator=99), min_size=1, max_size=10))
def test_rational_arrays_become_exact_integers(values):
    array = ExactArray.of(np.array(values, dtype=object))
    shift, denominator = integer_scale(array)
    ring = Residues(400)
    assert ring.to_ints(ring.of_array(array, shift, denominator)) == scaled(
        array, shift, denominator
    )


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10**6), st.sampled_from([1, 7, 2000, 2001, 4100]))
def test_products(seed, inner):
    rng = np.random.default_rng(seed)
    a = rng.integers(-(2**62), 2**62, (2, inner))
    b = rng.integers(-(2**62), 2**62, (inner, 3))
    ring = Residues(140)
    code = [
        np.stack([ring.of_int(int(v)) for v in m.ravel()], axis=1).reshape(-1, *m.shape)
        for m in (a, b)
    ]
    got = ring.to_ints(ring.matmul(*code).reshape(len(ring.primes), -1))
    assert got == (a.astype(object) @ b.astype(object)).ravel().tolist()


def test_extreme_residues_do_not_round():
    """All entries at half a prime: the largest products and sums that can occur."""
    ring = Residues(80)
    half = np.array([p // 2 for p in ring.primes], dtype=float)
    a = np.broadcast_to(half[:, None, None], (len(half), 1, 2000)).copy()
    got = ring.matmul(a, a.transpose(0, 2, 1).copy())[:, 0, 0]
    for value, p in zip(got, ring.primes, strict=True):
        assert (int(value) - 2000 * (p // 2) ** 2) % p == 0


def test_too_many_bits():
    with pytest.raises(OverflowError, match="beyond"):
        primes(10**6)


class TestExactArray:
    def test_floats_of_every_width_are_exact(self):
        for dtype in (np.float16, np.float32, np.float64):
            array = ExactArray.of(np.array([0.1, -3.5], dtype=dtype))
            assert array.is_dyadic
            assert array.scalar(0) == Fraction(float(dtype(0.1)))

    def test_large_integers_and_fractions(self):
        array = ExactArray.of([2**60 + 1, Fraction(1, 3)])
        assert not array.is_dyadic
        assert array.scalar(0) == 2**60 + 1
        assert array.scalar(1) == Fraction(1, 3)
        assert array[1:].scalar(0) == Fraction(1, 3)

    @pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
    def test_not_finite(self, bad):
        with pytest.raises(DomainError, match=r"entry \(1,\)"):
            ExactArray.of(np.array([0.0, bad]))

    def test_refusals(self):
        with pytest.raises(InexactInputError, match="boolean"):
            ExactArray.of([True, False])
        with pytest.raises(InexactInputError):
            ExactArray.of([1 + 2j])
        with pytest.raises(DomainError, match="range of a double"):
            ExactArray.of(np.array([Fraction(10) ** 400], dtype=object))
