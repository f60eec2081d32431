"""Linear nodes as rows of weights over the coordinates that a stage sees."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from plsym.errors import BudgetExceeded
from plsym.exact.dyadics import ExactArray
from plsym.networks import layers as ops
from plsym.networks.layers import Op, Shape
from plsym.networks.layers.windows import window_indices
from plsym.networks.weights import broadcast, masked, ones, zeros

__all__ = ["LinearRows", "check_size", "linear_rows", "negated", "slope_of"]

Index = NDArray[np.intp]
ENTRY_LIMIT = 200_000_000


@dataclass(eq=False)
class LinearRows:
    """Linear rows over the present coordinates, dense over some or sparse, with biases."""

    bias: ExactArray
    matrix: ExactArray | None = None
    columns: Index = field(default_factory=lambda: np.zeros(0, dtype=np.intp))
    index: Index = field(default_factory=lambda: np.zeros((0, 1), dtype=np.intp))
    values: ExactArray | None = None

    @classmethod
    def dense(cls, matrix: ExactArray, columns: Index, bias: ExactArray) -> LinearRows:
        """Make rows that are dense over some of the coordinates."""
        if len(np.unique(columns)) < len(columns):  # a coordinate stands twice: let it add up
            index = np.broadcast_to(columns, matrix.shape).copy()
            return cls(bias, index=index, values=matrix)
        return cls(bias, matrix=matrix, columns=columns)

    @classmethod
    def sparse(cls, index: Index, values: ExactArray, bias: ExactArray | None = None) -> LinearRows:
        """Make rows with a few entries each: values[i, k] in column index[i, k]."""
        return cls(zeros(len(index)) if bias is None else bias, index=index, values=values)

    @classmethod
    def signs(cls, index: Index, signs: NDArray[np.int64] | int) -> LinearRows:
        """Make rows of sums and differences of coordinates."""
        values = np.ascontiguousarray(np.broadcast_to(signs, index.shape), dtype=np.float64)
        return cls.sparse(index, ExactArray(values))

    @property
    def count(self) -> int:
        """The number of rows."""
        return self.bias.shape[0]


def check_size(entries: int) -> None:
    """Refuse a stage with too many weights before it is built."""
    if entries > ENTRY_LIMIT:
        raise BudgetExceeded(
            f"a stage of the network would store {entries} weights, the limit is {ENTRY_LIMIT}; "
            "restrict the network to fewer channels or a smaller input",
            needed=entries,
        )


def negated(array: ExactArray) -> ExactArray:
    """Return the array times -1."""
    numerators = array.numerators
    return type(array)(-array.mid, None if numerators is None else -numerators, array.denominator)


def slope_of(op: Op) -> ExactArray:
    """Return the factor of a one-sided unit where its argument is not positive."""
    if isinstance(op, ops.LeakyReLU):
        return op.slope
    if isinstance(op, ops.PReLU):
        return op.slopes
    return ExactArray(np.array(-1.0 if isinstance(op, ops.Abs) else 0.0))


def _affine_rows(op: ops.Affine, x: Index) -> LinearRows:
    n_out, n_in = op.weights.shape
    batch = x.reshape(-1, n_in)
    if len(batch) == 1:
        return LinearRows.dense(op.weights, batch[0], op.bias)
    check_size(len(batch) * n_out * n_in)
    index = np.repeat(batch, n_out, axis=0)
    rows = np.tile(np.arange(n_out), len(batch))
    return LinearRows.sparse(index, op.weights[rows], op.bias[rows])


def _convolution_rows(op: ops.Convolution, x: Index) -> LinearRows:
    window = window_indices(x.shape[1:], op.kernel, op.strides, op.pads, op.dilations)
    positions, entries = window.shape
    c_out, per_group = op.weights.shape[:2]
    check_size(c_out * positions * per_group * entries)
    flat = x.reshape(x.shape[0], -1)
    group = np.arange(c_out) // (c_out // op.groups)
    channels = group[:, None] * per_group + np.arange(per_group)[None, :]
    inside = window >= 0
    # axes: output channel, window, input channel, kernel entry
    index = flat[channels[:, None, :, None], np.maximum(window, 0)[None, :, None, :]]
    shape = (c_out, positions, per_group, entries)
    values = broadcast(op.weights.reshape(c_out, 1, per_group, entries), shape)
    keep = np.broadcast_to(inside[None, :, None, :], shape)
    rows = c_out * positions
    return LinearRows.sparse(
        index.reshape(rows, -1),
        masked(values, keep).reshape(rows, per_group * entries),
        broadcast(op.bias.reshape(c_out, 1), (c_out, positions)).reshape(rows),
    )


def _average_rows(op: ops.AveragePool, x: Index) -> LinearRows:
    window = window_indices(x.shape[1:], op.kernel, op.strides, op.pads, op.dilations)
    inside = window >= 0
    full = window.shape[1]
    count = np.full(len(window), full) if op.count_include_pad else inside.sum(axis=1)
    distinct, which = np.unique(count, return_inverse=True)
    shares = ExactArray.from_fractions([Fraction(1, int(c)) for c in distinct], (len(distinct),))
    channels = x.shape[0]
    flat = x.reshape(channels, -1)
    index = flat[:, np.maximum(window, 0)].reshape(-1, full)
    values = masked(broadcast(shares[which].reshape(-1, 1), window.shape), inside)
    shape = (channels, *window.shape)
    return LinearRows.sparse(index, broadcast(values, shape).reshape(-1, full))


def linear_rows(op: Op, views: list[Index], shape: Shape) -> LinearRows:
    """Return the rows of a linear operation.

    Parameters
    ----------
    op : Op
    views : list of int arrays
        The coordinates of the entries of each input.
    shape : tuple of int
        The shape of the output.
    """
    x = views[0]
    flat = x.reshape(-1, 1)
    if isinstance(op, ops.Affine):
        return _affine_rows(op, x)
    if isinstance(op, ops.Convolution):
        return _convolution_rows(op, x)
    if isinstance(op, ops.Scale):
        return LinearRows.sparse(flat, broadcast(op.factor, shape).reshape(-1, 1))
    if isinstance(op, ops.Shift):
        offset = broadcast(op.offset, shape).reshape(-1)
        return LinearRows.sparse(flat, ones(*flat.shape), offset)
    if isinstance(op, ops.AveragePool):
        return _average_rows(op, x)
    index = np.stack([v.ravel() for v in views], axis=1)
    signs = np.ones(len(views), dtype=np.int64)
    if isinstance(op, ops.Subtract):
        signs[1:] = -1
    return LinearRows.signs(index, signs)
