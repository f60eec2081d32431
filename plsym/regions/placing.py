"""Where hyperplanes meet, in doubles with a proved bound of the error."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from plsym.networks.sweeping.prepared import ROUNDOFF, SLACK

__all__ = ["intersections"]

Floats = NDArray[np.float64]


@np.errstate(all="ignore")
def intersections(
    lines: Floats, errors: Floats, ends: Floats, spread: Floats
) -> tuple[Floats, Floats]:
    """Where d hyperplanes meet, as unit vectors with bounds of their errors.

    Parameters
    ----------
    lines : ndarray, shape (m, d, d + 1)
        Unit normals.
    errors : ndarray, shape (m, d)
        Bounds of their errors.
    ends : ndarray, shape (m, 2, d + 1)
        Two unit vectors; the answer is a combination of them with positive factors.
    spread : ndarray, shape (m,)
        A bound of the sum of the errors of the two.

    Returns
    -------
    points, radii
        A radius is infinite where nothing is certain.
    """
    m, d, width = lines.shape
    error = np.sqrt((errors**2).sum(axis=1)) * SLACK
    middle = ends.sum(axis=1)
    length = np.sqrt((middle**2).sum(axis=1))
    if d == 2:
        x = np.cross(lines[:, 0], lines[:, 1])
        # the product of two unit vectors: each error counts once, and ten roundings
        bad = (errors.sum(axis=1) + errors[:, 0] * errors[:, 1] + 16 * ROUNDOFF) * SLACK
        along = (x * middle).sum(axis=1)
        # the true point has a positive product with the sum of the true ends
        sure = np.abs(along) > (2.0 * bad + 1.01 * spread + 32 * ROUNDOFF) * SLACK
        x *= np.where(along < 0, -1.0, 1.0)[:, None]
    else:
        sure = length > 0.01 + 4 * spread
        matrix = np.concatenate([lines, (middle / length[:, None])[:, None]], axis=1)
        usable = np.isfinite(matrix).all(axis=(1, 2))
        matrix[~usable] = np.eye(width)
        try:
            inverse = np.linalg.inv(matrix)
        except np.linalg.LinAlgError:  # one of them is singular: all go the exact way
            return np.zeros((m, width)), np.full(m, np.inf)
        x = inverse[:, :, -1].copy()
        # (matrix + E) y = e_last with |E| <= error: y - x by a residual bound
        target = np.zeros(width)
        target[-1] = 1.0
        residual = target - (matrix @ x[:, :, None])[:, :, 0]
        defect = np.eye(width) - inverse @ matrix
        size = np.sqrt((inverse**2).sum(axis=(1, 2)))
        reach = np.sqrt((x**2).sum(axis=1))
        rounding = 4 * width * ROUNDOFF * (np.sqrt(width) * reach + 1)
        rest = np.sqrt((residual**2).sum(axis=1)) + rounding + error * reach
        loss = np.sqrt((defect**2).sum(axis=(1, 2))) + 4 * width**2 * ROUNDOFF * size
        room = 1.0 - loss - size * error
        bad = size * rest / room * SLACK
        sure &= (room > 0.1) & usable
    norm = np.sqrt((x**2).sum(axis=1))
    radius = (2.1 * bad / norm + 8 * ROUNDOFF) * SLACK
    sure &= np.isfinite(radius)
    return x / norm[:, None], np.where(sure, radius, np.inf)
