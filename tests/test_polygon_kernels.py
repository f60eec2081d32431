"""The two kernels that cut polygons: one answer, bit for bit, and the same left to integers."""

from __future__ import annotations

import itertools
import math
import subprocess
import sys
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import plsym as pl
from plsym.errors import BudgetExceeded
from plsym.exact.tiers import forced
from plsym.networks.sweeping.prepared import SLACK
from plsym.regions import kernels, polygons, polygons_numpy
from plsym.regions.cells import subdivide
from plsym.regions.chart import make_chart
from plsym.regions.domains import checked_domain
from plsym.regions.engine import FaceComplex
from plsym.regions.placing import crossings
from plsym.testing import networks

compiled = pytest.mark.skipif(kernels.compiled_kernel() is None, reason="numba is missing")
BOXES = (None, [(-1, 1)] * 2, [("-1/3", 2)] * 2, [(0, Fraction(1, 2**40))] * 2)


class Recorded:
    """A kernel that writes down what it leaves to exact numbers, and when it stops."""

    def __init__(self, kernel):
        self.kernel = kernel
        self.log = []

    def evaluate(self, s):
        self.kernel.evaluate(s)
        self._note(s, 0)

    def begin(self, s):
        self.kernel.begin(s)

    def advance(self, s):
        code = self.kernel.advance(s)
        self._note(s, code)
        return code

    def unite(self, *arguments):
        return self.kernel.unite(*arguments)

    def _note(self, s, code):
        count = int(s.sizes[0])
        self.log.append((code, s.sizes.tolist(), s.open[:count].tolist(), s.filtered))


def run(network, domain, kernel, doubt=1.0):
    chart = make_chart(network.stages, checked_domain(domain, network.n_inputs))
    complex_ = FaceComplex(chart, doubt)
    recorded = Recorded(kernel)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("plsym.regions.engine.choose_kernel", lambda *_: recorded)
        complex_.run()
    return complex_, recorded.log


def same(network, domain, doubt=1.0):
    """Both kernels, and every array of the two complexes."""
    one, left = run(network, domain, polygons_numpy, doubt)
    two, right = run(network, domain, kernels.compiled_kernel(), doubt)
    assert left == right
    assert one.statistics == two.statistics
    a, b = one.lattice, two.lattice
    pairs = [(a.ends, b.ends), (a.sides, b.sides)]
    for k in range(one.d + 1):
        pairs += [(a.faces[k].home, b.faces[k].home), (a.faces[k].lines, b.faces[k].lines)]
    for name in ("points", "radii", "positive", "negative", "line_source", "line_forms"):
        pairs.append((getattr(one, name), getattr(two, name)))
    pairs.append((one.line_errors, two.line_errors))
    for x, y in pairs:
        np.testing.assert_array_equal(x.view, y.view)  # NaN equals NaN here
    for x, y in zip(one.patterns, two.patterns, strict=True):
        np.testing.assert_array_equal(x, y)
    return one


ULP = Fraction(1, 2**52)
ENTRIES = st.sampled_from([0, 1, -1, 2, Fraction(1, 3), 1 + ULP, -1 - ULP, Fraction(1, 2**40)])


@st.composite
def degenerate(draw):
    """Layers with doubled, opposite, parallel and zero rows, an ulp apart and concurrent."""
    rows, biases = [], []
    for _ in range(draw(st.integers(1, 3))):
        row = [draw(ENTRIES), draw(ENTRIES)]
        bias = draw(st.sampled_from([0, 0, 1, -1, ULP]))
        rows.append(row)
        biases.append(bias)
        kind = draw(st.sampled_from(["", "double", "opposite", "parallel", "ulp", "zero"]))
        if kind == "double":
            rows.append([3 * x for x in row])
            biases.append(3 * bias)
        elif kind == "opposite":
            rows.append([-x for x in row])
            biases.append(-bias)
        elif kind == "parallel":
            rows.append(list(row))
            biases.append(bias + draw(st.sampled_from([1, ULP, -ULP])))
        elif kind == "ulp":
            rows.append([row[0] + ULP, row[1]])
            biases.append(bias)
        elif kind == "zero":
            rows.append([0, 0])
            biases.append(draw(st.sampled_from([0, 1, -1])))
    layers = [(rows, biases)]
    for _ in range(draw(st.integers(0, 2))):
        n, m = len(layers[-1][0]), draw(st.integers(1, 3))
        rows = [[draw(ENTRIES) for _ in range(n)] for _ in range(m)]
        if m > 1 and draw(st.booleans()):
            rows[1] = [-x for x in rows[0]]
        layers.append((rows, [draw(st.sampled_from([0, 0, 1, -1])) for _ in range(m)]))
    layers.append(([[1] * len(layers[-1][0])], [0]))
    return pl.from_weights([([[str(Fraction(x)) for x in r] for r in w], b) for w, b in layers])


@compiled
@settings(deadline=None, max_examples=80)
@given(degenerate(), st.sampled_from(BOXES), st.sampled_from([1.0, 1e6, 1e12, 1e40]))
def test_degenerate_networks(network, box, doubt):
    found = same(network, box, doubt)
    assert found.num_cells == len(subdivide(network, box).cells)


@compiled
@settings(deadline=None)
@given(networks(min_inputs=2, max_inputs=2), st.sampled_from(BOXES), st.sampled_from([1.0, 1e9]))
def test_small_networks(network, box, doubt):
    same(network, box, doubt)


@compiled
@pytest.mark.parametrize("widths", [(70, 3), (20, 20, 20), (130,)])
def test_random_networks_with_more_units_than_bits_and_little_room(widths, monkeypatch):
    network = pl.random_network([2, *widths, 1], seed=5)
    found = same(network, [(-2, 2)] * 2)
    monkeypatch.setattr(polygons, "_ROOM", 0)
    assert same(network, [(-2, 2)] * 2).num_cells == found.num_cells
    same(network, None, 1e10)


@pytest.mark.parametrize("turned", [1, -1])
@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (2, 1, 0)])
def test_lines_through_corners_and_through_vertices_that_others_made(order, turned):
    """A triangle halved from a corner; one half again from the end of that line; and so on."""
    triangle = pl.polygon([[0, 0], [1, 0], [0, 1]])
    rows = [([1, -1], 0), ([1, 3], -2), ([-5, 1], 2)]  # each meets the one before on an edge
    layer = [rows[i] for i in order]
    network = pl.from_weights(
        [([[turned * x for x in w] for w, _ in layer], [turned * b for _, b in layer]),
         ([[1] * 3], None)]
    )  # fmt: skip
    reference, _ = run(network, triangle, polygons_numpy)
    assert reference.num_cells == len(subdivide(network, triangle).cells)
    for doubt in (1.0, 1e40):
        again, _ = run(network, triangle, polygons_numpy, doubt)
        assert again.num_cells == reference.num_cells
        assert np.array_equal(again.lattice.ends.view, reference.lattice.ends.view)
    if kernels.compiled_kernel() is not None:
        same(network, triangle)
        same(network, triangle, 1e40)


def folded_grid(k):
    """|x| and |y| folded k times: a grid of 4^k squares, all of it ties."""
    fold = [[1, 0], [-1, 0], [0, 1], [0, -1]]
    layers = [(fold, [0] * 4)]
    for i in range(1, k):
        w = Fraction(1, 2**i)
        rows = [[1, 1, 0, 0], [-1, -1, 0, 0], [0, 0, 1, 1], [0, 0, -1, -1]]
        layers.append((rows, [str(b) for b in (-w, w, -w, w)]))
    return pl.from_weights([*layers, ([[1] * 4], None)])


@pytest.mark.parametrize("k", [1, 2, 3, 4])
@pytest.mark.parametrize("doubt", [1.0, 1e40])
def test_folded_grids(k, doubt):
    found, _ = run(folded_grid(k), [(-1, 1)] * 2, polygons_numpy, doubt)
    assert found.num_cells == 4**k
    if kernels.compiled_kernel() is not None:
        assert same(folded_grid(k), [(-1, 1)] * 2, doubt).num_cells == 4**k


@compiled
def test_what_overflows_is_left_to_integers_by_both():
    huge = str(10**200)
    network = pl.from_weights(
        [([[huge, 1], [1, huge], [1, 1]], [1, -1, 0]), ([[huge, -1, 1], [1, 1, 1]], [1, 0]),
         ([[1, huge]], None)]
    )  # fmt: skip
    found = same(network, [(-1, 1)] * 2)
    assert found.num_cells == len(subdivide(network, [(-1, 1)] * 2).cells)


@pytest.mark.parametrize("compiled", [False, pytest.param(True, marks=compiled)])
def test_a_budget_ends_within_a_group_and_resume_goes_on(compiled):
    with forced(compiled):
        budgets_end_within_groups()


def budgets_end_within_groups():
    network = pl.random_network([2, 20, 20, 1], seed=2)
    whole = pl.linear_regions(network, [(-2, 2)] * 2)
    with pytest.raises(BudgetExceeded) as caught:
        pl.linear_regions(network, [(-2, 2)] * 2, budget=pl.Budget(pieces=10))
    stops, partial = 1, caught.value.partial
    while partial.lower_bound < len(whole) // 2:
        limit = partial.lower_bound + 25
        with pytest.raises(BudgetExceeded) as caught:
            partial.resume(pl.Budget(pieces=limit))
        stops, partial = stops + 1, caught.value.partial
        assert limit < partial.lower_bound <= len(whole)
    assert stops > 3
    again = partial.resume()
    assert again.f_vector == whole.f_vector
    assert again.statistics == whole.statistics  # no sign was decided twice
    assert again.count("connected") == whole.count("connected")
    with pytest.raises(BudgetExceeded):
        pl.linear_regions(network, budget=pl.Budget(seconds=0))


def test_unions_of_bits_by_both_kernels():
    found = pl.linear_regions(pl.random_network([2, 30, 1], seed=1))
    lattice = found._complex.lattice
    bits = np.ascontiguousarray(found._complex.positive.view)
    cells = [polygons_numpy, kernels.compiled_kernel() or polygons_numpy]
    for kernel in cells:
        own = kernel.unite(bits, lattice.ends.view, lattice.sides.view, len(found))
        for cell in range(len(found)):
            vertices = found._incidence.vertices(2, cell)
            assert own[cell].tolist() == np.bitwise_or.reduce(bits[vertices]).tolist()


# bounds, where the errors that they are for are as large as they may be -------------------------

QUADRUPLES = [(1, 0, 0, 1), (3, 4, 0, 5), (1, 2, 2, 3), (2, 3, 6, 7), (1, 4, 8, 9), (2, 6, 9, 11)]
UNITS = [
    [Fraction(sign * x, n) for sign, x in zip(signs, order, strict=True)]
    for *xs, n in QUADRUPLES
    for order in itertools.permutations(xs)
    for signs in itertools.product((1, -1), repeat=3)
]


def norm_above(vector):
    """A double that is at least the length of an exact vector, and hardly more."""
    square = sum(x * x for x in vector)
    bound = math.sqrt(square)
    while Fraction(bound) ** 2 < square:
        bound = math.nextafter(bound, math.inf)
    return bound


def off_by(x, y):
    return [Fraction(a) - b for a, b in zip(x, y, strict=True)]


@settings(max_examples=200)
@given(
    st.sampled_from(UNITS),
    st.sampled_from([0, Fraction(1, 10**12), Fraction(1, 10**4), Fraction(3, 10)]),
    st.sampled_from([0, Fraction(1, 10**14), Fraction(1, 10**6), 1]),
    st.sampled_from([0, Fraction(1, 3), 1, 10**9]),
)
def test_the_bound_of_a_value_covers_errors_that_all_add_up(q, away, error, length):
    """A row too long by its error, at a point too far out by its radius, both along one way."""
    true_row = [length * x for x in q]
    row = [float((length + error) * x) for x in q]
    point = [float((1 + away) * x) for x in q]
    value = point[0] * row[0] + point[1] * row[1] + point[2] * row[2]
    planes = SimpleNamespace(
        single=np.array([norm_above(off_by(row, true_row))]),
        size=np.array([norm_above(true_row)]),
        slack=SLACK,
    )
    radius = np.array([norm_above(off_by(point, q))])
    (bound,) = polygons_numpy._bound(planes, np.array([0]), radius)
    assert abs(Fraction(value) - length) <= Fraction(bound)
    doubted = SimpleNamespace(**{**vars(planes), "slack": 4 * SLACK})
    assert polygons_numpy._bound(doubted, np.array([0]), radius) == 4 * bound


def test_a_new_vertex_counts_the_errors_of_both_ends_of_its_edge(monkeypatch):
    class Doubtful(Recorded):
        def evaluate(self, s):
            s.radii[: s.sizes[0]] = 1e-6  # larger than need be
            super().evaluate(s)

    spreads = []

    def watched(lines, errors, middle, spread):
        spreads.extend(spread.tolist())
        return crossings(lines, errors, middle, spread)

    monkeypatch.setattr(polygons_numpy, "crossings", watched)
    complex_ = FaceComplex(make_chart(folded_grid(1).stages, checked_domain([(-1, 2)] * 2, 2)))
    monkeypatch.setattr("plsym.regions.engine.choose_kernel", lambda *_: Doubtful(polygons_numpy))
    complex_.run()
    assert complex_.num_cells == 4
    assert spreads[:2] == [2e-6, 2e-6]  # the ends of the first cut


@settings(max_examples=200)
@given(
    st.sampled_from(UNITS),
    st.none() | st.sampled_from(UNITS),
    st.sampled_from([0, Fraction(1, 10**14), Fraction(1, 10**6), 1, 1 + ULP, 10**30]),
    st.sampled_from([Fraction(1, 10**30), Fraction(1, 3), 1, 10**9]),
)
def test_the_error_of_a_line_covers_its_direction(q, w, error, length):
    w = [-x for x in q] if w is None else w  # an error that turns the row around
    true_row = [length * x for x in q]
    row = [float(a + error * length * b) for a, b in zip(true_row, w, strict=True)]
    if not any(row):
        return
    planes = SimpleNamespace(
        state=np.array([1, 0, 0, 0]),
        stage=5,
        units=np.array([8, 9]),
        columns=np.array([0, 2]),
        values=np.zeros((2, 3, 3)),
        single=np.array([0.0, norm_above(off_by(row, true_row))]),
        line_source=np.zeros((4, 3), dtype=np.int32),
        line_forms=np.zeros((4, 3)),
        line_errors=np.zeros(4),
    )
    planes.values[1, :, 2] = row
    polygons_numpy._add_lines(planes, np.array([0, 1]), 2)
    assert planes.line_source.tolist() == [[0] * 3, [0] * 3, [5, 9, 0], [5, 9, 1]]
    assert planes.line_errors[2] == math.inf  # a row of zeros has no direction
    gap = off_by(planes.line_forms[3].tolist(), q)
    assert sum(x * x for x in gap) <= Fraction(planes.line_errors[3]) ** 2
    assert planes.line_errors[3] > 0


def test_the_choice_of_a_kernel(monkeypatch):
    with forced(False):
        assert kernels.choose_kernel(10**9) is polygons_numpy
    with forced(True):
        assert kernels.choose_kernel(1) is (kernels.compiled_kernel() or polygons_numpy)
    monkeypatch.setattr(kernels, "compiled_kernel", lambda: None)
    with forced(True):
        assert kernels.choose_kernel(10**9) is polygons_numpy


def test_without_numba_numpy_does_the_work():
    code = (
        "import sys; sys.modules['numba'] = None\n"
        "import plsym as pl\n"
        "from plsym.exact.tiers import forced\n"
        "net = pl.random_network([2, 60, 60, 1], seed=0)\n"
        "with forced(True):\n"
        "    print(len(pl.linear_regions(net)) > 3000)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("True\n", "")
