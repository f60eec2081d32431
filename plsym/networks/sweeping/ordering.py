"""In which order the units of a stage cross zero between two rows, and which of them together."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from plsym.exact.decide import Statistics
from plsym.networks.sweeping import kernels
from plsym.networks.sweeping.forms import ExactForms, Items
from plsym.networks.sweeping.history import History, Indices
from plsym.networks.sweeping.prepared import ROUNDOFF
from plsym.networks.sweeping.proportional import leaders
from plsym.networks.sweeping.refine import float_forms, root_enclosures
from plsym.networks.sweeping.rowstate import Rows

__all__ = ["Crossings", "order_crossings"]

Floats = NDArray[np.float64]

_NONE: Indices = np.zeros(0, dtype=np.intp)


class Crossings(NamedTuple):
    """Sign changes between neighbouring rows, one entry for each new row."""

    row: Indices  # the row to the left
    unit: Indices
    at: Floats  # the fraction of the way to the next row
    error: Floats
    ties: list[tuple[int, int]]  # (new row, further unit that vanishes there)
    settled: Indices  # the new rows of pieces whose order needed more than the floats


def order_crossings(
    history: History,
    forms: ExactForms,
    statistics: Statistics,
    rows: Rows,
    z: Floats,
    tau: Floats,
    row: Indices,
    unit: Indices,
) -> Crossings:
    """Positions of the crossings, sorted, with equal ones joined."""
    row, unit, at, error, near = kernels.crossings(z, tau, row, unit)
    statistics.filtered += len(near)
    if near.any():
        leader = leaders(history.stages[history.resolution])
        if leader is not None:
            joined = _joined(row, unit, at, error, near, leader[unit])
            if joined is not None:
                return joined
        return _settle_order(history, forms, statistics, rows, row, unit, at, error, near)
    return Crossings(row, unit, at, error, [], _NONE)


def _joined(
    row: Indices,
    unit: Indices,
    at: Floats,
    error: Floats,
    near: NDArray[np.bool_],
    leader: Indices,
) -> Crossings | None:
    """Join neighbours that are multiples of each other; None if that leaves an order open."""
    together = near & (row[1:] == row[:-1]) & (leader[1:] == leader[:-1])
    first = np.concatenate([[True], ~together]).nonzero()[0]
    if len(first) == len(row):
        return None
    # one of them may be anywhere that any of them may be
    shared = np.maximum.reduceat(error, first)
    last = np.append(first[1:], len(row)) - 1
    clear = at[first[1:]] - at[last[:-1]] > shared[1:] + shared[:-1]
    if not (clear | (row[first[1:]] != row[last[:-1]])).all():
        return None
    position = np.concatenate([[0], (~together).cumsum()])
    ties = [
        (p, u)
        for p, u, follows in zip(
            position[1:].tolist(), unit[1:].tolist(), together.tolist(), strict=True
        )
        if follows
    ]
    return Crossings(row[first], unit[first], at[first], shared, ties, _NONE)


def _settle_order(
    history: History,
    forms: ExactForms,
    statistics: Statistics,
    rows: Rows,
    row: Indices,
    unit: Indices,
    at: Floats,
    error: Floats,
    near: NDArray[np.bool_],
) -> Crossings:
    """Order the crossings that lie too close, piece by piece, and join equal ones."""
    k = history.resolution
    statistics.filtered -= int(near.sum())
    member = np.zeros(len(row), dtype=bool)
    member[1:] |= near
    member[:-1] |= near
    # wide errors overlap across more than neighbours: take whole pieces
    touched = np.zeros(history.num_rows, dtype=bool)
    touched[row[member]] = True
    index = touched[row].nonzero()[0]
    items = Items(np.full(len(index), k), unit[index], row[index], history.resolution)
    segment = history.coarser(row[index], history.resolution, 0)
    t0, t1 = rows.t[row[index]], rows.t[row[index] + 1]
    guess = np.clip(t0 + at[index] * (t1 - t0) - segment, 0.0, 1.0)
    middle, radius = root_enclosures(float_forms(history, items, guess), guess)
    # one order for the whole piece: by refined middles, undecided neighbours exactly
    order = np.lexsort((middle, row[index]))
    index, middle, radius = index[order], middle[order], radius[order]
    same = row[index[1:]] == row[index[:-1]]
    loose = _loose(middle, radius, same)
    statistics.refined += int(len(loose) - loose.sum())
    statistics.exact += int(loose.sum())
    new_at = at.copy()
    new_error = error.copy()
    width = rows.t[row[index] + 1] - rows.t[row[index]]
    start = rows.t[row[index]] - history.coarser(row[index], history.resolution, 0)
    slack = 4 * rows.t_error + 8 * ROUNDOFF
    refined_at = (middle - start) / width
    inside = np.clip(refined_at, ROUNDOFF, 1.0 - ROUNDOFF)
    refined_error = (radius + slack) / (width - 2 * rows.t_error) + 4 * ROUNDOFF
    # where the ends have moved by more than the width, the root may lie beyond them
    refined_error += np.abs(refined_at - inside)
    better = (width > 2 * rows.t_error) & (refined_error < error[index])
    new_at[index[better]] = inside[better]
    new_error[index[better]] = refined_error[better]
    ties: list[tuple[int, int]] = []
    drop = np.zeros(len(row), dtype=bool)
    sequence = index.copy()
    joined: dict[int, list[int]] = {}
    if loose.any():
        runs = _runs(loose)
        flat = np.concatenate([np.arange(lo, hi + 1) for lo, hi in runs])
        chosen = index[flat]
        exact_items = Items(np.full(len(chosen), k), unit[chosen], row[chosen], history.resolution)
        roots = dict(zip(flat.tolist(), forms.roots(exact_items), strict=True))
        for lo, hi in runs:
            ranked = sorted(range(lo, hi + 1), key=lambda i: roots[i])
            leaders: list[int] = []
            for i in ranked:
                c = int(index[i])
                if leaders and roots[i] == roots[leaders[-1]]:
                    joined[int(index[leaders[-1]])].append(int(unit[c]))
                    drop[c] = True
                else:
                    leaders.append(i)
                    joined[c] = []
            sequence[lo : hi + 1] = index[ranked]
    # crossings of one piece are contiguous and the pieces kept their order
    final = np.arange(len(row))
    final[np.sort(index)] = sequence
    keep = final[~drop[final]]
    for position, c in enumerate(keep.tolist()):
        for further in joined.get(c, ()):
            ties.append((position, further))
    settled = touched[row[keep]].nonzero()[0]
    return Crossings(row[keep], unit[keep], new_at[keep], new_error[keep], ties, settled)


def _loose(middle: Floats, radius: Floats, same: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which links of neighbours in one group leave an order open.

    A link is certain if all to its left end before all to its right begin.
    """
    reach = _running_reach(middle + radius, same)
    return np.asarray(same & ~_backward_clear(middle - radius, reach, same))


def _running_reach(upper: Floats, same: NDArray[np.bool_]) -> Floats:
    """The largest upper end so far within each group of consecutive entries."""
    out = upper.tolist()
    for i, together in enumerate(same.tolist(), start=1):
        if together and out[i - 1] > out[i]:
            out[i] = out[i - 1]
    return np.array(out)


def _backward_clear(lower: Floats, upper: Floats, same: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """For each link: whether everything to its right lies above the bound at its left end."""
    least, linked = lower.tolist(), same.tolist()
    for i in range(len(least) - 2, -1, -1):
        if linked[i] and least[i + 1] < least[i]:
            least[i] = least[i + 1]
    return np.array(least[1:]) > upper[:-1]


def _runs(links: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last members of the maximal runs of linked neighbours."""
    padded = np.concatenate([[False], links, [False]]).astype(np.int8)
    edges = np.flatnonzero(np.diff(padded))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]
