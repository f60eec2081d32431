"""Which bent hyperplanes intersect: against intersections of lines, evaluated exactly."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import plsym as pl
from plsym.errors import DomainError
from plsym.networks import layers as ops
from plsym.networks.layers import Node
from plsym.networks.network import ReLUNetwork
from plsym.regions.crossing import hyperplane_crossings
from plsym.testing import networks

F = Fraction
TINY = F(1, 2**90)  # below all distances in networks of small weights


def net(*layers):
    return pl.from_weights(layers)


def line_through(p, q):
    """a x + b y + c = 0."""
    (x, y), (u, v) = p, q
    return (v - y, x - u, u * y - x * v)


def lines_of(found, neurons):
    """The lines that carry the edges of all zeros, and the vertices of these."""
    lines, points = set(), set()
    for neuron in neurons:
        for patch in found.bent_hyperplane(*neuron).patches:
            points.update(patch.vertices)
            for p, q in itertools.combinations(patch.vertices, 2):
                lines.add(line_through(p, q))
            for p, r in itertools.product(patch.vertices, patch.rays):
                lines.add(line_through(p, (p[0] + r[0], p[1] + r[1])))
    return lines, points


def crossing_point(k, m):
    (a, b, c), (u, v, w) = k, m
    det = a * v - b * u
    return None if det == 0 else ((b * w - c * v) / det, (c * u - a * w) / det)


def signs(network, p):
    return {
        (i, j): s
        for i, layer in enumerate(network.activation_pattern(list(p)))
        for j, s in enumerate(layer)
    }


def half_plane(d):
    return (0, d[0]) if d[1] == 0 and d[0] > 0 else (1, 0) if d[1] > 0 else (2, 0)


def directions(lines, p):
    """A direction into each sector that the lines through p leave, and more."""
    own = [d for a, b, c in lines if a * p[0] + b * p[1] + c == 0 for d in ((-b, a), (b, -a))]
    own += [(F(1), F(0)), (F(0), F(1)), (F(-1), F(0)), (F(0), F(-1))]
    upper = [d for d in own if d[1] > 0 or (d[1] == 0 and d[0] > 0)]
    lower = [d for d in own if d not in upper]
    # by angle: the cotangent falls
    key = lambda d: -d[0] / d[1] if d[1] else F(-(10**9))  # noqa: E731
    order = sorted(upper, key=key) + sorted(lower, key=key)
    unit = [(d[0] / (abs(d[0]) + abs(d[1])), d[1] / (abs(d[0]) + abs(d[1]))) for d in order]
    kept = [d for i, d in enumerate(unit) if d != unit[i - 1]]
    return [(a[0] + b[0], a[1] + b[1]) for a, b in zip(kept, kept[1:] + kept[:1], strict=True)]


def expected(network, box, found):
    """Status of every pair, and the points, by evaluating where lines intersect."""
    sizes = network.widths
    neurons = [(i, j) for i, n in enumerate(sizes) for j in range(n)]
    lines, points = lines_of(found, neurons)
    points |= {crossing_point(k, m) for k, m in itertools.combinations(lines, 2)} - {None}
    if box is not None:
        points = {p for p in points if all(a <= x <= b for x, (a, b) in zip(p, box, strict=True))}
    meets, crosses = {}, {}
    for p in points:
        here = signs(network, p)
        zero = [n for n in neurons if here[n] == 0]
        if len(zero) < 2:
            continue
        around = []
        for d in directions(lines, p):
            q = (p[0] + TINY * d[0], p[1] + TINY * d[1])
            if box is None or all(a < x < b for x, (a, b) in zip(q, box, strict=True)):
                around.append(signs(network, q))
        for a, b in itertools.combinations(zero, 2):
            meets.setdefault((a, b), set()).add(p)
            if len({(s[a], s[b]) for s in around if s[a] and s[b]}) == 4:
                crosses.setdefault((a, b), set()).add(p)
    return neurons, meets, crosses


@given(networks(min_inputs=2, max_inputs=2, max_outputs=1, max_depth=2, max_width=3), st.booleans())
@settings(max_examples=25)
def test_pairs_are_those_of_intersecting_lines(network, bounded):
    box = [(F(-1), F(1)), (F(-2), F(1))] if bounded else None
    found = pl.linear_regions(network, box)
    if found.chart.lineality:
        return  # cells are lines or points then
    crossings = hyperplane_crossings(found)
    neurons, meets, crosses = expected(network, box, found)
    assert crossings.neurons == tuple(neurons)
    every = list(itertools.combinations(neurons, 2))
    assert crossings.crossing == tuple(p for p in every if p in crosses)
    assert crossings.touching == tuple(p for p in every if p in meets and p not in crosses)
    assert crossings.apart == tuple(p for p in every if p not in meets)
    for pair in every:
        # zeros with a common edge meet at more points than the vertices of the subdivision
        assert set(crossings.points(*pair)) <= meets.get(pair, set())
        assert set(crossings.points(*pair, crossing=True)) == crosses.get(pair, set())
        assert crossings.num_points(*pair) == len(crosses.get(pair, ()))


TWO_LINES = net(([[1, 0], [0, 1]], None), ([[1, 1]], None))
WORKED = {
    # (network, domain, status of the pair (0, 0) and the last neuron)
    "two lines": (TWO_LINES, None, "cross"),
    "two lines that cross outside": (TWO_LINES, [(1, 2), (-1, 1)], "apart"),
    "two lines that cross on the border": (TWO_LINES, [(0, 2), (-1, 1)], "touch"),
    "parallel": (net(([[1, 1], [2, 2]], [0, 1]), ([[1, 1]], None)), None, "apart"),
    "coinciding": (net(([[1, 1], [-2, -2]], [1, -2]), ([[1, 1]], None)), None, "touch"),
    # |x| + |y| touches zero at the origin, where x changes its sign
    "touching": (
        net(([[1, 0], [-1, 0], [0, 1], [0, -1]], None), ([[1, 1, 1, 1]], None), ([[1]], None)),
        None,
        "touch",
    ),
    # the same lowered: a square around the origin
    "a loop": (
        net(([[1, 0], [-1, 0], [0, 1], [0, -1]], None), ([[1, 1, 1, 1]], [-1]), ([[1]], None)),
        None,
        "cross",
    ),
    # relu(x) - relu(y) is zero on a quarter of the plane, where x is negative, and on x = y > 0:
    # at the origin x < 0 goes with one sign of the difference only
    "zero on a cell": (
        net(([[1, 0], [0, 1]], None), ([[1, -1]], None), ([[1]], None)),
        None,
        "touch",
    ),
    "never zero": (net(([[1, 0], [0, 1]], None), ([[1, 1]], [1]), ([[1]], None)), None, "apart"),
    "always zero": (net(([[1, 0], [0, 1], [0, 0]], None), ([[1, 1, 1]], None)), None, "touch"),
}


@pytest.mark.parametrize("name", WORKED)
def test_worked_pairs(name):
    network, domain, status = WORKED[name]
    crossings = hyperplane_crossings(pl.linear_regions(network, domain))
    last = (len(network.widths) - 1, network.widths[-1] - 1)
    assert crossings.status((0, 0), last) == crossings.status(last, (0, 0)) == status
    i, j = crossings.neurons.index((0, 0)), crossings.neurons.index(last)
    assert (
        crossings.matrix[i, j]
        == crossings.matrix[j, i]
        == ["apart", "touch", "cross"].index(status)
    )


@pytest.mark.parametrize("s", [1, -1])
@pytest.mark.parametrize("t", [1, -1])
def test_three_of_four_combinations_are_no_crossing(s, t):
    # t (relu(s x) - relu(y)): no more than three combinations of signs with x at the origin
    network = net(([[s, 0], [0, 1]], None), ([[t, -t]], None), ([[1]], None))
    crossings = hyperplane_crossings(pl.linear_regions(network))
    assert crossings.status((0, 0), (1, 0)) == "touch"
    assert (F(0), F(0)) in crossings.points((0, 0), (1, 0))


@given(st.integers(1, 4), st.integers(2, 5), st.randoms(use_true_random=False))
def test_hyperplanes_of_one_layer_in_any_dimension(d, n, source):
    """Two hyperplanes cross unless they are parallel, and touch themselves."""
    rows = [[source.randint(-1, 1) for _ in range(d)] for _ in range(n)]
    bias = [source.randint(-1, 1) for _ in range(n)]
    network = net((rows, bias), ([[1] * n], None))
    crossings = hyperplane_crossings(pl.linear_regions(network))
    for (i, a), (j, b) in itertools.combinations(list(enumerate(rows)), 2):
        minors = [a[k] * b[m] - a[m] * b[k] for k in range(d) for m in range(d)]
        if any(minors):
            status = "cross"
        else:  # parallel, or a constant neuron
            full = [(*a, bias[i]), (*b, bias[j])]
            empty = any(not any(row[:-1]) and row[-1] for row in full)
            same = not any(
                full[0][k] * full[1][m] - full[0][m] * full[1][k]
                for k in range(d + 1)
                for m in range(d + 1)
            )
            status = "touch" if same and not empty else "apart"
        assert crossings.status((0, i), (0, j)) == status, (rows, bias)


def test_planes_bend_in_three_dimensions():
    # |x| = 1 is two planes, which z = 0 crosses and x = 0 does not meet
    network = net(([[1, 0, 0], [-1, 0, 0], [0, 0, 1]], None), ([[1, 1, 0]], [-1]), ([[1]], None))
    crossings = hyperplane_crossings(pl.linear_regions(network))
    assert crossings.between(0, 1) == (
        (((0, 2), (1, 0)),),
        (),
        (((0, 0), (1, 0)), ((0, 1), (1, 0))),
    )
    assert crossings.status((0, 0), (0, 1)) == "touch"
    box = hyperplane_crossings(pl.linear_regions(network, [(-2, 2)] * 3))
    # the four ends of two segments, which lie on the border of the box
    ends = {(F(x), F(y), F(0)) for x in (-1, 1) for y in (-2, 2)}
    assert set(box.points((0, 2), (1, 0))) == ends
    assert set(box.points((0, 2), (1, 0), crossing=True)) == ends


def test_knees_of_a_clip_belong_to_one_neuron():
    nodes = (
        Node("first", ops.Affine(*pl_arrays([[1, 0], [1, 1]], [0, 0])), ("input",)),
        Node("clip", ops.Clip(F(-1), F(1)), ("first",)),
        Node("out", ops.Affine(*pl_arrays([[1, 1]], [0])), ("clip",)),
    )
    crossings = hyperplane_crossings(pl.linear_regions(ReLUNetwork(nodes, (2,))))
    assert crossings.crossing == (((0, 0), (0, 1)),)
    # two parallel lines each
    assert crossings.num_points((0, 0), (0, 1)) == 4 == crossings.num_points()


def pl_arrays(weights, bias):
    from plsym.networks.weights import read_array

    return read_array(weights), read_array(bias)


def test_maxima_are_refused_and_neurons_checked():
    pooled = ReLUNetwork((Node("pool", ops.MaxPool((2,), (2,), (0, 0)), ("input",)),), (1, 2))
    with pytest.raises(DomainError, match="layer 0 takes maxima"):
        hyperplane_crossings(pl.linear_regions(pooled))
    crossings = hyperplane_crossings(pl.linear_regions(TWO_LINES))
    for pair, words in ((((0, 0), (0, 2)), "no neuron"), (((0, 1), (0, 1)), "twice")):
        with pytest.raises(DomainError, match=words):
            crossings.status(*pair)
    assert repr(crossings) == "<Crossings of 2 neurons: 1 pairs cross, 0 touch, 0 are apart>"


def test_points_are_counted_of_two_neurons_or_of_all():
    # x = 0 and y = 0 cross in one point, where |x| + |y| touches zero; y = 1 is elsewhere
    network = net(
        ([[1, 0], [-1, 0], [0, 1], [0, -1], [0, 1]], [0, 0, 0, 0, -1]),
        ([[1, 1, 1, 1, 0]], None),
        ([[1]], None),
    )
    crossings = hyperplane_crossings(pl.linear_regions(network))
    x, y, other, last = (0, 0), (0, 2), (0, 4), (1, 0)
    assert [crossings.num_points(x, n) for n in (y, other, last)] == [1, 1, 0]
    meeting = [crossings.num_points(x, n, crossing=False) for n in (y, other, last)]
    assert meeting == [1, 1, 1]
    assert crossings.num_points() == 2  # the origin and (0, 1)
    assert crossings.num_points(crossing=False) == 2
    for one in ({"first": x}, {"second": x}):
        with pytest.raises(DomainError, match="give both, or none"):
            crossings.num_points(**one)


@pytest.mark.parametrize("domain", [None, [(-1, 1)] * 2])
def test_networks_without_crossings(domain):
    none = hyperplane_crossings(pl.linear_regions(net(([[1, 1]], [1])), domain))
    assert (none.neurons, none.crossing, none.touching, none.apart) == ((), (), (), ())
    assert none.matrix.shape == (0, 0)
    single = net(([[1, 1]], [1]), ([[1]], None))
    alone = hyperplane_crossings(pl.linear_regions(single, domain))
    assert (alone.neurons, alone.num_points(crossing=False)) == (((0, 0),), 0)
    # two neurons that are zero everywhere, or nowhere
    for bias, name in ((0, "touching"), (1, "apart")):
        dead = net(([[0, 0], [0, 0]], [bias, 0]), ([[1, 1]], None))
        found = hyperplane_crossings(pl.linear_regions(dead, domain))
        assert getattr(found, name) == (((0, 0), (0, 1)),)
        assert found.crossing == ()


def test_regions_come_from_crossings_by_euler():
    """In general position in a rectangle: 1 + crossing points + ends / 2."""
    for seed in range(5):
        network = pl.random_network([2, 7, 6, 1], seed=seed)
        found = pl.linear_regions(network, [(-1, 1)] * 2)
        crossings = hyperplane_crossings(found)
        ends = found.f_vector[0] - crossings.num_points() - 4
        assert found.num_cells == 1 + crossings.num_points() + ends // 2
        assert not crossings.touching and crossings.num_points(crossing=False) == (
            crossings.num_points()
        )


def test_many_cells_in_one_go():
    found = pl.linear_regions(pl.random_network([2, 60, 1], seed=1))
    crossings = hyperplane_crossings(found)
    assert len(crossings.crossing) == 60 * 59 // 2 == crossings.num_points()
    assert np.array_equal(crossings.matrix, 2 * (1 - np.eye(60, dtype=int)))
