"""The passes of the sweep in whole numbers, as functions of plain arrays.

Each is a `Twin`, as in `kernels`.  ``z`` has the shape (2, pieces, units): slopes A and
constants B of the units' forms.  ``where`` has the shape (3, rows): the positions p / q of
rows, and their segments.  All are integers below 2**53 in doubles; `integral` says why
nothing here is rounded in a way that matters.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from plsym.exact.tiers import Twin

__all__ = ["locate", "spread"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Flags = NDArray[np.bool_]


# signs and crossings ------------------------------------------------------------------------


def _settle(
    v: Floats, z: Floats, piece: Indices | None, p: Floats, q: Floats, doubt: float
) -> None:
    """Compute values within ``doubt`` of zero again, in integers that wrap around."""
    i, j = (np.abs(v) <= doubt).nonzero()
    if i.size == 0:
        return
    k = np.minimum(i, z.shape[1] - 1) if piece is None else piece[i]
    a, b = z[0, k, j].astype(np.int64), z[1, k, j].astype(np.int64)
    v[i, j] = a * p[i].astype(np.int64) + b * q[i].astype(np.int64)


def _locate(
    z: Floats, where: Floats, bends: Flags, doubt: float
) -> tuple[Flags, Indices, Indices, Floats, int]:
    """Which units are positive at the rows, and where units cross zero between rows.

    Returns
    -------
    positive : bool array, shape (rows, units)
    row, unit : int arrays
        The row to the left of each new row and the least unit that crosses there, in order.
    position : ndarray, shape (2, crossings)
        q and p of the new rows.
    joined : int
        How many further units cross at new rows.
    """
    p, q = where[0], where[1]
    v = np.empty((z.shape[1] + 1, z.shape[2]))
    np.multiply(z[0], p[:-1, None], out=v[:-1])
    v[:-1] += z[1] * q[:-1, None]
    v[-1] = z[0, -1] * p[-1] + z[1, -1] * q[-1]
    if doubt:
        _settle(v, z, None, p, q, doubt)
    cross = v[1:] * v[:-1] < 0
    cross &= bends
    row, unit = cross.nonzero()
    position = np.abs(z[:, row, unit])
    joined = 0
    same = row[1:] == row[:-1]
    if same.any():
        t = position[1] / position[0]
        order = np.lexsort((t, row))
        t = t[order]
        same &= t[1:] == t[:-1]
        if same.any():
            order = _joined(order, position, same)
            joined = len(row) - len(order)
        row, unit, position = row[order], unit[order], position[:, order]
    return v > 0, row, unit, position, joined


def _joined(order: Indices, position: Floats, same: Flags) -> Indices:
    """The order without repeated positions; ``same`` marks neighbours with equal doubles."""
    q, p = position[:, order].astype(np.int64)
    link = same.nonzero()[0]
    differ = p[link + 1] * q[link] != p[link] * q[link + 1]
    if not differ.any():
        keep = np.ones(len(order), dtype=bool)
        keep[link + 1] = False
        return order[keep]
    kept: list[int] = []
    run: list[int] = []
    for i, c in enumerate(order.tolist()):
        if i and not same[i - 1]:
            kept.extend(_distinct(run, position))
            run = []
        run.append(c)
    return np.array([*kept, *_distinct(run, position)], dtype=np.intp)


def _distinct(run: list[int], position: Floats) -> list[int]:
    """Crossings in order of their positions, the first of each; equal doubles, rarely more."""
    first: dict[Fraction, int] = {}
    for c in run:
        first.setdefault(Fraction(int(position[1, c]), int(position[0, c])), c)
    return [first[t] for t in sorted(first)]


def _locate_loops(
    z: Floats, where: Floats, bends: Flags, doubt: float
) -> tuple[Flags, Indices, Indices, Floats, int]:
    pieces, w = z.shape[1], z.shape[2]
    positive = np.empty((pieces + 1, w), np.bool_)
    negative = np.empty((pieces + 1, w), np.bool_)
    for r in range(pieces + 1):
        k = min(r, pieces - 1)
        p, q = where[0, r], where[1, r]
        for j in range(w):
            a, b = z[0, k, j], z[1, k, j]
            v = a * p + b * q
            if abs(v) <= doubt:
                exact = np.int64(a) * np.int64(p) + np.int64(b) * np.int64(q)
                positive[r, j] = exact > 0
                negative[r, j] = exact < 0
            else:
                positive[r, j] = v > 0
                negative[r, j] = v < 0
    count = 0
    for r in range(pieces):
        for j in range(w):
            up = negative[r, j] and positive[r + 1, j]
            down = positive[r, j] and negative[r + 1, j]
            if (up or down) and bends[j]:
                count += 1
    row, unit = np.empty(count, np.intp), np.empty(count, np.intp)
    t, position = np.empty(count), np.empty((2, count))
    last = 0
    joined = 0
    for r in range(pieces):
        start = last
        for j in range(w):
            up = negative[r, j] and positive[r + 1, j]
            down = positive[r, j] and negative[r + 1, j]
            if not ((up or down) and bends[j]):
                continue
            q, p = abs(z[0, r, j]), abs(z[1, r, j])
            s = p / q
            # where among the crossings of this piece: from the right, the least unit first
            k = last
            tie = False
            while k > start:
                if t[k - 1] == s:
                    u, x = np.int64(p), np.int64(q)
                    difference = np.int64(position[1, k - 1]) * x - u * np.int64(position[0, k - 1])
                    tie = difference == 0
                    if difference <= 0:
                        break
                elif t[k - 1] < s:
                    break
                k -= 1
            if tie:
                joined += 1
                continue
            for i in range(last, k, -1):
                unit[i], t[i] = unit[i - 1], t[i - 1]
                position[0, i], position[1, i] = position[0, i - 1], position[1, i - 1]
            row[last] = r
            unit[k], t[k] = j, s
            position[0, k], position[1, k] = q, p
            last += 1
    return positive, row[:last], unit[:last], position[:, :last].copy(), joined


# new rows ---------------------------------------------------------------------------------


def _spread(
    z: Floats,
    where: Floats,
    positive: Flags,
    row: Indices,
    position: Floats,
    doubt: float,
    on: float,
    off: Floats,
) -> tuple[Floats, Floats, Flags, Indices]:
    """Put new rows between the old ones, and apply the units on each piece.

    Returns
    -------
    forms : ndarray, shape (2, new pieces, units)
    where : ndarray, shape (3, new rows)
    positive : bool array, shape (new rows, units)
    place : int array
        Where the old rows stand.
    """
    m = len(row)
    fresh = np.empty((m, z.shape[2]))
    q, p = position
    piece = z[:, row]
    np.multiply(piece[0], p[:, None], out=fresh)
    fresh += piece[1] * q[:, None]
    if doubt:
        _settle(fresh, z, row, p, q, doubt)
    n = where.shape[1] + m
    new_rows = row + np.arange(1, m + 1)
    old = np.ones(n, dtype=bool)
    old[new_rows] = False
    place = old.nonzero()[0]
    signs = np.empty((n, z.shape[2]), dtype=bool)
    signs[place] = positive
    signs[new_rows] = fresh > 0
    out_where = np.empty((3, n))
    out_where[:, place] = where
    out_where[0, new_rows] = p
    out_where[1, new_rows] = q
    out_where[2, new_rows] = where[2, row]
    forms = z[:, old[:-1].cumsum() - 1]
    live = signs[:-1] | signs[1:]
    if on == 1.0 and not off.any():
        forms *= live
    else:
        forms *= np.where(live, on, off)
    return forms, out_where, signs, place


def _spread_loops(
    z: Floats,
    where: Floats,
    positive: Flags,
    row: Indices,
    position: Floats,
    doubt: float,
    on: float,
    off: Floats,
) -> tuple[Floats, Floats, Flags, Indices]:
    m, w = len(row), z.shape[2]
    n = z.shape[1] + 1 + m
    out_where = np.empty((3, n))
    signs = np.empty((n, w), np.bool_)
    place = np.empty(n - m, np.intp)
    parent = np.empty(n, np.intp)
    i = 0
    for r in range(n):
        k = r - i
        if i < m and row[i] + 1 == k:
            k = row[i]
            q, p = position[0, i], position[1, i]
            i += 1
            out_where[0, r], out_where[1, r], out_where[2, r] = p, q, where[2, k]
            for j in range(w):
                a, b = z[0, k, j], z[1, k, j]
                v = a * p + b * q
                if abs(v) <= doubt:
                    v = float(np.int64(a) * np.int64(p) + np.int64(b) * np.int64(q))
                signs[r, j] = v > 0
        else:
            place[k] = r
            for c in range(3):
                out_where[c, r] = where[c, k]
            for j in range(w):
                signs[r, j] = positive[k, j]
        parent[r] = k
    forms = np.empty((2, n - 1, w))
    for c in range(2):
        for r in range(n - 1):
            k = parent[r]
            for j in range(w):
                live = signs[r, j] or signs[r + 1, j]
                forms[c, r, j] = z[c, k, j] * (on if live else off[j])
    return forms, out_where, signs, place


locate = Twin(_locate, _locate_loops)
spread = Twin(_spread, _spread_loops)
