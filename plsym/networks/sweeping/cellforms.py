"""Affine forms of units on many cells in doubles, with proved bounds of their errors."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from plsym.networks.sweeping.prepared import LEAST_ROW, SLACK, Prepared

__all__ = ["CellForms", "UnitForms", "inputs", "through_units", "unit_forms"]

Floats = NDArray[np.float64]


class CellForms(NamedTuple):
    """The outputs of a stage on cells, as functions of (y, w).

    ``values`` has shape (cells, d + 1, units); ``error`` bounds the Frobenius norm of the
    error of each cell.
    """

    values: Floats
    error: Floats


class UnitForms(NamedTuple):
    """The arguments of a stage's units on cells, as functions of (y, w).

    For each cell ``single`` bounds the error of one unit's form (2-norm), ``every`` that
    of all together (Frobenius norm), ``size`` the 2-norm of one form.
    """

    values: Floats
    single: Floats
    every: Floats
    size: Floats


def _frobenius(values: Floats) -> Floats:
    flat = values.reshape(len(values), -1)
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", flat, flat)) * SLACK + LEAST_ROW)


def inputs(d: int) -> CellForms:
    """The coordinates as forms, on one cell."""
    values = np.zeros((1, d + 1, d))
    values[0, :d] = np.eye(d)
    return CellForms(values, np.zeros(1))


@np.errstate(all="ignore")
def unit_forms(
    stage: Prepared,
    before: CellForms,
    units: NDArray[np.intp] | None = None,
    out: Floats | None = None,
) -> UnitForms:
    """The arguments of a stage's units, or of some of them; the values in ``out``, if given.

    The d + 1 rows of a cell are vectors to which the bounds of `Prepared` apply one by
    one; norms over the rows give the same bounds with Frobenius norms.
    """
    cells, rows, n = before.values.shape
    flat = before.values.reshape(cells * rows, n)
    if units is None and not stage.linear.is_dense:
        z = stage.linear.apply(flat).reshape(cells, rows, -1)
        if out is not None:
            out[:] = z
            z = out
    else:
        weights = stage.linear.matrix if units is None else stage.linear.rows(units)
        into = None if out is None else out.reshape(cells * rows, -1)
        z = np.matmul(flat, weights.T, out=into).reshape(cells, rows, -1)
    z[:, -1] += stage.bias if units is None else stage.bias[units]
    size = _frobenius(before.values) + stage.beta
    single = (stage.largest * before.error + stage.gamma * size) * SLACK
    every = (stage.sigma * before.error + stage.phi * size) * SLACK
    return UnitForms(z, single, every, stage.largest * size * SLACK + single)


@np.errstate(all="ignore")
def through_units(
    stage: Prepared, z: Floats, every: Floats, positive: NDArray[np.bool_]
) -> CellForms:
    """The units' outputs, given which arguments are positive on each cell."""
    if stage.is_relu:
        values = z * positive[:, None, :]
    else:
        values = np.where(positive[:, None, :], z, z * stage.alpha)
    after = stage.kappa * every
    if stage.unit_rounding:
        after = after + stage.unit_rounding * _frobenius(z)
    return CellForms(values, after * SLACK)
