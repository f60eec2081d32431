"""Linear programs in rational arithmetic: slow, and the last word.

Maximise c . x subject to A x <= b from a point with A x < b.  Bland's rule; used where
a floating-point solver's proposal does not survive an exact check.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gmpy2 import mpq

__all__ = ["Optimum", "maximize"]


@dataclass(frozen=True)
class Optimum:
    """The answer to a linear program.

    Attributes
    ----------
    value : mpq or None
        The maximum; None if there is none.
    point : list of mpq
        Where it is attained; with value None where an unbounded ray begins.
    ray : list of mpq
        With value None the direction of that ray, else empty.
    dual : dict
        Factors >= 0 on constraints (by number, zeros left out) whose combination is
        c . x <= value; empty with value None.
    """

    value: mpq | None
    point: list[mpq]
    ray: list[mpq]
    dual: dict[int, mpq]


def maximize(
    c: Sequence[mpq], rows: Sequence[Sequence[mpq]], ends: Sequence[mpq], start: Sequence[mpq]
) -> Optimum:
    """Maximise c . x subject to rows @ x <= ends, from a strictly feasible start.

    Parameters
    ----------
    c : sequence of mpq, length d
    rows : sequence of rows, shape (m, d)
    ends : sequence of mpq, length m
    start : sequence of mpq, length d
        With rows @ start < ends.

    Returns
    -------
    Optimum

    Examples
    --------
    >>> from gmpy2 import mpq
    >>> from plsym.exact.lp import maximize
    >>> q = [mpq(v) for v in (0, 1, -1)]
    >>> found = maximize([q[1], q[1]], [[q[1], q[0]], [q[0], q[1]]], [q[1], q[1]], [q[0], q[0]])
    >>> found.value == 2, sorted(found.dual)
    (True, [0, 1])
    """
    d, m = len(c), len(rows)
    # x = start + y; slack i = room_i - rows_i . y.  Columns are what is not basic: first
    # the coordinates of y (free), later slacks; rows of the table are basic variables.
    table = [[-v for v in row] for row in rows]  # slack = room + table . columns
    room = [b - sum(map(_product, row, start), mpq(0)) for row, b in zip(rows, ends, strict=True)]
    cost = list(c)
    value = sum(map(_product, c, start), mpq(0))
    columns = list(range(d))  # y_j is j, slack i is d + i
    basic = [d + i for i in range(m)]
    while True:
        enter = _entering(cost, columns, d)
        if enter is None:
            break
        up = cost[enter] > 0
        best: tuple[mpq, int, int] | None = None
        for i in range(m):
            rate = table[i][enter] if up else -table[i][enter]
            if basic[i] >= d and rate < 0:
                step = room[i] / -rate
                if best is None or (step, basic[i]) < best[:2]:
                    best = (step, basic[i], i)
        if best is None:
            ray = [mpq(0)] * d
            sign = 1 if up else -1
            for i in range(m):
                if basic[i] < d:
                    ray[basic[i]] = sign * table[i][enter]
            if columns[enter] < d:
                ray[columns[enter]] = mpq(sign)
            return Optimum(None, _point(start, columns, basic, room, d), ray, {})
        leave = best[2]
        # the entering variable from the leaving row: col = (basic - room - rest) / pivot
        pivot = table[leave][enter]
        solved = [-v / pivot for v in table[leave]]
        solved[enter] = 1 / pivot
        shift = -room[leave] / pivot
        for i in range(m):
            factor = table[i][enter]
            if i != leave and factor:
                table[i] = [a + factor * s for a, s in zip(table[i], solved, strict=True)]
                table[i][enter] = factor * solved[enter]
                room[i] += factor * shift
        factor = cost[enter]
        cost = [a + factor * s for a, s in zip(cost, solved, strict=True)]
        cost[enter] = factor * solved[enter]
        value += factor * shift
        table[leave], room[leave] = solved, shift
        basic[leave], columns[enter] = columns[enter], basic[leave]
    dual = {name - d: -v for name, v in zip(columns, cost, strict=True) if name >= d and v != 0}
    return Optimum(value, _point(start, columns, basic, room, d), [], dual)


def _product(a: mpq, b: mpq) -> mpq:
    return a * b


def _entering(cost: list[mpq], columns: list[int], d: int) -> int | None:
    """The column to enter: a free one with any cost, else the least slack that gains."""
    best = None
    for j, name in enumerate(columns):
        if name < d and cost[j] != 0:
            return j
        if name >= d and cost[j] > 0 and (best is None or name < columns[best]):
            best = j
    return best


def _point(
    start: Sequence[mpq], columns: list[int], basic: list[int], room: list[mpq], d: int
) -> list[mpq]:
    out = list(start)
    for name, v in zip(basic, room, strict=True):
        if name < d:
            out[name] = start[name] + v
    return out
