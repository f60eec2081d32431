"""The search from cell to cell: against the face lattice, and when floats are no help."""

from __future__ import annotations

import numpy as np
import pytest
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st

import plsym as pl
from plsym.exact.lp import maximize
from plsym.regions import walls
from plsym.regions.examples import arrangement, arrangement_network
from plsym.testing import networks

linprog = pytest.importorskip("scipy.optimize").linprog
KINDS = ("activation", "connected", "affine")


@settings(deadline=None, max_examples=15)
@given(
    networks(min_inputs=2, max_width=4) | networks(max_inputs=2, max_width=3, degenerate=True),
    st.booleans(),
)
def test_the_search_finds_what_the_faces_show(network, bounded):
    box = [(-1, 1)] * network.n_inputs if bounded else None
    found = pl.search_regions(network, box)
    faces = pl.linear_regions(network, box)
    assert found.is_complete
    for definition in KINDS:
        assert found.count(definition) == faces.count(definition)
    if not faces.chart.artificial:
        assert len(found) == len(faces)
        mine = {tuple(sorted(map(str, e))) for e in labelled(found.graph(), found, faces)}
        theirs = {tuple(sorted(map(str, e))) for e in faces.graph().edges}
        assert mine == theirs or faces.num_cells != faces.count("activation")


def labelled(graph, found, faces):
    names = [faces.locate(p).index for p in found.points]
    return [(names[a], names[b]) for a, b in graph.edges]


@pytest.mark.parametrize("answer", ["nothing", "nonsense"])
def test_exact_programs_decide_where_floats_fail(monkeypatch, answer):
    def solve(self, c, rows, ends):
        if answer == "nothing":
            return None
        return np.ones(len(c)) * 1e3, np.ones(len(ends))

    monkeypatch.setattr(walls.Proposer, "solve", solve)
    for network, count in (
        (pl.random_network([3, 5, 3, 1], seed=1), None),
        (arrangement_network(arrangement("braid", 4)), 24),
        (arrangement_network(arrangement("shi", 3)), 16),
    ):
        found = pl.search_regions(network)
        assert found.count("activation") == pl.count_regions(network, definition="activation")
        assert count is None or len(found) == count
        assert found.proposals[1] > 0


def test_every_wall_has_its_proof():
    network = pl.random_network([4, 5, 4, 1], seed=6)
    found = pl.search_regions(network, [(-1, 1)] * 4)
    for cell in found.cells:
        for i, (row, wall, _) in enumerate(cell.walls):
            others = [r for j, (r, _, _) in enumerate(cell.walls) if j != i]
            at = lambda r, x: sum(a * b for a, b in zip(r, [*x, 1], strict=True))  # noqa: E731
            assert at(row, cell.point) > 0
            if wall.point is not None:
                assert at(row, wall.point) == 0
                assert all(at(r, wall.point) > 0 for r in others)
            else:
                assert all(v > 0 for v in wall.factors.values())
                total = [
                    sum(v * cell.walls[j][0][k] for j, v in wall.factors.items())
                    for k in range(len(row))
                ]
                assert total[:-1] == list(row[:-1])
                assert total[-1] <= row[-1]


def test_a_search_in_twenty_dimensions_around_a_point():
    network = pl.random_network([20, 12, 4], seed=0)
    with pytest.raises(pl.BudgetExceeded, match="at least") as caught:
        pl.search_regions(network, [(-1, 1)] * 20, budget=pl.Budget(pieces=30), start=[0] * 20)
    partial = caught.value.partial
    assert not partial.is_complete
    assert len(partial) >= 1
    with pytest.raises(pl.BudgetExceeded) as again:
        partial.resume(pl.Budget(pieces=60))
    assert len(again.value.partial) > len(partial)
    assert len(set(again.value.partial.points)) == len(again.value.partial)
    with pytest.raises(pl.DomainError, match="engine='search'"):
        pl.linear_regions(network)
    with pytest.raises(pl.DomainError, match="regions in 12 dimensions"):
        pl.count_regions(pl.random_network([20, 12, 12, 1], seed=0))
    with pytest.raises(pl.BudgetExceeded, match="at least"):
        pl.count_regions(network, budget=pl.Budget(pieces=20))
    few = pl.random_network([12, 3, 1], seed=0)  # three neurons see three dimensions
    assert pl.count_regions(few, definition="activation") == 8
    assert pl.count_regions(few, [(-1, 1)] * 12, definition="activation") <= 8


def test_a_search_resumed_is_a_search():
    network = pl.random_network([3, 4, 3, 1], seed=5)
    whole = pl.search_regions(network)
    with pytest.raises(pl.BudgetExceeded) as caught:
        pl.search_regions(network, budget=pl.Budget(pieces=len(whole) // 3))
    rest = caught.value.partial.resume()
    assert rest.is_complete
    assert {c.pattern for c in rest.cells} == {c.pattern for c in whole.cells}


def test_bad_starts():
    network = pl.random_network([2, 3, 1], seed=0)
    with pytest.raises(pl.DomainError, match="outside"):
        pl.search_regions(network, [(0, 1), (0, 1)], start=[2, 0])
    with pytest.raises(pl.DomainError, match="3 coordinates"):
        pl.search_regions(network, start=[2, 0, 1])
    with pytest.raises(pl.DomainError, match="does not count"):
        pl.count_regions(network, engine="search", definition="pattern")


numbers = st.integers(-5, 5)


@settings(deadline=None)
@given(
    st.integers(1, 3).flatmap(
        lambda d: st.tuples(
            st.lists(numbers, min_size=d, max_size=d),
            st.lists(
                st.tuples(st.lists(numbers, min_size=d, max_size=d), st.integers(1, 6)),
                min_size=1,
                max_size=7,
            ),
        )
    )
)
def test_exact_programs_against_highs(problem):
    c, constraints = problem
    rows, ends = [list(r) for r, _ in constraints], [b for _, b in constraints]
    exact = maximize(
        [mpq(v) for v in c],
        [[mpq(v) for v in r] for r in rows],
        [mpq(b) for b in ends],
        [mpq(0)] * len(c),
    )
    floats = linprog(-np.array(c, float), rows, ends, bounds=(None, None), method="highs")
    dot = lambda a, b: sum(x * y for x, y in zip(a, b, strict=True))  # noqa: E731
    assert all(dot(r, exact.point) <= b for r, b in zip(rows, ends, strict=True))
    if exact.value is None:
        assert floats.status in (2, 3, 4)
        assert dot(c, exact.ray) > 0
        assert all(dot(r, exact.ray) <= 0 for r in rows)
    else:
        assert float(exact.value) == pytest.approx(-floats.fun, abs=1e-7)
        assert dot(c, exact.point) == exact.value
        assert all(v > 0 for v in exact.dual.values())
        assert dot([ends[i] for i in exact.dual], exact.dual.values()) == exact.value
        for k in range(len(c)):
            assert sum(v * rows[i][k] for i, v in exact.dual.items()) == c[k]
