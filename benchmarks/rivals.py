"""Rivals that come with the scientific stack: sampling, sympy, scipy, naive fractions."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from fractions import Fraction
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.exact import count_cells, count_pieces, iterate_pieces
from benchmarks.float_composition import float_iterate
from benchmarks.float_regions import float_regions
from benchmarks.float_sweep import float_sweep
from benchmarks.networks import transposed
from benchmarks.table import Side

__all__ = [
    "SAMPLES",
    "float_cells",
    "float_pieces",
    "float_pieces_of_iterate",
    "fraction_cells",
    "fraction_pieces",
    "fraction_pieces_of_iterate",
    "ppoly",
    "sampled_cells",
    "sampled_laps",
    "sampled_pieces",
    "sympy_pieces",
]

SAMPLES = 100_001
Floats = NDArray[np.float64]
Layers = Sequence[tuple[Any, Any]]


def float_pieces_of_iterate(xs: Floats, ys: Floats, n: int) -> Side:
    """Search and interpolate, n - 1 times."""
    return Side("float64 numpy", lambda: len(float_iterate(xs, ys, n)[0]) - 1)


def float_pieces(layers: Layers, p: Any, q: Any) -> Side:
    """The sweep in floats; pieces are told apart by slopes that differ by 1e-9, relatively."""
    columns, low, high = transposed(layers), np.asarray(p, float), np.asarray(q, float)

    def run() -> int:
        with np.errstate(all="ignore"):
            t, y = float_sweep(columns, low, high)[:2]
            wide = np.flatnonzero(np.diff(t) > 0)  # a zero that is touched makes empty intervals
            slopes = (y[wide + 1] - y[wide]) / (t[wide + 1] - t[wide])[:, None]
            change = np.abs(slopes[1:] - slopes[:-1])
            size = np.maximum(np.abs(slopes[1:]), np.abs(slopes[:-1]))
            return 1 + int((change > 1e-9 * size).any(axis=1).sum())

    return Side("float64 numpy", run)


def float_cells(layers: Layers, box: Any) -> Side:
    """The subdivision in floats, on the lattice that plsym uses."""

    def run() -> int:
        with np.errstate(all="ignore"):
            return float_regions(list(layers), box)

    return Side("float64 numpy", run)


def fraction_pieces(layers: Layers, p: Any, q: Any) -> Side:
    """One interval at a time, in fractions."""
    return Side("naive Fraction", lambda: count_pieces(layers, p, q, integers=False))


def fraction_cells(layers: Layers, half: Any) -> Side:
    """One polygon at a time, in fractions."""
    return Side("naive Fraction", lambda: count_cells(layers, half, integers=False))


def fraction_pieces_of_iterate(xs: Sequence[Fraction], ys: Sequence[Fraction], n: int) -> Side:
    """Compose knot by knot, in fractions."""
    return Side("naive Fraction", lambda: iterate_pieces(xs, ys, n))


def sampled_laps(f: Callable[[Floats], Floats], low: float, high: float, n: int) -> Side:
    """Iterate a map in floats at many points and count how often the result turns."""

    def run() -> int:
        y = np.linspace(low, high, SAMPLES)
        for _ in range(n):
            y = f(y)
        rises = np.sign(np.diff(y))
        rises = rises[rises != 0]
        return 1 + int(np.count_nonzero(rises[1:] != rises[:-1]))

    return Side(f"{SAMPLES:,} samples", run)


def sampled_pieces(layers: Layers, p: Any, q: Any) -> Side:
    """Count how often the pattern changes between neighbouring samples of a segment."""
    low, high = np.asarray(p, float), np.asarray(q, float)

    def run() -> int:
        t = np.linspace(0, 1, SAMPLES)[:, None]
        changed = np.zeros(SAMPLES - 1, dtype=bool)
        for on in _patterns(layers, low + t * (high - low)):
            changed |= (on[1:] != on[:-1]).any(axis=1)
        return 1 + int(changed.sum())

    return Side(f"{SAMPLES:,} samples", run)


def sampled_cells(layers: Layers, half: float, side: int = 300) -> Side:
    """The different patterns on a grid of side^2 points."""

    def run() -> int:
        ticks = np.linspace(-half, half, side)
        grid = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
        bits = np.concatenate(list(_patterns(layers, grid)), axis=1)
        return len(np.unique(np.packbits(bits, axis=1), axis=0))

    return Side(f"{side * side:,} samples", run)


def _patterns(layers: Layers, h: Floats) -> Any:
    for weights, bias in layers[:-1]:
        z = h @ np.asarray(weights).T + bias
        yield z > 0
        h = np.maximum(z, 0)


def sympy_pieces(build: Callable[[Any, Any], Any], low: int, high: int) -> Side:
    """The intervals of a folded `sympy.Piecewise`, those with equal formulas as one.

    ``build`` takes sympy and a symbol, and returns the expression.
    """

    def run() -> int:
        import sympy

        x = sympy.Symbol("x", real=True)
        folded = sympy.piecewise_fold(build(sympy, x))
        pairs = folded.as_expr_set_pairs(sympy.Interval(low, high))
        parts = sorted(
            (part.start, sympy.expand(expression))
            for expression, where in pairs
            for part in (where.args if isinstance(where, sympy.Union) else (where,))
            if isinstance(part, sympy.Interval)
        )
        return 1 + sum(a != b for (_, a), (_, b) in pairwise(parts))

    return Side("sympy.Piecewise", run)


def ppoly(work: Callable[[Any], object]) -> Side:
    """A computation with `scipy.interpolate.PPoly`, which it is given."""
    if find_spec("scipy") is None:
        return Side("scipy PPoly", None, "scipy is not installed: pip install scipy")

    def run() -> object:
        from scipy.interpolate import PPoly

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return work(PPoly)

    return Side("scipy PPoly", run)
