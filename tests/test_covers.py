"""Covering graphs against images, loops against the cycles that they promise."""

from __future__ import annotations

import itertools
from fractions import Fraction

import networkx as nx
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import plsym as pl
from plsym import DomainError, Interval
from plsym.testing import self_maps

points = st.lists(st.fractions(0, 1, max_denominator=12), min_size=2, max_size=7, unique=True)


@given(self_maps(), points, st.integers(1, 3))
def test_edges_are_covers(f, marks, power):
    graph = pl.cover_graph(f, marks, power=power)
    marks = sorted(marks)
    g = f.iterate(power)
    assert list(graph) == list(range(len(marks) - 1))
    for i, j in itertools.product(graph, graph):
        low, high = g.restrict(marks[i], marks[i + 1]).image
        assert graph.has_edge(i, j) == (low <= marks[j] and marks[j + 1] <= high)
    for i in graph:
        assert graph.nodes[i]["interval"] == Interval(marks[i], marks[i + 1])


@settings(max_examples=60)
@given(self_maps(), points, st.data())
def test_loops_hold_periodic_points(f, marks, data):
    graph = pl.cover_graph(f, marks)
    loops = list(itertools.islice(nx.simple_cycles(graph, length_bound=4), 20))
    assume(loops)
    loop = data.draw(st.sampled_from(loops)) * data.draw(st.integers(1, 2))
    intervals = [graph.nodes[i]["interval"] for i in loop]
    x = pl.loop_point(f, intervals)
    visited = pl.orbit(f, x, len(loop))
    assert visited[-1] == x
    for point, interval in zip(visited, intervals, strict=False):
        assert point in interval


@settings(max_examples=40)
@given(self_maps(max_pieces=3), st.integers(1, 5))
def test_loops_of_markov_graphs_against_the_built_iterate(f, n):
    """Periodic points off the partition follow primitive loops, one each, and all of them."""
    try:
        marks = pl.markov_partition(f, up_to=9)
    except pl.UndecidedError:
        return
    graph = pl.cover_graph(f, marks)
    loops = list(pl.primitive_loops(graph, n))
    assert loops == sorted(
        {
            min(word[k:] + word[:k] for k in range(n))
            for word in itertools.product(graph, repeat=n)
            if all(graph.has_edge(a, b) for a, b in zip(word, word[1:] + word[:1], strict=True))
            and all(word[k:] + word[:k] != word for k in range(1, n))
        }
    )
    found = set()
    for part in f.iterate(n).fixed_points():
        ends = isinstance(part, Interval)
        x = part.lower + (part.upper - part.lower) * Fraction(499, 1009) if ends else part
        orbit = pl.orbit(f, x, n - 1)
        if pl.least_period(f, x, n) == n and not set(orbit) & set(marks):
            word = tuple(sum(m < y for m in marks) - 1 for y in orbit)
            start = min(range(n), key=lambda k: word[k:] + word[:k])
            loop = word[start:] + word[:start]
            if all(loop[k:] + loop[:k] != loop for k in range(1, n)):
                found.add(loop)
                y = pl.loop_point(f, [graph.nodes[i]["interval"] for i in loop])
                assert pl.least_period(f, y, n) == n
    assert found <= set(loops)
    # a loop whose point avoids the partition belongs to a point that was found
    for loop in loops:
        y = pl.loop_point(f, [graph.nodes[i]["interval"] for i in loop])
        if not set(pl.orbit(f, y, n - 1)) & set(marks):
            assert loop in found


def test_the_graph_of_a_cycle():
    golden = pl.golden()
    f = pl.abs_map(golden)
    cycle = pl.orbit(f, 0, 2)
    graph = pl.cover_graph(f, cycle)
    assert sorted(graph.edges) == [(0, 0), (0, 1), (1, 0)]
    # traces of powers count the fixed points of f^n on the core: Lucas numbers
    matrix = nx.to_numpy_array(graph, dtype=int)
    traces, power = [], matrix
    for _ in range(8):
        traces.append(int(power.trace()))
        power = power @ matrix
    assert traces == [1, 3, 4, 7, 11, 18, 29, 47]


@given(self_maps(max_pieces=4), st.integers(2, 40))
def test_markov_partitions(f, up_to):
    try:
        marks = pl.markov_partition(f, up_to=up_to)
    except pl.UndecidedError:
        return
    assert list(marks) == sorted(set(marks))
    assert {f(x) for x in marks} <= set(marks)
    assert set(f.breakpoints) <= set(marks)


def test_markov_partitions_that_do_not_close():
    with pytest.raises(pl.UndecidedError, match="more than 100 points"):
        pl.markov_partition(pl.abs_map("3/2"), up_to=100)
    assert pl.markov_partition(pl.tent()) == (0, Fraction(1, 2), 1)


def test_cover_by_an_iterate_shows_a_horseshoe():
    f = pl.abs_map("3/2")
    marks = [x for x in f.iterate(4).breakpoints]
    graph = pl.cover_graph(f, marks, power=4)
    assert any(graph.out_degree(i) > 1 for i in graph)


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: pl.cover_graph(pl.tent(), [0]), "1 different points"),
        (lambda: pl.cover_graph(pl.tent(), [0, 0]), "1 different points"),
        (lambda: pl.cover_graph(pl.tent(), [0, 2]), "2 lies outside"),
        (lambda: pl.cover_graph(2 * pl.tent(), [0, 1]), "leaves its domain"),
        (lambda: pl.cover_graph(pl.tent(), [0, 1], power=0), "at least 1"),
        (lambda: pl.markov_partition(pl.abs_map(2, None)), "restrict the domain"),
        (lambda: pl.loop_point(pl.tent(), []), "at least one"),
        (
            lambda: pl.loop_point(
                pl.tent(),
                [Interval(Fraction(0), Fraction(1, 4))] * 2
                + [Interval(Fraction(3, 4), Fraction(1))],
            ),
            "interval 1 of the loop",
        ),
    ],
)
def test_bad_input(make, match):
    with pytest.raises(DomainError, match=match):
        make()
    with pytest.raises(pl.InexactInputError):
        pl.cover_graph(pl.tent(), [0, 0.5])
