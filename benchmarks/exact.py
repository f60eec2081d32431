"""The plain exact way: one cell after the other, in fractions or in integers.

What a careful program does that knows nothing of filters: keep each cell's corners and the
affine map of each layer on it, and cut cell by cell, neuron by neuron.  In `Fraction` it is
the naive rival; in integers (python-flint, corners and maps over one denominator) it is
fast enough to say what is right on networks of a few hundred neurons.  Neither shares code
with plsym.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import reduce
from itertools import pairwise
from math import gcd
from typing import Any

from flint import fmpz_mat

__all__ = ["count_cells", "count_intervals", "count_pieces", "iterate_pieces"]

Layers = Sequence[tuple[Any, Any]]
Vector = list[Any]


def count_pieces(layers: Layers, p: Sequence[Any], q: Sequence[Any], integers: bool = True) -> int:
    """The pieces of a network along the segment from p to q, all outputs taken together."""
    maps = _maps_along(layers, p, q, integers)
    return 1 + sum(a != b for a, b in pairwise(maps))


def count_intervals(layers: Layers, p: Sequence[Any], q: Sequence[Any]) -> int:
    """The intervals of the segment on which all neurons keep their signs."""
    return len(_maps_along(layers, p, q, True))


def _maps_along(layers: Layers, p: Sequence[Any], q: Sequence[Any], integers: bool) -> list[Any]:
    """The map of the outputs on each interval, in order."""
    start = [[0, 1], [1, 1]]  # t and 1, at the ends t = 0 and t = 1
    into = [[Fraction(b) - Fraction(a), Fraction(a)] for a, b in zip(p, q, strict=True)]
    return [outputs for _, outputs in _cells(layers, start, into, integers)]


def count_cells(layers: Layers, half: Any, integers: bool = True) -> int:
    """The cells of a network with two inputs on the square [-half, half]^2."""
    h = Fraction(half)
    a, b = h.numerator, h.denominator
    start = [[-a, -a, b], [a, -a, b], [a, a, b], [-a, a, b]]
    into = [[Fraction(1), Fraction(0), Fraction(0)], [Fraction(0), Fraction(1), Fraction(0)]]
    return len(_cells(layers, start, into, integers))


def _cells(
    layers: Layers, start: list[Vector], into: list[Vector], integers: bool
) -> list[tuple[list[Vector], Any]]:
    """All cells, in order along a segment: homogeneous corners, and the map of the outputs."""
    product: Callable[[Any, Any], list[Vector]] = _by_integers if integers else _by_fractions
    scale, maps = _integral(into) if integers else (1, into)
    cells = [(start, maps)]
    for k, (weights, bias) in enumerate(layers):
        exact = [[Fraction(float(w)) for w in row] for row in weights]
        offset = [Fraction(float(b)) for b in bias]
        if integers:
            unit, rows = _integral([[*row, b] for row, b in zip(exact, offset, strict=True)])
            exact, offset = [row[:-1] for row in rows], [row[-1] * scale for row in rows]
            scale *= unit
        matrix: Any = fmpz_mat(exact) if integers else exact
        found = []
        for corners, h in cells:
            z = product(matrix, h)
            z = [[*row[:-1], row[-1] + b] for row, b in zip(z, offset, strict=True)]
            if k == len(layers) - 1:
                found.append((corners, z))
            else:
                found.extend(_cut(corners, z, integers))
        cells = found
    return cells


def _cut(corners: list[Vector], z: list[Vector], integers: bool) -> list[tuple[Any, Any]]:
    """Cut one cell by all neurons of a layer; the maps behind the ReLUs with each part."""
    parts: list[tuple[list[Vector], list[bool]]] = [(corners, [])]
    for row in z:
        following = []
        for points, on in parts:
            values = [sum(a * b for a, b in zip(row, v, strict=True)) for v in points]
            if min(values) < 0 < max(values):
                for part, sign in _halves(points, values, integers):
                    following.append((part, [*on, sign]))
            else:
                following.append((points, [*on, max(values) > 0]))
        parts = following
    zero = [0] * len(z[0])
    return [
        (points, [row if up else zero for row, up in zip(z, on, strict=True)])
        for points, on in parts
    ]


def _halves(points: list[Vector], values: Vector, integers: bool) -> list[tuple[Any, bool]]:
    """The two parts of a segment or a polygon, the one that begins first before the other."""
    halves: dict[bool, list[Vector]] = {True: [], False: []}
    n = len(points)
    for i, (v, a) in enumerate(zip(points, values, strict=True)):
        for sign in (True, False):
            if a == 0 or (a > 0) == sign:
                halves[sign].append(v)
        if n == 2 and i == 1:
            break  # a segment has no way back
        w, b = points[(i + 1) % n], values[(i + 1) % n]
        if (a < 0 < b) or (b < 0 < a):
            new = [abs(b) * x + abs(a) * y for x, y in zip(v, w, strict=True)]
            if integers:
                shared = reduce(gcd, map(int, new))
                new = [x // shared for x in new]
            else:
                new = [x / new[-1] for x in new]
            for sign in (True, False):
                halves[sign].append(new)
    first = next(a > 0 for a in values if a != 0)
    return [(halves[first], first), (halves[not first], not first)]


def _integral(rows: list[Vector]) -> tuple[int, list[list[int]]]:
    """Rational rows times their common denominator."""
    unit = 1
    for row in rows:
        for v in row:
            unit = unit * v.denominator // gcd(unit, v.denominator)
    return unit, [[int(v * unit) for v in row] for row in rows]


def _by_integers(weights: Any, h: list[Vector]) -> list[Vector]:
    product: list[Vector] = (weights * fmpz_mat(h)).tolist()
    return product


def _by_fractions(weights: list[Vector], h: list[Vector]) -> list[Vector]:
    columns = list(zip(*h, strict=True))
    return [[sum(w * v for w, v in zip(row, c, strict=True)) for c in columns] for row in weights]


def iterate_pieces(xs: Sequence[Any], ys: Sequence[Any], n: int) -> int:
    """The pieces of the n-th iterate of a map given by its knots, listed one by one."""
    knots = list(zip(xs, ys, strict=True))
    found = knots
    for _ in range(n - 1):
        found = _after(knots, found)
    return len(found) - 1


def _after(f: list[tuple[Any, Any]], g: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """The knots of f after g, without those at which the slope stays."""
    every: list[tuple[Any, Any]] = []
    for (a, u), (b, v) in pairwise(g):
        every.append((a, _value(f, u)))
        inner = [(x, y) for x, y in f if min(u, v) < x < max(u, v)]
        for x, y in inner if u < v else reversed(inner):
            every.append((a + (x - u) * (b - a) / (v - u), y))
    every.append((g[-1][0], _value(f, g[-1][1])))
    kept = [every[0]]
    for (x, y), (x2, y2) in pairwise(every[1:]):
        x0, y0 = kept[-1]
        if (y - y0) * (x2 - x) != (y2 - y) * (x - x0):
            kept.append((x, y))
    return [*kept, every[-1]]


def _value(f: list[tuple[Any, Any]], x: Any) -> Any:
    for (a, u), (b, v) in pairwise(f):
        if x <= b:
            return u + (x - a) * (v - u) / (b - a)
    raise ValueError(f"{x} is outside the domain")
