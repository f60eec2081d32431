"""The style of pictures; counts, covering graphs, errors and paths as artists."""

from __future__ import annotations

import math
import subprocess
import sys
import xml.etree.ElementTree as ET

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import plsym as pl
from plsym.errors import DomainError, MissingExtraError
from plsym.plotting import covers
from plsym.plotting.paths import _Way

matplotlib = pytest.importorskip("matplotlib")

HALF_WAY = pl.PiecewiseLinear([0, "3/10", "7/10", 1], ["1/10", "9/10", "1/5", "19/20"])
DEEP = pl.random_network([3, 6, 5, 4, 2], seed=3)
CORNERS = [[0, 0, 0], [1, "1/2", -1], [-1, 2, 1]]
SQUARE = [(-1, 1)] * 2


@pytest.fixture
def ax():
    return pl.plotting.figure()[1]


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


# style -------------------------------------------------------------------------------


def _everything(ax=None):
    """Call each function once."""
    plane = pl.linear_regions(pl.random_network([2, 4, 2], seed=0), SQUARE)
    path = pl.trajectory(DEEP, CORNERS)
    make = pl.plotting
    return [
        make.plot(pl.tent().iterate(30), ax),
        make.cobweb(pl.tent(), "1/7", 5, ax),
        make.growth(pl.tent(), 5, ax),
        make.crossings(pl.tent(), "1/4", "3/4", 5, ax, rate=2),
        make.cover_graph(pl.cover_graph(pl.stefan_map(5), range(1, 6)), ax),
        make.error_by_depth([1, 2], [[0.5, 0.6], 0.3], ax, bounds=[0.1, None], best=0.7),
        make.regions(plane, ax),
        make.decisions(plane.decision_map(), ax),
        make.bent_hyperplanes(plane, ax),
        make.region_graph(plane, ax),
        make.trajectory(DEEP, path, ax),
        make.transitions(path, ax),
    ]


def test_nothing_is_left_behind():
    pyplot = pytest.importorskip("matplotlib.pyplot")
    before, figures = dict(matplotlib.rcParams), pyplot.get_fignums()
    with pl.plotting.detached():
        drawn = _everything()
    made = {id(artists[0].figure) for artists in drawn}
    assert len(made) == len(drawn)
    for artists in drawn[:3]:
        assert pl.plotting.figure_bytes(artists[0].figure, "png", dpi=50).startswith(b"\x89PNG")
    assert dict(matplotlib.rcParams) == before
    assert pyplot.get_fignums() == figures


def test_the_same_picture_has_the_same_bytes():
    files = []
    for _ in range(2):
        with pl.plotting.detached():
            drawn = _everything()
        every = [pl.plotting.figure_bytes(drawn[k][0].figure, "svg") for k in (0, 2, 4, 7, 11)]
        cobweb = drawn[1][0].figure
        others = [pl.plotting.figure_bytes(cobweb, form) for form in ("pdf", "png")]
        files.append([*every, *others])
    assert files[0] == files[1]
    assert b"Matplotlib" not in others[1]


def test_a_configuration_of_the_reader_changes_nothing():
    def draw():
        with pl.plotting.detached():
            artists = pl.plotting.growth(pl.tent(), 5)
        return pl.plotting.figure_bytes(artists[0].figure, "svg")

    plain = draw()
    strange = {"font.size": 30, "axes.grid": True, "lines.linewidth": 9, "svg.fonttype": "none"}
    with matplotlib.rc_context(strange):
        assert draw() == plain


def test_svg_is_well_formed_and_carries_no_date():
    fig, ax = pl.plotting.figure()
    pl.plotting.plot(pl.tent(), ax)
    text = pl.plotting.figure_bytes(fig, "svg")
    ET.fromstring(text)
    assert b"<dc:date>" not in text
    assert f"v{matplotlib.__version__}".encode() not in text
    assert b"<text" not in text  # letters are outlines


def test_new_axes_belong_to_pyplot_and_can_be_closed():
    matplotlib.use("agg")
    pyplot = pytest.importorskip("matplotlib.pyplot")
    before = pyplot.get_fignums()
    (line,) = pl.plotting.plot(pl.tent())
    assert len(pyplot.get_fignums()) == len(before) + 1
    pl.plotting.figure_bytes(line.figure, "png", dpi=50, close=True)
    assert pyplot.get_fignums() == before
    with pl.plotting.detached():
        pl.plotting.plot(pl.tent())
    assert pyplot.get_fignums() == before


def test_figures_come_with_axes_as_pyplot_gives_them():
    fig, ax = pl.plotting.figure()
    assert fig.axes == [ax]
    assert tuple(fig.get_size_inches()) == (3.4, 2.5)
    fig, (left, right) = pl.plotting.figure(1, 2)
    assert fig.axes == [left, right]
    assert pl.plotting.figure(2, 2, size=(3, 4))[1].shape == (2, 2)
    assert pl.plotting.figure(squeeze=False)[1].shape == (1, 1)
    sizes = [pl.plotting.figure_bytes(fig, "png", dpi=dpi)[16:24] for dpi in (50, 100)]
    assert [int.from_bytes(size[:4], "big") for size in sizes] == [350, 700]
    with pytest.raises(DomainError, match="png, svg, pdf"):
        pl.plotting.figure_bytes(fig, "gif")


def test_without_matplotlib_the_extra_is_named(monkeypatch):
    for name in ("matplotlib", "matplotlib.style", "matplotlib.figure", "matplotlib.pyplot"):
        monkeypatch.setitem(sys.modules, name, None)
    for call in (
        lambda: pl.plotting.plot(pl.tent()),
        pl.plotting.figure,
        lambda: pl.plotting.cover_graph(None),
    ):
        with pytest.raises(MissingExtraError, match=r"pip install 'plsym\[plot\]'"):
            call()


def test_importing_the_package_loads_nothing_heavy():
    code = (
        "import plsym.plotting, sys\n"
        "heavy = {'matplotlib', 'torch', 'scipy', 'sympy', 'networkx', 'onnx', 'sklearn'}\n"
        "print(sorted(heavy & {name.partition('.')[0] for name in sys.modules}))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_names_of_modules_do_not_hide_functions():
    code = (
        "from plsym.plotting.style import figure\n"
        "from plsym.plotting.regions import decisions\n"
        "import plsym as pl\n"
        "print(all(callable(getattr(pl.plotting, n)) for n in ('style', 'regions')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"
    for name in pl.plotting.__all__:
        assert getattr(pl.plotting, name) is not None


# counts ------------------------------------------------------------------------------


def test_laps_beside_the_growth_number(ax):
    f = pl.abs_map(pl.golden())
    points, line = pl.plotting.growth(f, 20, ax)
    assert points.get_ydata().tolist() == pl.lap_numbers(f, 20)
    s = float(pl.golden())
    assert line.get_ydata() == pytest.approx([s**k for k in range(1, 21)])
    assert ax.get_yscale() == "log"
    assert legend(ax) == ["laps", "$s^n$, $s = 1.61803…$"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("$n$", "laps of $f^n$")


def test_pieces_and_roots(ax):
    f = pl.truncated_tent("6/7")
    points, _ = pl.plotting.growth(f, 12, ax, what="pieces", color="red")
    assert points.get_ydata().tolist() == pl.piece_numbers(f, 12)
    assert points.get_color() == "red"
    _, ax = pl.plotting.figure()
    points, line = pl.plotting.growth(f, 12, ax, kind="rate")
    laps = pl.lap_numbers(f, 12)
    assert points.get_ydata() == pytest.approx([laps[k - 1] ** (1 / k) for k in range(1, 13)])
    assert line.get_ydata() == pytest.approx([float(pl.growth(f).exact)] * 12)
    assert ax.get_yscale() == "linear"


@pytest.mark.parametrize("kind", ["count", "rate"])
def test_a_wide_bracket_is_a_band(ax, kind):
    wide = pl.growth(HALF_WAY, width="1/10")
    _, band = pl.plotting.growth(HALF_WAY, 30, ax, kind=kind, bracket=wide)
    (path,) = band.get_paths()
    ends = path.vertices[path.vertices[:, 0] == 30, 1]
    power = 30 if kind == "count" else 1
    assert ends.min() == pytest.approx(float(wide.lower) ** power)
    assert ends.max() == pytest.approx(float(wide.upper) ** power)
    assert r"2.097 \leq s \leq 2.116" in legend(ax)[1]
    _, ax = pl.plotting.figure()
    _, line = pl.plotting.growth(HALF_WAY, 30, ax, kind=kind)
    assert "2.10904…" in line.get_label()


def test_growth_at_the_edges(ax):
    points, _ = pl.plotting.growth(pl.identity((0, 1)), 5, ax)
    assert points.get_ydata().tolist() == [1] * 5
    assert ax.get_yscale() == "linear" and ax.get_ylim()[0] == 0
    _, ax = pl.plotting.figure()
    points, line = pl.plotting.growth(pl.tent(), 1100, ax)
    assert points.get_ydata()[-1] == pytest.approx(1100 * math.log10(2))
    assert line.get_ydata()[-1] == pytest.approx(1100 * math.log10(2))
    assert ax.get_ylabel() == r"$\log_{10}$ of the laps of $f^n$"
    for options in ({"what": "bends"}, {"kind": "sum"}, {"n": 0}):
        with pytest.raises(DomainError):
            pl.plotting.growth(pl.tent(), **{"n": 3, "ax": ax, **options})
    with pytest.raises(DomainError, match="leaves its domain"):
        pl.plotting.growth(3 * pl.tent(), 3, ax)


def test_crossings_beside_a_rate(ax):
    f = pl.abs_map(pl.golden())
    points, line = pl.plotting.crossings(f, -1, 0, 12, ax, rate=1.5)
    assert points.get_ydata().tolist() == pl.crossing_numbers(f, -1, 0, 12)
    assert line.get_ydata() == pytest.approx([1.5**k for k in range(1, 13)])
    assert legend(ax) == ["crossings", r"$\rho^n$, $\rho \approx 1.5$"]
    assert ax.get_ylabel() == "crossings of [−1, 0] by $f^n$"  # noqa: RUF001
    _, ax = pl.plotting.figure()
    only = pl.plotting.crossings(f, -1, 0, 12, ax, kind="disjoint")
    assert only[0].get_ydata().tolist() == pl.crossing_numbers(f, -1, 0, 12, kind="disjoint")
    assert len(only) == 1
    with pytest.raises(DomainError, match="positive"):
        pl.plotting.crossings(f, -1, 0, 5, ax, rate=-1)
    with pytest.raises(DomainError, match="x < y"):
        pl.plotting.crossings(f, 0, 0, 5, ax)


def test_counts_that_are_zero_are_shown(ax):
    f = pl.tent() / 4
    points = pl.plotting.crossings(f, "1/2", "3/4", 5, ax)[0]
    assert points.get_ydata().tolist() == [0] * 5
    assert ax.get_ylim()[0] == 0
    _, ax = pl.plotting.figure()
    pl.plotting.crossings(f, "1/2", "3/4", 5, ax, rate=3)
    assert ax.get_yscale() == "symlog"


# covering graphs ---------------------------------------------------------------------


def _circles_and_arrows(artists, graph):
    count = graph.number_of_nodes()
    circles = artists[:count]
    curves = [arrow.get_path().vertices for arrow in artists[count:]]
    return circles, dict(zip(graph.edges, [a for a in artists[count:]], strict=True)), curves


@pytest.mark.parametrize("layout", ["circle", "line"])
@pytest.mark.parametrize("p", [3, 5, 7, 13])
def test_stefan_graphs_have_all_arrows_at_their_nodes(ax, layout, p):
    graph = pl.cover_graph(pl.stefan_map(p), range(1, p + 1))
    artists = pl.plotting.cover_graph(graph, ax, layout=layout)
    assert len(artists) == graph.number_of_nodes() + graph.number_of_edges()
    _check_arrows(graph, layout)
    words = [text.get_text() for text in ax.texts]
    assert words == [f"$I_{{{i}}}$" for i in range(p - 1)]
    assert not ax.axison


def _check_arrows(graph, layout):
    plan = covers._Circle(len(graph)) if layout == "circle" else covers._Row(len(graph))
    curves = {}
    for i, j in graph.edges:
        curve = plan.arrow(i, j, graph.has_edge(j, i))
        ends = np.hypot(*(curve[[0, 3]] - plan.places[[i, j]]).T)
        assert ends == pytest.approx([plan.radius] * 2, rel=0.05)
        points = covers._points(curve, np.linspace(0, 1, 101))
        for k, place in enumerate(plan.places):
            gap = np.hypot(*(points - place).T).min()
            # over no other node, and into its own only at the ends
            assert gap > (0.9 * plan.radius if k in (i, j) else plan.radius)
        curves[i, j] = points
    for (i, j), points in curves.items():
        if i != j and (j, i) in curves:
            assert np.hypot(*(points[50] - curves[j, i][50])) > 0.15
    return curves


@settings(max_examples=25)
@given(st.integers(1, 9), st.data())
def test_arrows_of_any_graph_miss_other_nodes(n, data):
    pairs = st.tuples(st.integers(0, n - 1), st.integers(0, n - 1))
    graph = nx.DiGraph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from(data.draw(st.sets(pairs)))
    for layout in ("circle", "line"):
        _check_arrows(graph, layout)


def test_a_loop_is_emphasized(ax):
    graph = pl.cover_graph(pl.stefan_map(5), range(1, 6))
    artists = pl.plotting.cover_graph(graph, ax, loop=[0, 3, 1, 1, 2])
    wide = {
        edge
        for edge, arrow in zip(graph.edges, artists[4:], strict=True)
        if arrow.get_linewidth() > 1
    }
    assert wide == {(0, 3), (3, 1), (1, 1), (1, 2), (2, 0)}
    for loop, words in (([], "at least one node"), ([0, 1], "0 does not cover 1")):
        with pytest.raises(DomainError, match=words):
            pl.plotting.cover_graph(graph, ax, loop=loop)
    with pytest.raises(DomainError, match="no nodes"):
        pl.plotting.cover_graph(nx.DiGraph(), ax)
    with pytest.raises(DomainError, match="layout='tree'"):
        pl.plotting.cover_graph(graph, ax, layout="tree")


# errors ------------------------------------------------------------------------------


def test_errors_with_runs_bounds_and_the_best_constant(ax):
    runs = [[0.7, 0.6, 0.8], [0.5], 0.2]
    line, bars, area, best = pl.plotting.error_by_depth(
        [1, 2, 5], runs, ax, bounds=[0.4, None, 0.1], best=0.75, label="trained"
    )
    assert line.get_xydata().tolist() == [[1, 0.7], [2, 0.5], [5, 0.2]]
    (segments,) = bars.lines[2]
    assert [s[:, 1].tolist() for s in segments.get_segments()] == [[0.6, 0.8], [0.5] * 2, [0.2] * 2]
    heights = [path.vertices[:, 1].max() for path in area.get_paths()]
    assert heights == [0.4, 0.1]
    assert set(best.get_ydata()) == {0.75}
    assert legend(ax) == ["trained", "no network below", "best constant"]
    assert ax.get_yscale() == "linear" and ax.get_ylim()[0] == 0
    assert [t.get_text() for t in ax.get_xticklabels()] == ["1", "2", "5"]


def test_errors_over_decades_are_logarithmic(ax):
    line, area = pl.plotting.error_by_depth([1, 2], [1.0, 0.01], ax, bounds=[0.1, 0])
    assert ax.get_yscale() == "log"
    assert len(area.get_paths()) == 1  # a bound of 0 says nothing
    assert ax.get_ylim()[0] < 0.01
    other = pl.plotting.error_by_depth([1, 2], [2.0, 0.5], ax, series=1)[0]
    assert other.get_color() != line.get_color()
    assert other.get_linestyle() != line.get_linestyle()
    assert other.get_marker() != line.get_marker()
    assert ax.get_ylim()[1] > 2


def test_a_second_series_is_not_cut_off(ax):
    pl.plotting.error_by_depth([1, 2], [0.2, 0.1], ax)
    pl.plotting.error_by_depth([1, 2], [0.9, 0.8], ax, series=1)
    low, high = ax.get_ylim()
    assert low == 0 and high > 0.9


@pytest.mark.parametrize(
    ("errors", "options"),
    [
        ([0.1], {}),
        ([0.1, -0.2], {}),
        ([0.1, math.nan], {}),
        ([0.1, []], {}),
        ([0.1, 0.2], {"bounds": [0.1]}),
        ([0.1, 0.2], {"bounds": [0.1, -1]}),
        ([0.1, "much"], {}),
    ],
)
def test_bad_errors(ax, errors, options):
    with pytest.raises(DomainError):
        pl.plotting.error_by_depth([1, 2], errors, ax, **options)
    with pytest.raises(DomainError):
        pl.plotting.error_by_depth([], [], ax)


# paths -------------------------------------------------------------------------------


def test_images_of_a_polyline_are_exact_ones_in_doubles():
    path = pl.trajectory(DEEP, CORNERS)
    way = _Way(path)
    for place in (0, 1, 2, "output"):
        curve = path.output if place == "output" else path.curve(place)
        t = np.array([float(v) for v in curve.parameters])
        exact = np.array([[float(v) for v in point] for point in curve.points])
        assert way.image(t, place) == pytest.approx(exact, abs=1e-12)
    assert way.points(np.array([0.0, 0.5, 1.0, 2.0])).tolist() == [
        [0, 0, 0],
        [0.5, 0.25, -0.5],
        [1, 0.5, -1],
        [-1, 2, 1],
    ]


def test_images_over_a_number_field():
    net = pl.from_weights([([[pl.golden()], [1]], [0, "-1/2"]), ([[1, -2]], [0])])
    path = net.along([-1], [1])
    way = _Way(path)
    curve = path.curve(0)
    t = np.array([float(v) for v in curve.parameters])
    exact = np.array([[float(v) for v in point] for point in curve.points])
    assert way.image(t, 0) == pytest.approx(exact)


def test_images_of_an_arc_are_its_ellipses():
    path = pl.trajectory(DEEP, pl.arc([1, 0, 0], [0, 1, 1], [0, "1/3", 0], quarters=3))
    way = _Way(path)
    for layer in (0, 2, -1):
        for piece in path.curve(layer):
            low, high = (
                piece.quarter * math.pi / 2 + 2 * math.atan(float(s))
                for s in (piece.start, piece.end)
            )
            a = np.linspace(low, high, 5)
            exact = np.array([float(v) for v in piece.constant]) + (
                np.cos(a)[:, None] * np.array([float(v) for v in piece.cosine])
                + np.sin(a)[:, None] * np.array([float(v) for v in piece.sine])
            )
            assert way.image(a, "output" if layer < 0 else layer) == pytest.approx(exact, abs=1e-9)


def test_trajectories_in_small_multiples():
    path = pl.trajectory(DEEP, CORNERS)
    with pl.plotting.detached():
        artists = pl.plotting.trajectory(DEEP, path)
    fig = artists[0].figure
    assert [ax.get_title() for ax in fig.axes] == [
        "input",
        "layer 0",
        "layer 1",
        "layer 2",
        "output",
    ]
    assert [text.get_text() for text in fig.legends[0].get_texts()] == [
        "start",
        "end",
        "bend from earlier layers",
        "bend of this layer",
    ]
    rows = path._events.row
    for layer, ax in enumerate(fig.axes[1:4]):
        marks = {line.get_label(): line.get_xydata() for line in ax.lines}
        old = np.unique(rows[path._events.layer < layer])
        new = np.setdiff1d(rows[path._events.layer == layer], old)
        assert len(marks.get("bend of this layer", [])) == len(new)
        assert len(marks.get("bend from earlier layers", [])) == len(old)
        curve = marks[f"layer {layer}"].tolist()
        assert len(curve) == len(old) + len(new) + 3  # and the corners
        assert all(row in curve for row in marks["bend of this layer"].tolist())
    output = fig.axes[4]
    drawn = output.lines[0].get_xydata()  # two outputs are drawn as they are
    values = np.array([DEEP(corner) for corner in CORNERS], dtype=float)
    assert drawn[[0, -1]] == pytest.approx(values[[0, -1]])


def test_principal_directions_keep_what_can_be_kept():
    rng = np.random.default_rng(0)
    for shape in ((30, 4), (5, 40)):
        rows = rng.normal(size=shape) * np.linspace(1, 3, shape[1])
        from plsym.plotting.paths import _principal

        both, shares = _principal(rows)
        sizes = np.linalg.svd(rows, compute_uv=False)
        assert shares == pytest.approx(sizes[:2] ** 2 / (sizes**2).sum())
        assert both @ both.T == pytest.approx(np.eye(2), abs=1e-9)
        assert np.abs(both).max(axis=1) == pytest.approx(both.max(axis=1))
        assert ((rows @ both.T) ** 2).sum(axis=0) == pytest.approx(sizes[:2] ** 2)


def test_points_on_a_side_weigh_as_much_as_it_is_long():
    from plsym.plotting.paths import _projected

    corners = np.array([[0.0, 0, 0], [4, 0, 0], [5, 2, 0], [1, 3, 0]])  # in a plane
    t = np.arange(4.0)
    fine = np.sort(np.concatenate([t, np.linspace(1, 2, 50)[1:-1]]))
    more = np.stack([np.interp(fine, t, column) for column in corners.T], axis=1)
    for parameters, curve in ((t, corners), (fine, more)):
        drawn, names, flat = _projected(parameters, curve, False, "neuron")
        steps = np.diff(curve, axis=0)
        lengths = np.sqrt((steps**2).sum(axis=1))
        assert np.hypot(*np.diff(drawn, axis=0).T) == pytest.approx(lengths)
        middle = (drawn[1:] + drawn[:-1]) / 2
        assert lengths @ middle == pytest.approx([0, 0], abs=1e-9)  # the centre of the curve
        assert names[0].startswith("direction 1") and not flat


def test_one_image_on_given_axes(ax):
    circle = pl.arc([1, 0, 0], [0, 1, 0], quarters=4)
    curve, *marks = pl.plotting.trajectory(DEEP, circle, ax, layers=1, color="red")
    assert curve.get_color() == "red"
    assert [m.get_label() for m in marks] == [
        "start",
        "bend from earlier layers",
        "bend of this layer",
    ]
    assert legend(ax)[0] == "layer 1"
    assert curve.get_xydata()[0] == pytest.approx(curve.get_xydata()[-1], abs=1e-9)
    _, ax = pl.plotting.figure()
    pl.plotting.trajectory(DEEP, circle, ax)
    assert legend(ax)[0] == "output"
    single = pl.random_network([2, 3, 1], seed=0)
    _, ax = pl.plotting.figure()
    curve, *_ = pl.plotting.trajectory(single, pl.arc([1, 0], [0, 1]), ax, layers=-1)
    assert ax.get_xlabel() == "angle (degrees)"
    assert curve.get_xdata()[[0, -1]] == pytest.approx([0, 90])
    assert curve.get_ydata()[0] == pytest.approx(float(single([1, 0])))


def test_a_segment_and_a_dead_layer_are_no_trouble():
    dead = pl.from_weights([([[1, 0], [0, 1], [1, 1]], [-9] * 3), ([[1, 1, 1]], None)])
    with pl.plotting.detached():
        artists = pl.plotting.trajectory(dead, [[0, 0], [1, 1]])
    axes = artists[0].figure.axes
    for ax in axes:
        assert np.isfinite(ax.lines[0].get_xydata()).all()
    assert axes[1].get_xlabel() == "direction 1 (0%)"
    flat = pl.random_network([5, 6, 3], seed=0)
    with pl.plotting.detached():
        artists = pl.plotting.trajectory(flat, [[0] * 5, [1] * 5], layers=["input"])
    assert (artists[0].get_ydata() == 0).all()  # a segment stays on its line


def test_bad_layers(ax):
    for layers in (3, "hidden", -2, []):
        with pytest.raises(DomainError):
            pl.plotting.trajectory(DEEP, CORNERS, ax, layers=layers)
    with pytest.raises(DomainError, match="1 axes for 2 images"):
        pl.plotting.trajectory(DEEP, CORNERS, ax, layers=[0, 1])


def test_transitions_stand_where_they_are(ax):
    path = pl.trajectory(DEEP, CORNERS)
    lines = pl.plotting.transitions(path, ax)
    for layer, line in enumerate(lines):
        exact = sorted(float(t.t) for t in path.transitions if t.layer == layer)
        x = line.get_xdata()[::3]
        assert sorted(x) == pytest.approx(exact)
    assert ax.get_xlim() == (0, 2)
    _, ax = pl.plotting.figure()
    turn = pl.trajectory(DEEP, pl.arc([1, 0, 0], [0, 1, 0], quarters=4))
    lines = pl.plotting.transitions(turn, ax)
    exact = sorted(t.degrees for t in turn.transitions if t.layer == 1)
    assert sorted(lines[1].get_xdata()[::3]) == pytest.approx(exact)
    assert ax.get_xlim() == (0, 360)
    none = pl.trajectory(pl.from_weights([([[1, 2]], None)]), [[0, 0], [1, 1]])
    assert pl.plotting.transitions(none, pl.plotting.figure()[1]) == []
