"""Operations with activations: their outputs are neurons."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import ClassVar

import numpy as np

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
)

_MOST_PAIRS = 1 << 20  # of bounds that broadcast to more than either has

__all__ = [
    "Abs",
    "Clip",
    "LeakyReLU",
    "MaxPool",
    "Maximum",
    "MaximumWith",
    "Maxout",
    "Minimum",
    "MinimumWith",
    "PReLU",
    "ReLU",
]


@dataclass(frozen=True)
class ReLU(Op):
    """max(x, 0)."""

    bends: ClassVar[bool] = True


@dataclass(frozen=True, eq=False)
class LeakyReLU(Op):
    """Pass x > 0 on and multiply the rest by ``slope``, one number."""

    slope: ExactArray
    bends: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if self._read("slope", self.slope).shape != ():
            raise DomainError("LeakyReLU takes one slope; use PReLU for one per channel")


@dataclass(frozen=True, eq=False)
class PReLU(Broadcasting):
    """Pass x > 0 on and multiply the rest by ``slopes``, which broadcast to the input's shape."""

    slopes: ExactArray
    bends: ClassVar[bool] = True
    parameter: ClassVar[str] = "slopes"


@dataclass(frozen=True, eq=False)
class Clip(Broadcasting):
    """min(max(x, lower), upper): ``Clip(-1, 1)`` is the hard tanh, ``Clip(0, 6)`` ReLU6.

    Parameters
    ----------
    lower, upper : array_like or None
        Bounds that broadcast to the input's shape; None for no bound.
    """

    lower: ExactArray | None = None
    upper: ExactArray | None = None
    bends: ClassVar[bool] = True

    def __post_init__(self) -> None:
        bounds = [
            None if getattr(self, n) is None else self._read(n, getattr(self, n))
            for n in ("lower", "upper")
        ]
        if bounds[0] is None and bounds[1] is None:
            raise DomainError("Clip needs a lower or an upper bound; use Identity without any")
        if bounds[0] is not None and bounds[1] is not None:
            self._check_order(bounds[0], bounds[1])

    @staticmethod
    def _check_order(lower: ExactArray, upper: ExactArray) -> None:
        try:
            size = prod(np.broadcast_shapes(lower.shape, upper.shape))
        except ValueError:
            size = None
        if size is None or size > max(lower.mid.size, upper.mid.size, _MOST_PAIRS):
            raise DomainError(
                f"Clip: bounds of shapes {lower.shape} and {upper.shape}; both must broadcast to "
                "the input's shape"
            )
        if lower.is_dyadic and upper.is_dyadic:
            wrong = lower.mid > upper.mid  # the doubles are the bounds
        else:
            wrong = lower.scalars() > upper.scalars()
        if np.any(wrong):
            raise DomainError("Clip: a lower bound is greater than the upper bound")

    def output_shape(self, *shapes: Shape) -> Shape:
        """Return the input's shape."""
        for bound in (self.lower, self.upper):
            if bound is not None:
                self._check(bound, shapes[0])
        return shapes[0]


@dataclass(frozen=True)
class Abs(Op):
    """The absolute value."""

    bends: ClassVar[bool] = True


@dataclass(frozen=True)
class Maximum(Elementwise):
    """The largest of the inputs, entry by entry."""

    bends: ClassVar[bool] = True


@dataclass(frozen=True)
class Minimum(Elementwise):
    """The smallest of the inputs, entry by entry."""

    bends: ClassVar[bool] = True


@dataclass(frozen=True, eq=False)
class MaximumWith(Broadcasting):
    """max(x, constant); ``constant`` broadcasts to the input's shape."""

    constant: ExactArray
    bends: ClassVar[bool] = True
    parameter: ClassVar[str] = "constant"


@dataclass(frozen=True, eq=False)
class MinimumWith(Broadcasting):
    """min(x, constant); ``constant`` broadcasts to the input's shape."""

    constant: ExactArray
    bends: ClassVar[bool] = True
    parameter: ClassVar[str] = "constant"


@dataclass(frozen=True)
class MaxPool(Windowed):
    """The largest entry of windows of each channel; padding never wins.

    Parameters
    ----------
    kernel : sequence of d int
    strides : int or sequence of d int, or None
        The kernel by default.
    pads : int, or d int, or 2d int
    dilations : int or sequence of d int
    """

    kernel: Shape
    strides: Shape = None  # type: ignore[assignment]
    pads: Shape = None  # type: ignore[assignment]
    dilations: Shape = None  # type: ignore[assignment]
    bends: ClassVar[bool] = True

    def __post_init__(self) -> None:
        read_kernel(self)

    def output_shape(self, *shapes: Shape) -> Shape:
        """(c, sizes...) becomes (c, window positions...)."""
        return pooled_shape(self, shapes[0])


@dataclass(frozen=True)
class Maxout(Op):
    """The largest of each ``k`` consecutive entries along the first axis."""

    k: int
    bends: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if self.k < 1:
            raise DomainError(f"Maxout takes groups of k >= 1 entries, got k={self.k}")

    def output_shape(self, *shapes: Shape) -> Shape:
        """Return the input's shape with the first axis divided by k."""
        (shape,) = shapes
        if not shape or shape[0] % self.k:
            raise DomainError(
                f"Maxout with k={self.k} needs a first axis divisible by {self.k}, got {shape}"
            )
        return (shape[0] // self.k, *shape[1:])
