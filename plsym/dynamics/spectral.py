"""Spectral radii of nonnegative integer matrices: exact, or between rationals that prove it.

For a nonnegative matrix A and a positive vector v the radius lies between the least
and the largest (A v)_i / v_i (Collatz and Wielandt); integers make both ends certain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from plsym.exact.algebraic import algebraic
from plsym.exact.scalars import Scalar

__all__ = ["Graph", "components", "perron_bracket", "perron_root"]

Graph = Sequence[Mapping[int, int]]
"""For each vertex the numbers of edges to other vertices."""

_LARGEST_EXACT = 400
_STEPS = 20_000


@dataclass(frozen=True)
class Component:
    """A strongly connected part of a graph: its vertices and the edges inside."""

    vertices: tuple[int, ...]
    rows: tuple[tuple[tuple[int, int], ...], ...]

    @property
    def is_cycle(self) -> bool:
        """Whether the part is one cycle, so that its radius is 1."""
        return sum(count for row in self.rows for _, count in row) == len(self.rows)


def components(graph: Graph) -> list[Component]:
    """The strongly connected parts that hold an edge."""
    import networkx as nx

    whole = nx.DiGraph()
    whole.add_nodes_from(range(len(graph)))
    whole.add_edges_from((i, j) for i, row in enumerate(graph) for j in row)
    found = []
    for part in nx.strongly_connected_components(whole):
        vertices = tuple(sorted(part))
        place = {v: k for k, v in enumerate(vertices)}
        rows = tuple(
            tuple((place[j], count) for j, count in graph[v].items() if j in place)
            for v in vertices
        )
        if any(rows):
            found.append(Component(vertices, rows))
    return found


def perron_bracket(
    part: Component, width: Fraction, guess: list[int] | None = None
) -> tuple[Fraction, Fraction, list[int]]:
    """Rational bounds of the spectral radius of a strongly connected part.

    Parameters
    ----------
    part : Component
    width : Fraction
        The width that is aimed at; after many steps a wider bracket is returned.
    guess : list of positive int, optional
        Where the iteration starts.

    Returns
    -------
    lower, upper, vector
        The vector proves both bounds by Collatz and Wielandt.

    Notes
    -----
    Power iteration with A + 1 in integers of about log2(1 / width) + 64 bits: a step
    costs one addition an edge, and the number of steps follows the gap of A.
    """
    if part.is_cycle:
        return Fraction(1), Fraction(1), [1] * len(part.rows)
    bits = max(64, (Fraction(1) / width).__ceil__().bit_length() + 64)
    vector = [1 << bits] * len(part.rows) if guess is None else guess
    best = (Fraction(0), Fraction(0))
    for step in range(1, _STEPS + 1):
        images = [sum(count * vector[j] for j, count in row) for row in part.rows]
        if step % 16 == 0 or step == _STEPS:
            ratios = [Fraction(w, v) for w, v in zip(images, vector, strict=True)]
            best = min(ratios), max(ratios)
            if best[1] - best[0] <= width or step == _STEPS:
                break
        vector = [v + w for v, w in zip(vector, images, strict=True)]
        surplus = max(vector).bit_length() - bits - 8
        if surplus > 64:
            # entries stay positive; rounding costs nothing but accuracy
            vector = [(v >> surplus) + 1 for v in vector]
    return best[0], best[1], vector


def perron_root(part: Component) -> Scalar | None:
    """The spectral radius as an algebraic number; None if the matrix is too large."""
    if part.is_cycle:
        return Fraction(1)
    size = len(part.rows)
    if size > _LARGEST_EXACT:
        return None
    from flint import fmpz_mat

    matrix = [[0] * size for _ in range(size)]
    for i, row in enumerate(part.rows):
        for j, count in row:
            matrix[i][j] = count
    polynomial = [int(c) for c in fmpz_mat(matrix).charpoly().coeffs()]
    # the radius is the largest real root, hence the one nearest to a number beyond all of them
    beyond = 1 + max(sum(count for _, count in row) for row in part.rows)
    return algebraic(polynomial, near=beyond)
