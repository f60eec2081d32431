"""What is special about the position of a network's neurons: the degeneracy report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd

import numpy as np
from numpy.typing import NDArray

from plsym.networks.sweeping.stages import Stage
from plsym.regions.cells import integer_rows
from plsym.regions.explored import Explored

__all__ = ["Degeneracies", "degeneracies"]

Neuron = tuple[int, int]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Degeneracies:
    """Why a subdivision is not in general position; empty if it is.

    Neurons are pairs (layer, neuron), both from 0; of neurons with several units (clips,
    maxima) any unit counts.

    Attributes
    ----------
    dead, always_on : tuple of neurons
        Positive nowhere on the domain, and on all its cells.
    duplicate, antiparallel : tuple of pairs of neurons
        In one layer, with weights and biases that are multiples of each other, by a
        positive and by a negative number.
    zero_on_cells : tuple of neurons
        Identically zero on a cell though not on all of them.
    coincident : tuple of pairs of neurons
        Both vanish on a common facet (and on neither of its cells).
    touching : tuple of neurons
        Vanish somewhere without changing sign there.
    crowded_vertices : int
        Vertices inside the domain on more than d neurons.
    hidden_facets : int
        Facets with one affine map on both sides: neurons cancel.
    lineality : int
        Dimensions of the input space that no neuron sees.
    """

    dead: tuple[Neuron, ...]
    always_on: tuple[Neuron, ...]
    duplicate: tuple[tuple[Neuron, Neuron], ...]
    antiparallel: tuple[tuple[Neuron, Neuron], ...]
    zero_on_cells: tuple[Neuron, ...]
    coincident: tuple[tuple[Neuron, Neuron], ...]
    touching: tuple[Neuron, ...]
    crowded_vertices: int
    hidden_facets: int
    lineality: int

    @property
    def is_generic(self) -> bool:
        """Whether neurons meet as hyperplanes in general position do, and none cancel."""
        return not (
            self.duplicate
            or self.antiparallel
            or self.zero_on_cells
            or self.coincident
            or self.touching
            or self.crowded_vertices
            or self.hidden_facets
            or self.lineality
        )

    def __str__(self) -> str:
        lines = []
        for name, value in vars(self).items():
            if value:
                shown = str(value) if isinstance(value, int) else _some(value)
                lines.append(f"{name.replace('_', ' ')}: {shown}")
        return "\n".join(lines) or "none"


def _some(items: Sequence[object]) -> str:
    text = ", ".join(str(item) for item in items[:6])
    return text + (f", ... ({len(items)} in all)" if len(items) > 6 else "")


def degeneracies(explored: Explored, hidden: int) -> Degeneracies:
    """Report on a finished subdivision; O(faces times neurons) bits."""
    complex_ = explored.complex
    lattice, d = complex_.lattice, complex_.d
    stages = complex_.chart.stages
    dead: set[Neuron] = set()
    always: set[Neuron] = set()
    zero_cells: set[Neuron] = set()
    touching: set[Neuron] = set()
    coincident: set[tuple[Neuron, Neuron]] = set()
    crowd = np.zeros(complex_.points.size, dtype=np.intp)
    sides = lattice.sides.view
    inner = np.flatnonzero((sides >= 0).all(axis=1))
    outside = _outside(explored)
    facet_zeros: list[Flags] = []
    names: list[Neuron] = []
    for k, stage in enumerate(stages):
        units = _names(stage)
        if not units:
            continue
        start, stop = complex_.offsets[k], complex_.offsets[k + 1]
        plus = _levels(explored, complex_.positive.view[:, start:stop], len(units))
        minus = _levels(explored, complex_.negative.view[:, start:stop], len(units))
        on, off = plus[-1], minus[-1]
        zero = ~on & ~off
        for j, name in enumerate(units):
            if not on[:, j].any():
                dead.add(name)
            if on[:, j].all():
                always.add(name)
            if zero[:, j].any() and not zero[:, j].all():
                zero_cells.add(name)
        # zero on a facet, but on no cell beside it
        a, b = sides[inner, 0], sides[inner, 1]
        wall = ~(plus[d - 1] | minus[d - 1])[inner] & ~(zero[a] | zero[b])
        facet_zeros.append(wall)
        names += units
        crowd += (~(plus[0] | minus[0])).sum(axis=1)
        # zero on a face inside the domain, around which it has one sign only
        around = [_around(explored, flags) for flags in (on, off, zero)]
        for face in range(d):
            changes = (around[0][face] & around[1][face]) | around[2][face]
            touches = ~(plus[face] | minus[face]) & ~changes & ~outside[face][:, None]
            touching.update(units[j] for j in np.flatnonzero(touches.any(axis=0)).tolist())
    if facet_zeros:
        every = np.concatenate(facet_zeros, axis=1)
        for row in np.unique(every[every.sum(axis=1) > 1], axis=0):
            found = [names[j] for j in np.flatnonzero(row).tolist()]
            coincident.update((x, y) for i, x in enumerate(found) for y in found[i + 1 :] if x != y)
    same, opposite = _parallel(stages)
    return Degeneracies(
        tuple(sorted(dead)),
        tuple(sorted(always)),
        same,
        opposite,
        tuple(sorted(zero_cells)),
        tuple(sorted(coincident)),
        tuple(sorted(touching)),
        int((crowd[~outside[0]] > d).sum()),
        hidden,
        explored.chart.lineality,
    )


def _names(stage: Stage) -> list[Neuron]:
    if stage.labels is None:
        return []
    return [(stage.labels[j].layer, stage.labels[j].neuron) for j in stage.bending.tolist()]


def _levels(explored: Explored, bits: NDArray[np.uint8], count: int) -> list[Flags]:
    lattice, d = explored.complex.lattice, explored.complex.d
    levels = lattice.spread(bits)[:d]
    levels.append(lattice.cell_bits(levels[-1]))
    return [np.unpackbits(level, axis=1, count=count).astype(bool) for level in levels]


def _around(explored: Explored, flags: Flags) -> list[Flags]:
    """For faces of each dimension below d: whether a flag holds on some cell around."""
    found = explored.complex.lattice.around(np.packbits(flags, axis=1))
    count = flags.shape[1]
    return [np.unpackbits(level, axis=1, count=count).astype(bool) for level in found]


def _outside(explored: Explored) -> list[Flags]:
    """Which faces of each dimension below d lie in the boundary of the domain, or at infinity."""
    lattice = explored.complex.lattice
    outer = (lattice.sides.view < 0).any(axis=1, keepdims=True)
    levels = lattice.below(np.asarray(outer, dtype=np.uint8))
    return [
        (level[:, 0] > 0) | far
        for level, far in zip(levels, explored.incidence.at_infinity, strict=False)
    ]


def _parallel(
    stages: Sequence[Stage],
) -> tuple[tuple[tuple[Neuron, Neuron], ...], tuple[tuple[Neuron, Neuron], ...]]:
    """Pairs of units of one stage with proportional rows, by the sign of the factor."""
    same: list[tuple[Neuron, Neuron]] = []
    opposite: list[tuple[Neuron, Neuron]] = []
    for stage in stages:
        names = _names(stage)
        if not names:
            continue
        rows, bias = integer_rows(stage)
        seen: dict[tuple[int, ...], list[tuple[Neuron, int]]] = {}
        for j, name in zip(stage.bending.tolist(), names, strict=True):
            row = (*rows[j], bias[j])
            divisor = gcd(*row)
            if not any(row[:-1]):
                continue
            lead = next(v for v in row if v)
            sign = 1 if lead > 0 else -1
            key = tuple(sign * v // divisor for v in row)
            for other, its in seen.setdefault(key, []):
                if other != name:
                    (same if its == sign else opposite).append((other, name))
            seen[key].append((name, sign))
    return tuple(sorted(same)), tuple(sorted(opposite))
