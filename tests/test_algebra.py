"""Algebra of functions, pointwise against a plain model where functions can differ."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import piecewise_oracle as oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pl_models import GOLDEN, functions, pairs, samples, value

import plsym as pl
from plsym import DomainError
from plsym.testing import piecewise_linear_functions, scalars


def agree(h, model, *functions):
    """h has the values of the model where any of the functions bends, and between."""
    assert h.domain == functions[0].domain
    for x in samples(*functions, extra=h.breakpoints):
        assert h(x) == model(x)
    # no breakpoint of h is idle
    for left, right in pairwise(h.slopes):
        assert left != right


@given(pairs(), scalars(min_value=-3, max_value=3))
def test_sums_and_multiples(fg, c):
    f, g = fg
    agree(f + g, lambda x: value(f, x) + value(g, x), f, g)
    agree(f - g, lambda x: value(f, x) - value(g, x), f, g)
    agree(c * f, lambda x: c * value(f, x), f)
    agree(f * c, lambda x: c * value(f, x), f)
    agree(-f, lambda x: -value(f, x), f)
    agree(f + c, lambda x: value(f, x) + c, f)
    agree(c - f, lambda x: c - value(f, x), f)
    if c:
        agree(f / c, lambda x: value(f, x) / c, f)
    zero = f - f
    assert zero.num_pieces == 1 and set(zero.values) == {0}
    assert (f + g) - g == f
    assert +f is f


@given(pairs(3))
def test_extremes(fgh):
    f, g, h = fgh
    agree(pl.maximum(f, g), lambda x: max(value(f, x), value(g, x)), f, g)
    agree(pl.minimum(f, g, h), lambda x: min(value(f, x), value(g, x), value(h, x)), f, g, h)
    agree(abs(f), lambda x: abs(value(f, x)), f)
    agree(pl.maximum(f, "1/3", 0), lambda x: max(value(f, x), Fraction(1, 3)), f)
    agree(f.clip(-1, "1/2"), lambda x: min(max(value(f, x), -1), Fraction(1, 2)), f)
    assert pl.maximum(f, g) + pl.minimum(f, g) == f + g
    assert pl.maximum(f) == f


@given(st.data(), st.sampled_from([None, GOLDEN]))
def test_composition(data, field):
    g = data.draw(piecewise_linear_functions(unbounded=True, field=field))
    outer = data.draw(piecewise_linear_functions(domain=(-2, 2), field=field))
    # the line, so that any inner function fits
    f = pl.PiecewiseLinear(
        outer.breakpoints,
        outer.values,
        left_slope=data.draw(scalars(min_value=-2, max_value=2)),
        right_slope=data.draw(scalars(min_value=-2, max_value=2)),
    )
    h = f @ g
    extra = [x for y in f.breakpoints for x in g.preimage(y) if not isinstance(x, pl.Interval)]
    assert h.domain == g.domain
    for x in samples(g, extra=extra):
        assert h(x) == value(f, value(g, x))
    assert f(g) == h


@given(functions(), st.integers(0, 12), st.integers(0, 12))
def test_restriction(f, i, j):
    xs = samples(f)
    a, b = xs[i % len(xs)], xs[j % len(xs)]
    if a == b:
        with pytest.raises(DomainError, match="positive length"):
            f.restrict(a, b)
        return
    a, b = min(a, b), max(a, b)
    h = f.restrict(a, b)
    assert h.domain == (a, b)
    for x in samples(h, extra=[x for x in f.breakpoints if a <= x <= b]):
        assert h(x) == value(f, x)
    half = f.restrict(None, b)
    assert half.domain == (f.domain[0], b)
    assert half.restrict(a, None) == h


@given(st.data(), st.sampled_from([None, GOLDEN]), st.booleans())
def test_inverse(data, field, falling):
    steps = scalars(min_value="1/9", max_value=2, field=field)
    n = data.draw(st.integers(2, 6))
    xs, ys = [Fraction(0)], [Fraction(0)]
    for _ in range(n - 1):
        xs.append(xs[-1] + data.draw(steps))
        ys.append(ys[-1] + data.draw(steps))
    ends = [data.draw(st.none() | steps) for _ in range(2)]
    f = pl.PiecewiseLinear(xs, ys, left_slope=ends[0], right_slope=ends[1])
    f = -f if falling else f
    g = f.inverse()
    assert g.domain == f.image and g.image == f.domain
    for x in samples(f):
        assert g(f(x)) == x
    assert g.inverse() == f


def test_domains_must_agree():
    for operation in (
        lambda f, g: f + g,
        lambda f, g: f - g,
        lambda f, g: pl.maximum(f, g),
        lambda f, g: pl.minimum(g, f),
        pl.distance,
        pl.classification_error,
    ):
        with pytest.raises(DomainError, match=r"\[0, 1\].*\[0, 2\]|\[0, 2\].*\[0, 1\]"):
            operation(pl.tent(), pl.identity((0, 2)))
    with pytest.raises(DomainError, match="at least one PiecewiseLinear"):
        pl.maximum(1, 2)


def test_a_constant_function_is_a_factor():
    f, c = pl.tent(), pl.constant("3/2", (0, 1))
    assert f * c == c * f == f * "3/2"
    assert c * c == pl.constant("9/4", (0, 1))


@pytest.mark.parametrize(
    "make",
    [
        lambda g, r: pl.identity(None) * g + r,
        lambda g, r: pl.constant(g).restrict(0, r / 2),
        lambda g, r: pl.maximum(pl.constant(g, (0, 1)), pl.constant(0)) @ pl.constant(0) + r,
        lambda g, r: pl.minimum(pl.identity(None) * g, r),
        lambda g, r: pl.rectangle_pulse(0, g, "1/2", r),
        lambda g, r: (pl.identity(None) * g).clip(-r, r),
    ],
)
def test_no_function_mixes_two_fields(make):
    # each of these is exact in one field: 2 + sqrt 5 is no problem, sqrt 2 and sqrt 5 are
    make(GOLDEN, pl.sqrt(5) / 2)
    with pytest.raises(pl.FieldMismatchError, match="one field at a time"):
        make(GOLDEN, pl.sqrt(2))


@given(oracle.twins())
def test_degenerate_pairs(gh):
    """Slopes that cancel, plateaus, bends 1e-12 apart: values, and no idle breakpoint."""
    g, h = gh
    f, k = g.function(), h.function()
    for made, model in (
        (f + k, lambda u, v: u + v),
        (f - k, lambda u, v: u - v),
        (pl.maximum(f, k), max),
        (pl.minimum(f, k), min),
        (abs(f - k), lambda u, v: abs(u - v)),
        (f.clip("-1/2", 1), lambda u, v: min(max(u, Fraction(-1, 2)), 1)),
    ):
        bends = [x for x, _ in oracle.sample(g, {Fraction(-1, 2), 1})]
        for x in {*oracle.merged(g, h), *bends}:
            assert made(x) == model(oracle.value(g, x), oracle.value(h, x))
        assert made.domain == f.domain
        assert made.num_pieces == len(made.slopes) == oracle.pieces(oracle.graph(made))


@given(oracle.any_graph(), oracle.any_graph())
def test_composition_of_degenerate_functions(g, h):
    f, k = g.function(), h.function()
    inner = [x for x, _ in oracle.sample(h, {x for x, _ in g.points})]
    if f.domain[0] <= k.image[0] and k.image[1] <= f.domain[1]:
        made = f @ k
        assert all(made(x) == oracle.value(g, oracle.value(h, x)) for x in inner)
        assert made.num_pieces == oracle.pieces(oracle.graph(made))
    else:
        with pytest.raises(DomainError, match="inner function takes values"):
            f @ k


@given(oracle.any_graph())
def test_inverses_exist_for_strictly_monotone_functions_only(g):
    f = g.function()
    slopes = oracle.slopes(g)
    if all(s > 0 for s in slopes) or all(s < 0 for s in slopes):
        inverse = f.inverse()
        assert all(inverse(y) == x for x, y in oracle.sample(g))
        assert inverse.num_pieces == f.num_pieces
    else:
        with pytest.raises(DomainError, match=r"is constant|changes direction"):
            f.inverse()
