"""Sharp float enclosures of affine forms of units: the middle step of every decision.

A row's error bound in the sweep compounds from stage to stage.  Here one unit is
evaluated afresh at a double t under known signs: the forward values satisfy
each stage up to a local rounding residual, and the float adjoint of the unit
says what every residual contributes.  The adjoint's own error enters in second
order only, so a coarse bound of it is enough.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from plsym.networks.sweeping.forms import Items
from plsym.networks.sweeping.history import History, Indices
from plsym.networks.sweeping.prepared import LEAST_ROW, ROUNDOFF, SLACK, Prepared

__all__ = ["FloatForm", "float_forms", "root_enclosures"]

Floats = NDArray[np.float64]


class FloatForm(NamedTuple):
    """Enclosures of value(t) and slope of units at given t: midpoints and radii."""

    value: Floats
    value_radius: Floats
    slope: Floats
    slope_radius: Floats


_BLOCK = 1 << 17  # entries of one block of values
_LOSS = 2.0**-1000  # more than what underflow can take from one sum


def _norms(a: Floats) -> Floats:
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", a, a)) * SLACK + LEAST_ROW)


def _units(stage: Prepared, z: Floats, positive: NDArray[np.bool_]) -> Floats:
    """Apply units of known signs; what is infinite may become undefined, so not certain."""
    if stage.is_relu:
        z *= positive
        return z
    return stage.units(z, positive)


@np.errstate(all="ignore")
def float_forms(history: History, items: Items, t: Floats) -> FloatForm:
    """Enclose the items' affine forms at local parameters ``t`` in [0, 1].

    Cost: two matrix products a stage with as many rows as there are items.
    """
    width = max(max(stage.n_in, stage.n_out) for stage in history.stages)
    step = max(_BLOCK // width, 64)
    n = len(items.stage)
    if n <= step:
        return _float_forms(history, items, t)
    # in blocks that stay in the cache
    index = np.arange(n)
    parts = [
        _float_forms(history, items.select(index[i : i + step]), t[i : i + step])
        for i in range(0, n, step)
    ]
    return FloatForm(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _float_forms(history: History, items: Items, t: Floats) -> FloatForm:
    """The same for one block."""
    n = len(items.stage)
    prepared = history.prepared
    top = int(items.stage.max(initial=0))
    segment = history.coarser(items.piece, items.resolution, 0)
    mid = history.corners.mid
    low, high = mid[segment], mid[segment + 1]
    step = high - low
    h = low + t[:, None] * step
    # rounding of the corners, the difference, the product and the sum
    input_error = 8 * ROUNDOFF * (_norms(low) + _norms(high))
    value = np.zeros(n)
    sizes: list[Floats] = []
    signs: list[NDArray[np.bool_] | None] = []
    for i in range(top + 1):
        stage = prepared[i]
        sizes.append(_norms(h) + stage.beta)
        z = stage.linear.apply(h)
        z += stage.bias
        here = np.flatnonzero(items.stage == i)
        value[here] = z[here, items.unit[here]]
        if i < top:
            later = items.stage > i
            pieces = np.zeros(n, dtype=np.intp)
            pieces[later] = history.coarser(items.piece[later], items.resolution, i + 1)
            positive = history.positive(i, pieces)
            signs.append(positive)
            h = z if positive is None else _units(stage, z, positive)
    order = np.argsort(-items.stage, kind="stable")
    radius = np.zeros(n)
    g = np.zeros((0, 0))
    delta = np.zeros(0)
    joined = 0
    sorted_stage = items.stage[order]
    for i in range(top, -1, -1):
        stage = prepared[i]
        if joined:
            who = order[:joined]
            positive = signs[i]
            if positive is not None:
                g = _units(stage, g, positive[who])
                norm = _norms(g)
                delta = stage.kappa * delta + stage.unit_rounding * norm
            norm = _norms(g)
            local = stage.phi + stage.unit_rounding * stage.frobenius
            radius[who] += (norm + delta) * local * sizes[i][who]
            delta = stage.sigma * delta + stage.gamma_pull * stage.frobenius * norm
            g = stage.linear.pull(g)
        fresh = int(np.searchsorted(-sorted_stage, -i, side="right"))
        if fresh > joined:
            who = order[joined:fresh]
            rows = stage.linear.rows(items.unit[who])
            radius[who] += stage.gamma * sizes[i][who]
            g = rows if joined == 0 else np.concatenate([g, rows])
            rounding = 0.0 if stage.is_exact else ROUNDOFF * stage.largest
            delta = np.concatenate([delta, np.full(fresh - joined, rounding)])
            joined = fresh
    reach = _norms(g) + delta
    radius[order] += reach * input_error[order]
    slope = np.empty(n)
    slope_radius = np.empty(n)
    slope[order] = np.einsum("ij,ij->i", g, step[order])
    steps = _norms(step[order])
    slope_radius[order] = (
        delta * steps
        + (mid.shape[1] + 4) * ROUNDOFF * reach * steps
        + reach * 4 * ROUNDOFF * (_norms(low[order]) + _norms(high[order]))
        + _LOSS
    )
    return FloatForm(value, radius * SLACK, slope, slope_radius * SLACK)


def root_enclosures(form: FloatForm, t: Floats) -> tuple[Floats, Floats]:
    """Where forms that were evaluated at ``t`` vanish: midpoints and radii.

    The radius is infinite where the slope's sign is not certain.
    """
    size = np.abs(form.slope) - form.slope_radius
    with np.errstate(all="ignore"):
        correction = form.value / form.slope
        middle = t - correction
        radius = (form.value_radius + np.abs(correction) * form.slope_radius) / size
        radius = radius * SLACK + 4 * ROUNDOFF * (np.abs(middle) + np.abs(t)) + _LOSS
    bad = ~(size > 0) | ~np.isfinite(radius)
    return np.where(bad, t, middle), np.where(bad, np.inf, radius)


def unit_values_at_roots(
    history: History, units: Items, roots: Items, t: Floats
) -> tuple[Floats, Floats]:
    """Enclose units at the exact zeros of other units (or at corners, stage -1).

    ``t`` are doubles near the zeros; ``roots.stage`` is -1 where t itself is meant.
    """
    n = len(t)
    offset = np.zeros(n)
    at_root: Indices = np.flatnonzero(roots.stage >= 0)
    both = units.joined(roots.select(at_root))
    every = float_forms(history, both, np.concatenate([t, t[at_root]]))
    form = FloatForm(*(part[:n] for part in every))
    if at_root.size:
        root = FloatForm(*(part[n:] for part in every))
        middle, radius = root_enclosures(root, t[at_root])
        offset[at_root] = np.abs(middle - t[at_root]) + radius
    with np.errstate(invalid="ignore"):
        total = form.value_radius + (np.abs(form.slope) + form.slope_radius) * offset
    return form.value, np.where(np.isnan(total), np.inf, total * SLACK)
