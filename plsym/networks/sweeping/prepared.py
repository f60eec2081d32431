"""Float copies of stages, scaled so that one error bound serves a whole row.

Every unit is multiplied by a power of two that brings the norm of its weights
and bias into (1/2, 1]; the next stage's columns take the inverse.  Units are
positively homogeneous, so this changes no sign and no position, and powers of
two change no mantissa.  Afterwards the rounding error of *every* unit at a row
h is below ``gamma * (|h| + beta)`` plus the error of the row itself, in 2-norms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from plsym.networks.sweeping.integral import IntegralStage, integral_stage, worthwhile
from plsym.networks.sweeping.stages import Dense, LinearMap, Stage
from plsym.networks.sweeping.thin import Thin, thin

__all__ = ["LEAST_ROW", "ROUNDOFF", "SLACK", "FloatMap", "Prepared", "prepare"]

Floats = NDArray[np.float64]

ROUNDOFF = 2.0**-53
# Rounding is relative down to 2**-1022 only.  Norms are squared, so what lies below about
# 2**-511 may vanish in one: norms of maps and of rows are never taken to be less than these,
# and their product with a relative rounding exceeds any loss by underflow (n * 2**-1074).
LEAST_MAP = 2.0**-400
LEAST_ROW = 2.0**-500
# covers the rounding of the bounds themselves (a few dozen operations each)
SLACK = 1.0 + 2.0**-30
_DENSE_LIMIT = 4_000_000


class FloatMap:
    """A scaled linear map in doubles: dense for BLAS, padded rows where that is smaller."""

    def __init__(self, linear: LinearMap, columns: Floats | None) -> None:
        self.n_out, self.n_in = linear.n_out, linear.n_in
        self.terms = linear.terms
        self._left: Floats | None = None
        if isinstance(linear, Dense) or self.n_out * self.n_in <= _DENSE_LIMIT:
            self.terms = self.n_in
            matrix = linear.dense()
            self._left = matrix if columns is None else matrix * columns
            self._right = self._left.T
            return
        i, j, values = linear.entries()
        scaled = values.mid if columns is None else values.mid * columns[j]
        self._forward = _padded(i, j, scaled, self.n_out)
        self._backward = _padded(j, i, scaled, self.n_in)

    def scale_rows(self, factors: Floats) -> None:
        """Multiply the rows by powers of two."""
        if self._left is not None:
            self._left = self._left * factors[:, None]
            self._right = self._left.T
            return
        index, values = self._forward
        self._forward = (index, values * factors[:, None])
        index, values = self._backward
        self._backward = (index, values * factors[index])

    @property
    def matrix(self) -> Floats:
        """The scaled matrix of a dense map."""
        assert self._left is not None
        return self._left

    @property
    def is_dense(self) -> bool:
        """Whether the map is held as a matrix."""
        return self._left is not None

    def apply(self, h: Floats) -> Floats:
        """The images of the rows of ``h``: shape (R, n_in) to (R, n_out)."""
        if self._left is not None:
            return h @ self._right
        return _gather(h, *self._forward)

    def pull(self, g: Floats) -> Floats:
        """The transposed map: shape (R, n_out) to (R, n_in)."""
        if self._left is not None:
            return g @ self._left
        return _gather(g, *self._backward)

    def rows(self, units: NDArray[np.intp]) -> Floats:
        """Selected rows as a full matrix."""
        if self._left is not None:
            return self._left[units]
        out = np.zeros((len(units), self.n_in))
        index, values = self._forward
        np.add.at(out, (np.arange(len(units))[:, None], index[units]), values[units])
        return out

    def square_sums(self) -> Floats:
        """The squared 2-norms of the rows, within rounding."""
        if self._left is not None:
            return np.asarray(np.einsum("ij,ij->i", self._left, self._left))
        values = self._forward[1]
        # repeated columns in a row add up; |a+b|^2 <= terms * (|a|^2 + |b|^2)
        return np.asarray(np.einsum("ij,ij->i", values, values)) * self.terms

    def spectral(self, frobenius: float) -> float:
        """An upper bound of the 2-norm: |(W^T W)^2|_F ** (1/4), with its rounding, where dense."""
        if self._left is None or min(self.n_out, self.n_in) < 8:
            return frobenius
        if not 1e-100 < frobenius < 1e100:
            return frobenius
        # with A = W/|W|_F, G = A^T A and G' its float32 value: |A|^2 = |G| <= |G'| + error and
        # |G'|^2 = |G'^T G'| <= |G'^T G'|_F; single precision halves the time
        a = (self._left / frobenius).astype(np.float32)
        gram = a @ a.T if self.n_out <= self.n_in else a.T @ a
        n = max(self.n_out, self.n_in) + 8
        unit = 1.1 * 2.0**-24
        second = float(np.linalg.norm(gram.T @ gram)) + n * unit * float(np.linalg.norm(gram)) ** 2
        bound = float(np.sqrt(np.sqrt(second * (1 + n * unit)) + n * unit + 2.0**-60))
        return min(frobenius * bound * SLACK, frobenius)


def _padded(
    i: NDArray[np.intp], j: NDArray[np.intp], values: Floats, n: int
) -> tuple[NDArray[np.intp], Floats]:
    order = np.argsort(i, kind="stable")
    i, j, values = i[order], j[order], values[order]
    counts = np.bincount(i, minlength=n)
    width = int(counts.max()) if counts.size else 0
    slot = np.arange(len(i)) - np.repeat(np.cumsum(counts) - counts, counts)
    index = np.zeros((n, width), dtype=np.intp)
    padded = np.zeros((n, width))
    index[i, slot] = j
    padded[i, slot] = values
    return index, padded


def _gather(h: Floats, index: NDArray[np.intp], values: Floats) -> Floats:
    out = np.zeros((h.shape[0], index.shape[0]))
    for k in range(index.shape[1]):
        out += h[:, index[:, k]] * values[:, k]
    return out


@dataclass(frozen=True, eq=False)
class Prepared:
    """One scaled stage and the constants of its error bounds.

    Attributes
    ----------
    linear, bias, alpha
        The scaled stage in doubles.
    scale : ndarray
        The powers of two by which the units were multiplied.
    bending : ndarray or None
        The units that can bend; None if all can.
    beta : float
        What the biases add to the size of a row.
    gamma : float
        Rounding of one unit: ``gamma * (|h| + beta)``.
    phi : float
        Rounding of all units, 2-norm: ``phi * (|h| + beta)``; includes the rounding of one
        interpolation between two such rows.
    sigma : float
        Upper bound of the 2-norm of the linear map.
    frobenius : float
        Upper bound of the Frobenius norm of the map.
    kappa : float
        Lipschitz constant of the units.
    unit_rounding : float
        Relative rounding of the units themselves (0 unless leaky).
    is_relu : bool
        Whether every unit is a ReLU.
    largest : float
        The largest 2-norm of a row with its bias; at most 1 for scaled stages.
    gamma_pull : float
        Relative rounding of one entry of the transposed map.
    is_exact : bool
        Whether weights and bias are doubles.
    line : Thin or None
        The matrix as an outer product, if it is one.
    integral : IntegralStage or None
        The stage in small integers (not scaled otherwise), if its weights are such.
    """

    linear: FloatMap
    bias: Floats
    alpha: Floats
    scale: Floats
    bending: NDArray[np.intp] | None
    beta: float
    gamma: float
    phi: float
    sigma: float
    frobenius: float
    kappa: float
    unit_rounding: float
    is_relu: bool
    largest: float
    gamma_pull: float
    is_exact: bool
    line: Thin | None = None
    integral: IntegralStage | None = None

    @property
    def is_affine(self) -> bool:
        """Whether no unit can bend."""
        return self.bending is not None and self.bending.size == 0

    @cached_property
    def is_plain(self) -> bool:
        """Whether all units are ReLUs, applied without rounding, and the map is not thin."""
        exact = self.kappa == 1.0 and not self.unit_rounding
        return self.is_relu and exact and self.bending is None and self.line is None

    @cached_property
    def bends(self) -> NDArray[np.bool_]:
        """A flag for each unit: whether it can bend."""
        out = np.ones(len(self.bias), dtype=bool)
        if self.bending is not None:
            out[:] = False
            out[self.bending] = True
        return out

    def units(self, z: Floats, positive: NDArray[np.bool_] | None = None) -> Floats:
        """Apply the units; ``positive`` overrides the signs of ``z``."""
        if self.is_affine:
            return z
        if positive is None:
            if self.is_relu:
                return np.maximum(z, 0.0, out=z)
            return np.where(z > 0, z, z * self.alpha)
        return np.where(positive, z, z * self.alpha)


def _power_of_two_below(norms: Floats) -> Floats:
    """Powers of two that bring positive norms into (1/2, 1]; 1 for zero rows."""
    _, exponent = np.frexp(norms)
    exponent[(norms == 0) | (np.abs(exponent) > 400)] = 0
    return np.ldexp(1.0, -exponent)


@np.errstate(all="ignore")
def prepare(stages: Sequence[Stage], after: Prepared | None = None) -> list[Prepared]:
    """Scale the stages for sweeping; O(n_out * n_in * min(n_out, n_in)) flops a stage.

    Parameters
    ----------
    stages : sequence of Stage
        The last one is affine.
    after : Prepared, optional
        The stage whose (scaled) outputs the first one takes.

    Notes
    -----
    Bounds that overflow become infinite or undefined, which no test takes for certain.
    """
    out: list[Prepared] = []
    columns: Floats | None = None if after is None else 1.0 / after.scale
    whole = after is None or after.integral is not None
    for position, stage in enumerate(stages):
        last = position == len(stages) - 1
        linear = FloatMap(stage.linear, columns)
        squares = linear.square_sums()
        norms = np.sqrt(squares + stage.bias.mid**2) * SLACK
        # the last stage keeps its units: its values are the outputs
        scale = np.ones(stage.n_out) if last else _power_of_two_below(norms)
        if not last:
            linear.scale_rows(scale)
            squares = squares * scale**2
        bias = stage.bias.mid * scale
        alpha = stage.alpha.mid
        bending = stage.bending
        largest = max(float((norms * scale).max(initial=0.0)), LEAST_MAP)
        inexact = not (stage.bias.is_dyadic and stage.linear.is_dyadic)
        # products, sums, bias, and the rounding of weights that are no doubles
        terms = linear.terms + 4 + (2 if inexact else 0)
        gamma = 1.1 * terms * ROUNDOFF
        bias_norm = float(np.sqrt(bias @ bias))
        frobenius = float(np.sqrt(squares.sum())) * SLACK or bias_norm
        frobenius = max(frobenius, LEAST_MAP)
        top_bias = float(np.abs(bias).max(initial=0.0))
        beta = max(top_bias / largest, bias_norm / frobenius, LEAST_ROW) * SLACK
        is_relu = not alpha.any()
        is_plain = is_relu or bool(((alpha == 0) | (np.abs(alpha) == 1)).all())
        plain = is_plain and stage.alpha.is_dyadic
        kappa = 1.0 if is_plain else max(1.0, float(np.abs(alpha).max()))
        out.append(
            Prepared(
                linear=linear,
                bias=bias,
                alpha=alpha,
                scale=scale,
                bending=None if bending.size == stage.n_out else bending,
                beta=beta,
                gamma=gamma * largest,
                phi=(gamma + 16 * ROUNDOFF) * frobenius,
                # the first stage meets input errors only, which are next to nothing
                sigma=frobenius
                if (position == 0 and after is None) or last
                else linear.spectral(frobenius),
                frobenius=frobenius,
                kappa=kappa,
                unit_rounding=0.0 if plain else 2.1 * ROUNDOFF,
                is_relu=is_relu,
                largest=largest * SLACK,
                gamma_pull=1.1 * (stage.n_out + 6) * ROUNDOFF,
                is_exact=not inexact,
                line=thin(linear.matrix) if linear.is_dense and not last else None,
                integral=integral_stage(stage) if whole else None,
            )
        )
        columns = 1.0 / scale
        whole = out[-1].integral is not None
    first = out[0].integral
    if after is None and first and not worthwhile(first, out[min(1, len(out) - 1)].integral):
        out[0] = replace(out[0], integral=None)
    return out
