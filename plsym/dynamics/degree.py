"""Maps of growth number 1: the degree of the polynomial that the laps grow like."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from plsym.errors import DomainError
from plsym.exact.scalars import Num
from plsym.piecewise.function import PiecewiseLinear
from plsym.piecewise.orbits import OrbitTable

__all__ = ["lap_degree"]


def lap_degree(f: PiecewiseLinear, up_to: int = 1000) -> int | None:
    """The d such that the laps of f^n grow like n^d; None if they grow exponentially.

    Parameters
    ----------
    f : PiecewiseLinear
        A map of a bounded interval into itself.
    up_to : int
        The largest number of intervals that are looked at.

    Returns
    -------
    int or None
        None, too, if the images of laps are more intervals than that.

    Raises
    ------
    DomainError
        If f leaves its domain or the domain is unbounded.

    Notes
    -----
    Exact.  Vertices are the intervals onto which f, f^2, ... map laps; a path from the
    domain is a strictly monotone part of an iterate.  If no vertex lies on two loops,
    the number of paths of length n grows like n^(m-1), m the greatest number of loops
    that one path meets; two loops through one vertex make it exponential.  Parts that
    are neighbours change direction, unless a plateau stands between them, so laps grow
    like paths.

    Examples
    --------
    >>> [pl.lap_degree(pl.truncated_tent(h)) for h in ("4/5", "14/17", "212/257")]
    [1, 2, 3]
    >>> pl.lap_degree(pl.tent()) is None
    True
    """
    import networkx as nx

    table = OrbitTable(f._knots())
    if not table.bounded:
        raise DomainError("laps are followed on a bounded interval; restrict the domain")
    root: tuple[Any, Any] = (table.cuts[0], table.cuts[-1])
    graph: nx.MultiDiGraph[tuple[Any, Any]] = nx.MultiDiGraph()
    graph.add_node(root)
    todo = [root]
    while todo:
        if len(graph) > up_to:
            return None
        here = todo.pop()
        for part in _laps(table, *here):
            if part not in graph:
                todo.append(part)
            graph.add_edge(here, part)
    condensed = nx.condensation(graph)
    longest: dict[int, int] = {}
    for component in reversed(list(nx.topological_sort(condensed))):
        members = condensed.nodes[component]["members"]
        edges = graph.subgraph(members).number_of_edges()
        if edges > len(members):
            return None
        after = max((longest[j] for j in condensed.successors(component)), default=0)
        longest[component] = after + (edges > 0)
    start = condensed.graph["mapping"][root]
    return max(0, longest[start] - 1)


def _laps(table: OrbitTable, low: Num, high: Num) -> list[tuple[Any, Any]]:
    """The images of the laps of f on an interval."""
    inner = [c for c in table.cuts if low < c < high]
    values: list[Any] = [table.image(x) for x in (low, *inner, high)]
    out: list[tuple[Any, Any]] = []
    direction = 0
    for u, v in pairwise(values):
        if u == v:
            continue
        sign = 1 if u < v else -1
        start = (out.pop() if sign == direction else (u, u)) if out else (u, u)
        direction = sign
        out.append((min(*start, v), max(*start, v)))
    return out
