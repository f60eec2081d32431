"""What the checker must see: numbers of a field."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from hand_made import GOLDEN_FIELD, GOLDEN_MAP, TENT, malformed, proved, refuted

from plsym.certificates.algebraic import Field, _primitive, sign, size
from plsym.certificates.codec import StepFailed, Work

# ------------------------------------------------------------------------------ numbers of a field


POLYNOMIALS = [
    ([-1, -1, 1], "1", "2"),  # the golden ratio
    ([-1, 0, -1, 1], "1", "2"),
    ([1, 0, -10, 0, 1], "3", "4"),  # the sum of the roots of 2 and 3
    ([-1, -2, 2], "1", "2"),  # not monic
    ([-1, -2, 2], "-1", "0"),
    ([5, -3, 0, 0, 0, -7], "0", "2"),
]


def make_field(polynomial, low, high):
    return Field(polynomial, Fraction(low), Fraction(high), Work(10**6))


def root_of(polynomial, low, high, bits=400):
    """The root to many bits, by halving alone."""
    low, high = Fraction(low), Fraction(high)

    def value(x):
        return sum(c * x**k for k, c in enumerate(polynomial))

    rising = value(high) > 0
    for _ in range(bits):
        middle = (low + high) / 2
        low, high = (low, middle) if (value(middle) > 0) == rising else (middle, high)
    return low


def reduced(coefficients, polynomial):
    """A polynomial in the root as one of lower degree, from the top down."""
    out = [Fraction(c) for c in coefficients]
    n = len(polynomial) - 1
    while len(out) > n:
        top = out.pop()
        for k in range(n):
            out[len(out) - n + k] -= top * Fraction(polynomial[k], polynomial[-1])
    return tuple(out + [Fraction(0)] * (n - len(out)))


def coefficients_of(x, field):
    if isinstance(x, Fraction):
        return (x, *[Fraction(0)] * (field.degree - 1))
    return x.coefficients


@pytest.mark.parametrize(("polynomial", "low", "high"), POLYNOMIALS, ids=str)
def test_arithmetic_in_a_field(polynomial, low, high):
    field = make_field(polynomial, low, high)
    root = root_of(polynomial, low, high)
    n = field.degree
    draw = random.Random(1)
    lists = [
        [Fraction(draw.randint(-9, 9), draw.randint(1, 6)) for _ in range(n)] for _ in range(6)
    ]
    lists += [
        [Fraction(0), Fraction(1)] + [Fraction(0)] * (n - 2),
        [Fraction(3, 2)] + [Fraction(0)] * (n - 1),
    ]
    lists += [[-c for c in lists[0]], [Fraction(0)] * n]

    def near(c):
        return sum(a * root**k for k, a in enumerate(c))

    for c in lists:
        x = field.element(c)
        assert coefficients_of(x, field) == tuple(c)
        assert isinstance(x, Fraction) == (not any(c[1:]))
        value = near(c)
        assert sign(x) == (value > 0) - (value < 0)
        assert coefficients_of(abs(x), field) == tuple(-a for a in c) if value < 0 else abs(x) == x
        assert coefficients_of(-x, field) == tuple(-a for a in c)
        for d in lists:
            y = field.element(d)
            total = tuple(a + b for a, b in zip(c, d, strict=True))
            assert coefficients_of(x + y, field) == total
            assert coefficients_of(x - y, field) == tuple(a - b for a, b in zip(c, d, strict=True))
            product = [Fraction(0)] * (2 * n - 1)
            for i, a in enumerate(c):
                for j, b in enumerate(d):
                    product[i + j] += a * b
            assert coefficients_of(x * y, field) == reduced(product, polynomial)
            other = near(d)
            assert (x < y, x <= y, x == y) == (value < other, value <= other, c == d)
            assert (x > y, x >= y, x != y) == (value > other, value >= other, c != d)
            if any(d):
                assert coefficients_of(x / y * y, field) == tuple(c)
        for other in (3, Fraction(-2, 7)):
            for y, expected in (
                (x + other, value + other),
                (other + x, value + other),
                (x - other, value - other),
                (other - x, other - value),
                (x * other, value * other),
                (other * x, value * other),
                (x / other, value / other),
                (other / x if any(c) else Fraction(0), other / value if any(c) else 0),
            ):
                assert abs(near(coefficients_of(y, field)) - expected) < Fraction(1, 10**60)
            assert (x < other, x <= other, x > other) == (
                value < other,
                value <= other,
                value > other,
            )
    with pytest.raises(TypeError, match="unsupported operand"):
        field.element(lists[0]) + "1"
    with pytest.raises(TypeError, match="multiply"):
        field.element(lists[0]) * "1"
    assert field.element(lists[0]) != "1"
    assert coefficients_of(field.generator, field)[:2] == (0, 1)


def test_small_numbers_of_a_field():
    """F_{k} golden - F_{k+1} alternates in sign and shrinks beyond all first bounds."""
    a, b = 1, 1
    for k in range(402):
        a, b = b, a + b
        if k % 50 < 2:
            field = make_field([-1, -1, 1], "1", "2")
            small = field.element([Fraction(-b), Fraction(a)])
            assert sign(small) == (1 if k % 2 else -1)
            assert (small > 0) == (small >= 0) == (k % 2 == 1)


def test_signs_at_the_last_bit():
    """Elements whose lower bound, in units of the last bit, is 1: still positive."""
    for polynomial in ([-1, -1, 1], [-2, 0, 1], [-3, 0, 1], [-5, 0, 0, 1]):
        field = make_field(polynomial, "1", "2" if polynomial != [-5, 0, 0, 1] else "3")
        unit, low = field.bounds[0][0], field.bounds[1][0]
        if low % 2:
            b = pow(low, -1, unit)
            x = field.element([Fraction((1 - b * low) // unit), Fraction(b)])
            assert x.numerators[0] * unit + x.numerators[1] * low == 1
            assert sign(x) == 1 and sign(-x) == -1


def test_integer_multiples_of_polynomials():
    for c, whole_ in (
        (["1/2", "1/3"], [3, 2]),
        (["1/4", "1/2", "-3/4"], [1, 2, -3]),
        (["4", "-6"], [2, -3]),
        (["0", "-5/7"], [0, -1]),
        ([str(10**30 + 1), "2"], [10**30 + 1, 2]),
    ):
        assert _primitive([Fraction(a) for a in c]) == whole_


def test_fields_of_one_root():
    line = make_field([-3, 2], "1", "2")
    assert line.generator == Fraction(3, 2)
    assert make_field([-3, 2], "0", "2").generator == Fraction(3, 2)
    assert make_field([3, -2], "0", "3").generator == Fraction(3, 2)
    assert line.element([]) == 0 and line.element([Fraction(5)]) == 5


@pytest.mark.parametrize(
    ("polynomial", "low", "high", "roots"),
    [
        ([1, -3, 0, 1], -2, 2, 3),  # roots -1.879, 0.347, 1.532
        ([1, -3, 0, 1], -1, 2, 2),
        ([1, -3, 0, 1], -2, 1, 2),
        ([1, -3, 0, 1], Fraction(1, 2), 1, 0),
        ([1, -3, 0, 1], -9, -2, 0),
        ([1, 0, 1], -5, 5, 0),
        ([6, 0, -5, 0, 1], -2, 2, 4),
        ([6, 0, -5, 0, 1], 1, 2, 2),
        ([-6, 11, -6, 1], Fraction(1, 2), 4, 3),
        ([-1, 0, 0, 0, 0, 0, 3], -1, 1, 2),
    ],
)
def test_roots_are_counted(polynomial, low, high, roots):
    with pytest.raises(StepFailed, match=f"holds {roots} roots"):
        make_field(polynomial, low, high)


def test_polynomials_that_are_no_fields():
    for polynomial, low, high in (
        ([4, -4, 1], 1, 3),  # (x - 2)^2
        ([-2, 0, 5, 0, -4, 0, 1], Fraction(5, 4), 2),  # a factor twice
        ([4, 0, -4, 0, 1], 1, 2),
    ):
        with pytest.raises(StepFailed, match="roots of its polynomial, not one"):
            make_field(polynomial, low, high)
    for low, high in ((-1, 2), (2, 5)):
        with pytest.raises(StepFailed, match="an end of the field's interval"):
            make_field([-4, 0, 1], low, high)
    with pytest.raises(StepFailed, match="has a rational root"):
        make_field([-4, 0, 1], 1, 3)
    # the roots of 2 and of 3: an element that is zero, though not on its face
    field = make_field([6, 0, -5, 0, 1], Fraction(5, 4), Fraction(3, 2))
    zero = field.element([Fraction(-2), Fraction(0), Fraction(1)])
    with pytest.raises(StepFailed, match="has a factor"):
        sign(zero)
    with pytest.raises(StepFailed, match="has a factor"):
        1 / zero
    other = make_field([-1, -1, 1], 1, 2).generator
    for meet in (lambda: other + zero, lambda: other * zero, lambda: other < zero):
        with pytest.raises(StepFailed, match="two fields meet"):
            meet()


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ({"minimal_polynomial": [1], "interval": ["0", "1"]}, "degree 0 to n"),
        ({"minimal_polynomial": [], "interval": ["0", "1"]}, "degree 0 to n"),
        ({"minimal_polynomial": [-1, -1, 0], "interval": ["1", "2"]}, "degree 0 to n"),
        ({"minimal_polynomial": [-2, *[0] * 64, 1], "interval": ["1", "2"]}, "n from 1 to 64"),
        ({"minimal_polynomial": [-1, -1, 1], "interval": ["2", "1"]}, "a pair of rationals"),
        ({"minimal_polynomial": [-1, -1, 1], "interval": ["1", "1"]}, "a pair of rationals"),
        ({"minimal_polynomial": [-1, -1, 1], "interval": ["1"]}, "a pair of rationals"),
        ({"minimal_polynomial": [-1, -1, 1], "interval": ["1", "2", "3"]}, "a pair of rationals"),
        ({"minimal_polynomial": ["-1", -1, 1], "interval": ["1", "2"]}, "an integer"),
    ],
)
def test_fields_that_cannot_be_read(field, message):
    malformed(message, {"kind": "value", "point": "0", "value": "0"}, {}, TENT, field)


def test_numbers_are_read_in_a_field():
    value = {"kind": "value", "point": ["-1", "1"], "value": ["4", "-2"]}
    proved(value, {}, TENT, GOLDEN_FIELD)
    refuted("another one", value | {"value": ["4", "-1"]}, {}, TENT, GOLDEN_FIELD)
    malformed("at most 2 coefficients", value | {"value": ["4", "-2", "0"]}, {}, TENT, GOLDEN_FIELD)
    malformed('"p/q"', value, {}, TENT)
    zero = {"kind": "value", "point": [], "value": "0"}
    proved(zero, {}, TENT, GOLDEN_FIELD)
    degree = {"minimal_polynomial": [-2, *[0] * 63, 1], "interval": ["1", "2"]}
    proved({"kind": "value", "point": "0", "value": "0"}, {}, TENT, degree)


def test_a_network_over_a_field():
    two = [
        {"weights": [["1"]], "bias": ["0"], "negative_slope": ["-1"]},
        {"weights": [[["0", "1"]]], "bias": ["-1"], "negative_slope": ["1"]},
    ]
    f = GOLDEN_MAP | {"network": {"stages": two}}
    proved({"kind": "network"}, {}, f, GOLDEN_FIELD)
    two[1]["weights"] = [[["1", "1"]]]
    refuted("value at its point 0", {"kind": "network"}, {}, f, GOLDEN_FIELD)


def test_sizes():
    assert size(Fraction(1 << 62)) == 1 and size(Fraction(1, 1 << 62)) == 1
    assert size(Fraction(1 << 61)) == 0 and size(Fraction(-(1 << 127), 3)) == 2
    field = make_field([-1, -1, 1], "1", "2")
    assert size(field.element([Fraction(1 << 40), Fraction(1 << 40)])) == 1
    assert size(field.element([Fraction(1, 1 << 63), Fraction(-1)])) == 2
