"""Itineraries against laps found by hand, kneading sequences against nearby points."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import plsym as pl
from plsym import DomainError, Interval
from plsym.testing import self_maps

HALF = Fraction(1, 2)


def place(f, x):
    """Count the turning intervals left of x, by their definition."""
    count = Fraction(0)
    for part in f.turning_points:
        low, high = (part.lower, part.upper) if isinstance(part, Interval) else (part, part)
        if x > high:
            count += 1
        elif x >= low:
            count += HALF
    return count


@given(self_maps(), st.fractions(0, 1, max_denominator=40), st.integers(0, 8))
def test_itineraries(f, x, n):
    points = pl.orbit(f, x, n)
    assert list(pl.itinerary(f, x, n)) == [place(f, y) for y in points[:n]]


@given(self_maps(max_pieces=5), st.sampled_from([-1, 1]), st.integers(1, 6))
def test_kneading_sequences_are_limits(f, side, n):
    name = "right" if side > 0 else "left"
    for k, part in enumerate(f.turning_points):
        low, high = (part.lower, part.upper) if isinstance(part, Interval) else (part, part)
        c = high if side > 0 else low
        found = pl.kneading_sequence(f, k, n, side=name)
        # slopes are at most a few dozens, so 10^-40 stays far below all distances that matter
        near = c + side * Fraction(1, 10**40)
        assert found == pl.itinerary(f, near, n)
        assert found[0] == k + (side > 0)


def test_known_sequences():
    golden = pl.abs_map(pl.golden())
    right, left = (pl.kneading_sequence(golden, 0, 9, side=s) for s in ("right", "left"))
    # back at 0 from the left: slopes -, + carry the right side of -1 there
    assert right[1:] == left[1:] == (0, 1, 0, 0, 1, 0, 0, 1)
    # the peak of the tent goes to 1, then 0 for ever
    assert pl.kneading_sequence(pl.tent(), 0, 5) == (1, 1, 0, 0, 0)
    # the plateau of a truncated tent: from outside the neighbours still move
    f = pl.truncated_tent("6/7")
    assert pl.kneading_sequence(f, 0, 4, side="left")[0] == 0
    # its height 6/7 goes to 2/7, which goes to 4/7 on the edge of the plateau again
    assert pl.itinerary(f, "1/2", 5) == (HALF, 1, 0, HALF, 1)


@given(st.integers(2, 6).flatmap(lambda n: st.permutations(range(2, n + 1))))
def test_words_of_unimodal_cycles(rest):
    cycle = pl.Cycle.from_time_order((1, *rest))
    if not cycle.is_unimodal or not 1 < cycle.one_line.index(cycle.period) + 1 < cycle.period:
        return
    n = cycle.period
    found = pl.itinerary(cycle.map, n, n)
    letters = {0: "L", HALF: "C", 1: "R"}
    assert "".join(letters[s] for s in found) == cycle.word


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: pl.itinerary(pl.tent(), 2, 3), "outside the domain"),
        (lambda: pl.itinerary(2 * pl.tent(), 0, 3), "leaves its domain"),
        (lambda: pl.itinerary(pl.tent(), 0, -1), "number of symbols"),
        (lambda: pl.kneading_sequence(pl.tent(), 1, 3), "has 1 turning points"),
        (lambda: pl.kneading_sequence(pl.tent(), -1, 3), "does not exist"),
        (lambda: pl.kneading_sequence(pl.tent(), 0, 3, side="up"), "'up' is not known"),
        (lambda: pl.kneading_sequence(pl.identity(), 0, 3), "0 turning points"),
    ],
)
def test_bad_input(make, match):
    with pytest.raises(DomainError, match=match):
        make()
