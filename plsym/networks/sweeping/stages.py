"""The form in which every network is swept: linear maps and one-sided units.

A `Stage` computes ``z = linear(h) + bias`` and passes each z_j on as it is if
z_j > 0 and times ``alpha_j`` otherwise: alpha 0 is a ReLU, 1 the identity, -1
the absolute value, any other rational a leaky ReLU.  Every layer kind lowers to
such stages (see `plsym.networks.lower`), so the sweeps know only this one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from plsym.errors import DomainError
from plsym.exact.dyadics import ExactArray

__all__ = ["Dense", "LinearMap", "Sparse", "Stage", "UnitLabel"]

Floats = NDArray[np.float64]


class UnitLabel(NamedTuple):
    """Where a unit of a stage comes from.

    Attributes
    ----------
    layer : int
        The position of the layer among the network's layers with activations.
    neuron : int
        The flat index of the neuron in that layer.
    kind : str
        "relu", "leaky", "abs", "lower" and "upper" (the two knees of a clip),
        "max" (a comparison inside a maximum), "carry" (passed on unchanged).
    """

    layer: int
    neuron: int
    kind: str = "relu"


class LinearMap(Protocol):
    """A matrix in whatever storage: n_out rows, n_in columns."""

    @property
    def n_in(self) -> int:
        """The number of columns."""
        ...

    @property
    def n_out(self) -> int:
        """The number of rows."""
        ...

    @property
    def terms(self) -> int:
        """The largest number of products summed in one row."""
        ...

    @property
    def is_dyadic(self) -> bool:
        """Whether every stored double is the exact weight."""
        ...

    def entries(self) -> tuple[NDArray[np.intp], NDArray[np.intp], ExactArray]:
        """Rows, columns and exact values of the stored entries."""
        ...

    def dense(self) -> Floats:
        """The nearest doubles as a full matrix (n_out, n_in)."""
        ...


@dataclass(frozen=True, eq=False)
class Dense:
    """A full matrix of exact weights, shape (n_out, n_in)."""

    weights: ExactArray

    def __post_init__(self) -> None:
        if len(self.weights.shape) != 2:
            raise DomainError(
                f"weights have shape {self.weights.shape}; a matrix (n_out, n_in) is needed"
            )

    @property
    def n_out(self) -> int:
        """The number of rows."""
        return self.weights.shape[0]

    @property
    def n_in(self) -> int:
        """The number of columns."""
        return self.weights.shape[1]

    @property
    def terms(self) -> int:
        """The number of products summed in one row."""
        return self.n_in

    @property
    def is_dyadic(self) -> bool:
        """Whether every stored double is the exact weight."""
        return self.weights.is_dyadic

    def entries(self) -> tuple[NDArray[np.intp], NDArray[np.intp], ExactArray]:
        """Rows, columns and exact values of all entries."""
        rows, columns = np.divmod(np.arange(self.n_out * self.n_in), max(self.n_in, 1))
        return rows, columns, self.weights.reshape(-1)

    def dense(self) -> Floats:
        """The nearest doubles as a full matrix."""
        return self.weights.mid


@dataclass(frozen=True, eq=False)
class Sparse:
    """A matrix with few entries in a row: row i holds values[i, k] in column index[i, k].

    Short rows are padded with zero values (in any column).  A column may occur
    more than once in a row; its values add up.
    """

    columns: int
    index: NDArray[np.intp]
    values: ExactArray

    def __post_init__(self) -> None:
        if self.index.ndim != 2 or self.index.shape != self.values.shape:
            raise DomainError(
                f"index has shape {self.index.shape}, values {self.values.shape}; "
                "both must be (n_out, entries per row)"
            )
        if self.index.size and not (self.index.min() >= 0 and self.index.max() < self.columns):
            raise DomainError(f"a column index lies outside 0..{self.columns - 1}")

    @property
    def n_out(self) -> int:
        """The number of rows."""
        return int(self.index.shape[0])

    @property
    def n_in(self) -> int:
        """The number of columns."""
        return self.columns

    @property
    def terms(self) -> int:
        """The number of products summed in one row."""
        return int(self.index.shape[1])

    @property
    def is_dyadic(self) -> bool:
        """Whether every stored double is the exact weight."""
        return self.values.is_dyadic

    def entries(self) -> tuple[NDArray[np.intp], NDArray[np.intp], ExactArray]:
        """Rows, columns and exact values of the stored entries."""
        rows = np.repeat(np.arange(self.n_out), self.terms)
        return rows, self.index.ravel(), self.values.reshape(-1)

    def dense(self) -> Floats:
        """The nearest doubles as a full matrix."""
        out = np.zeros((self.n_out, self.n_in))
        np.add.at(
            out,
            (np.repeat(np.arange(self.n_out), self.terms), self.index.ravel()),
            self.values.mid.ravel(),
        )
        return out


@dataclass(frozen=True, eq=False)
class Stage:
    """One affine map followed by one-sided units.

    Parameters
    ----------
    linear : LinearMap
        The linear part.
    bias : ExactArray
        Shape (n_out,).
    alpha : ExactArray
        Shape (n_out,): the factor of each unit on the side z <= 0.
    labels : tuple of UnitLabel or None
        Where each unit comes from; None for a stage without activations.
    """

    linear: LinearMap
    bias: ExactArray
    alpha: ExactArray
    labels: tuple[UnitLabel, ...] | None = field(default=None)

    def __post_init__(self) -> None:
        n = self.linear.n_out
        if self.bias.shape != (n,) or self.alpha.shape != (n,):
            raise DomainError(
                f"bias has shape {self.bias.shape} and alpha {self.alpha.shape}; "
                f"the linear map has {n} rows, so both must be ({n},)"
            )
        if self.labels is not None and len(self.labels) != n:
            raise DomainError(f"{len(self.labels)} labels for {n} units")

    @classmethod
    def affine(cls, linear: LinearMap, bias: ExactArray) -> Stage:
        """A stage without activations."""
        return cls(linear, bias, ExactArray(np.ones(linear.n_out)))

    @property
    def n_in(self) -> int:
        """The number of inputs."""
        return self.linear.n_in

    @property
    def n_out(self) -> int:
        """The number of units."""
        return self.linear.n_out

    @cached_property
    def codes(self) -> dict[Any, Any]:
        """What exact arithmetic keeps of the stage from one sweep to the next."""
        return {}

    @cached_property
    def bending(self) -> NDArray[np.intp]:
        """The units that are not the identity."""
        return np.flatnonzero(~self.alpha.equals(1))
