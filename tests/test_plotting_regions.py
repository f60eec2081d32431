"""Pictures of subdivisions of the plane: what is drawn, against the exact cells."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import plsym as pl
from plsym.errors import DomainError
from plsym.networks.layers import LeakyReLU
from plsym.plotting.plane import Canvas, _measures

pytest.importorskip("matplotlib")

SQUARE = [(-1, 1)] * 2
# of max(-y, min(0, -x)): walls that cancel, a neuron that is zero on cells
CANCELLING = pl.from_weights(
    [([[1, 0], [0, 1], [0, -1]], None), ([[1, -1, 1], [1, 0, 0]], None), ([[1, -1]], None)]
)
SMALL = st.integers(-2, 2)


@st.composite
def networks(draw):
    """Two inputs and small integers: parallel, coinciding and dead neurons abound."""
    a, b = draw(st.integers(1, 4)), draw(st.integers(1, 3))

    def matrix(rows, columns):
        row = st.lists(SMALL, min_size=columns, max_size=columns)
        return draw(st.lists(row, min_size=rows, max_size=rows))

    layers = [(matrix(a, 2), matrix(1, a)[0]), (matrix(b, a), matrix(1, b)[0]), (matrix(1, b), [0])]
    kind = draw(st.sampled_from(["relu", "abs", "hard_tanh", LeakyReLU("1/3")]))
    return pl.from_weights(layers, kind)


def polygons(collection):
    """The corners of all polygons of a collection with compound paths."""
    out = []
    for path in collection.get_paths():
        starts = np.flatnonzero(path.codes == path.MOVETO)
        for start, stop in zip(starts, [*starts[1:], len(path.codes)], strict=True):
            assert path.codes[stop - 1] == path.CLOSEPOLY
            assert (path.vertices[stop - 1] == path.vertices[start]).all()
            out.append(path.vertices[start : stop - 1])
    return out


def segments(line):
    xy = line.get_xydata()
    if not len(xy):
        return np.zeros((0, 2, 2))
    return np.append(xy, [[np.nan, np.nan]], axis=0).reshape(-1, 3, 2)[:, :2]


def cyclic(corners):
    """Corners from the least one on, turning left."""
    rows = [tuple(round(float(v), 9) + 0.0 for v in corner) for corner in corners]
    k = rows.index(min(rows))
    rows = rows[k:] + rows[:k]
    return rows if rows[1:] <= rows[:0:-1] else [rows[0], *rows[:0:-1]]


@pytest.fixture
def ax():
    return pl.plotting.figure()[1]


@settings(max_examples=40)
@given(networks())
def test_polygons_are_the_cells(net):
    found = pl.linear_regions(net, [(-1, 2), (-2, 1)])
    canvas = Canvas(found._explored)
    assert canvas.num_cells == len(found)
    for cell in found:
        start, stop = canvas.starts[cell.index : cell.index + 2]
        drawn = canvas.corners[canvas.around[start:stop]]
        assert cyclic(drawn) == cyclic(cell.vertices)
        assert canvas.areas[cell.index] == pytest.approx(float(cell.volume))
        inside = canvas.centers[cell.index]
        x = np.array([[float(v) for v in h.normal] for h in cell.half_spaces])
        assert (x @ inside < [float(h.offset) for h in cell.half_spaces]).all()
    _, ax = pl.plotting.figure()
    cells, *rest = pl.plotting.regions(found, ax)
    assert sorted(map(cyclic, polygons(cells))) == sorted(cyclic(c.vertices) for c in found)
    facets, border = rest[0], rest[-1]
    hidden = len(found.hidden_facets)
    inner = int(canvas.inner.sum())
    assert len(segments(facets)) == inner - hidden
    assert len(rest) == (3 if hidden else 2)
    if hidden:
        assert len(segments(rest[1])) == hidden
    assert border.get_xydata().min(axis=0).tolist() == [-1, -2]


def test_centres_of_gravity():
    # a trapezium, and a triangle far away
    xy = np.array([[0.0, 0], [4, 0], [2, 2], [0, 2], [1e6, 0], [1e6 + 3, 0], [1e6, 3]])
    areas, centers = _measures(xy, np.array([0, 4, 7]))
    assert areas == pytest.approx([6, 4.5])
    assert centers[0] == pytest.approx([14 / 9, 8 / 9])
    assert centers[1] - [1e6, 0] == pytest.approx([1, 1])
    areas, centers = _measures(np.array([[0.0, 0], [1, 1], [2, 2]]), np.array([0, 3]))
    assert areas[0] == 0 and centers[0] == pytest.approx([1, 1])  # flat in doubles


def colors_of_cells(found, cells):
    where = {}
    for path, color in zip(cells.get_paths(), cells.get_facecolors(), strict=True):
        part = type(cells)([path])
        for corners in polygons(part):
            where[tuple(cyclic(corners))] = tuple(color)
    return [where[tuple(cyclic(cell.vertices))] for cell in found]


@pytest.mark.parametrize(
    ("by", "definition"),
    [("connected", "connected"), ("pattern", "activation"), ("affine", "affine")],
)
def test_regions_have_one_color_and_neighbours_another(ax, by, definition):
    nets = [CANCELLING, pl.random_network([2, 8, 6, 1], seed=3)]
    for net in nets:
        found = pl.linear_regions(net, SQUARE)
        cells = pl.plotting.regions(found, ax, by=by)[0]
        color = colors_of_cells(found, cells)
        label = found.labels(definition)
        for a, b in zip(color, label, strict=True):
            assert {c for c, k in zip(color, label, strict=True) if k == b} == {a}
        for cell in found:
            for other in cell.neighbours:
                if label[cell.index] != label[other]:
                    assert color[cell.index] != color[other]


def test_three_cells_and_one(ax):
    net = pl.from_weights([([[1, 1], [1, 1]], [0, "1/2"]), ([[1, 1]], None)])
    cells, facets, _ = pl.plotting.regions(pl.linear_regions(net, SQUARE), ax)
    assert len(polygons(cells)) == 3
    assert len(segments(facets)) == 2
    affine = pl.from_weights([([[1, 2]], None)])
    cells, facets, _ = pl.plotting.regions(pl.linear_regions(affine, SQUARE), ax)
    assert len(polygons(cells)) == 1
    assert len(segments(facets)) == 0


def test_facets_by_neuron_and_by_layer(ax):
    found = pl.linear_regions(CANCELLING, SQUARE)
    cells, *lines, _ = pl.plotting.regions(found, ax, by="neuron")
    names = [line.get_label() for line in lines]
    assert names == [text.get_text() for text in ax.get_legend().get_texts()]
    assert all(re.fullmatch(r"layer \d, neuron \d", name) for name in names)
    inner = int(Canvas(found._explored).inner.sum())
    assert sum(len(segments(line)) for line in lines) == inner
    assert len({line.get_color() for line in lines}) == len(lines)
    many = pl.linear_regions(pl.random_network([2, 8, 6, 1], seed=3), SQUARE)
    cells, *lines, _ = pl.plotting.regions(many, ax, by="neuron")
    assert [line.get_label() for line in lines] == ["layer 0", "layer 1"]
    assert len(polygons(cells)) == len(many)


def test_planes_triangles_and_scales():
    net = pl.random_network([5, 6, 4, 2], seed=1)
    corner = [0] * 5
    triangle = pl.plane(corner, [1, 0, 0, 0, 0], [0, 1, "1/2", 0, 0])
    found = pl.linear_regions(net, triangle)
    _, ax = pl.plotting.figure()
    *_, border = pl.plotting.regions(found, ax)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("$s$", "$t$")
    corners = np.unique(border.get_xydata(), axis=0)
    assert {(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)} <= {tuple(c) for c in corners}
    assert ax.get_aspect() == 1
    flat = pl.linear_regions(pl.random_network([2, 4, 1], seed=0), [(0, 100), (0, 1)])
    _, ax = pl.plotting.figure()
    pl.plotting.regions(flat, ax)
    assert ax.get_aspect() == "auto"
    assert (ax.get_xlim(), ax.get_ylim()) == ((0, 100), (0, 1))


def test_what_is_no_bounded_plane_is_refused(ax):
    unbounded = pl.linear_regions(CANCELLING)
    space = pl.linear_regions(pl.random_network([3, 4, 1], seed=0), [(-1, 1)] * 3)
    blind = pl.linear_regions(pl.from_weights([([[1, 0]], None), ([[1]], None)]))
    for draw in (pl.plotting.regions, pl.plotting.bent_hyperplanes, pl.plotting.region_graph):
        with pytest.raises(DomainError, match="bounded domains; give a box"):
            draw(unbounded, ax)
        with pytest.raises(DomainError, match="two dimensions"):
            draw(space, ax)
        with pytest.raises(DomainError, match="two dimensions"):
            draw(blind, ax)
    with pytest.raises(DomainError, match="by='cell' is not known"):
        pl.plotting.regions(pl.linear_regions(CANCELLING, SQUARE), ax, by="cell")
    assert not ax.lines and not ax.collections


# decisions ---------------------------------------------------------------------------


def test_decisions_with_shares(ax):
    found = pl.linear_regions(pl.random_network([2, 6, 4, 3], seed=1), SQUARE)
    for least in (False, True):
        decided = found.decision_map(least=least)
        artists = pl.plotting.decisions(decided, ax, names=["a", "b", "c"])
        volumes = {k: float(v) / 4 for k, v in decided.volumes.items()}
        words = [text.get_text() for text in ax.get_legend().get_texts()]
        assert words == [f"{'abc'[k]}  {100 * volumes[k]:.1f}%" for k in decided.classes]
        count = len(decided.classes)
        for k, collection in zip(decided.classes, artists[:count], strict=True):
            area = 0.0
            for corners in polygons(collection):
                x, y = corners.T
                area += abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2
            assert area / 4 == pytest.approx(volumes[k])
        _, boundary, _ = artists[count:]
        assert len(segments(boundary)) == len(decided.boundary)
    with pytest.raises(DomainError, match="0 names for outputs"):
        pl.plotting.decisions(decided, ax, names=[])


def test_many_outputs_are_told_apart_by_hatches(ax):
    # the largest of 12 affine functions that touch a parabola: all win somewhere
    rows = [[2 * k, 0] for k in range(-6, 6)]
    net = pl.from_weights([(rows, [-k * k for k in range(-6, 6)])])
    found = pl.linear_regions(net, [(-6, 6), (-1, 1)])
    decided = found.decision_map()
    assert len(decided.classes) == 12
    artists = pl.plotting.decisions(decided, ax)
    looks = {(tuple(a.get_facecolor()[0]), a.get_hatch()) for a in artists[:12]}
    assert len(looks) == 12
    handles = ax.get_legend().legend_handles
    assert len({(h.get_facecolor(), h.get_hatch()) for h in handles}) == 12


def test_tiny_shares_are_not_called_nothing(ax):
    net = pl.from_weights([([[1, 0], [0, 0]], [0, "4999/5000"])])
    decided = pl.linear_regions(net, SQUARE).decision_map()
    pl.plotting.decisions(decided, ax)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [
        "output 0  < 0.1%",
        "output 1  100.0%",
    ]


# hyperplanes and graphs --------------------------------------------------------------


@settings(max_examples=30)
@given(networks())
def test_bent_hyperplanes_are_the_surfaces(net):
    found = pl.linear_regions(net, SQUARE)
    _, ax = pl.plotting.figure()
    artists = pl.plotting.bent_hyperplanes(found, ax)
    count = len(net.layers)
    rest = artists[count + 1 :]
    for layer, line in enumerate(artists[:count]):
        surfaces = [found.bent_hyperplane(layer, k) for k in range(net.widths[layer])]
        edges, cells, points = set(), set(), set()
        for surface in surfaces:
            for (dimension, number), patch in zip(surface.faces, surface.patches, strict=True):
                corners = tuple(sorted(tuple(map(float, v)) for v in patch.vertices))
                {0: points, 1: edges, 2: cells}[dimension].add((number, corners))
        drawn = [sorted((np.round(s, 9) + 0.0).tolist()) for s in segments(line)]
        assert sorted(drawn) == sorted(sorted((np.round(c, 9) + 0.0).tolist()) for _, c in edges)
        assert line.get_label() == f"layer {layer}"
        if cells:
            assert len(polygons(rest.pop(0))) == len(cells)
        if points:
            assert len(rest.pop(0).get_xdata()) == len(points)
    assert not rest


def test_layers_can_be_chosen(ax):
    found = pl.linear_regions(pl.random_network([2, 4, 4, 4, 1], seed=0), SQUARE)
    artists = pl.plotting.bent_hyperplanes(found, ax, layers=[2, 0], linewidth=3)
    assert [a.get_label() for a in artists[:2]] == ["layer 2", "layer 0"]
    assert artists[0].get_linewidth() == 3
    with pytest.raises(DomainError, match="layer 3 does not exist; there are 3"):
        pl.plotting.bent_hyperplanes(found, ax, layers=[3])


@pytest.mark.parametrize("definition", ["activation", "connected", "affine"])
def test_region_graphs(ax, definition):
    for net in (CANCELLING, pl.random_network([2, 5, 5, 1], seed=2)):
        found = pl.linear_regions(net, SQUARE)
        graph = found.graph(definition)
        nodes, edges, *below = pl.plotting.region_graph(found, ax, definition=definition)
        at = nodes.get_offsets()
        assert len(at) == graph.number_of_nodes()
        for name in graph.nodes:
            cells = [found[c] for c in graph.nodes[name]["cells"]]
            point = [pl.dyadic(float(v)) for v in at[name]]
            assert any(cell.contains(point) for cell in cells)
        pairs = {tuple(sorted(edge)) for edge in graph.edges}
        drawn = {
            tuple(sorted(int(np.flatnonzero((at == end).all(axis=1))[0]) for end in segment))
            for segment in edges.get_segments()
        }
        assert drawn == pairs
        assert len(below) == 3
        label = found.labels(definition)
        sides = Canvas(found._explored).sides
        differ = [(a, b) for a, b in sides.tolist() if min(a, b) >= 0 and label[a] != label[b]]
        assert len(segments(below[1])) == len(differ)
    alone = pl.plotting.region_graph(found, ax, definition=definition, over_regions=False)
    assert len(alone) == 2


def test_a_graph_of_one_region(ax):
    found = pl.linear_regions(pl.from_weights([([[1, 2]], None)]), SQUARE)
    nodes, edges, *_ = pl.plotting.region_graph(found, ax)
    assert nodes.get_offsets().tolist() == [[0, 0]]
    assert edges.get_segments() == []


def test_thousands_of_cells_are_few_artists(ax):
    found = pl.linear_regions(pl.random_network([2, 60, 40, 1], seed=0), [(-3, 3)] * 2)
    assert len(found) > 3000
    artists = pl.plotting.regions(found, ax)
    assert len(artists) <= 4
    assert len(polygons(artists[0])) == len(found)
    form = pl.plotting.figure_bytes(ax.figure, "svg")
    assert len(form) < 500 * len(found)
