"""Cycles: names, shapes, counts and forcing, with published numbers."""

from __future__ import annotations

from fractions import Fraction
from math import factorial

import pytest
from hypothesis import given
from hypothesis import strategies as st

import plsym as pl
from plsym import Cycle, DomainError, cycles


@st.composite
def cyclic(draw, most=8):
    n = draw(st.integers(1, most))
    return Cycle.from_time_order((1, *draw(st.permutations(range(2, n + 1)))))


@given(cyclic(), st.integers(0, 7))
def test_names(c, start):
    n = c.period
    order = c.time_order
    assert [c.one_line[v - 1] for v in order] == [*order[1:], 1]
    turned = order[start % n :] + order[: start % n]
    assert Cycle.from_time_order(turned) == c
    points = [Fraction(v * v, 3) - 7 for v in turned]
    assert Cycle.from_points(points) == c
    assert c.reflection.reflection == c
    if c.is_unimodal:
        assert Cycle.from_word(c.word) == c
    else:
        assert c.word is None


@given(cyclic())
def test_reflections_have_the_same_growth(c):
    if c.period > 1:
        assert c.growth.exact == c.reflection.growth.exact
        assert c.is_stefan == c.reflection.is_stefan
        assert c.is_increasing == c.reflection.is_increasing
        assert c.block_structures == c.reflection.block_structures


@given(cyclic(6))
def test_doublings(c):
    d = c.doubling
    assert d.period == 2 * c.period
    assert c.period == 1 or d.has_block_structure(c.period)
    # doubling takes the root of the growth of what lies inside: nothing new grows
    if c.period > 1:
        assert d.growth.exact == c.growth.exact


def test_block_structures_against_their_definition():
    for c in cycles(6):
        for m in (2, 3):
            size = 6 // m
            runs = [set(range(k, k + size)) for k in range(1, 7, size)]
            images = [{c.one_line[v - 1] for v in run} for run in runs]
            assert c.has_block_structure(m) == all(image in runs for image in images)


def test_enumeration():
    for n in range(1, 7):
        found = list(cycles(n))
        assert len(found) == len(set(found)) == factorial(n - 1)
    # OEIS A000048
    unimodal = [sum(c.is_unimodal for c in cycles(n)) for n in range(1, 8)]
    assert unimodal == [1, 1, 1, 2, 3, 5, 9]
    assert [c.word for c in cycles(5) if c.is_unimodal] == ["RLLLC", "RLLRC", "RLRRC"]


def test_growth_of_all_cycles_of_a_length():
    # zero growth: 2^(2^k - k - 1) cycles of length 2^k
    assert [sum(c.growth.exact == 1 for c in cycles(n)) for n in (2, 4)] == [1, 2]
    largest = [max(c.growth.exact for c in cycles(n)) for n in (3, 4, 5, 6)]
    assert [round(float(s), 10) for s in largest] == [
        1.6180339887,
        2.4142135624,
        2.9562952015,
        3.5115471417,
    ]
    five = sorted(round(float(c.growth.exact), 4) for c in cycles(5) if c.is_unimodal)
    assert five == [1.5129, 1.7221, 1.9276]


@pytest.mark.parametrize("p", [3, 5, 7])
def test_shapes(p):
    stefan = Cycle.from_points(pl.orbit(pl.stefan_map(p), 1, p - 1))
    assert stefan.is_stefan and stefan.reflection.is_stefan
    step = Cycle((*range(2, p + 1), 1))
    assert step.is_increasing and step.is_stefan == (p == 3)
    # x^(p-1) - x^(p-2) - ... - 1 for the increasing cycle
    assert step.growth.minimal_polynomial == (*[-1] * (p - 1), 1)
    assert not any(c.is_stefan for c in cycles(4))


def test_forcing_is_a_partial_order():
    every = [c for n in range(1, 6) for c in cycles(n)]
    forced = {
        c: {Cycle((1,))} if c.period == 1 else {d for n in range(1, 6) for d in c.forced(n)}
        for c in every
    }
    # S. Baldwin (1987): antisymmetric and transitive; the number of pairs was computed once
    assert sum(map(len, forced.values())) == 339
    for c in every:
        assert c in forced[c]
        for d in forced[c]:
            assert forced[d] <= forced[c]
            assert c == d or c not in forced[d]
            if c.period > 1 and d.period > 1:
                assert d.growth.exact <= c.growth.exact


def test_forcing_respects_sharkovsky():
    for c in cycles(5):
        lengths = {n for n in range(1, 9) if c.forced(n)}
        assert lengths >= set(pl.forced_periods(5, 8))
    assert Cycle([2, 3, 1]).forces(Cycle([2, 1]))
    assert not Cycle([2, 1]).forces(Cycle([2, 3, 1]))
    assert Cycle([1]).forces(Cycle([1])) and not Cycle([1]).forces(Cycle([2, 1]))


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: Cycle([1, 2]), "several cycles"),
        (lambda: Cycle([2, 2]), "no permutation"),
        (lambda: Cycle([]), "no permutation"),
        (lambda: Cycle([0, 1]), "no permutation"),
        (lambda: Cycle([1.5]), "integers"),
        (lambda: Cycle.from_time_order([1, 3]), "each of the positions"),
        (lambda: Cycle.from_points([0, 1, 0]), "twice"),
        (lambda: Cycle.from_word("RL"), "kneading word"),
        (lambda: Cycle.from_word(""), "kneading word"),
        (lambda: Cycle.from_word("LRC"), "of no cycle"),
        (lambda: Cycle.from_word("XC"), "kneading word"),
        (lambda: Cycle([1]).map, "no dots"),
        (lambda: Cycle([2, 1]).has_block_structure(0), "at least 1"),
        (lambda: list(cycles(0)), "at least 1"),
    ],
)
def test_bad_input(make, match):
    with pytest.raises(DomainError, match=match):
        make()
