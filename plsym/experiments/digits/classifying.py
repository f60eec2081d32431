"""Networks as classifiers: their decisions at points and along segments, exactly.

The class is the output that is largest; among equal ones the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plsym.errors import DomainError
from plsym.exact.scalars import Num, Scalar, to_public
from plsym.networks.network import ReLUNetwork
from plsym.networks.paths import is_rational
from plsym.networks.trajectory import Trajectory

__all__ = ["Decision", "accuracy", "classes", "decisions_along"]

Floats = NDArray[np.float64]
Labels = NDArray[np.intp]

_ROUNDOFF = 2.0**-53
_UNDERFLOW = 1e-280  # more than all underflow together, where sums are of this size or larger


def classes(net: ReLUNetwork, x: Any) -> Labels:
    """The class of every row, as the network in exact arithmetic has it.

    Parameters
    ----------
    net : ReLUNetwork
        With rational weights and at least two outputs.
    x : float64 array, shape (n, inputs)

    Returns
    -------
    int array, shape (n,)

    Raises
    ------
    DomainError
        If sizes do not fit, or there is one output only.

    Notes
    -----
    Exact.  A row is settled in floats where the lead of the largest output is more than the
    rounding can be: after K terms of sums on any way through the network, the error of z is
    at most 2 K 2^-53 times the same network with all signs positive.  The others are
    evaluated in rational arithmetic.

    References
    ----------
    N. J. Higham, Accuracy and stability of numerical algorithms, 2002, section 3.1.

    Examples
    --------
    >>> from plsym.experiments.digits.classifying import classes
    >>> net = pl.from_weights([([[1], [-1]], None), ([[1, 0], [0, 1]], None)])
    >>> classes(net, [[0.5], [-0.5], [0.0]]).tolist()
    [0, 1, 0]
    """
    points = np.asarray(x, dtype=np.float64)
    if points.ndim != 2 or points.shape[1] != net.n_inputs:
        raise DomainError(f"points of shape {points.shape}; needed are rows of {net.n_inputs}")
    if net.n_outputs < 2:
        raise DomainError("a classifier has at least two outputs, this network one")
    if not is_rational(net.stages):
        raise DomainError("decisions are found for networks with rational weights")
    # beyond the range of doubles nothing is certain: no comparison with what is no number holds
    with np.errstate(over="ignore", invalid="ignore"):
        scores, bound = _floats(net, points)
        best = scores.argmax(axis=1)
        rows = np.arange(len(points))
        rest = scores - scores[rows, best][:, None]
        rest[rows, best] = -np.inf
        certain = -rest.max(axis=1) > 2 * bound.max(axis=1)
    open_rows = np.flatnonzero(~certain)
    found: Labels = best.astype(np.intp)
    for i in open_rows.tolist():
        values = net([Fraction(float(v)) for v in points[i]])
        assert isinstance(values, tuple)
        found[i] = max(range(len(values)), key=lambda k: (values[k], -k))
    return found


def _floats(net: ReLUNetwork, points: Floats) -> tuple[Floats, Floats]:
    """Outputs in floats, and bounds of their errors."""
    h, size = points, np.abs(points)
    terms = 0
    for stage in net.stages:
        bias, alpha = stage.bias.mid, stage.alpha.mid
        h = h @ stage.linear.dense().T + bias
        h = np.where(h > 0, h, h * alpha)
        rows, columns, values = stage.linear.entries()
        sizes = np.zeros((stage.n_out, stage.n_in))
        np.add.at(sizes, (rows, columns), np.abs(values.mid))
        # weights that are no doubles are rounded, and so are slopes
        size = (size @ sizes.T + np.abs(bias)) * np.maximum(1.0, np.abs(alpha))
        terms += stage.linear.n_in + 6
    return h, 2 * terms * _ROUNDOFF * size + _UNDERFLOW


def accuracy(net: ReLUNetwork, x: Any, y: Any) -> Fraction:
    """The share of rows whose class is the label.

    Examples
    --------
    >>> from plsym.experiments.digits.classifying import accuracy
    >>> net = pl.from_weights([([[1], [-1]], None), ([[1, 0], [0, 1]], None)])
    >>> accuracy(net, [[0.5], [-0.5], [0.25]], [0, 1, 1])
    Fraction(2, 3)
    """
    found = classes(net, x)
    return Fraction(int((found == np.asarray(y)).sum()), len(found))


@dataclass(frozen=True)
class Decision:
    """A part of a segment on which one class wins.

    Attributes
    ----------
    start : Fraction or AlgebraicReal
        Where it begins; it ends where the next one begins, the last at 1.
    winner : int
    """

    start: Scalar
    winner: int


def decisions_along(path: Trajectory) -> list[Decision]:
    """The classes along a segment, and the exact places where they change.

    Parameters
    ----------
    path : Trajectory
        Of a network with at least two outputs.

    Returns
    -------
    list of Decision
        The first at t = 0.  Points at which a class ties without winning on either side are
        none of them.

    Notes
    -----
    Exact: on each affine piece of the output the largest of n lines is followed from left
    to right, O(n) comparisons for each change.

    Examples
    --------
    >>> from plsym.experiments.digits.classifying import decisions_along
    >>> net = pl.from_weights([([[1], [-1]], None), ([[1, 0], [0, 1]], ["1/4", 0])])
    >>> [(str(d.start), d.winner) for d in decisions_along(net.along([-1], [1]))]
    [('0', 1), ('3/8', 0)]
    """
    curve = path.output
    if curve.dimension < 2:
        raise DomainError("a decision needs at least two outputs")
    ts, rows = curve._ts, curve._points
    found: list[Decision] = []
    for i in range(len(ts) - 1):
        for part, winner in _largest(rows[i], rows[i + 1]):
            if not found or found[-1].winner != winner:
                at = ts[i] + part * (ts[i + 1] - ts[i])
                found.append(Decision(to_public(at), winner))
    return found


def _largest(left: Any, right: Any) -> list[tuple[Num, int]]:
    """The upper envelope of lines on [0, 1]: where each line takes over, and its number."""
    slopes = [b - a for a, b in zip(left, right, strict=True)]
    lines = range(len(slopes))
    winner = max(lines, key=lambda k: (left[k], slopes[k], -k))
    out = [(left[0] * 0, winner)]
    while True:
        steeper = [k for k in lines if slopes[k] > slopes[winner]]
        meets = {k: (left[winner] - left[k]) / (slopes[k] - slopes[winner]) for k in steeper}
        at = min(meets.values(), default=None)
        if at is None or not at < 1:
            return out
        winner = max((k for k in steeper if meets[k] == at), key=lambda k: (slopes[k], -k))
        out.append((at, winner))
