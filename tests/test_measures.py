"""Integrals and distances against sums over cells on which everything has one sign."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import piecewise_oracle as oracle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pl_models import functions, pairs, samples, value

import plsym as pl
from plsym import DomainError, Enclosure, Interval, Polynomial
from plsym.testing import piecewise_linear_functions, scalars

UNIT = (0, 1)
pl_on_unit = piecewise_linear_functions(domain=UNIT)


def cells(f, g):
    """Intervals on which f and g are affine and f - g keeps its sign."""
    marks = sorted({*f.breakpoints, *g.breakpoints})
    out = []
    for a, b in pairwise(marks):
        u, v = value(f, a) - value(g, a), value(f, b) - value(g, b)
        cut = [a + u * (b - a) / (u - v)] if u * v < 0 else []
        out += pairwise([a, *cut, b])
    return out


def simpson(h, a, b):
    """Exact for polynomials of degree 3."""
    return (b - a) * (h(a) + 4 * h((a + b) / 2) + h(b)) / 6


@given(st.data())
def test_integral_variation_lipschitz(data):
    f = data.draw(piecewise_linear_functions())
    marks = list(f.breakpoints)
    assert f.integral() == sum(simpson(lambda x: value(f, x), a, b) for a, b in pairwise(marks))
    steps = [(value(f, b) - value(f, a), b - a) for a, b in pairwise(samples(f))]
    assert f.variation == sum(abs(dy) for dy, _ in steps)
    assert f.lipschitz == max(abs(dy / dx) for dy, dx in steps)
    a, b = (data.draw(st.sampled_from(samples(f))) for _ in range(2))
    if a < b:
        assert f.integral(a, b) == f.restrict(a, b).integral() == -f.integral(b, a)
    assert f.integral(a, a) == 0


@given(functions())
def test_image(f):
    low, high = f.image
    values = [value(f, x) for x in samples(f)]
    assert all(low <= v <= high for v in values)
    if not isinstance(low, float):
        assert low in values
    if not isinstance(high, float):
        assert high in values


@given(pl_on_unit, pl_on_unit)
def test_distances_of_two_functions(f, g):
    def gap(x):
        return abs(value(f, x) - value(g, x))

    parts = cells(f, g)
    assert pl.distance(f, g, norm="L1") == sum(simpson(gap, a, b) for a, b in parts)
    assert pl.distance(f, g) == max(gap(x) for part in parts for x in part)
    square = pl.distance(f, g, norm="L2") ** 2
    assert square == sum(simpson(lambda x: gap(x) ** 2, a, b) for a, b in parts)
    assert pl.distance(f, f, norm="L2") == pl.distance(f, f, norm="L1") == 0


@given(pairs())
def test_distances_on_any_domain(fg):
    f, g = fg
    low, high = f.domain
    if isinstance(low, float) or isinstance(high, float):
        ends = [h.slopes[i] for h in fg for i, e in ((0, low), (-1, high)) if isinstance(e, float)]
        if all(s == 0 for s in ends):
            assert pl.distance(f, g) == max(abs(value(f, x) - value(g, x)) for x in samples(f, g))
        return
    assert pl.distance(f, g) == max(abs(value(f, x) - value(g, x)) for x in samples(f, g))
    assert pl.distance(f, g, norm="L1") == abs(f - g).integral()


@given(pl_on_unit, pl_on_unit, scalars(min_value=-2, max_value=2))
def test_classification_error(f, g, z):
    marks = sorted(
        {
            *f.breakpoints,
            *g.breakpoints,
            *(
                x
                for h in (f, g)
                for part in h.preimage(z)
                for x in ((part.lower, part.upper) if isinstance(part, Interval) else (part,))
            ),
        }
    )
    expected = sum(
        b - a
        for a, b in pairwise(marks)
        if (value(f, (a + b) / 2) >= z) != (value(g, (a + b) / 2) >= z)
    )
    assert pl.classification_error(f, g, z) == expected
    assert pl.classification_error(g, f, z) == expected
    assert pl.classification_error(f, f, z) == 0


# ------------------------------------------------------------------ distance to polynomials


@pytest.mark.parametrize("m", [1, 2, 3, 4])
def test_approximations_of_the_square(m):
    # D. Yarotsky, "Error bounds for approximations with deep ReLU networks", section 3.1
    f = pl.identity(UNIT)
    for s in range(1, m + 1):
        f = f - pl.tent().iterate(s) / 4**s
    square = Polynomial([0, 0, 1])
    assert pl.distance(f, square) == Fraction(1, 4 ** (m + 1))
    assert pl.distance(f, square, norm="L1") == Fraction(1, 6 * 4**m)


def sampled(f, p, steps=240):
    grid = sorted({*f.breakpoints, *(Fraction(k, steps) for k in range(steps + 1))})
    return [(x, abs(value(f, x) - p(x))) for x in grid]


def slope_bound(f, p):
    return f.lipschitz + sum(abs(c) * i for i, c in enumerate(p.coefficients))


rational_polynomials = st.lists(st.fractions(-2, 2, max_denominator=6), min_size=3, max_size=4).map(
    Polynomial
)


@settings(max_examples=40)
@given(pl_on_unit, rational_polynomials)
def test_distance_to_a_polynomial_lies_in_rigorous_bounds(f, p):
    points = sampled(f, p)
    bound = slope_bound(f, p)
    width = max(b[0] - a[0] for a, b in pairwise(points))
    largest = max(v for _, v in points)
    sup = pl.distance(f, p)
    assert largest <= sup <= largest + bound * width
    # |f - p| is Lipschitz, so trapezia are off by at most bound * h^2 / 2 each
    rule = sum((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in pairwise(points))
    slack = sum(bound * (b[0] - a[0]) ** 2 / 2 for a, b in pairwise(points))
    area = pl.distance(f, p, norm="L1")
    if isinstance(area, Enclosure):
        assert area.width <= Fraction(1, 10**12)
        assert rule - slack <= area.upper and area.lower <= rule + slack
    else:
        assert rule - slack <= area <= rule + slack


@settings(max_examples=40)
@given(pl_on_unit, rational_polynomials)
def test_square_distance_to_a_polynomial(f, p):
    # degree at most 6 on each piece: Boole's rule with the next order is exact
    def boole(a, b):
        weights = (41, 216, 27, 272, 27, 216, 41)
        h = [(value(f, x) - p(x)) ** 2 for x in (a + (b - a) * Fraction(k, 6) for k in range(7))]
        return (b - a) * sum(w * v for w, v in zip(weights, h, strict=True)) / 840

    expected = sum(boole(a, b) for a, b in pairwise(f.breakpoints))
    assert pl.distance(f, p, norm="L2") ** 2 == expected


def test_a_polynomial_of_degree_one_is_a_function():
    assert pl.distance(pl.identity(UNIT), Polynomial([0, 1]), norm="L2") == 0
    assert pl.distance(pl.tent(), Polynomial([1])) == 1


def test_supremum_at_an_irrational_point():
    # |x^3 - x| on [0, 1] is largest at 1/sqrt(3), where it is 2 sqrt(3) / 9
    f = pl.identity(UNIT)
    assert pl.distance(f, Polynomial([0, 0, 0, 1])) == 2 * pl.sqrt(3) / 9
    # x^2 = 1/2 at 1/sqrt(2); the two areas add up to (2 sqrt(2) - 1) / 6
    area = pl.distance(pl.constant("1/2", UNIT), Polynomial([0, 0, 1]), norm="L1")
    assert area == (2 * pl.sqrt(2) - 1) / 6


def test_several_fields_give_an_enclosure():
    # sign changes at sqrt(1/2) and sqrt(1/3), on two pieces
    f = pl.PiecewiseLinear([0, "13/20", "7/10", 1], ["1/3", "1/3", "1/2", "1/2"])
    area = pl.distance(f, Polynomial([0, 0, 1]), norm="L1")
    assert isinstance(area, Enclosure) and area.width <= Fraction(1, 10**12)
    fine = sampled(f, Polynomial([0, 0, 1]), 20000)
    rule = sum((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in pairwise(fine))
    assert abs(area.lower - rule) < Fraction(1, 10**7)


@pytest.mark.parametrize("norm", ["L1", "L2", "Linf"])
def test_infinite_distances(norm):
    with pytest.raises(DomainError, match="infinite"):
        pl.distance(pl.relu(), pl.identity(None), norm=norm)
    with pytest.raises(DomainError, match="bounded"):
        pl.distance(pl.relu(), Polynomial([0, 0, 1]), norm=norm)


def test_bad_input():
    with pytest.raises(DomainError, match="'sup' is not known"):
        pl.distance(pl.tent(), 0, norm="sup")  # type: ignore[arg-type]
    with pytest.raises(DomainError, match="bounded"):
        pl.classification_error(pl.relu(), 0)
    with pytest.raises(pl.InexactInputError):
        pl.distance(pl.tent(), 0.5)
    with pytest.raises(DomainError, match="no coefficients"):
        Polynomial([])
    with pytest.raises(pl.FieldMismatchError, match="rational"):
        pl.distance(pl.tent() * pl.golden(), Polynomial([0, 0, 1]), norm="L1")


@given(oracle.twins())
def test_distances_of_degenerate_pairs(gh):
    """On any domain, over both fields: summed over cells where the difference has one sign."""
    g, h = gh
    f, k = g.function(), h.function()
    rows = [(x, oracle.value(g, x) - oracle.value(h, x)) for x in oracle.merged(g, h)]
    tails = [
        (s, t, end) for s, t, end in ((g.left, h.left, 0), (g.right, h.right, -1)) if s is not None
    ]
    steady = all(s == t for s, t, _ in tails)
    vanish = steady and all(rows[end][1] == 0 for _, _, end in tails)
    sums = {"L1": 0, "L2": 0}
    for (a, u), (b, v) in pairwise(rows):
        sums["L1"] += (b - a) * abs(u + v) / 2
        sums["L2"] += (b - a) * (u * u + u * v + v * v) / 3
    for norm, finite in (("L1", vanish), ("L2", vanish), ("Linf", steady)):
        if not finite:
            with pytest.raises(DomainError, match="infinite"):
                pl.distance(f, k, norm=norm)
        elif norm == "Linf":
            assert pl.distance(f, k) == max(abs(u) for _, u in rows)
        else:
            assert pl.distance(f, k, norm=norm) ** (1 if norm == "L1" else 2) == sums[norm]


def test_integrals_over_a_point():
    f = pl.tent()
    assert f.integral(1) == f.integral(None, 0) == f.integral("1/2", "1/2") == 0
    for ends in ((2, 2), (2, None), (None, -1)):
        with pytest.raises(DomainError, match="domain"):
            f.integral(*ends)
