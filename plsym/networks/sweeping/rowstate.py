"""The float state of a sweep's rows, and when it is free of rounding."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plsym.exact.dyadics import ExactArray
from plsym.networks.sweeping import kernels
from plsym.networks.sweeping.history import Indices
from plsym.networks.sweeping.prepared import Prepared

__all__ = ["Rows", "corner_grid", "exact_rows", "fresh_grid"]

Floats = NDArray[np.float64]


@dataclass
class Rows:
    """The float state at the rows of one resolution.

    A row stands for an exact position t*, and the floats for a position p close to
    it that stays abstract (one for either neighbouring piece).  ``h`` are the outputs
    of the last stage (before it, the inputs): on either neighbouring piece, the exact
    affine form of that piece at its p is within ``error`` of the row of ``h``, in
    2-norm.  So errors do not grow when a row is added: the slopes enter only through
    ``rho``, which bounds |t* - p|; layers of rank one turn errors into it (see `thin`).
    ``t`` are doubles (corner i has t = i) within ``t_error`` of p.  ``grid`` is g
    where a row is known to be free of error and its entries are multiples of
    2**-g, else -1; None once no row is.

    All bounds start from rounding constants that are a tenth too large (see
    `prepare`), which covers the rounding of the few operations on the bounds.
    """

    h: Floats
    state: Floats  # the columns error, rho, t
    t_error: float
    grid: NDArray[np.int64] | None
    moved: bool  # whether some rho is not zero

    @property
    def error(self) -> Floats:
        """Bounds of the errors of the rows of ``h``."""
        return self.state[:, 0]

    @property
    def rho(self) -> Floats:
        """Bounds of |t* - p|."""
        return self.state[:, 1]

    @property
    def t(self) -> Floats:
        """Doubles close to the positions."""
        return self.state[:, 2]


def corner_grid(corners: ExactArray) -> NDArray[np.int64] | None:
    """Find a common grid 2**-g of all coordinates of the corners; None if there is none."""
    if not corners.is_dyadic or corners.mid.size > 4096:
        return None
    for g in range(25):
        scaled = np.ldexp(corners.mid, g)
        if (scaled == np.rint(scaled)).all():
            return np.full(corners.shape[0], g)
    return None


def exact_rows(
    stage: Prepared, rows: Rows, h: Floats, error: Floats
) -> tuple[NDArray[np.int64] | None, Floats]:
    """Find rows whose products and sums cannot round, because all terms share a grid."""
    assert rows.grid is not None
    if stage.grid is None:
        return None, error
    step = stage.grid
    fine = np.maximum(rows.grid + step.weights, step.bias)
    total = kernels.largest(h) * step.row_sum + step.largest_bias
    free = (rows.grid >= 0) & (fine < 900)
    free &= np.ldexp(total, np.minimum(fine, 900)) < 2.0**52
    if not free.any():
        return None, error
    return np.where(free, fine, -1), np.where(free, 0.0, error)


def fresh_grid(
    z: Floats, row: Indices, unit: Indices, at: Floats, grid: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Grids of new rows whose interpolation cannot have rounded; -1 elsewhere."""
    return kernels.fresh_grid(z, row, unit, at, grid, kernels.largest(z))
