"""Constructions of the lecture: doubles as a program computes them, and what is exact."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import plsym as pl
from plsym.errors import DomainError
from plsym.experiments.composing.composition import _maps, _of_orbits
from plsym.experiments.composing.lecture import (
    double_network,
    double_program,
    exact_network,
    grid,
    nearest_sine,
    sine_distance,
    tail_bound,
    triangle_network,
    weight_variation,
)

COUNTS = st.sampled_from([1, 2, 3, 17, 30, 47])
RAMPS = st.sampled_from([1e-1, 1e-3, 1e-7, 1e-12, 1e-15])


def _weights(count: int, ramp: float) -> list[tuple[float, float]]:
    """Edges and output weights of the lecture's program, written out with numpy's arange."""
    step = 5 / (count + 3)
    x = np.arange(count + 3) * step
    found = []
    for i in range(2, x.size - 1):
        a, b = (x[i] + x[i - 1]) / 2, (x[i] + x[i + 1]) / 2
        w = nearest_sine(float(x[i])) / ramp
        found += [(a, w), (a + ramp, -w), (b, -w), (b + ramp, w)]
    return [(float(edge), float(w)) for edge, w in found]


@given(COUNTS, RAMPS, st.fractions(-1, 9, max_denominator=10**6))
def test_the_network_of_doubles_is_the_sum_of_its_weights(
    count: int, ramp: float, x: Fraction
) -> None:
    pairs = [(Fraction(e), Fraction(w)) for e, w in _weights(count, ramp)]
    value = sum((w * (x - e) for e, w in pairs if x > e), Fraction(0))
    net = double_network(count, ramp)
    assert net(x) == value and net.num_neurons == 4 * count
    if x > 6:
        assert abs(value) <= tail_bound(count, ramp)


@given(COUNTS, RAMPS)
def test_tails_follow_from_the_errors_of_the_edges(count: int, ramp: float) -> None:
    edges = _weights(count, ramp)
    weights = [Fraction(w) for _, w in edges[::4]]
    errors = [
        Fraction(after) - Fraction(before) - Fraction(ramp)
        for (before, _), (after, _) in zip(edges[::2], edges[1::2], strict=True)
    ]
    assert all(abs(e) <= Fraction(1, 2**51) for e in errors)
    # the right edge of a rectangle is the left edge of the next, to the last bit
    assert errors[1:-1:2] == errors[2::2]
    tail = sum(w * (errors[2 * i] - errors[2 * i + 1]) for i, w in enumerate(weights))
    f = double_network(count, ramp).to_piecewise()
    assert f(6) == f(100) == tail
    around = [Fraction(0), *weights, Fraction(0)]
    assert weight_variation(count, ramp) == sum(abs(v - u) for u, v in pairwise(around))


WIDTHS = st.sampled_from([1e-1, 1e-2, 1e-7, 3e-9])


@given(COUNTS, WIDTHS, st.fractions(-1, 9, max_denominator=999))
def test_the_exact_network_is_a_sum_of_pulses(count: int, ramp: float, x: Fraction) -> None:
    if Fraction(repr(ramp)) > Fraction(5, count + 3):
        with pytest.raises(DomainError, match="shorter than its ramp"):
            exact_network(count, ramp)
        return
    half, side = Fraction(5, 2 * (count + 3)), Fraction(repr(ramp))
    value = Fraction(0)
    for i in range(2, count + 2):
        middle = Fraction(5 * i, count + 3)
        height = Fraction(nearest_sine(i * float(2 * half)))
        up, down = ((x - edge) / side for edge in (middle - half, middle + half))
        value += height * (min(max(up, Fraction(0)), 1) - min(max(down, Fraction(0)), 1))
    assert exact_network(count, ramp)(x) == value
    assert grid(count)[0] == Fraction(10, count + 3) and len(grid(count)) == count


@given(st.floats(-100, 100))
def test_sines_are_rounded_to_nearest(x: float) -> None:
    with mpmath.workprec(400):
        low = Fraction(*mpmath.libmp.to_rational(mpmath.sin(mpmath.mpf(x))._mpf_))
    assert nearest_sine(x) == float(low)
    assert abs(nearest_sine(x) - math.sin(x)) <= 2 * math.ulp(1.0)


@st.composite
def _functions(draw: Any) -> pl.PiecewiseLinear:
    abscissae = st.fractions(-8, 8, max_denominator=64)
    xs = draw(st.lists(abscissae, min_size=2, max_size=6, unique=True))
    ys = draw(st.lists(st.fractions(-2, 2, max_denominator=64), min_size=len(xs), max_size=len(xs)))
    return pl.PiecewiseLinear(sorted(xs), ys)


@given(_functions())
def test_distance_from_sine_against_a_fine_grid(f: pl.PiecewiseLinear) -> None:
    low, high = (float(end) for end in f.domain)
    found = sine_distance(f, *f.domain)
    x = np.linspace(low, high, 20_001)
    knots, values = f.to_numpy()
    seen = float(np.abs(np.interp(x, knots, values) - np.sin(x)).max())
    steepest = max(abs(float(s)) for s in f.slopes) + 1
    # the grid sees no more than the maximum, and not much less
    assert seen <= float(found.upper) + 1e-9
    assert seen >= float(found.lower) - steepest * (high - low) / 20_000 - 1e-9
    assert found.width < Fraction(1, 10**40)


def test_distance_from_sine_where_it_is_known() -> None:
    one = sine_distance(pl.constant(0, (0, 3)), 0, 3)
    assert one.contains(1) and one.width < Fraction(1, 10**50)
    # x - sin x grows; the slope is 1 where cos is 1, at the end
    line = sine_distance(pl.identity((0, 2)), 0, 2)
    with mpmath.workprec(300):
        exact = mpmath.mpf(2) - mpmath.sin(2)
        assert line.contains(Fraction(*mpmath.libmp.to_rational(exact._mpf_)))
    assert sine_distance(pl.constant(2, (-9, 9)), -9, 9).contains(3)  # sin x = -1


@pytest.mark.parametrize("k", range(1, 6))
def test_triangles_compose(k: int) -> None:
    net = triangle_network(k)
    assert net.to_piecewise(0, 1) == pl.sawtooth(2**k)
    f = net.to_piecewise()
    assert f(-3) == f(5) == 0 and f.num_pieces == 2**k + 2
    assert net.widths == (2, 1) * k


def test_affine_maps_are_counted_once() -> None:
    f = pl.rectangle_pulse(0, 1, "1/4", 2)
    assert (f.num_pieces, _maps(f)) == (5, 4)  # the two tails are one map
    g = f + pl.rectangle_pulse(3, 4, "1/4", 2)
    assert (g.num_pieces, _maps(g)) == (9, 6)  # 0 three times, 2 twice
    net = double_network(3, 1e-3)
    assert _maps(net.to_piecewise()) == pl.count_regions(net, definition="affine")


def test_the_tent_map_on_doubles() -> None:
    found = _of_orbits({"points": 50, "seed": 3})
    x = np.random.default_rng(3).random(50)
    exact = [Fraction(float(v)) for v in x]
    zeros, means = {}, {}
    for n in range(1, 55):
        exact = [2 * v if 2 * v <= 1 else 2 - 2 * v for v in exact]
        zeros[n] = exact.count(Fraction(0))
        means[n] = sum(exact, Fraction(0)) / 50
    steps = (1, 10, 20, 30, 40, 45, 50, 51, 52, 53, 54)
    assert found["zeros"] == [zeros[n] for n in steps] and found["zeros"][-1] == 50
    assert found["means"] == [means[n] for n in steps]
    assert found["different"] == 0


def test_the_program_far_away() -> None:
    for count in (17, 47):
        pairs = _weights(count, 1e-7)
        program = double_program(count)
        assert program(-1.0) == 0.0
        for x in (0.3, 1.7, 7.0, 1e9):
            terms = [w * max(x - e, 0.0) for e, w in pairs]
            # the same terms, added in another order: rounding is all that differs
            assert abs(program(x) - math.fsum(terms)) <= 8 * count * math.ulp(max(map(abs, terms)))


TINY: dict[str, Any] = {
    "compositions": 3,
    "rectangles": [5, 2],
    "exponents": [7, 2],
    "points": 40,
}


def test_runs_repeat_resume_and_write_their_files(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")

    def stop(done: int, total: int) -> None:
        assert total == 3 + 2 + 2 + 1
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pl.experiments.composition(out=tmp_path, progress=stop, **TINY)
    seen: list[int] = []
    resumed = pl.experiments.composition(
        out=tmp_path, progress=lambda done, _: seen.append(done), **TINY
    )
    assert seen == [5, 6, 7, 8]
    fresh = pl.experiments.composition(**TINY)
    assert json.dumps(resumed.to_json()) == json.dumps(fresh.to_json())
    other = pl.experiments.composition(seed=1, **TINY)
    assert other.table("orbits") != fresh.table("orbits")
    assert other.table("rectangles") == fresh.table("rectangles")
    assert fresh.table("rectangles").column("rectangles") == [2, 5]
    tables = ("triangles", "rectangles", "sine", "sides", "plateaus", "far", "orbits")
    figures = ("constructions", "pieces", "doubles")
    assert {path.name for path in tmp_path.iterdir() if path.suffix != ".jsonl"} == {
        "composition.md",
        "composition.json",
        *(f"composition-{name}.csv" for name in tables),
        *(f"composition-{name}.{kind}" for name in figures for kind in ("png", "svg")),
    }


def test_bad_settings_are_told() -> None:
    for settings, words in (
        ({"compositions": 17}, "at most 16"),
        ({"compositions": 0}, "compositions = 0"),
        ({"rectangles": [0]}, "rectangles = "),
        ({"ramp": 0.4}, "half a step"),
        ({"ramp": 0.0}, "ramp = 0.0"),
        ({"ramp": float("nan")}, "ramp = nan"),
        ({"exponents": [301]}, "at most 300"),
        ({"points": 0}, "points = 0"),
        ({"seed": -1}, "seed"),
    ):
        with pytest.raises(DomainError, match=words):
            pl.experiments.composition(**{**TINY, **settings})


def test_the_quick_run_reproduces_the_known_numbers() -> None:
    found = pl.experiments.composition(quick=True)
    assert found.holds, [str(c) for c in found.comparisons if not c.holds]
    table = found.table("rectangles")
    assert table.column("rectangles") == [17, 47, 97, 497]
    assert table.column("pieces, doubles") == table.column("pieces, exact") == [37, 97, 197, 997]
    assert table.column("affine maps, exact") == [36, 96, 196, 996]
    assert table.column("affine maps, doubles") == [37, 97, 197, 997]
    assert [f"{float(t):.1e}" for t in table.column("tail, doubles")] == ["4.7e-09"] * 4
    assert set(table.column("tail, exact")) == {0}
    # one rectangle of the lecture, exactly
    a, b, h, ramp = -1.0, 0.0, 0.4, 1e-7
    plateau = Fraction(h / ramp) * (Fraction(a + ramp) - Fraction(a))
    tail = plateau - Fraction(h / ramp) * (Fraction(b + ramp) - Fraction(b))
    assert (float(plateau), f"{float(tail):.7e}") == (0.3999999997894577, "-2.1054232e-10")
