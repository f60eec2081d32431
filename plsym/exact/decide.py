"""One routine for every sign: filter, refine, decide exactly, and count what was done.

A sign is read off a float when a proved error bound allows it, off a sharper
enclosure when the first does not, and otherwise computed exactly.  `Statistics`
says how often each happened; a decision is exact in all three cases.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Statistics", "certify", "decide_sign"]

Indices = NDArray[np.intp]
Floats = NDArray[np.float64]


@dataclass
class Statistics:
    """How many signs and orders were decided by each means.

    Attributes
    ----------
    filtered : int
        By floats with a proved bound.
    refined : int
        By a sharper enclosure.
    exact : int
        By exact arithmetic.

    Examples
    --------
    >>> Statistics(10, 2, 1) + Statistics(5, 0, 1)
    Statistics(filtered=15, refined=2, exact=2)
    """

    filtered: int = 0
    refined: int = 0
    exact: int = 0

    def __add__(self, other: Statistics) -> Statistics:
        """The sum, count by count."""
        return Statistics(
            self.filtered + other.filtered,
            self.refined + other.refined,
            self.exact + other.exact,
        )


def certify(
    mid: Floats,
    rad: Floats | float,
    refine: Callable[[Indices], tuple[Floats, Floats]] | None,
    exact: Callable[[Indices], NDArray[np.int8]],
    statistics: Statistics,
) -> NDArray[np.int8]:
    """Signs of the numbers enclosed in mid - rad .. mid + rad.

    Parameters
    ----------
    mid, rad : ndarray of float64, shape (n,)
        The enclosures; NaN and infinite entries count as undecided.
    refine : callable or None
        Given indices, sharper midpoints and radii for them.
    exact : callable
        Given indices, the exact signs.
    statistics : Statistics
        The counts, which are raised in place.

    Returns
    -------
    ndarray of int8, shape (n,)
        -1, 0 or 1 for each entry.
    """
    with np.errstate(invalid="ignore"):
        sure = np.abs(mid) > rad
        sure &= np.isfinite(mid)
    signs = np.where(sure, np.sign(mid), 0.0).astype(np.int8)
    statistics.filtered += int(sure.sum())
    left: Indices = np.flatnonzero(~sure)
    if left.size and refine is not None:
        middle, radius = refine(left)
        with np.errstate(invalid="ignore"):
            sure = (np.abs(middle) > radius) & np.isfinite(middle)
        signs[left[sure]] = np.sign(middle[sure]).astype(np.int8)
        statistics.refined += int(sure.sum())
        left = left[~sure]
    if left.size:
        signs[left] = exact(left)
        statistics.exact += left.size
    return signs


def decide_sign(
    mid: float,
    rad: float,
    refine: Callable[[], int] | None,
    exact: Callable[[], int],
    statistics: Statistics,
) -> int:
    """The sign of one number: the scalar form of `certify`.

    ``refine`` returns a certain sign or 0 for "not decided".
    """
    # the ends stay open: an infinite midpoint says nothing, and neither does NaN
    if rad < mid < math.inf:
        statistics.filtered += 1
        return 1
    if -math.inf < mid < -rad:
        statistics.filtered += 1
        return -1
    if refine is not None:
        sign = refine()
        if sign:
            statistics.refined += 1
            return sign
    statistics.exact += 1
    return exact()
