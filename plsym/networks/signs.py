"""Where the arguments of neurons change their signs along a path, kink or none.

A hard tanh saturates at -1 and 1, which are its transitions; its sign changes in
between.  Raghu et al. count both.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from plsym.errors import DomainError
from plsym.exact.scalars import sign
from plsym.exact.surds import Surd, between, sign_at, simple_roots
from plsym.networks.arcs import ArcTrajectory
from plsym.networks.sweeping.arcsweep import quadratic
from plsym.networks.sweeping.swept import Sweep
from plsym.networks.trajectory import Trajectory

__all__ = ["sign_transitions"]


def sign_transitions(path: Trajectory | ArcTrajectory, layer: int) -> NDArray[np.int64]:
    """How often the output of each neuron of a layer changes its sign along a path.

    Parameters
    ----------
    path : Trajectory or ArcTrajectory
    layer : int
        From 0.

    Returns
    -------
    int array, shape (neurons,)
        Changes between positive and negative, zeros in between not counted: the sign
        transitions of a hard tanh, whose saturation transitions are `transitions`.

    Raises
    ------
    DomainError
        If there is no such layer.

    Notes
    -----
    Exact, with the exact values of the layer at every breakpoint.

    References
    ----------
    M. Raghu et al., On the expressive power of deep neural networks, ICML 2017, section 2.2.

    Examples
    --------
    >>> net = pl.from_weights([([[1], [1]], [0, 3]), ([[1, 1]], None)], "hard_tanh")
    >>> path = net.along([-5], [5])
    >>> path.transitions_per_layer, pl.sign_transitions(path, 0).tolist()
    ((4,), [1, 1])
    """
    layers = path._layers
    if not 0 <= layer < len(layers):
        raise DomainError(f"layer {layer} does not exist; there are {len(layers)}")
    if isinstance(path, Trajectory):
        return _along(path, layer)
    stage, units = layers[layer].value
    sweep = path._sweep
    rows, patterns = sweep.rows, sweep.patterns
    pieces = len(patterns)
    wanted = np.tile(units, pieces)
    forms = sweep.forms.integers(stage, wanted, np.repeat(patterns, len(units), axis=0))
    # a unit that is not the identity passes nothing or a multiple where it is not positive
    alpha = sweep.stages[stage].alpha
    positive = sweep.forms.positive(stage, patterns)
    signs: list[list[int]] = [[] for _ in units]
    for i in range(pieces):
        quarter, low = rows[i]
        high = rows[i + 1][1] if rows[i + 1][0] == quarter else Surd.rational(1)
        for j, unit in enumerate(units.tolist()):
            factor = 1
            if not positive[i, unit]:
                factor = sign(alpha.scalar(unit))
            q = quadratic(forms[i * len(units) + j], quarter)
            inner = [r for r in simple_roots(*q[::-1]) if low < r < high]
            marks = [low, *inner, high]
            for k in range(len(marks) - 1):
                signs[j].append(factor * sign_at(q, between(marks[k], marks[k + 1])))
    return np.array([_changes(column) for column in signs], dtype=np.int64)


def _along(path: Trajectory, layer: int) -> NDArray[np.int64]:
    """The changes along a polyline: those of the signs at the corners of the image."""
    sweep, known = path._sweep, path.images()
    if not isinstance(sweep, Sweep) or known is None:
        rows = [[(v > 0) - (v < 0) for v in row] for row in path.curve(layer).points]
        return np.array([_changes(column) for column in zip(*rows, strict=True)], dtype=np.int64)
    stage, units = path._layers[layer].value
    ends, error = known[layer + 1].ends()
    near = np.where(np.abs(ends) > error[:, :, None], np.sign(ends), 0.0).astype(np.int8)
    # a corner lies at the end of one piece and at the start of the next
    signs = np.zeros((len(near) + 1, len(units)), dtype=np.int8)
    signs[:-1] = near[:, 0]
    signs[1:] = np.where(signs[1:] == 0, near[:, 1], signs[1:])
    corner, neuron = np.nonzero(signs == 0)
    if corner.size:
        final = sweep.rows_after(stage)[corner]
        signs[corner, neuron] = sweep.exact_signs(stage, final, units[neuron])
    out = (signs[1:] != signs[:-1]).sum(axis=0, dtype=np.int64)
    for j in np.flatnonzero((signs == 0).any(axis=0)).tolist():
        out[j] = _changes(signs[:, j].tolist())
    return np.asarray(out)


def _changes(signs: Sequence[int] | NDArray[np.int64]) -> int:
    known = [s for s in signs if s != 0]
    return sum(a != b for a, b in pairwise(known))
