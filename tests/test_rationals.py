"""The gate: what becomes an exact rational, what is refused, and with which words."""

from __future__ import annotations

import math
import time
from decimal import Decimal
from fractions import Fraction

import flint
import numpy as np
import pytest
import sympy
from gmpy2 import mpfr, mpq, mpz
from hypothesis import given, settings
from hypothesis import strategies as st

from plsym.errors import DomainError, InexactInputError
from plsym.exact.rationals import dyadic, from_text, rational, to_text

THIRD = Fraction(1, 3)
INTEGERS = [getattr(np, f"{kind}{bits}") for kind in ("int", "uint") for bits in (8, 16, 32, 64)]


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        (THIRD, THIRD),
        (-7, -7),
        (10**50, 10**50),
        (mpz(2**70), 2**70),
        (mpq(1, 3), THIRD),
        (flint.fmpz(-5), -5),
        (flint.fmpq(1, 3), THIRD),
        (sympy.Integer(4), 4),
        (sympy.Rational(1, 3), THIRD),
        (sympy.S.Half, Fraction(1, 2)),
        (Decimal("0.1"), Fraction(1, 10)),
        (Decimal("-1E+3"), -1000),
        (np.array(3), 3),
        (np.array(2**64 - 1, dtype=np.uint64), 2**64 - 1),
        (np.array(THIRD, dtype=object), THIRD),
        ("1/3", THIRD),
        ("-4/6", Fraction(-2, 3)),
        (" +5 / 10\n", Fraction(1, 2)),
        ("- 3", -3),
        ("0.1", Fraction(1, 10)),
        (".5", Fraction(1, 2)),
        ("5.", 5),
        ("1e-3", Fraction(1, 1000)),
        ("-2.50E+2", -250),
        ("007", 7),
        ("0x1f", 31),
        ("-0X1f/0x20", Fraction(-31, 32)),
        ("1e0000000003", 1000),
    ],
)
def test_accepted(given_, expected):
    result = rational(given_)
    assert type(result) is Fraction
    assert result == expected
    assert type(result.numerator) is int and type(result.denominator) is int


@pytest.mark.parametrize("dtype", INTEGERS)
def test_numpy_integers_of_every_width(dtype):
    for bound in (np.iinfo(dtype).min, np.iinfo(dtype).max):
        result = rational(dtype(bound))
        assert result == bound
        # an integer of numpy inside the fraction would overflow here
        assert result * 2**70 == bound * 2**70


def test_numpy_integers_inside_a_fraction_come_out():
    class Wrapped(Fraction):
        @property
        def numerator(self):
            return np.int64(2**62)

        @property
        def denominator(self):
            return np.int64(3)

    assert rational(Wrapped(1, 3)) * 8 == Fraction(2**65, 3)


@pytest.mark.parametrize(
    "x",
    [
        0.1,
        1.0,
        math.nan,
        math.inf,
        np.float16(1),
        np.float32(1),
        np.float64(1),
        np.longdouble(1),
        np.array(0.5),
        np.array(0.5, dtype=np.longdouble),
    ],
)
def test_floats_are_refused_and_the_message_says_what_to_do(x):
    with pytest.raises(InexactInputError, match=r"is a float; pass a string .*pl\.dyadic\(x\)"):
        rational(x)


@pytest.mark.parametrize("x", [True, False, np.True_, np.False_, np.array(True)])
@pytest.mark.parametrize("gate", [rational, dyadic])
def test_truth_values_are_refused(gate, x):
    with pytest.raises(InexactInputError, match="truth value, not a number; write 0 or 1"):
        gate(x)


@pytest.mark.parametrize("gate", [rational, dyadic])
@pytest.mark.parametrize(
    "x",
    [
        1j,
        np.complex64(1),
        np.clongdouble(1),
        None,
        b"1",
        [1],
        (1, 2),
        {},
        object(),
        np.timedelta64(3),
        np.timedelta64(3, "s"),
        sympy.pi,
        sympy.oo,
        sympy.zoo,
        sympy.nan,
        sympy.Symbol("x"),
        sympy.true,
    ],
    ids=repr,
)
def test_what_is_no_number_is_refused(gate, x):
    with pytest.raises(InexactInputError, match="no exact number; pass an int, a Fraction or a"):
        gate(x)


@pytest.mark.parametrize("x", [mpfr(1), sympy.Float(1), flint.arb(1), flint.fmpz_poly([1])])
def test_inexact_numbers_of_other_libraries_are_refused(x):
    with pytest.raises(InexactInputError):
        rational(x)


@pytest.mark.parametrize(
    "junk",
    [
        "",
        " ",
        "nan",
        "inf",
        "-Infinity",
        "1_000",
        "--3",
        "+-3",
        "1e5/2",
        "1/2e5",
        "1/2/3",
        ".",
        "-",
        "e5",
        "1e",
        "1e+",
        "1.5.5",
        "0x",
        "0x1/2",
        "1/0x2",
        "1/-2",
        "1 2",
        "1,5",
        "1j",
        "\x00",
        "1\x00",
        "½",
        "²",
        "\u0661/\u0662",
        "\u0967",
        "\u22121",
        "1\xa0",
        "\uff11",
        "p/q",
        "True",
        "1" * 50 + "x",
    ],
)
def test_strings_that_are_no_numbers(junk):
    with pytest.raises(DomainError, match="no rational number; write an integer, 'p/q' or a deci"):
        rational(junk)


@pytest.mark.parametrize("text", ["1/0", "0/0", "-3/00", "0x1/0x0"])
def test_zero_denominators(text):
    with pytest.raises(DomainError, match="zero denominator"):
        rational(text)


@pytest.mark.parametrize("special", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_decimals_that_are_not_finite(special):
    with pytest.raises(DomainError, match="not a finite number"):
        rational(Decimal(special))


def test_huge_exponents_are_refused_at_once():
    start = time.perf_counter()
    for text in ["1e999999999", "1e-999999999", "1e1000000", "0e" + "9" * 5000]:
        with pytest.raises(DomainError, match="exponent beyond 999999"):
            rational(text)
    for decimal in (Decimal("1E+1000000"), Decimal("1E-99999999"), Decimal("1e99999999")):
        with pytest.raises(DomainError, match="exponent beyond 999999"):
            rational(decimal)
    # and what could be read in many ways is read in one
    for text in [" " * 50_000 + "x", "1" + " " * 50_000 + "x", "1" * 50_000 + "x", "- " * 50_000]:
        with pytest.raises(DomainError) as info:
            rational(text)
        assert len(str(info.value)) < 300
    assert time.perf_counter() - start < 2
    assert rational("1e99999") == 10**99999
    assert rational("1e-99999") * 10**99999 == 1


LONG = st.integers(4301, 9000).flatmap(
    lambda digits: st.integers(0, 10**40).map(lambda n: 10**digits + n**3)
)


@settings(max_examples=30)
@given(st.one_of(st.fractions(), st.builds(Fraction, LONG, st.one_of(st.integers(1, 9), LONG))))
def test_text_round_trip(value):
    for signed in (value, -value):
        assert from_text(to_text(signed)) == signed
        assert rational(to_text(signed)) == signed


@settings(max_examples=30)
@given(st.integers(1, 9), st.integers(0, 9000), st.integers(0, 999))
def test_long_decimal_strings(lead, zeros, tail):
    """Written with strings alone, so that no limit of Python's own comes in."""
    digits = f"{lead}{'0' * zeros}{tail:03d}"
    value = lead * 10 ** (zeros + 3) + tail
    assert from_text(digits) == value
    assert from_text(f"-{digits}/{digits}7") == Fraction(-value, 10 * value + 7)
    assert from_text(f"0.{digits}") == Fraction(value, 10 ** len(digits))


def test_text_is_decimal_as_long_as_python_reads_it():
    top = 10**3999
    assert to_text(Fraction(top)) == str(top)
    assert to_text(Fraction(-1, 10**4001)) == f"-0x1/{hex(10**4001)}"
    with pytest.raises(InexactInputError, match="no text"):
        from_text(3)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_dyadic_is_the_double_itself(x):
    assert dyadic(x) == Fraction(x) == dyadic(np.float64(x)) == dyadic(np.array(x))
    assert type(dyadic(x)) is Fraction


@given(st.integers(0, 2**16 - 1), st.integers(0, 2**32 - 1))
def test_dyadic_of_every_bit_pattern(half, single):
    for x in (np.uint16(half).view(np.float16), np.uint32(single).view(np.float32)):
        if np.isfinite(x):
            assert dyadic(x) == Fraction(float(x))
        else:
            with pytest.raises(DomainError, match="not a finite number"):
                dyadic(x)


@given(st.integers(0, 2**16 - 1))
def test_dyadic_of_bfloat16(pattern):
    ml_dtypes = pytest.importorskip("ml_dtypes")
    # a bfloat16 is the upper half of a single
    single = np.uint32(pattern << 16).view(np.float32)
    x = np.array(pattern, dtype=np.uint16).view(ml_dtypes.bfloat16)[()]
    assert type(x) is ml_dtypes.bfloat16
    if np.isfinite(single):
        assert dyadic(x) == Fraction(float(single))
    else:
        with pytest.raises(DomainError, match="not a finite number"):
            dyadic(x)
    with pytest.raises(InexactInputError, match="is a float"):
        rational(x)


def test_dyadic_at_the_ends():
    assert dyadic(5e-324) == Fraction(1, 2**1074)
    assert dyadic(np.float32(2.0**-149)) == Fraction(1, 2**149)
    assert dyadic(np.float16(2.0**-24)) == Fraction(1, 2**24)
    assert dyadic(-0.0) == 0 and dyadic(0.1) != Fraction(1, 10)
    third = np.longdouble(1) / 3
    assert np.longdouble(dyadic(third).numerator) / dyadic(third).denominator == third
    assert (dyadic(7), dyadic(THIRD), dyadic("0.1")) == (7, THIRD, Fraction(1, 10))
    for bad in (math.nan, math.inf, -math.inf, np.float32("nan"), np.longdouble("inf")):
        with pytest.raises(DomainError, match="not a finite number"):
            dyadic(bad)


def test_the_gate_takes_no_arrays():
    for x in (np.array([3]), np.array([]), np.array([0.5, 0.25])):
        with pytest.raises(InexactInputError):
            rational(x)


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64, np.longdouble])
def test_dyadic_of_arrays(kind):
    values = np.array([[0.1, -2.5, 3.0], [1e-3, 0.0, 7.25]], dtype=kind)
    exact = dyadic(values)
    assert exact.shape == (2, 3) and exact.dtype == object
    for one, value in zip(exact.ravel(), values.ravel(), strict=True):
        assert type(one) is Fraction and one == dyadic(value)
    assert dyadic(np.array([], dtype=kind)).shape == (0,)


def test_dyadic_of_arrays_refuses_what_it_refuses_alone():
    with pytest.raises(DomainError, match=r"entry 1 of the array: nan"):
        dyadic(np.array([0.5, np.nan]))
    with pytest.raises(InexactInputError, match="truth value"):
        dyadic(np.array([True]))
