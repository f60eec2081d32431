"""The one-dimensional sweep: every breakpoint of every unit along a path.

Rows are points of the path in increasing order.  For each stage the values of
its units at all rows come from one matrix product; a unit that changes sign
between two rows adds a row where it vanishes.  The floats carry one proved
error bound per row.  A sign or an order that the bound does not decide is
refined by a sharper float enclosure and, if need be, decided in integers; so
the decisions are exact, and the cost is that of the float sweep and little more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from plsym.config import Budget
from plsym.errors import DomainError
from plsym.exact.decide import Statistics, certify
from plsym.exact.dyadics import ExactArray
from plsym.networks.forms import ExactForms, Items
from plsym.networks.history import History, Indices
from plsym.networks.prepared import ROUNDOFF, SLACK, Prepared, prepare
from plsym.networks.refine import float_forms, root_enclosures, unit_values_at_roots
from plsym.networks.stages import Stage

__all__ = ["Rows", "run_sweep"]

Floats = NDArray[np.float64]


@dataclass
class Rows:
    """The float state at the rows of one resolution.

    A row stands for an exact position t*, and the floats for a position p close to
    it that stays abstract.  ``h`` are the outputs of the last stage (before it, the
    inputs): on either neighbouring piece, the exact affine form of that piece at p
    is within ``error`` of the row of ``h``, in 2-norm.  So errors do not grow when
    a row is added: the slopes enter only through ``rho``, which bounds |t* - p|.
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


class _Crossings(NamedTuple):
    """Sign changes between neighbouring rows, one entry for each new row."""

    row: Indices  # the row to the left
    unit: Indices
    at: Floats  # the fraction of the way to the next row
    error: Floats
    ties: list[tuple[int, int]]  # (new row, further unit that vanishes there)
    settled: Indices  # the new rows of pieces whose order needed more than the floats


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
    count = corners.shape[0]
    state = np.zeros((count, 3))
    state[:, 2] = range(count)
    if not corners.is_dyadic:
        state[:, 0] = np.sqrt((corners.mid**2).sum(axis=1)) * (2 * ROUNDOFF * SLACK)
    grid = None if ready[0].grid is None else _corner_grid(corners)
    rows = Rows(corners.mid, state, 0.0, grid, False)
    # an infinite or undefined bound means "not certain", which every test below respects
    with np.errstate(all="ignore"):
        for i, stage in enumerate(ready):
            rows = _advance(history, forms, statistics, stage, rows)
            clock.check(f"the sweep of stage {i}", pieces=history.num_rows, partial=history)
    return history, rows, forms, statistics


def _corner_grid(corners: ExactArray) -> NDArray[np.int64] | None:
    if not corners.is_dyadic or corners.mid.size > 4096:
        return None
    for g in range(25):
        scaled = np.ldexp(corners.mid, g)
        if (scaled == np.rint(scaled)).all():
            return np.full(corners.shape[0], g)
    return None


def _advance(
    history: History, forms: ExactForms, statistics: Statistics, stage: Prepared, rows: Rows
) -> Rows:
    """One stage: values, certain signs, ordered crossings, new rows, units."""
    h = rows.h
    z = stage.linear.apply(h)
    z += stage.bias
    size = np.sqrt(np.einsum("ij,ij->i", h, h))
    size += stage.beta
    before = rows.error
    error = stage.sigma * before
    error += stage.phi * size
    grid = rows.grid
    if grid is not None:
        grid, error = _exact_rows(stage, rows, h, error)
    if stage.is_affine:
        history.append_affine()
        rows.state[:, 0] = error
        return Rows(z, rows.state, rows.t_error, grid, rows.moved)
    # one unit at p: its row's norm times the error of the row, and its own rounding
    tau = stage.largest * before
    tau += stage.gamma * size
    if grid is not None:
        tau[grid >= 0] = 0.0
    # one unit at t*: also its slope times rho; a difference of z is below both sizes
    tested = z if stage.bending is None else z[:, stage.bending]
    least = np.abs(tested).min(axis=1)
    statistics.filtered += tested.size
    doubtful = _NONE
    # first with one crude slope for all rows, then row by row
    if not (least > tau + _crude_drift(rows, size, stage.largest)).all():
        bound = tau + _drift(rows, size, stage.largest)
        doubtful = np.flatnonzero(~(least > bound))
    if doubtful.size:
        statistics.filtered -= _settle_signs(
            history, forms, statistics, stage, rows, z, tau, bound, error, doubtful
        )
    positive = z > 0
    change = positive[1:] != positive[:-1]
    if stage.bending is not None:
        change &= stage.bends
    row, unit = change.nonzero()
    if doubtful.size:
        # a zero beside a positive value is no crossing: the zero is already a row
        strict = (z[row, unit] != 0) & (z[row + 1, unit] != 0)
        row, unit = row[strict], unit[strict]
    if row.size == 0:
        history.append(positive, None, _NONE, _NONE)
        rows.state[:, 0] = _unit_error(stage, error, z)
        return Rows(stage.units(z), rows.state, rows.t_error, grid, rows.moved)
    crossings = _order(history, forms, statistics, rows, z, tau, row, unit)
    return _insert(history, stage, rows, z, error, crossings, grid)


def _crude_drift(rows: Rows, size: Floats, largest: float) -> float:
    """A bound of `_drift` for all rows at once."""
    if not rows.moved:
        return 0.0
    t = rows.t
    width = float((t[1:] - t[:-1]).min()) - 2.0 * rows.t_error
    error, rho, _ = rows.state.max(axis=0).tolist()
    if not width > 0:
        return float("inf")
    drift: float = 2.2 * largest * (float(size.max()) + error) * rho / width
    return drift


def _drift(rows: Rows, size: Floats, largest: float) -> Floats:
    """How far a unit can move between p and t* of each row, on either side."""
    if not rows.moved:
        return np.zeros(len(size))
    t = rows.t
    width = t[1:] - t[:-1]
    width -= 2.0 * rows.t_error
    reach = (size + rows.error) * (1.1 * largest)
    # a width that is not certainly positive gives an infinite slope
    steep = (reach[1:] + reach[:-1]) / np.maximum(width, 0.0)
    out = np.empty(len(size))
    out[:-1] = steep
    out[-1] = steep[-1]
    np.maximum(out[1:], steep, out=out[1:])
    rho = rows.rho
    return np.where(rho > 0, out * rho, 0.0)


_NONE: Indices = np.zeros(0, dtype=np.intp)


def _unit_error(stage: Prepared, error: Floats, z: Floats) -> Floats:
    if stage.unit_rounding:
        norm = np.sqrt(np.einsum("ij,ij->i", z, z))
        return np.asarray(stage.kappa * (error + stage.unit_rounding * norm))
    return error if stage.kappa == 1.0 else error * stage.kappa


def _exact_rows(
    stage: Prepared, rows: Rows, h: Floats, error: Floats
) -> tuple[NDArray[np.int64] | None, Floats]:
    """Find rows whose products and sums cannot round, because all terms share a grid."""
    assert rows.grid is not None
    if stage.grid is None:
        return None, error
    step = stage.grid
    fine = np.maximum(rows.grid + step.weights, step.bias)
    total = np.abs(h).max(axis=1) * step.row_sum + step.largest_bias
    free = (rows.grid >= 0) & (fine < 900)
    free &= np.ldexp(total, np.minimum(fine, 900)) < 2.0**52
    if not free.any():
        return None, error
    return np.where(free, fine, -1), np.where(free, 0.0, error)


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
    # on rows without error the floats are the values
    close &= (bound[doubtful] > 0)[:, None]
    where, unit = np.nonzero(close)
    if where.size == 0:
        return 0
    row = doubtful[where]
    old = z[row, unit]
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

    signs = certify(old, bound[row], refine, exact, statistics)
    tiny = 2.0**-1000
    new = np.where(np.sign(best) == signs, best, signs * tiny)
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
    b, a = forms.integers(units)
    out = np.zeros(len(row), dtype=np.int8)
    at_root = np.flatnonzero(origin.stage >= 0)
    d: dict[int, tuple[int, int]] = {}
    if at_root.size:
        distinct, back = np.unique(row[at_root], return_index=True)
        rb, ra = forms.integers(origin.select(at_root[back]))
        d = {int(r): (x, y) for r, x, y in zip(distinct, rb, ra, strict=True)}
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


def _order(
    history: History,
    forms: ExactForms,
    statistics: Statistics,
    rows: Rows,
    z: Floats,
    tau: Floats,
    row: Indices,
    unit: Indices,
) -> _Crossings:
    """Positions of the crossings, sorted, with equal ones joined."""
    after = row + 1
    left = z[row, unit]
    gap = left - z[after, unit]
    at = left / gap
    worst = np.maximum(tau[row], tau[after])
    # with both values off by at most worst: |s - s*| <= worst / (|gap| - 2 worst)
    least = np.abs(gap) - 2.0 * worst
    error = worst / np.maximum(least, 0.0)
    error += 4 * ROUNDOFF
    # rounding of row + at may misplace close neighbours; those fail the test below
    order = np.argsort(row + at, kind="stable")
    row, unit, at, error = row[order], unit[order], at[order], error[order]
    if len(row) > 1:
        near = at[1:] - at[:-1] > error[1:] + error[:-1]
        near |= row[1:] != row[:-1]
        near = ~near
        statistics.filtered += len(near)
        if near.any():
            return _settle_order(history, forms, statistics, rows, row, unit, at, error, near)
    return _Crossings(row, unit, at, error, [], _NONE)


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
) -> _Crossings:
    """Order the crossings that lie too close, piece by piece, and join equal ones."""
    k = history.resolution
    statistics.filtered -= int(near.sum())
    member = np.zeros(len(row), dtype=bool)
    member[1:] |= near
    member[:-1] |= near
    # wide errors overlap across more than neighbours: take whole pieces
    pieces = np.unique(row[member])
    index = np.flatnonzero(np.isin(row, pieces))
    items = Items(np.full(len(index), k), unit[index], row[index], history.resolution)
    segment = history.coarser(row[index], history.resolution, 0)
    t0, t1 = rows.t[row[index]], rows.t[row[index] + 1]
    guess = np.clip(t0 + at[index] * (t1 - t0) - segment, 0.0, 1.0)
    middle, radius = root_enclosures(float_forms(history, items, guess), guess)
    # one order for the whole piece: by refined middles, undecided neighbours exactly
    order = np.lexsort((middle, row[index]))
    index, middle, radius = index[order], middle[order], radius[order]
    same = row[index[1:]] == row[index[:-1]]
    reach = _running_reach(middle + radius, same)
    loose = same & ~(middle[1:] - radius[1:] > reach[:-1])
    # a loose link may also be caused by a later crossing with a large radius
    loose |= same & ~_backward_clear(middle - radius, middle + radius, same)
    statistics.refined += int(len(loose) - loose.sum())
    statistics.exact += int(loose.sum())
    new_at = at.copy()
    new_error = error.copy()
    width = rows.t[row[index] + 1] - rows.t[row[index]]
    start = rows.t[row[index]] - history.coarser(row[index], history.resolution, 0)
    slack = 4 * rows.t_error + 8 * ROUNDOFF
    refined_at = (middle - start) / width
    refined_error = (radius + slack) / (width - 2 * rows.t_error) + 4 * ROUNDOFF
    better = (width > 2 * rows.t_error) & (refined_error < error[index])
    new_at[index[better]] = np.clip(refined_at[better], 0.0, 1.0)
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
    settled = np.flatnonzero(np.isin(row[keep], pieces))
    return _Crossings(row[keep], unit[keep], new_at[keep], new_error[keep], ties, settled)


def _running_reach(upper: Floats, same: NDArray[np.bool_]) -> Floats:
    """The largest upper end so far within each group of consecutive entries."""
    out = upper.copy()
    for i in range(1, len(out)):
        if same[i - 1] and out[i - 1] > out[i]:
            out[i] = out[i - 1]
    return out


def _backward_clear(lower: Floats, upper: Floats, same: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """For each link: whether everything to its right lies above its left end's upper bound."""
    least = lower.copy()
    for i in range(len(least) - 2, -1, -1):
        if same[i] and least[i + 1] < least[i]:
            least[i] = least[i + 1]
    return np.asarray(least[1:] > upper[:-1])


def _runs(links: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last members of the maximal runs of linked neighbours."""
    padded = np.concatenate([[False], links, [False]]).astype(np.int8)
    edges = np.flatnonzero(np.diff(padded))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def _insert(
    history: History,
    stage: Prepared,
    rows: Rows,
    z: Floats,
    error: Floats,
    crossings: _Crossings,
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
        fresh_grid = _fresh_grid(z, row, unit, at, grid)
        exact = fresh_grid >= 0
        fresh_state[exact, 0] = 0.0
        still = (low_state[:, 1] == 0) & (high_state[:, 1] == 0)
        fresh_state[exact & still, 1] = 0.0
        new_grid = np.empty(n + m, dtype=np.int64)
        new_grid[place] = grid
        new_grid[new_rows] = fresh_grid
    out = np.empty((n + m, z.shape[1]))
    out[place] = z
    out[new_rows] = fresh
    out_state = np.empty((n + m, 3))
    out_state[place] = state
    out_state[new_rows] = fresh_state
    history.append(out > 0, place, new_rows, unit)
    if stage.kappa != 1.0 or stage.unit_rounding:
        out_state[:, 0] = _unit_error(stage, out_state[:, 0], out)
    t_error = rows.t_error + 4 * ROUNDOFF * history.corners.shape[0]
    return Rows(stage.units(out), out_state, t_error, new_grid, True)


def _enforce_order(z: Floats, fresh: Floats, fresh_error: Floats, crossings: _Crossings) -> None:
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


def _fresh_grid(
    z: Floats, row: Indices, unit: Indices, at: Floats, grid: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Grids of new rows whose interpolation cannot have rounded; -1 elsewhere."""
    both = (grid[row] >= 0) & (grid[row + 1] >= 0)
    shared = np.maximum(grid[row], grid[row + 1])
    fine = np.ldexp(at, 20)
    both &= fine == np.rint(fine)
    digits = np.where(both, fine, 1.0).astype(np.int64)
    digits = np.where(digits == 0, 1 << 20, digits)
    trailing = np.frexp((digits & -digits).astype(np.float64))[1] - 1
    steps = np.maximum(20 - trailing, 0)
    total = shared + steps
    size = np.abs(z[row]).max(axis=1) + np.abs(z[row + 1]).max(axis=1)
    both &= (total < 900) & (np.ldexp(size, np.minimum(total, 900)) < 2.0**52)
    left, right = z[row, unit], z[row + 1, unit]
    # left - right and its product with `at` are exact on the grid, so this is an identity test
    both &= at * (left - right) == left
    return np.where(both, total, -1)
