"""New rows where units cross zero: values by interpolation, signs as they were decided."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from plsym.networks.sweeping import kernels
from plsym.networks.sweeping.history import History
from plsym.networks.sweeping.ordering import Crossings
from plsym.networks.sweeping.prepared import ROUNDOFF, Prepared
from plsym.networks.sweeping.rowstate import Rows

__all__ = ["insert_rows", "next_t_error", "unit_error"]

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
    if crossings.ties:
        positions, further = np.array(crossings.ties, dtype=np.intp).T
        np.add.at(new_state[:, 0], positions, np.abs(fresh[positions, further]))
        fresh[positions, further] = 0.0
    if crossings.settled.size:
        _enforce_order(z, fresh, new_state[:, 0], crossings)
    bounded = stage.kappa != 1.0 or bool(stage.unit_rounding)
    cut = stage.is_relu and not bounded
    out, out_state, positive, place = kernels.merge(z, fresh, state, new_state, new_rows, cut)
    history.append(positive, place, new_rows, unit)
    if bounded:
        out_state[:, 0] = unit_error(stage, out_state[:, 0], out)
    if not cut:
        out = stage.units(out)
    return Rows(out, out_state, next_t_error(history, rows.t_error), True)


def next_t_error(history: History, t_error: float) -> float:
    """Bound the errors of all t, from those before an interpolation."""
    return t_error + 4 * ROUNDOFF * history.corners.shape[0]


def _enforce_order(z: Floats, fresh: Floats, fresh_error: Floats, crossings: Crossings) -> None:
    """Give units that cross in a settled piece the decided signs at each other's rows."""
    settled = crossings.settled
    row = crossings.row[settled]
    # where each unit vanishes in the piece of each settled row; -1 where it does not
    first = np.concatenate([[True], row[1:] != row[:-1]])
    piece = first.cumsum() - 1
    owner = np.full(len(crossings.row), -1)
    owner[settled] = piece
    where = np.full((piece[-1] + 1, z.shape[1]), -1)
    where[piece, crossings.unit[settled]] = settled
    if crossings.ties:
        positions, further = np.array(crossings.ties, dtype=np.intp).T
        where[owner[positions], further] = positions
    i, unit = (where[piece] >= 0).nonzero()
    new, old = settled[i], row[i]
    zero = where[piece[i], unit]
    side = np.where(new < zero, z[old, unit], z[old + 1, unit])
    wanted = np.where(new == zero, 0.0, np.sign(side))
    found = fresh[new, unit]
    wrong = (np.sign(found) != wanted).nonzero()[0]
    if wrong.size:
        new, unit, found = new[wrong], unit[wrong], found[wrong]
        fixed = wanted[wrong] * 2.0**-1000
        np.add.at(fresh_error, new, np.abs(fixed - found))
        fresh[new, unit] = fixed
