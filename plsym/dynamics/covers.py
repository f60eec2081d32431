"""Covering graphs: which intervals a map sends over which, and the cycles in their loops."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from plsym.dynamics.orbits import least_period
from plsym.dynamics.sharkovsky import checked_period
from plsym.errors import DomainError, UndecidedError
from plsym.exact.scalars import Num, Scalar, ScalarLike, text, to_num, to_public
from plsym.piecewise.equations import Interval
from plsym.piecewise.function import PiecewiseLinear
from plsym.piecewise.orbits import OrbitTable

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["cover_graph", "loop_point", "markov_partition", "primitive_loops"]


def cover_graph(
    f: PiecewiseLinear, points: Iterable[ScalarLike], *, power: int = 1
) -> nx.DiGraph[int]:
    """Which intervals between neighbouring points are covered by the image of which.

    Parameters
    ----------
    f : PiecewiseLinear
        A map of its domain into itself.
    points : iterable of exact numbers
        At least two points of the domain, in any order: a cycle, a Markov partition,
        or any others.
    power : int
        Covers by f^power are looked at.

    Returns
    -------
    networkx.DiGraph
        Vertex i is the i-th interval from the left; an edge i -> j says that f^power
        maps interval i onto a set that contains interval j.  Vertices have the
        attributes ``interval``, ``label`` and ``pos`` (a place on the unit circle, for
        ``networkx.draw``).

    Raises
    ------
    DomainError
        If f leaves its domain, a point lies outside it, or fewer than two are given.

    Notes
    -----
    Exact: images are computed with all knots inside an interval, so the graph can have
    more edges than the end points alone force.  O(power * (n + K)) evaluations for n
    points and K pieces, and one step an edge.

    References
    ----------
    .. [1] L. Block, J. Guckenheimer, M. Misiurewicz, L.-S. Young, "Periodic points and
       topological entropy of one dimensional maps", Lecture Notes in Mathematics 819
       (1980), 18-34.

    Examples
    --------
    >>> graph = pl.cover_graph(pl.stefan_map(5), range(1, 6))
    >>> sorted(graph.edges)
    [(0, 3), (1, 1), (1, 2), (2, 0), (3, 0), (3, 1)]
    >>> graph.nodes[0]["interval"]
    Interval(lower=Fraction(1, 1), upper=Fraction(2, 1))
    """
    import networkx as nx

    steps = checked_period(power, "the power")
    table = OrbitTable(f._knots())
    marks = sorted({to_num(x) for x in points})
    if len(marks) < 2:
        raise DomainError(f"{len(marks)} different points; two at least make an interval")
    for x in (marks[0], marks[-1]):
        if x < table.cuts[0] or x > table.cuts[-1]:
            raise DomainError(f"the point {text(x)} lies outside the domain")
    graph: nx.DiGraph[int] = nx.DiGraph()
    for i in range(len(marks) - 1):
        interval = Interval(to_public(marks[i]), to_public(marks[i + 1]))
        angle = math.pi - 2 * math.pi * i / (len(marks) - 1)
        place = (math.cos(angle), math.sin(angle))
        label = f"[{text(marks[i])}, {text(marks[i + 1])}]"
        graph.add_node(i, interval=interval, label=label, pos=place)
    for i in range(len(marks) - 1):
        low, high = marks[i], marks[i + 1]
        for _ in range(steps):
            low, high = _image(table, low, high)
        first, last = bisect_left(marks, low), bisect_right(marks, high) - 1
        graph.add_edges_from((i, j) for j in range(first, last))
    return graph


def _image(table: OrbitTable, low: Any, high: Any) -> tuple[Num, Num]:
    """The least and the largest value of the map on an interval."""
    values: list[Any] = [table.image(low), table.image(high)]
    start, stop = bisect_right(table.cuts, low), bisect_left(table.cuts, high)
    values += [table.image(cut) for cut in table.cuts[start:stop]]
    return min(values), max(values)


def markov_partition(f: PiecewiseLinear, up_to: int = 1000) -> tuple[Scalar, ...]:
    """The least finite invariant set that holds all knots and both ends of the domain.

    Parameters
    ----------
    f : PiecewiseLinear
        A map of a bounded interval into itself.
    up_to : int
        The largest number of points that are followed.

    Returns
    -------
    tuple of exact numbers
        In increasing order; f maps each point to one of them and is affine between.

    Raises
    ------
    DomainError
        If f leaves its domain or the domain is unbounded.
    UndecidedError
        If the orbits have more points; they may be infinite.

    Examples
    --------
    >>> pl.markov_partition(pl.truncated_tent("6/7"))
    (Fraction(0, 1), Fraction(2, 7), Fraction(3, 7), Fraction(4, 7), Fraction(6, 7), Fraction(1, 1))
    """
    table = OrbitTable(f._knots())
    if not table.bounded:
        raise DomainError("a Markov partition has finitely many intervals; restrict the domain")
    depth = 1
    while True:
        table.ensure(depth)
        if table.reached[depth] == table.reached[depth - 1]:
            values: list[Any] = table.values
            return tuple(to_public(x) for x in sorted(values))
        if len(table.values) > up_to:
            raise UndecidedError(
                f"the orbits of the knots have more than {up_to} points after {depth} steps; "
                "they may be infinite, or pass up_to=... to follow them longer"
            )
        depth += 1


def primitive_loops(graph: nx.DiGraph[int], n: int) -> Iterator[tuple[int, ...]]:
    """Yield the loops of a length that go round no shorter loop several times.

    Parameters
    ----------
    graph : networkx.DiGraph
        With integers as vertices, such as a covering graph.
    n : int
        The length.

    Yields
    ------
    tuple of n vertices
        In the order of the loop, one for each loop up to where it starts, in
        lexicographic order.

    Notes
    -----
    Prefixes of Lyndon words over the vertices, extended along edges: a few steps for
    each prefix that occurs.

    Examples
    --------
    >>> graph = pl.cover_graph(pl.stefan_map(5), range(1, 6))
    >>> [list(pl.primitive_loops(graph, n)) for n in (1, 2, 5)]
    [[(1,)], [(0, 3)], [(0, 3, 1, 1, 2)]]
    """
    length = checked_period(n, "the length")
    after = {i: sorted(graph[i]) for i in graph}
    # (word, length of its longest Lyndon prefix)
    todo: list[tuple[tuple[int, ...], int]] = [((i,), 1) for i in sorted(graph, reverse=True)]
    while todo:
        word, longest = todo.pop()
        depth = len(word)
        if depth == length:
            if longest == length and graph.has_edge(word[-1], word[0]):
                yield word
            continue
        least = word[depth - longest]
        for j in reversed(after[word[-1]]):
            if j >= least:
                todo.append(((*word, j), longest if j == least else depth + 1))


def loop_point(f: PiecewiseLinear, loop: Sequence[Interval]) -> Scalar:
    """A point x = f^n(x) whose orbit visits the n intervals of a loop in turn.

    Parameters
    ----------
    f : PiecewiseLinear
    loop : sequence of Interval
        Bounded; the image of each contains the next, that of the last the first.

    Returns
    -------
    Fraction or AlgebraicReal

    Raises
    ------
    DomainError
        If an interval does not cover the next.

    Notes
    -----
    Exact.  From the end of the loop, each interval is replaced by a least part of it
    that is mapped onto the next part, end to end; f^n then maps the first part onto the
    whole first interval, so it has a fixed point there.  The least period divides n; a
    point of least period n is returned if there is one in that part.  It can be less
    than n for a loop that goes round a shorter one several times, and where neighbouring
    intervals share an end that is periodic itself.

    Examples
    --------
    >>> left, right = pl.Interval(0, pl.rational("1/2")), pl.Interval(pl.rational("1/2"), 1)
    >>> pl.loop_point(pl.tent(), [left, left, right])
    Fraction(2, 9)
    """
    if not loop:
        raise DomainError("a loop has at least one interval")
    parts = [loop[0]]
    for k in range(len(loop) - 1, -1, -1):
        parts.append(_onto(f, loop[k], parts[-1], k))
    parts.reverse()
    g = f.restrict(parts[0].lower, parts[0].upper)
    for part in parts[1:-1]:
        g = f.restrict(part.lower, part.upper) @ g
    candidates: list[Any] = []
    for found in g.fixed_points():
        if isinstance(found, Interval):
            low: Any = found.lower
            high: Any = found.upper
            candidates += [low, low + (high - low) / 3, high]
        else:
            candidates.append(found)
    n = len(loop)
    full: Any = next((x for x in candidates if least_period(f, x, n) == n), candidates[0])
    return full  # type: ignore[no-any-return]


def _onto(f: PiecewiseLinear, source: Interval, target: Interval, k: int) -> Interval:
    """A least part of an interval whose ends are mapped to the ends of another."""
    g = f.restrict(source.lower, source.upper)
    marks: list[tuple[Any, int]] = []
    for which, level in enumerate((target.lower, target.upper)):
        for part in g.preimage(level):
            ends = (part.lower, part.upper) if isinstance(part, Interval) else (part,)
            marks += [(x, which) for x in ends]
    marks.sort(key=lambda mark: mark[0])
    for (x, one), (y, other) in pairwise(marks):
        if one != other:
            return Interval(x, y)
    raise DomainError(f"interval {k} of the loop does not cover the next one")
