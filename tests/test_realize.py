from __future__ import annotations

from fractions import Fraction
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import plsym as pl
from plsym.errors import DomainError
from plsym.exact.scalars import to_num
from plsym.networks.realize import _subset
from plsym.testing import piecewise_linear_functions

F = Fraction


def least_width(f):
    """The least width, by trying all subsets of jumps."""
    slopes = f.slopes
    jumps = [b - a for a, b in pairwise(slopes)]
    k = len(jumps)
    if k == 0:
        if slopes[0] == 0:
            return 0
        return 2 if f.domain == (float("-inf"), float("inf")) else 1
    for size in range(k + 1):
        for chosen in combinations(jumps, size):
            if -sum(chosen, F(0)) == slopes[0]:
                return k
    return k + 1


def ends(f):
    return [None if isinstance(e, float) else e for e in f.domain]


@given(piecewise_linear_functions(max_pieces=8, unbounded=True))
def test_shallow_round_trip_and_least_width(f):
    network = pl.realize(f)
    assert network.to_piecewise(*f.domain) == f
    assert network.to_piecewise(*f.domain, _engine="exact") == f
    assert network.depth <= 1
    assert network.num_neurons == least_width(f)


@given(piecewise_linear_functions(max_pieces=8, unbounded=True))
def test_deep_round_trip_and_width(f):
    network = pl.realize(f, style="deep")
    assert network.to_piecewise(*f.domain) == f
    bounded = None not in ends(f)
    assert max(network.widths, default=0) <= (2 if bounded else 3)
    assert network.depth <= f.num_pieces


@given(piecewise_linear_functions(max_pieces=4, unbounded=True, field=pl.sqrt(5)))
def test_number_fields(f):
    for style in ("shallow", "deep"):
        assert pl.realize(f, style).to_piecewise(*f.domain) == f


@pytest.mark.parametrize(
    ("formula", "width"),
    [
        # theory: slopes on the whole line and the least number of neurons
        ("relu(x)", 1),
        ("abs(x)", 2),
        ("x", 2),
        ("3", 0),
        ("clip(x, 0, 1)", 2),
        ("x - relu(x) + relu(x - 1)", 2),
        ("2*relu(x) - 4*relu(x - 1) + 2*relu(x - 2)", 3),
        ("x - 2*relu(x) + 2*relu(x - 1)", 3),
        ("x - 2*relu(x) + 5*relu(x - 1) - 6*relu(x - 2)", 3),
        ("x - 2*relu(x) + 2*relu(x - 1) - 2*relu(x - 2)", 4),
    ],
)
def test_least_widths_on_the_line(formula, width):
    f = pl.PiecewiseLinear.from_formula(formula)
    network = pl.realize(f)
    assert network.num_neurons == width == least_width(f)
    assert network.to_piecewise() == f


def test_the_iterated_tent_on_the_line():
    for k in (1, 2, 3, 4):
        f = pl.sawtooth_network(k, 3).to_piecewise()
        assert pl.realize(f).num_neurons == 2**k + 1


def test_constants_and_affine_functions():
    for domain in [(0, 1), (0, None), (None, 0), None]:
        for formula in ("5/3", "2*x + 1/3", "-x"):
            f = pl.PiecewiseLinear.from_formula(formula, domain=domain)
            for style in ("shallow", "deep"):
                assert pl.realize(f, style).to_piecewise(*f.domain) == f


@given(st.lists(st.fractions(-2, 2, max_denominator=6), max_size=9), st.data())
def test_subset_search_finds_what_exists(jumps, data):
    chosen = data.draw(st.sets(st.integers(0, len(jumps) - 1))) if jumps else set()
    exact = [to_num(j) for j in jumps]
    target = sum((exact[i] for i in chosen), F(0))
    found = _subset(exact, target)
    assert found is not None
    assert sum((exact[i] for i in found), F(0)) == target
    missing = data.draw(st.fractions(-3, 3, max_denominator=7))
    found = _subset(exact, missing)
    possible = any(
        sum(c, F(0)) == missing for n in range(len(exact) + 1) for c in combinations(exact, n)
    )
    assert (found is not None) == possible


def test_many_breakpoints_are_quick():
    f = pl.tent().iterate(6)
    network = pl.realize(f)
    assert network.num_neurons in (f.num_pieces - 1, f.num_pieces)
    assert network.to_piecewise(0, 1) == f
    deep = pl.realize(f, style="deep")
    assert deep.depth == 64
    assert deep.to_piecewise(0, 1) == f


def test_unknown_style():
    with pytest.raises(DomainError, match="'shallow' or 'deep'"):
        pl.realize(pl.tent(), style="tall")
