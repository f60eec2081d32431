"""Growth numbers and periods against quite other methods: laps, horseshoes, kneading, lists.

Figures are from the reference on dynamics of the literature: Block, Guckenheimer,
Misiurewicz and Young (least growth of cycles), Chatziafratis, Nagarajan and Panageas
(the tight family), Milnor and Thurston (the kneading determinant).
"""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import plsym as pl
from plsym.testing import self_maps

BIMODAL = pl.PiecewiseLinear([0, "3/10", "7/10", 1], ["1/10", "9/10", "1/5", "19/20"])


def bracket(f, width="1/1000"):
    try:
        return pl.growth(f, width, budget=pl.Budget(seconds=1))
    except pl.BudgetExceeded as error:
        return error.partial


@given(self_maps(max_pieces=5), st.integers(1, 12))
def test_no_power_of_the_bound_exceeds_the_laps(f, n):
    """The laps of f^n number at least s^n, for all n (Misiurewicz and Szlenk)."""
    found = bracket(f)
    assert found.lower**n <= pl.lap_numbers(f, n)[-1]
    # and at most as many as pieces in all, so the slope of their logarithms is near
    few, many = pl.lap_numbers(f, 300)[149], pl.lap_numbers(f, 300)[-1]
    slope = math.exp((math.log(many) - math.log(few)) / 150)
    assert float(found.lower) - 0.05 < slope < float(found.upper) + 0.05


@given(self_maps(max_pieces=4), st.integers(1, 5), st.data())
def test_horseshoes_are_below_the_upper_bound(f, n, data):
    """m alternations of f^n on an interval between its ends prove growth m^(1/n)."""
    g = f.iterate(n)
    ends = sorted(data.draw(st.lists(st.sampled_from(g.breakpoints), min_size=2, max_size=2)))
    if ends[0] == ends[1]:
        return
    branches = g.restrict(*ends).crossings(*ends)
    assert bracket(f).upper ** n >= branches


@settings(max_examples=30)
@given(self_maps(max_pieces=4))
def test_brackets_nest(f):
    wide, narrow = bracket(f, "1/10"), bracket(f, "1/100000")
    assert wide.lower <= narrow.upper and narrow.lower <= wide.upper
    assert narrow.upper - narrow.lower <= Fraction(1, 100000) or narrow.exact is None
    if narrow.exact is not None:
        assert wide.lower <= narrow.exact <= wide.upper


@pytest.mark.parametrize(
    "f",
    [
        pl.skew_tent("2/5").clip(0, "19/20"),
        pl.PiecewiseLinear([0, "2/5", 1], ["1/7", "13/14", "1/11"]),
        pl.PiecewiseLinear([0, "1/2", 1], ["1/3", "9/10", "1/50"]),
        pl.PiecewiseLinear([0, "9/20", "11/20", 1], [0, "9/10", "17/20", "1/100"]),
    ],
)
def test_the_kneading_determinant_vanishes_at_the_growth_number(f):
    """Milnor and Thurston: 1/s is the least zero of sum theta_n t^n for a unimodal map."""
    found = pl.growth(f, "1e-20")
    assert found.lower > 1
    peak = next(x for x, y in zip(f.breakpoints, f.values, strict=True) if y == f.image[1])
    theta, sign, point = [], 1, f(peak)
    for _ in range(200):
        theta.append(sign)
        sign *= 0 if point == peak else (1 if point < peak else -1)
        point = f(point)
    for end in (found.lower, found.upper):
        t = 1 / end
        series = sum(c * t**n for n, c in enumerate(theta))
        rest = t ** len(theta) / (1 - t) if sign else 0
        # the bracket is narrow, and the derivative of the sum is at most 1 / (1 - t)^2
        slack = rest + (found.upper - found.lower) / (1 - t) ** 2
        assert abs(series) <= slack


def test_the_kneading_matrix_agrees_with_iteration():
    """The fast vectors and the slow ones bracket one number, to a hundred digits."""
    from plsym.dynamics import spectral

    fast = pl.growth(BIMODAL, "1e-100")
    slow = pl.growth(BIMODAL, "1e-12")
    assert slow.lower <= fast.lower < fast.upper <= slow.upper
    assert fast.upper - fast.lower <= Fraction(1, 10**100)
    rows = (((0, 1), (1, 1)), ((0, 1), (2, 1)), ((0, 1),))
    part = spectral.Component((0, 1, 2), rows)
    vector = spectral.perron_vector(part, 200)
    images = [sum(count * vector[j] for j, count in row) for row in rows]
    ratios = [Fraction(w, v) for w, v in zip(images, vector, strict=True)]
    root = pl.algebraic([-1, -1, -1, 1])
    assert min(ratios) <= root <= max(ratios)
    assert max(ratios) - min(ratios) < Fraction(1, 2**190)


@pytest.mark.parametrize("p", [3, 5, 7, 9, 11])
def test_the_tight_family(p):
    """abs_map(rho_p) has the Stefan cycle of 0, of period p exactly, and no earlier period."""
    rho = pl.algebraic([-1, *[0] * (p - 3), -2, 0, 1], near=2)
    assert (
        rho.minimal_polynomial
        == {
            3: (-1, -1, 1),
            5: (-1, 1, -1, -1, 1),
            7: (-1, 0, -1, 1),
            9: (-1, 1, -1, 1, -1, 1, -1, -1, 1),
            11: rho.minimal_polynomial,
        }[p]
    )
    f = pl.abs_map(rho)
    assert pl.least_period(f, 0, p) == p
    cycle = pl.Cycle.from_points(pl.orbit(f, 0, p - 1))
    assert cycle.is_stefan
    assert p in pl.periods(f, p) and (p == 3 or p - 2 not in pl.periods(f, p - 2))
    assert pl.check(pl.certify.eventual_period(f, 0))
    assert pl.growth(f).exact == rho


def test_cycles_of_the_tent_and_of_the_golden_map():
    assert [len(pl.periodic_orbits(pl.tent(), n)) for n in range(1, 11)] == [
        *(2, 1, 2, 3, 6, 9, 18, 30, 56, 99)
    ]
    core = pl.abs_map(pl.golden()).restrict(-1, 1 / pl.golden())
    assert [len(pl.periodic_orbits(core, n)) for n in range(1, 11)] == [
        *(1, 1, 1, 1, 2, 2, 4, 5, 8, 11)
    ]


def test_the_least_growth_of_cycles():
    least = {}
    for n in (3, 5, 6, 7):
        least[n] = round(min(float(c.growth.upper) for c in pl.cycles(n)), 6)
    assert least == {3: 1.618034, 5: 1.512876, 6: 1.27202, 7: 1.465571}
