"""Exact linear algebra on small integer matrices, by python-flint."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import fmpq_mat, fmpz_mat

__all__ = ["independent_rows", "rank", "solve_rows"]

Rows = Sequence[Sequence[int]]


def rank(rows: Rows) -> int:
    """The rank of an integer matrix.

    Examples
    --------
    >>> from plsym.exact.linear import rank
    >>> rank([(1, 2), (2, 4)])
    1
    """
    return int(fmpz_mat([list(r) for r in rows]).rank()) if rows else 0


def independent_rows(rows: Rows) -> list[int]:
    """The first rows that span what all rows span."""
    if not rows or not rows[0]:
        return []
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
