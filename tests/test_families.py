"""Families against their definitions."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import plsym as pl
from plsym import DomainError
from plsym.testing import scalars

GRID = [Fraction(k, 60) for k in range(61)]


def test_tents():
    f, g = pl.tent(), pl.truncated_tent("6/7")
    for x in GRID:
        assert f(x) == 1 - abs(2 * x - 1)
        assert g(x) == min(f(x), Fraction(6, 7))
    assert pl.truncated_tent(1) == f
    assert pl.truncated_tent(2) == f
    h = pl.skew_tent("1/3")
    assert (h(0), h("1/3"), h(1), h.num_pieces) == (0, 1, 0, 2)
    for peak in (0, 1, -1, 2):
        with pytest.raises(DomainError):
            pl.skew_tent(peak)


@given(st.integers(1, 12))
def test_sawtooth(laps):
    f = pl.sawtooth(laps)
    assert f.lap_number == laps == f.num_pieces
    assert f.lipschitz == laps and f.image == (0, 1) and f(0) == 0
    for k in range(laps + 1):
        assert f(Fraction(k, laps)) == k % 2


def test_sawtooth_is_an_iterated_tent():
    assert pl.sawtooth(32) == pl.tent().iterate(5)
    for bad in (0, -1, 1.5, "x", True):
        with pytest.raises(pl.PlsymError):
            pl.sawtooth(bad)  # type: ignore[arg-type]


@given(scalars(min_value="1/4", max_value=3, field=pl.golden()))
def test_abs_map(slope):
    f, line = pl.abs_map(slope), pl.abs_map(slope, None)
    for x in (-1, "-1/3", 0, "1/2", 1):
        assert f(x) == line(x) == slope * abs(pl.rational(x)) - 1
    assert f.domain == (-1, 1) and line(-9) == 9 * slope - 1


def test_the_tight_family_has_its_period():
    # slope: the largest root of x^p - 2 x^(p-2) - 1; then 0 has period p
    for p in (3, 5, 7):
        coefficients = [-1, *[0] * (p - 3), -2, 0, 1]
        slope = pl.algebraic(coefficients, near="3/2")
        f = pl.abs_map(slope)
        orbit = [Fraction(0)]
        for _ in range(p):
            orbit.append(f(orbit[-1]))
        assert orbit[p] == 0 and len(set(orbit[:p])) == p


@given(st.data())
def test_rectangle_pulse(data):
    number = st.fractions(-2, 2, max_denominator=12)
    a, height = data.draw(number), data.draw(number)
    eps = data.draw(st.fractions("1/12", 1, max_denominator=12))
    b = a + eps + data.draw(st.sampled_from([Fraction(0), Fraction(1, 7), Fraction(2)]))
    f = pl.rectangle_pulse(a, b, eps, height)

    def ramp(x):
        return max(x, Fraction(0)) / eps

    for x in (a - 9, a, a + eps / 3, a + eps, (a + b + eps) / 2, b, b + eps / 2, b + eps, b + 9):
        shape = ramp(x - a) - ramp(x - a - eps) - ramp(x - b) + ramp(x - b - eps)
        assert f(x) == height * shape
    for bad in ((0, 1, 0), (0, 1, 2), (0, 1, -1)):
        with pytest.raises(DomainError, match="a pulse needs"):
            pl.rectangle_pulse(*bad)


@given(st.permutations(range(1, 7)))
def test_connect_the_dots(cycle):
    f = pl.connect_the_dots(*cycle)
    assert f == pl.connect_the_dots(cycle)
    assert [f(i) for i in range(1, 7)] == cycle
    assert f("3/2") == Fraction(cycle[0] + cycle[1], 2)


@pytest.mark.parametrize("bad", [(), (1,), (1, 1), (1, 3), (0, 1), ("a", "b"), (1.0, 2.0)])
def test_no_permutation(bad):
    with pytest.raises(pl.PlsymError):
        pl.connect_the_dots(*bad)


@pytest.mark.parametrize("p", [3, 5, 7, 9])
def test_stefan_map(p):
    f = pl.stefan_map(p)
    orbit = [Fraction((p + 1) // 2)]
    for _ in range(p):
        orbit.append(f(orbit[-1]))
    # one cycle of length p that spirals out from the middle
    assert orbit[p] == orbit[0] and sorted(orbit[:p]) == list(range(1, p + 1))
    distance = [abs(x - orbit[0]) for x in orbit[:p]]
    assert distance == sorted(distance)
    for bad in (1, 2, 4, 0, -3):
        with pytest.raises(DomainError):
            pl.stefan_map(bad)


def test_simple_ones():
    assert pl.identity()("1/3") == Fraction(1, 3) and pl.identity().domain == (0, 1)
    assert pl.identity(None)(-7) == -7
    assert pl.constant("1/2", (2, 3)).values == (Fraction(1, 2), Fraction(1, 2))
    assert pl.relu() == pl.maximum(pl.identity(None), 0)


@given(scalars(min_value="1/9", max_value="8/9", field=pl.golden()))
def test_skew_and_truncated_tents_at_any_parameter(c):
    f, g = pl.skew_tent(c), pl.truncated_tent(c)
    for x in [*GRID, c, c / 2, 1 - c / 2]:
        assert f(x) == (x / c if x <= c else (1 - x) / (1 - c))
        assert g(x) == min(pl.tent()(x), c)
    assert (f.num_pieces, g.num_pieces, g.lap_number) == (2, 3, 2)


@pytest.mark.parametrize("domain", [(0, 1), ("-1/3", None), (None, 2), None])
def test_domains_of_simple_ones(domain):
    f, c = pl.identity(domain), pl.constant("-2/7", domain)
    low, high = domain or (None, None)
    ends = (float("-inf") if low is None else pl.rational(low), high or float("inf"))
    assert f.domain == c.domain == ends
    for x in (0, "1/2", 1):
        assert (f(x), c(x)) == (pl.rational(x), Fraction(-2, 7))
    assert f.num_pieces == c.num_pieces == 1
