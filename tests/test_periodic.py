"""Periodic points against fixed points of the built iterate, and published counts."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import plsym as pl
from plsym import DomainError, Interval
from plsym.testing import self_maps

GOLDEN = pl.golden()


def divisors(n):
    return [d for d in range(1, n) if n % d == 0]


def brute(f, n):
    """Isolated points of least period n, and the intervals of fixed points of f^n."""
    parts = f.iterate(n).fixed_points()
    points = [p for p in parts if not isinstance(p, Interval)]
    families = [p for p in parts if isinstance(p, Interval)]
    least = [p for p in points if all(f.iterate(d)(p) != p for d in divisors(n))]
    return set(least), families


@settings(max_examples=60)
@given(self_maps(), st.integers(1, 5))
def test_against_the_built_iterate(f, n):
    found = pl.periodic_orbits(f, n)
    listed = [x for orbit in found for x in orbit.points]
    assert len(listed) == len(set(listed)) == n * len(found)
    for orbit in found:
        assert orbit.period == n == pl.least_period(f, orbit.point, n)
        assert orbit.points[0] == min(orbit.points)
        assert [f(x) for x in orbit.points] == [*orbit.points[1:], orbit.points[0]]
    isolated, intervals = brute(f, n)
    outside = {x for x in listed if not any(x in part for part in intervals)}
    assert outside == isolated
    # every interval of fixed points of f^n that is not made of shorter cycles is covered
    g = f.iterate(n)
    for family in found.families:
        low, high = family.interval.lower, family.interval.upper
        for x in (low + (high - low) * Fraction(k, 7) for k in range(1, 7)):
            assert g(x) == x and pl.least_period(f, x, n) == n
    for part in intervals:
        for k in range(1, 12):
            x = part.lower + (part.upper - part.lower) * Fraction(k, 12)
            if pl.least_period(f, x, n) == n:
                cycle = pl.orbit(f, x, n - 1)
                ends = [e for m in found.families for e in (m.interval.lower, m.interval.upper)]
                covered = any(y in m.interval for m in found.families for y in cycle)
                assert covered or x in listed or any(y in ends for y in cycle)


@settings(max_examples=30)
@given(self_maps(field=GOLDEN, max_pieces=4), st.integers(1, 3))
def test_over_a_number_field(f, n):
    found = pl.periodic_orbits(f, n)
    isolated, intervals = brute(f, n)
    listed = {x for orbit in found for x in orbit.points}
    assert {x for x in listed if not any(x in part for part in intervals)} == isolated


def counts(f, up_to):
    return [len(pl.periodic_orbits(f, n)) for n in range(1, up_to + 1)]


def test_published_counts():
    # OEIS A001037 and A006206
    assert counts(pl.tent(), 10) == [2, 1, 2, 3, 6, 9, 18, 30, 56, 99]
    core = pl.abs_map(GOLDEN).restrict(-1, GOLDEN - 1)
    assert counts(core, 12) == [1, 1, 1, 1, 2, 2, 4, 5, 8, 11, 18, 25]


@pytest.mark.parametrize(
    ("slope", "periods"),
    [
        ("3/2", [1, 2, 4, 6, 7, 8, 9, 10, 11]),
        ("29/20", [1, 2, 4, 6, 8, 9, 10, 11]),
        ("7/5", [1, 2, 4, 6, 8, 10]),
        ("5/4", [1, 2, 4, 8, 10]),
        ("11/10", [1, 2, 4, 8]),
        ("1", [1, 2]),
        ("8/5", [1, 2, 4, 5, 6, 7, 8, 9, 10, 11]),
        ("809/500", [1, 2, 4, 5, 6, 7, 8, 9, 10, 11]),
    ],
)
def test_period_sets_of_a_family(slope, periods):
    f = pl.abs_map(slope)
    assert [n for n in range(1, 12) if pl.periodic_orbits(f, n)] == periods


def test_three_cycles_around_the_golden_slope():
    assert not pl.periodic_orbits(pl.abs_map("809/500"), 3)
    first, second = pl.periodic_orbits(pl.abs_map("13/8"), 3)
    assert sorted(first.points) == [Fraction(-2696, 2709), Fraction(8, 2709), Fraction(1672, 2709)]
    assert sorted(second.points) == [
        Fraction(-1672, 1685),
        Fraction(-8, 1685),
        Fraction(1032, 1685),
    ]


def test_intervals_of_cycles():
    flip = pl.PiecewiseLinear([0, 1], [1, 0])
    (centre,) = pl.periodic_orbits(flip, 1)
    assert centre.point == Fraction(1, 2) and centre.multiplier == -1
    (family,) = pl.periodic_orbits(flip, 2).families
    assert family.interval == Interval(Fraction(1, 2), Fraction(1)) and family.multiplier == -1
    assert not pl.periodic_orbits(flip, 4)
    (whole,) = pl.periodic_orbits(pl.identity(), 1).families
    assert whole.interval == Interval(Fraction(0), Fraction(1)) and whole.multiplier == 1
    f = pl.connect_the_dots(3, 4, 2, 1)
    assert [o.points for o in pl.periodic_orbits(f, 2)] == [(Fraction(3, 2), Fraction(7, 2))]
    assert pl.periodic_orbits(f, 4).families


def test_orbits_on_plateaus_and_knots():
    f = pl.truncated_tent("6/7")  # its top is the largest point of a 3-cycle of the tent
    cycles = [o.points for o in pl.periodic_orbits(f, 3)]
    assert cycles == [(Fraction(2, 7), Fraction(4, 7), Fraction(6, 7))]
    assert pl.periodic_orbits(f, 3).orbits[0].multiplier is None
    assert counts(pl.constant("1/2"), 3) == [1, 0, 0]


def test_budgets_carry_what_was_found():
    with pytest.raises(pl.BudgetExceeded, match="period 16") as caught:
        pl.periodic_orbits(pl.tent(), 16, budget=pl.Budget(pieces=2000))
    partial = caught.value.partial
    assert 0 < len(partial) < 4080
    assert all(pl.least_period(pl.tent(), o.point, 16) == 16 for o in partial)


def test_orbits():
    f = pl.tent()
    assert pl.orbit(f, "1/3", 2) == (Fraction(1, 3), Fraction(2, 3), Fraction(2, 3))
    assert pl.orbit(f, 0, 0) == (0,)
    found = pl.eventual_period(f, "1/12")
    assert (found.preperiod, found.period, found.cycle) == (3, 1, (Fraction(2, 3),))
    assert pl.eventual_period(pl.abs_map("809/500"), 0, up_to=200) is None
    assert pl.least_period(f, "1/3", 20) is None
    golden = pl.eventual_period(pl.abs_map(GOLDEN), 0)
    assert (golden.preperiod, golden.period) == (0, 3)


@settings(max_examples=40)
@given(self_maps(), st.fractions(0, 1, max_denominator=6))
def test_eventual_periods(f, x):
    found = pl.eventual_period(f, x, up_to=12)
    points = list(pl.orbit(f, x, 24))
    if found is None:
        assert len(set(points[:13])) == 13
        return
    k, p = found.preperiod, found.period
    assert tuple(points[k : k + p]) == found.cycle and points[k + p] == points[k]
    assert len(set(points[: k + p])) == k + p


@pytest.mark.parametrize("bad", [0, -1, 1.5, "3", True, None])
def test_periods_are_positive_integers(bad):
    with pytest.raises(DomainError, match="period"):
        pl.periodic_orbits(pl.tent(), bad)


def test_bad_maps_and_points():
    with pytest.raises(DomainError, match="leaves its domain"):
        pl.periodic_orbits(2 * pl.tent(), 2)
    with pytest.raises(DomainError, match="after 1 steps"):
        pl.orbit(2 * pl.tent(), "1/2", 3)
    with pytest.raises(DomainError, match="outside the domain"):
        pl.orbit(pl.tent(), 2, 1)
