"""From cell to cell: the regions of a network in any number of dimensions, by neighbours.

Each cell found comes with an exact inner point; each of its constraints is proved a facet,
and the cell beyond it determined exactly, or proved superfluous.  When no cell is left
the list is complete, because the domain is connected.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

import networkx as nx
import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray

from plsym.config import Budget
from plsym.errors import BudgetExceeded, DomainError
from plsym.exact.rationals import rational
from plsym.exact.scalars import to_public
from plsym.networks.exactpath import ExactStage
from plsym.networks.network import ReLUNetwork
from plsym.networks.reading import flatten
from plsym.networks.sweeping.patternforms import PatternForms
from plsym.regions.branches import branch_rows
from plsym.regions.chart import Chart, make_chart
from plsym.regions.cones import Row, primitive
from plsym.regions.definitions import components
from plsym.regions.domains import checked_domain
from plsym.regions.patterns import pattern_at
from plsym.regions.proofs import Constraints, FoundCell, ends_of
from plsym.regions.walls import Proposer, walls_of

__all__ = ["SearchedRegions", "search_regions"]

Numbers = list[mpq]


class _Search:
    """The state: cells with all their neighbours found, and cells yet to be left."""

    def __init__(self, net: ReLUNetwork, domain: Any) -> None:
        self.net = net
        self.chart = make_chart(net.stages, checked_domain(domain, net.n_inputs))
        stages = self.chart.stages
        sizes = [(len(s.bending) + 7) // 8 for s in stages]
        self.offsets = [sum(sizes[:i]) for i in range(len(sizes) + 1)]
        self.forms = PatternForms(stages, self.offsets)
        self.stages = [ExactStage(s) for s in stages]
        self.proposer = Proposer()
        self.ends = ends_of(self.chart)
        self.constraints = Constraints(self.forms, self.ends)
        self.done: dict[bytes, FoundCell] = {}
        self.known: set[bytes] = set()
        self.todo: deque[tuple[bytes, Numbers]] = deque()
        #: points of facets of cells that are yet to be left, as their neighbours know them
        self.hints: dict[bytes, list[Numbers]] = {}

    def start(self, point: Sequence[Fraction] | None) -> None:
        """Find a first cell: around a point, or around one of our own."""
        source = random.Random(0)
        base = self._centre() if point is None else [mpq(v) for v in point]
        if any(_value(w, base) < 0 for w in self.ends):
            raise DomainError("the point to start from lies outside the domain")
        d = self.chart.dimension
        while True:
            direction = [mpq(source.randint(-(10**6), 10**6)) for _ in range(d)]
            pattern = self._beyond(base, direction)
            inside = self._step_in(pattern, base, direction)
            if inside is not None:
                break
        self.known.add(pattern)
        self.todo.append((pattern, inside))

    def _centre(self) -> Numbers:
        """The centre of a large ball in the domain, by floats, checked exactly."""
        d = self.chart.dimension
        if not self.ends:
            return [mpq(0)] * d
        rows = np.array([[-float(v) for v in w[:-1]] for w in self.ends])
        ends = np.array([float(w[-1]) for w in self.ends])
        norms = np.sqrt((rows**2).sum(axis=1))
        both = np.concatenate([rows, norms[:, None]], axis=1)
        cap = np.zeros((1, d + 1))
        cap[0, -1] = 1.0
        goal = np.zeros(d + 1)
        goal[-1] = 1.0
        found = self.proposer.solve(goal, np.concatenate([both, cap]), np.append(ends, 1.0))
        if found is not None:
            point = [mpq(float(v)) for v in found[0][:d]]
            if all(_value(w, point) > 0 for w in self.ends):
                return point
        cone = self.chart.cones[0]
        total = [sum(column) for column in zip(*cone.rays, strict=True)]
        return [mpq(v, total[-1]) for v in total[:-1]]

    def _beyond(self, point: Numbers, direction: Numbers) -> bytes:
        """The pattern just after a point in a direction, that of a cell if it is generic."""
        return pattern_at(self.stages, point, direction)

    def _step_in(self, pattern: bytes, point: Numbers, direction: Numbers) -> Numbers | None:
        """A point inside a cell, from a point of its closure in a direction; None if on a wall."""
        rows = self.constraints.of(pattern)
        room = None
        for row in rows:
            at, slope = _value(row, point), _slope(row, direction)
            if at < 0 or (at == 0 and slope <= 0):
                return None
            if slope < 0:
                reach = at / -slope
                room = reach if room is None or reach < room else room
        step = mpq(1)
        if room is not None:  # the power of two below: short fractions stay short
            size = int(room.numerator).bit_length() - int(room.denominator).bit_length() - 1
            step = mpq(2) ** size
        return [a + step * b for a, b in zip(point, direction, strict=True)]

    def leave(self, pattern: bytes, inside: Numbers) -> FoundCell:
        """Prove all walls of a cell and queue the cells beyond."""
        rows = self.constraints.of(pattern)
        # row >= 0 as -normal . x <= constant
        normals = [[mpq(-v) for v in row[:-1]] for row in rows]
        ends = [mpq(row[-1]) for row in rows]
        hints = self.hints.pop(pattern, [])
        settled = walls_of(normals, ends, inside, self.proposer, hints)
        limits = {primitive(w) for w in self.ends}
        out = []
        for row, normal, wall in zip(rows, normals, settled, strict=True):
            beyond = None
            if wall.point is not None and row not in limits:
                beyond = self._beyond(wall.point, normal)
                if beyond not in self.known:
                    start = self._step_in(beyond, wall.point, normal)
                    assert start is not None, "the other side of a facet"
                    self.known.add(beyond)
                    self.todo.append((beyond, start))
                if beyond not in self.done:
                    self.hints.setdefault(beyond, []).append(wall.point)
            out.append((row, wall, beyond))
        return FoundCell(pattern, tuple(inside), tuple(out))


def _value(row: Row, point: Sequence[mpq]) -> mpq:
    return sum((a * b for a, b in zip(row, point, strict=False)), mpq(row[-1]))


def _slope(row: Row, direction: Sequence[mpq]) -> mpq:
    return sum((a * b for a, b in zip(row, direction, strict=False)), mpq(0))


@dataclass(frozen=True, eq=False)
class SearchedRegions:
    """The cells that a search found, with witnesses and proofs of their walls.

    Made by `search_regions`.

    Attributes
    ----------
    net : ReLUNetwork
    cells : tuple of FoundCell
        All of whose neighbours are known.
    is_complete : bool
        Whether these are all cells of the domain; else they are a lower bound.
    """

    net: ReLUNetwork
    cells: tuple[FoundCell, ...]
    is_complete: bool
    _search: _Search = field(repr=False)

    def __repr__(self) -> str:
        return f"<SearchedRegions: {len(self.cells)} cells, complete: {self.is_complete}>"

    def __len__(self) -> int:
        return len(self.cells)

    @property
    def chart(self) -> Chart:
        """The coordinates of the search."""
        return self._search.chart

    @property
    def proposals(self) -> tuple[int, int]:
        """How many constraints were settled by float proposals, and by exact programs."""
        return self._search.proposer.proposed, self._search.proposer.exact

    @cached_property
    def _number(self) -> dict[bytes, int]:
        return {cell.pattern: i for i, cell in enumerate(self.cells)}

    @property
    def points(self) -> tuple[tuple[Fraction, ...], ...]:
        """An inner point of each cell, in the coordinates of inputs, or (s, t) on a plane."""
        chart = self._search.chart
        return tuple(chart.point([_fraction(v) for v in cell.point]) for cell in self.cells)

    def graph(self) -> nx.Graph:
        """The adjacency graph of the cells, by number."""
        graph = nx.Graph()
        graph.add_nodes_from(range(len(self.cells)))
        for i, cell in enumerate(self.cells):
            for _, _, beyond in cell.walls:
                if beyond is not None and beyond in self._number:
                    graph.add_edge(i, self._number[beyond])
        return graph

    def count(self, definition: str = "connected") -> int:
        """Count activation, connected or affine regions among the cells.

        Raises
        ------
        DomainError
            For other definitions.
        """
        rows = np.array([np.frombuffer(c.pattern, dtype=np.uint8) for c in self.cells])
        if definition == "activation":
            layers = self.net._lowered.layers
            return len(np.unique(branch_rows(self._search.forms, layers, rows), axis=0))
        maps = self._maps(rows)
        if definition == "affine":
            return len(set(maps))
        if definition == "connected":
            pairs = [(a, b) for a, b in self.graph().edges if maps[a] == maps[b]]
            return int(components(len(self.cells), pairs).max()) + 1
        raise DomainError(
            f"a search does not count {definition!r} regions; use 'activation', 'connected' "
            "or 'affine'"
        )

    def _maps(self, rows: NDArray[np.uint8]) -> list[tuple[Row, ...]]:
        forms, last = self._search.forms, len(self._search.stages) - 1
        n = self.net.n_outputs
        units = np.tile(np.arange(n), len(rows))
        found = forms.integers(last, units, np.repeat(rows, n, axis=0))
        return [tuple(found[i * n : (i + 1) * n]) for i in range(len(rows))]

    def resume(self, budget: Budget | None = None) -> SearchedRegions:
        """Go on from where a budget ended."""
        return _run(self._search, budget)


def _fraction(x: mpq) -> Fraction:
    out = to_public(x)
    assert isinstance(out, Fraction)
    return out


def _run(search: _Search, budget: Budget | None) -> SearchedRegions:
    clock = (budget or Budget()).start()
    while search.todo:
        pattern, inside = search.todo[0]
        search.done[pattern] = search.leave(pattern, inside)
        search.todo.popleft()
        try:
            clock.check("the search from cell to cell", pieces=len(search.known))
        except BudgetExceeded as error:
            if not search.todo:
                break
            partial = SearchedRegions(search.net, tuple(search.done.values()), False, search)
            raise BudgetExceeded(
                f"{error}; at least {len(search.known)} cells exist "
                "(error.partial.resume(budget) goes on)",
                partial=partial,
                needed=error.needed,
            ) from None
    return SearchedRegions(search.net, tuple(search.done.values()), True, search)


def search_regions(
    net: ReLUNetwork, domain: Any = None, *, start: Any = None, budget: Budget | None = None
) -> SearchedRegions:
    """Find the cells of a network from neighbour to neighbour, in any dimension.

    Parameters
    ----------
    net : ReLUNetwork
        With rational weights.
    domain : optional
        As for `plsym.linear_regions`.
    start : point, optional
        Where to begin, in the coordinates of the cells: with a budget, the cells around.
    budget : Budget, optional
        Its ``pieces`` limit the cells.

    Returns
    -------
    SearchedRegions

    Raises
    ------
    DomainError
        If the domain or the point does not fit.
    MissingExtraError
        Without scipy, whose linear programs are the proposals.
    BudgetExceeded
        With the cells so far: certified, a lower bound, and to be resumed.

    Notes
    -----
    Exact: scipy's HiGHS proposes facets and Farkas factors, rational arithmetic checks
    each, and an exact simplex method decides where a proposal fails.  R cells and N
    neurons take R N linear programs of N rows; use `plsym.linear_regions` up to about
    six dimensions, where it is far faster.

    References
    ----------
    S. Xu, J. Vaughan, J. Chen, A. Zhang, A. Sudjianto, Traversing the local polytopes of
    ReLU neural networks, arXiv:2111.08922, for walking from region to region.

    Examples
    --------
    >>> net = pl.random_network([3, 4, 1], seed=2)
    >>> found = pl.search_regions(net)
    >>> found.is_complete, len(found) == pl.zaslavsky(4, 3)
    (True, True)
    """
    search = _Search(net, domain)
    point = None
    if start is not None:
        point = search.chart.inside(_checked_point(start, len(search.chart.embedding)))
    search.start(point)
    return _run(search, budget)


def _checked_point(x: Any, size: int) -> tuple[Fraction, ...]:
    """A point with so many exact coordinates."""
    point = tuple(rational(v) for v in flatten(x))
    if len(point) != size:
        raise DomainError(f"the point has {len(point)} coordinates, the cells have {size}")
    return point
