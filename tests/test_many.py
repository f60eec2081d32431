"""Pieces of many networks at once, against one network at a time."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import plsym as pl
from plsym.errors import DomainError
from plsym.networks.many import piece_counts

F = Fraction


def one_by_one(layers, a, b):
    count = len(layers[0][0])
    nets = [
        pl.from_weights([(w[i], None if v is None else v[i]) for w, v in layers])
        for i in range(count)
    ]
    return tuple(net.to_piecewise(a, b).num_pieces for net in nets)


@st.composite
def batches(draw):
    """Small weights of few kinds, so that signs, places and slopes coincide all the time."""
    depth, count = draw(st.integers(0, 3)), draw(st.integers(1, 6))
    widths = [1, *(draw(st.integers(1, 4)) for _ in range(depth)), 1]
    pool = draw(
        st.sampled_from(
            [
                [-1.0, 0.0, 1.0],
                [-2.0, -0.5, 0.0, 0.5, 1.0, 3.0],
                [0.1, -0.3, 1 / 3, 0.7, -1.1],
                [1.0, 1.0 + 2.0**-52, -1.0, 0.5, 0.5 + 2.0**-53],
                [2.0**-300, -(2.0**-290), 1.0, -1.0, 0.0],
                [2.0**290, -1.0, 1.0, 2.0**-100],
            ]
        )
    )
    source = np.random.default_rng(draw(st.integers(0, 2**32)))
    return [
        (source.choice(pool, (count, after, before)), source.choice(pool, (count, after)))
        for before, after in itertools.pairwise(widths)
    ]


ENDS = [(0, 1), (-1, 1), (F(-1, 3), F(2, 7)), (-5, F(1, 10**30)), (F(10) ** 100, F(10) ** 101)]


@given(batches(), st.sampled_from(ENDS))
@settings(max_examples=120)
def test_degenerate_networks_are_counted_as_one_by_one(layers, ends):
    found = piece_counts(layers, *ends)
    assert found.counts == one_by_one(layers, *ends)
    assert found.filtered + found.exact == len(layers[0][0])


@pytest.mark.parametrize("widths", [[1, 3, 1], [1, 8, 8, 1], [1, 5, 5, 5, 5, 1], [1, 1, 2, 1]])
def test_generic_networks_need_no_integers(widths):
    source = np.random.default_rng(len(widths))
    layers = [
        (source.normal(size=(40, n, m)), source.normal(size=(40, n)))
        for m, n in itertools.pairwise(widths)
    ]
    found = piece_counts(layers, -2, 2)
    assert found.exact == 0
    assert found.counts == one_by_one(layers, -2, 2)
    assert len(set(found.counts)) > 1


def test_blocks_give_the_counts_of_the_whole(monkeypatch):
    source = np.random.default_rng(0)
    layers = [
        (source.normal(size=(50, 4, 1)), source.normal(size=(50, 4))),
        (source.normal(size=(50, 1, 4)), None),
    ]
    whole = piece_counts(layers)
    monkeypatch.setattr("plsym.networks.many._BLOCK", 1)
    assert piece_counts(layers) == whole


def test_zeros_that_come_from_zeros_are_certain():
    # relu(x - 1) is exactly 0 on [0, 1], and so is all that is made of it
    layers = [
        (np.ones((1, 1, 1)), -np.ones((1, 1))),
        (np.full((1, 2, 1), 0.3), np.array([[0.0, 0.0]])),
        (np.ones((1, 1, 2)), np.array([[0.1]])),
    ]
    found = piece_counts(layers, 0, F(1, 2))
    assert (found.counts, found.exact) == ((1,), 0)


def stacked(nets):
    return [
        (np.array([w for w, _ in layer], dtype=float), np.array([v for _, v in layer], dtype=float))
        for layer in zip(*nets, strict=True)
    ]


def test_sums_that_floats_take_for_zero():
    # 0.1 + 0.2 - 0.30000000000000004 is zero in doubles, and about 2^-55
    first = ([[1.0], [2.0], [4.0]], [0.0, 0.0, 0.0])
    row = [-0.1, -0.1, 0.30000000000000004 / 4]
    net = [first, ([row], [0.0]), ([[2.0**55]], [-0.5]), ([[1.0]], [0.0])]
    found = piece_counts(stacked([net]))
    assert found.counts == (2,) == one_by_one(stacked([net]), 0, 1)
    assert found.exact == 1


@pytest.mark.parametrize("a", [1 / 3, 0.3, 0.7, 5 / 7, 0.9])
def test_places_that_floats_know_badly(a):
    # a x + 1 and (a - e) x + 1 + e c are equal at c, which doubles miss by about 2^-10
    e, c = 2.0**-40, 0.125
    first = ([[a], [a - e], [1.0]], [1.0, 1.0 + e * c, 0.0])
    same = [first, ([[1, -1, 0], [0, 0, 1]], [0.0, -c]), ([[2.0**40, 1.0]], [0.0])]
    later = [
        first,
        ([[1, -1, 0], [0, 0, 1]], [0.0, 0.0]),
        ([[1, 0], [0, 1]], [0.0, -c]),
        ([[2.0**40, 1.0]], [0.0]),
    ]
    # e (x + c), known as badly, less 2 e c is zero where x - c is
    lifted = [
        ([[a], [a - e], [1.0]], [1.0, 1.0 - e * c, 0.0]),
        ([[1, -1, 0], [0, 0, 1]], [0.0, -c]),
        ([[2.0**40, 0], [0, 1]], [-2 * c, 0.0]),
        ([[1.0, 1.0]], [0.0]),
    ]
    for net in (same, later, lifted):
        found = piece_counts(stacked([net]), 0, F(1, 3))
        assert found.counts == (2,) and found.exact == 1


def test_slopes_that_floats_take_for_different():
    # the slope 0.1 + 7.7 - 7.7 to the right of 1/2 is 0.1, in doubles it is not
    net = [
        ([[1.0], [1.0]], [2.0, -0.5]),
        ([[1, 0], [0, 1], [0, 1]], [0.0, 1.0, 2.0]),
        ([[0.1, 7.7, -7.7]], [0.0]),
    ]
    found = piece_counts(stacked([net]))
    assert found.counts == (1,) == one_by_one(stacked([net]), 0, 1)


def test_what_does_not_fit_is_told():
    one, two = np.ones((3, 2, 1)), np.ones((3, 1, 2))
    for layers, words in (
        ([], "at least one layer"),
        ([(np.ones((2, 1)), None)], r"networks, n_out, n_in"),
        ([(one, np.ones((3, 1))), (two, None)], "bias has shape"),
        ([(one, None), (np.ones((3, 1, 3)), None)], "layer 2 has weights"),
        ([(one, None), (np.ones((4, 1, 2)), None)], "layer 2 has weights"),
        ([(one, None)], "one input and one output"),
        ([(one * np.nan, None), (two, None)], "NaN"),
    ):
        with pytest.raises(DomainError, match=words):
            piece_counts(layers)
    with pytest.raises(DomainError, match="no interior"):
        piece_counts([(one, None), (two, None)], 1, 1)
