"""What f^n does between two neighbouring columns of pixels, whatever the number of its pieces.

The image of an interval under f^n is found by taking the interval through f, n times, with
every end rounded outwards.  No piece of f^n is listed and no point is sampled, so nothing
is missed between two points.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from plsym.errors import DomainError
from plsym.exact.scalars import to_float
from plsym.piecewise.algebra import piece_slopes
from plsym.piecewise.knots import Knots

__all__ = ["Columns", "envelope"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

_ROUNDOFF = 2.0**-53
_NARROWEST = 2.0**-40  # of a column, over the largest abscissa


class Columns(NamedTuple):
    """A function on the columns between neighbouring edges.

    Attributes
    ----------
    edges : ndarray, shape (m + 1,)
    low, high : ndarray, shape (m,)
        All values on a column lie between them; both are values, up to rounding.
    direction : int array, shape (m,)
        1, 0 or -1 where the function is certainly affine on the column: the sign of its
        slope; 2 elsewhere.
    """

    edges: Floats
    low: Floats
    high: Floats
    direction: NDArray[np.int8]


class _Map:
    """One map in doubles, with bounds of what rounding can do."""

    def __init__(self, knots: Knots) -> None:
        xs = np.array([to_float(x) for x in knots.xs])
        self.values = np.array([to_float(y) for y in knots.ys])
        slopes = [to_float(s) for s in piece_slopes(knots)]
        self.signs = np.sign(slopes).astype(np.int8)
        # piece p lies between cuts p and p + 1 and passes through the knot anchor[p]
        first, last = int(knots.left is not None), int(knots.right is not None)
        if len(slopes) == len(xs) - 1 + first + last:
            ends = [[-np.inf]] * first + [xs] + [[np.inf]] * last
            self.cuts = np.concatenate(ends)
            self.anchors = np.clip(np.arange(len(slopes)) - first, 0, len(xs) - 1)
        else:  # affine on the line: the knot is a label
            self.cuts = np.array([-np.inf, np.inf])
            self.anchors = np.zeros(1, dtype=np.intp)
        self.xs = xs
        self.slopes = np.array(slopes)
        # a knot that rounding has moved puts a point on the neighbouring piece
        padded = np.concatenate([[0.0], np.abs(slopes), [0.0]])
        self.steepest = np.maximum(np.maximum(padded[:-2], padded[1:-1]), padded[2:])
        self._levels: list[tuple[Floats, Floats]] | None = None

    def at(self, x: Floats) -> tuple[Floats, Floats, Indices]:
        """Values at points, bounds of their errors, and the pieces in which the points lie."""
        piece = np.clip(np.searchsorted(self.cuts, x, side="right") - 1, 0, len(self.slopes) - 1)
        knot = self.anchors[piece]
        y = self.values[knot] + self.slopes[piece] * (x - self.xs[knot])
        size = np.abs(self.values[knot]) + np.abs(y)
        size += self.steepest[piece] * (np.abs(x) + np.abs(self.xs[knot]))
        return y, 8 * _ROUNDOFF * size + np.finfo(float).tiny, piece

    def extremes(self, start: Indices, stop: Indices) -> tuple[Floats, Floats]:
        """The least and the largest of values[start:stop], for nonempty ranges."""
        if self._levels is None:
            low = high = self.values
            self._levels = [(low, high)]
            for k in range(len(self.values).bit_length() - 1):
                step = 1 << k
                low = np.minimum(low[:-step], low[step:])
                high = np.maximum(high[:-step], high[step:])
                self._levels.append((low, high))
        level = np.frexp((stop - start).astype(float))[1] - 1
        low, high = np.empty(len(start)), np.empty(len(start))
        for k in np.unique(level).tolist():
            here = level == k
            a, b = start[here], stop[here] - (1 << k)
            lows, highs = self._levels[k]
            low[here] = np.minimum(lows[a], lows[b])
            high[here] = np.maximum(highs[a], highs[b])
        return low, high

    def image(self, low: Floats, high: Floats) -> tuple[Floats, Floats, NDArray[np.int8]]:
        """Intervals around the images of intervals, and `Columns.direction` of this step."""
        (y0, e0, p0), (y1, e1, p1) = self.at(low), self.at(high)
        below, above = np.minimum(y0 - e0, y1 - e1), np.maximum(y0 + e0, y1 + e1)
        # the knots inside: those of an infinite end or of a label are none
        start, stop = np.searchsorted(self.xs, low), np.searchsorted(self.xs, high, side="right")
        inside = np.flatnonzero(stop > start)
        if inside.size:
            least, most = self.extremes(start[inside], stop[inside])
            tiny = np.finfo(float).tiny
            least = least - 2 * _ROUNDOFF * np.abs(least) - tiny
            most = most + 2 * _ROUNDOFF * np.abs(most) + tiny
            below[inside] = np.minimum(below[inside], least)
            above[inside] = np.maximum(above[inside], most)
        return below, above, np.where(p0 == p1, self.signs[p0], np.int8(2)).astype(np.int8)


def envelope(knots: Knots, power: int, edges: Floats) -> Columns:
    """The least and the largest value of f^n on the columns between edges.

    Parameters
    ----------
    knots : Knots
        A map f; of its domain into itself if ``power`` is more than 1.
    power : int
        n, at least 0.
    edges : ndarray of float64, shape (m + 1,)
        Increasing, inside the domain.

    Returns
    -------
    Columns

    Raises
    ------
    DomainError
        If columns are too narrow for doubles, or values too large.

    Notes
    -----
    Certain: every value on a column lies between ``low`` and ``high``.  Both are attained
    but for rounding, which f^n magnifies no more than it does the column.  O(n m log K)
    steps on arrays for a map with K pieces, whatever the number of pieces of f^n.

    Examples
    --------
    >>> from plsym.plotting.envelope import envelope
    >>> found = envelope(pl.tent()._knots(), 1000, np.array([0, 0.25, 0.5]))  # 2^1000 pieces
    >>> found.low.tolist(), found.high.tolist()
    ([0.0, 0.0], [1.0, 1.0])
    """
    largest = max(float(np.abs(edges).max()), np.finfo(float).tiny)
    if not np.diff(edges).min() > largest * _NARROWEST:
        raise DomainError(
            f"the window [{edges[0]!r}, {edges[-1]!r}] is too narrow to be drawn in double "
            "precision; take a wider one or fewer columns"
        )
    bottom, top = -np.inf, np.inf
    if knots.left is None:
        bottom = to_float(knots.xs[0])
    if knots.right is None:
        top = to_float(knots.xs[-1])
    step = _Map(knots)
    low, high = edges[:-1].astype(float), edges[1:].astype(float)
    direction = np.ones(len(low), dtype=np.int8)
    with np.errstate(over="ignore", invalid="ignore"):
        for k in range(power):
            below, above, turn = step.image(low, high)
            if k < power - 1:  # the next step starts in the domain
                below, above = np.clip(below, bottom, top), np.clip(above, bottom, top)
            bent = (direction == 2) | (turn == 2)
            following = np.where(bent, 2, direction * turn).astype(np.int8)
            same = np.array_equal(below, low) and np.array_equal(above, high)
            low, high = below, above
            if same and np.array_equal(direction, following):
                break  # nor will the next steps change anything
            direction = following
    if not (np.isfinite(low).all() and np.isfinite(high).all()):
        raise DomainError("values leave the range of doubles; draw a smaller part of the domain")
    return Columns(edges, low, high, direction)
