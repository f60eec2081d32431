"""Regions: the worked examples of the literature, arrangements, bounds, and dense sampling."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pl_models import integer_network

import plsym as pl
from plsym.regions import formulas
from plsym.regions.cells import subdivide
from plsym.regions.counting import regions_of
from plsym.regions.examples import (
    arrangement,
    arrangement_network,
    montufar_network,
    most_pieces_network,
    zigzag_network,
    zonotope_network,
)

DEFINITIONS = ("activation", "connected", "affine")
# Serra et al. count these: (name of a worked network, number of patterns)
PATTERNS = {
    "identity": 3,
    "absolute value": 3,
    "hat": 4,
    "Serra, figure 2": 5,
    "not convex": 7,
    "touching at a point": 11,
}


def counts(net, box=None):
    found = subdivide(net, box)
    return tuple(regions_of(found, d) for d in DEFINITIONS)


NETS = {
    # Stargalla, Hertrich, Reichman, arXiv:2505.16716, and relatives of their examples
    "identity": ([([[1], [-1]], None), ([[1, -1]], None)], (2, 1, 1)),
    "absolute value": ([([[1], [-1]], None), ([[1, 1]], None)], (2, 2, 2)),
    "hat": ([([[1], [1], [1]], [0, -1, -2]), ([[1, -2, 1]], None)], (4, 4, 3)),
    "Serra, figure 2": ([([[1], [-1]], [0, 1]), ([[4, 2]], [-3]), ([[1]], None)], (5, 4, 4)),
    "not convex": (
        [([[1, 0], [0, 1], [0, -1]], None), ([[1, -1, 1], [1, 0, 0]], None), ([[1, -1]], None)],
        (5, 3, 3),
    ),
    "touching at a point": (
        [
            ([[1, 0], [-1, 0], [1, 1], [-1, -1]], None),
            ([[1, -1, -1, 0], [-1, 1, 0, -1]], None),
            ([[1, 1]], None),
        ],
        (6, 6, 5),
    ),
    "the most of (2; 2, 2)": (
        [([[11, 9], [-4, -3]], [9, 4]), ([[1, 4], [6, 2]], [-2, -3]), ([[2, 3]], None)],
        (11, 8, 8),
    ),
    "dead, constant and zero neurons": (
        [([[0, 0], [0, 0], [0, 0], [1, 0]], [-1, 1, 0, 0]), ([[1, 1, 1, 1]], None)],
        (2, 2, 2),
    ),
    "nothing depends on the input": ([([[0, 0]], [1]), ([[1]], None)], (1, 1, 1)),
    "one direction of three": ([([[1, 2, 3], [2, 4, 6]], [0, 1]), ([[1, 1]], None)], (3, 3, 3)),
    "no neuron": ([([[1, 2]], [3])], (1, 1, 1)),
}


@pytest.mark.parametrize("name", NETS)
def test_worked_networks(name):
    layers, expected = NETS[name]
    assert counts(pl.from_weights(layers)) == expected


@pytest.mark.parametrize("name", PATTERNS)
def test_patterns_of_worked_networks(name):
    net = pl.from_weights(NETS[name][0])
    assert pl.count_regions(net, definition="pattern") == PATTERNS[name]


@pytest.mark.parametrize("k", [1, 2, 3, 4, 5])
def test_sawtooths_under_all_definitions(k):
    """tri composed k times, relu(relu(2x) - relu(4x - 2)): 3 2^(k-1) + 1 patterns, and so on."""
    step = [([[2], [4]], [0, -2]), ([[1, -1]], [0])]
    net = pl.from_weights([*step * k, ([[1]], [0])])
    assert pl.count_regions(net, definition="pattern") == 3 * 2 ** (k - 1) + 1
    assert counts(net) == (2**k + 2, 2**k + 2, 2**k + 1)
    assert counts(net, [(0, 1)]) == (2**k, 2**k, 2**k)
    assert pl.count_regions(net, [(0, 1)], definition="pattern") == 3 * 2 ** (k - 1) + 1


@pytest.mark.parametrize(
    ("name", "n", "regions"),
    [
        ("boolean", 4, 16),
        ("braid", 3, 6),
        ("braid", 4, 24),
        ("shi", 3, 16),
        ("shi", 4, 125),
        ("catalan", 3, 30),
        ("catalan", 4, 336),
        ("linial", 3, 7),
        ("linial", 4, 36),
        ("resonance", 2, 6),
        ("resonance", 3, 32),
        ("resonance", 4, 370),
        ("threshold", 2, 14),
        ("threshold", 3, 104),
        ("threshold", 4, 1882),
    ],
)
def test_arrangements_that_are_not_generic(name, n, regions):
    """The numbers are classical: n!, (n+1)^(n-1), n! Catalan(n), sequences A034997, A000609."""
    assert (
        pl.count_regions(arrangement_network(arrangement(name, n)), definition="activation")
        == regions
    )


def test_networks_of_the_literature():
    net = montufar_network()
    unit = [(0, 1), (0, 1)]
    assert counts(net, unit)[0] == pl.montufar_lower_bound(2, (4, 4)) == 44
    assert counts(net)[0] == 58
    directions = [(3, 1), (1, 1), (1, 3), (-1, 2), (-1, 1), (-2, 1)]
    offsets = (0, 1, 5, 13, 29, 47)
    lines = [
        ((a, b), Fraction(a + b, 2) + Fraction(c, 2000))
        for (a, b), c in zip(directions, offsets, strict=True)
    ]
    assert counts(zigzag_network(2, 3, lines))[0] == formulas.serra_lower_bound(2, (6, 6)) == 352
    vectors = [(1, 0), (0, 1), (1, 1), (1, -2)]
    for m in (2, 3, 4):
        for w, k in ((3, 1), (3, 2), (2, 1), (2, 2)):
            extra = int(w % 2 == 0 and k > 1)  # the outer flat region
            regions = counts(zonotope_network(vectors[:m], w, k))[1]
            assert regions == formulas.arora_zonotope(2, m, w, k) + extra


@pytest.mark.parametrize(
    "widths", [(3, 3), (4, 3), (3, 3, 3), (5, 4, 3), (6, 5, 2), (4, 4, 4), (3, 2), (7,), (2,)]
)
def test_most_pieces_of_one_input(widths):
    net = most_pieces_network(widths)
    most = math.prod(n + 1 for n in widths)
    assert counts(net) == (most, most, most)
    assert net.to_piecewise().num_pieces == most == formulas.serra_upper_bound(1, widths)


# Tables of theory: formulas (n0; widths) -> Serra 2018, Montufar 2017
UPPER = {
    (2, (2, 2)): (11, 16),
    (2, (3, 3)): (40, 49),
    (2, (4, 4)): (121, 121),
    (2, (3, 3, 3)): (208, 343),
    (2, (6, 6)): (484, 484),
    (2, (8, 8)): (1369, 1369),
    (2, (16, 16)): (18769, 18769),
    (2, (32, 32, 32)): (148035889, 148035889),
    (3, (3, 3)): (42, 64),
    (3, (4, 4)): (161, 225),
    (3, (4, 4, 4)): (1631, 3375),
    (3, (8, 8)): (8649, 8649),
    (784, (11, 11)): (2449868, 4194304),
}
LOWER = {
    (2, (4, 4)): (22, 44, None),
    (2, (6, 6)): (66, 198, 352),
    (2, (8, 8)): (148, 592, 925),
    (2, (16, 16)): (1096, 8768, 11097),
    (3, (6, 6)): (84, 336, None),
    (3, (16, 16)): (3485, 87125, 150552),
    (1, (3, 3, 3)): (36, 36, 64),
}


def test_tables_of_bounds():
    for (inputs, widths), (serra, montufar) in UPPER.items():
        assert pl.serra_upper_bound(inputs, widths) == serra
        assert formulas.montufar_upper_bound(inputs, widths) == montufar
        assert sum(formulas.dimension_histogram(inputs, widths).values()) == serra
    for (inputs, widths), (pascanu, montufar, serra) in LOWER.items():
        assert formulas.pascanu_lower_bound(inputs, widths) == pascanu
        assert pl.montufar_lower_bound(inputs, widths) == montufar
        if serra is None:
            with pytest.raises(pl.DomainError, match="at least 3 times"):
                formulas.serra_lower_bound(inputs, widths)
        else:
            assert formulas.serra_lower_bound(inputs, widths) == serra
    assert formulas.dimension_histogram(5, (4, 6, 3)) == {3: 210, 2: 1218, 1: 1183, 0: 211}
    assert [pl.zaslavsky(n, d) for n, d in ((3, 2), (8, 2), (16, 4), (16, 5), (10, 6))] == [
        7, 37, 2517, 6885, 848,
    ]  # fmt: skip
    assert formulas.arrangement_faces(8, 4) == (70, 336, 616, 512, 163)
    assert [formulas.step_layer(n, d, 2) for d, n in ((1, 3), (2, 2), (2, 3), (2, 4), (3, 3))] == [
        7, 9, 19, 33, 27,
    ]  # fmt: skip
    assert formulas.maxout_layer(2, 3, 3) == 9 and formulas.maxout_layer(3, 1, 3) == 7


def test_ranks_and_stable_neurons():
    assert pl.serra_upper_bound(3, (4, 4), ranks=(1, 4)) < pl.serra_upper_bound(3, (4, 4))
    assert pl.serra_upper_bound(3, (4, 4), stable=[(0, 4), (0, 0)]) == 1
    assert pl.serra_upper_bound(2, (4,), stable=[(1, 1)]) == pl.zaslavsky(2, 2)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 3), st.lists(st.integers(1, 4), min_size=1, max_size=3), st.integers(0, 999))
def test_random_integer_networks_against_bounds_and_samples(inputs, widths, seed):
    """Small integers make every degeneracy likely: parallel, equal, dead and zero neurons."""
    net = integer_network(inputs, widths, seed)
    box = [(-3, 3)] * inputs
    regions = counts(net, box)
    assert regions[2] <= regions[1] <= regions[0] <= pl.serra_upper_bound(inputs, widths)
    assert counts(net)[0] >= regions[0]
    patterns = pl.count_regions(net, box, definition="pattern")
    assert patterns >= regions[0]
    met = {
        tuple(s > 0 for layer in net.activation_pattern(point) for s in layer)
        for point in itertools.product([Fraction(i, 2) for i in range(-6, 7)], repeat=inputs)
    }
    assert len(met) <= patterns
    # every pattern met by a sample at which no neuron vanishes is one of the cells
    signs = {cell.signs for cell in subdivide(net, box).cells}
    rng = np.random.default_rng(seed)
    for point in rng.integers(-3 * 64 + 1, 3 * 64, (40, inputs)):
        x = [Fraction(int(c), 64) + Fraction(1, 6007) for c in point]
        pattern = [s for layer in net.activation_pattern(x) for s in layer]
        if 0 not in pattern:
            assert tuple(s > 0 for s in pattern) in signs
    # and every cell is met at a point inside it
    for cell in subdivide(net, box).cells:
        pattern = [s for layer in net.activation_pattern(cell.cone.interior()) for s in layer]
        assert tuple(s > 0 for s in pattern) == cell.signs


def test_one_input_agrees_with_the_sweep():
    for seed in range(6):
        net = pl.random_network([1, 6, 5, 1], seed=seed)
        assert pl.count_regions(net, [(-2, 2)]) == net.to_piecewise(-2, 2).num_pieces
        assert pl.count_regions(net) == net.to_piecewise().num_pieces


def test_generic_layers_meet_zaslavsky():
    for n, d in ((8, 2), (8, 3), (8, 4), (10, 6)):
        net = pl.random_network([d, n, 1], seed=n + d)
        assert pl.count_regions(net, definition="activation") == pl.zaslavsky(n, d)


def test_the_euler_relation_of_areas():
    """Cells tile the square: areas by the shoelace formula add up."""
    net = pl.random_network([2, 6, 6, 1], seed=3)
    total = Fraction(0)
    for cell in subdivide(net, [(0, 1), (0, 2)]).cells:
        points = [(Fraction(x, w), Fraction(y, w)) for x, y, w in cell.cone.rays]
        cx = sum(p[0] for p in points) / len(points)
        cy = sum(p[1] for p in points) / len(points)
        points.sort(key=lambda p: math.atan2(float(p[1] - cy), float(p[0] - cx)))
        ring = zip(points, points[1:] + points[:1], strict=True)
        total += abs(sum(a[0] * b[1] - a[1] * b[0] for a, b in ring)) / 2
    assert total == 2


def test_skips_past_the_first_layer():
    from plsym.networks.layers import Add, Affine, Node, ReLU

    def array(rows):
        return np.array(rows, dtype=float)

    nodes = (
        Node("a", Affine(array([[1, 0]]), None), ("input",)),
        Node("h", ReLU(), ("a",)),
        Node("b", Affine(array([[0, 1]]), array([-1])), ("input",)),
        Node("s", Add(), ("h", "b")),
        Node("o", ReLU(), ("s",)),
    )
    net = pl.ReLUNetwork(nodes, (2,))
    # relu(x) and relu(relu(x) + y - 1): three cells meet along the bent line, four in all
    assert counts(net) == (4, 3, 3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda n: pl.count_regions(n, [(0, 1)]), "for each of the 2 inputs"),
        (lambda n: pl.count_regions(n, [(0, 1), (1, 1)]), "no interior"),
        (lambda n: pl.count_regions(n, definition="R2"), "is not known"),
        (lambda n: pl.zaslavsky(-1, 2), "from 0 on"),
        (lambda n: pl.serra_upper_bound(2, (0, 3)), "from 1 on"),
        (lambda n: pl.serra_upper_bound(2, 3), "a sequence"),
        (lambda n: pl.serra_upper_bound(2, (3,), stable=[(2, 2)]), "no more stable"),
        (lambda n: most_pieces_network((2, 3)), "at least 3"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(pl.DomainError, match=message):
        call(pl.random_network([2, 3, 1], seed=0))


def test_a_budget():
    net = pl.random_network([2, 16, 16, 1], seed=0)
    with pytest.raises(pl.BudgetExceeded, match="stage 2"):
        pl.count_regions(net, budget=pl.Budget(pieces=150))
