"""Pieces of many small networks at once: one sweep over all of them, in floats with bounds.

A sweep of one small network spends its time on calls, not on numbers.  Here the rows of all
networks stand in one array, and every float carries its own proved bound.  A network one of
whose signs, orders or slopes the bounds leave open is counted by itself, exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plsym.errors import DomainError
from plsym.exact.rationals import rational
from plsym.networks.network import from_weights
from plsym.networks.sweeping.prepared import ROUNDOFF, SLACK

__all__ = ["PieceCounts", "piece_counts"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Indices = NDArray[np.intp]
Layers = list[tuple[Floats, Floats]]

# products of three numbers of this range, and of a rounding, are normal doubles
_LEAST, _MOST = 2.0**-280, 2.0**280
_FAR = Fraction(2) ** 300  # out of that range, within that of doubles
_BLOCK = 2_000_000  # numbers that the rows of one block of networks may take


@dataclass(frozen=True)
class PieceCounts:
    """The numbers of pieces of many networks.

    Attributes
    ----------
    counts : tuple of int
        In the order of the networks.
    filtered : int
        The networks that floats with their bounds settled.
    exact : int
        Those that were counted one by one.
    """

    counts: tuple[int, ...]
    filtered: int
    exact: int


@dataclass(frozen=True)
class _Rows:
    """Points of the segment [a, b], increasing in each network, and the pieces between them.

    ``values`` of all units at a point, ``slopes`` on the piece to its right (0 at the last
    point of a network), each with a bound of its error; a bound of 0 means exact.
    """

    network: Indices
    values: Floats
    error: Floats
    slopes: Floats
    slope_error: Floats

    def of(self, keep: Flags) -> _Rows:
        """Only some rows."""
        return _Rows(*(part[keep] for part in vars(self).values()))

    @property
    def inner(self) -> Flags:
        """For each row but the last, whether the next one belongs to the same network."""
        return np.asarray(self.network[1:] == self.network[:-1])


def piece_counts(layers: Sequence[tuple[Any, Any]], a: Any = 0, b: Any = 1) -> PieceCounts:
    """Count the pieces of many networks of the same widths, with one input and one output.

    Parameters
    ----------
    layers : sequence of (weights, bias)
        Float64 arrays of shapes (networks, n_out, n_in) and (networks, n_out), or None for
        no bias; ReLU between the layers, none at the end.
    a, b : exact numbers
        The ends of the domain.

    Returns
    -------
    PieceCounts

    Raises
    ------
    DomainError
        If shapes do not fit, a weight is not finite, or a >= b.

    Notes
    -----
    Exact, as ``from_weights(...).to_piecewise(a, b).num_pieces`` is for each of them: a
    float decides only what is larger than the proved bound of its error, and zeros count as
    zeros only where they come from exact zeros.  What is left open goes to that function.
    Generic networks with 60 pieces take about 0.2 ms each, against 40 ms one by one.

    Examples
    --------
    >>> from plsym.networks.many import piece_counts
    >>> weights = np.array([[[1.0], [1.0]], [[1.0], [3.0]]])  # two networks, two neurons each
    >>> found = piece_counts([(weights, np.array([[0.0, -0.5]] * 2)), (np.ones((2, 1, 2)), None)])
    >>> found.counts
    (2, 2)
    """
    read = _read(layers)
    low, high = rational(a), rational(b)
    if not low < high:
        raise DomainError(f"the domain [{low}, {high}] has no interior; give a < b")
    total = len(read[0][0])
    counts = np.zeros(total, dtype=np.intp)
    open_ = np.zeros(total, dtype=bool)
    ends = np.array([float(min(max(x, -_FAR), _FAR)) for x in (low, high)])
    error = np.array(
        [
            0.0 if Fraction(f) == x else abs(f)
            for f, x in zip(ends.tolist(), (low, high), strict=True)
        ]
    )
    width = max(w.shape[1] for w, _ in read)
    block = max(1, _BLOCK // (width * 2 * sum(w.shape[1] for w, _ in read)))
    for start in range(0, total, block):
        part = [(w[start : start + block], v[start : start + block]) for w, v in read]
        with np.errstate(all="ignore"):
            counts[start : start + block], open_[start : start + block] = _sweep(
                part, ends, error * (2 * ROUNDOFF)
            )
    for i in np.flatnonzero(open_).tolist():
        net = from_weights([(w[i], v[i]) for w, v in read])
        counts[i] = net.to_piecewise(low, high).num_pieces
    left = int(open_.sum())
    return PieceCounts(tuple(counts.tolist()), total - left, left)


def _read(layers: Sequence[tuple[Any, Any]]) -> Layers:
    out: Layers = []
    for i, (weights, bias) in enumerate(layers, start=1):
        w = np.asarray(weights, dtype=np.float64)
        if w.ndim != 3 or 0 in w.shape:
            raise DomainError(
                f"layer {i}: weights have shape {w.shape}; (networks, n_out, n_in) is needed"
            )
        v = np.zeros(w.shape[:2]) if bias is None else np.asarray(bias, dtype=np.float64)
        if v.shape != w.shape[:2]:
            raise DomainError(f"layer {i}: bias has shape {v.shape}; {w.shape[:2]} is needed")
        if out and (w.shape[0], w.shape[2]) != out[-1][0].shape[:2]:
            raise DomainError(
                f"layer {i} has weights of shape {w.shape}, the layer before {out[-1][0].shape}"
            )
        if not (np.isfinite(w).all() and np.isfinite(v).all()):
            raise DomainError(f"layer {i}: a weight is NaN or infinite")
        out.append((w, v))
    if not out:
        raise DomainError("piece_counts needs at least one layer (weights, bias), got none")
    if out[0][0].shape[2] != 1 or out[-1][0].shape[1] != 1:
        raise DomainError("the networks need one input and one output")
    return out


def _sweep(layers: Layers, ends: Floats, error: Floats) -> tuple[Indices, Flags]:
    """Pieces of each network of a block, and which networks are left open."""
    count = len(layers[0][0])
    open_ = np.zeros(count, dtype=bool)
    for w, v in layers:
        for part in (w.reshape(count, -1), v):
            open_ |= ~_in_range(part).all(axis=1)
    open_ |= not _in_range(ends).all()
    rows = _Rows(
        np.repeat(np.arange(count), 2),
        np.tile(ends, count)[:, None],
        np.tile(error, count)[:, None],
        np.tile([1.0, 0.0], count)[:, None],  # in the input itself
        np.zeros((2 * count, 1)),
    )
    for w, v in layers[:-1]:
        rows = _settled(_mapped(rows, w, v), open_)
        rows = _settled(_with_crossings(rows), open_)
        rows = _rectified(rows)
    rows = _mapped(rows, *layers[-1])
    return _count(rows, count, open_), open_


def _in_range(values: Floats) -> Flags:
    size = np.abs(values)
    return np.asarray((values == 0) | ((size > _LEAST) & (size < _MOST)))


def _mapped(rows: _Rows, weights: Floats, bias: Floats) -> _Rows:
    """The arguments of the next units; sums of n products and a bias, in any order."""
    at = rows.network
    z, size, error = bias[at], np.abs(bias)[at], np.zeros((len(at), weights.shape[1]))
    slopes, slope_size, slope_error = (np.zeros_like(z) for _ in range(3))
    absolute = np.abs(weights)
    for j in range(weights.shape[2]):
        w, a = weights[:, :, j][at], absolute[:, :, j][at]
        z += w * rows.values[:, j, None]
        size += a * np.abs(rows.values[:, j, None])
        error += a * rows.error[:, j, None]
        slopes += w * rows.slopes[:, j, None]
        slope_size += a * np.abs(rows.slopes[:, j, None])
        slope_error += a * rows.slope_error[:, j, None]
    rounding = 1.1 * (weights.shape[2] + 2) * ROUNDOFF
    error = (error + rounding * size) * (1 + rounding) * SLACK
    slope_error = (slope_error + rounding * slope_size) * (1 + rounding) * SLACK
    return _Rows(at, z, error, slopes, slope_error)


def _settled(rows: _Rows, open_: Flags) -> _Rows:
    """Leave out the networks with a sign that the bounds do not tell, or values out of range."""
    sure = (np.abs(rows.values) > rows.error) | ((rows.values == 0) & (rows.error == 0))
    sure &= _in_range(rows.values) & _in_range(rows.slopes)
    return _without(rows, rows.network[~sure.all(axis=1)], open_)


def _without(rows: _Rows, bad: Indices, open_: Flags) -> _Rows:
    if not bad.size:
        return rows
    open_[bad] = True
    return rows.of(~open_[rows.network])


def _with_crossings(rows: _Rows) -> _Rows:
    """Insert the points at which units change their signs; those of one piece in order."""
    signs = np.sign(rows.values).astype(np.int8)
    changes = (signs[1:] * signs[:-1] < 0) & rows.inner[:, None]
    row, unit = np.nonzero(changes)
    if not row.size:
        return rows
    before, after = np.abs(rows.values[row, unit]), np.abs(rows.values[row + 1, unit])
    e, f = rows.error[row, unit], rows.error[row + 1, unit]
    at = before / (before + after)
    least = (before - e) / ((before - e) + (after + f))
    most = (before + e) / ((before + e) + (after - f))
    spread = np.maximum(at - least, most - at) * SLACK + 16 * ROUNDOFF
    # an order that the places do not tell makes a sign at a new point doubtful: see `_settled`
    order = np.lexsort((at, row))
    row, unit, at, spread = row[order], unit[order], at[order], spread[order]
    left, right = rows.values[row], rows.values[row + 1]
    fresh = (1.0 - at)[:, None] * left + at[:, None] * right
    # between exact ends the value is off by the place alone; the ends add their own errors
    doubt = np.maximum(rows.error[row], rows.error[row + 1])
    doubt += spread[:, None] * np.abs(right - left)
    doubt += 8 * ROUNDOFF * (np.abs(left) + np.abs(right))
    doubt *= SLACK
    every = np.arange(len(row))
    fresh[every, unit] = doubt[every, unit] = 0.0
    new = _Rows(rows.network[row], fresh, doubt, rows.slopes[row], rows.slope_error[row])
    place = np.concatenate([np.arange(len(rows.network)) * 2, row * 2 + 1])
    order = np.argsort(place, kind="stable")
    pairs = zip(vars(rows).values(), vars(new).values(), strict=True)
    return _Rows(*(np.concatenate(pair)[order] for pair in pairs))


def _rectified(rows: _Rows) -> _Rows:
    positive = rows.values > 0
    active = positive.copy()
    active[:-1] |= positive[1:] & rows.inner[:, None]
    return _Rows(
        rows.network,
        np.where(positive, rows.values, 0.0),
        np.where(positive, rows.error, 0.0),
        np.where(active, rows.slopes, 0.0),
        np.where(active, rows.slope_error, 0.0),
    )


def _count(rows: _Rows, count: int, open_: Flags) -> Indices:
    """One piece more than points at which the slope of the output changes."""
    slope, error = rows.slopes[:, 0], rows.slope_error[:, 0]
    inner = rows.inner
    middle = np.flatnonzero(inner[1:] & inner[:-1]) + 1
    jump = np.abs(slope[middle] - slope[middle - 1])
    bound = error[middle] + error[middle - 1]
    size = np.abs(slope[middle]) + np.abs(slope[middle - 1])
    breaks = jump > (bound + 2 * ROUNDOFF * size) * SLACK
    flat = (size == 0) & (bound == 0)
    open_[rows.network[middle[~(breaks | flat)]]] = True
    return np.bincount(rows.network[middle[breaks]], minlength=count) + 1
