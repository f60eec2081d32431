"""The plain float64 way to iterate: search and interpolate. The yardstick, not a tool."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def float_iterate(fx: Array, fy: Array, n: int) -> tuple[Array, Array]:
    """Return the knots of f^n in float64 by composing n - 1 times from the outside."""
    x, y = fx.copy(), fy.copy()
    for _ in range(n - 1):
        x, y = float_compose(fx, fy, x, y)
    return x, y


def float_compose(fx: Array, fy: Array, x: Array, y: Array) -> tuple[Array, Array]:
    """Return the knots of f after g, g given by (x, y)."""
    first = np.searchsorted(fx, np.minimum(y[:-1], y[1:]), "right")
    stop = np.searchsorted(fx, np.maximum(y[:-1], y[1:]), "left")
    count = np.maximum(stop - first, 0)
    total = int(count.sum())
    piece = np.repeat(np.arange(len(count)), count)
    offset = np.arange(total) - np.repeat(np.cumsum(count) - count, count)
    rising = y[1:] >= y[:-1]
    knot = np.where(rising, first, stop - 1)[piece] + np.where(rising, 1, -1)[piece] * offset
    t = (fx[knot] - y[piece]) / (y[piece + 1] - y[piece])
    old = np.arange(len(x)) + np.concatenate([[0], np.cumsum(count)])
    new = np.ones(len(x) + total, dtype=bool)
    new[old] = False
    out_x, out_y = np.empty(len(new)), np.empty(len(new))
    out_x[old], out_y[old] = x, np.interp(y, fx, fy)
    out_x[new], out_y[new] = x[piece] + t * (x[piece + 1] - x[piece]), fy[knot]
    return out_x, out_y


def best_time(work: Callable[[], object], rounds: int = 3) -> float:
    """Return the least wall time in seconds of a few runs."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)
