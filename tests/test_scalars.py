"""The seam between public and internal numbers, and their JSON form."""

from __future__ import annotations

import json
import math
from fractions import Fraction

import pytest
from gmpy2 import mpq
from hypothesis import given
from hypothesis import strategies as st

from plsym.errors import DomainError, FieldMismatchError, InexactInputError
from plsym.exact.algebraic import AlgebraicReal, algebraic, golden, sqrt
from plsym.exact.scalars import (
    decode,
    encode,
    field_of,
    mid_rad,
    sign,
    text,
    to_float,
    to_num,
    to_public,
)

CUBIC = algebraic("x**3 - x - 1")
GENERATORS = [sqrt(5), sqrt(2), CUBIC, algebraic("x**3 - 3*x + 1", near=0)]
COEFFICIENT = st.one_of(st.fractions(max_denominator=99), st.integers(-(2**80), 2**80))


@st.composite
def numbers(draw):
    """Rationals and elements of several fields."""
    generator = draw(st.sampled_from(GENERATORS))
    a, b, c = draw(st.tuples(COEFFICIENT, COEFFICIENT, COEFFICIENT))
    return a + b * generator + c * generator**2


@given(st.fractions())
def test_rationals_pass_in_and_out(q):
    inside = to_num(q)
    assert type(inside) is type(mpq(1)) and inside == q and hash(inside) == hash(q)
    assert to_public(inside) == q and type(to_public(inside)) is Fraction
    assert type(to_public(inside).numerator) is int
    assert to_num(inside) is inside
    assert decode(encode(q)) == q == decode(encode(inside))
    assert text(q) == text(inside) == str(q)
    assert sign(inside) == (q > 0) - (q < 0)


@given(numbers())
def test_algebraic_numbers_pass_in_and_out(x):
    inside = to_num(x)
    assert inside == x
    assert isinstance(inside, AlgebraicReal) != x.is_rational
    outside = to_public(inside)
    assert outside == x and hash(outside) == hash(x)
    assert type(outside) is (Fraction if x.is_rational else AlgebraicReal)
    # through the text of a file
    again = decode(json.loads(json.dumps(encode(x))))
    assert again == x and type(again) is type(inside)
    if not x.is_rational:
        assert again.field == x.field and again.coefficients == x.coefficients
    assert text(x) == str(x)


def test_a_rational_element_becomes_a_rational():
    x = sqrt(5) * sqrt(20)
    assert type(x) is AlgebraicReal
    assert type(to_num(x)) is type(mpq(1)) and to_num(x) == 10
    assert to_public(x) == Fraction(10) and type(to_public(x)) is Fraction
    assert encode(x) == "10"


@pytest.mark.parametrize("x", [0.5, True, None, 1j, "nan", [1]])
def test_the_way_in_is_the_gate(x):
    with pytest.raises((InexactInputError, DomainError)):
        to_num(x)


def test_field_of():
    assert field_of([]) is None
    assert field_of([mpq(1), sqrt(2) - sqrt(2), sqrt(3) ** 2]) is None
    assert field_of([mpq(1), golden(), sqrt(5)]) == sqrt(5).field
    assert field_of([sqrt(2) * 0, sqrt(3)]) == sqrt(3).field
    with pytest.raises(FieldMismatchError, match="one field at a time"):
        field_of([sqrt(2), mpq(1), sqrt(3)])
    # the same polynomial, another root: another field
    with pytest.raises(FieldMismatchError):
        field_of([algebraic("x**3 - 3*x + 1", near=n) for n in (0, 1)])


@given(st.fractions(), st.integers(-1100, 1100))
def test_the_double_of_a_rational_is_the_nearest(q, shift):
    value = q * Fraction(2) ** shift
    x = mpq(value.numerator, value.denominator)
    try:
        expected = float(value)
    except OverflowError:
        expected = math.inf if value > 0 else -math.inf
    assert to_float(x) == to_float(value) == expected
    mid, rad = mid_rad(x)
    assert mid == expected
    if math.isfinite(mid):
        assert abs(Fraction(mid) - value) <= Fraction(rad)
    else:
        assert rad == math.inf


@given(numbers(), st.sampled_from([-1000, -60, 0, 60, 1000]))
def test_the_double_of_an_algebraic_number_is_the_nearest(x, shift):
    value = x * Fraction(2) ** shift
    low, high = value.enclosure(1300)
    got = to_float(value)
    if math.isinf(got):
        assert abs(value) > (1.7e308).as_integer_ratio()[0]
    else:
        assert float(low) == float(high) == got
        mid, rad = mid_rad(value)
        assert Fraction(mid) - Fraction(rad) <= low and high <= Fraction(mid) + Fraction(rad)


def test_doubles_out_of_range():
    big = 10**400
    assert to_float(mpq(big)) == to_float(sqrt(2) * big) == math.inf
    assert to_float(mpq(-big)) == to_float(-sqrt(2) * big) == -math.inf
    assert to_float(sqrt(2) / big) == 0 and sign(sqrt(2) / big) == 1
    assert to_float(0.5) == 0.5


@given(numbers())
def test_everything_lies_between_the_infinities(x):
    for value in (x, to_num(x), to_public(to_num(x))):
        assert -math.inf < value < math.inf
        assert not value > math.inf and not value <= -math.inf
        assert math.inf > value and value != math.inf and value != math.nan


def test_text():
    assert text(Fraction(-2, 3)) == text(mpq(-2, 3)) == "-2/3"
    assert text(golden()) == "1/2 + 1/2*sqrt(5)"
    assert text(-CUBIC + 1) == "1 - alpha (alpha = 1.32472, a root of [-1, -1, 0, 1])"
    # beyond the number of digits that Python writes
    assert text(10**5000 * sqrt(2)) == f"{hex(10**5000)}*sqrt(2)"
    assert text(sqrt(10**5001)).endswith("*sqrt(10)")


def test_the_encoded_form():
    assert encode(Fraction(1, 3)) == encode(mpq(1, 3)) == "1/3"
    assert decode(3) == 3 and decode("0.5") == Fraction(1, 2)
    value = encode(golden())
    assert value["minpoly"] == [-5, 0, 1] and value["coefficients"] == ["1/2", "1/2"]
    low, high = (Fraction(s) for s in value["interval"])
    assert low < sqrt(5) < high
    # coefficients too long for a double are written in hexadecimal
    long = algebraic([-(2**80) - 1, 0, 0, 1])
    assert encode(long)["minpoly"] == [hex(-(2**80) - 1), 0, 0, 1]
    assert decode(json.loads(json.dumps(encode(long)))) == long
    # polynomials need not be primitive to be read, and the root is the one inside
    value = {"minpoly": [10, 0, -5], "interval": ["-3", "-1"], "coefficients": ["0", "1"]}
    assert decode(value) == -sqrt(2)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"minpoly": [0, 0, 0]}, "leading coefficient"),
        ({"minpoly": [-2, 0, 1, 0]}, "leading coefficient"),
        ({"minpoly": [-2, 0, 1.5]}, "float"),
        ({"minpoly": [-2, 0, "zz"]}, "zz"),
        ({"minpoly": [-2, 1]}, "degree 1; 2 to 200"),
        ({"minpoly": [-2] + [0] * 200 + [1]}, "degree 201"),
        ({"minpoly": [-4, 0, 1], "interval": ["1", "3"]}, "not irreducible"),
        ({"minpoly": None}, "NoneType"),
        ({"interval": ["-2", "2"]}, "holds 2 roots"),
        ({"interval": ["2", "3"]}, "holds 0 roots"),
        ({"interval": ["2", "0"]}, "holds 0 roots"),
        ({"interval": ["0", "1", "2"]}, "too many values"),
        ({"interval": [0, 2]}, "no text"),
        ({"interval": ["0", "nan"]}, "no rational number"),
        ({"coefficients": ["0", "1", "1"]}, "3 coefficients in a field of degree 2"),
        ({"coefficients": [1.5]}, "no text"),
        ({"other": 1}, "expected 'p/q' or an object"),
    ],
)
def test_objects_that_are_refused(change, message):
    good = {"minpoly": [-2, 0, 1], "interval": ["0", "2"], "coefficients": ["0", "1"]}
    assert decode(good) == sqrt(2)
    with pytest.raises(DomainError, match=message):
        decode(good | change)


@pytest.mark.parametrize("value", [None, True, 1.5, [1], {}, "x", ""])
def test_values_that_are_refused(value):
    with pytest.raises(DomainError, match="is no "):
        decode(value)
