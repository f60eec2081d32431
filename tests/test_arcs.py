"""Arcs, polylines and weight sweeps: against exact points of the path."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import plsym as pl
from plsym.exact.scalars import to_num
from plsym.exact.surds import Surd, between, sign_at, simple_roots
from plsym.networks.exactpath import ExactStage
from plsym.testing import networks, segments

TURN = ((1, 0), (0, 1), (-1, 0), (0, -1))


def on_arc(path, quarter, s):
    """The exact point of an arc at s in a quarter."""
    c, d = (1 - s * s) / (1 + s * s), 2 * s / (1 + s * s)
    (a, b), (e, f) = TURN[quarter], TURN[(quarter + 1) % 4]
    cos, sin = c * a + d * e, c * b + d * f
    return [
        m + cos * (p - m) + sin * (q - m)
        for p, q, m in zip(path.p, path.q, path.centre, strict=True)
    ]


def test_the_quarter_circle_of_the_worked_example():
    # neurons x - 1/2, y - 1/2, x - y, x + y - 7/5 flip at 60, 30, 45 and two more degrees
    rows = [[1, 0], [0, 1], [1, -1], [1, 1]]
    net = pl.from_weights([(rows, ["-1/2", "-1/2", 0, "-7/5"]), ([[1, 1, 1, 1]], None)])
    path = pl.trajectory(net, pl.arc([1, 0], [0, 1]))
    third = pl.sqrt(3)
    expected = [
        (1, 2 - third, 30.0),
        (3, Fraction(1, 3), math.degrees(2 * math.atan(1 / 3))),
        (2, pl.sqrt(2) - 1, 45.0),
        (3, Fraction(1, 2), math.degrees(2 * math.atan(1 / 2))),
        (0, 1 / third, 60.0),
    ]
    assert [t.neuron for t in path.transitions] == [n for n, _, _ in expected]
    for t, (_, s, degrees) in zip(path.transitions, expected, strict=True):
        assert t.s == s or t.s.minimal_polynomial == s.minimal_polynomial
        assert t.degrees == pytest.approx(degrees, abs=1e-12)
    assert path.num_transitions == 5
    assert [n.tolist() for n in path.transitions_per_neuron] == [[1, 1, 1, 2]]
    assert len(path.patterns[0]) == 6


def arcs(n):
    coordinate = st.integers(-3, 3) | st.fractions(-2, 2, max_denominator=8)
    point = st.lists(coordinate, min_size=n, max_size=n)

    def fits(points):
        p, q, c = points
        u = [a - b for a, b in zip(p, c, strict=True)]
        v = [a - b for a, b in zip(q, c, strict=True)]
        return any(u[i] * v[j] != u[j] * v[i] for i in range(n) for j in range(i))

    return st.tuples(point, point, point).filter(fits)


@settings(deadline=None, max_examples=50)
@given(networks(min_inputs=2) | networks(min_inputs=2, degenerate=True), st.data())
def test_patterns_on_an_arc_are_those_of_its_points(net, data):
    p, q, centre = data.draw(arcs(net.n_inputs))
    quarters = data.draw(st.integers(1, 4))
    path = pl.arc(p, q, centre, quarters)
    found = pl.trajectory(net, path)
    sweep = found._sweep
    rows = sweep.rows
    for i in range(len(rows) - 1):
        quarter, low = rows[i]
        high = rows[i + 1][1] if rows[i + 1][0] == quarter else Surd.rational(1)
        assert low < high
        x = on_arc(path, quarter, between(low, high))
        branches = net.activation_pattern(x)
        mine = [
            found._branch(layer, np.array([i]), np.arange(layer.size)).tolist()
            for layer in net._lowered.layers
        ]
        for layer, a, b in zip(net._lowered.layers, mine, branches, strict=True):
            # inside a piece an argument is zero only if it is on all of it
            same = [
                u == v or (layer.kind == "sign" and v == 0 and u == -1)
                for u, v in zip(a, b, strict=True)
            ]
            assert all(same)
    # between the ends of a piece nothing else happens
    for quarter in range(quarters):
        for k in range(1, 12):
            s = Fraction(k, 12)
            x = on_arc(path, quarter, s)
            pattern = net.activation_pattern(x)
            if all(branch != 0 for layer in pattern for branch in layer):
                place = (
                    sum(
                        1
                        for r, t in rows[:-1]
                        if (r, t) <= (quarter, Surd((-k // math.gcd(k, 12), 12 // math.gcd(k, 12))))
                    )
                    - 1
                )
                mine = [
                    found._branch(layer, np.array([place]), np.arange(layer.size)).tolist()
                    for layer in net._lowered.layers
                ]
                assert mine == [list(layer) for layer in pattern]


@settings(deadline=None, max_examples=30)
@given(networks(min_inputs=2, max_outputs=2), st.data())
def test_image_curves_are_the_values_of_the_layers(net, data):
    p, q, centre = data.draw(arcs(net.n_inputs))
    path = pl.arc(p, q, centre, 3)
    found = pl.trajectory(net, path)
    for layer in range(-1, len(net.layers)):
        for piece, (low, high) in zip(found.curve(layer), pairwise(found._sweep.rows), strict=True):
            end = high[1] if high[0] == low[0] else Surd.rational(1)
            s = between(low[1], end)
            assert piece.start < s < piece.end
            cos, sin = on_arc(pl.arc([1, 0], [0, 1]), piece.quarter, s)
            image = [
                c + cos * a + sin * b
                for c, a, b in zip(piece.constant, piece.cosine, piece.sine, strict=True)
            ]
            assert image == list(layer_values(net, on_arc(path, piece.quarter, s), layer))


@settings(deadline=None, max_examples=30)
@given(networks(min_inputs=2, max_outputs=2), st.data())
def test_lengths_enclose_fine_polygons(net, data):
    p, q, centre = data.draw(arcs(net.n_inputs))
    path = pl.arc(p, q, centre, 2)
    found = pl.trajectory(net, path)
    for layer in range(-1, len(net.layers)):
        length = found.length(layer)
        assert length.width <= Fraction(2, 10**6) * length.upper + Fraction(1, 10**9)
        # finely between all breakpoints, so that no spike is missed
        points = []
        for low, high in pairwise(found._sweep.rows):
            a, b = (Fraction(r.scaled(60), 1 << 60) for _, r in (low, high))
            b = b if high[0] == low[0] else Fraction(1)
            for k in range(17):
                x = on_arc(path, low[0], a + (b - a) * Fraction(k, 16))
                points.append([float(v) for v in layer_values(net, x, layer)])
        steps = np.diff(np.array(points), axis=0)
        chords = float(np.sqrt((steps**2).sum(axis=1)).sum())
        assert chords <= float(length.upper) * (1 + 1e-9) + 1e-9
        assert float(length.lower) <= chords * 1.01 + 1e-9


def layer_values(net, x, layer):
    if layer == -1:
        y = net(x)
        return y if isinstance(y, tuple) else (y,)
    stage, units = net._lowered.layers[layer].value
    h = list(x)

    h = [to_num(v) for v in h]
    for s in net.stages[: stage + 1]:
        exact = ExactStage(s)
        h = exact.units(exact.linear(h))
    return [h[int(j)] for j in units]


def test_the_length_of_a_circle():
    identity = pl.from_weights([([[1, 0], [0, 1]], None)])
    circle = pl.trajectory(identity, pl.arc([3, 4], [-4, 3], quarters=4)).length()
    assert float(circle.lower) <= 10 * math.pi <= float(circle.upper)
    # one neuron alone moves to and fro
    line = pl.from_weights([([[1, 0]], [5]), ([[1]], None)])
    there = pl.trajectory(line, pl.arc([1, 0], [0, 1], quarters=4)).length(0)
    assert float(there.lower) <= 4 <= float(there.upper)


@given(*[st.integers(-6, 6)] * 3)
def test_simple_roots_are_where_the_sign_changes(a, b, c):
    roots = simple_roots(a, b, c)
    assert roots == sorted(roots)
    marks = [Surd.rational(-1000), *roots, Surd.rational(1000)]
    signs = [sign_at((c, b, a), between(low, high)) for low, high in pairwise(marks)]
    assert all(s != t for s, t in pairwise(signs))
    if b * b > 4 * a * c and a:
        assert len(roots) == 2
    for root in roots:
        value = root.value()
        assert a * value * value + b * value + c == 0


def test_close_surds_are_told_apart():
    near = Surd((-(2 * 10**60 + 1), 0, 10**60), True)  # sqrt(2 + 1e-60)
    root = Surd((-2, 0, 1), True)
    assert root < near
    assert not near < root
    assert root < Surd((-near.scaled(40) - 1, 1 << 40))


@settings(deadline=None)
@given(networks(min_inputs=2, max_inputs=2), st.lists(segments(2), min_size=1, max_size=3))
def test_a_polyline_is_its_segments(net, pairs):
    corners = [pairs[0][0]]
    for p, q in pairs:
        for x in (p, q):
            if x != corners[-1]:
                corners.append(x)
    path = pl.trajectory(net, corners)
    pieces = [net.along(a, b) for a, b in pairwise(corners)]
    inner = [(i + t.t, t.layer, t.neuron) for i, s in enumerate(pieces) for t in s.transitions]
    mine = [(t.t, t.layer, t.neuron) for t in path.transitions]
    assert set(inner) <= set(mine)
    assert all(t.denominator == 1 for t, _, _ in set(mine) - set(inner))
    for i in range(len(pieces)):
        assert path.output(i) == pieces[i].output(0)


def test_turning_the_weights_of_the_first_layer():
    net = pl.random_network([3, 6, 4, 1], seed=8)
    first, second = net.stages[0].linear.dense(), np.arange(18.0).reshape(6, 3) - 9
    x = [1, "1/2", -1]
    turn = pl.weight_trajectory(net, second, x, quarters=1)
    point = np.array([1, 0.5, -1])
    ends = [t.degrees for t in turn.transitions]
    for low, high in zip([0, *ends], [*ends, 90], strict=True):
        angle = math.radians((low + high) / 2)
        h = (math.cos(angle) * first + math.sin(angle) * second) @ point + net.stages[0].bias.mid
        row = sum(1 for e in sorted(set(ends)) if e < (low + high) / 2)
        assert ((h > 0) == (turn.patterns[0][row] > 0)).all()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda net: pl.arc([1, 0], [2, 0]), "parallel"),
        (lambda net: pl.arc([1, 0], [0, 1, 0]), "2, 3 and 2 coordinates"),
        (lambda net: pl.arc([1, 0], [0, 1], quarters=5), "none of 1, 2, 3, 4"),
        (lambda net: pl.trajectory(net, pl.arc([1, 0, 0], [0, 1, 0])), "3 dimensions"),
        (lambda net: pl.trajectory(net, [[0, 0]]), "at least two corners"),
        (lambda net: pl.trajectory(net, [[0, 0], [1, 1], [1, 1]]), "corners 1 and 2"),
        (lambda net: pl.trajectory(net, pl.arc([1, 0], [0, 1])).length(7), "does not exist"),
        (lambda net: pl.weight_trajectory(net, [[1, 0]], [1, 1]), "shape"),
        (lambda net: pl.weight_trajectory(net, [[1, 0]] * 4, [1]), "1 coordinates"),
    ],
)
def test_bad_paths_are_refused(make, message):
    with pytest.raises(pl.DomainError, match=message):
        make(pl.random_network([2, 4, 1], seed=0))


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10**6), st.sampled_from(["hard_tanh", "relu", "abs"]), st.booleans())
def test_sign_transitions_against_dense_samples(seed, activation, straight):
    source = np.random.default_rng(seed)
    layers = [
        (source.integers(-4, 5, (4, 3)).tolist(), source.integers(-2, 3, 4).tolist()),
        (source.integers(-4, 5, (3, 4)).tolist(), source.integers(-2, 3, 3).tolist()),
        ([[1, 1, 1]], None),
    ]
    net = pl.from_weights(layers, activation)
    p, q = [1, "1/3", -1], ["-1/2", 1, "1/4"]
    if straight:
        found = pl.trajectory(net, [p, q])
        points = [
            [
                pl.rational(a) + Fraction(k, 400) * (pl.rational(b) - pl.rational(a))
                for a, b in zip(p, q, strict=True)
            ]
            for k in range(401)
        ]
    else:
        path = pl.arc(p, q, quarters=2)
        found = pl.trajectory(net, path)
        points = [on_arc(path, k // 200, Fraction(k % 200, 200)) for k in range(400)]
    for layer in range(2):
        rows = [[(v > 0) - (v < 0) for v in layer_values(net, x, layer)] for x in points]
        seen = []
        for column in zip(*rows, strict=True):
            known = [s for s in column if s]
            seen.append(sum(a != b for a, b in pairwise(known)))
        exact = pl.sign_transitions(found, layer)
        # samples can miss two changes that lie close together, and nothing else
        assert all(a >= b for a, b in zip(exact, seen, strict=True))
        assert sum(exact) - sum(seen) <= 2
    with pytest.raises(pl.DomainError, match="does not exist"):
        pl.sign_transitions(found, 2)


def test_sign_and_saturation_transitions_of_a_hard_tanh():
    net = pl.from_weights([([[1, 0], [0, 2]], ["1/2", 0]), ([[1, 1]], None)], "hard_tanh")
    path = pl.trajectory(net, [[-2, -1], [2, 1]])
    assert path.transitions_per_layer == (4,)
    assert pl.sign_transitions(path, 0).tolist() == [1, 1]
    turn = pl.trajectory(net, pl.arc([3, 0], [0, 3], quarters=4))
    assert pl.sign_transitions(turn, 0).tolist() == [2, 1]
    assert turn.transitions_per_layer == (8,)
    assert turn.num_patterns == len({str(row) for row in turn.patterns[0].tolist()})
