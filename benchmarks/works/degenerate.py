"""Inputs on which floats alone are wrong, with answers that are known by construction.

All weights are float32 numbers with few bits unless their last bit is the point: no tool
sees another network than plsym does.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

import plsym as pl
from benchmarks.exact import count_cells, count_intervals, count_pieces
from benchmarks.peers import regioncam_cells, regioncam_intervals
from benchmarks.rivals import float_cells, float_pieces, sampled_laps
from benchmarks.table import Side, Work
from benchmarks.works.iterates import float_tent

__all__ = ["works"]

Layers = list[tuple[Any, Any]]
SQUARE = [(-1, 1)] * 2


def works(quick: bool) -> Iterator[Work]:
    """Doubled, proportional, antiparallel, concurrent, almost equal neurons; rounding."""
    del quick  # all are small
    yield from _tent()
    plain = _layers([1, 10, 10, 1])
    yield _pieces("proportional neurons, one input", _proportional(plain), lambda: _count(plain))
    yield _pieces("antiparallel neurons, one input", _antiparallel(plain), lambda: _count(plain))
    yield _pieces("x as relu(z) - relu(-z), six times", _identity(6), 1)
    yield _pieces("the same kink in eight layers", _same_kink(8), 2)
    ulp = _one_ulp(plain)
    yield _pieces("neurons one ulp apart, one input", ulp, lambda: _count(ulp), float32=False)
    plane = _layers([2, 12, 12, 1])
    yield _cells("every neuron twice, two inputs", _twice(plane), lambda: count_cells(plane, 1))
    yield _cells(
        "proportional neurons, two inputs", _proportional(plane), lambda: count_cells(plane, 1)
    )
    yield _cells(
        "antiparallel neurons, two inputs", _antiparallel(plane), lambda: count_cells(plane, 1)
    )
    ulp2 = _one_ulp(plane)
    yield _cells(
        "neurons one ulp apart, two inputs", ulp2, lambda: count_cells(ulp2, 1), float32=False
    )
    yield _cells("12 lines through one point", _concurrent(12), 24)
    grid = _folded(3)
    yield _cells("a grid folded three times", grid, 4**3 * 9)


def _tent() -> Iterator[Work]:
    tent = pl.tent()
    yield Work(
        "laps of tent^80",
        "n = 80",
        2**80,
        lambda: pl.lap_numbers(tent, 80)[-1],
        (sampled_laps(float_tent, 0, 1, 80),),
        "2^n laps; every step shifts a bit out, and in floats tent^80 is 0 at all samples",
    )

    def floats() -> float:
        x = 1 / 3
        for _ in range(60):
            x = float(float_tent(x))
        return x

    yield Work(
        "tent^60 at 1/3",
        "n = 60",
        Fraction(2, 3),
        lambda: tent.iterate(60)("1/3"),
        (Side("float64", floats),),
        "2/3 is fixed",
    )


def _layers(widths: list[int]) -> Layers:
    """Random weights with eight bits, so that small multiples of them are exact."""
    rng = np.random.default_rng(5)
    return [
        (rng.integers(-128, 128, (m, n)) / 64, rng.integers(-128, 128, m) / 128)
        for n, m in pairwise(widths)
    ]


def _count(layers: Layers) -> int:
    return count_pieces(layers, [-3], [3])


def _twice(layers: Layers) -> Layers:
    """Every neuron again, with half of its weight behind each copy."""
    return _copied(layers, lambda w, b: [(w, b), (w, b)], [0.5, 0.5])


def _proportional(layers: Layers) -> Layers:
    """Every neuron with three and five times its weights: z = 3 z + 3 z - 5 z."""
    return _copied(layers, lambda w, b: [(w, b), (3 * w, 3 * b), (5 * w, 5 * b)], [3, 1, -1])


def _antiparallel(layers: Layers) -> Layers:
    """Every neuron with its opposite, whose kink is the same: z = relu(z) - relu(-z)."""
    return _copied(layers, lambda w, b: [(w, b), (-w, -b)], [1, 0])


def _copied(layers: Layers, copies: Any, shares: list[float]) -> Layers:
    """Replace neurons by copies whose weighted sum is the neuron."""
    found: Layers = []
    for k, (w, b) in enumerate(layers):
        wide = w if k == 0 else np.repeat(w, len(shares), axis=1) * np.tile(shares, w.shape[1])
        if k == len(layers) - 1:
            return [*found, (wide, b)]
        made = [copies(row, offset) for row, offset in zip(wide, b, strict=True)]
        rows = [row for group in made for row, _ in group]
        found.append((np.array(rows), np.array([offset for group in made for _, offset in group])))
    return found


def _identity(depth: int) -> Layers:
    """The function x times a constant: one piece."""
    slopes = np.random.default_rng(1).integers(65, 127, depth) / 96
    slopes = slopes.astype(np.float32).astype(float)
    first = (np.array([[slopes[0]], [-slopes[0]]]), np.array([0.3125, -0.3125]))
    inner = [(np.array([[s, -s], [-s, s]]), np.array([0.125, -0.125])) for s in slopes[1:]]
    return [first, *inner, (np.array([[1.0, -1.0]]), np.zeros(1))]


def _same_kink(depth: int) -> Layers:
    """Two neurons a layer that all vanish up to one point: two pieces."""
    a, b = (float(np.float32(v)) for v in (0.7, 0.1))
    first = (np.array([[a], [a]]), np.array([b, b]))
    inner = [(np.array([[a, 0.0], [a, a]]), np.zeros(2))] * (depth - 1)
    return [first, *inner, (np.array([[1.0, 1.0]]), np.zeros(1))]


def _one_ulp(layers: Layers) -> Layers:
    """Every neuron with one whose bias is the next float: another kink, 1e-16 away."""

    def copies(w: Any, b: Any) -> list[tuple[Any, Any]]:
        return [(w, b), (w, np.nextafter(b, 9))]

    return _copied(layers, copies, [2, -1])


def _concurrent(n: int) -> Layers:
    """Lines through (1/4, -1/8): 2 n cells."""
    rng = np.random.default_rng(2)
    angles = np.arange(n) * np.pi / n + 0.1
    normals = np.round(2048 * np.column_stack([np.cos(angles), np.sin(angles)])) / 2048
    return [
        (normals, -(normals @ np.array([0.25, -0.125]))),
        (rng.integers(1, 9, (1, n)).astype(float), np.zeros(1)),
    ]


def _folded(times: int) -> Layers:
    """|x| - 1/2 and |y| - 1/2, folded again and again, then two lines each way: nine cells.

    Each fold is twice as dense on [-1, 1] as the last one: 2 |u| - 1 maps [-1, 1] to itself.
    The lines lie at -1/3 and 1/3, rounded; none goes through a corner of the folds.
    """
    first = (np.array([[1.0, 0], [-1, 0], [0, 1], [0, -1]]), np.zeros(4))
    fold = np.array([[2.0, 2, 0, 0], [-2, -2, 0, 0], [0, 0, 2, 2], [0, 0, -2, -2]])
    inner = (fold, np.array([-1.0, 1, -1, 1]))
    third = float(np.float32(1 / 3))
    lines = (
        np.array([[2.0, 2, 0, 0], [2, 2, 0, 0], [0, 0, 2, 2], [0, 0, 2, 2]]),
        np.array([-1 - third, -1 + third, -1 - third, -1 + third]),
    )
    return [first, *[inner] * (times - 1), lines, (np.array([[1.0, 2, 4, 8]]), np.zeros(1))]


def _because(truth: object, copies: bool) -> str:
    if not callable(truth):
        return "by construction"
    return "the network without the copies" if copies else "cell by cell, in integers"


def _pieces(name: str, layers: Layers, truth: object, float32: bool = True) -> Work:
    net = pl.from_weights(layers)
    ends: tuple[list[float], list[float]] = ([-3.0], [3.0])
    rivals = [float_pieces(layers, *ends)]
    if float32:
        rivals.append(regioncam_intervals(layers, *ends, lambda: count_intervals(layers, *ends)))
    return Work(
        name,
        f"{net.num_neurons} neurons",
        truth,
        lambda: net.to_piecewise(-3, 3).num_pieces,
        tuple(rivals),
        _because(truth, float32),
    )


def _cells(name: str, layers: Layers, truth: object, float32: bool = True) -> Work:
    net = pl.from_weights(layers)
    rivals = [float_cells(layers, SQUARE)]
    if float32:
        rivals.append(regioncam_cells(layers, 1))
    return Work(
        name,
        f"{net.num_neurons} neurons",
        truth,
        lambda: pl.linear_regions(net, SQUARE).num_cells,
        tuple(rivals),
        _because(truth, float32),
    )
