from __future__ import annotations

import os
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from naive_nodes import node_networks, number, output

import plsym as pl
from plsym.errors import BudgetExceeded, DomainError, InexactInputError
from plsym.networks import layers as ops
from plsym.networks.layers import Node
from plsym.networks.network import ReLUNetwork, from_weights
from plsym.testing import networks, segments

F = Fraction
DATA = Path(os.environ.get("PLSYM_DATA", Path(__file__).parents[2] / "shared" / "data"))


def at(p, q, t):
    return [F(a) + t * (F(b) - F(a)) for a, b in zip(p, q, strict=True)]


def pattern_on_piece(network, x):
    """The pattern at a point inside a piece, with a zero on the piece counted as not positive."""
    out = []
    for node, states in zip(network.layers, network.activation_pattern(x), strict=True):
        op = node.op
        if isinstance(op, (ops.ReLU, ops.Abs, ops.LeakyReLU, ops.PReLU)):
            slopes = np.ones(1)
            if isinstance(op, ops.LeakyReLU):
                slopes = op.slope.mid
            elif isinstance(op, ops.PReLU):
                slopes = op.slopes.mid
            else:
                slopes = np.zeros(())
            shape = network.shapes[node.name]
            plain = np.broadcast_to(slopes == 1, shape).ravel()
            states = [1 if s > 0 or same else -1 for s, same in zip(states, plain, strict=True)]
        out.append(tuple(states))
    return out


def check(network, p, q):
    path = network.along(p, q)
    slow = network.along(p, q, _engine="exact")
    assert path.transitions == slow.transitions
    assert path.transitions_per_layer == slow.transitions_per_layer
    assert path.pieces_per_layer == slow.pieces_per_layer
    assert path.num_pieces == slow.num_pieces
    assert all((a == b).all() for a, b in zip(path.patterns, slow.patterns, strict=True))
    # the counts and the list agree
    ts = sorted({s.t for s in path.transitions})
    assert all(0 < t < 1 for t in ts)
    assert path.num_transitions == len(path.transitions)
    for layer, count in enumerate(path.transitions_per_layer):
        assert count == sum(s.layer == layer for s in path.transitions)
        earlier = {s.t for s in path.transitions if s.layer <= layer}
        assert path.pieces_per_layer[layer] == len(earlier) + 1
    # between transitions the pattern is the one found by sampling
    bounds = [F(0), *ts, F(1)]
    patterns = []
    for i, (lo, hi) in enumerate(pairwise(bounds)):
        for share in (F(1, 1000), F(1, 3), F(4, 5)):
            seen = pattern_on_piece(network, at(p, q, lo + (hi - lo) * share))
            assert seen == [tuple(layer[i].tolist()) for layer in path.patterns]
        patterns.append(seen)
    # every transition is a change of that neuron there, and there is no other
    for i, t in enumerate(ts):
        changes = {
            (layer, j, before, after)
            for layer, (left, right) in enumerate(zip(patterns[i], patterns[i + 1], strict=True))
            for j, (before, after) in enumerate(zip(left, right, strict=True))
            if before != after
        }
        assert changes == {
            (s.layer, s.neuron, s.before, s.after) for s in path.transitions if s.t == t
        }
    # the output: values, and pieces without the transitions that cancel
    values = [output(network, at(p, q, t)) for t in bounds]
    slopes = [
        [(b - a) / (hi - lo) for a, b in zip(u, v, strict=True)]
        for u, v, lo, hi in zip(values, values[1:], bounds, bounds[1:], strict=False)
    ]
    assert path.num_pieces == 1 + sum(u != v for u, v in pairwise(slopes))
    curve = path.output
    for t in (F(0), F(1, 7), F(1, 2), F(1), *ts[:3]):
        assert list(curve(t)) == output(network, at(p, q, t))
    f = path.component(0)
    assert f.num_pieces == 1 + sum(u[0] != v[0] for u, v in pairwise(slopes))
    assert [f(t) for t in bounds] == [v[0] for v in values]
    return path


@given(st.data())
def test_fully_connected_networks(data):
    network = data.draw(networks(floats=data.draw(st.booleans())))
    p, q = data.draw(segments(network.n_inputs))
    check(network, p, q)


@given(st.data())
def test_degenerate_networks(data):
    network = data.draw(networks(degenerate=True))
    p, q = data.draw(segments(network.n_inputs))
    check(network, p, q)


@given(st.data())
def test_networks_of_all_operations(data):
    network = data.draw(node_networks(max_entries=24))
    n = network.n_inputs
    points = st.lists(number, min_size=n, max_size=n)
    p, q = data.draw(st.tuples(points, points).filter(lambda pq: pq[0] != pq[1]))
    check(network, p, q)


def test_hidden_losers_of_a_maximum_are_no_transitions():
    # max(x, 0, 10): 10 wins everywhere on [-1, 1], although x and 0 change places
    network = ReLUNetwork(
        (
            Node("x", ops.Affine([[1], [0], [0]], [0, 0, 10])),
            Node("max", ops.Maxout(3), ("x",)),
        ),
        (1,),
    )
    path = check(network, [-1], [1])
    assert path.num_transitions == 0
    assert path.num_pieces == 1
    assert path.pieces_per_layer == (1,)


def test_a_clip_with_equal_bounds_jumps_over_its_middle():
    network = ReLUNetwork((Node("c", ops.Clip("1/2", "1/2")),), (1,))
    path = check(network, [0], [1])
    assert [(s.t, s.before, s.after) for s in path.transitions] == [(F(1, 2), -1, 1)]
    assert path.num_pieces == 1


def test_curves_of_layers():
    network = from_weights(
        [([[1], [1]], [0, "-1/2"]), ([[2, -4], [2, -4]], [0, "-1/2"]), ([[2, -4]], [0])]
    )
    path = network.along([0], [1])
    assert path.pieces_per_layer == (2, 4)
    first, second = path.curve(0), path.curve(-1)
    for t in (F(0), F(1, 8), F(1, 4), F(3, 5), F(1)):
        assert tuple(first(t)) == (t, max(t - F(1, 2), F(0)))
        y = 1 - abs(2 * t - 1)
        assert tuple(second(t)) == (y, max(y - F(1, 2), F(0)))
    with pytest.raises(DomainError, match="layer 2 does not exist"):
        path.curve(2)
    with pytest.raises(DomainError, match="output 1 does not exist"):
        path.component(1)


def test_curves_of_clips_and_maxima_are_the_values_of_the_neurons():
    network = ReLUNetwork(
        (
            Node("a", ops.Affine([[1, 0], [0, 1], [1, 1], [-1, 2]])),
            Node("clip", ops.Clip(-1, None), ("a",)),
            Node("max", ops.Maxout(2), ("clip",)),
            Node("min", ops.MinimumWith(1), ("max",)),
        ),
        (2,),
    )
    p, q = [F(-2), F(1)], [F(3), F(-1, 2)]
    path = check(network, p, q)
    for layer, name in enumerate(["clip", "max", "min"]):
        part = ReLUNetwork(network.nodes, (2,), output=name)
        for t in (F(0), F(1, 5), F(2, 3), F(1)):
            assert tuple(path.curve(layer)(t)) == part(at(p, q, t))


def test_neurons_that_change_together_count_each():
    network = from_weights([([[1], [2], [-1]], None), ([[1, 1, 1]], None)])
    path = check(network, [-1], [1])
    assert path.num_transitions == 3
    assert path.pieces_per_layer == (2,)
    assert {s.t for s in path.transitions} == {F(1, 2)}


def test_reversing_the_segment_reverses_everything():
    network = pl.random_network([2, 6, 6, 1], seed=3)
    p, q = ["-3/2", 1], [2, "-1/3"]
    forth, back = network.along(p, q), network.along(q, p)
    assert forth.num_transitions > 3
    assert [1 - s.t for s in reversed(back.transitions)] == [s.t for s in forth.transitions]
    assert forth.num_pieces == back.num_pieces


def test_number_fields_take_the_exact_path():
    root = pl.sqrt(5)
    network = from_weights([([[root], [1]], [-1, 0]), ([[1, root]], None)])
    path = network.along([-1], [1])
    assert [s.t for s in path.transitions] == [F(1, 2), (1 + 1 / root) / 2]
    rational = from_weights([([[1]], ["-1/2"]), ([[1]], None)])
    assert rational.along([0], [root]).transitions[0].t == 1 / (2 * root)


def test_statistics_count_the_decisions():
    path = pl.random_network([3, 16, 16, 2], seed=1).along([0, 0, 0], [1, 1, 1])
    assert path.statistics.filtered > 0


def test_segments_are_checked():
    network = from_weights([([[1, 1]], None)])
    with pytest.raises(DomainError, match="equal"):
        network.along([0, 1], [0, 1])
    with pytest.raises(DomainError, match="3 coordinates"):
        network.along([0, 1, 2], [0, 1])
    with pytest.raises(InexactInputError, match="dyadic"):
        network.along([0.5, 1], [0, 1])
    with pytest.raises(BudgetExceeded):
        pl.sawtooth_network(8).along([0], [1], budget=pl.Budget(pieces=20))


@pytest.mark.skipif(not (DATA / "acasxu_1_1.nnet").exists(), reason="public networks are absent")
def test_acas_xu_along_a_segment():
    network = pl.load(DATA / "acasxu_1_1.nnet")
    p, q = [1000, -3, -3, 100, 0], [60000, 3, 3, 1200, 1200]
    path = network.along(p, q)
    slow = network.along(p, q, _engine="exact")
    assert path.transitions == slow.transitions
    assert path.num_pieces == slow.num_pieces > 100
    assert path.output == slow.output
    ts = sorted({s.t for s in path.transitions})
    for i in range(0, len(ts), 20):
        bounds = [F(0), *ts, F(1)]
        seen = pattern_on_piece(network, at(p, q, (bounds[i] + bounds[i + 1]) / 2))
        assert seen == [tuple(layer[i].tolist()) for layer in path.patterns]


@given(st.data())
def test_points_are_read_alike_in_bulk_and_one_by_one(data):
    """Doubles of up to 53 bits come in bulk; the same points as texts do not."""
    entries = st.one_of(
        st.integers(-5, 5),
        st.builds(Fraction, st.integers(-9, 9), st.sampled_from([1, 2, 1024, 2**62, 3, 7])),
        st.sampled_from([2**53 - 1, 2**53, 2**53 + 1, -(2**63), 2**63, Fraction(1, 2**63)]),
    )
    p, q = data.draw(st.tuples(*[st.lists(entries, min_size=2, max_size=2)] * 2))
    if p == q:
        q = [p[0] + 1, p[1]]
    network = from_weights([([[1, -1], [2, 1]], ["1/2", 0]), ([[1, -3]], None)])
    bulk = network.along(p, q)
    each = network.along([str(v) for v in p], [str(v) for v in q])
    assert (bulk.start, bulk.end) == (each.start, each.end) == (tuple(p), tuple(q))
    assert all(type(v) is Fraction for v in bulk.start)
    assert bulk.transitions == each.transitions
    assert bulk.output == each.output
    assert network.along(p, q, _engine="exact").transitions == bulk.transitions
