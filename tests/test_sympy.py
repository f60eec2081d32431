"""sympy expressions to and from functions."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from pl_models import functions, samples

import plsym as pl
from plsym import DomainError, FormulaError, InexactInputError

sympy = pytest.importorskip("sympy")
x = sympy.Symbol("x")


def domain_of(f):
    low, high = f.domain
    return (None if low == -math.inf else low, None if high == math.inf else high)


@settings(max_examples=25)
@given(functions())
def test_round_trip(f):
    expression = pl.to_sympy(f)
    assert pl.from_sympy(expression, domain=domain_of(f)) == f


@settings(max_examples=25)
@given(functions())
def test_values(f):
    expression = pl.to_sympy(f)
    for point in samples(f)[:6]:
        if isinstance(point, Fraction):
            at = sympy.Rational(point.numerator, point.denominator)
        else:
            at = point._sympy_()
        value = f(point)
        expected = (
            sympy.Rational(value.numerator, value.denominator)
            if isinstance(value, Fraction)
            else value._sympy_()
        )
        assert sympy.simplify(expression.subs(x, at) - expected) == 0


def test_expressions():
    assert pl.from_sympy(1 - sympy.Abs(2 * x - 1), domain=(0, 1)) == pl.tent()
    assert pl.from_sympy(sympy.Max(0, x)) == pl.relu()
    assert pl.from_sympy(sympy.Min(x, 1, -x) / 3 + sympy.Rational(1, 7))(2) == Fraction(-11, 21)
    assert pl.from_sympy(sympy.GoldenRatio * x)(1) == pl.golden()
    assert pl.from_sympy(sympy.sqrt(5) * sympy.Abs(x) - 1)(-1) == pl.sqrt(5) - 1
    assert pl.from_sympy(sympy.Integer(3), domain=(0, 1)) == pl.constant(3)
    t = sympy.Symbol("t")
    assert pl.from_sympy(sympy.Abs(t) + sympy.Symbol("t"), symbol=t) == 2 * pl.relu()
    step = sympy.Piecewise((0, x < 0), (x, x < 1), (1, True))
    assert pl.from_sympy(step) == pl.identity(None).clip(0, 1)
    assert pl.to_sympy(pl.identity(None)) == x
    assert pl.to_sympy(pl.tent(), sympy.Symbol("u")).free_symbols == {sympy.Symbol("u")}


@pytest.mark.parametrize(
    ("expression", "error", "match"),
    [
        (x**2, FormulaError, "not piecewise linear"),
        (x * sympy.Abs(x), FormulaError, "product of two terms"),
        (sympy.sin(x), FormulaError, "not piecewise linear"),
        (x + sympy.Symbol("y"), FormulaError, "symbols x, y"),
        (sympy.pi * x, FormulaError, "constant pi"),
        (sympy.Float(0.5) * x, InexactInputError, "is a float"),
        (sympy.Piecewise((0, x < 0), (1, True)), DomainError, "not continuous"),
        (sympy.Piecewise((x, x < 0)), DomainError, "not defined on all"),
        (sympy.Piecewise((x, sympy.sin(x) < 0), (0, True)), FormulaError, "not linear in x"),
        (sympy.Piecewise((x, x**2 < 1), (0, True)), FormulaError, "not linear in x"),
        (sympy.sqrt(2) + sympy.sqrt(5) * x, pl.FieldMismatchError, "one field"),
    ],
)
def test_what_is_no_function(expression, error, match):
    with pytest.raises(error, match=match):
        pl.from_sympy(expression)
