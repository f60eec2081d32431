"""Factors and real roots of integer polynomials against sympy, and enclosures."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import gcd

import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from plsym.errors import DomainError
from plsym.exact.enclosure import Enclosure
from plsym.exact.polynomials import (
    evaluate,
    irreducible_factors,
    is_irreducible,
    minimal_polynomial_of_matrix,
    primitive,
    real_root_intervals,
)

X = sympy.Symbol("x")


def product(*factors):
    out = [1]
    for factor in factors:
        new = [0] * (len(out) + len(factor) - 1)
        for i, a in enumerate(out):
            for j, b in enumerate(factor):
                new[i + j] += a * b
        out = new
    return tuple(out)


def as_sympy(polynomial):
    return sympy.Poly(list(reversed(polynomial)), X)


def polynomials(degree, size):
    return st.lists(st.integers(-size, size), min_size=2, max_size=degree + 1).filter(
        lambda p: p[-1] != 0
    )


# a rational root p/q is repeated, or has another very close to it
ROOTS = st.tuples(st.integers(-6, 6), st.integers(1, 4)).map(lambda r: (-r[0], r[1]))
CLOSE = st.tuples(st.integers(-9, 9), st.sampled_from([10**3, 10**9, 2**40])).map(
    lambda r: [(-r[0], r[1]), (-r[0] - 1, r[1])]
)


@st.composite
def awkward(draw):
    """A product with multiple roots, roots close together, and no structure at all."""
    factors = [draw(polynomials(3, 9))]
    factors += [draw(ROOTS)] * draw(st.integers(0, 3))
    if draw(st.booleans()):
        factors += draw(CLOSE)
    return product(*factors)


def check_intervals(polynomial, intervals):
    """Sorted, disjoint, ends no roots, one sign change each."""
    for low, high in intervals:
        assert low < high
        assert evaluate(polynomial, low) * evaluate(polynomial, high) < 0
    for (_, high), (low, _) in pairwise(intervals):
        assert high <= low


@settings(max_examples=40)
@given(awkward())
def test_factors_are_those_of_sympy(polynomial):
    _, expected = as_sympy(polynomial).factor_list()
    mine = irreducible_factors(primitive(polynomial))
    assert len(mine) == len(set(mine))
    assert set(mine) == {primitive([int(c) for c in reversed(f.all_coeffs())]) for f, _ in expected}
    for factor in mine:
        assert is_irreducible(factor)
        assert factor[-1] > 0 and gcd(*factor) == 1
    assert is_irreducible(primitive(polynomial)) == (
        len(expected) == 1 and expected[0][1] == 1 and expected[0][0].degree() > 0
    )


@settings(max_examples=40)
@given(awkward())
def test_real_roots_of_each_factor_are_isolated(polynomial):
    roots = set(sympy.real_roots(as_sympy(polynomial)))
    found = 0
    for factor in irreducible_factors(primitive(polynomial)):
        intervals = real_root_intervals(factor)
        check_intervals(factor, intervals)
        found += len(intervals)
        for low, high in intervals:
            inside = as_sympy(factor).count_roots(
                sympy.Rational(low.numerator, low.denominator),
                sympy.Rational(high.numerator, high.denominator),
            )
            assert inside == 1
    assert found == len(roots)


@settings(max_examples=40)
@given(st.lists(st.fractions(-4, 4, max_denominator=9), min_size=1, max_size=6, unique=True))
def test_known_roots_of_a_reducible_squarefree_polynomial(roots):
    roots = sorted(roots)
    polynomial = product(*[(-r.numerator, r.denominator) for r in roots], (1, 0, 1))
    intervals = real_root_intervals(polynomial)
    check_intervals(polynomial, intervals)
    assert len(intervals) == len(roots)
    for (low, high), r in zip(intervals, roots, strict=True):
        assert low < r < high


def test_roots_that_are_extremely_close():
    """Mignotte's polynomial x**7 - 2 (a x - 1)**2 has two roots near 1/a."""
    a = 10**6
    polynomial = (-2, 4 * a, -2 * a * a, 0, 0, 0, 0, 1)
    assert is_irreducible(polynomial)
    intervals = real_root_intervals(polynomial)
    check_intervals(polynomial, intervals)
    assert len(intervals) == 3 == as_sympy(polynomial).count_roots()
    near, roots = Fraction(1, a), []
    for low, high in intervals[:2]:
        while high - low > Fraction(1, 10**30):
            middle = (low + high) / 2
            same = (evaluate(polynomial, middle) > 0) == (evaluate(polynomial, low) > 0)
            low, high = (middle, high) if same else (low, middle)
        roots.append((low, high))
    (low, below), (above, high) = roots
    assert below < near < above
    assert high - low < Fraction(1, 10**26)


@pytest.mark.parametrize(
    ("polynomial", "count"),
    [((5,), 0), ((-1, 2), 1), ((1, 0, 1), 0), ((0, 1), 1), ((0, -1, 0, 1), 3), ((-1, 0, -3), 0)],
)
def test_small_cases(polynomial, count):
    intervals = real_root_intervals(polynomial)
    assert len(intervals) == count
    check_intervals(polynomial, intervals)


def test_wilkinson():
    polynomial = product(*[(-k, 1) for k in range(1, 21)])
    intervals = real_root_intervals(polynomial)
    assert [sum(low < k < high for low, high in intervals) for k in range(1, 21)] == [1] * 20
    assert len(intervals) == 20
    assert set(irreducible_factors(polynomial)) == {(-k, 1) for k in range(1, 21)}


@given(polynomials(6, 50), st.integers(-30, 30).filter(bool), st.integers(0, 3))
def test_primitive(polynomial, factor, zeros):
    scaled = [factor * c for c in polynomial] + [0] * zeros
    out = primitive(scaled)
    assert out == primitive(polynomial)
    assert out[-1] > 0 and gcd(*out) == 1 and len(out) == len(polynomial)
    # proportional to what was given
    assert all(a * out[-1] == b * polynomial[-1] for a, b in zip(polynomial, out, strict=True))


@pytest.mark.parametrize("zero", [[], [0], [0, 0, 0]])
def test_the_zero_polynomial_is_refused(zero):
    with pytest.raises(DomainError, match="zero polynomial"):
        primitive(zero)


@given(polynomials(5, 20), st.fractions(-5, 5, max_denominator=20))
def test_evaluate(polynomial, x):
    assert evaluate(polynomial, x) == sum(c * x**i for i, c in enumerate(polynomial))


@settings(max_examples=30)
@given(polynomials(4, 6))
def test_minimal_polynomial_of_a_companion_matrix(polynomial):
    factor = primitive(polynomial)
    assume(is_irreducible(factor))
    d = len(factor) - 1
    rows = [[Fraction(int(j == i + 1)) for j in range(d)] for i in range(d - 1)]
    rows.append([Fraction(-c, factor[-1]) for c in factor[:-1]])
    assert minimal_polynomial_of_matrix(rows) == factor
    # a rational number acts as a multiple of the identity
    scalar = [[Fraction(2, 3) * (i == j) for j in range(d)] for i in range(d)]
    assert minimal_polynomial_of_matrix(scalar) == (-2, 3)


ENDS = st.tuples(st.fractions(), st.fractions()).map(sorted)


@given(ENDS, ENDS, st.fractions(0, 1), st.fractions(0, 1))
def test_enclosures_add(a, b, s, t):
    first, second = Enclosure(*a), Enclosure(*b)
    x, y = a[0] + s * first.width, b[0] + t * second.width
    assert first.contains(x) and second.contains(y)
    assert (first + second).contains(x + y)
    assert (first + second).width == first.width + second.width
    assert first + y == Enclosure(a[0] + y, a[1] + y) == y + first
    assert sum([first, second]) == first + second
    assert not first.contains(a[1] + 1) and not first.contains(a[0] - 1)


def test_enclosure_of_nothing_is_refused():
    with pytest.raises(DomainError, match="above the upper end"):
        Enclosure(Fraction(1), Fraction(0))
    assert float(Enclosure(Fraction(1, 3), Fraction(1, 2))) == 5 / 12
