"""Kinks of outputs by jumps, against exact slopes on both sides."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from naive_nodes import node_networks, number
from test_structural_zeros import pruned_stages
from test_sweep import build, case

from plsym.exact.dyadics import ExactArray
from plsym.exact.residues import primes
from plsym.networks.sweeping.jumps import _FEW_BITS
from plsym.networks.sweeping.swept import Sweep, sweep


def compare(s):
    """Every row whose jumps are known, for the last output alone and for all together."""
    rows = np.arange(1, s.num_rows - 1)
    if rows.size == 0:
        return np.zeros(0, dtype=bool), np.zeros(0, dtype=bool)
    for units in (np.arange(s.stages[-1].n_out)[-1:], np.arange(s.stages[-1].n_out)):
        known, bend = s._known_jumps(rows, units)
        assert len(bend) == known.sum()
        if known.any():
            assert np.array_equal(bend, s._settle_breaks(rows[known], units))
        assert not known[s.is_corner[rows]].any()
    return known, bend


@given(st.integers(0, 10**6), st.booleans())
@settings(deadline=None, max_examples=100)
def test_pruned_networks(seed, sparse):
    rng = np.random.default_rng(seed)
    corners = ExactArray.of(np.array([[-3, -2], [3, 5], [0, -7]]))
    compare(sweep(pruned_stages(rng, sparse), corners))


@given(st.integers(0, 10**6), st.sampled_from(["random", "ternary", "degenerate"]))
@settings(deadline=None, max_examples=60)
def test_degenerate_networks(seed, kind):
    compare(sweep(*case(seed, kind)))


@given(st.data())
@settings(deadline=None, max_examples=60)
def test_networks_of_all_operations(data):
    network = data.draw(node_networks(max_entries=24))
    points = st.lists(number, min_size=network.n_inputs, max_size=network.n_inputs)
    p, q = data.draw(st.tuples(points, points).filter(lambda pq: pq[0] != pq[1]))
    s = network.along(p, q)._sweep
    if isinstance(s, Sweep):
        compare(s)


def pairs(outgoing, alpha=0.0):
    """x as a combination of relu(z) and relu(-2 z), for some z in full doubles."""
    rng = np.random.default_rng(0)
    w, b = rng.normal(size=(3, 1)), rng.normal(size=3)
    layers = [
        (np.concatenate([w, -2.0 * w]), np.concatenate([b, -2.0 * b])),
        (np.concatenate([np.eye(3), outgoing * np.eye(3)], axis=1), np.full(3, 20.0)),
        (np.array([[1.0, 2.0, 4.0]]), np.zeros(1)),
    ]
    return sweep(build(layers, alpha), ExactArray.of([[-9], [9]]))


@pytest.mark.parametrize("alpha", [0.0, 0.25, -1.0])
@pytest.mark.parametrize(("outgoing", "bends"), [(-0.5, False), (-0.25, True), (0.5, True)])
def test_opposite_units(outgoing, bends, alpha):
    """relu(z) - relu(-2 z) / 2 = z has no kink, other combinations have one."""
    s = pairs(outgoing, alpha)
    known, found = compare(s)
    assert known.sum() >= 3
    at_pairs = s.row_origin[0][1:-1][known] == 0
    assert at_pairs.sum() == 3
    assert (found[at_pairs] == bends).all()


def test_a_maximum_with_a_dead_rival():
    """What compares relu(z) with a rival that is off begins where z does."""
    rng = np.random.default_rng(1)
    w, b = rng.normal(size=(1, 1)), rng.normal(size=1)
    layers = [
        (np.concatenate([w, np.zeros((1, 1))]), np.concatenate([b, [-1.0]])),
        (np.array([[1.0, -1.0], [0.0, 1.0]]), np.zeros(2)),
        (np.array([[1.0, 1.0]]), np.zeros(1)),
    ]
    known, bend = compare(sweep(build(layers), ExactArray.of([[-9], [9]])))
    assert known.tolist() == bend.tolist() == [True]


def test_a_jump_that_vanishes_modulo_the_first_primes():
    """A weight that is their product: only primes enough for the bound say what is zero."""
    few = primes(_FEW_BITS)
    factors = [float(few[i] * (few[i + 1] if i + 1 < len(few) else 1)) for i in (0, 2)]
    assert len(few) in (3, 4)
    layers = [
        (np.array([[1.0]]), np.array([0.0])),
        (np.array([[factors[0]]]), np.array([1.0])),
        (np.array([[factors[1]]]), np.array([0.0])),
    ]
    known, bend = compare(sweep(build(layers), ExactArray.of([[-1], [1]])))
    assert known.tolist() == bend.tolist() == [True]
