from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import plsym as pl
from plsym.dynamics.sharkovsky import sharkovsky_sorted

number = st.integers(1, 500)


def listed(bound):
    """The order written out: odd numbers, twice the odd numbers, ..., powers of two."""
    out, twos = [], 1
    while twos <= bound:
        out += [twos * odd for odd in range(3, bound + 1, 2) if twos * odd <= bound]
        twos *= 2
    while twos > 1:
        twos //= 2
        out += [twos]
    return out


def test_the_order_written_out():
    assert sharkovsky_sorted(range(1, 65)) == listed(64)


@given(number, number, number)
def test_a_total_order(a, b, c):
    before = pl.sharkovsky_precedes
    assert before(a, b) or before(b, a)
    assert before(a, a)
    if before(a, b) and before(b, a):
        assert a == b
    if before(a, b) and before(b, c):
        assert before(a, c)


@given(number, st.integers(1, 80))
def test_tails(m, bound):
    order = listed(512)
    tail = set(order[order.index(m) :])
    assert pl.forced_periods(m, bound) == tuple(n for n in range(1, bound + 1) if n in tail)


@pytest.mark.parametrize("p", [3, 5, 7, 9])
def test_maps_that_have_no_more_than_they_must(p):
    # the connect-the-dots map of the Stefan cycle of length p
    f = pl.stefan_map(p)
    have = tuple(n for n in range(1, 11) if pl.periodic_orbits(f, n))
    assert have == pl.forced_periods(p, 10)


def test_bad_input():
    for bad in (0, -2, 1.0, "3", True):
        with pytest.raises(pl.DomainError, match=r"integer|at least"):
            pl.sharkovsky_precedes(bad, 3)
        with pytest.raises(pl.DomainError, match="bound"):
            pl.forced_periods(3, bad)
