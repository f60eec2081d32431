"""The float state of a sweep's rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plsym.networks.sweeping.integralrows import IntegralRows

__all__ = ["Rows"]

Floats = NDArray[np.float64]


@dataclass
class Rows:
    """The float state at the rows of one resolution.

    A row stands for an exact position t*, and the floats for a position p close to
    it that stays abstract (one for either neighbouring piece).  ``h`` are the outputs
    of the last stage (before it, the inputs): on either neighbouring piece, the exact
    affine form of that piece at its p is within ``error`` of the row of ``h``, in
    2-norm.  So errors do not grow when a row is added: the slopes enter only through
    ``rho``, which bounds |t* - p|; layers of rank one turn errors into it (see `thin`).
    ``t`` are doubles (corner i has t = i) within ``t_error`` of p.

    All bounds start from rounding constants that are a tenth too large (see
    `prepare`), which covers the rounding of the few operations on the bounds.
    """

    h: Floats
    state: Floats  # the columns error, rho, t
    t_error: float
    moved: bool  # whether some rho is not zero
    whole: IntegralRows | None = None  # the same in whole numbers, where these were enough

    @property
    def error(self) -> Floats:
        """Bounds of the errors of the rows of ``h``."""
        return self.state[:, 0]

    @property
    def rho(self) -> Floats:
        """Bounds of |t* - p|."""
        return self.state[:, 1]

    @property
    def t(self) -> Floats:
        """Doubles close to the positions."""
        return self.state[:, 2]
