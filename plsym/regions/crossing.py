"""Which bent hyperplanes of a network intersect, exactly."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from plsym.errors import DomainError
from plsym.regions.explored import Explored, Point
from plsym.regions.lattice import Lattice
from plsym.regions.subdivided import Subdivided

__all__ = ["Crossings", "hyperplane_crossings"]

Neuron = tuple[int, int]
Pair = tuple[Neuron, Neuron]
Indices = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Crossings:
    """The pairs of neurons whose zeros cross, only touch, or have no point in common.

    Made by `hyperplane_crossings`.  Neurons are pairs (layer, neuron), both from 0, and
    pairs of neurons are in that order.

    Attributes
    ----------
    neurons : tuple of neurons
    crossing : tuple of pairs
        At some point of the domain both zeros meet, and around it all four combinations of
        signs occur.
    touching : tuple of pairs
        The zeros meet, and nowhere cross: one neuron keeps its sign there, or both change
        their signs together (as coinciding zeros do).
    apart : tuple of pairs
        No point of the domain is a zero of both.

    Examples
    --------
    >>> net = pl.from_weights([([[1, 0], [0, 1], [0, 1]], [0, 0, 1]), ([[1, 1, 0]], [-1])])
    >>> found = pl.hyperplane_crossings(pl.linear_regions(net))
    >>> found.crossing, found.apart
    ((((0, 0), (0, 1)), ((0, 0), (0, 2))), (((0, 1), (0, 2)),))
    """

    neurons: tuple[Neuron, ...]
    crossing: tuple[Pair, ...]
    touching: tuple[Pair, ...]
    apart: tuple[Pair, ...]
    _crosses_at: dict[Pair, tuple[int, ...]] = field(repr=False)
    _meets_at: dict[Pair, tuple[int, ...]] = field(repr=False)
    _explored: Explored = field(repr=False)

    def __repr__(self) -> str:
        return (
            f"<Crossings of {len(self.neurons)} neurons: {len(self.crossing)} pairs cross, "
            f"{len(self.touching)} touch, {len(self.apart)} are apart>"
        )

    def status(self, first: Neuron, second: Neuron) -> Literal["cross", "touch", "apart"]:
        """How the zeros of two neurons meet."""
        pair = self._checked(first, second)
        if pair in self._crosses_at:
            return "cross"
        return "touch" if pair in self._meets_at else "apart"

    def points(self, first: Neuron, second: Neuron, *, crossing: bool = False) -> tuple[Point, ...]:
        """The vertices of the subdivision at which the zeros of two neurons meet.

        Parameters
        ----------
        first, second : neurons
        crossing : bool
            Only those at which they cross.

        Returns
        -------
        tuple of points
            Exact, in the coordinates of the cells.  In two dimensions, and if the zeros
            have no edge in common, these are all points in which they meet.
        """
        pair = self._checked(first, second)
        numbers = (self._crosses_at if crossing else self._meets_at).get(pair, ())
        known = self._explored.complex.exact_vertices(numbers)
        return tuple(self._explored.point(known[v]) for v in numbers)

    def num_points(
        self, first: Neuron | None = None, second: Neuron | None = None, *, crossing: bool = True
    ) -> int:
        """The number of vertices at which two neurons, or any two, cross (or meet)."""
        where = self._crosses_at if crossing else self._meets_at
        if first is None or second is None:
            if first is not second:
                raise DomainError("points belong to two neurons: give both, or none for all pairs")
            return len({v for numbers in where.values() for v in numbers})
        return len(where.get(self._checked(first, second), ()))

    def between(self, first: int, second: int) -> tuple[tuple[Pair, ...], ...]:
        """The crossing, the touching and the separate pairs of neurons of two layers."""
        layers = tuple(sorted((first, second)))
        parts = (self.crossing, self.touching, self.apart)
        return tuple(
            tuple(pair for pair in part if (pair[0][0], pair[1][0]) == layers) for part in parts
        )

    @cached_property
    def matrix(self) -> NDArray[np.int8]:
        """For all pairs of neurons 2 (cross), 1 (touch) or 0 (apart); 0 on the diagonal."""
        place = {neuron: i for i, neuron in enumerate(self.neurons)}
        out = np.zeros((len(self.neurons), len(self.neurons)), dtype=np.int8)
        for value, pairs in ((1, self.touching), (2, self.crossing)):
            for a, b in pairs:
                out[place[a], place[b]] = out[place[b], place[a]] = value
        return out

    def _checked(self, first: Neuron, second: Neuron) -> Pair:
        pair = tuple(sorted((tuple(first), tuple(second))))
        for neuron in pair:
            if neuron not in self.neurons:
                raise DomainError(f"there is no neuron {neuron}; neurons are (layer, neuron)")
        if pair[0] == pair[1]:
            raise DomainError(f"neuron {pair[0]} is given twice; a pair is of different neurons")
        return pair  # type: ignore[return-value]


def hyperplane_crossings(found: Subdivided) -> Crossings:
    """Find which pairs of bent hyperplanes intersect.

    Parameters
    ----------
    found : LinearRegions
        As `linear_regions` makes it, on any domain, the whole space included.

    Returns
    -------
    Crossings

    Raises
    ------
    DomainError
        If a layer takes maxima: its neurons have no one argument that vanishes.

    Notes
    -----
    Exact, degenerate networks included: it is read off the face lattice.  The zeros of two
    neurons meet iff both vanish at a vertex of the subdivision, because their intersection
    is a union of faces; and they cross there iff the cells around the vertex have all four
    combinations of signs.  At the boundary of the domain only what lies inside counts.  The
    zero of a neuron with several knees (a clip) is the union of their zeros.  Linear in the
    incidences of vertices and cells.

    References
    ----------
    M. Masden, Algorithmic determination of the combinatorial structure of the linear regions
    of ReLU neural networks, arXiv:2207.07696 (sign sequences determine the complex).

    Examples
    --------
    >>> net = pl.random_network([2, 6, 6, 1], seed=0)
    >>> plane = pl.hyperplane_crossings(pl.linear_regions(net))
    >>> len(plane.between(0, 0)[0]), len(plane.touching)  # lines in general position
    (15, 0)
    >>> box = pl.hyperplane_crossings(pl.linear_regions(net, [(-1, 1)] * 2))
    >>> set(box.crossing) < set(plane.crossing)
    True
    """
    explored = found._explored
    layers = found.net._lowered.layers
    for number, layer in enumerate(layers):
        if layer.kind == "choice":
            raise DomainError(
                f"layer {number} takes maxima, whose neurons have no one argument; crossings are "
                "defined for layers of units such as ReLU"
            )
    neurons = tuple((i, j) for i, layer in enumerate(layers) for j in range(layer.size))
    place = {neuron: i for i, neuron in enumerate(neurons)}
    owner = np.array(
        [
            place[stage.labels[j].layer, stage.labels[j].neuron]
            for stage in explored.chart.stages
            if stage.labels is not None
            for j in stage.bending.tolist()
        ],
        dtype=np.intp,
    )
    vertex, first, second, crosses = _meetings(found)
    a, b = owner[first], owner[second]
    keep = a != b
    low, high = np.minimum(a, b)[keep].tolist(), np.maximum(a, b)[keep].tolist()
    meets_at: dict[Pair, set[int]] = {}
    crosses_at: dict[Pair, set[int]] = {}
    for v, i, j, c in zip(vertex[keep].tolist(), low, high, crosses[keep].tolist(), strict=True):
        pair = (neurons[i], neurons[j])
        meets_at.setdefault(pair, set()).add(v)
        if c:
            crosses_at.setdefault(pair, set()).add(v)
    every = [(x, y) for i, x in enumerate(neurons) for y in neurons[i + 1 :]]
    return Crossings(
        neurons,
        tuple(pair for pair in every if pair in crosses_at),
        tuple(pair for pair in every if pair in meets_at and pair not in crosses_at),
        tuple(pair for pair in every if pair not in meets_at),
        {pair: tuple(sorted(numbers)) for pair, numbers in crosses_at.items()},
        {pair: tuple(sorted(numbers)) for pair, numbers in meets_at.items()},
        explored,
    )


def _meetings(found: Subdivided) -> tuple[Indices, Indices, Indices, NDArray[np.bool_]]:
    """For each finite vertex and two units that vanish there, whether they cross.

    Returns the numbers of vertices, of both units, and the flags.
    """
    finite = np.flatnonzero(~found._incidence.at_infinity[0])
    at_vertices = found.sign_sequences(0)
    on_cells = found.sign_sequences(found.dimension)
    row, unit = np.nonzero(at_vertices == 0)
    count = np.bincount(row)
    starts = np.cumsum(count) - count
    none = np.zeros(0, dtype=np.intp)
    vertices, first, second = [none], [none], [none]
    for size in np.unique(count).tolist():
        here = np.flatnonzero(count == size)
        units = unit[starts[here, None] + np.arange(size)]
        i, j = np.triu_indices(size, 1)
        vertices.append(np.repeat(here, len(i)))
        first.append(units[:, i].ravel())
        second.append(units[:, j].ravel())
    v, a, b = (np.concatenate(parts) for parts in (vertices, first, second))
    cell, around = _cells_around(found._complex.lattice)
    order = np.argsort(around)
    cell, around = cell[order], around[order]
    number = finite[v]
    low = np.searchsorted(around, number)
    size = np.searchsorted(around, number, side="right") - low
    pair = np.repeat(np.arange(len(v)), size)
    offset = np.arange(len(pair)) - np.repeat(np.cumsum(size) - size, size)
    beside = cell[low[pair] + offset]
    x, y = on_cells[beside, a[pair]], on_cells[beside, b[pair]]
    bits = np.where((x != 0) & (y != 0), 1 << ((x > 0) * 2 + (y > 0)), 0)
    seen = np.bitwise_or.reduceat(bits, np.cumsum(size) - size)
    return number, a, b, np.asarray(seen == 15)


def _cells_around(lattice: Lattice) -> tuple[Indices, Indices]:
    """All pairs of a cell and one of its vertices."""
    sides = lattice.sides.view
    keep = np.flatnonzero(sides.ravel() >= 0)
    cell, face = sides.ravel()[keep].astype(np.intp), keep >> 1
    for k in range(lattice.d - 1, 0, -1):
        if k > 1:
            whole, part = (x.view for x in lattice.facets[k])
        else:
            part = lattice.ends.view.ravel()
            whole = np.arange(len(part)) >> 1
        cell, face = _down(cell, face, whole, part)
    return cell, face


def _down(
    cell: Indices, face: Indices, whole: NDArray[np.int_], part: NDArray[np.int_]
) -> tuple[Indices, Indices]:
    """From pairs (cell, face) and (face, facet) to pairs (cell, facet), each once."""
    order = np.argsort(whole)
    whole, part = whole[order], part[order]
    low = np.searchsorted(whole, face)
    count = np.searchsorted(whole, face, side="right") - low
    offset = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
    facets = part[np.repeat(low, count) + offset].astype(np.int64)
    key = np.unique(np.repeat(cell, count).astype(np.int64) << 32 | facets)
    return (key >> 32).astype(np.intp), (key & 0xFFFFFFFF).astype(np.intp)
