"""Odd chaos: witnesses hold, force the period, and survive what they promise to survive."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import plsym as pl
from plsym import DomainError
from plsym.testing import self_maps


@settings(max_examples=60)
@given(self_maps(max_pieces=4), st.sampled_from([3, 5]))
def test_witnesses(f, n):
    found = pl.odd_chaos(f, n)
    grid = {Fraction(k, 60) for k in range(61)} | set(f.breakpoints)
    g = f.iterate(n)
    best = max(max(min(f(x) - x, x - g(x)), min(x - f(x), g(x) - x)) for x in grid)
    if found is None:
        assert best <= 0
        return
    assert found.margin >= best
    assert found.orbit == pl.orbit(f, found.point, n)
    first, last = found.orbit[1] - found.point, found.orbit[n] - found.point
    assert first * last < 0 and found.margin == min(abs(first), abs(last))
    assert n in pl.periods(f, n)


@settings(max_examples=40)
@given(self_maps(max_pieces=4), self_maps(max_pieces=6), st.fractions(0, 1))
def test_the_radius_is_safe(f, other, share):
    found = pl.odd_chaos(f, 3)
    if found is None:
        return
    # a convex combination is a self-map, and differs from f by at most the weight
    g = f + (other - f) * (found.radius * share)
    assert pl.distance(f, g) <= found.radius
    assert 3 in pl.periods(g, 3) or share == 1


@settings(max_examples=60)
@given(self_maps(max_pieces=4), self_maps(max_pieces=6), st.fractions(0, 1))
def test_li_yorke(f, other, share):
    found = pl.li_yorke(f)
    grid = {Fraction(k, 60) for k in range(61)} | set(f.breakpoints)
    margins = []
    for x in grid:
        a, b, c, d = pl.orbit(f, x, 3)
        margins += [min(b - a, c - b, a - d), min(a - b, b - c, d - a)]
    if found is None:
        assert max(margins) <= 0
        return
    assert found.margin >= max(margins) and found.margin > 0
    a, b, c, d = found.orbit
    assert found.margin == min(abs(b - a), abs(c - b), abs(a - d))
    g = f + (other - f) * (found.radius * share * Fraction(99, 100))
    a, b, c, d = pl.orbit(g, found.point, 3)
    assert d < a < b < c or d > a > b > c
    assert 3 in pl.periods(g, 3)


def test_a_rational_point_serves_an_irrational_map():
    f = pl.abs_map(pl.golden() + Fraction(1, 50))
    for found in (pl.odd_chaos(f, 3), pl.li_yorke(f), pl.odd_chaos(f, 5)):
        assert found is not None and isinstance(found.point, Fraction) and found.margin > 0


def test_known_witnesses():
    f = pl.abs_map("17/10")
    found = pl.odd_chaos(f, 3)
    # x = 3/5 is a witness, so the best one has at least its margin
    orbit = pl.orbit(f, "3/5", 3)
    assert orbit[1:] == (Fraction(1, 50), Fraction(-483, 500), Fraction(3211, 5000))
    assert found.margin >= min(orbit[0] - orbit[1], orbit[3] - orbit[0])
    assert 0 < found.radius < found.margin
    assert pl.odd_chaos(pl.abs_map("809/500"), 3) is None
    assert pl.odd_chaos(pl.abs_map("809/500"), 5).margin > 0
    # at the golden slope the 3-cycle of 0 is there without any margin
    assert pl.odd_chaos(pl.abs_map(pl.golden()), 3) is None
    assert pl.periodic_orbits(pl.abs_map(pl.golden()), 3)


@pytest.mark.parametrize("n", [1, 2, 4, 0, -3])
def test_bad_numbers(n):
    with pytest.raises(DomainError):
        pl.odd_chaos(pl.tent(), n)


def test_bad_maps():
    with pytest.raises(DomainError, match="restrict the domain"):
        pl.odd_chaos(pl.abs_map(2, None), 3)
    with pytest.raises(DomainError, match="leaves its domain"):
        pl.odd_chaos(2 * pl.tent(), 3)
    with pytest.raises(pl.BudgetExceeded):
        pl.odd_chaos(pl.tent(), 21, budget=pl.Budget(pieces=1000))
