"""Formulas: what is read means what Python means by it, and nothing else is read."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import plsym as pl
from plsym import FormulaError, PiecewiseLinear

GOLDEN = pl.golden()
NAMES = {
    "abs": abs,
    "max": max,
    "min": min,
    "relu": lambda v: max(v, 0),
    "clip": lambda v, low, high: min(max(v, low), high),
    "golden": GOLDEN,
    "sqrt": pl.sqrt,
}


@st.composite
def formulas(draw, depth=3):
    """Text, and the same as a Python function of exact numbers."""
    kind = draw(st.sampled_from(["x", "number", "sum", "scale", "call", "minus", "golden"]))
    if depth == 0 or kind in ("x", "number", "golden"):
        if kind == "golden":
            text = draw(st.sampled_from(["golden", "sqrt(5)", "(1 + sqrt(5))/2"]))
            number = pl.sqrt(5) if text == "sqrt(5)" else GOLDEN
            return text, lambda x: number
        if kind == "number":
            text = draw(st.sampled_from(["0", "2", "1/3", "0.25", "1e-1", ".5", "7"]))
            value = Fraction(1, 3) if text == "1/3" else Fraction(text)
            return f"({text})", lambda x: value
        return "x", lambda x: x
    a, f = draw(formulas(depth - 1))
    if kind == "minus":
        return f"(-{a})", lambda x: -f(x)
    if kind == "scale":
        c, text = draw(
            st.sampled_from([(2, "2"), (Fraction(-3, 4), "(-0.75)"), (GOLDEN, "golden")])
        )
        if draw(st.booleans()):
            return f"{a}/{text}", lambda x: f(x) / c
        return f"{text}*{a}", lambda x: c * f(x)
    b, g = draw(formulas(depth - 1))
    if kind == "sum":
        if draw(st.booleans()):
            return f"({a} + {b})", lambda x: f(x) + g(x)
        return f"({a} - {b})", lambda x: f(x) - g(x)
    name = draw(st.sampled_from(["abs", "relu", "max", "min", "clip", "|"]))
    if name == "|":
        return f"|{a}|", lambda x: abs(f(x))
    if name in ("abs", "relu"):
        return f"{name}({a})", lambda x: NAMES[name](f(x))
    if name == "clip":
        return f"clip({a}, -1, 1/2)", lambda x: min(max(f(x), -1), Fraction(1, 2))
    return f"{name}({a}, {b}, 1)", lambda x: NAMES[name](f(x), g(x), 1)


@given(formulas(), st.lists(st.fractions(-5, 5, max_denominator=12), min_size=3, max_size=6))
def test_values(formula, points):
    text, meaning = formula
    f = PiecewiseLinear.from_formula(text)
    for x in [*points, *f.breakpoints]:
        assert f(x) == meaning(x)
    g = PiecewiseLinear.from_formula(f"  {text}\n", domain=(-1, 2))
    assert g == f.restrict(-1, 2)


def test_precedence():
    def f(text):
        return PiecewiseLinear.from_formula(text)(3)

    assert f("1 - 2 - x") == -4
    assert f("12/2/3*x") == 6
    assert f("-x + 2*x") == 3
    assert f("2*-x") == -6
    assert f("--x") == 3
    assert f("1/2*x") == Fraction(3, 2)
    assert f("|x - 5| - |x|") == -1


def test_domains():
    f = PiecewiseLinear.from_formula("abs(x)", domain=(None, 1))
    assert f.domain == (float("-inf"), 1)
    assert PiecewiseLinear.from_formula("3").num_pieces == 1
    with pytest.raises(pl.DomainError, match="positive length"):
        PiecewiseLinear.from_formula("x", domain=(1, 0))
    with pytest.raises(pl.InexactInputError):
        PiecewiseLinear.from_formula("x", domain=(0.5, 1))


@pytest.mark.parametrize(
    ("text", "match", "column"),
    [
        ("x*x", "product of two terms", 1),
        ("1/x", "division by something", 1),
        ("x/(1 - 1)", "division by zero", 1),
        ("2 +", "ends too early", 3),
        ("", "ends too early", 0),
        ("   ", "ends too early", 0),
        ("(x", r"expected '\)' before the end", 2),
        ("x)", r"unexpected '\)'", 1),
        ("2 x", "unexpected 'x'", 2),
        ("y + 1", "unknown name 'y'", 0),
        ("sin(x)", "unknown name 'sin'", 0),
        ("x.real", "unexpected character '.'", 1),
        ("__import__('os')", "unexpected character", 11),
        ("x**2", r"unexpected '\*'", 2),
        ("max()", "unexpected", 4),
        ("abs(x, 1)", r"abs takes 1 argument\(s\), not 2", 0),
        ("clip(x, 1)", r"clip takes 3 argument\(s\), not 2", 0),
        ("sqrt(x)", "depends on x", 0),
        ("sqrt(-1)", "not real", 0),
        ("sqrt(golden)", "rational number", 0),
        ("1 + é", "unexpected character", 4),
        ("x;x", "unexpected character ';'", 1),
    ],
)
def test_what_is_no_formula(text, match, column):
    with pytest.raises(FormulaError, match=match) as caught:
        PiecewiseLinear.from_formula(text)
    # the message points at the place
    assert str(caught.value).splitlines()[-1] == " " * (column + 2) + "^"


def test_hostile_texts_cost_little():
    for text in (
        "(" * 5000,
        "x" + "+x" * 6000,
        "|" * 300,
        "-" * 9000 + "x",
        "1e9999*x",
        "1e999999",
    ):
        try:
            PiecewiseLinear.from_formula(text)
        except FormulaError:
            continue
    with pytest.raises(FormulaError, match="nested more than"):
        PiecewiseLinear.from_formula("(" * 4000 + "x" + ")" * 4000)
    with pytest.raises(FormulaError, match="at most 10000"):
        PiecewiseLinear.from_formula("x+" * 6000 + "x")


def test_two_fields_do_not_mix():
    with pytest.raises(pl.FieldMismatchError, match="one field"):
        PiecewiseLinear.from_formula("golden*x + sqrt(2)")


@pytest.mark.parametrize("digit", ["\u0663", "\uff11", "\u00b2"])
def test_only_plain_digits(digit):
    with pytest.raises(FormulaError, match="unexpected character") as caught:
        PiecewiseLinear.from_formula(f"2 + {digit}*x")
    assert str(caught.value).splitlines()[-1] == " " * 6 + "^"


def test_numbers_beyond_doubles():
    assert PiecewiseLinear.from_formula("1e400*x - 1e400")(2) == 10**400
    assert PiecewiseLinear.from_formula("x/1e400")(1) == Fraction(1, 10**400)


@pytest.mark.parametrize("wrap", ["({})", "abs({})", "max({}, 0)", "|{}|"])
def test_depth(wrap):
    text = "x"
    for _ in range(90):
        text = wrap.format(text)
    assert PiecewiseLinear.from_formula(text)(2) == 2
    for _ in range(20):
        text = wrap.format(text)
    with pytest.raises(FormulaError, match="nested more than 100 deep"):
        PiecewiseLinear.from_formula(text)
