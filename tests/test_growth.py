"""Growth numbers against matrices, laps, and published values."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import plsym as pl
from plsym import DomainError
from plsym.dynamics.spectral import components, perron_bracket, perron_root
from plsym.testing import self_maps

GOLDEN = pl.golden()


def cover_matrix(cycle):
    """Which intervals between neighbours the map that joins the dots maps onto which."""
    n = len(cycle)
    a = np.zeros((n - 1, n - 1))
    for i in range(n - 1):
        low, high = sorted((cycle[i], cycle[i + 1]))
        a[i, low - 1 : high - 1] = 1
    return a


def cyclic(n):
    for rest in itertools.permutations(range(2, n + 1)):
        order = (1, *rest)
        image = dict(zip(order, (*rest, 1), strict=True))
        yield tuple(image[i] for i in range(1, n + 1))


@given(st.integers(3, 7).flatmap(lambda n: st.permutations(range(1, n + 1))))
def test_join_the_dots_against_the_cover_matrix(cycle):
    found = pl.growth(pl.connect_the_dots(*cycle))
    radius = max(abs(np.linalg.eigvals(cover_matrix(cycle))))
    assert found.exact is not None
    assert found.lower <= found.exact <= found.upper
    assert float(found.exact) == pytest.approx(max(radius, 1), abs=1e-6)


@settings(max_examples=40)
@given(self_maps(max_pieces=5), st.sampled_from(["1/10", "1/1000"]))
def test_brackets_hold_against_laps_and_slopes(f, width):
    try:
        found = pl.growth(f, width, budget=pl.Budget(pieces=400))
    except pl.BudgetExceeded as error:
        found = error.partial
    assert 1 <= found.lower <= found.upper
    # laps are submultiplicative, so s^n is at most the laps of f^n
    for n, laps in enumerate(pl.lap_numbers(f, 24), start=1):
        assert found.lower**n <= laps
    assert found.lower <= max(f.lipschitz, 1)
    least = min(abs(s) for s in f.slopes)
    if least > 1:
        assert found.upper >= least
    # a horseshoe of f^n bounds s from below: m crossings of [x, y] within [x, y]
    for n in (1, 2, 3):
        x, y = Fraction(1, 4), Fraction(3, 4)
        m = f.iterate(n).restrict(x, y).crossings(x, y)
        if m > 1:
            assert found.upper**n >= m


@settings(max_examples=25)
@given(self_maps(max_pieces=4))
def test_narrower_brackets_nest(f):
    def bracket(width):
        try:
            return pl.growth(f, width, budget=pl.Budget(pieces=300))
        except pl.BudgetExceeded as error:
            return error.partial

    wide, narrow = bracket("1/4"), bracket("1/10000")
    assert max(wide.lower, narrow.lower) <= min(wide.upper, narrow.upper)
    if wide.exact is not None and narrow.exact is not None:
        assert wide.exact == narrow.exact


def test_exact_values():
    assert pl.growth(pl.tent()).exact == 2
    assert pl.growth(pl.abs_map(GOLDEN)).exact == GOLDEN
    assert pl.growth(pl.abs_map("809/500")).exact == Fraction(809, 500)
    assert pl.growth(pl.abs_map("1/2")).exact == 1
    assert pl.growth(pl.identity()).exact == pl.growth(pl.constant("1/2")).exact == 1
    # slopes of one size on the line need not stretch anything: 2x has one lap for ever
    assert pl.growth(2 * pl.identity(None)).exact == 1
    assert pl.growth(pl.abs_map(2, None)).exact == 2


@pytest.mark.parametrize(
    ("p", "polynomial"),
    [
        (3, (-1, -1, 1)),
        (5, (-1, 1, -1, -1, 1)),
        (7, (-1, 0, -1, 1)),  # the supergolden ratio
        (9, (-1, 1, -1, 1, -1, 1, -1, -1, 1)),
    ],
)
def test_stefan_cycles(p, polynomial):
    # largest root of x^p - 2 x^(p-2) - 1
    found = pl.growth(pl.stefan_map(p))
    assert found.minimal_polynomial == polynomial
    s = found.exact
    assert s**p - 2 * s ** (p - 2) - 1 == 0


@pytest.mark.parametrize(
    ("height", "equation"),
    [
        ("4/5", lambda s: s - 1),
        ("14/17", lambda s: s - 1),
        ("212/257", lambda s: s - 1),
        ("6/7", lambda s: s * s - s - 1),
        ("26/31", lambda s: s**5 - 2 * s**3 - 1),
        ("52/63", lambda s: s**4 - s**2 - 1),
        ("1126/1365", lambda s: s**8 - s**4 - 1),
    ],
)
def test_truncated_tents(height, equation):
    # the least height at which a period occurs gives the least growth that it forces
    assert equation(pl.growth(pl.truncated_tent(height)).exact) == 0


@pytest.mark.parametrize(("n", "least"), [(3, 3), (5, 5), (6, 3), (7, 7)])
def test_least_growth_of_all_cycles_of_a_length(n, least):
    # L. Block, J. Guckenheimer, M. Misiurewicz, L.-S. Young (1980): rho_q^(1/2^d), n = 2^d q
    values = {pl.growth(pl.connect_the_dots(*c)).exact for c in cyclic(n)}
    s = min(values)
    s = s * s if n == 6 else s
    assert s**least - 2 * s ** (least - 2) - 1 == 0


def test_many_digits():
    f = pl.PiecewiseLinear([0, "3/10", "7/10", 1], ["1/10", "9/10", "1/5", "19/20"])
    found = pl.growth(f, "1e-40")
    assert found.exact is None and 0 < found.upper - found.lower <= Fraction(1, 10**40)
    assert pl.growth(f, "1e-12").lower <= found.lower


def test_a_budget_carries_the_bracket():
    f = pl.PiecewiseLinear([0, "3/10", "7/10", 1], ["1/10", "9/10", "1/5", "19/20"])
    with pytest.raises(pl.BudgetExceeded, match="growth number") as caught:
        pl.growth(f, "1e-60", budget=pl.Budget(pieces=50))
    assert 2 < caught.value.partial.lower < caught.value.partial.upper < Fraction(22, 10)


def test_bad_input():
    with pytest.raises(DomainError, match="leaves its domain"):
        pl.growth(2 * pl.tent())
    with pytest.raises(DomainError, match="positive"):
        pl.growth(pl.tent(), 0)
    with pytest.raises(pl.InexactInputError):
        pl.growth(pl.tent(), 1e-6)


@given(
    st.integers(1, 5).flatmap(
        lambda n: st.lists(
            st.lists(st.integers(0, 3), min_size=n, max_size=n), min_size=n, max_size=n
        )
    )
)
def test_radii_of_random_matrices(rows):
    graph = [{j: c for j, c in enumerate(row) if c} for row in rows]
    parts = components(graph)
    radius = max(abs(np.linalg.eigvals(np.array(rows, dtype=float))))
    roots = [perron_root(part) for part in parts]
    best = max(roots, default=Fraction(0))
    assert float(best) == pytest.approx(radius, abs=1e-4)
    for part, root in zip(parts, roots, strict=True):
        low, high, vector = perron_bracket(part, Fraction(1, 10**9))
        assert low <= root <= high and high - low <= Fraction(1, 10**9)
        assert min(vector) > 0
