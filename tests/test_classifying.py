"""Decisions of networks at points and along segments, against plain exact evaluation."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import plsym as pl
from plsym.errors import DomainError
from plsym.experiments.digits.classifying import accuracy, classes, decisions_along
from plsym.testing import networks, segments

several = networks(max_outputs=4, max_width=4).filter(lambda net: net.n_outputs > 1)


def first_largest(values: tuple[Fraction, ...]) -> int:
    return max(range(len(values)), key=lambda k: (values[k], -k))


@settings(max_examples=60)
@given(several, st.data())
def test_classes_are_those_of_exact_values(net: pl.ReLUNetwork, data: st.DataObject) -> None:
    # quarters meet many ties; thirds are rounded to doubles first, like any other
    number = st.sampled_from([i / 4 for i in range(-8, 9)] + [1 / 3, -2 / 3, 1e-300, 1e17])
    points = data.draw(
        st.lists(
            st.lists(number, min_size=net.n_inputs, max_size=net.n_inputs), min_size=1, max_size=5
        )
    )
    known = [first_largest(net([Fraction(v) for v in x])) for x in points]
    assert classes(net, points).tolist() == known
    assert accuracy(net, points, known) == 1


def test_leads_below_any_rounding_are_found() -> None:
    # 0.1 + 0.2 - 0.3 is 2^-55 in doubles' exact values, and -2^-54 or so in float sums
    first = [[1.0, 1.0, 1.0]], [0.0]
    net = pl.from_weights([first, ([[1.0], [0.0]], [0.0, 0.0])], activation="identity")
    x = np.array([[0.1, 0.2, -0.3], [0.1, 0.2, -0.30000000000000004], [0.25, 0.25, -0.5]])
    sums = [sum(Fraction(float(v)) for v in row) for row in x]
    assert [s > 0 for s in sums] == [True, False, False]
    assert classes(net, x).tolist() == [0 if s >= 0 else 1 for s in sums]
    # weights beyond the range of sums of doubles: no bound says anything, and still
    huge = pl.from_weights([([[1e308, 1e308], [1.0, 0.0]], None)])
    assert classes(huge, np.array([[1e308, -1e308], [1e300, 1e300]])).tolist() == [1, 0]


def test_bad_points_are_told() -> None:
    net = pl.random_network([2, 3, 2], seed=0)
    with pytest.raises(DomainError, match="rows of 2"):
        classes(net, [[1.0]])
    with pytest.raises(DomainError, match="two outputs"):
        classes(pl.random_network([2, 3, 1], seed=0), [[1.0, 2.0]])
    with pytest.raises(DomainError, match="two outputs"):
        decisions_along(pl.random_network([2, 3, 1], seed=0).along([0, 0], [1, 1]))
    golden = pl.from_weights([([[pl.golden()], [1]], None)])
    with pytest.raises(DomainError, match="rational"):
        classes(golden, [[1.0]])


@settings(max_examples=60)
@given(several, st.data())
def test_decisions_along_a_segment_are_those_of_its_points(
    net: pl.ReLUNetwork, data: st.DataObject
) -> None:
    p, q = data.draw(segments(net.n_inputs))
    found = decisions_along(net.along(p, q))
    starts = [d.start for d in found]
    assert starts[0] == 0 and all(a < b < 1 for a, b in pairwise(starts))
    assert all(a.winner != b.winner for a, b in pairwise(found))

    def values(t: Fraction) -> tuple[Fraction, ...]:
        return net([a + t * (b - a) for a, b in zip(p, q, strict=True)])

    for decision, end in zip(found, [*starts[1:], Fraction(1)], strict=True):
        # at the ends others may tie; inside, lines that meet meet at simpler fractions
        for share in (Fraction(0), Fraction(1)):
            at = values(decision.start + share * (end - decision.start))
            assert at[decision.winner] == max(at)
        for share in (Fraction(1, 20011), Fraction(10007, 20011), Fraction(20010, 20011)):
            at = values(decision.start + share * (end - decision.start))
            assert first_largest(at) == decision.winner
    # where two follow each other both are largest
    for before, after in pairwise(found):
        at = values(after.start)
        assert at[before.winner] == at[after.winner] == max(at)


def test_ties_and_touches_on_a_segment() -> None:
    # outputs |t - 1/2| and 0: they touch in the middle, and nobody takes over
    net = pl.from_weights([([[1], [-1]], ["-1/2", "1/2"]), ([[1, 1], [0, 0]], None)])
    assert [(d.start, d.winner) for d in decisions_along(net.along([0], [1]))] == [(0, 0)]
    # three lines that meet in one point: the steepest goes on
    fan = pl.from_weights([([[0], [1], [2]], [0, "-1/2", -1])])
    assert [(str(d.start), d.winner) for d in decisions_along(fan.along([0], [1]))] == [
        ("0", 0),
        ("1/2", 2),
    ]
    # equal outputs: the first
    equal = pl.from_weights([([[1], [1], [-1]], None)])
    assert [(str(d.start), d.winner) for d in decisions_along(equal.along([-1], [1]))] == [
        ("0", 2),
        ("1/2", 0),
    ]
