"""Counts of f, f^2, ..., f^n as folds over the tower: generators for use inside the package.

Each count is a small machine that reads the pieces of f^n from left to right and
remembers only what lies at the two ends; machines of neighbouring parts join, so one
number for each node of the tower is enough (see `tower`).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from plsym.exact.scalars import Num
from plsym.piecewise.orbits import OrbitTable, cut_levels
from plsym.piecewise.tower import Index, Pairs, Runs, Tower, fold

__all__ = [
    "alternation_counts",
    "compare",
    "disjoint_counts",
    "lap_counts",
    "piece_counts",
    "preimage_counts",
    "threshold_counts",
]


def compare(table: OrbitTable, level: Num) -> NDArray[np.int8]:
    """Return the sign of value - level for every interned value; 0 is exact equality."""
    return np.array(
        [
            (1 if v > 0 else -1) if isinstance(v, float) else (v > level) - (v < level)
            for v in table.values
        ],
        dtype=np.int8,
    )


def _run_counts(
    tower: Tower,
    n: int,
    marks: NDArray[np.uint8],
    first: NDArray[np.uint8],
    last: NDArray[np.uint8],
    changes: NDArray[np.int64],
    directed: bool = False,
) -> Iterator[Runs]:
    """Fold runs: ``marks`` per value, the others per node for the identity on it."""
    padded = np.append(marks, np.uint8(0))  # id -1 stands for no point

    def points(ids: Index) -> Runs:
        mark = padded[ids]
        return Runs(mark, mark.copy(), np.zeros(len(ids), dtype=np.int64), directed)

    def base(lower: Index, upper: Index) -> Runs:
        size = len(lower)
        return Runs(first[:size], last[:size], changes[:size], directed)

    return fold(tower, n, points, base)


def _node_ends(tower: Tower, n: int) -> tuple[Index, Index]:
    tower.ensure(n)
    lower, upper = np.array(tower.nodes, dtype=np.intp).T
    return lower, upper


def _byte(flags: NDArray[np.bool_] | NDArray[np.int_]) -> NDArray[np.uint8]:
    return flags.astype(np.uint8)


def lap_counts(tower: Tower, n: int) -> Iterator[int]:
    """Yield the lap numbers of f^1, ..., f^n."""
    if n == 0:
        return
    size = len(_node_ends(tower, n)[0])
    up = np.ones(size, dtype=np.uint8)
    none = np.zeros(len(tower.table.values), dtype=np.uint8)
    zero = np.zeros(size, dtype=np.int64)
    for total in _run_counts(tower, n, none, up, up.copy(), zero, directed=True):
        yield int(total.changes[0]) + 1


def alternation_counts(tower: Tower, n: int, x: Num, y: Num) -> Iterator[int]:
    """Yield the alternation crossings of [x, y] by f^1, ..., f^n."""
    if n == 0:
        return
    lower, upper = _node_ends(tower, n)
    to_x, to_y = compare(tower.table, x), compare(tower.table, y)
    low, high = to_x[lower] < 0, to_y[upper] > 0
    marks = _byte(np.where(to_x <= 0, 1, np.where(to_y >= 0, 2, 0)))
    first = _byte(np.where(low, 1, np.where(high, 2, 0)))
    last = _byte(np.where(high, 2, np.where(low, 1, 0)))
    changes = (low & high).astype(np.int64)
    for total in _run_counts(tower, n, marks, first, last, changes):
        yield int(total.changes[0])


def threshold_counts(tower: Tower, n: int, z: Num) -> Iterator[int]:
    """Yield 1 + the changes of [f^m >= z] along the domain, m = 1..n."""
    if n == 0:
        return
    lower, upper = _node_ends(tower, n)
    to_z = compare(tower.table, z)
    low, high = to_z[lower] < 0, to_z[upper] > 0
    marks = _byte(np.where(to_z < 0, 1, 2))
    first, last = _byte(np.where(low, 1, 2)), _byte(np.where(high, 2, 1))
    changes = (low & high).astype(np.int64)
    for total in _run_counts(tower, n, marks, first, last, changes):
        yield 1 + int(total.changes[0])


def preimage_counts(tower: Tower, n: int, z: Num) -> Iterator[int]:
    """Yield the number of components of {f^m = z}, m = 1..n."""
    if n == 0:
        return
    lower, upper = _node_ends(tower, n)
    to_z = compare(tower.table, z)
    other = np.ones(len(lower), dtype=np.uint8)
    changes = 2 * ((to_z[lower] < 0) & (to_z[upper] > 0)).astype(np.int64)
    marks = _byte(np.where(to_z == 0, 2, 1))
    for total in _run_counts(tower, n, marks, other, other.copy(), changes):
        # Runs of "equal" and "not equal" take turns.
        ends = int(total.first[0] == 2) + int(total.last[0] == 2)
        yield (int(total.changes[0]) + ends) // 2


def disjoint_counts(tower: Tower, n: int, x: Num, y: Num) -> Iterator[int]:
    """Yield the largest numbers of disjoint crossing pairs of f^1, ..., f^n."""
    if n == 0:
        return
    tower.ensure(n)
    to_x, to_y = compare(tower.table, x), compare(tower.table, y)
    letters = np.append(np.where(to_x == 0, 1, np.where(to_y == 0, 2, 0)), 0)

    def points(ids: Index) -> Pairs:
        return Pairs.letters(letters[ids])

    def base(lower: Index, upper: Index) -> Pairs:
        has_x = (to_x[lower] < 0) & (to_x[upper] > 0)
        has_y = (to_y[lower] < 0) & (to_y[upper] > 0)
        first = Pairs.letters(has_x.astype(np.int64))
        return first.then(Pairs.letters(2 * has_y.astype(np.int64)))

    for total in fold(tower, n, points, base):
        yield int(total.pairs[0, 0, 0])


def piece_counts(table: OrbitTable, n: int) -> Iterator[int]:
    """Yield the numbers of pieces of f^1, ..., f^n."""
    for level in cut_levels(table, n):
        yield level.total + 1
