"""One stage of ReLUs in one pass, for the usual case that doubles decide everything.

The same operations on the same numbers as in `sweep`, without stops: where a sign or an
order is left open, the pass gives up before it has changed anything, and the stage is
taken step by step.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from plsym.exact.tiers import Twin
from plsym.networks.sweeping.kernels import crossings, fresh_state, interpolate, least, merge

__all__ = ["TOO_LARGE", "Found", "crude_drift", "plain_step", "row_drift"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Flags = NDArray[np.bool_]
Found = tuple[bool, Floats, Floats, Flags, Indices, Indices, Indices]

TOO_LARGE = 2.0**900  # for errors; then no difference of two values overflows


def _plain_step(
    z: Floats,
    state: Floats,
    size: Floats,
    sigma: float,
    phi: float,
    largest: float,
    gamma: float,
    t_error: float,
    moved: bool,
) -> Found:
    """Certify all signs and orders, insert rows, and cut at zero.

    Parameters
    ----------
    z : ndarray, shape (rows, units)
        Values before the units; cut in place if there is no new row.
    state, size
        The rows' state before the stage, and bounds of their norms.
    sigma, phi, largest, gamma
        As in `Prepared`.
    t_error, moved
        As in `Rows`.

    Returns
    -------
    done : bool
        If not, the rest means nothing.
    out, out_state : ndarray
        The next rows.
    positive : bool array
        Their signs.
    place : int array
        Where the old rows stand.
    row, unit : int arrays
        The rows to the left of new ones, and the units that vanish there.
    """
    before = state[:, 0]
    error = sigma * before
    error += phi * size
    tau = largest * before
    tau += gamma * size
    low = least.reference(z)
    # first with one crude slope for all rows, then row by row
    crude = crude_drift(state, size, largest, t_error) if moved else 0.0
    sure = bool((low > tau + crude).all())
    if moved and not sure:
        sure = bool((low > tau + row_drift(state, size, largest, t_error)).all())
    positive = z > 0
    row, unit = (positive[1:] != positive[:-1]).nonzero()
    if not (sure and error.max() < TOO_LARGE):
        return False, z, state, positive, row, row, unit
    if row.size == 0:
        np.maximum(z, 0.0, out=z)
        state[:, 0] = error
        return True, z, state, positive, row, row, unit
    row, unit, at, at_error, near = crossings.reference(z, tau, row, unit)
    if near.any():
        return False, z, state, positive, row, row, unit
    every = np.arange(len(row))
    fresh = interpolate.reference(z, row, at)
    state[:, 0] = error
    new_state = fresh_state.reference(state, row, at, at_error, t_error)
    fresh[every, unit] = 0.0
    out, out_state, positive, place = merge.reference(
        z, fresh, state, new_state, row + 1 + every, True
    )
    return True, out, out_state, positive, place, row, unit


def crude_drift(state: Floats, size: Floats, largest: float, t_error: float) -> float:
    """Bound for all rows at once how far a unit can move between p and t*."""
    t = state[:, 2]
    width = float((t[1:] - t[:-1]).min()) - 2.0 * t_error
    if not width > 0:
        return float("inf")
    error, rho = float(state[:, 0].max()), float(state[:, 1].max())
    found: float = 2.2 * largest * (float(size.max()) + error) * rho / width
    return found


def row_drift(state: Floats, size: Floats, largest: float, t_error: float) -> Floats:
    """How far a unit can move between p and t* of each row, on either side."""
    before, rho, t = state.T
    width = t[1:] - t[:-1]
    width -= 2.0 * t_error
    reach = (size + before) * (1.1 * largest)
    # a width that is not certainly positive gives an infinite slope
    steep = (reach[1:] + reach[:-1]) / np.maximum(width, 0.0)
    out = np.empty(len(size))
    out[:-1] = steep
    out[-1] = steep[-1]
    np.maximum(out[1:], steep, out=out[1:])
    return np.where(rho == 0, 0.0, out * rho)


def _plain_step_loops(
    z: Floats,
    state: Floats,
    size: Floats,
    sigma: float,
    phi: float,
    largest: float,
    gamma: float,
    t_error: float,
    moved: bool,
) -> Found:
    n, w = z.shape
    none = np.empty(0, np.intp)
    error, tau = np.empty(n), np.empty(n)
    top_size, top_error, top_rho, width = 0.0, 0.0, 0.0, np.inf
    sound = True
    for r in range(n):
        e = sigma * state[r, 0]
        error[r] = e + phi * size[r]
        u = largest * state[r, 0]
        tau[r] = u + gamma * size[r]
        sound &= error[r] < TOO_LARGE
        top_size = max(top_size, size[r])
        top_error = max(top_error, state[r, 0])
        top_rho = max(top_rho, state[r, 1])
        if moved and r:
            step = state[r, 2] - state[r - 1, 2]
            width = min(width, step)
            # undefined bounds say nothing
            sound &= step == step and state[r, 1] == state[r, 1]
    crude = 0.0
    if moved:
        width = width - 2.0 * t_error
        crude = np.inf
        if width > 0:
            crude = 2.2 * largest * (top_size + top_error) * top_rho / width
    positive = np.empty((n, w), np.bool_)
    count = 0
    crudely, finely, last = True, moved, 0.0
    for r in range(n):
        low = np.inf
        for j in range(w):
            v = z[r, j]
            sound &= v == v
            low = min(low, abs(v))
            positive[r, j] = v > 0
            if r and positive[r, j] != positive[r - 1, j]:
                count += 1
        steep = last
        if moved and r < n - 1:
            step = state[r + 1, 2] - state[r, 2]
            step -= 2.0 * t_error
            right = (size[r + 1] + state[r + 1, 0]) * (1.1 * largest)
            left = (size[r] + state[r, 0]) * (1.1 * largest)
            steep = (right + left) / max(step, 0.0)
        rho = state[r, 1]
        drift = 0.0 if rho == 0 else max(last, steep) * rho
        crudely &= low > tau[r] + crude
        finely &= low > tau[r] + drift
        last = steep
    if not (sound and (crudely or finely)):
        return False, z, state, positive, none, none, none
    if count == 0:
        for r in range(n):
            state[r, 0] = error[r]
            for j in range(w):
                if not positive[r, j]:
                    z[r, j] = 0.0
        return True, z, state, positive, none, none, none
    row, unit = np.empty(count, np.intp), np.empty(count, np.intp)
    i = 0
    for r in range(n - 1):
        for j in range(w):
            if positive[r, j] != positive[r + 1, j]:
                row[i], unit[i] = r, j
                i += 1
    row, unit, at, at_error, near = crossings(z, tau, row, unit)
    if near.any():
        return False, z, state, positive, none, none, none
    fresh = interpolate(z, row, at)
    for r in range(n):
        state[r, 0] = error[r]
    new_state = fresh_state(state, row, at, at_error, t_error)
    for i in range(count):
        fresh[i, unit[i]] = 0.0
    out, out_state, signs, place = merge(
        z, fresh, state, new_state, row + 1 + np.arange(count), True
    )
    return True, out, out_state, signs, place, row, unit


plain_step = Twin(_plain_step, _plain_step_loops)
