"""`linear_regions`: definitions, geometry and functions, against slower ways to the same."""

from __future__ import annotations

import itertools
import math
import random
from fractions import Fraction

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import plsym as pl
from plsym.networks import layers as ops
from plsym.networks.layers import Affine, Node, PReLU
from plsym.networks.network import ReLUNetwork
from plsym.networks.weights import read_array
from plsym.regions import arguments, engine, maps
from plsym.regions.cells import subdivide
from plsym.regions.chart import make_chart
from plsym.regions.counting import regions_of
from plsym.regions.domains import checked_domain
from plsym.regions.engine import FaceComplex
from plsym.regions.examples import (
    arrangement,
    arrangement_network,
    montufar_network,
    most_pieces_network,
    zigzag_network,
)
from plsym.regions.formulas import arrangement_faces
from plsym.testing import networks

FINE = ("pattern", "activation", "connected", "closed", "affine")


def net(*layers):
    return pl.from_weights(layers)


NOT_CONVEX = net(
    ([[1, 0], [0, 1], [0, -1]], None), ([[1, -1, 1], [1, 0, 0]], None), ([[1, -1]], None)
)
TOUCHING = net(
    ([[1, 0], [-1, 0], [1, 1], [-1, -1]], None),
    ([[1, -1, -1, 0], [-1, 1, 0, -1]], None),
    ([[1, 1]], None),
)
PYRAMIDS = net(
    ([[1, 0], [1, 0], [0, 1], [0, 1]], [0, "-1/2", 0, "-1/2"]),
    ([[2, -4, 0, 0], [0, 0, 2, -4]], None),
    ([[1, -1], [0, 1], [0, -1]], None),
    ([[-1, 0, 0]], None),
)
# Stargalla, Hertrich, Reichman, arXiv:2505.16716 (the third to last is their example), and
# relatives: pattern, activation, convex (lower, upper), connected, closed, affine
WORKED = {
    "identity": (net(([[1], [-1]], None), ([[1, -1]], None)), (3, 2, (1, 1), 1, 1, 1)),
    "absolute value": (net(([[1], [-1]], None), ([[1, 1]], None)), (3, 2, (2, 2), 2, 2, 2)),
    "hat": (
        net(([[1], [1], [1]], [0, -1, -2]), ([[1, -2, 1]], None)),
        (4, 4, (4, 4), 4, 4, 3),
    ),
    "Serra, figure 2": (
        net(([[1], [-1]], [0, 1]), ([[4, 2]], [-3]), ([[1]], None)),
        (5, 5, (4, 4), 4, 4, 4),
    ),
    "not convex": (NOT_CONVEX, (7, 5, (4, 4), 3, 3, 3)),
    "touching at a point": (TOUCHING, (11, 6, (6, 6), 6, 5, 5)),
    "joined by a slice": (PYRAMIDS, (20, 20, (12, 14), 10, 7, 7)),
}


def counts(found):
    fine = [found.count(d) for d in FINE]
    return (*fine[:2], tuple(found.convex_bounds), *fine[2:])


@pytest.mark.parametrize("name", WORKED)
def test_the_definitions_differ_on_the_worked_networks(name):
    network, expected = WORKED[name]
    assert counts(pl.linear_regions(network)) == expected


def sawtooth(k):
    layers = [([[2], [4]], [0, -2]), ([[1, -1]], None)] * k
    return pl.from_weights([*layers, ([[1]], None)])


@pytest.mark.parametrize("k", range(1, 8))
def test_sawtooths_under_all_definitions(k):
    line = pl.linear_regions(sawtooth(k))
    teeth = 2**k
    expected = [3 * teeth // 2 + 1, teeth + 2, teeth + 2, teeth + 2, teeth + 1]
    assert [line.count(d) for d in FINE] == expected
    unit = [(0, 1)]
    assert [pl.count_regions(sawtooth(k), unit, definition=d) for d in FINE] == [
        expected[0],
        *[teeth] * 4,
    ]


@pytest.mark.parametrize("k", range(2, 7))
def test_merged_sawtooths_under_all_definitions(k):
    teeth = 2**k
    line = pl.linear_regions(pl.sawtooth_network(k))
    expected = [5 * teeth // 4 + 1, teeth + 2, teeth + 2, teeth + 2, teeth + 1]
    assert [line.count(d) for d in FINE] == expected


@pytest.mark.parametrize(
    "widths", [(3, 3), (4, 3), (3, 3, 3), (5, 4, 3), (6, 5, 2), (4, 4, 4), (3, 3, 3, 3)]
)
def test_one_input_maxima_under_all_definitions(widths):
    """Serra et al., ICML 2018, Theorem 5: the product of n + 1."""
    most = math.prod(n + 1 for n in widths)
    found = pl.linear_regions(most_pieces_network(widths))
    assert [found.count(d) for d in FINE] == [most] * 5
    assert tuple(found.convex_bounds) == (most, most)


def test_a_domain_can_raise_a_count():
    # relu(1 - |x| - |y|): four sides and the outside, which the strip cuts in two
    pyramid = net(([[1, 0], [-1, 0], [0, 1], [0, -1]], None), ([[-1] * 4], [1]), ([[1]], None))
    strip = [(-2, 2), ("-1/2", "1/2")]
    assert [pl.count_regions(pyramid, d) for d in (None, [(-2, 2)] * 2, strip)] == [5, 5, 6]
    assert pl.count_regions(pyramid, strip, definition="affine") == 5


def test_a_network_that_reaches_the_bound_of_serra():
    normals = [(3, 1), (1, 1), (1, 3), (-1, 2), (-1, 1), (-2, 1)]
    offsets = (0, 1, 5, 13, 29, 47)
    lines = [
        (n, Fraction(sum(n), 2) + Fraction(c, 2000)) for n, c in zip(normals, offsets, strict=True)
    ]
    zigzags = zigzag_network(2, 3, lines)
    found = pl.linear_regions(zigzags)
    assert found.count("activation") == 352
    for definition in ("connected", "affine"):
        slow = pl.count_regions(zigzags, definition=definition, engine="rays")
        assert found.count(definition) == slow
    assert found.count("affine") <= found.count("closed") <= found.count("connected") < 352


def test_montufar_on_the_square_and_the_plane():
    network = montufar_network()
    assert pl.count_regions(network, [(0, 1)] * 2, definition="activation") == 44
    assert pl.count_regions(network, definition="activation") == 58


# engines -------------------------------------------------------------------------------------


def boxes(n):
    return st.sampled_from([None, [(-1, 1)] * n, [("-1/3", 2)] * n, [(0, Fraction(1, 2**40))] * n])


@st.composite
def cases(draw, max_inputs=3):
    degenerate = draw(st.sampled_from([None, True]))
    network = draw(networks(max_inputs=max_inputs, degenerate=degenerate))
    return network, draw(boxes(network.n_inputs))


def patterns_of(subdivision, chart):
    out = set()
    for cell in subdivision.cells:
        signs = iter(cell.signs)
        parts = [
            np.packbits(np.array([next(signs) for _ in stage.bending], dtype=bool)).tobytes()
            for stage in chart.stages
        ]
        out.add(b"".join(parts))
    return out


@settings(deadline=None)
@given(cases(), st.sampled_from([1.0, 1e6, 1e12, 1e40]))
def test_the_engines_agree_however_little_the_floats_decide(case, doubt):
    network, box = case
    slow = subdivide(network, box)
    chart = make_chart(network.stages, checked_domain(box, network.n_inputs))
    fast = FaceComplex(chart, doubt).run()
    assert {row.tobytes() for row in fast.patterns[-1]} == patterns_of(slow, chart)
    assert fast.num_cells == len(slow.cells)
    for definition in ("pattern", "activation", "connected", "affine"):
        found = pl.count_regions(network, box, definition=definition, engine="faces")
        assert found == regions_of(slow, definition)


@settings(deadline=None)
@given(cases(max_inputs=1))
def test_the_sweep_agrees_on_an_interval(case):
    network, box = case
    if network.n_inputs == 1 and box is not None:
        for definition in ("activation", "connected"):
            both = {
                pl.count_regions(network, box, definition=definition, engine=e)
                for e in ("sweep", "faces", "rays")
            }
            assert len(both) == 1


@settings(deadline=None)
@given(cases())
def test_euler_relation_and_order_of_the_counts(case):
    network, box = case
    found = pl.linear_regions(network, box)
    d = found.dimension
    if found.chart.lineality < network.n_inputs:
        assert found.euler_characteristic == ((-1) ** d if box is None else 1)
    fine = counts(found)
    low, high = fine[2]
    order = [fine[0], fine[1], high, low, *fine[3:]]
    assert all(a >= b for a, b in itertools.pairwise(order))
    graph = found.graph()
    assert graph.number_of_nodes() == fine[1]
    assert nx.is_connected(graph)


@settings(deadline=None)
@given(cases())
def test_every_cell_is_what_it_says(case):
    network, box = case
    found = pl.linear_regions(network, box)
    total = Fraction(0)
    for cell in found:
        inner = cell.interior_point
        matrix, shift = cell.affine_map
        value = network(list(inner))
        value = value if isinstance(value, tuple) else (value,)
        assert value == tuple(
            sum((a * x for a, x in zip(row, inner, strict=True)), b)
            for row, b in zip(matrix, shift, strict=True)
        )
        assert all(
            sum(a * x for a, x in zip(h.normal, inner, strict=True)) < h.offset
            for h in cell.half_spaces
        )
        assert all(cell.contains(v) for v in cell.vertices)
        assert set(cell.neighbours) == {
            h.neighbour for h in cell.half_spaces if h.neighbour is not None
        }
        if not found.chart.artificial:
            assert found.locate(inner).index == cell.index
        for v in cell.vertices:
            assert found.locate(v).contains(v)
        if box is not None:
            total += cell.volume
    if box is not None:
        sides = [pl.rational(b) - pl.rational(a) for a, b in box]
        assert total == math.prod(sides)


@settings(deadline=None)
@given(cases(max_inputs=2), st.data())
def test_dense_samples_meet_known_patterns_only(case, data):
    network, box = case
    found = pl.linear_regions(network, box)
    known = {cell.pattern for cell in found}
    box = box or [(-3, 3)] * network.n_inputs
    steps = 12 if network.n_inputs == 1 else 6
    axes = [
        [
            pl.rational(a) + (pl.rational(b) - pl.rational(a)) * Fraction(2 * i + 1, 2 * steps)
            for i in range(steps)
        ]
        for a, b in box
    ]
    for point in itertools.product(*axes):
        pattern = network.activation_pattern(list(point))
        if all(all(branch != 0 for branch in layer) for layer in pattern):
            assert pattern in known


@settings(deadline=None)
@given(cases())
def test_sign_sequences_are_the_signs_inside_the_faces(case):
    network, box = case
    if any(layer.kind == "choice" for layer in network._lowered.layers):
        return
    found = pl.linear_regions(network, box)
    d = found.dimension
    rows = found.sign_sequences(d)
    assert len(rows) == found.num_cells
    for k in range(d + 1):
        rows = found.sign_sequences(k)
        assert len(rows) == found.f_vector[k]
        faces = np.flatnonzero(~found._incidence.at_infinity[k])
        for row, face in zip(rows.tolist(), faces.tolist(), strict=True):
            numbers = found._incidence.vertices(k, face)
            rays = found._complex.exact_vertices(numbers)
            total = [sum(c) for c in zip(*(rays[v] for v in numbers), strict=True)]
            y = [Fraction(v, total[-1]) for v in total[:-1]]
            signs = []
            for stage in found._complex._exact_stages:
                y = stage.linear(y)
                signs += [(y[j] > 0) - (y[j] < 0) for j in stage.bending]
                y = stage.units(y)
            assert row == signs


# domains -------------------------------------------------------------------------------------


@settings(deadline=None)
@given(networks(min_inputs=2, max_inputs=3, degenerate=True))
def test_a_box_as_polytope_and_a_square_as_polygon(network):
    n = network.n_inputs
    normals = [[s * int(i == j) for j in range(n)] for i in range(n) for s in (1, -1)]
    cube = pl.polytope(normals, [1] * (2 * n))
    for definition in ("activation", "connected"):
        assert pl.count_regions(network, cube, definition=definition) == pl.count_regions(
            network, [(-1, 1)] * n, definition=definition
        )
    if n == 2:
        square = pl.polygon([[-1, -1], [1, -1], [1, 1], [-1, 1]])
        assert pl.count_regions(network, square) == pl.count_regions(network, cube)


@settings(deadline=None)
@given(networks(min_inputs=3, max_inputs=3))
def test_a_plane_is_the_network_after_an_embedding(network):
    p, q, r = [0, "1/2", 1], [1, 0, 1], ["1/3", 1, -1]
    slice_ = pl.plane(p, q, r, window=((-2, 2), (-1, 3)))
    found = pl.linear_regions(network, slice_)
    for cell in found:
        s, t = cell.interior_point
        x = slice_.at(s, t)
        value = network(list(x))
        value = value if isinstance(value, tuple) else (value,)
        matrix, shift = cell.affine_map
        assert value == tuple(
            row[0] * s + row[1] * t + b for row, b in zip(matrix, shift, strict=True)
        )
    assert sum(cell.volume for cell in found) == 16
    whole = pl.plane(p, q, r, window="all")
    assert pl.count_regions(network, whole) >= 1
    for cell in pl.linear_regions(network, whole):
        assert cell.contains(cell.interior_point)


def test_unbounded_polytopes_and_their_rays():
    network = net(([[1, -1], [1, 1]], None), ([[1, 1]], None))
    quadrant = pl.polytope([[-1, 0], [0, -1]], [0, 0])
    found = pl.linear_regions(network, quadrant)
    assert found.count("activation") == 2
    assert {cell.rays for cell in found} <= {
        ((1, 0), (1, 1)),
        ((1, 1), (1, 0)),
        ((0, 1), (1, 1)),
        ((1, 1), (0, 1)),
    }
    assert found.num_bounded == 0
    with pytest.raises(pl.DomainError, match="unbounded"):
        _ = found[0].volume


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: pl.polytope([[1, 0], [-1, 0]], [1, 1]), "whole line"),
        (lambda: pl.polytope([[1, 0], [-1, 0], [0, 1], [0, -1]], [0, 0, 1, 1]), "no interior"),
        (lambda: pl.polytope([[1, 0], [-1, 0], [0, 1], [0, -1]], [0, -1, 1, 1]), "no interior"),
        (lambda: pl.polytope([[0, 0]], [1]), "is zero"),
        (lambda: pl.polytope([[1, 0]], [1, 2]), "one offset for each normal"),
        (lambda: pl.plane([0, 0], [1, 1], [2, 2]), "one line"),
        (lambda: pl.plane([0, 0], [1, 1], [2]), "2, 2 and 1 coordinates"),
        (lambda: pl.plane([0, 0], [1, 1], [2, 0], window="square"), "not known"),
        (lambda: pl.plane([0, 0], [1, 1], [2, 0], window=((1, 0), (0, 1))), "no interior"),
        (lambda: pl.polygon([[0, 0], [1, 0]]), "at least three"),
        (lambda: pl.polygon([[0, 0], [1, 1], [1, 0], [0, 1]]), "strictly convex"),
        (lambda: pl.polygon([[0, 0, 0], [1, 0, 0], [1, 1, 1], [0, 1, 0]]), "in one plane"),
        (lambda: pl.linear_regions(NOT_CONVEX, [(0, 1)]), "each of the 2 inputs"),
        (lambda: pl.linear_regions(NOT_CONVEX, 3), "each of the 2 inputs"),
        (lambda: pl.linear_regions(NOT_CONVEX, [(0, 0), (0, 1)]), "no interior"),
        (lambda: pl.linear_regions(NOT_CONVEX, pl.plane([0] * 3, [1, 0, 0], [0, 1, 0])), "3 dim"),
        (lambda: pl.linear_regions(NOT_CONVEX, pl.polytope([[1], [-1]], [1, 1])), "1 dimensions"),
        (lambda: pl.count_regions(NOT_CONVEX, definition="linear"), "not known"),
        (lambda: pl.count_regions(NOT_CONVEX, engine="gpu"), "not known"),
        (lambda: pl.linear_regions(NOT_CONVEX, [(0, 1)] * 2).locate([2, 0]), "outside"),
        (lambda: pl.linear_regions(NOT_CONVEX, [(0, 1)] * 2).locate([2]), "1 coordinates"),
    ],
)
def test_bad_domains_are_refused_with_a_reason(make, message):
    with pytest.raises(pl.DomainError, match=message):
        make()


def test_irrational_weights_are_refused():
    golden = net(([[pl.golden(), 1]], None), ([[1]], None))
    plain = net(([[1, 1]], None), ([[1]], None))
    for ask in (
        lambda: pl.linear_regions(golden),
        lambda: pl.count_regions(golden, engine="rays"),
        lambda: pl.search_regions(golden),
        lambda: pl.equivalent(golden, plain),
        lambda: pl.network_distance(plain, golden, [(0, 1), (0, 1)]),
        lambda: pl.trajectory(golden, pl.arc([1, 0], [0, 1])),
        lambda: pl.weight_trajectory(golden, [[1, 1]], [1, 1]),
        lambda: pl.weight_trajectory(plain, [[pl.golden(), 1]], [1, 1]),
        lambda: pl.certify.regions(golden),
    ):
        with pytest.raises(pl.DomainError, match="rational"):
            ask()
    assert pl.trajectory(golden, [[0, 0], [1, -1], [1, 1]]).num_transitions >= 0


def test_a_float_domain_is_refused():
    with pytest.raises(pl.InexactInputError):
        pl.linear_regions(NOT_CONVEX, [(0.0, 0.1), (0, 1)])


def test_a_budget_leaves_a_lower_bound_and_the_way_on():
    network = pl.random_network([2, 12, 12, 1], seed=4)
    whole = pl.linear_regions(network)
    with pytest.raises(pl.BudgetExceeded, match=r"from .* to [\d,]+ activation") as caught:
        pl.linear_regions(network, budget=pl.Budget(pieces=40))
    partial = caught.value.partial
    assert 40 < partial.lower_bound < whole.count("activation")
    with pytest.raises(pl.BudgetExceeded) as again:
        partial.resume(pl.Budget(pieces=partial.lower_bound + 30))
    found = again.value.partial.resume()
    assert found.f_vector == whole.f_vector
    assert {c.pattern for c in found} == {c.pattern for c in whole}


# functions -----------------------------------------------------------------------------------


@settings(deadline=None)
@given(networks(max_inputs=2, max_outputs=2))
def test_extremes_integral_and_lipschitz_against_all_vertices(network):
    n = network.n_inputs
    found = pl.linear_regions(network, [(-1, 1)] * n)
    corners = {v for cell in found for v in cell.vertices}

    def value(x, i):
        y = network(list(x))
        return y[i] if isinstance(y, tuple) else y

    for i in range(network.n_outputs):
        values = [value(v, i) for v in corners]
        top, low = found.maximum(i), found.minimum(i)
        assert (low.value, top.value) == (min(values), max(values))
        assert value(top.point, i) == top.value
        assert found[top.cell].contains(top.point)
    matrices = [cell.affine_map[0] for cell in found]
    rows = max(sum(map(abs, row)) for m in matrices for row in m)
    columns = max(sum(map(abs, c)) for m in matrices for c in zip(*m, strict=True))
    assert found.lipschitz("inf") == rows
    assert found.lipschitz(1) == columns
    spectral = max(np.linalg.norm(np.array(m, dtype=float), 2) for m in matrices)
    two = found.lipschitz(2)
    assert float(two.lower) <= spectral * (1 + 1e-12)
    assert float(two.upper) >= spectral * (1 - 1e-12)
    assert two.width <= Fraction(1, 10**9) * (1 + two.upper)
    if n == 1:
        f = network.to_piecewise(-1, 1, output=0)
        assert found.integral() == f.integral()
        assert found.lipschitz(1) >= f.lipschitz


def test_integrals_that_are_known():
    # the integral of max(x_1, ..., x_n) over the unit cube is n / (n + 1)
    for n in (2, 3, 4):
        maximum = tree(n)
        assert pl.linear_regions(maximum, [(0, 1)] * n).integral() == Fraction(n, n + 1)
    gap = net(([[1, -1], [-1, 1]], None), ([[1, 1]], None))
    assert pl.linear_regions(gap, [(0, 1)] * 2).integral() == Fraction(1, 3)


def tree(n):
    """The maximum of n inputs, one after the other, carrying the rest as two ReLUs each."""
    layers = []
    width = n
    pairs = [[int(j == i) for j in range(n)] for i in range(n)]
    values = pairs
    while width > 1:
        # relu(a - b), then b and the others as differences of ReLUs
        a, b, rest = values[0], values[1], values[1:]
        top = [[x - y for x, y in zip(a, b, strict=True)]]
        units = top + [row for r in rest for row in (r, [-x for x in r])]
        layers.append((units, None))
        m = len(units)
        first = [0] * m
        first[0], first[1], first[2] = 1, 1, -1
        values = [first]
        for k in range(1, len(rest)):
            row = [0] * m
            row[1 + 2 * k], row[2 + 2 * k] = 1, -1
            values.append(row)
        width -= 1
    layers.append((values, None))
    return pl.from_weights(layers)


def test_unbounded_functions_have_no_extremes():
    found = pl.linear_regions(net(([[1, 0], [0, 1]], None), ([[1, 1]], None)))
    assert found.minimum().value == 0
    with pytest.raises(pl.DomainError, match="not bounded above"):
        found.maximum()
    with pytest.raises(pl.DomainError, match="not bounded"):
        found.integral()


# surfaces ------------------------------------------------------------------------------------


def test_bent_hyperplanes_as_geometry():
    network = net(([[1], [-1]], [0, 1]), ([[4, 2]], [-3]), ([[1]], None))
    bent = pl.linear_regions(network).bent_hyperplane(1, 0)  # Serra, figure 2
    assert sorted(p.vertices[0][0] for p in bent.patches) == [Fraction(-1, 2), Fraction(1, 2)]
    assert bent.num_components == 2
    zero_on_a_cell = net(([[1, 0]], None), ([[1], [1]], [0, -1]), ([[1, 1]], None))
    bent = pl.linear_regions(zero_on_a_cell).bent_hyperplane(1, 0)
    assert {p.dimension for p in bent.patches} == {1}  # one neuron sees a line only
    cone = net(([[1, 0], [-1, 0], [0, 1], [0, -1]], None), ([[1] * 4], [-1]), ([[1]], None))
    ring = pl.linear_regions(cone).bent_hyperplane(1, 0)
    assert len(ring) == 4
    assert ring.is_bounded
    assert ring.num_components == 1
    touching = net(([[1, 0], [-1, 0], [0, 1], [0, -1]], None), ([[1] * 4], None), ([[1]], None))
    point = pl.linear_regions(touching).bent_hyperplane(1, 0)
    assert [(p.dimension, p.vertices) for p in point.patches] == [(0, ((0, 0),))]


@settings(deadline=None)
@given(networks(min_inputs=1, max_inputs=2, max_outputs=1), st.sampled_from([0, "1/3", -1]))
def test_level_sets_lie_at_their_level(network, level):
    found = pl.linear_regions(network, [(-1, 1)] * network.n_inputs)
    surface = found.level_set(level)
    for patch in surface.patches:
        for v in patch.vertices:
            assert network(list(v)) == pl.rational(level)
    low, high = found.minimum().value, found.maximum().value
    assert bool(len(surface)) == (low <= pl.rational(level) <= high)


@settings(deadline=None)
@given(networks(min_inputs=1, max_inputs=2, max_outputs=3))
def test_decision_maps_name_the_largest_output(network):
    found = pl.linear_regions(network, [(-1, 1)] * network.n_inputs)
    if network.n_outputs == 1:
        with pytest.raises(pl.DomainError, match="two outputs"):
            found.decision_map()
        return
    for least, best in ((False, max), (True, min)):
        decisions = found.decision_map(least=least)
        assert sum(decisions.volumes.values()) == 2**network.n_inputs
        explored = decisions._explored
        for cell, winner in enumerate(decisions.winners.tolist()):
            ray = explored.inner_ray(cell)
            values = network([Fraction(v, ray[-1]) for v in ray[:-1]])
            assert winner == values.index(best(values))
        for patch in decisions.boundary.patches:
            for v in patch.vertices:
                values = network(list(v))
                assert values.count(best(values)) > 1


# equality ------------------------------------------------------------------------------------


@settings(deadline=None)
@given(networks(max_inputs=2), st.randoms(use_true_random=False))
def test_permuted_rescaled_and_padded_networks_are_equal(network, source):
    stages = [(s.linear.dense(), s.bias.mid) for s in network.stages]
    if any(len(s.bending) != s.n_out or s.alpha.mid.any() for s in network.stages[:-1]):
        return
    if not all(s.linear.is_dyadic and s.bias.is_dyadic for s in network.stages):
        return
    layers = []
    before = None
    for i, (w, b) in enumerate(stages):
        w, b = w.copy(), b.copy()
        if before is not None:
            order, scale = before
            w = w[:, order] / scale
        if i < len(stages) - 1:
            order = source.sample(range(len(w)), len(w))
            scale = np.array([2.0 ** source.randint(-3, 3) for _ in order])
            w, b = w[order] * scale[:, None], b[order] * scale
            before = (order, scale)
        layers.append((w, b))
    other = pl.from_weights(layers)
    assert bool(pl.equivalent(network, other))
    for definition in FINE:
        assert pl.count_regions(network, definition=definition) == pl.count_regions(
            other, definition=definition
        )


@settings(deadline=None)
@given(networks(max_inputs=2, max_outputs=1), networks(max_inputs=2, max_outputs=1))
def test_differences_are_real_and_distances_fit(first, second):
    if first.n_inputs != second.n_inputs:
        with pytest.raises(pl.DomainError, match="inputs"):
            pl.equivalent(first, second)
        return
    box = [(-1, 1)] * first.n_inputs
    verdict = pl.equivalent(first, second, box)
    far = [pl.network_distance(first, second, box, norm) for norm in ("Linf", "L1", "L2")]
    if verdict:
        assert far == [0, 0, 0]
    else:
        x = list(verdict.evidence.point)
        assert all(-1 <= v <= 1 for v in x)
        assert (first(x),) == verdict.evidence.first
        assert first(x) != second(x)
        assert far[0] >= abs(first(x) - second(x))
        assert 0 < far[1] <= far[0] * 2**first.n_inputs
        assert far[2] * far[2] <= far[0] * far[1]
    if first.n_inputs == 1:
        f, g = first.to_piecewise(-1, 1), second.to_piecewise(-1, 1)
        assert far == [pl.distance(f, g, norm) for norm in ("Linf", "L1", "L2")]


def test_a_difference_that_hides_in_a_corner():
    bump = net(([[1, 1]], ["-1999/1000"]), ([[1]], None))
    zero = net(([[0, 0]], None), ([[1]], None))
    verdict = pl.equivalent(bump, zero, [(0, 1), (0, 1)])
    assert not verdict
    assert sum(verdict.evidence.point) > Fraction(1999, 1000)
    assert bool(pl.equivalent(bump, zero, [(0, 1), (0, Fraction(999, 1000))]))


@pytest.mark.parametrize(("name", "n", "count"), [("braid", 4, 24), ("shi", 3, 16)])
def test_arrangements_without_general_position(name, n, count):
    found = pl.linear_regions(arrangement_network(arrangement(name, n)))
    assert found.count("activation") == count
    assert found.chart.lineality == 1
    assert not any(cell.is_bounded for cell in found)


# the maximum of five numbers with two hidden layers ------------------------------------------


def carrying(n, layers, last):
    """A network of layers (rows, slopes): slope 0 is a ReLU, 1 carries a value along."""
    nodes, before = [], "input"
    for k, (rows, slopes) in enumerate(layers):
        nodes.append(Node(f"affine{k}", Affine(read_array(rows), None), (before,)))
        before = f"units{k}"
        nodes.append(Node(before, PReLU(read_array(slopes)), (f"affine{k}",)))
    nodes.append(Node("output", Affine(read_array(last), None), (before,)))
    return ReLUNetwork(tuple(nodes), (n,))


def two_layers(change=0):
    """The identity with 50 maxima of two, found by a linear program (see the theory notes)."""
    pairs = list(itertools.combinations(range(5), 2))
    first = [[int(k == i) - int(k == j) for k in range(5)] for i, j in pairs]
    first += [[int(k == i) for k in range(5)] for i in range(5)]

    def top(i, j):
        i, j = min(i, j), max(i, j)
        row = [0] * 15
        row[pairs.index((i, j))] = row[10 + j] = 1
        return row

    def plus(a, b):
        return [x + y for x, y in zip(a, b, strict=True)]

    terms = []
    for i in range(5):
        a, b, c, d = (j for j in range(5) if j != i)
        twice = [2 * int(k == 10 + i) for k in range(15)]
        terms.append((Fraction(2, 5), top(a, b), top(c, d)))
        for j, k in itertools.combinations((a, b, c, d), 2):
            m, n = (x for x in (a, b, c, d) if x not in (j, k))
            terms.append((Fraction(-1, 30), plus(top(i, j), top(i, k)), plus(top(m, n), top(j, k))))
        for j, k, m, n in ((a, b, c, d), (a, c, b, d), (a, d, b, c)):
            terms.append((Fraction(1, 30), twice, plus(top(j, k), top(m, n))))
    terms[7] = (terms[7][0] + change, *terms[7][1:])
    second = [[x - y for x, y in zip(a, b, strict=True)] for _, a, b in terms]
    carried = [sum(c * b[k] for c, _, b in terms) for k in range(15)]
    return carrying(
        5,
        [(first, [0] * 10 + [1] * 5), ([*second, carried], [0] * len(terms) + [1])],
        [[*(c for c, _, _ in terms), 1]],
    )


def three_layers():
    return carrying(
        5,
        [
            (
                [
                    [1, -1, 0, 0, 0],
                    [0, 0, 1, -1, 0],
                    [0, 1, 0, 0, 0],
                    [0, 0, 0, 1, 0],
                    [0] * 4 + [1],
                ],
                [0, 0, 1, 1, 1],
            ),
            ([[1, -1, 1, -1, 0], [0, 1, 0, 1, 0], [0, 0, 0, 0, 1]], [0, 1, 1]),
            ([[1, 1, -1], [0, 0, 1]], [0, 1]),
        ],
        [[1, 1]],
    )


def test_the_maximum_of_five_numbers_in_two_ways():
    verdict = pl.equivalent(two_layers(), three_layers())
    assert verdict, verdict.reason
    assert pl.count_regions(two_layers()) == 5
    wrong = pl.equivalent(two_layers(Fraction(1, 10**9)), three_layers())
    assert not wrong
    assert wrong.evidence.first != wrong.evidence.second


# numbers of the literature -------------------------------------------------------------------


def arranged(n, d, seed):
    source = random.Random(seed)
    rows = [[source.randint(-99, 99) for _ in range(d)] for _ in range(n)]
    return pl.from_weights([(rows, [source.randint(-99, 99) for _ in range(n)]), ([[1] * n], None)])


@pytest.mark.parametrize(("n", "d"), [(3, 2), (8, 2), (16, 2), (8, 3), (8, 4), (8, 5), (8, 6)])
def test_faces_of_arrangements_in_general_position(n, d):
    found = pl.linear_regions(arranged(n, d, seed=n + d))
    assert found.f_vector == arrangement_faces(n, d)
    assert found.count("activation") == pl.zaslavsky(n, d)
    assert found.num_bounded == math.comb(n - 1, d)
    degrees = 2 * found.f_vector[-2] / found.f_vector[-1]
    assert found.graph().number_of_edges() * 2 / len(found) == degrees


def test_published_average_degree():
    found = pl.linear_regions(arranged(8, 4, seed=12))
    assert Fraction(2 * found.f_vector[3], found.f_vector[4]) == Fraction(1024, 163)
    assert found.f_vector == (70, 336, 616, 512, 163)


@settings(deadline=None)
@given(networks(max_inputs=2), st.sampled_from([2, Fraction(1, 3), 10**6]))
def test_scaling_all_biases_dilates_the_subdivision(network, factor):
    stages = network.stages
    if any(s.alpha.mid[s.bending].any() or len(s.bending) < s.n_out for s in stages[:-1]):
        return
    layers = [
        (
            [[str(w) for w in row] for row in exact_rows(s)],
            [str(pl.rational(str(b)) * factor) for b in s.bias.scalars().tolist()],
        )
        for s in stages
    ]
    other = pl.from_weights(layers)
    for definition in FINE:
        assert pl.count_regions(network, definition=definition) == pl.count_regions(
            other, definition=definition
        )


def exact_rows(stage):
    rows, columns, values = stage.linear.entries()
    out = [[0] * stage.n_in for _ in range(stage.n_out)]
    for i, j, w in zip(rows, columns, values.scalars().ravel(), strict=True):
        out[i][j] += w
    return out


@settings(deadline=None)
@given(networks(max_inputs=2, max_depth=2))
def test_dead_and_doubled_neurons_change_no_region(network):
    stages = network.stages
    if any(s.alpha.mid[s.bending].any() or len(s.bending) < s.n_out for s in stages[:-1]):
        return
    layers = [(exact_rows(s), s.bias.scalars().tolist()) for s in stages]
    (w, b), (v, c) = layers[0], layers[1]
    wider = [
        ([*w, [0] * len(w[0]), [3 * x for x in w[0]]], [*b, -1, 3 * b[0]]),
        ([[*row, 0, 0] for row in v], c),
        *layers[2:],
    ]
    text = [([[str(x) for x in row] for row in w], [str(x) for x in b]) for w, b in wider]
    other = pl.from_weights(text)
    for definition in FINE:
        assert pl.count_regions(network, definition=definition) == pl.count_regions(
            other, definition=definition
        )
    assert bool(pl.equivalent(network, other))


def test_the_degeneracy_report():
    generic = pl.linear_regions(arranged(5, 2, seed=4)).degeneracies
    assert generic.is_generic
    assert str(generic) == "none"
    crowd = net(([[1, 0], [2, 0], [-1, 0], [0, 0]], [0, 0, 0, -1]), ([[1] * 4], None))
    report = pl.linear_regions(crowd).degeneracies
    assert report.duplicate == (((0, 0), (0, 1)),)
    assert report.antiparallel == (((0, 0), (0, 2)), ((0, 1), (0, 2)))
    assert set(report.coincident) == {((0, 0), (0, 1)), ((0, 0), (0, 2)), ((0, 1), (0, 2))}
    assert report.dead == ((0, 3),)
    assert report.lineality == 1
    folds = ([[1, 0], [-1, 0], [0, 1], [0, -1]], None)
    touching = pl.linear_regions(net(folds, ([[1] * 4], None), ([[1]], None))).degeneracies
    assert touching.touching == ((1, 0),)
    assert touching.always_on == ((1, 0),)
    # zero at the origin, where it has a minimum, and on lines elsewhere
    both = net(
        ([[1, 0], [-1, 0], [0, 1], [0, -1], [1, 0]], [0, 0, 0, 0, -1]),
        ([[1, 1, 1, 1, -5]], None),
        ([[1]], None),
    )
    assert pl.linear_regions(both).degeneracies.touching == ((1, 0),)
    corner = pl.linear_regions(both, [(0, 2), (0, 2)]).degeneracies
    assert corner.touching == ()  # what lies beyond the domain is not known
    pairs = [[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0]]
    fold = net((pairs, None), ([[1] * 4], None), ([[1]], None))
    assert pl.linear_regions(fold, [(-1, 1)] * 3).degeneracies.touching == ((1, 0),)
    cancelled = pl.linear_regions(WORKED["identity"][0]).degeneracies
    assert cancelled.hidden_facets == 1
    quadrant = net(([[1, 0], [0, 1]], None), ([[1, 1], [-1, -1]], [0, 1]), ([[1, 1]], None))
    zero = pl.linear_regions(quadrant).degeneracies
    assert zero.zero_on_cells == ((1, 0),)
    assert "zero on cells" in str(zero)
    concurrent = pl.linear_regions(net(([[1, 0], [0, 1], [1, 1]], None), ([[1] * 3], None)))
    assert concurrent.degeneracies.crowded_vertices == 1
    assert not concurrent.degeneracies.is_generic


@pytest.mark.parametrize(("widths", "seed"), [((2, 6, 5), 1), ((2, 4, 4, 3), 2), ((3, 4, 4), 3)])
def test_faces_with_and_without_a_neuron(widths, seed):
    """N_k(C) = N_k(C - h) + N_k(h) + N_(k-1)(h) in general position (Gaines, Bi, Lemma 3.3)."""
    network = pl.random_network([*widths, 1], seed=seed)
    layers = [(s.linear.dense(), s.bias.mid) for s in network.stages]
    (w, b), (v, c) = layers[-2:]
    fewer = pl.from_weights([*layers[:-2], (w[1:], b[1:]), (v[:, 1:], c)])
    all_faces, less = pl.linear_regions(network), pl.linear_regions(fewer)
    d = all_faces.dimension
    first = sum(widths[1:-1])
    on = [int((all_faces.sign_sequences(k)[:, first] == 0).sum()) for k in range(d + 1)]
    for k in range(d + 1):
        assert all_faces.f_vector[k] == less.f_vector[k] + on[k] + (on[k - 1] if k else 0)


# other layers --------------------------------------------------------------------------------


def short(source, m, n):
    return [[f"{source.randint(-4, 4)}/2" for _ in range(n)] for _ in range(m)]


def of_kind(kind, inputs, source):
    """A small network of one kind of layer."""
    biases = [row[0] for row in short(source, 6, 1)]
    if kind == "maxout":  # two neurons, each the largest of three
        rows = short(source, 6, inputs)
        nodes = (
            Node("units", Affine(read_array(rows), read_array(biases)), ("input",)),
            Node("row", ops.Reshape((1, 6)), ("units",)),
            Node("pool", ops.MaxPool((3,)), ("row",)),
            Node("flat", ops.Reshape((2,)), ("pool",)),
            Node("output", Affine(read_array(short(source, 1, 2)), None), ("flat",)),
        )
        return ReLUNetwork(nodes, (inputs,))
    bend = {"hard_tanh": "hard_tanh", "abs": "abs"}.get(kind) or ops.LeakyReLU(kind)
    layers = [
        (short(source, 3, inputs), biases[:3]),
        (short(source, 2, 3), biases[3:5]),
        (short(source, 1, 2), biases[5:]),
    ]
    return pl.from_weights(layers, bend)


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(["hard_tanh", "abs", "1/10", "2", "-1", "maxout"]),
    st.integers(1, 2),
    st.integers(0, 10**6),
)
def test_layers_of_every_kind(kind, inputs, seed):
    network = of_kind(kind, inputs, random.Random(seed))
    for box in (None, [(-1, 1)] * inputs):
        found = pl.linear_regions(network, box)
        assert found.count("activation") == len({cell.pattern for cell in found})
        for definition in ("connected", "affine"):
            slow = pl.count_regions(network, box, definition=definition, engine="rays")
            assert found.count(definition) == slow
        for cell in found:
            x = cell.interior_point
            matrix, shift = cell.affine_map
            assert network(list(x)) == sum(
                (a * v for a, v in zip(matrix[0], x, strict=True)), shift[0]
            )
        if box is not None:
            assert sum(cell.volume for cell in found) == 2**inputs
        assert bool(pl.check(pl.certify.regions(network, box, of="connected")))


@pytest.mark.parametrize(
    ("weights", "bias", "outputs"),
    [([[1, 2]], [3], 1), ([[0, 0]], [3], 1), ([[1, 2], [0, 1]], None, 2)],
)
def test_networks_without_neurons(weights, bias, outputs):
    network = pl.from_weights([(weights, bias)])
    for domain in (None, [(0, 1), (0, 1)]):
        found = pl.linear_regions(network, domain)
        assert [found.count(d) for d in FINE] == [1] * 5
        assert len(found[0].affine_map[0]) == outputs
    assert pl.linear_regions(network, [(0, 1), (0, 1)]).maximum().value == max(
        network(list(x))[0] if outputs > 1 else network(list(x))
        for x in itertools.product((0, 1), repeat=2)
    )


@pytest.mark.parametrize("widths", [(2, 20, 18, 1), (3, 9, 8, 2), (2, 12, 10, 9, 1)])
def test_small_blocks_and_groups_change_nothing(monkeypatch, widths):
    network = pl.random_network(list(widths), seed=7)
    whole = pl.linear_regions(network)
    monkeypatch.setattr(engine, "_GROUP", 8)
    monkeypatch.setattr(engine, "_BLOCK", 100)
    monkeypatch.setattr(arguments, "_KEPT", 0)
    monkeypatch.setattr(arguments, "_BLOCK", 100)
    monkeypatch.setattr(maps, "_BATCH", 3)
    again = pl.linear_regions(network)
    assert again.f_vector == whole.f_vector
    assert {p.tobytes() for p in again._complex.patterns[-1]} == {
        p.tobytes() for p in whole._complex.patterns[-1]
    }
    for definition in FINE:
        if definition != "closed":
            assert again.count(definition) == whole.count(definition)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6), st.sampled_from([1.0, 1e40]))
def test_directions_that_are_almost_opposite(seed, doubt):
    source = random.Random(seed)
    tiny = [Fraction(1, 10**9), Fraction(-1, 10**12), Fraction(3, 10**17), 0]
    first = [
        [source.choice([1, -1]) * 10 ** source.choice([0, 9]), source.choice(tiny)]
        for _ in range(2)
    ]
    first += [[source.choice(tiny), source.choice([1, -1, 2])] for _ in range(2)]
    second = [[source.choice([1, -1, *tiny]) for _ in range(4)] for _ in range(3)]
    network = net((first, [0, 0, source.choice([0, 1]), 0]), (second, None), ([[1, 1, 1]], None))
    chart = make_chart(network.stages, None)
    fast = FaceComplex(chart, doubt).run()
    slow = subdivide(network)
    assert {row.tobytes() for row in fast.patterns[-1]} == patterns_of(slow, chart)
    assert fast.num_cells == len(slow.cells)


def test_cells_that_are_parts_of_one_are_located():
    carried = carrying(2, [([[1, 0], [0, 1], [1, 1]], [1, 1, 0])], [[1, 1, 1]])
    found = pl.linear_regions(carried)
    assert (len(found), found.count("activation")) == (4, 2)
    for point in itertools.product((-2, 0, 1), repeat=2):
        assert found.locate(point).contains(point)


@pytest.mark.parametrize("slope", ["1" + "0" * 25 + "1/1" + "0" * 26, "1/1" + "0" * 400])
def test_slopes_that_doubles_cannot_tell(slope):
    """A leaky ReLU whose slope rounds to 1 or 0 bends all the same, with that slope."""
    network = pl.from_weights([([[1]], None), ([[1]], None)], ops.LeakyReLU(slope))
    f = network.to_piecewise(-1, 1)
    assert f.num_pieces == 2
    assert f.slopes == (pl.rational(slope), 1)
    assert network.along([-1], [1]).num_transitions == 1
    assert [pl.count_regions(network, definition=d) for d in FINE] == [2] * 5
    assert bool(pl.check(pl.certify.regions(network, of="connected")))
