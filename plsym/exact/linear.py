"""Exact linear algebra on small integer matrices, by python-flint."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd

from flint import fmpq_mat, fmpz_mat, nmod_mat

__all__ = ["independent_rows", "rank", "solve_rows"]

Rows = Sequence[Sequence[int]]

_PRIME = (1 << 61) - 1


def rank(rows: Rows) -> int:
    """The rank of an integer matrix.

    Notes
    -----
    Modulo a prime no rank grows: where it is full there, once parallel rows are left out,
    it is full.  Only other matrices are reduced over the integers, which takes far longer
    for long entries.

    Examples
    --------
    >>> from plsym.exact.linear import rank
    >>> rank([(1, 2), (2, 4)])
    1
    """
    distinct = list({_primitive(row) for row in rows if any(row)})
    if not distinct:
        return 0
    matrix = fmpz_mat([list(row) for row in distinct])
    modular = int(nmod_mat(matrix, _PRIME).rank())
    return modular if modular == min(len(distinct), len(distinct[0])) else int(matrix.rank())


def _primitive(row: Sequence[int]) -> tuple[int, ...]:
    """The row without common divisors, its first entry that is not 0 positive."""
    common = gcd(*row)
    if next(a for a in row if a) < 0:
        common = -common
    return tuple(a // common for a in row)


def independent_rows(rows: Rows) -> list[int]:
    """The first rows that span what all rows span."""
    if not rows or not rows[0]:
        return []
    if len(rows) <= 2:  # most corners and edges: no need of a matrix
        lines = [_primitive(row) if any(row) else None for row in rows]
        return [i for i, line in enumerate(lines) if line is not None and line not in lines[:i]]
    columns = [list(c) for c in zip(*rows, strict=True)]
    reduced, _, r = fmpz_mat(columns).rref()
    pivots = []
    for i in range(int(r)):
        pivots.append(next(j for j in range(len(rows)) if reduced[i, j] != 0))
    return pivots


def solve_rows(basis: Rows, rows: Rows) -> list[list[Fraction]]:
    """Write each row as a combination of independent rows that span it."""
    columns = fmpq_mat(fmpz_mat([list(c) for c in zip(*basis, strict=True)]))
    used = independent_rows([list(c) for c in zip(*basis, strict=True)])
    square = fmpq_mat([[columns[i, j] for j in range(len(basis))] for i in used])
    right = fmpq_mat(fmpz_mat([[int(row[i]) for row in rows] for i in used]))
    found = square.solve(right)
    return [
        [Fraction(int(found[j, k].p), int(found[j, k].q)) for j in range(len(basis))]
        for k in range(len(rows))
    ]
