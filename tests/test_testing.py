"""The strategies keep their promises, and really draw the degenerate cases."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

import plsym as pl
from plsym.testing import (
    domain_points,
    networks,
    piecewise_linear_functions,
    scalars,
    segments,
    self_maps,
)
from plsym.testing import nets as parts

ROOT = Path(__file__).parent.parent
SQRT5 = pl.sqrt(5)


@given(scalars(min_value="-1/2", max_value=3, max_denominator=9))
def test_rational_scalars_keep_their_bounds(x: Any) -> None:
    assert isinstance(x, Fraction)
    assert Fraction(-1, 2) <= x <= 3


@given(scalars(min_value=0, max_value=1, field=SQRT5))
def test_field_scalars_keep_their_bounds(x: Any) -> None:
    assert 0 <= x <= 1


def test_field_scalars_are_sometimes_irrational() -> None:
    x = find(scalars(min_value=0, max_value=1, field=SQRT5), lambda x: not isinstance(x, Fraction))
    assert isinstance(x, pl.AlgebraicReal)


@given(piecewise_linear_functions(min_pieces=2, max_pieces=5, domain=(0, 1)))
def test_functions_have_the_domain_and_size_asked_for(f: pl.PiecewiseLinear) -> None:
    assert f.domain == (0, 1)
    assert f.num_pieces <= 5


@given(st.data())
def test_domain_points_lie_in_the_domain(data: Any) -> None:
    f = data.draw(piecewise_linear_functions(unbounded=True, field=SQRT5))
    x = data.draw(domain_points(f))
    low, high = f.domain
    assert low <= x <= high
    f(x)


@given(self_maps(domain=("-1/2", 2), field=SQRT5))
def test_self_maps_can_be_iterated(f: pl.PiecewiseLinear) -> None:
    low, high = f.image
    assert Fraction(-1, 2) <= low <= high <= 2
    assert f.iterate(2)(low) == f(f(low))


@pytest.mark.parametrize(
    "wanted",
    [
        lambda f: 0 in f.slopes and f.num_pieces > 1,  # a plateau
        lambda f: f.num_pieces == 1,  # knots that merge away
        lambda f: f.lap_number == 4,
        lambda f: set(f.values) <= {f.domain[0], f.domain[1]},  # onto its ends
    ],
)
def test_self_maps_reach_the_special_cases(wanted: Any) -> None:
    assert wanted(find(self_maps(max_pieces=6), wanted))


def test_unbounded_functions_are_drawn() -> None:
    line = (float("-inf"), float("inf"))
    f = find(piecewise_linear_functions(unbounded=True), lambda f: f.domain == line)
    assert f(-1000) + f(1000) == f(-1000) + f(999) + f.slopes[-1]


@given(st.integers(1, 4).flatmap(lambda n: st.tuples(st.just(n), segments(n))))
def test_segments_have_two_ends(case: Any) -> None:
    inputs, (p, q) = case
    assert len(p) == len(q) == inputs
    assert p != q


@given(networks(min_inputs=2, max_inputs=3, max_outputs=2, max_depth=2))
def test_networks_have_the_shape_asked_for(net: pl.ReLUNetwork) -> None:
    assert 2 <= net.n_inputs <= 3
    assert 1 <= net.n_outputs <= 2
    value = net([Fraction(1, 3)] * net.n_inputs)
    assert isinstance(value, Fraction) if net.n_outputs == 1 else len(value) == net.n_outputs


@given(networks(max_inputs=1, floats=True))
@settings(max_examples=20)
def test_float_networks_are_functions_too(net: pl.ReLUNetwork) -> None:
    assert net.to_piecewise(-1, 1, output=0).domain == (-1, 1)


def _layers() -> Any:
    """One input, three hidden neurons with different kinks, one output."""
    one = Fraction(1)
    return [
        ([[one], [one], [2 * one]], [Fraction(0), Fraction(-1, 2), Fraction(1, 3)]),
        ([[one, -5 * one, one]], [Fraction(1, 5)]),
    ]


class _First:
    """A stand-in for hypothesis' draw that takes the simplest choice."""

    def __call__(self, strategy: Any) -> Any:
        return find(strategy, lambda _: True)


def _function(layers: Any) -> pl.PiecewiseLinear:
    return pl.from_weights(layers).to_piecewise(-2, 2)


def test_each_degeneracy_does_what_it_says() -> None:
    first: Any = _First()
    plain = _function(_layers())

    changed = _layers()
    parts._duplicate(first, changed)
    assert len(changed[0][0]) == 4
    assert _function(changed).breakpoints == plain.breakpoints

    changed = _layers()
    parts._affine_pair(first, changed)
    assert _function(changed).num_pieces == plain.num_pieces - 1  # its kink has cancelled

    changed = _layers()
    parts._cancelling(first, changed)
    assert _function(changed).num_pieces == plain.num_pieces - 1

    changed = _layers()
    parts._antiparallel(first, changed)
    assert changed[0][0][3] == [-changed[0][0][0][0]]

    changed = _layers()
    parts._hair_apart(first, changed)
    gaps = [b - a for a, b in zip(*_pairs(_function(changed).breakpoints), strict=True)]
    assert min(gaps) == parts.HAIR

    changed = _layers()
    parts._dead(first, changed)
    assert _function(changed).num_pieces == plain.num_pieces - 1

    changed = _layers()
    parts._zero_row(first, changed)
    assert _function(changed).num_pieces == plain.num_pieces - 1

    changed = _layers()
    parts._zero_outgoing(first, changed)
    assert _function(changed).num_pieces == plain.num_pieces - 1

    changed = _layers()
    parts._common_point(first, changed)
    assert _function(changed).num_pieces == 2

    changed = _layers()
    parts._no_bias(first, changed)
    assert _function(changed).breakpoints == (-2, 0, 2)


def _pairs(values: Any) -> tuple[Any, Any]:
    return values[:-1], values[1:]


@pytest.mark.parametrize("depth", [1, 2, 5])
def test_tent_layers_are_the_iterate(depth: int) -> None:
    net = pl.from_weights(parts._tent_layers(depth, 1))
    assert net.to_piecewise(0, 1) == pl.tent().iterate(depth)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: scalars(min_value=1, max_value=0), "exceeds"),
        (lambda: scalars(max_denominator=0), "at least 1"),
        (lambda: piecewise_linear_functions(min_pieces=3, max_pieces=2), "min_pieces"),
        (lambda: piecewise_linear_functions(domain=(1, 1)), "no interior"),
        (lambda: self_maps(domain=(2, 1)), "no interior"),
        (lambda: segments(0), "at least one coordinate"),
        (lambda: networks(min_inputs=3, max_inputs=2), "inputs"),
        (lambda: networks(max_outputs=0), "outputs"),
    ],
)
def test_contradictory_arguments(make: Any, words: str) -> None:
    with pytest.raises(pl.DomainError, match=words):
        make()


def test_without_hypothesis_the_error_names_the_extra() -> None:
    code = "import sys; sys.modules['hypothesis'] = None; import plsym.testing"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert "MissingExtraError" in done.stderr
    assert "pip install plsym[test]" in done.stderr
