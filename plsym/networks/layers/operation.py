"""What an operation on tensors is, and what several kinds of them share."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar

import numpy as np

from plsym.errors import DomainError
from plsym.exact.dyadics import ExactArray
from plsym.networks.weights import read_array

# Far more than any kernel, stride or pad; arrays of this length are made to check pooling.
_LARGEST_WINDOW = 1_000_000

__all__ = ["Broadcasting", "Elementwise", "Node", "Op", "Shape", "Windowed"]

Shape = tuple[int, ...]


class Op:
    """An operation on tensors.

    Attributes
    ----------
    arity : int or None
        The number of inputs; None stands for one or more.
    bends : bool
        Whether the operation has activations (its outputs are neurons).
    """

    arity: ClassVar[int | None] = 1
    bends: ClassVar[bool] = False

    def output_shape(self, *shapes: Shape) -> Shape:
        """Return the shape made from the shapes of the inputs.

        Raises
        ------
        DomainError
            If the operation does not accept inputs of these shapes.
        """
        return shapes[0]

    def _read(self, name: str, values: Any) -> ExactArray:
        """Replace a parameter by its exact form."""
        array = read_array(values, f"{type(self).__name__} {name}")
        object.__setattr__(self, name, array)
        return array


@dataclass(frozen=True)
class Node:
    """One step of a network.

    Attributes
    ----------
    name : str
        Unique in the network; "input" is the network's input.
    op : Op
        The operation.
    inputs : tuple of str
        Names of earlier nodes, or "input".
    """

    name: str
    op: Op
    inputs: tuple[str, ...] = ("input",)


class Broadcasting(Op):
    """Operations with a parameter that broadcasts to the input.

    Attributes
    ----------
    parameter : str
        The name of its field.
    """

    parameter: ClassVar[str]

    def __post_init__(self) -> None:
        self._read(self.parameter, getattr(self, self.parameter))

    def output_shape(self, *shapes: Shape) -> Shape:
        """Return the input's shape."""
        return self._check(getattr(self, self.parameter), shapes[0])

    def _check(self, parameter: ExactArray, shape: Shape) -> Shape:
        try:
            result = np.broadcast_shapes(parameter.shape, shape)
        except ValueError:
            result = None
        if result != shape:
            raise DomainError(
                f"a parameter of shape {parameter.shape} does not broadcast to the "
                f"input's shape {shape}"
            )
        return shape


class Elementwise(Op):
    """Operations on several inputs of one shape."""

    arity: ClassVar[int | None] = None

    def output_shape(self, *shapes: Shape) -> Shape:
        """Return the common shape."""
        if any(s != shapes[0] for s in shapes):
            raise DomainError(
                f"the inputs have shapes {', '.join(map(str, shapes))}; they must be equal"
            )
        return shapes[0]


def window_counts(
    shape: Shape, kernel: Shape, strides: Shape, pads: Shape, dilations: Shape
) -> Shape:
    """Return the number of window positions along each axis."""
    out = []
    for i, size in enumerate(shape):
        reach = dilations[i] * (kernel[i] - 1) + 1
        room = size + pads[i] + pads[i + len(shape)] - reach
        if room < 0:
            raise DomainError(
                f"a window of {reach} along axis {i + 1} is larger than the padded input of "
                f"{size + pads[i] + pads[i + len(shape)]}"
            )
        out.append(room // strides[i] + 1)
    return tuple(out)


def read_numbers(value: Any, count: int, what: str, least: int) -> Shape:
    """Return an integer for each axis, from one integer or a sequence."""
    if isinstance(value, (int, np.integer)):
        value = (value,) * count
    out = tuple(int(v) for v in value)
    if len(out) != count or any(not least <= v <= _LARGEST_WINDOW for v in out):
        raise DomainError(
            f"{what}={tuple(value)}: {count} integers from {least} to {_LARGEST_WINDOW} are needed"
        )
    return out


class Windowed(Op):
    """Shared reading of strides, pads and dilations."""

    def _read_window(self, axes: int) -> None:
        own = {f.name for f in fields(self)}  # type: ignore[arg-type]
        for name in own & {"strides", "dilations"}:
            value = getattr(self, name)
            value = (1,) * axes if value is None else value
            object.__setattr__(self, name, read_numbers(value, axes, name, 1))
        pads = self.pads  # type: ignore[attr-defined]
        if pads is None:
            pads = 0
        if not isinstance(pads, (int, np.integer)) and len(pads) == axes:
            pads = (*pads, *pads)
        object.__setattr__(self, "pads", read_numbers(pads, 2 * axes, "pads", 0))


def read_kernel(op: Any) -> None:
    kernel = tuple(op.kernel) if not isinstance(op.kernel, int) else (op.kernel,)
    object.__setattr__(op, "kernel", read_numbers(kernel, len(kernel), "kernel", 1))
    if op.strides is None:
        object.__setattr__(op, "strides", op.kernel)
    op._read_window(len(kernel))


def pooled_shape(op: Any, shape: Shape) -> Shape:
    if len(shape) != len(op.kernel) + 1:
        raise DomainError(
            f"pooling with a kernel {op.kernel} needs an input of channels and "
            f"{len(op.kernel)} further axes, got shape {shape}"
        )
    out = window_counts(shape[1:], op.kernel, op.strides, op.pads, op.dilations)
    if getattr(op, "count_include_pad", False):
        return (shape[0], *out)
    for i, count in enumerate(out):
        # a window has an entry if it starts on one; if it starts before, if its first point
        # that is not negative is one
        stride, pad, dilation = op.strides[i], op.pads[i], op.dilations[i]
        before = np.arange(min(count, -(-pad // stride)), dtype=np.int64) * stride - pad
        first = before % dilation
        reached = first <= before + (op.kernel[i] - 1) * dilation
        last = (count - 1) * stride - pad
        if not (reached & (first < shape[i + 1])).all() or last >= shape[i + 1]:
            raise DomainError(
                f"pads={op.pads} make windows without any entry along axis {i + 1} of an input "
                f"of shape {shape}; use smaller pads"
            )
    return (shape[0], *out)
