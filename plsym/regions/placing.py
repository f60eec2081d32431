"""Where hyperplanes meet, in doubles with a proved bound of the error."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from plsym.networks.sweeping.prepared import ROUNDOFF, SLACK

__all__ = ["COARSE_RADIUS", "crossings", "intersections"]

Floats = NDArray[np.float64]

# A vertex that floats place worse than this is placed exactly.  Signs of most functions are
# certain with much larger radii; with these, exact places cost more than they save.
COARSE_RADIUS = 1e-4


@np.errstate(all="ignore")
def crossings(
    lines: Floats, errors: Floats, middle: Floats, spread: Floats
) -> tuple[Floats, Floats]:
    """Where pairs of lines meet in the plane: `intersections` for d = 2, faster.

    Parameters
    ----------
    lines : ndarray, shape (m, 2, 3)
        Unit normals.
    errors : ndarray, shape (m, 2)
        Bounds of their errors.
    middle : ndarray, shape (m, 3)
        The sum of two unit vectors; the answer is a combination of these with positive
        factors.
    spread : ndarray, shape (m,)
        A bound of the sum of the errors of the two.

    Returns
    -------
    points, radii
        A radius is infinite where nothing is certain.
    """
    (a, b, c), (u, v, w) = lines[:, 0].T, lines[:, 1].T
    first, second = errors.T
    x, y, z = b * w - c * v, c * u - a * w, a * v - b * u
    # the product of two unit vectors: each error counts once, and ten roundings
    bad = (first + second + first * second + 16 * ROUNDOFF) * SLACK
    along = x * middle[:, 0] + y * middle[:, 1] + z * middle[:, 2]
    # the true point has a positive product with the sum of the true ends
    sure = np.abs(along) > (2.0 * bad + 1.01 * spread + 32 * ROUNDOFF) * SLACK
    norm = np.sqrt(x * x + y * y + z * z)
    radius = (2.1 * bad / norm + 8 * ROUNDOFF) * SLACK
    sure &= np.isfinite(radius)
    factor = np.where(along < 0, -norm, norm)
    points = np.stack([x / factor, y / factor, z / factor], axis=1)
    return points, np.where(sure, radius, np.inf)


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
    m, _, width = lines.shape
    error = np.sqrt((errors**2).sum(axis=1)) * SLACK
    middle = ends.sum(axis=1)
    length = np.sqrt((middle**2).sum(axis=1))
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
