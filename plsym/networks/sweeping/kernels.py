"""The passes of the sweep over all rows, as functions of plain arrays.

Each is a `Twin`: a numpy reference, and loops for numba that do the same operations on
the same numbers in the same order.  Both return the same bits, so the decisions and
what is left uncertain do not depend on which of them ran.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from plsym.exact.tiers import Twin
from plsym.networks.sweeping.prepared import ROUNDOFF

__all__ = [
    "changes",
    "crossings",
    "fresh_state",
    "interpolate",
    "least",
    "merge",
]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Flags = NDArray[np.bool_]

_NARROW = 8  # up to here columns one by one beat a reduction along short rows


# sizes of rows -----------------------------------------------------------------------------


def _least(z: Floats) -> Floats:
    """The least absolute value in each row."""
    if z.shape[1] <= _NARROW:
        out = np.abs(z[:, 0])
        for j in range(1, z.shape[1]):
            np.minimum(out, np.abs(z[:, j]), out=out)
        return out
    return np.asarray(np.abs(z).min(axis=1))


def _least_loops(z: Floats) -> Floats:
    n, w = z.shape
    out = np.empty(n)
    for r in range(n):
        low = np.inf
        for j in range(w):
            v = abs(z[r, j])
            if v < low or v != v:
                low = v
        out[r] = low
    return out


# sign changes ------------------------------------------------------------------------------


def _changes(z: Floats, bends: Flags, plain: bool) -> tuple[Indices, Indices]:
    """Rows and bending units with opposite strict signs at the row and the next one.

    ``plain`` says that there are no zeros and that all units bend.
    """
    positive = z > 0
    change = positive[1:] != positive[:-1]
    row, unit = change.nonzero()
    if plain:
        return row, unit
    strict = (z[row, unit] != 0) & (z[row + 1, unit] != 0)
    strict &= bends[unit]
    if not strict.all():
        row, unit = row[strict], unit[strict]
    return row, unit


def _changes_loops(z: Floats, bends: Flags, plain: bool) -> tuple[Indices, Indices]:
    n, w = z.shape
    count = 0
    for r in range(n - 1):
        for j in range(w):
            if (z[r, j] > 0) != (z[r + 1, j] > 0):
                count += 1
    row = np.empty(count, np.intp)
    unit = np.empty(count, np.intp)
    i = 0
    for r in range(n - 1):
        for j in range(w):
            a, b = z[r, j], z[r + 1, j]
            if (a > 0) != (b > 0) and a != 0 and b != 0 and bends[j]:
                row[i] = r
                unit[i] = j
                i += 1
    return row[:i], unit[:i]


def _crossings(
    z: Floats, tau: Floats, row: Indices, unit: Indices
) -> tuple[Indices, Indices, Floats, Floats, Flags]:
    """Sort crossings along the path: rows, units, fractions of the way, errors of these.

    Last, for neighbours, whether the errors leave their order open.
    """
    after = row + 1
    left = z[row, unit]
    gap = left - z[after, unit]
    # strictly inside: an interpolation must not lose the sign of a unit that is zero at one
    # end; the move is within the rounding that the error counts
    at = left / gap
    np.maximum(at, ROUNDOFF, out=at)
    np.minimum(at, 1.0 - ROUNDOFF, out=at)
    worst = np.maximum(tau[row], tau[after])
    # with both values off by at most worst: |s - s*| <= worst / (|gap| - 2 worst)
    least = np.abs(gap) - 2.0 * worst
    error = worst / np.maximum(least, 0.0)
    error += 4 * ROUNDOFF
    # rounding of row + at may misplace close neighbours; those fail the test below
    order = np.argsort(row + at, kind="stable")
    row, unit, at, error = row[order], unit[order], at[order], error[order]
    near = at[1:] - at[:-1] > error[1:] + error[:-1]
    near |= row[1:] != row[:-1]
    return row, unit, at, error, ~near


def _crossings_loops(
    z: Floats, tau: Floats, row: Indices, unit: Indices
) -> tuple[Indices, Indices, Floats, Floats, Flags]:
    m = len(row)
    place, error = np.empty(m), np.empty(m)
    for i in range(m):
        r, j = row[i], unit[i]
        left = z[r, j]
        gap = left - z[r + 1, j]
        s = left / gap
        s = max(s, ROUNDOFF)
        place[i] = min(s, 1.0 - ROUNDOFF)
        worst = max(tau[r], tau[r + 1])
        least = abs(gap) - 2.0 * worst
        error[i] = worst / max(least, 0.0) + 4 * ROUNDOFF
    # the rows come in order, so each group is sorted by itself
    order = np.arange(m)
    start = 0
    while start < m:
        stop = start + 1
        while stop < m and row[stop] == row[start]:
            stop += 1
        if stop - start > 40:
            keys = row[start:stop] + place[start:stop]
            order[start:stop] = start + np.argsort(keys, kind="mergesort")
        else:
            for i in range(start + 1, stop):
                key = row[i] + place[i]
                k = i
                while k > start and row[start] + place[order[k - 1]] > key:
                    order[k] = order[k - 1]
                    k -= 1
                order[k] = i
        start = stop
    rows, units = row[order], unit[order]
    at, errors = place[order], error[order]
    near = np.empty(max(m - 1, 0), np.bool_)
    for i in range(m - 1):
        clear = at[i + 1] - at[i] > errors[i + 1] + errors[i]
        near[i] = not (clear or rows[i + 1] != rows[i])
    return rows, units, at, errors, near


# new rows ----------------------------------------------------------------------------------


def _interpolate(z: Floats, row: Indices, at: Floats) -> Floats:
    """Values a fraction ``at`` of the way from a row to the next one.

    A convex combination in this form keeps the common sign of its ends.
    """
    fresh = z.take(row, axis=0)
    high = z.take(row + 1, axis=0)
    fresh *= (1.0 - at)[:, None]
    high *= at[:, None]
    fresh += high
    return fresh


def _interpolate_loops(z: Floats, row: Indices, at: Floats) -> Floats:
    m, w = len(row), z.shape[1]
    out = np.empty((m, w))
    for i in range(m):
        r, s = row[i], at[i]
        rest = 1.0 - s
        for j in range(w):
            low = z[r, j] * rest
            high = z[r + 1, j] * s
            out[i, j] = low + high
    return out


def _fresh_state(
    state: Floats, row: Indices, at: Floats, at_error: Floats, t_error: float
) -> Floats:
    """The columns error, rho and t of rows a fraction ``at`` of the way to the next one."""
    low, high = state.take(row, axis=0), state.take(row + 1, axis=0)
    t = high[:, 2] - low[:, 2]
    # abs: where errors reach over whole pieces, the t of neighbours may change places
    wide = np.abs(t) + 2.0 * t_error
    t *= at
    t += low[:, 2]
    out = np.maximum(low, high)
    # t* lies between the exact positions of the neighbours in any case
    out[:, 1] = np.minimum(at_error * wide, wide + 2.0 * out[:, 1])
    out[:, 2] = t
    return out


def _fresh_state_loops(
    state: Floats, row: Indices, at: Floats, at_error: Floats, t_error: float
) -> Floats:
    m = len(row)
    out = np.empty((m, 3))
    for i in range(m):
        r = row[i]
        a, b = state[r, 0], state[r + 1, 0]
        out[i, 0] = a if (a > b or a != a) else b
        a, b = state[r, 1], state[r + 1, 1]
        rho = a if (a > b or a != a) else b
        step = state[r + 1, 2] - state[r, 2]
        wide = abs(step) + 2.0 * t_error
        a = at_error[i] * wide
        b = wide + 2.0 * rho
        out[i, 1] = a if (a < b or a != a) else b
        step = step * at[i]
        out[i, 2] = step + state[r, 2]
    return out


def _merge(
    z: Floats, fresh: Floats, state: Floats, new_state: Floats, new_rows: Indices, relu: bool
) -> tuple[Floats, Floats, Flags, Indices]:
    """Put new rows between the old ones: values, state, signs, and where the old ones stand.

    With ``relu`` the values are cut at zero, after their signs were taken.
    """
    n = len(z) + len(fresh)
    old = np.ones(n, dtype=bool)
    old[new_rows] = False
    place = old.nonzero()[0]
    out = np.empty((n, z.shape[1]))
    out[place] = z
    out[new_rows] = fresh
    out_state = np.empty((n, 3))
    out_state[place] = state
    out_state[new_rows] = new_state
    positive = out > 0
    if relu:
        np.maximum(out, 0.0, out=out)
    return out, out_state, positive, place


def _merge_loops(
    z: Floats, fresh: Floats, state: Floats, new_state: Floats, new_rows: Indices, relu: bool
) -> tuple[Floats, Floats, Flags, Indices]:
    n, w, m = z.shape[0], z.shape[1], fresh.shape[0]
    out = np.empty((n + m, w))
    out_state = np.empty((n + m, 3))
    positive = np.empty((n + m, w), np.bool_)
    place = np.empty(n, np.intp)
    i = 0
    for r in range(n + m):
        if i < m and new_rows[i] == r:
            values, numbers, k = fresh, new_state, i
            i += 1
        else:
            values, numbers, k = z, state, r - i
            place[k] = r
        for c in range(3):
            out_state[r, c] = numbers[k, c]
        for j in range(w):
            v = values[k, j]
            on = v > 0
            positive[r, j] = on
            out[r, j] = v if (on or not relu) else 0.0
    return out, out_state, positive, place


least = Twin(_least, _least_loops)
crossings = Twin(_crossings, _crossings_loops)
changes = Twin(_changes, _changes_loops)
interpolate = Twin(_interpolate, _interpolate_loops)
fresh_state = Twin(_fresh_state, _fresh_state_loops)
merge = Twin(_merge, _merge_loops)
