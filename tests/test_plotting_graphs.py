"""Graphs of f and f^n: what is drawn, against exact images of columns."""

from __future__ import annotations

from fractions import Fraction as F
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import plsym as pl
from plsym.errors import DomainError
from plsym.plotting.envelope import envelope

pytest.importorskip("matplotlib")

SMALL = st.fractions(0, 1, max_denominator=9)


@st.composite
def selfmaps(draw):
    """Maps of [0, 1] with plateaus, steep and flat pieces."""
    inner = draw(st.sets(SMALL.filter(lambda x: 0 < x < 1), max_size=5))
    xs = [F(0), *sorted(inner), F(1)]
    ys = draw(st.lists(SMALL, min_size=len(xs), max_size=len(xs)))
    return pl.PiecewiseLinear(xs, ys)


@st.composite
def edges_of_columns(draw, low=0.0, high=1.0):
    inner = draw(st.lists(st.floats(low + 1e-6, high - 1e-6), max_size=6, unique=True))
    edges = [low, *sorted(inner), high]
    kept = [edges[0]]
    for edge in edges[1:]:
        if edge - kept[-1] > 1e-4:
            kept.append(edge)
    kept[-1] = high
    return np.array(kept)


def restricted(g, a, b):
    return g.restrict(pl.dyadic(float(a)), pl.dyadic(float(b)))


def check_columns(f, n, edges, slack):
    g = f.iterate(n) if n != 1 else f
    found = envelope(f._knots(), n, edges)
    for k, direction in enumerate(found.direction.tolist()):
        part = restricted(g, edges[k], edges[k + 1])
        low, high = part.image
        # nothing outside, whatever the rounding; and no more than rounding beyond
        assert F(found.low[k]) <= low <= F(found.low[k]) + F(slack)
        assert F(found.high[k]) - F(slack) <= high <= F(found.high[k])
        if direction != 2:
            assert part.num_pieces == 1
            assert np.sign(float(part.slopes[0])) == direction


@settings(max_examples=60)
@given(selfmaps(), st.integers(1, 4), edges_of_columns())
def test_columns_hold_the_exact_images(f, n, edges):
    check_columns(f, n, edges, 1e-8)


@settings(max_examples=20)
@given(
    st.lists(st.integers(-3, 3), min_size=1, max_size=3, unique=True),
    st.lists(st.fractions(-2, 2, max_denominator=4), min_size=4, max_size=4),
    st.integers(1, 3),
    edges_of_columns(-4.0, 4.0),
)
def test_columns_of_maps_of_the_line(xs, slopes, n, edges):
    f = pl.PiecewiseLinear.from_slopes(sorted(xs), slopes[: len(xs) + 1])
    check_columns(f, n, edges, 1e-9)


@pytest.mark.parametrize(
    ("f", "n"),
    [
        (pl.tent(), 7),
        (pl.truncated_tent("6/7"), 6),
        (pl.truncated_tent("6/7"), 0),
        (pl.skew_tent("1/10"), 6),
        (pl.constant("1/3", (0, 1)), 3),
        (pl.identity((0, 1)), 5),
    ],
)
def test_columns_of_families(f, n):
    check_columns(f, n, np.linspace(0, 1, 38), 1e-8)


def test_columns_over_a_number_field():
    f = pl.abs_map(pl.golden())
    edges = np.linspace(-1, float(f.domain[1]) - 1e-9, 24)
    check_columns(f, 8, edges, 1e-10)


def test_many_iterations_fill_the_square_and_contractions_do_not():
    edges = np.linspace(0, 1, 101)
    found = envelope(pl.tent()._knots(), 10**5, edges)
    assert (found.low == 0).all()
    assert (found.high == 1).all()
    shrunk = envelope((pl.tent() / 4)._knots(), 10**4, edges)
    assert shrunk.high.max() < 1e-300


def test_a_map_with_many_pieces_of_its_own():
    rng = np.random.default_rng(0)
    values = [F(int(v), 1000) for v in rng.integers(0, 1001, 4001)]
    f = pl.PiecewiseLinear([F(k, 4000) for k in range(4001)], values)
    found = envelope(f._knots(), 1, np.linspace(0, 1, 101))
    for k in range(100):
        inside = values[40 * k : 40 * k + 41]
        assert found.low[k] == pytest.approx(float(min(inside)), abs=1e-10)
        assert found.high[k] == pytest.approx(float(max(inside)), abs=1e-10)
    twice = envelope(f._knots(), 2, np.array([0.2, 0.2001, 0.3]))
    for k, (a, b) in enumerate([(0.2, 0.2001), (0.2001, 0.3)]):
        low, high = f.restrict(*restricted(f, a, b).image).image
        assert F(twice.low[k]) <= low <= F(twice.low[k]) + F(1e-6)
        assert F(twice.high[k]) - F(1e-6) <= high <= F(twice.high[k])


def test_what_doubles_cannot_show_is_refused():
    with pytest.raises(DomainError, match="too narrow"):
        envelope(pl.tent()._knots(), 50, np.array([0.5, 0.5 + 2**-52]))
    growing = pl.PiecewiseLinear.from_slopes([0], [-3, 3], value=1)
    with pytest.raises(DomainError, match="range of doubles"):
        envelope(growing._knots(), 1000, np.array([0.0, 1.0]))


# artists -----------------------------------------------------------------------------


@pytest.fixture
def ax():
    return pl.plotting.figure()[1]


def test_few_pieces_are_a_line_through_the_knots(ax):
    f = pl.truncated_tent("6/7")
    (line,) = pl.plotting.plot(f, ax, color="red", label="f")
    assert line.get_xydata().tolist() == [
        [float(x), float(y)] for x, y in zip(f.breakpoints, f.values, strict=True)
    ]
    assert (line.get_color(), line.get_label()) == ("red", "f")
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("$x$", "$f(x)$")
    (line,) = pl.plotting.plot(pl.tent().iterate(5), ax, domain=(0.25, "3/8"))
    x, y = line.get_data()
    assert (x[0], x[-1]) == (0.25, 0.375)
    assert len(x) == 5  # 4 of 32 pieces
    assert [pl.tent().iterate(5)(pl.dyadic(float(v))) for v in x] == [F(v) for v in y]


def test_names_of_axes_stay(ax):
    ax.set_ylabel("mine")
    pl.plotting.plot(pl.tent().iterate(3), ax)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("$x$", "mine")


def test_beyond_counting_pieces_in_a_window(ax):
    g = pl.tent().iterate(300)
    width = F(1, 2**298)
    (line,) = pl.plotting.plot(g, ax, domain=(0, width))
    assert line.get_ydata().tolist() == [0, 1, 0, 1, 0]
    line, area = pl.plotting.plot(g, ax, domain=("1/3", "1/2"), columns=64, label="g")
    assert len(line.get_xdata()) <= 64  # nothing but gaps
    assert np.isnan(line.get_ydata()).all()
    (path,) = area.get_paths()
    assert path.vertices.min(axis=0) == pytest.approx([1 / 3, 0])
    assert path.vertices.max(axis=0) == pytest.approx([1 / 2, 1])
    assert line.get_label() == "g"


@settings(max_examples=25)
@given(selfmaps(), st.integers(2, 5), st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_every_point_of_the_graph_is_drawn(f, n, points):
    _, ax = pl.plotting.figure()
    g = f.iterate(n)
    columns = 40
    artists = pl.plotting.plot(g, ax, columns=columns)
    edges = np.linspace(0, 1, columns + 1)
    assert (len(artists) == 1) == (g.num_pieces <= columns)
    for x in points:
        y = float(g(pl.dyadic(x)))
        if len(artists) == 1:
            assert np.interp(x, *artists[0].get_data()) == pytest.approx(y, abs=1e-7)
            continue
        heights = [h for path in artists[1].get_paths() for h in heights_at(path.vertices, x)]
        if not heights:  # the line: straight, or a bend within its column
            k = min(int(np.searchsorted(edges, x, side="right")) - 1, columns - 1)
            line = artists[0].get_xydata()
            near = (line[:, 0] >= edges[k] - 1e-12) & (line[:, 0] <= edges[k + 1] + 1e-12)
            heights = line[near & ~np.isnan(line[:, 1]), 1].tolist()
        assert min(heights) - 1e-7 <= y <= max(heights) + 1e-7


def heights_at(corners, x):
    """Where a polygon meets a vertical line."""
    out = []
    for (x0, y0), (x1, y1) in pairwise(corners.tolist()):
        if min(x0, x1) <= x <= max(x0, x1):
            out += [y0, y1] if x0 == x1 else [y0 + (x - x0) / (x1 - x0) * (y1 - y0)]
    return out


def test_bends_alone_are_joined_to_their_neighbours(ax):
    # one tooth on [0, 1/2], and dense ones on the right
    values = [0, 1, 0, *[k % 2 for k in range(29)]]
    marks = [F(0), F(1, 4), F(1, 2), *[F(1, 2) + F(k + 1, 60) for k in range(29)]]
    line, area = pl.plotting.plot(pl.PiecewiseLinear(marks, values), ax, columns=29)
    x, y = line.get_data()
    near = y[(x > 0.2) & (x < 0.3)]
    assert near.max() == pytest.approx(1)  # the peak, though no edge of a column is there
    assert not np.isnan(y[x < 0.4]).any()
    assert area.get_paths()[0].vertices[:, 0].min() > 0.4


def test_iterates_too_late_to_be_counted(ax):
    _, area = pl.plotting.plot(pl.tent().iterate(10**5), ax)
    assert area.get_paths()[0].vertices[:, 1].max() == 1
    line, area = pl.plotting.plot((pl.tent() / 4).iterate(10**4), ax)
    assert not area.get_paths()
    assert np.abs(line.get_ydata()).max() < 1e-300
    (line,) = pl.plotting.plot(pl.tent().iterate(0), ax)
    assert line.get_xydata().tolist() == [[0, 0], [1, 1]]


def test_networks_and_unbounded_functions(ax):
    net = pl.sawtooth_network(3)
    (line,) = pl.plotting.plot(net, ax, domain=(0, 1))
    assert line.get_ydata().tolist() == [0, 1, 0, 1, 0, 1, 0, 1, 0]
    (line,) = pl.plotting.plot(pl.PiecewiseLinear([0, 2], [0, 1], right_slope=5), ax)
    assert line.get_xydata().tolist() == [[0, 0], [2, 1], [3, 6]]
    (line,) = pl.plotting.plot(pl.identity(None), ax)
    assert line.get_xydata()[[0, -1]].tolist() == [[-1, -1], [1, 1]]
    f = pl.PiecewiseLinear.from_slopes([0], [-1, 1])
    (line,) = pl.plotting.plot(f.iterate(9), ax)
    assert line.get_xydata().tolist() == [[-1, 1], [0, 0], [1, 1]]
    with pytest.raises(DomainError, match="2 inputs"):
        pl.plotting.plot(pl.random_network([2, 3, 1], seed=0), ax)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"columns": 0}, "at least one column"),
        ({"domain": (0, 2)}, "not inside the domain"),
        ({"domain": ("1/2", "1/2")}, "no interval"),
        ({"domain": (1, 0)}, "no interval"),
    ],
)
def test_bad_windows(ax, options, words):
    with pytest.raises(DomainError, match=words):
        pl.plotting.plot(pl.tent(), ax, **options)
    assert not ax.lines


# cobwebs -----------------------------------------------------------------------------


def test_cobweb_of_an_orbit_that_falls_into_a_cycle(ax):
    graph, diagonal, stairs, cycle, first = pl.plotting.cobweb(pl.tent(), "1/7", 50, ax)
    orbit = [float(x) for x in pl.orbit(pl.tent(), "1/7", 4)]
    xy = stairs.get_xydata().tolist()
    assert xy[0] == [orbit[0]] * 2
    assert xy[1::2] == [list(pair) for pair in pairwise(orbit)]
    assert xy[2::2] == [[x, x] for x in orbit[1:]]
    closed = cycle.get_xydata().tolist()
    assert closed[0] == closed[-1] == [orbit[1]] * 2
    assert cycle.get_label() == "cycle of period 3"
    assert stairs.get_label() == "orbit of 1/7"
    assert first.get_xydata().tolist() == [[orbit[0]] * 2]
    assert diagonal.get_xydata().tolist() == [[0, 0], [1, 1]]
    assert ax.get_aspect() == 1
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [
        "orbit of 1/7",
        "cycle of period 3",
    ]
    assert graph.get_xydata().tolist() == [[0, 0], [0.5, 1], [1, 0]]


def test_cobweb_without_a_cycle_and_of_unbounded_maps(ax):
    f = pl.abs_map("3/2")
    artists = pl.plotting.cobweb(f, "1/3", 12, ax)
    assert len(artists) == 4
    assert len(artists[2].get_xdata()) == 25
    line = pl.PiecewiseLinear.from_slopes([0], [-2, 2], value=-1)
    _, free = pl.plotting.figure()
    pl.plotting.cobweb(line, 3, 3, free)  # 3, 5, 9, 17
    assert free.get_xlim()[1] >= 17
    dense = pl.plotting.cobweb(pl.tent().iterate(30), "1/7", 5, pl.plotting.figure()[1])
    assert len(dense) == 6  # the graph has an area
    with pytest.raises(DomainError):
        pl.plotting.cobweb(pl.tent(), 2, 5, ax)
