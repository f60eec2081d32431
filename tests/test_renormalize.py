"""Doublings, growth numbers near 1, and the degree of laps that grow like a polynomial."""

from __future__ import annotations

from fractions import Fraction

import brute_iterates as brute
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import plsym as pl
from plsym.dynamics.renormalize import Trim
from plsym.testing import self_maps


def doubled(g):
    """[0, 1] and [2, 3] change places; the second iterate on [0, 1] is g."""
    xs = [0, 1, *(x + 2 for x in g.breakpoints)]
    return pl.PiecewiseLinear(xs, [2, 3, *g.values])


@given(self_maps(max_pieces=4))
@settings(max_examples=60)
def test_growth_of_doubled_maps(g):
    budget = pl.Budget(seconds=2)
    bounds = []
    for f in (g, doubled(g), doubled(doubled(g) * Fraction(1, 3) @ (3 * pl.identity((0, 1))))):
        try:
            bounds.append(pl.growth(f, "1/1000", budget=budget))
        except pl.BudgetExceeded as error:
            bounds.append(error.partial)
    one, two, four = bounds
    assert two.doublings >= 1 or two.exact is not None or two.upper > 1
    assert two.lower**2 <= one.upper and one.lower <= two.upper**2
    assert four.lower**4 <= one.upper and one.lower <= four.upper**4
    if isinstance(one.exact, Fraction) and isinstance(two.exact, Fraction):
        assert two.exact**2 == one.exact


@given(self_maps(max_pieces=4), st.sampled_from([(3, 0), (5, 0), (7, 0), (3, 1), (5, 1), (3, 2)]))
def test_no_odd_periods_after_doublings(f, period):
    odd, twos = period
    for g in (f, doubled(f)):
        if twos < pl.renormalize(g, 3).level:
            assert not pl.periodic_orbits(g, odd << twos)


def test_the_map_on_the_last_half():
    f = pl.connect_the_dots(5, 6, 7, 8, 2, 4, 1, 3)
    half = pl.renormalize(f)
    assert half.level == 1
    low, high = half.map.domain
    assert half.map == f.iterate(2).restrict(low, high)
    assert pl.growth(f).minimal_polynomial == (-1, 0, -2, 0, 1)  # sqrt(1 + sqrt(2))


def test_trims():
    half = pl.renormalize(pl.truncated_tent("14/17"))
    assert half.doublings[0].trims == (Trim("image"), Trim("left", Fraction(2, 3)))
    mirrored = 1 - pl.truncated_tent("14/17") @ (1 - pl.identity((0, 1)))
    assert pl.renormalize(mirrored).level == 2
    assert "right" in {t.how for t in pl.renormalize(mirrored).doublings[0].trims}


def test_growth_near_one():
    """Two maps that the graphs alone decide slowly: both grow, but little."""
    f = pl.PiecewiseLinear([0, "3/7", "5/7", 1], ["9/11", "6/11", "1/11", "6/11"])
    found = pl.growth(f)
    assert found.exact == pl.sqrt(10) * Fraction(7, 22) and found.doublings == 6
    g = pl.PiecewiseLinear([0, "1/5", "23/30", 1], ["13/15", "14/15", "1/10", "13/30"])
    bracket = pl.growth(g, "1e-20")
    assert bracket.doublings == 8 and 1 < bracket.lower < bracket.upper < Fraction(1003, 1000)
    for h, low, high in ((f, found.lower, found.upper), (g, bracket.lower, bracket.upper)):
        laps = pl.lap_numbers(h, 64)
        assert all(low**n <= k for n, k in enumerate(laps, 1))
        assert high**64 < laps[-1]  # the laps grow faster at first, like a polynomial


@pytest.mark.parametrize(
    ("height", "degree", "laps"),
    [
        ("4/5", 1, [2 * n for n in range(1, 13)]),
        ("14/17", 2, [n * n - n + 2 for n in range(1, 13)]),
        ("212/257", 3, [2, 4, 8, 14, 24, 38, 58, 84, 118, 160, 212, 274]),
    ],
)
def test_laps_of_truncated_tents(height, degree, laps):
    """theory_dynamics B18: growth number 1, laps of polynomial degree 1, 2, 3."""
    f = pl.truncated_tent(height)
    assert list(pl.lap_numbers(f, 12)) == laps
    assert pl.growth(f).exact == 1
    assert pl.lap_degree(f) == degree == pl.renormalize(f).level
    plain = brute.canonical((f.breakpoints, f.values, None, None))
    assert [brute.laps(g) for g in brute.iterates(plain, 5)] == laps[:5]


@given(self_maps(max_pieces=4))
def test_degrees_against_laps(f):
    degree = pl.lap_degree(f, up_to=60)
    if degree is None:
        return
    assert pl.growth(f, "1/100").exact == 1
    laps = pl.lap_numbers(f, 384)
    # n^d with a factor between two constants: doubling n multiplies by about 2^d
    assert 2.0 ** (degree - 0.5) < laps[-1] / laps[191] < 2.0 ** (degree + 0.5)


def test_bad_input():
    with pytest.raises(pl.DomainError, match="bounded"):
        pl.renormalize(pl.identity(None))
    with pytest.raises(pl.DomainError, match="bounded"):
        pl.lap_degree(pl.identity(None))
    with pytest.raises(pl.DomainError, match="leaves its domain"):
        pl.renormalize(2 * pl.identity((0, 1)))
    assert pl.renormalize(pl.constant("1/2", (0, 1))).level == 1
    assert pl.renormalize(pl.identity((0, 1))).level == 0
