"""The one-dimensional sweep: every breakpoint of every unit along a path.

Rows are points of the path in increasing order.  For each stage the values of
its units at all rows come from one matrix product; a unit that changes sign
between two rows adds a row where it vanishes.  The floats carry one proved
error bound per row.  A sign or an order that the bound does not decide is
refined by a sharper float enclosure and, if need be, decided in integers; so
the decisions are exact, and the cost is that of the float sweep and little more.
Weights that are small integers, times a factor, need none of this as long as all
numbers are such (see `integralrows`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from plsym.config import Budget
from plsym.errors import DomainError
from plsym.exact.decide import Statistics, certify
from plsym.exact.dyadics import ExactArray
from plsym.networks.sweeping import kernels
from plsym.networks.sweeping.forms import ExactForms, Items
from plsym.networks.sweeping.history import History, Indices
from plsym.networks.sweeping.insertion import insert_rows, next_t_error, unit_error
from plsym.networks.sweeping.integralrows import IntegralRows, integral_corners
from plsym.networks.sweeping.ordering import order_crossings
from plsym.networks.sweeping.plainstep import TOO_LARGE, Found, crude_drift, plain_step, row_drift
from plsym.networks.sweeping.prepared import LEAST_ROW, ROUNDOFF, SLACK, Prepared, prepare
from plsym.networks.sweeping.refine import unit_values_at_roots
from plsym.networks.sweeping.rowstate import Rows
from plsym.networks.sweeping.stages import Stage
from plsym.networks.sweeping.thin import Thin, shift_rows
from plsym.networks.sweeping.zeros import only_bias

__all__ = ["run_sweep"]

Floats = NDArray[np.float64]


def run_sweep(
    stages: Sequence[Stage],
    corners: ExactArray,
    budget: Budget | None = None,
    prepared: Sequence[Prepared] | None = None,
) -> tuple[History, Rows, ExactForms, Statistics]:
    """Sweep stages along a polyline.

    Parameters
    ----------
    stages : sequence of Stage
    corners : ExactArray, shape (k, n_in), k >= 2
    budget : Budget, optional
        Limits rows and seconds; the sweep stops between stages.
    prepared : sequence of Prepared, optional
        The stages as `prepare` returns them, to share them between sweeps.

    Returns
    -------
    history, rows, forms, statistics
        The decisions; the float state at the output; the source of exact
        forms; how the decisions were made.

    Raises
    ------
    OverflowError
        If values leave the range of doubles: nothing is known about them then.
    """
    if len(corners.shape) != 2 or corners.shape[0] < 2 or corners.shape[1] != stages[0].n_in:
        raise DomainError(
            f"corners have shape {corners.shape}; at least two points with "
            f"{stages[0].n_in} coordinates are needed"
        )
    ready = list(prepare(stages) if prepared is None else prepared)
    history = History(stages, ready, corners)
    forms = ExactForms(history)
    statistics = Statistics()
    clock = (budget or Budget()).start()
    whole = None if ready[0].integral is None else integral_corners(corners)
    rows = _corners(corners)
    # widths of zero make infinite slopes: "not certain", which every test below respects
    with np.errstate(all="ignore"):
        for i, stage in enumerate(ready):
            decided = None
            if whole is not None and stage.integral is not None:
                decided = whole.advance(stage.integral, history)
            if decided is None:
                if whole is not None:
                    rows, whole = _in_floats(whole, ready[i - 1] if i else None), None
                rows = _advance(history, forms, statistics, stage, rows)
            else:
                statistics.filtered += decided
            clock.check(f"the sweep of stage {i}", pieces=history.num_rows, partial=history)
    if whole is not None:
        rows = _in_floats(whole, None)
    return history, rows, forms, statistics


def _corners(corners: ExactArray) -> Rows:
    """The corners of a path as rows."""
    count = corners.shape[0]
    state = np.zeros((count, 3))
    state[:, 2] = range(count)
    if not corners.is_dyadic:
        state[:, 0] = _norms(corners.mid) * (2 * ROUNDOFF * SLACK)
    return Rows(corners.mid, state, 0.0, False)


def _in_floats(whole: IntegralRows, before: Prepared | None) -> Rows:
    """Rows in whole numbers as the float sweep goes on with them, or as the outputs."""
    h, error = whole.values()
    if before is not None:
        h *= before.scale
        error *= float(before.scale.max())
    state = np.zeros((len(h), 3))
    state[:, 0] = error
    state[:, 2] = whole.positions()
    # t is the exact position, rounded; so nothing has moved
    return Rows(h, state, 4 * ROUNDOFF * (1.0 + float(state[-1, 2])), False, whole)


def _norms(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Euclidean norms, from above up to the slack; rows of any size: squares may overflow."""
    _, exponent = np.frexp(np.abs(rows).max(axis=1))
    scaled = np.ldexp(rows, -exponent[:, None])
    found: NDArray[np.float64] = np.ldexp(np.sqrt((scaled**2).sum(axis=1)), exponent) + LEAST_ROW
    return found


def _advance(
    history: History, forms: ExactForms, statistics: Statistics, stage: Prepared, rows: Rows
) -> Rows:
    """One stage: values, certain signs, ordered crossings, new rows, units."""
    h = rows.h
    z = stage.linear.apply(h)
    z += stage.bias
    size = np.sqrt(np.einsum("ij,ij->i", h, h))
    size += stage.beta
    if stage.is_plain:
        found = plain_step(
            z,
            rows.state,
            size,
            stage.sigma,
            stage.phi,
            stage.largest,
            stage.gamma,
            rows.t_error,
            rows.moved,
        )
        if found[0]:
            return _plainly(history, statistics, rows, z.size, found)
    before = rows.error
    error = stage.sigma * before
    error += stage.phi * size
    # the error is at least 2**-53 of the values; infinite or undefined bounds say nothing,
    # not even "not certain"
    if not error.max() < TOO_LARGE:
        raise OverflowError("values beyond the range of doubles; sweep in exact numbers")
    if stage.is_affine:
        history.append_affine()
        rows.state[:, 0] = error
        return Rows(z, rows.state, rows.t_error, rows.moved)
    # one unit at p: its row's norm times the error of the row, and its own rounding
    tau = stage.largest * before
    tau += stage.gamma * size
    steep = None
    if stage.line is not None:
        steep = _shift(stage.line, rows, h, size, stage, error, tau)
    # one unit at t*: also its slope times rho; a difference of z is below both sizes
    tested = z if stage.bending is None else z[:, stage.bending]
    least = kernels.least(tested)
    statistics.filtered += tested.size
    doubtful = _NONE
    # first with one crude slope for all rows, then row by row
    crude = crude_drift(rows.state, size, stage.largest, rows.t_error) if rows.moved else 0.0
    if steep is not None or not (least > tau + crude).all():
        bound = tau
        if rows.moved:
            bound = tau + row_drift(rows.state, size, stage.largest, rows.t_error)
        if steep is not None:
            bound = np.fmin(bound, tau + steep * rows.rho)
        doubtful = np.flatnonzero(~(least > bound))
    if doubtful.size:
        statistics.filtered -= _settle_signs(
            history, forms, statistics, stage, rows, z, tau, bound, error, doubtful
        )
    # a zero beside a positive value is no crossing: the zero is already a row
    row, unit = kernels.changes(z, stage.bends, doubtful.size == 0 and stage.bending is None)
    if row.size == 0:
        history.append(z > 0, None, _NONE, _NONE)
        rows.state[:, 0] = unit_error(stage, error, z)
        return Rows(stage.units(z), rows.state, rows.t_error, rows.moved)
    crossings = order_crossings(history, forms, statistics, rows, z, tau, row, unit)
    return insert_rows(history, stage, rows, z, error, crossings)


def _plainly(
    history: History, statistics: Statistics, rows: Rows, signs: int, found: Found
) -> Rows:
    """Record what one pass decided."""
    _, h, state, positive, place, row, unit = found
    crossings = len(row)
    statistics.filtered += signs
    if crossings == 0:
        history.append(positive, None, row, unit)
        return Rows(h, state, rows.t_error, rows.moved)
    statistics.filtered += crossings - 1
    history.append(positive, place, row + np.arange(1, crossings + 1), unit)
    return Rows(h, state, next_t_error(history, rows.t_error), True)


def _shift(
    line: Thin, rows: Rows, h: Floats, size: Floats, stage: Prepared, error: Floats, tau: Floats
) -> Floats | None:
    """Turn errors of rows into shifts of position, in place; how fast units move there."""
    found = shift_rows(line, h, size, rows.error, rows.t, rows.t_error)
    if found is None:
        return None
    shorter = found.rest + stage.phi * size
    which = found.which & (shorter < error)
    if not which.any():
        return None
    error[which] = shorter[which]
    tau[which] = (found.rest + stage.gamma * size)[which]
    shift = np.where(which, found.shift, 0.0)
    rows.state[:, 1] += shift
    rows.state[:, 1] *= SLACK
    rows.t_error += float(shift.max()) * SLACK
    rows.moved = True
    return np.where(which, found.drift, np.inf)


_NONE: Indices = np.zeros(0, dtype=np.intp)
_TINY = 2.0**-1000
_FEW, _SMALL = 64, 1 << 16


def _settle_signs(
    history: History,
    forms: ExactForms,
    statistics: Statistics,
    stage: Prepared,
    rows: Rows,
    z: Floats,
    tau: Floats,
    bound: Floats,
    error: Floats,
    doubtful: Indices,
) -> int:
    """Decide the signs that the row bounds leave open, and write them into ``z``.

    Zeros become exactly 0; other entries keep a value of the right sign, and the
    row's error grows by what was changed.  Returns how many signs were open.
    """
    k = history.resolution
    close = ~(np.abs(z[doubtful]) > bound[doubtful, None])
    if stage.bending is not None:
        close &= stage.bends
    where, unit = np.nonzero(close)
    if where.size == 0:
        return 0
    row = doubtful[where]
    old = z[row, unit]
    # without a live input a unit is its bias, and so is its float
    plain = old == stage.bias[unit]
    if plain.any():
        index = np.flatnonzero(plain)
        plain[index] = only_bias(history, row[index], unit[index])
        # a bias that underflowed has the sign that its double does not show
        plain &= (old != 0) | history.stages[k].bias.equals(0)[unit]
        row, unit, old = row[~plain], unit[~plain], old[~plain]
        if row.size == 0:
            return 0
    local, piece = _local(rows.t, history, row)
    units = Items(np.full(len(row), k), unit, piece, history.resolution)
    origin_stage, origin_unit = history.origin()
    origin = Items(origin_stage[row], origin_unit[row], piece, history.resolution)
    at = local
    best = old.copy()

    def refine(index: Indices) -> tuple[Floats, Floats]:
        value, radius = unit_values_at_roots(
            history, units.select(index), origin.select(index), at[index]
        )
        best[index] = value
        return value, radius

    def exact(index: Indices) -> NDArray[np.int8]:
        return _exact_signs(forms, units.select(index), origin.select(index), row[index], history)

    # a few values like the rounding of zero in a small network are ties: straight to integers
    ties = len(row) < _FEW and old.size * len(stage.bias) ** 2 < _SMALL
    ties = ties and bool((np.abs(old) <= tau[row] / 8).all())
    signs = certify(old, bound[row], None if ties else refine, exact, statistics)
    # not so small that an interpolation could lose the sign
    new = np.where((np.sign(best) == signs) & (np.abs(best) > _TINY), best, signs * _TINY)
    new = np.where(signs == 0, 0.0, new)
    z[row, unit] = new
    # at p: |new - exact| <= |new - old| + tau; a zero may belong to either side's form
    changed = new != old
    spill = np.where(changed, np.abs(new - old) + tau[row], 0.0)
    extra = np.bincount(row, weights=spill, minlength=len(error)) * SLACK
    error += extra
    tau += extra
    return len(row)


def _local(t: Floats, history: History, row: Indices) -> tuple[Floats, Indices]:
    """Local parameters of rows within the segment of the piece to the right (or the last)."""
    piece = np.minimum(row, history.num_rows - 2)
    segment = history.coarser(piece, history.resolution, 0)
    return np.clip(t[row] - segment, 0.0, 1.0), piece


def _exact_signs(
    forms: ExactForms, units: Items, origin: Items, row: Indices, history: History
) -> NDArray[np.int8]:
    """Signs of units at the exact positions of rows, in integers."""
    out = np.zeros(len(row), dtype=np.int8)
    at_root = np.flatnonzero(origin.stage >= 0)
    d: dict[int, list[int]] = {}
    if at_root.size:
        distinct, back = np.unique(row[at_root], return_index=True)
        n = len(row)
        b, a = forms.integers(units.joined(origin.select(at_root[back])))
        d = {r: pair for r, *pair in zip(distinct.tolist(), b[n:], a[n:], strict=True)}
    else:
        b, a = forms.integers(units)
    segment = history.coarser(units.piece, units.resolution, 0)
    starts = history.rows_at(0, history.resolution)
    for i in range(len(row)):
        r = int(row[i])
        if r in d:
            # the root of rb + ra t is -rb/ra; the unit there is (b ra - a rb) / ra
            x, y = d[r]
            value = b[i] * y - a[i] * x
            if y < 0:
                value = -value
        else:
            # a corner: t = 0 at the left end of the segment, 1 at its right end
            value = b[i] if starts[segment[i]] == r else b[i] + a[i]
        out[i] = (value > 0) - (value < 0)
    return out
