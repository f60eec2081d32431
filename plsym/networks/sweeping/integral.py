"""Stages whose weights are small integers, times one factor: made by hand, or quantized."""

from __future__ import annotations

from math import lcm
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from plsym.exact.dyadics import ExactArray
from plsym.exact.residues import integer_scale
from plsym.networks.sweeping.stages import Dense, LinearMap, Stage

__all__ = ["LIMIT", "IntegralStage", "integers", "integral_stage", "is_short", "worthwhile"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

LIMIT = 2.0**53
_SAMPLE = 64
_SHORT = 2.0**31  # two stages of larger ones leave no room for a third
_LARGEST_MATRIX = 1 << 18  # entries up to which a sparse map is made dense


class IntegralStage(NamedTuple):
    """A stage times an integer factor.

    Attributes
    ----------
    right : ndarray, shape (n_in, n_out)
        The transposed integer weights.
    bias : ndarray
        Integer biases.
    factor : int
    row_sum, top_bias : float
        Bounds of the sums of sizes in a row of the weights, and of the biases.
    on, off : int, ndarray
        The integer slopes of units that are positive, and of each one that is not; both
        are slopes times ``on``.
    top_slope : float
        The largest size of these.
    bends : bool array
        Which units bend.
    is_affine, is_relu : bool
        Whether no unit bends, and whether all are ReLUs.
    """

    right: Floats
    bias: Floats
    factor: int
    row_sum: float
    top_bias: float
    on: int
    off: Floats
    top_slope: float
    bends: Flags
    is_affine: bool
    is_relu: bool


def integral_stage(stage: Stage) -> IntegralStage | None:
    """Write a stage in small integers; None if its weights are no multiples of a small number."""
    linear = stage.linear
    entries = linear.weights if isinstance(linear, Dense) else linear.entries()[2]
    if not (is_short(entries) and is_short(stage.bias)):
        return None
    if not isinstance(linear, Dense) and linear.n_in * linear.n_out > _LARGEST_MATRIX:
        return None
    (shift, denominator), (b_shift, b_denominator) = map(integer_scale, (entries, stage.bias))
    shift = max(shift, b_shift)
    if shift > 52:
        return None
    factor = lcm(denominator, b_denominator) << shift
    weights, bias = integers(entries, factor), integers(stage.bias, factor)
    a_shift, a_denominator = integer_scale(stage.alpha)
    if weights is None or bias is None or a_shift > 52:
        return None
    on = a_denominator << a_shift
    off = integers(stage.alpha, on)
    if off is None or not on < LIMIT:
        return None
    matrix = weights if isinstance(linear, Dense) else _dense(linear, weights)
    row_sum = float(np.abs(matrix).sum(axis=1).max(initial=0.0))
    if not row_sum < LIMIT:
        return None
    bends = np.zeros(stage.n_out, dtype=bool)
    bends[stage.bending] = True
    return IntegralStage(
        matrix.T,
        bias,
        factor,
        row_sum,
        float(np.abs(bias).max(initial=0.0)),
        on,
        off,
        max(float(on), float(np.abs(off).max(initial=0.0))),
        bends,
        stage.bending.size == 0,
        on == 1 and not off.any(),
    )


def worthwhile(first: IntegralStage, second: IntegralStage | None) -> bool:
    """Whether the integers can be expected to last for two stages: one alone gains nothing."""
    bound = first.row_sum * first.top_slope
    return second is not None and bound * second.row_sum < LIMIT


def _dense(linear: LinearMap, weights: Floats) -> Floats:
    rows, columns, _ = linear.entries()
    matrix = np.zeros((linear.n_out, linear.n_in))
    np.add.at(matrix, (rows, columns), weights.ravel())
    return matrix


def is_short(array: ExactArray) -> bool:
    """Whether some first entries are small integers, which tells most arrays apart at no cost."""
    if not array.is_dyadic:
        return array.denominator < LIMIT
    sample = array.mid.reshape(-1)[:_SAMPLE]
    shift, _ = integer_scale(ExactArray(sample))
    return float(np.abs(sample).max(initial=0.0)) < _SHORT * 2.0**-shift


def integers(array: ExactArray, factor: int) -> Floats | None:
    """The integers array * factor in doubles; None if one is too large for that."""
    if array.numerators is None:
        if factor >= LIMIT:
            return None
        scaled = array.mid * float(factor)  # exact below the limit, since it is integral
        return scaled if float(np.abs(scaled).max(initial=0.0)) < LIMIT else None
    ratio = factor // array.denominator
    flat = [int(v) * ratio for v in array.numerators.ravel().tolist()]
    if max(map(abs, flat), default=0) >= LIMIT:
        return None
    return np.array(flat, dtype=np.float64).reshape(array.shape)
