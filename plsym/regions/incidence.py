"""Who contains whom in a finished lattice: tables to walk down from cells to vertices."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from plsym.regions.lattice import Lattice

__all__ = ["Incidence"]

Ints = NDArray[np.int32]
Indices = NDArray[np.intp]


class Incidence:
    """Tables of a lattice.

    Parameters
    ----------
    lattice : Lattice
    infinite : bool array, shape (vertices,)
        Which vertices lie at infinity.
    """

    def __init__(self, lattice: Lattice, infinite: NDArray[np.bool_]) -> None:
        self.lattice = lattice
        self.d = lattice.d
        self.infinite = infinite

    @cached_property
    def _tables(self) -> dict[int, tuple[Indices, Ints]]:
        """For k >= 2: the facets of face i are parts[starts[i] : starts[i + 1]]."""
        out = {}
        for k in range(2, self.d + 1):
            if k < self.d:
                whole, part = (x.view for x in self.lattice.facets[k])
            else:
                sides = self.lattice.sides.view.ravel()
                keep = np.flatnonzero(sides >= 0)
                whole, part = sides[keep], (keep >> 1).astype(np.int32)
            order = np.argsort(whole, kind="stable")
            count = np.bincount(whole, minlength=self.lattice.faces[k].count)
            out[k] = (np.concatenate([[0], np.cumsum(count)]), part[order])
        return out

    def facets(self, k: int, face: int) -> list[int]:
        """The facets of one k-face, k >= 1."""
        if k == 1:
            ends: list[int] = self.lattice.ends.view[face].tolist()
            return ends
        starts, parts = self._tables[k]
        found: list[int] = parts[starts[face] : starts[face + 1]].tolist()
        return found

    def vertices(self, k: int, face: int) -> list[int]:
        """The vertices of one k-face, increasing; those at infinity included."""
        level = {face}
        for j in range(k, 0, -1):
            level = {g for f in level for g in self.facets(j, f)}
        return sorted(level)

    def subfaces(self, k: int, face: int, j: int) -> list[int]:
        """The j-faces of one k-face, j <= k."""
        level = {face}
        for i in range(k, j, -1):
            level = {g for f in level for g in self.facets(i, f)}
        return sorted(level)

    @cached_property
    def at_infinity(self) -> list[NDArray[np.bool_]]:
        """For each dimension 0 .. d, which faces have no finite point."""
        finite = (~self.infinite).astype(np.uint8)
        levels = self.lattice.spread(finite)
        out = [level == 0 for level in levels]
        if self.d > 0:
            out.append(np.zeros(self.lattice.num_cells, dtype=bool))
        return out[: self.d] + out[-1:]

    @cached_property
    def unbounded(self) -> list[NDArray[np.bool_]]:
        """For each dimension 0 .. d, which faces reach infinity."""
        bits = self.infinite.astype(np.uint8)
        levels = self.lattice.spread(bits)[: self.d]
        levels.append(self.lattice.cell_bits(levels[-1]))
        return [level != 0 for level in levels]

    def polygon(self, face: int) -> list[int]:
        """The vertices of a 2-face in cyclic order."""
        pairs = [self.lattice.ends.view[e].tolist() for e in self.facets(2, face)]
        near: dict[int, list[int]] = {}
        for a, b in pairs:
            near.setdefault(a, []).append(b)
            near.setdefault(b, []).append(a)
        start = pairs[0][0]
        order, last = [start], -1
        while True:
            here = order[-1]
            step = next((v for v in near[here] if v != last), near[here][0])
            if step == start:
                return order
            order.append(step)
            last = here
