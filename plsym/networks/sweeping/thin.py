"""Layers of rank one: errors along the path become shifts of position.

A layer whose matrix is u v' sees its input through the one number s = v . h only.  An
error of h then acts like a step along the path, of the size |v| * error / |ds/dt|.
Bounding it by the norm of the matrix instead compounds from layer to layer, up to
nothing being certain in deep zigzag networks, though the true errors stay small.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Thin", "shift_rows", "thin"]

Floats = NDArray[np.float64]

_ROUNDOFF = 2.0**-53
_SAFE = 1.0 + 2.0**-20  # covers the rounding of the few operations on bounds below


class Thin(NamedTuple):
    """A matrix as an outer product and a rest.

    Attributes
    ----------
    v : ndarray
        The row vector; the column vector enters by its largest entry only.
    norm : float
        Upper bound of the 2-norm of ``v``.
    top : float
        Upper bound of the largest entry of the column vector.
    rest : float
        Upper bound of the 2-norm of what the outer product leaves of the exact matrix.
    """

    v: Floats
    norm: float
    top: float
    rest: float


class Shifted(NamedTuple):
    """What a shift makes of the bounds of all rows."""

    which: NDArray[np.bool_]
    shift: Floats  # 0 where a row is not shifted
    rest: Floats  # what of the error stays an error, before rounding
    drift: Floats  # how fast units move along the path, on either side


def thin(matrix: Floats) -> Thin | None:
    """Write a matrix as an outer product, if little is left."""
    if min(matrix.shape) < 2:
        return None
    size = np.abs(matrix)
    i, j = np.unravel_index(int(size.argmax()), matrix.shape)
    pivot = float(matrix[i, j])
    if not 1e-100 < abs(pivot) < 1e100:
        return None
    # A guess whether it is worth trying, which tells most matrices apart at no cost: what is
    # left of the matrix is bounded below, whatever this says.
    u, v = matrix[:, j] / pivot, matrix[i]
    if not float(np.abs(matrix[:, -1] - u * v[-1]).max()) <= 2e-9 * abs(pivot):
        return None
    product = u[:, None] * v
    left = float(np.linalg.norm(matrix - product))
    norm_u, norm_v = (float(np.linalg.norm(a)) * _SAFE for a in (u, v))
    whole = norm_u * norm_v
    if not left <= 1e-10 * whole:
        return None
    # rounding of the product and the difference, and of weights that are no doubles
    rest = (left + 8 * _ROUNDOFF * whole) * _SAFE
    return Thin(v, norm_v, float(np.abs(u).max()) * _SAFE, rest)


def shift_rows(
    line: Thin, h: Floats, size: Floats, error: Floats, t: Floats, t_error: float
) -> Shifted | None:
    """Turn errors of rows into shifts of position, where that is certain and small.

    Parameters
    ----------
    line : Thin
        The matrix that is applied to the rows.
    h, size, error, t, t_error
        The rows, bounds of their norms, and their state.

    Returns
    -------
    Shifted or None
        None if no row gains.

    Notes
    -----
    Let F be the exact affine form of h on a piece, h = F(p) + e at the row, and c the slope
    of v . F.  The layer's form G = (u v' + E) F + b satisfies, at p + d with d = (v . e) / c,
    (u v' + E) h + b - G(p + d) = E e - d E F', since G' = u c + E F'.  So the error that
    stays is at most |E| (|e| + d |F'|), and p moves by at most d = |v| |e| / |c|.
    """
    n = len(t)
    top = float(error.max())
    if top == 0.0 or n < 3:
        return None
    s = h @ line.v
    # its rounding, with that of the sum
    loose = line.norm * (error + (1.1 * (h.shape[1] + 4) * _ROUNDOFF) * size) * _SAFE
    step = np.abs(s[1:] - s[:-1])
    spread = loose[1:] + loose[:-1]
    width = t[1:] - t[:-1]
    slack = 2.0 * t_error + 4 * _ROUNDOFF * float(np.abs(t[-1]))
    # the slope of s on each piece lies between these
    low = (step * (1.0 - 2.0**-20) - spread * _SAFE) / (width + slack)
    least = width - slack
    steep = _SAFE / np.where(least > 0, least, np.nan)
    high = (step + spread) * steep
    pull = np.where(low > 0, _SAFE / low, np.inf)
    moving = (size[1:] + size[:-1] + error[1:] + error[:-1]) * steep
    slowest, fastest, speed = (_beside(a) for a in (pull, high, moving))
    shift = (line.norm * _SAFE) * error * slowest
    # far below the widths of most pieces: all positions are known to one common bound
    limit = min(1e-3 * float(np.median(width)), 32.0 * float(np.median(shift)))
    which = (shift <= limit) & np.isfinite(fastest) & np.isfinite(speed)
    if not which.any():
        return None
    shift = np.where(which, shift, 0.0)
    rest = np.where(which, line.rest * (error + shift * speed) * _SAFE, 0.0)
    drift = np.where(which, (line.top * fastest + line.rest * speed) * _SAFE, np.inf)
    return Shifted(which, shift, rest, drift)


def _beside(pieces: Floats) -> Floats:
    """For each row the larger of the values of the pieces on both sides."""
    out = np.empty(len(pieces) + 1)
    out[:-1] = pieces
    out[-1] = pieces[-1]
    np.maximum(out[1:], pieces, out=out[1:])
    return out
