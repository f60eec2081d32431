from __future__ import annotations

import copy
import math
import pickle
from fractions import Fraction
from itertools import pairwise

import numpy as np
import piecewise_oracle as oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pl_models import GOLDEN, NEAR, functions, plain, samples, value

import plsym as pl
from plsym import DomainError, FieldMismatchError, InexactInputError, PiecewiseLinear

HALF = Fraction(1, 2)


# ------------------------------------------------------------------ one form for each function


@given(functions(), st.lists(st.integers(0, 60), max_size=4))
def test_further_points_on_the_graph_change_nothing(f, shares):
    xs, ys, left, right = plain(f)
    more = {x: y for x, y in zip(xs, ys, strict=True)}
    span = xs[-1] - xs[0] if len(xs) > 1 else Fraction(1)
    for k in shares:
        x = xs[0] + span * Fraction(k, 60)
        if f.domain[0] <= x <= f.domain[1]:
            more[x] = value(f, x)
    keys = sorted(more)
    g = PiecewiseLinear(keys, [more[x] for x in keys], left_slope=left, right_slope=right)
    assert g == f
    assert hash(g) == hash(f)
    assert plain(g) == plain(f)


@given(functions())
def test_canonical_form(f):
    slopes = list(f.slopes)
    assert len(slopes) == f.num_pieces
    if f.num_pieces > 1:
        assert all(a != b for a, b in pairwise(slopes))
    assert list(f.breakpoints) == sorted(f.breakpoints)
    assert len(f.breakpoints) == len(f.values)


@given(functions(), functions())
def test_equality_is_equality_of_functions(f, g):
    same = f.domain == g.domain and all(f(x) == g(x) for x in samples(f, g))
    assert (f == g) is same
    assert f != "f" and f != 0


@given(functions())
def test_copies(f):
    for g in (pickle.loads(pickle.dumps(f)), copy.copy(f), copy.deepcopy(f)):
        assert g == f and hash(g) == hash(f)
    assert PiecewiseLinear.from_json(f.to_json()) == f


def test_kinks_as_small_as_they_come():
    f = PiecewiseLinear([0, HALF, HALF + NEAR, 1], [0, 1, 1 - NEAR, 0])
    g = PiecewiseLinear([0, HALF, 1], [0, 1, 0])
    assert f != g and f.num_pieces == 3
    assert PiecewiseLinear([0, HALF, HALF + NEAR, 1], [0, 1, 1 - 2 * NEAR, 0]) == g


def test_immutable():
    f = pl.tent()
    with pytest.raises(AttributeError, match="immutable"):
        f.domain = (0, 1)  # type: ignore[misc]
    with pytest.raises(AttributeError):
        f.other = 1  # type: ignore[attr-defined]


# ------------------------------------------------------------------ values


@given(functions(), st.data())
def test_values(f, data):
    for x in samples(f):
        assert f(x) == value(f, x)
    xs = samples(f)
    assert list(f(xs)) == [value(f, x) for x in xs]
    grid = np.array(xs[:2] * 2, dtype=object).reshape(2, 2)
    if len(xs) > 1:
        assert f(grid).shape == (2, 2)
        assert f(grid)[1, 1] == value(f, xs[1])


@given(functions())
def test_outside_the_domain(f):
    low, high = f.domain
    for x in (low - NEAR, high + NEAR):
        if not isinstance(x, float):
            with pytest.raises(DomainError, match="domain"):
                f(x)


@pytest.mark.parametrize("x", [0.5, np.float32(0.5), np.array([0.5]), [0.5], float("nan"), True])
def test_floats_are_no_points(x):
    with pytest.raises(InexactInputError):
        pl.tent()(x)


def test_integer_arrays_and_strings():
    f = pl.identity((-3, 3))
    assert f(np.arange(-3, 4)).tolist() == list(range(-3, 4))
    assert f("1/3") == Fraction(1, 3)
    assert type(f(np.int64(2))) is Fraction
    assert f([]).shape == (0,)


@given(functions())
def test_doubles_for_plots(f):
    xs, ys = f.to_numpy()
    assert xs.dtype == ys.dtype == np.float64
    assert xs.tolist() == [float(x) for x in f.breakpoints]
    assert ys.tolist() == [float(y) for y in f.values]


@given(functions())
def test_texts(f):
    assert repr(f).startswith("PiecewiseLinear(")
    assert f._repr_latex_().startswith("$") and f._repr_latex_().endswith("$")


# ------------------------------------------------------------------ ways in


def test_from_points_pieces_and_slopes_agree():
    points = [(0, 0), (HALF, 1), (1, 0)]
    assert PiecewiseLinear.from_points(points) == pl.tent()
    assert PiecewiseLinear.from_slopes([0, HALF, 1], [2, -2]) == pl.tent()
    assert PiecewiseLinear.from_pieces([(0, HALF, 2, 0), (HALF, 1, -2, 2)]) == pl.tent()
    line = PiecewiseLinear.from_slopes([0, 1], [-1, 0, 1], value=3)
    assert (line(-2), line(HALF), line(4)) == (5, 3, 6)


@pytest.mark.parametrize(
    ("make", "error", "match"),
    [
        (lambda: PiecewiseLinear([0, 0], [1, 1]), DomainError, "must increase"),
        (lambda: PiecewiseLinear([1, 0], [1, 1]), DomainError, "must increase.*number 0 is 1"),
        (lambda: PiecewiseLinear([0, 1], [1]), DomainError, "2 breakpoints but 1 values"),
        (lambda: PiecewiseLinear([], []), DomainError, "0 breakpoints"),
        (lambda: PiecewiseLinear([0], [0]), DomainError, "at least two"),
        (lambda: PiecewiseLinear([0, 0.5], [0, 1]), InexactInputError, "is a float"),
        (lambda: PiecewiseLinear([0, 1], [0, math.nan]), InexactInputError, "nan"),
        (lambda: PiecewiseLinear([0, 1], [0, math.inf]), InexactInputError, "inf"),
        (lambda: PiecewiseLinear([0, 1], [0, None]), InexactInputError, "None"),
        (lambda: PiecewiseLinear([0, 1], [0, True]), InexactInputError, "truth value"),
        (
            lambda: PiecewiseLinear([0, 1], [GOLDEN, pl.sqrt(2)]),
            FieldMismatchError,
            "one field at a time",
        ),
        (lambda: PiecewiseLinear.from_points([]), DomainError, "0 breakpoints"),
        (lambda: PiecewiseLinear.from_slopes([0, 1], [1, 1]), DomainError, "2 slopes for 2"),
        (lambda: PiecewiseLinear.from_pieces([]), DomainError, "no pieces"),
        (
            lambda: PiecewiseLinear.from_pieces([(0, 1, 1, 0), (1, 2, 1, 1)]),
            DomainError,
            "not continuous at 1: 1 from the left, 2 from the right",
        ),
        (
            lambda: PiecewiseLinear.from_pieces([(0, 1, 1, 0), (2, 3, 1, 0)]),
            DomainError,
            "must follow on each other",
        ),
        (
            lambda: PiecewiseLinear.from_pieces([(0, 1, 1, 0), (HALF, 3, 1, 0)]),
            DomainError,
            "must follow",
        ),
        (lambda: pl.tent() + pl.identity((0, 2)), DomainError, "domain"),
        (lambda: pl.tent() @ pl.identity((0, 2)), DomainError, "inner function takes values"),
        (lambda: pl.identity((0, 2)).restrict(0, 3), DomainError, "not inside the domain"),
        (lambda: pl.identity((0, 2)).restrict(1, 1), DomainError, "positive length"),
        (lambda: pl.identity((0, 2)).restrict(2, 1), DomainError, "positive length"),
        (lambda: (2 * pl.tent()).iterate(2), DomainError, "leaves its domain"),
        (lambda: pl.tent().iterate(-1), DomainError, "-1"),
        (lambda: pl.tent() + GOLDEN + pl.sqrt(2), FieldMismatchError, "one field"),
        (lambda: pl.tent() + 0.5, InexactInputError, "float"),
        (lambda: pl.tent() / 0, ZeroDivisionError, "zero"),
        (lambda: pl.tent() / pl.tent(), DomainError, "quotient"),
        (lambda: pl.tent() * pl.tent(), DomainError, "neither is constant"),
        (lambda: pl.tent() ** 2, TypeError, "iterate"),
        (lambda: pl.tent().crossings(1, 0), DomainError, "x < y"),
        (lambda: pl.tent().crossings(0, 1, kind="other"), DomainError, "other"),
        (lambda: pl.tent().crossings(0), DomainError, "both ends"),
        (lambda: pl.tent().crossings(0, 1, kind="threshold"), DomainError, "one number"),
        (lambda: pl.tent().inverse(), DomainError, "changes direction"),
        (lambda: pl.truncated_tent(HALF).restrict(0, HALF).inverse(), DomainError, "constant"),
        (lambda: pl.identity(None).maximum(), DomainError, "not bounded above"),
        (lambda: pl.identity(None).minimum(), DomainError, "not bounded below"),
        (lambda: pl.identity(None).integral(), DomainError, "bounded"),
        (lambda: pl.relu().variation, DomainError, "infinite"),
        (lambda: pl.tent().preimage((1, 0)), DomainError, "out of order"),
        (lambda: PiecewiseLinear.from_json({"breakpoints": ["0"]}), pl.ModelFormatError, "format"),
        (lambda: PiecewiseLinear.from_json([1, 2]), pl.ModelFormatError, "format"),
    ],
)
def test_bad_input(make, error, match):
    with pytest.raises(error, match=match):
        make()


def test_a_budget_knows_the_count_beforehand():
    f = pl.tent().iterate(40, budget=pl.Budget(pieces=1000))
    assert f.num_pieces == 2**40 and f("1/3") == Fraction(2, 3)
    with pytest.raises(pl.BudgetExceeded, match="1099511627776 pieces") as caught:
        f.restrict(0, "1/2")
    assert caught.value.needed == 2**40


def test_numpy_does_not_take_a_function_apart():
    with pytest.raises(TypeError):
        np.array([1, 2]) * pl.tent()
    assert np.int64(3) * pl.tent() == 3 * pl.tent()


@given(oracle.any_graph())
def test_degenerate_graphs(g):
    f = g.function()
    assert all(f(x) == y for x, y in oracle.sample(g))
    assert f.num_pieces == oracle.pieces(g)
    assert oracle.graph(f).function() == f


def test_latex_keeps_the_sign_of_a_sum():
    f = pl.identity(None) * GOLDEN - GOLDEN
    golden = r"(1/2 + 1/2 \sqrt{5})"
    assert f._repr_latex_() == f"${golden}x - {golden}$"
    assert (2 * pl.identity((None, 1)) - 3)._repr_latex_().count("2x - 3 & x \\le 1") == 1


def test_infinity_is_an_end_on_its_own_side_only():
    line = pl.identity(None)
    assert line.restrict(-math.inf, math.inf) == line
    for a, b in ((math.inf, None), (None, -math.inf), (math.inf, 0), (0, -math.inf)):
        with pytest.raises(InexactInputError):
            line.restrict(a, b)
