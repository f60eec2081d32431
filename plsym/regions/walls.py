"""Which constraints of a region are facets: floats propose, rationals prove.

A constraint of {x : rows . x <= ends} is superfluous iff it is a combination of others
with factors >= 0 (Farkas), and a facet iff some point of it satisfies all others strictly.
Either is checked exactly, wherever it came from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat
from gmpy2 import mpq

from plsym.errors import MissingExtraError
from plsym.exact.lp import maximize

__all__ = ["Numbers", "Proposer", "Wall", "combination", "dot", "settled", "walls_of"]

Numbers = list[mpq]


@dataclass(frozen=True)
class Wall:
    """What became of one constraint.

    Attributes
    ----------
    point : list of mpq or None
        A point of the facet inside all other constraints; None if superfluous.
    factors : dict
        Otherwise: the factors of other constraints, by number.
    """

    point: Numbers | None
    factors: dict[int, mpq]


class Proposer:
    """Floating-point linear programs by scipy (HiGHS); counts what they were good for.

    Attributes
    ----------
    proposed, exact : int
        Constraints that were settled by a proposal, and by exact linear programs.
    """

    def __init__(self) -> None:
        try:
            from scipy.optimize import linprog
        except ImportError as error:
            raise MissingExtraError(
                "searching from cell to cell needs scipy: pip install plsym[search]"
            ) from error
        self._linprog: Any = linprog
        self.proposed = 0
        self.exact = 0

    def solve(self, c: Any, rows: Any, ends: Any) -> tuple[Any, Any] | None:
        """A maximiser of c . x and the duals of the rows, in floats; None if it fails."""
        found = self._linprog(-c, A_ub=rows, b_ub=ends, bounds=(None, None), method="highs")
        if found.status != 0:
            return None
        return found.x, -found.ineqlin.marginals


def walls_of(
    rows: Sequence[Numbers],
    ends: Sequence[mpq],
    inside: Numbers,
    proposer: Proposer,
    hints: Sequence[Numbers] = (),
) -> list[Wall]:
    """Settle all constraints of a polyhedron of which a strict inner point is known.

    Parameters
    ----------
    rows, ends : sequences
        No two of the same half-space, no zero row.
    inside : list of mpq
        With rows @ inside < ends.
    hints : sequence of points
        Of facets, perhaps, as neighbours know them.

    Notes
    -----
    One linear program a constraint, in floats around the inner point; an exact one
    where the check of the proposal fails.
    """
    if not rows:
        return []
    rooms = [b - dot(row, inside) for row, b in zip(rows, ends, strict=True)]
    # unit normals, and the inner point as origin: what floats like best
    floats = np.array([[float(v) for v in row] for row in rows])
    norms = np.sqrt((floats**2).sum(axis=1))
    floats /= norms[:, None]
    distance = np.array([float(r) for r in rooms]) / norms
    known: dict[int, Wall] = {}
    for point in hints:
        slack = [b - dot(row, point) for row, b in zip(rows, ends, strict=True)]
        on = [i for i, v in enumerate(slack) if v <= 0]
        if len(on) == 1 and slack[on[0]] == 0:
            known[on[0]] = Wall(list(point), {})
    out = []
    for i in range(len(rows)):
        if i in known:
            out.append(known[i])
            continue
        wall = _proposed(rows, rooms, floats, distance, inside, i, proposer)
        if wall is None:
            proposer.exact += 1
            wall = settled(rows, ends, rooms, inside, i)
        else:
            proposer.proposed += 1
        out.append(wall)
    return out


def dot(a: Sequence[mpq], b: Sequence[mpq]) -> mpq:
    """The inner product."""
    return sum((x * y for x, y in zip(a, b, strict=True)), mpq(0))


def _proposed(
    rows: Sequence[Numbers],
    rooms: Sequence[mpq],
    floats: Any,
    distance: Any,
    inside: Numbers,
    i: int,
    proposer: Proposer,
) -> Wall | None:
    relaxed = distance.copy()
    relaxed[i] = 2 * distance[i] + 1
    found = proposer.solve(floats[i], floats, relaxed)
    if found is None:
        return None
    x, duals = found
    if floats[i] @ x > distance[i]:
        point = _towards(rows, rooms, inside, i, [mpq(float(v)) for v in x])
        if point is not None:
            return Wall(point, {})
        return None
    support = [j for j in np.flatnonzero(duals > 1e-9).tolist() if j != i]
    factors = combination(rows, i, support)
    if factors is None:
        return None
    reach = dot(list(factors.values()), [rooms[j] for j in factors])
    return Wall(None, factors) if reach <= rooms[i] else None


def _towards(
    rows: Sequence[Numbers], rooms: Sequence[mpq], inside: Numbers, i: int, step: Numbers
) -> Numbers | None:
    """Where the way from the inner point along a step meets constraint i, if no other first."""
    speed = dot(rows[i], step)
    if speed <= 0:
        return None
    t = rooms[i] / speed
    for j, row in enumerate(rows):
        if j != i and t * dot(row, step) >= rooms[j]:
            return None
    return [a + t * b for a, b in zip(inside, step, strict=True)]


def combination(rows: Sequence[Numbers], i: int, support: list[int]) -> dict[int, mpq] | None:
    """Row i as a combination of others with factors >= 0, if their factors are determined."""
    if not support:
        return None
    d = len(rows[i])
    columns = [rows[j] for j in support] + [rows[i]]
    reduced, rank = fmpq_mat([[_flint(c[k]) for c in columns] for k in range(d)]).rref()
    n = len(support)
    out: dict[int, mpq] = {}
    for r in range(rank):
        lead = next(k for k in range(n + 1) if reduced[r, k] != 0)
        if lead == n:
            return None  # not in the span
        if any(reduced[r, k] != 0 for k in range(lead + 1, n)):
            return None
        value = reduced[r, n]
        if value < 0:
            return None
        if value > 0:
            out[support[lead]] = mpq(int(value.p), int(value.q))
    return out


def _flint(x: mpq) -> fmpq:
    return fmpq(int(x.numerator), int(x.denominator))


def settled(
    rows: Sequence[Numbers], ends: Sequence[mpq], rooms: Sequence[mpq], inside: Numbers, i: int
) -> Wall:
    """Settle one constraint by an exact linear program."""
    others = [j for j in range(len(rows)) if j != i]
    best = maximize(rows[i], [rows[j] for j in others], [ends[j] for j in others], inside)
    if best.value is not None and best.value <= ends[i]:
        return Wall(None, {others[k]: v for k, v in best.dual.items()})
    far = list(best.point)
    scale = mpq(1)
    while dot(rows[i], far) <= ends[i]:  # on an unbounded ray, inside all others
        far = [a + scale * b for a, b in zip(best.point, best.ray, strict=True)]
        scale *= 2
    step = [a - b for a, b in zip(far, inside, strict=True)]
    point = _towards(rows, rooms, inside, i, step)
    assert point is not None
    return Wall(point, {})
