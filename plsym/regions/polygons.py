"""Cuts of all polygons of a planar complex by one group of neurons.

One neuron after the other, as in `Lattice.cut`, but with the signs of the whole group as
bits: 64 neurons are one number for a vertex, and one for an edge says which of them
change their sign there.  The work is done by a kernel, a function on plain arrays, of
which there are two: numpy, and the same in loops for a compiler.  Where its floats do not
decide, a kernel stops and lists what is left; exact numbers decide here, and it goes on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from plsym.config import Stopwatch
from plsym.networks.sweeping.cellforms import UnitForms
from plsym.regions.cones import Row
from plsym.regions.lattice import Grow
from plsym.regions.planes import COARSE, DONE, GROW, PAUSE, UNCERTAIN, Planes

if TYPE_CHECKING:
    from plsym.regions.engine import FaceComplex

__all__ = ["PolygonCuts"]

Indices = NDArray[np.intp]
Words = NDArray[np.uint64]

_ROOM = 1024  # rows for which there is room at first
_PAUSE = 20_000  # new cells until the clock is looked at


class PolygonCuts:
    """The cuts by one group of units, at most 64, of the present stage.

    Parameters
    ----------
    complex_ : FaceComplex
        Of dimension 2.
    forms : UnitForms
        Of the units on the cells at the stage's start.
    columns : int array
        The places of the units in the forms.
    units : int array
        Their numbers in the stage.
    kernel : module
        With the functions of `polygons_numpy`.
    """

    def __init__(
        self,
        complex_: FaceComplex,
        forms: UnitForms,
        columns: Indices,
        units: Indices,
        kernel: Any,
    ) -> None:
        self._complex = complex_
        self._units = units
        self._kernel = kernel
        self._cache: dict[tuple[int, int], Row] = {}
        lattice = complex_.lattice
        vertices, edges, cells = lattice.faces
        count = vertices.count
        self._positive = Grow(np.zeros(count, dtype=np.uint64))
        self._negative = Grow(np.zeros(count, dtype=np.uint64))
        self._open = Grow(np.zeros(count, dtype=np.uint64))
        self._crossed = Grow(np.zeros(edges.count, dtype=np.uint64))
        self._grows = (
            (
                *(complex_.points, complex_.radii, vertices.home, vertices.lines),
                *(complex_.positive, complex_.negative),
                *(self._positive, self._negative, self._open),
            ),
            (lattice.ends, lattice.sides, edges.home, edges.lines, self._crossed),
            (cells.home, cells.lines),
            (complex_.line_source, complex_.line_forms, complex_.line_errors),
        )
        homes = complex_.patterns[-1].shape[0]
        for row in self._grows:  # the first cuts need no pauses to make room
            for grow in row:
                grow.reserve(_ROOM + grow.size)
        self._planes = Planes(complex_, forms, columns, units, homes)
        self._bind()
        self._planes.filtered = 0
        kernel.evaluate(self._planes)
        self._decide(np.arange(count))
        complex_.statistics.filtered += self._planes.filtered
        self._planes.filtered = 0
        kernel.begin(self._planes)

    def run(self, clock: Stopwatch, what: str) -> None:
        """Cut by all units; after a stop by the budget, call again to go on."""
        complex_, planes = self._complex, self._planes
        limit = clock.budget.pieces
        while True:
            planes.pause = planes.cells + _PAUSE
            if limit is not None:
                planes.pause = min(planes.pause, limit)
            if clock.budget.seconds is not None:
                planes.pause = planes.cells
            code = self._kernel.advance(planes)
            self._settle_sizes()
            complex_.statistics.filtered += planes.filtered
            planes.filtered = 0
            if code == GROW:
                self._reserve()
            elif code == COARSE:
                places = planes.coarse
                p, q = planes.neighbours(places)
                complex_.place(places, p, q)
            elif code == UNCERTAIN:
                self._decide(planes.fresh)
            elif code == PAUSE:
                clock.check(what, pieces=planes.cells, partial=complex_)
            if code == DONE:
                return

    def finish(self, start: int) -> None:
        """Write the signs as bytes of patterns, from byte ``start`` on."""
        size = (len(self._units) + 7) // 8
        for words, out in (
            (self._positive, self._complex.positive),
            (self._negative, self._complex.negative),
        ):
            raw = words.view.astype(">u8").view(np.uint8).reshape(-1, 8)
            out.view[:, start : start + size] = raw[:, :size]

    def _bind(self) -> None:
        self._planes.bind([[g.data for g in row] for row in self._grows])
        self._settle_sizes(read=True)

    def _settle_sizes(self, read: bool = False) -> None:
        planes = self._planes
        for place, row in enumerate(self._grows):
            if read:
                planes.sizes[place] = row[0].size
            else:
                for grow in row:
                    grow.size = int(planes.sizes[place])

    def _reserve(self) -> None:
        for need, row in zip(self._planes.needed, self._grows, strict=True):
            for grow in row:
                grow.reserve(int(need))
        self._bind()

    def _decide(self, vertices: Indices) -> None:
        """Decide exactly what the floats left open at vertices."""
        left = self._open.view[vertices]
        found = np.flatnonzero(left)
        if not found.size:
            return
        bits = left[found].astype(">u8").view(np.uint8).reshape(-1, 8)
        row, column = np.nonzero(np.unpackbits(bits, axis=1))
        vertex = vertices[found[row]]
        signs = self._complex.decide(vertex, self._units[column], self._cache)
        word = np.left_shift(np.uint64(1), (63 - column).astype(np.uint64))
        for wanted, words in ((1, self._positive.view), (-1, self._negative.view)):
            here = signs == wanted
            np.bitwise_or.at(words, vertex[here], word[here])
        self._open.view[vertices] = 0
