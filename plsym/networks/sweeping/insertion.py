"""New rows where units cross zero: values by interpolation, signs as they were decided."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from plsym.networks.sweeping.history import History
from plsym.networks.sweeping.ordering import Crossings
from plsym.networks.sweeping.prepared import ROUNDOFF, Prepared
from plsym.networks.sweeping.rowstate import Rows, fresh_grid

__all__ = ["insert_rows", "unit_error"]

Floats = NDArray[np.float64]


def unit_error(stage: Prepared, error: Floats, z: Floats) -> Floats:
    """Bound the errors of rows after the units, from those before."""
    if stage.unit_rounding:
        norm = np.sqrt(np.einsum("ij,ij->i", z, z))
        return np.asarray(stage.kappa * (error + stage.unit_rounding * norm))
    return error if stage.kappa == 1.0 else error * stage.kappa


def insert_rows(
    history: History,
    stage: Prepared,
    rows: Rows,
    z: Floats,
    error: Floats,
    crossings: Crossings,
    grid: NDArray[np.int64] | None,
) -> Rows:
    """Insert the new rows by interpolation and apply the units."""
    row, unit, at = crossings.row, crossings.unit, crossings.at
    n, m = z.shape[0], len(row)
    every = np.arange(m)
    after = row + 1
    new_rows = after + every
    old = np.ones(n + m, dtype=bool)
    old[new_rows] = False
    place = old.nonzero()[0]
    # a convex combination in this form keeps the common sign of its ends; its rounding,
    # and the unit that vanishes at t* but not quite at p, are counted in phi
    fresh = z.take(row, axis=0)
    high = z.take(after, axis=0)
    fresh *= (1.0 - at)[:, None]
    high *= at[:, None]
    fresh += high
    state = rows.state
    state[:, 0] = error
    low_state, high_state = state.take(row, axis=0), state.take(after, axis=0)
    t_new = high_state[:, 2] - low_state[:, 2]
    wide = t_new + 2.0 * rows.t_error
    t_new *= at
    t_new += low_state[:, 2]
    fresh_state = np.maximum(low_state, high_state)
    if crossings.settled.size:
        fresh_state[:, 0] += np.abs(fresh[every, unit])
    fresh[every, unit] = 0.0
    if crossings.settled.size:
        for position, further in crossings.ties:
            fresh_state[position, 0] += abs(fresh[position, further])
            fresh[position, further] = 0.0
        _enforce_order(z, fresh, fresh_state[:, 0], crossings)
    # t* lies between the exact positions of the neighbours in any case
    fresh_state[:, 1] = np.minimum(crossings.error * wide, wide + 2.0 * fresh_state[:, 1])
    fresh_state[:, 2] = t_new
    new_grid: NDArray[np.int64] | None = None
    if grid is not None:
        grids = fresh_grid(z, row, unit, at, grid)
        exact = grids >= 0
        fresh_state[exact, 0] = 0.0
        still = (low_state[:, 1] == 0) & (high_state[:, 1] == 0)
        fresh_state[exact & still, 1] = 0.0
        new_grid = np.empty(n + m, dtype=np.int64)
        new_grid[place] = grid
        new_grid[new_rows] = grids
    out = np.empty((n + m, z.shape[1]))
    out[place] = z
    out[new_rows] = fresh
    out_state = np.empty((n + m, 3))
    out_state[place] = state
    out_state[new_rows] = fresh_state
    history.append(out > 0, place, new_rows, unit)
    if stage.kappa != 1.0 or stage.unit_rounding:
        out_state[:, 0] = unit_error(stage, out_state[:, 0], out)
    t_error = rows.t_error + 4 * ROUNDOFF * history.corners.shape[0]
    return Rows(stage.units(out), out_state, t_error, new_grid, True)


def _enforce_order(z: Floats, fresh: Floats, fresh_error: Floats, crossings: Crossings) -> None:
    """Give units that cross in a settled piece the decided signs at each other's rows."""
    row, unit = crossings.row, crossings.unit
    further: dict[int, list[int]] = {}
    for position, other in crossings.ties:
        further.setdefault(position, []).append(other)
    settled = crossings.settled
    cuts = np.flatnonzero(np.diff(row[settled])) + 1
    for group in np.split(settled, cuts):
        p = int(row[group[0]])
        pairs = [(i, u) for i in group.tolist() for u in (int(unit[i]), *further.get(i, ()))]
        where = np.array([i for i, _ in pairs])
        units = np.array([u for _, u in pairs])
        block = fresh[np.ix_(group, units)]
        left, right = np.sign(z[p, units]), np.sign(z[p + 1, units])
        before = group[:, None] < where[None, :]
        here = group[:, None] == where[None, :]
        wanted = np.where(here, 0.0, np.where(before, left, right))
        wrong = np.sign(block) != wanted
        if wrong.any():
            fixed = np.where(wrong, wanted * 2.0**-1000, block)
            fresh_error[group] += np.abs(fixed - block).sum(axis=1)
            fresh[np.ix_(group, units)] = fixed
