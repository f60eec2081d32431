"""Linear operations, and those that only move entries."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import ClassVar

from plsym.errors import DomainError
from plsym.exact.dyadics import ExactArray
from plsym.networks.layers.operation import (
    Broadcasting,
    Elementwise,
    Op,
    Shape,
    Windowed,
    pooled_shape,
    read_kernel,
    window_counts,
)
from plsym.networks.weights import zeros

__all__ = [
    "Add",
    "Affine",
    "AveragePool",
    "Concat",
    "Convolution",
    "Identity",
    "Reshape",
    "Scale",
    "Shift",
    "Subtract",
    "Transpose",
]


@dataclass(frozen=True, eq=False)
class Affine(Op):
    """x -> weights x + bias along the last axis.

    Parameters
    ----------
    weights : array_like, shape (n_out, n_in)
        Exact numbers or floats.
    bias : array_like, shape (n_out,), or None
        Zeros by default.
    """

    weights: ExactArray
    bias: ExactArray = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        weights = self._read("weights", self.weights)
        if len(weights.shape) != 2 or 0 in weights.shape:
            raise DomainError(
                f"weights have shape {weights.shape}; a matrix (n_out, n_in) with at least "
                "one row and one column is needed"
            )
        n_out = weights.shape[0]
        bias = self._read("bias", zeros(n_out) if self.bias is None else self.bias)
        if bias.shape != (n_out,):
            raise DomainError(
                f"the bias has shape {bias.shape}, the weights {weights.shape}; "
                f"the bias must have shape ({n_out},)"
            )

    def output_shape(self, *shapes: Shape) -> Shape:
        """Return the input's shape with n_out in place of the last axis."""
        (shape,) = shapes
        n_out, n_in = self.weights.shape
        if not shape or shape[-1] != n_in:
            raise DomainError(
                f"weights of shape {self.weights.shape} need an input whose last axis is "
                f"{n_in}, got shape {shape}"
            )
        return (*shape[:-1], n_out)


@dataclass(frozen=True, eq=False)
class Convolution(Windowed):
    """Cross-correlation, as deep learning libraries mean "convolution", in one to three axes.

    Parameters
    ----------
    weights : array_like, shape (c_out, c_in // groups, k_1, ..., k_d)
    bias : array_like, shape (c_out,), or None
    strides, dilations : int or sequence of d int
    pads : int, or d int (both sides), or 2d int (all beginnings, then all ends)
        Rows of zeros around the input.
    groups : int
        The channels are split into this many independent parts.
    """

    weights: ExactArray
    bias: ExactArray = None  # type: ignore[assignment]
    strides: Shape = None  # type: ignore[assignment]
    pads: Shape = None  # type: ignore[assignment]
    dilations: Shape = None  # type: ignore[assignment]
    groups: int = 1

    def __post_init__(self) -> None:
        weights = self._read("weights", self.weights)
        if len(weights.shape) not in (3, 4, 5) or 0 in weights.shape:
            raise DomainError(
                f"convolution weights have shape {weights.shape}; (c_out, c_in / groups, "
                "kernel...) with one to three kernel axes is needed"
            )
        c_out = weights.shape[0]
        bias = self._read("bias", zeros(c_out) if self.bias is None else self.bias)
        if bias.shape != (c_out,):
            raise DomainError(f"the bias has shape {bias.shape}; ({c_out},) is needed")
        if self.groups < 1 or c_out % self.groups:
            raise DomainError(f"groups={self.groups} does not divide {c_out} output channels")
        self._read_window(len(weights.shape) - 2)

    @property
    def kernel(self) -> Shape:
        """The size of the window along each axis."""
        return self.weights.shape[2:]

    def output_shape(self, *shapes: Shape) -> Shape:
        """(c_in, sizes...) becomes (c_out, window positions...)."""
        (shape,) = shapes
        c_in = self.weights.shape[1] * self.groups
        if len(shape) != len(self.kernel) + 1 or shape[0] != c_in:
            raise DomainError(
                f"a convolution with weights {self.weights.shape} and groups={self.groups} needs "
                f"an input of {c_in} channels and {len(self.kernel)} further axes, got {shape}"
            )
        window = window_counts(shape[1:], self.kernel, self.strides, self.pads, self.dilations)
        return (self.weights.shape[0], *window)


@dataclass(frozen=True, eq=False)
class Scale(Broadcasting):
    """x -> factor * x, entry by entry; ``factor`` broadcasts to the input's shape."""

    factor: ExactArray
    parameter: ClassVar[str] = "factor"


@dataclass(frozen=True, eq=False)
class Shift(Broadcasting):
    """x -> x + offset, entry by entry; ``offset`` broadcasts to the input's shape."""

    offset: ExactArray
    parameter: ClassVar[str] = "offset"


@dataclass(frozen=True, eq=False)
class AveragePool(Windowed):
    """The mean over windows of each channel.

    Parameters
    ----------
    kernel : sequence of d int
    strides : int or sequence of d int, or None
        The kernel by default.
    pads : int, or d int, or 2d int
    count_include_pad : bool
        Whether padded zeros count in the divisor.
    """

    kernel: Shape
    strides: Shape = None  # type: ignore[assignment]
    pads: Shape = None  # type: ignore[assignment]
    count_include_pad: bool = False

    def __post_init__(self) -> None:
        read_kernel(self)

    @property
    def dilations(self) -> Shape:
        """One along each axis."""
        return (1,) * len(self.kernel)

    def output_shape(self, *shapes: Shape) -> Shape:
        """(c, sizes...) becomes (c, window positions...)."""
        return pooled_shape(self, shapes[0])


@dataclass(frozen=True)
class Add(Elementwise):
    """The sum of the inputs (a residual connection)."""


@dataclass(frozen=True)
class Subtract(Elementwise):
    """The first input minus all others."""


@dataclass(frozen=True)
class Identity(Op):
    """The input unchanged (also dropout and casts at inference)."""


@dataclass(frozen=True)
class Reshape(Op):
    """The same entries in row-major order in another shape; one axis may be -1."""

    shape: Shape

    def __post_init__(self) -> None:
        shape = tuple(int(n) for n in self.shape)
        if shape.count(-1) > 1 or any(n < 1 and n != -1 for n in shape):
            raise DomainError(f"Reshape to {shape}: positive sizes and at most one -1 are needed")
        object.__setattr__(self, "shape", shape)

    def output_shape(self, *shapes: Shape) -> Shape:
        """Return the shape with -1 filled in."""
        (shape,) = shapes
        size = prod(shape)
        known = prod(n for n in self.shape if n != -1)
        if -1 in self.shape and known and size % known == 0:
            return tuple(size // known if n == -1 else n for n in self.shape)
        if known != size:
            raise DomainError(f"an input of shape {shape} cannot be reshaped to {self.shape}")
        return self.shape


@dataclass(frozen=True)
class Transpose(Op):
    """Axes in another order: axis i of the output is axis ``perm[i]`` of the input."""

    perm: tuple[int, ...]

    def __post_init__(self) -> None:
        perm = tuple(int(i) for i in self.perm)
        if sorted(perm) != list(range(len(perm))):
            raise DomainError(f"perm={perm} is not an order of the axes 0..{len(perm) - 1}")
        object.__setattr__(self, "perm", perm)

    def output_shape(self, *shapes: Shape) -> Shape:
        """Return the permuted shape."""
        (shape,) = shapes
        if len(shape) != len(self.perm):
            raise DomainError(f"perm={self.perm} does not fit an input of shape {shape}")
        return tuple(shape[i] for i in self.perm)


@dataclass(frozen=True)
class Concat(Op):
    """The inputs one after the other along ``axis`` (counted without a batch axis)."""

    axis: int = 0
    arity: ClassVar[int | None] = None

    def output_shape(self, *shapes: Shape) -> Shape:
        """Return the common shape with the sum of the sizes along the axis."""
        first = shapes[0]
        if not -len(first) <= self.axis < len(first):
            raise DomainError(f"axis {self.axis} does not exist in an input of shape {first}")
        axis = self.axis % len(first)
        rest = {s[:axis] + s[axis + 1 :] for s in shapes if len(s) == len(first)}
        if len(rest) != 1 or any(len(s) != len(first) for s in shapes):
            raise DomainError(
                f"inputs of shapes {', '.join(map(str, shapes))} cannot be joined along "
                f"axis {self.axis}: the other axes must be equal"
            )
        total = sum(s[axis] for s in shapes)
        return (*first[:axis], total, *first[axis + 1 :])
