"""The sweep in whole numbers, where these are small enough for doubles to hold them.

Weights made by hand, quantized weights and small fractions have a small common
denominator.  Then the affine forms of all units on all pieces are integers below 2**53
times one factor, matrix products of doubles give them exactly, and a breakpoint is a
quotient of two of them.  So signs, orders and ties need no bounds and no second look.
Where the integers grow too large, the sweep goes on in floats (see `sweep`).

A piece holds its forms A t + B, a row its position t = p / q (both in the parameter of
their segment).  All of A, B, p and q are integers below 2**53:

* The value times q, A p + B q, may exceed 2**53.  In doubles it is off by at most
  2**-52 (1 + 2**-52) (|A p| + |B q|) < 2**56; where that leaves the sign open, the value
  is below 2**57 itself, and integers of 64 bits that wrap around compute it exactly.
* Division is rounded correctly, hence monotone: where two doubles p / q differ, the
  quotients have the same order.  Where they agree, two quotients of [0, 1] differ by at
  most 2**-53, so that p q' - p' q is at most 2**53 and wrapping integers compute it exactly.

All sums and products that must be exact are so in any order, so machines agree.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray

from plsym.exact.dyadics import ExactArray
from plsym.exact.residues import integer_scale
from plsym.networks.sweeping import integralkernels as kernels
from plsym.networks.sweeping.history import History
from plsym.networks.sweeping.integral import LIMIT, IntegralStage, integers, is_short
from plsym.networks.sweeping.prepared import ROUNDOFF, SLACK

__all__ = ["IntegralRows", "integral_corners"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

_LARGEST_SCALE = 1 << 900  # its double is a finite one


@dataclass
class IntegralRows:
    """Rows and pieces of one resolution, in integers.

    Attributes
    ----------
    forms : ndarray, shape (2, pieces, units)
        A and B of the last stage's outputs: ``scale`` times the slopes and constants.
    where : ndarray, shape (3, rows)
        p, q and the segment of each row; the last row belongs to the last segment.
    scale : int
    slope, constant, denominator : float
        Bounds of the sizes of A, B and q.
    """

    forms: Floats
    where: Floats
    scale: int
    slope: float
    constant: float
    denominator: float = 1.0

    def advance(self, stage: IntegralStage, history: History) -> int | None:
        """Take one stage and record it.

        Returns
        -------
        int or None
            How many signs and orders that decided; None, and nothing is changed but the
            factor of all integers, if these may become too large.
        """
        if not self._fits(stage):
            self._shorten()
            if not self._fits(stage):
                return None
        _, pieces, n_in = self.forms.shape
        z = (self.forms.reshape(2 * pieces, n_in) @ stage.right).reshape(2, pieces, -1)
        if stage.top_bias:
            z[1] += stage.bias * float(self.scale)
        slope, constant = self._after(stage)
        self.scale *= stage.factor * stage.on
        self.slope, self.constant = slope * stage.top_slope, constant * stage.top_slope
        if stage.is_affine:
            self.forms = z
            history.append_affine()
            return 0
        doubt = self._doubt(slope, constant)
        positive, row, unit, position, joined = kernels.locate(z, self.where, stage.bends, doubt)
        decisions = positive.size + len(row) + joined
        if row.size == 0:
            live = positive[:-1] | positive[1:]
            z *= live if stage.is_relu else np.where(live, float(stage.on), stage.off)
            self.forms = z
            history.append(positive, None, row, unit)
            return decisions
        self.denominator = max(self.denominator, float(position[0].max()))
        doubt = self._doubt(slope, constant)
        self.forms, self.where, positive, place = kernels.spread(
            z, self.where, positive, row, position, doubt, float(stage.on), stage.off
        )
        history.append(positive, place, row + np.arange(1, len(row) + 1), unit)
        return decisions

    def _after(self, stage: IntegralStage) -> tuple[float, float]:
        """Bounds of A and B before the units of a stage."""
        bias = stage.top_bias * float(self.scale) if stage.top_bias else 0.0
        return stage.row_sum * self.slope, stage.row_sum * self.constant + bias

    def _fits(self, stage: IntegralStage) -> bool:
        """Whether all integers after the stage are certainly below the limit."""
        if self.scale > _LARGEST_SCALE:
            return False
        # the bounds are sums and products of a few doubles, so rounded a little
        return max(self._after(stage)) * stage.top_slope < LIMIT * (1.0 - 2.0**-30)

    def _doubt(self, slope: float, constant: float) -> float:
        """How close to zero a value may be in doubles and have another sign; 0 if none may."""
        top = (slope + constant) * self.denominator
        return 0.0 if top < LIMIT / 2 else top * 2.0**-51

    def _shorten(self) -> None:
        """Bound the integers by themselves, and take out common powers of two."""
        bits = int(np.bitwise_or.reduce(self.forms.astype(np.int64), axis=None)) | self.scale
        common = bits & -bits
        if common > 1:
            self.forms /= float(common)
            self.scale //= common
        slope, constant = np.abs(self.forms).max(axis=(1, 2), initial=0.0).tolist()
        self.slope, self.constant = slope, constant

    def positions(self) -> Floats:
        """Path parameters of the rows, within two roundings."""
        t: Floats = self.where[0] / self.where[1]
        t += self.where[2]
        return t

    def values(self) -> tuple[Floats, Floats]:
        """The last outputs at the rows in doubles, and bounds of their errors in 2-norms."""
        p, q, _ = self.where
        a, b = self.forms
        v = np.empty((len(p), a.shape[1]))
        np.multiply(a, p[:-1, None], out=v[:-1])
        v[:-1] += b * q[:-1, None]
        v[-1] = a[-1] * p[-1] + b[-1] * q[-1]
        unit = q * float(self.scale)
        v /= unit[:, None]
        # the scale, its product and the quotient are rounded; the value by what `integral` says
        error = np.sqrt(np.einsum("ij,ij->i", v, v)) * (4 * ROUNDOFF)
        if self._doubt(self.slope, self.constant):
            top = self.slope * p + self.constant * q
            error += top * (2.0**-51 * np.sqrt(a.shape[1])) / unit
        return v, error * SLACK

    # exact numbers -------------------------------------------------------------------------

    def exact_positions(self, rows: Indices) -> list[mpq]:
        """The exact path parameters of rows."""
        p, q, segment = self.where[:, rows].astype(np.int64).tolist()
        return [mpq(a, b) + c for a, b, c in zip(p, q, segment, strict=True)]

    def exact_values(self, rows: Indices, units: Indices) -> list[list[mpq]]:
        """The exact last outputs at rows, one list for each row."""
        p, q, _ = self.where[:, rows].astype(np.int64).tolist()
        pieces = np.minimum(rows, self.forms.shape[1] - 1)
        a, b = self.forms[:, pieces[:, None], units].astype(np.int64).tolist()
        return [
            [mpq(s * p[i] + c * q[i], q[i] * self.scale) for s, c in zip(a[i], b[i], strict=True)]
            for i in range(len(rows))
        ]

    def exact_slopes(self, units: Indices, pieces: Indices) -> list[list[mpq]]:
        """The exact slopes of the last outputs on pieces, in the path parameter."""
        found = self.forms[0][pieces[:, None], units].astype(np.int64).tolist()
        return [[mpq(s, self.scale) for s in row] for row in found]


def integral_corners(corners: ExactArray) -> IntegralRows | None:
    """Write the corners of a path in small integers; None if that is not possible."""
    if not is_short(corners):
        return None
    shift, denominator = integer_scale(corners)
    if shift > 52 or not denominator < LIMIT:
        return None
    scale = denominator << shift
    ends = integers(corners, scale)
    if ends is None:
        return None
    steps = ends[1:] - ends[:-1]
    slope = float(np.abs(steps).max(initial=0.0))
    if not slope < LIMIT:
        return None
    segments = len(steps)
    where = np.zeros((3, segments + 1))
    where[0, -1] = where[1] = 1.0
    where[2] = np.minimum(np.arange(segments + 1), segments - 1)
    constant = float(np.abs(ends).max(initial=0.0))
    return IntegralRows(np.stack([steps, ends[:-1]]), where, scale, slope, constant)
