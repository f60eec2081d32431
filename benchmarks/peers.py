"""Other people's tools, where they are installed: none is needed, and none is ours.

regioncam              C++, float32, segments and planes
relucent               floats and linear programs, any dimension (whole space)
polytope               floats and linear programs: here cell by cell
pycddlib-standalone    floats, double description: here cell by cell
"""

from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import Any

import numpy as np

from benchmarks.table import Side

__all__ = [
    "cdd_cells",
    "polytope_cells",
    "regioncam_cells",
    "regioncam_intervals",
    "relucent_cells",
]

Layers = Sequence[tuple[Any, Any]]
HalfSpaces = tuple[np.ndarray, np.ndarray]


def _side(
    name: str,
    module: str,
    package: str,
    make: Callable[[Any], Callable[[], object]],
    truth: object = None,
) -> Side:
    logging.getLogger(module).setLevel(logging.ERROR)  # polytope says which solver it lacks
    try:
        found = import_module(module)
    except ImportError:
        return Side(name, None, f"{name} is not installed: pip install {package}")
    return Side(name, make(found), truth=truth, counts="intervals")


def regioncam_intervals(
    layers: Layers, p: Sequence[float], q: Sequence[float], truth: object = None
) -> Side:
    """Intervals of constant signs from p to q; the weights should be float32 numbers.

    It does not merge intervals on which the function is the same: ``truth`` is their
    number where that differs from the number of pieces.
    """
    low, high = np.asarray(p, dtype=float), np.asarray(q, dtype=float)

    def make(regioncam: Any) -> Callable[[], object]:
        into = ((high - low)[None, :], (low + high) / 2)  # size 1 is t in [-1/2, 1/2]
        every = _float32([into, *((np.asarray(w).T, b) for w, b in layers)])

        def run() -> int:
            return _regioncam(regioncam.Regioncam1D(size=1), every, first_bends=False).num_edges

        return run

    return _side("regioncam (C++, float32)", "regioncam", "regioncam", make, truth)


def regioncam_cells(layers: Layers, half: float) -> Side:
    """Cells on the square [-half, half]^2."""

    def make(regioncam: Any) -> Callable[[], object]:
        every = _float32([(np.asarray(w).T, b) for w, b in layers])
        return lambda: _regioncam(regioncam.Regioncam(size=half), every).num_faces

    return _side("regioncam (C++, float32)", "regioncam", "regioncam", make)


def _float32(layers: Layers) -> list[tuple[np.ndarray, np.ndarray]]:
    return [(np.ascontiguousarray(w, dtype="f4"), np.asarray(b, dtype="f4")) for w, b in layers]


def _regioncam(cells: Any, layers: Layers, first_bends: bool = True) -> Any:
    """Apply all layers but the last, whose output bends nothing."""
    for k, (weights, bias) in enumerate(layers[:-1]):
        cells.linear(weights, bias)
        if k or first_bends:
            cells.relu()
    return cells


def relucent_cells(layers: Layers) -> Side:
    """Cells on the whole space, from neighbour to neighbour with linear programs."""

    def make(relucent: Any) -> Callable[[], object]:
        net = relucent.convert([(np.asarray(w), np.asarray(b)) for w, b in layers])

        def run() -> int:
            with contextlib.redirect_stdout(io.StringIO()):
                cells = relucent.Complex(net)
                cells.bfs(nworkers=1, verbose=0, verify=False)
            return len(cells)

        return run

    return _side("relucent (float64, LPs)", "relucent", "relucent", make)


def polytope_cells(layers: Layers, half: float) -> Side:
    """Cells on a box, each a list of half-spaces that is kept if a ball fits in."""

    def make(polytope: Any) -> Callable[[], object]:
        def full(a: np.ndarray, b: np.ndarray) -> bool:
            return bool(polytope.is_fulldim(polytope.Polytope(a, b)))

        return lambda: _count(layers, half, lambda a, b, row, c: _by_balls(full, a, b, row, c))

    return _side("polytope (float64, LPs)", "polytope", "polytope", make)


def cdd_cells(layers: Layers, half: float) -> Side:
    """Cells on a box, each cut if a neuron has both signs at its vertices."""

    def make(cdd: Any) -> Callable[[], object]:
        def parts(a: np.ndarray, b: np.ndarray, row: np.ndarray, c: float) -> Iterator[bool]:
            matrix = cdd.matrix_from_array(
                np.column_stack([b, -a]).tolist(), rep_type=cdd.RepType.INEQUALITY
            )
            made = cdd.copy_generators(cdd.polyhedron_from_matrix(matrix))
            values = np.array(made.array)[:, 1:] @ row + c
            small = 1e-9  # the vertices are floats: no zero is a zero
            if values.max() > small:
                yield True
            if values.min() < -small:
                yield False

        return lambda: _count(layers, half, parts)

    return _side("cddlib (float64)", "cdd", "pycddlib-standalone", make)


def _by_balls(
    full: Callable[..., bool], a: np.ndarray, b: np.ndarray, row: np.ndarray, c: float
) -> Iterator[bool]:
    if not row.any():  # a half-space without a normal is none
        yield bool(c > 0)
        return
    for sign in (True, False):
        normal, offset = (-row, c) if sign else (row, -c)
        if full(np.vstack([a, normal]), np.append(b, offset)):
            yield sign


def _count(layers: Layers, half: float, parts: Callable[..., Iterator[bool]]) -> int:
    """Cut the box by one neuron after the other, with the affine map of each cell."""
    n = np.asarray(layers[0][0]).shape[1]
    walls: HalfSpaces = (np.vstack([np.eye(n), -np.eye(n)]), np.full(2 * n, float(half)))
    cells = [(*walls, np.eye(n), np.zeros(n))]
    for weights, bias in layers[:-1]:
        found = []
        for a, b, linear, offset in cells:
            rows, constants = weights @ linear, weights @ offset + bias
            signs: list[tuple[np.ndarray, np.ndarray, list[bool]]] = [(a, b, [])]
            for row, c in zip(rows, constants, strict=True):
                signs = [
                    (
                        np.vstack([x, -row if sign else row]),
                        np.append(y, c if sign else -c),
                        [*on, sign],
                    )
                    for x, y, on in signs
                    for sign in parts(x, y, row, c)
                ]
            found += [
                (x, y, rows * np.array(on)[:, None], constants * np.array(on)) for x, y, on in signs
            ]
        cells = found
    return len(cells)
