"""Spectral radii of nonnegative integer matrices: exact, or between rationals that prove it.

For a nonnegative matrix A and a positive vector v the radius lies between the least
and the largest (A v)_i / v_i (Collatz and Wielandt); integers make both ends certain.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gmpy2 import context, get_context, mpfr

from plsym.exact.algebraic import algebraic
from plsym.exact.scalars import Scalar

__all__ = ["Component", "Graph", "components", "perron_bracket", "perron_root", "perron_vector"]

Graph = Sequence[Mapping[int, int]]
"""For each vertex the numbers of edges to other vertices."""

_LARGEST_EXACT = 400
_STEPS = 20_000
_ELIMINATED = 24  # from this number of vertices on elimination beats iteration
_MOST_BACK = 64
_MOST_SECANTS = 12
_REFINEMENTS = 32


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
    part: Component, width: Fraction, pause: Callable[[], None] | None = None
) -> tuple[Fraction, Fraction, list[int]]:
    """Rational bounds of the spectral radius of a strongly connected part.

    Parameters
    ----------
    part : Component
    width : Fraction
        The width that is aimed at; after many steps a wider bracket is returned.
    pause : function, optional
        Called every few steps; what it raises ends the work.

    Returns
    -------
    lower, upper, vector
        The vector proves both bounds by Collatz and Wielandt.

    Notes
    -----
    Power iteration with A + 1 in integers of about log2(1 / width) + 64 bits: a step
    costs one addition an edge, and the number of steps follows the gap of A.  For larger
    parts it starts from `perron_vector`, and mostly ends there.
    """
    if part.is_cycle:
        return Fraction(1), Fraction(1), [1] * len(part.rows)
    bits = max(64, (Fraction(1) / width).__ceil__().bit_length() + 64)
    guess = perron_vector(part, bits) if len(part.rows) >= _ELIMINATED else None
    vector = [1 << bits] * len(part.rows) if guess is None else guess
    best = (Fraction(0), Fraction(0))
    for step in range(1, _STEPS + 1):
        images = [sum(count * vector[j] for j, count in row) for row in part.rows]
        if step % 16 == 0 or step == _STEPS or (step == 1 and guess is not None):
            ratios = [Fraction(w, v) for w, v in zip(images, vector, strict=True)]
            best = min(ratios), max(ratios)
            if best[1] - best[0] <= width or step == _STEPS:
                break
            if pause is not None:
                pause()
        vector = [v + w for v, w in zip(vector, images, strict=True)]
        surplus = max(vector).bit_length() - bits - 8
        if surplus > 64:
            # entries stay positive; rounding costs nothing but accuracy
            vector = [(v >> surplus) + 1 for v in vector]
    return best[0], best[1], vector


def perron_vector(part: Component, bits: int) -> list[int] | None:
    """A positive vector near to that of the spectral radius, to about 2^-bits; None if in vain.

    Parameters
    ----------
    part : Component
        Most edges lead to later vertices, as in a tower of intervals.
    bits : int

    Returns
    -------
    list of int or None

    Notes
    -----
    For a rate s each entry is a combination, with nonnegative coefficients, of the
    entries of the few vertices to which edges lead back: the kneading matrix of the
    tower at 1/s.  Its determinant is brought to zero by the secant method, from above,
    where it is positive.  Nothing is proved here: `perron_bracket` tests the vector.
    A step costs O(edges * back) multiplications; their number is logarithmic in bits.
    """
    back = sorted({j for i, row in enumerate(part.rows) for j, _ in row if j <= i})
    if len(back) > _MOST_BACK:
        return None
    place = {j: k for k, j in enumerate(back)}
    high = float(max(sum(count for _, count in row) for row in part.rows))
    low, precision = 1.0, 53
    # a rough root in doubles: the radius of the small matrix passes 1 there
    for _ in range(50):
        middle = (low + high) / 2
        if _radius(_returns(part, place, middle, 0.0, 1.0)[0]) > 1:
            low = middle
        else:
            high = middle

    def determinant(t: Any) -> Any:
        return _determinant(_returns(part, place, t, mpfr(0), mpfr(1))[0])

    wanted = bits + len(part.rows).bit_length() + 32
    y: Any = high
    while precision < wanted:
        with context(get_context(), precision=min(2 * precision, wanted) + 32):
            y = mpfr(y)
            x = y + y / (1 << (precision - 16))  # a little off, as both have met before
            precision = min(2 * precision, wanted)
            u, v = determinant(x), determinant(y)
            for _ in range(_MOST_SECANTS):
                if u == v:
                    break
                x, y, u = y, y - v * (y - x) / (v - u), v
                if abs(y - x) < y / (1 << (precision * 5 // 8)):
                    break  # the error of y is about that of x to the power 1.6
                v = determinant(y)
    with context(get_context(), precision=wanted + 32):
        returns, rows = _returns(part, place, y, mpfr(0), mpfr(1))
        entries = _null_vector(returns)
        if entries is None:
            return None
        # sums of positive numbers keep the digits of small entries, which elimination loses
        for _ in range(_REFINEMENTS):
            entries = [sum(a * e for a, e in zip(row, entries, strict=True)) for row in returns]
        values = [sum(c * e for c, e in zip(row, entries, strict=True)) for row in rows]
        least = min(values)
        if not least > 0:
            return None
        # every ratio counts, so the least entry gets all the bits
        return [int(value / least * (1 << bits)) for value in values]


def _returns(
    part: Component, place: Mapping[int, int], rate: Any, zero: Any, one: Any
) -> tuple[list[list[Any]], list[list[Any]]]:
    """Entries as combinations of those of the back vertices: for these, and for all."""
    width = len(place)
    rows: list[list[Any]] = [[]] * len(part.rows)
    for i in range(len(part.rows) - 1, -1, -1):
        total = [zero] * width
        for j, count in part.rows[i]:
            if j in place:
                total[place[j]] += count * one
            else:
                total = [a + count * b for a, b in zip(total, rows[j], strict=True)]
        rows[i] = [a / rate for a in total]
    return [rows[j] for j in place], rows


def _radius(matrix: list[list[float]]) -> float:
    """The spectral radius of a small nonnegative matrix, in doubles."""
    import numpy as np

    return float(max(abs(np.linalg.eigvals(np.array(matrix)))))


def _determinant(matrix: list[list[Any]]) -> Any:
    """The determinant of 1 - M."""
    rows = [[(i == j) - a for j, a in enumerate(row)] for i, row in enumerate(matrix)]
    out: Any = 1
    for k in range(len(rows)):
        pivot = max(range(k, len(rows)), key=lambda i: abs(rows[i][k]))
        if not rows[pivot][k]:
            return rows[pivot][k]
        if pivot != k:
            rows[k], rows[pivot] = rows[pivot], rows[k]
            out = -out
        out *= rows[k][k]
        for i in range(k + 1, len(rows)):
            factor = rows[i][k] / rows[k][k]
            rows[i] = [a - factor * b for a, b in zip(rows[i], rows[k], strict=True)]
    return out


def _null_vector(matrix: list[list[Any]]) -> list[Any] | None:
    """A vector >= 0 that M fixes, nearly; one entry is 1.  None if there is none."""
    size = len(matrix)
    # without an entry on which the others hardly depend the rest is singular, nearly
    one = max(range(size), key=lambda j: sum(row[j] for row in matrix))
    others = [i for i in range(size) if i != one]
    rows = [[(i == j) - matrix[i][j] for j in others] + [matrix[i][one]] for i in others]
    for k in range(size - 1):
        pivot = max(range(k, size - 1), key=lambda i: abs(rows[i][k]))
        if not rows[pivot][k]:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        for i in range(size - 1):
            if i != k:
                factor = rows[i][k] / rows[k][k]
                rows[i] = [a - factor * b for a, b in zip(rows[i], rows[k], strict=True)]
    entries = [abs(rows[k][-1] / rows[k][k]) for k in range(size - 1)]
    entries.insert(one, mpfr(1))
    return entries


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
