"""Exact values of the nodes of a network at one point.

Values are integers over one common denominator, so that no greatest common
divisors are taken inside the sums.  Entries of a number field pass through the
same code as numbers over the denominator 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from math import gcd, lcm, prod
from typing import Any

import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray

from plsym.errors import UnsupportedLayerError
from plsym.exact.dyadics import ExactArray
from plsym.exact.scalars import Num
from plsym.networks import layers as ops
from plsym.networks.layers import Node, Op
from plsym.networks.layers.windows import window_indices
from plsym.networks.weights import as_integers

__all__ = ["Tensor", "branches", "evaluate"]

_REDUCE = 256  # entries up to which a common divisor is looked for


@dataclass(frozen=True)
class Tensor:
    """Exact entries ``numerators / denominator``; the denominator is positive."""

    numerators: NDArray[np.object_]
    denominator: int = 1

    @classmethod
    def of(cls, array: ExactArray) -> Tensor:
        """Return the entries of an array of weights."""
        return cls(*as_integers(array))

    @classmethod
    def of_nums(cls, nums: Sequence[Num], shape: tuple[int, ...]) -> Tensor:
        """Build from numbers in row-major order."""
        out = np.empty(len(nums), dtype=object)
        rationals: list[Any] = [v for v in nums if isinstance(v, mpq)]
        if len(rationals) == len(nums):
            denominator = lcm(*(int(v.denominator) for v in rationals))
            out[:] = [int(v.numerator) * (denominator // int(v.denominator)) for v in rationals]
            return cls(out.reshape(shape), denominator)
        out[:] = list(nums)
        return cls(out.reshape(shape))

    def nums(self) -> list[Num]:
        """Return the entries in row-major order."""
        d = self.denominator
        flat = self.numerators.ravel().tolist()
        return [mpq(v, d) if isinstance(v, int) else v / d for v in flat]

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the array."""
        return tuple(self.numerators.shape)

    def reduced(self) -> Tensor:
        """Return the same entries over a smaller denominator, where that is quick to see."""
        if self.denominator == 1 or self.numerators.size > _REDUCE:
            return self
        flat = self.numerators.ravel().tolist()
        if not all(isinstance(v, int) for v in flat):
            return self
        common = reduce(gcd, flat, self.denominator)
        if common == 1:
            return self
        return Tensor(self.numerators // common, self.denominator // common)


def _same(*tensors: Tensor) -> tuple[list[NDArray[np.object_]], int]:
    """Entries of several tensors over one denominator."""
    denominator = lcm(*(t.denominator for t in tensors))
    return [t.numerators * (denominator // t.denominator) for t in tensors], denominator


def evaluate(
    nodes: Sequence[Node], shapes: Mapping[str, tuple[int, ...]], x: Tensor, last: str
) -> dict[str, Tensor]:
    """Return the exact values of all nodes up to ``last`` at the point x."""
    values = {"input": x}
    for node in nodes:
        if last in values:
            break
        arguments = [values[name] for name in node.inputs]
        values[node.name] = _apply(node.op, arguments, shapes[node.name])
    return values


def _apply(op: Op, arguments: list[Tensor], shape: tuple[int, ...]) -> Tensor:
    rule = _RULES.get(type(op))
    if rule is None:
        raise UnsupportedLayerError(f"operation {type(op).__name__} is not known")
    return rule(op, arguments, shape)


def _positive(values: NDArray[np.object_]) -> NDArray[np.bool_]:
    return np.asarray(values > 0, dtype=bool)


def _object(values: Any, shape: tuple[int, ...]) -> NDArray[np.object_]:
    """Give an operation's result its shape; numpy turns 0-d object arrays into scalars."""
    out = np.empty(shape, dtype=object)
    out[...] = values
    return out


def _affine(op: Any, arguments: list[Tensor], shape: tuple[int, ...]) -> Tensor:
    (x,) = arguments
    w, b = Tensor.of(op.weights), Tensor.of(op.bias)
    product = Tensor(
        _object(np.dot(x.numerators, w.numerators.T), shape), x.denominator * w.denominator
    )
    (y, bias), denominator = _same(product, b)
    return Tensor(_object(y + bias, shape), denominator).reduced()


def _convolution(op: Any, arguments: list[Tensor], shape: tuple[int, ...]) -> Tensor:
    (x,) = arguments
    w, b = Tensor.of(op.weights), Tensor.of(op.bias)
    index = window_indices(x.shape[1:], op.kernel, op.strides, op.pads, op.dilations)
    patches = _windows_of(x.numerators, index, 0)
    c_in, count = x.shape[0], op.groups
    c_out = shape[0]
    parts = []
    for g in range(count):
        inputs = patches[g * c_in // count : (g + 1) * c_in // count]
        rows = inputs.transpose(1, 0, 2).reshape(len(index), -1)
        part = w.numerators[g * c_out // count : (g + 1) * c_out // count]
        parts.append(np.dot(part.reshape(part.shape[0], -1), rows.T))
    product = Tensor(np.concatenate(parts), x.denominator * w.denominator)
    (y, bias), denominator = _same(product, b)
    return Tensor(_object((y + bias[:, None]).reshape(shape), shape), denominator)


def _windows_of(x: NDArray[np.object_], index: NDArray[np.intp], fill: Any) -> NDArray[np.object_]:
    """Entries of the windows of each channel: shape (channels, windows, kernel entries)."""
    flat = np.empty((x.shape[0], prod(x.shape[1:]) + 1), dtype=object)
    flat[:, :-1] = x.reshape(x.shape[0], -1)
    flat[:, -1] = fill
    return np.asarray(flat[:, index])


def _scale(op: Any, arguments: list[Tensor], shape: tuple[int, ...]) -> Tensor:
    (x,) = arguments
    factor = Tensor.of(op.factor)
    product = x.numerators * factor.numerators
    return Tensor(_object(product, shape), x.denominator * factor.denominator).reduced()


def _shift(op: Any, arguments: list[Tensor], shape: tuple[int, ...]) -> Tensor:
    (x, offset), denominator = _same(arguments[0], Tensor.of(op.offset))
    return Tensor(_object(x + offset, shape), denominator)


def _average(op: Any, arguments: list[Tensor], shape: tuple[int, ...]) -> Tensor:
    (x,) = arguments
    index = window_indices(x.shape[1:], op.kernel, op.strides, op.pads, op.dilations)
    total = _windows_of(x.numerators, index, 0).sum(axis=2)
    full = prod(op.kernel)
    count = np.full(len(index), full) if op.count_include_pad else (index >= 0).sum(axis=1)
    common = lcm(*count.tolist())
    weights = np.array([common // int(c) for c in count], dtype=object)
    return Tensor(_object((total * weights).reshape(shape), shape), x.denominator * common)


def _sum(op: Any, arguments: list[Tensor], shape: tuple[int, ...]) -> Tensor:
    parts, denominator = _same(*arguments)
    sign = -1 if isinstance(op, ops.Subtract) else 1
    total = parts[0]
    for part in parts[1:]:
        total = total + sign * part
    return Tensor(_object(total, shape), denominator)


def _one_sided(op: Any, arguments: list[Tensor], shape: tuple[int, ...]) -> Tensor:
    (x,) = arguments
    slope = _slopes(op)
    p = _positive(x.numerators)
    scaled = np.where(p, x.numerators * slope.denominator, x.numerators * slope.numerators)
    return Tensor(_object(scaled, shape), x.denominator * slope.denominator).reduced()


def _slopes(op: Any) -> Tensor:
    if isinstance(op, ops.ReLU):
        return Tensor(_object(0, ()))
    if isinstance(op, ops.Abs):
        return Tensor(_object(-1, ()))
    return Tensor.of(op.slope if isinstance(op, ops.LeakyReLU) else op.slopes)


def _clip(op: Any, arguments: list[Tensor], shape: tuple[int, ...]) -> Tensor:
    (x,) = arguments
    for bound, sense in ((op.lower, 1), (op.upper, -1)):
        if bound is not None:
            (y, c), denominator = _same(x, Tensor.of(bound))
            beyond = _positive(sense * (c - y))
            x = Tensor(_object(np.where(beyond, c, y), shape), denominator)
    return x


def _candidates(op: Any, arguments: list[Tensor]) -> tuple[NDArray[np.object_], int]:
    """List what a maximum or minimum chooses from, along the first axis; None where nothing is."""
    if isinstance(op, (ops.Maximum, ops.Minimum)):
        parts, denominator = _same(*arguments)
        return np.stack(parts), denominator
    if isinstance(op, (ops.MaximumWith, ops.MinimumWith)):
        parts, denominator = _same(Tensor.of(op.constant), *arguments)
        return np.stack([_object(parts[0], parts[1].shape), parts[1]]), denominator
    (x,) = arguments
    if isinstance(op, ops.Maxout):
        grouped = x.numerators.reshape(-1, op.k, *x.shape[1:])
        return np.moveaxis(grouped, 1, 0), x.denominator
    index = window_indices(x.shape[1:], op.kernel, op.strides, op.pads, op.dilations)
    windows = _windows_of(x.numerators, index, None)
    return np.moveaxis(windows.reshape(-1, index.shape[1]), 1, 0), x.denominator


def _winners(op: Any, arguments: list[Tensor]) -> tuple[NDArray[np.object_], NDArray[np.intp], int]:
    """Return the chosen entries, the least index of each among the candidates, the denominator."""
    candidates, denominator = _candidates(op, arguments)
    sense = -1 if isinstance(op, (ops.Minimum, ops.MinimumWith)) else 1
    rest = candidates.shape[1:]
    table = candidates.reshape(len(candidates), -1)
    best: list[Any] = []
    which: list[int] = []
    for column in table.T.tolist():
        winner = -1
        for i, value in enumerate(column):
            if value is None:
                continue
            if winner < 0 or (value - column[winner]) * sense > 0:
                winner = i
        best.append(column[winner])
        which.append(winner)
    out = np.empty(len(best), dtype=object)
    out[:] = best
    return out.reshape(rest), np.array(which, dtype=np.intp).reshape(rest), denominator


def _choose(op: Any, arguments: list[Tensor], shape: tuple[int, ...]) -> Tensor:
    best, _, denominator = _winners(op, arguments)
    return Tensor(_object(best.reshape(shape), shape), denominator)


def _identity(op: Any, arguments: list[Tensor], shape: tuple[int, ...]) -> Tensor:
    return arguments[0]


def _reshape(op: Any, arguments: list[Tensor], shape: tuple[int, ...]) -> Tensor:
    (x,) = arguments
    return Tensor(x.numerators.reshape(shape), x.denominator)


def _transpose(op: Any, arguments: list[Tensor], shape: tuple[int, ...]) -> Tensor:
    (x,) = arguments
    return Tensor(x.numerators.transpose(op.perm), x.denominator)


def _concat(op: Any, arguments: list[Tensor], shape: tuple[int, ...]) -> Tensor:
    parts, denominator = _same(*arguments)
    return Tensor(np.concatenate(parts, axis=op.axis), denominator)


_RULES: dict[type[Op], Callable[[Any, list[Tensor], tuple[int, ...]], Tensor]] = {
    ops.Affine: _affine,
    ops.Convolution: _convolution,
    ops.Scale: _scale,
    ops.Shift: _shift,
    ops.AveragePool: _average,
    ops.Add: _sum,
    ops.Subtract: _sum,
    ops.ReLU: _one_sided,
    ops.LeakyReLU: _one_sided,
    ops.PReLU: _one_sided,
    ops.Abs: _one_sided,
    ops.Clip: _clip,
    ops.Maximum: _choose,
    ops.Minimum: _choose,
    ops.MaximumWith: _choose,
    ops.MinimumWith: _choose,
    ops.MaxPool: _choose,
    ops.Maxout: _choose,
    ops.Identity: _identity,
    ops.Reshape: _reshape,
    ops.Transpose: _transpose,
    ops.Concat: _concat,
}


def branches(op: Op, arguments: list[Tensor]) -> NDArray[np.int64]:
    """Which branch each neuron of a bending operation is on.

    Returns
    -------
    ndarray of int
        ReLU and its like: the sign of the argument.  Clip: -1 up to the lower
        bound, 1 above the upper bound, else 0.  Maximum and its like: the least
        index among the candidates that attain it (a constant counts first).
    """
    if isinstance(op, ops.Clip):
        (x,) = arguments
        state = np.zeros(x.shape, dtype=np.int64)
        if op.lower is not None:
            (y, c), _ = _same(x, Tensor.of(op.lower))
            state -= ~_positive(y - c)
        if op.upper is not None:
            (y, c), _ = _same(x, Tensor.of(op.upper))
            state += _positive(y - c)
        return state
    if type(op) in (ops.ReLU, ops.LeakyReLU, ops.PReLU, ops.Abs):
        values = arguments[0].numerators
        positive = _positive(values).astype(np.int64)
        return np.asarray(positive - _positive(-values))
    return _winners(op, arguments)[1].astype(np.int64)
