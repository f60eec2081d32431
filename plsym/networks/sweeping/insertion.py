"""New rows where units cross zero: values by interpolation, signs as they were decided."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from plsym.networks.sweeping import kernels
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
    every = np.arange(len(row))
    new_rows = row + 1 + every
    # the rounding, and the unit that vanishes at t* but not quite at p, are counted in phi
    fresh = kernels.interpolate(z, row, at)
    state = rows.state
    state[:, 0] = error
    new_state = kernels.fresh_state(state, row, at, crossings.error, rows.t_error)
    if crossings.settled.size:
        new_state[:, 0] += np.abs(fresh[every, unit])
    fresh[every, unit] = 0.0
    if crossings.settled.size:
        for position, further in crossings.ties:
            new_state[position, 0] += abs(fresh[position, further])
            fresh[position, further] = 0.0
        _enforce_order(z, fresh, new_state[:, 0], crossings)
    grids: NDArray[np.int64] | None = None
    if grid is not None:
        grids = fresh_grid(z, row, unit, at, grid)
        exact = grids >= 0
        new_state[exact, 0] = 0.0
        rho = state[:, 1]
        still = (rho[row] == 0) & (rho[row + 1] == 0)
        new_state[exact & still, 1] = 0.0
    bounded = stage.kappa != 1.0 or bool(stage.unit_rounding)
    cut = stage.is_relu and not bounded
    out, out_state, positive, place = kernels.merge(z, fresh, state, new_state, new_rows, cut)
    history.append(positive, place, new_rows, unit)
    if bounded:
        out_state[:, 0] = unit_error(stage, out_state[:, 0], out)
    if not cut:
        out = stage.units(out)
    new_grid: NDArray[np.int64] | None = None
    if grid is not None and grids is not None:
        new_grid = np.empty(len(out), dtype=np.int64)
        new_grid[place] = grid
        new_grid[new_rows] = grids
    t_error = rows.t_error + 4 * ROUNDOFF * history.corners.shape[0]
    return Rows(out, out_state, t_error, new_grid, True)


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
